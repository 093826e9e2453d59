"""A block for the card of an application: its open signing with one button, or what was signed. Draws nothing when
there is nothing to sign."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import represent_sign
from dashboard.views.signing_words import state_chip, until, whose
from infra import clock
from infra.wording import _
from models.signing import queries
from models.signing.queries import Sight
from models.signing.tables import EnvelopeState


def block(case_id: int) -> None:
    """Of the cabinet and of the desk alike: each sees what his rows let him see."""
    who = session.current()
    with session.reading(who) as db:
        found = [queries.sight(db, e) for e in queries.of_case(db, case_id)]
        me = represent_sign.signs_as(db, who, found[0].envelope) if found else who.id
    shown = [s for s in found if s.envelope.state in (EnvelopeState.OPEN, EnvelopeState.COMPLETED)]
    if not shown:
        return
    mine = [s for s in shown if s.envelope.state == EnvelopeState.OPEN and s.my_turn(me, clock.now())]
    with st.container(key="turn-signing" if mine else "card-signing"):
        parts.show(parts.h2(_("Signing")))
        for seen in shown:
            _line(who, seen, me)


def _line(who: session.Who, seen: Sight, me: int) -> None:
    envelope = seen.envelope
    turn = seen.my_turn(me, clock.now())
    facts: list[tuple[str, object]] = []
    if envelope.state == EnvelopeState.OPEN:
        facts = [(_("Whose turn"), whose(seen)), (_("Until which day"), until(seen))]
    chip = parts.chip("yours", _("Your turn")) if turn else state_chip(seen)
    parts.show(f"<p><b>{parts.esc(envelope.title)}</b> {chip}</p>", parts.facts(facts) if facts else "")
    label = _("Read and sign") if turn else _("Open the signing")
    page = "signing_desk" if who.is_staff else "signing"
    if st.button(label, key=f"open-signing-{envelope.id}", type="primary" if turn else "secondary"):
        menu.go(page, id=envelope.id)
