"""«Документы на подпись»: what waits for this person, whose turn it is, until when; one envelope with the ways to sign.

Which way is open is told by the party's row and the table of moves, never decided here."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import represent_sign, signing_certificate, signing_code
from dashboard.views.desk_parts import dialog, moment
from dashboard.views.filing_fields import dress, faulty
from dashboard.views.signing_words import papers, parties, state_chip, until, whose
from infra import clock
from infra.wording import N_, _
from models.process.errors import NotFound
from models.signing import actions, providers, queries
from models.signing.queries import Sight
from models.signing.tables import Envelope, EnvelopeState, PartyState, Signature, Signer

ENTRY = menu.Entry("signing", N_("Documents to sign"), order=25, roles=menu.APPLICANT)


def page() -> None:
    menu.opened(_one, _list)


# ------------------------------------------------------------------------------------------------ the list
def _list(who: session.Who) -> None:
    with session.reading(who) as db:
        waiting, over = queries.waiting_for(db, who.id), queries.done_by(db, who.id)
        theirs = represent_sign.waiting(db, who)
        ours = {s.envelope.id or 0: represent_sign.signs_as(db, who, s.envelope) for s in theirs}
        waiting += theirs
    chip = parts.chip("yours", _("to sign: %(count)s") % {"count": len(waiting)}) if waiting else ""
    parts.show(
        parts.head(_("Documents to sign"), _("Read, sign by a code from an e-mail or decline with a reason."), chip)
    )
    if not waiting and not over:
        parts.show(
            parts.empty(
                _("Nothing to sign"), _("When a paper needs your signature, it stands here and a letter comes.")
            )
        )
    menu.link("signing_agreement", _("Agreement on simple signatures"))
    opened = None
    if waiting:
        opened = parts.rows(_table(who, waiting, _("Waiting for you"), ours), key="signing-waiting")
    if over:
        parts.show(parts.h2(_("Signed and closed")))
        opened = parts.rows(_table(who, over, _("Signed and closed"), {}), key="signing-over") or opened
    if opened:
        menu.go("signing", id=opened)


def _table(who: session.Who, found: Sequence[Sight], caption: str, ours: Mapping[int, int]) -> str:
    """`ours`: envelope → the principal for whom this person may sign it."""
    columns = [
        parts.Column(_("What")),
        parts.Column(_("State"), "nw key"),
        parts.Column(_("Whose turn")),
        parts.Column(_("Until"), "nw"),
    ]
    return parts.table(
        columns, [(str(s.envelope.id), _cells(s, ours.get(s.envelope.id or 0, who.id))) for s in found], caption
    )


def _cells(seen: Sight, me: int) -> list[str]:
    mine = seen.my_turn(me, clock.now())
    chip = parts.chip("yours", _("Your turn")) if mine else state_chip(seen)
    name = f'<button type="button" class="f-open" style="white-space:normal;text-align:left">{parts.esc(seen.envelope.title)}</button>'
    numbers = ", ".join(f"№ {p.number}" for p in seen.papers)
    last = until(seen) if seen.envelope.state == EnvelopeState.OPEN else ""
    return [f"{name}<small>{parts.esc(numbers)}</small>", chip, parts.esc(whose(seen)), parts.esc(last)]


# ------------------------------------------------------------------------------------------------ one envelope
def _one(who: session.Who, envelope_id: int) -> None:
    menu.link("signing", _("Documents to sign"))
    with session.reading(who) as db:
        envelope = db.get(Envelope, envelope_id)
        if envelope is None:
            raise NotFound
        seen, mine = queries.sight(db, envelope), queries.signatures(db, envelope_id)
        me = represent_sign.signs_as(db, who, envelope)
    dress()
    parts.show(parts.head(envelope.title, _opened(seen), state_chip(seen)))
    signer = seen.mine(me)
    _turn(who, seen, signer, me)
    parts.show(parts.card(_("Papers to sign"), papers(seen) + _protocol(seen)))
    if mine:
        parts.show(parts.card(_("Your signature"), parts.listing(_evidence(mine[0]))))
    parts.show(parts.card(_("Parties"), parties(seen, mine)))  # a wide table: never in half a page


def _opened(seen: Sight) -> str:
    return _("Opened %(at)s") % {"at": moment(seen.envelope.opened_at)}


def _protocol(seen: Sight) -> str:
    envelope = seen.envelope
    if envelope.sealed_at:
        note = _("who signed, when and how; sealed by the company")
        return parts.documents([(_("Protocol of signing"), f"/files/{envelope.protocol_id}", note)])
    if envelope.state == EnvelopeState.COMPLETED:
        return parts.p(_("The protocol of signing is being made and sealed."), sub=True)
    return ""


def _evidence(row: Signature) -> list[parts.Field]:
    told = [
        (_("When"), moment(row.at)),
        (_("Code sent to"), row.channel),
        (_("Agreement"), row.agreement),
        (_("Network address"), row.address),
        (_("Mark of the employee"), row.mark),
    ]
    return [parts.Field(label, value) for label, value in told if value]


def _turn(who: session.Who, seen: Sight, signer: Signer | None, me: int) -> None:
    mine = signer is not None and seen.my_turn(me, clock.now())
    with st.container(key="turn" if mine else "card-turn"):
        parts.show(f'<h2 style="margin-top:0">{parts.esc(_title(seen, signer, mine))}</h2>', parts.facts(_facts(seen)))
        if mine and signer is not None:
            _ways(who, seen, signer)
        waits = signer is not None and signer.state == PartyState.WAITING and seen.envelope.state == EnvelopeState.OPEN
        if waits and st.button(_("Decline to sign"), type="tertiary", key="signing-decline"):
            dialog(_("Decline to sign"), _decline, signer)


def _title(seen: Sight, signer: Signer | None, mine: bool) -> str:
    if mine:
        return _("Your turn: read the papers and sign them")
    if seen.envelope.state != EnvelopeState.OPEN:
        return {
            EnvelopeState.COMPLETED: _("Everybody has signed: nothing is left to do"),
            EnvelopeState.DECLINED: _("One of the parties has declined"),
            EnvelopeState.EXPIRED: _("The time to sign has passed"),
            EnvelopeState.CANCELLED: _("The signing was cancelled"),
        }[seen.envelope.state]
    if signer is not None and signer.state == PartyState.SIGNED:
        return _("You have signed: others sign now")
    if seen.replacing:
        return _("A paper is being made anew: you will be asked to sign when it is ready")
    return _("It is not your turn yet")


def _facts(seen: Sight) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    if seen.envelope.state == EnvelopeState.OPEN:
        found += [(_("Whose turn"), whose(seen)), (_("Until which day"), until(seen))]
        found.append((_("What then"), _("everybody gets a protocol of signing, sealed by the company")))
    if seen.envelope.reason:
        found.append((_("Why"), seen.envelope.reason))
    return found


def _ways(who: session.Who, seen: Sight, signer: Signer) -> None:
    """The open ways to choose from; those that are not connected with the reason. A representative signs by a code."""
    own = signer.user_id == who.id
    if not own:
        parts.show(
            parts.p(
                _("You sign for %(name)s by a code of your own. The protocol names you both.") % {"name": signer.name}
            )
        )
    open_ways = {p.name: p for p in providers.choosable(signer) if own or p.name == "code"}
    if not open_ways:
        return
    names = list(open_ways)
    chosen = names[0]
    if len(names) > 1:
        label = _("How to sign")
        chosen = st.radio(label, names, format_func=lambda n: _(open_ways[n].title), key="signing-way") or chosen
    parts.show(parts.p(_(open_ways[chosen].hint), sub=True))
    if chosen == "code":
        signing_code.body(who, seen, signer)
    elif chosen == "upload":
        signing_certificate.body(who, seen, signer)
    closed = [(_(p.title), _(p.closed)) for p in providers.offered(signer) if p.closed]
    if closed and chosen == "upload":
        parts.show(parts.closed_moves(closed))


def _decline(signer: Signer) -> None:
    parts.show(parts.p(_("The papers are not signed then, and the other parties read your reason.")))
    reason = st.text_area(_("Why you do not sign"), key="decline-why", max_chars=1000, height=110)
    if st.button(_("Decline to sign"), type="primary", key="decline-sure"):
        if not (reason or "").strip():
            parts.show(faulty(_("Write the reason first: the other parties will read it")))
            return
        with session.acting() as (db, actor, now):
            actions.decline(db, signer.id or 0, actor, now, reason or "")
        parts.done(_("You have declined. We know your reason."))
