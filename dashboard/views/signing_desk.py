"""The desk of signing: envelopes that wait, one envelope with its journal; record a paper signature, remind, hand over, cancel."""

from collections.abc import Sequence

import streamlit as st

from dashboard import files, menu, parts, session
from dashboard.views import signing_renew
from dashboard.views.desk_parts import dialog, moment
from dashboard.views.filing_fields import faulty
from dashboard.views.signing_words import papers, parties, state_chip, until, whose
from infra import clock
from infra.wording import N_, _
from models.people import queries as people
from models.people.tables import User
from models.process.actor import Role
from models.process.errors import NotFound
from models.process.tables import History
from models.signing import actions, letters, queries, sign
from models.signing.protocol import EVENTS
from models.signing.queries import Sight
from models.signing.rules import STATE_NAMES
from models.signing.tables import Envelope, EnvelopeState, Method, Party, PartyState, Signature, Signer

ROLES = frozenset({Role.OPERATOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR})
ENTRY = menu.Entry("signing_desk", N_("Signing"), order=27, roles=ROLES)


def page() -> None:
    menu.opened(_one, _list)


# ------------------------------------------------------------------------------------------------ the list
def _list(who: session.Who) -> None:
    parts.show(parts.head(_("Signing"), _("Papers that wait for signatures, and what became of the others.")))
    states = list(EnvelopeState)
    state = st.radio(_("State"), states, format_func=lambda s: _(STATE_NAMES[s]), horizontal=True, key="signing-state")
    with session.reading(who) as db:
        found = queries.at_desk(db, state or EnvelopeState.OPEN)
        unseen = list(queries.unconfirmed(db))
    if unseen and who.user.role != Role.AUDITOR:
        _unconfirmed(unseen, who.user.id)
    if not found:
        parts.show(
            parts.empty(_("No envelopes in this state"), _("An envelope appears when a paper has to be signed."))
        )
        return
    columns = [
        parts.Column(_("What")),
        parts.Column(_("State"), "nw key"),
        parts.Column(_("Whose turn")),
        parts.Column(_("Asked"), "nw"),
        parts.Column(_("Until"), "nw"),
    ]
    rows = [(str(s.envelope.id), _cells(s)) for s in found]
    if opened := parts.rows(parts.table(columns, rows, _("Signing")), key="signing-desk"):
        menu.go("signing_desk", id=opened)


def _cells(seen: Sight) -> list[str]:
    numbers = ", ".join(f"№ {p.number}" for p in seen.papers)
    asked = min((s.asked_at for s in seen.turn if s.asked_at), default=None)
    return [
        f"{parts.opener(seen.envelope.title)}<small>{parts.esc(numbers)}</small>",
        state_chip(seen),
        parts.esc(whose(seen)),
        parts.esc(moment(asked)),
        parts.esc(until(seen)),
    ]


def _unconfirmed(rows: Sequence[Signature], me: int | None) -> None:
    """The second look at signatures on paper, by another employee."""
    with st.expander(_("Signatures on paper without a second look: %(count)s") % {"count": len(rows)}):
        for row in rows:
            parts.show(
                parts.documents([(row.mark, f"/attachments/{row.scan_id}", moment(row.at))]),
            )
            if row.user_id == me:
                parts.show(parts.p(_("You have recorded it: another employee has to look at it"), sub=True))
            elif st.button(_("The scan is in order"), key=f"confirm-{row.id}"):
                with session.acting() as (db, actor, now):
                    sign.confirm_paper(db, row.id or 0, actor, now)
                parts.done(_("The second look is recorded"))


# ------------------------------------------------------------------------------------------------ one envelope
def _one(who: session.Who, envelope_id: int) -> None:
    menu.link("signing_desk", _("Signing"))
    with session.reading(who) as db:
        envelope = db.get(Envelope, envelope_id)
        if envelope is None:
            raise NotFound
        seen, mine = queries.sight(db, envelope), queries.signatures(db, envelope_id)
        journal = list(queries.journal(db, envelope_id))
    parts.show(parts.head(envelope.title, _facts(seen), state_chip(seen)))
    menu.link("case", _("Open the application"), id=envelope.application_id)
    if envelope.state == EnvelopeState.OPEN and who.user.role != Role.AUDITOR:
        signing_renew.note(seen)
        _work(who, seen)
    links = papers(seen)
    if envelope.protocol_id and envelope.sealed_at:
        links += parts.documents(
            [(_("Protocol of signing"), f"/files/{envelope.protocol_id}", moment(envelope.sealed_at))]
        )
    parts.show(parts.card(_("Parties"), parties(seen, mine)), parts.card(_("Papers to sign"), links), _journal(journal))


def _facts(seen: Sight) -> str:
    opened = _("Opened %(at)s") % {"at": moment(seen.envelope.opened_at)}
    why = f" · {seen.envelope.reason}" if seen.envelope.reason else ""
    return f"{opened} · {_('until which day')}: {until(seen)}{why}"


def _journal(rows: Sequence[History]) -> str:
    columns = [
        parts.Column(_("No."), "n"),
        parts.Column(_("What"), "key"),
        parts.Column(_("When"), "nw"),
        parts.Column(_("Who")),
        parts.Column(_("Network address"), "nw"),
        parts.Column(_("Hash"), "wide"),
    ]
    lines = [
        (
            str(r.seq),
            [
                str(r.seq),
                parts.esc(EVENTS.get(r.tag.rsplit(":", 1)[-1], r.tag)),
                parts.esc(moment(r.at)),
                parts.esc(r.actor_name),
                parts.esc(str(r.changes.get("address") or "")),
                f'<span class="f-mono">{parts.esc(r.hash[:12])}</span>',
            ],
        )
        for r in rows
    ]
    return parts.card(_("Journal"), parts.still(parts.table(columns, lines, _("Journal"))))


def _work(who: session.Who, seen: Sight) -> None:
    """What the desk can do; each opens a window."""
    waiting = [s for s in seen.signers if s.state == PartyState.WAITING]
    with st.container(horizontal=True):
        turn = () if seen.replacing else seen.turn
        on_paper = [s for s in turn if Method.PAPER in s.methods]
        if on_paper and st.button(_("Record a paper signature"), type="primary", key="desk-paper"):
            dialog(_("Record a paper signature"), _paper, seen, on_paper)
        if turn and st.button(_("Remind"), key="desk-remind"):
            _remind(seen)
        if waiting and st.button(_("Hand over"), key="desk-delegate"):
            dialog(_("Hand over"), _delegate, waiting)
        signing_renew.button(who, seen)
        if st.button(_("Cancel the signing"), key="desk-cancel", type="tertiary"):
            dialog(_("Cancel the signing"), _cancel, seen)


def _paper(seen: Sight, signers: Sequence[Signer]) -> None:
    names = {s.id or 0: s.name for s in signers}
    party = st.selectbox(_("Who signed"), list(names), format_func=lambda i: names[i], key="paper-who")
    day = st.date_input(_("When"), value=clock.today(), max_value=clock.today(), format="DD.MM.YYYY", key="paper-day")
    scan = st.file_uploader(_("Scan of the signed papers (PDF, JPG, PNG)"), key="paper-scan")
    hint = _("for example: in person, passport checked, original in the folder of the case")
    mark = st.text_area(_("How you made sure who signed"), key="paper-mark", max_chars=500, height=80, placeholder=hint)
    if not st.button(_("Record the signature"), type="primary", key="paper-sure"):
        return
    if scan is None or not (mark or "").strip():
        parts.show(faulty(_("Attach the scan and write how you made sure who signed")))
        return
    kept, faults = files.take(seen.envelope.application_id, "signed_paper", [scan])
    if faults:
        raise faults[0]
    with session.acting() as (db, actor, now):
        sign.on_paper(db, party or 0, actor, now, scan_id=kept[0].id or 0, signed_on=day, mark=mark or "")
    parts.done(_("The signature on paper is recorded"))


def _remind(seen: Sight) -> None:
    with session.acting() as (db, actor, now):
        for signer in seen.turn:
            fresh = actions.remind(db, signer.id or 0, now, actor)
            envelope = db.get_one(Envelope, signer.envelope_id)
            letters.request(db, envelope, fresh, now, again=fresh.reminders)
    parts.done(_("The reminder is ordered"))


def _delegate(signers: Sequence[Signer]) -> None:
    names = {s.id or 0: s for s in signers}
    party = st.selectbox(_("Instead of whom"), list(names), format_func=lambda i: names[i].name, key="heir-of")
    login = st.text_input(_("Login of who signs instead"), key="heir-login")
    parts.show(parts.p(_("Ask for the power of attorney first and attach it to the case."), sub=True))
    if not st.button(_("Hand over"), type="primary", key="heir-sure"):
        return
    with session.acting() as (db, actor, now):
        heir = _by_login(people.by_login(db, (login or "").strip()))
        if heir is None:
            parts.show(faulty(_("Nobody has this login")))
            return
        methods = tuple(Method(m) for m in names[party or 0].methods)
        to = Party(heir.name, heir.id, names[party or 0].side, methods)
        actions.delegate(db, party or 0, actor, to, now)
    parts.done(_("The signature is handed over"))


def _by_login(found: User | None) -> User | None:
    return found if found is not None and found.active else None


def _cancel(seen: Sight) -> None:
    parts.show(parts.p(_("Everybody who was asked gets a letter with your reason.")))
    reason = st.text_area(_("Why"), key="cancel-why", max_chars=1000, height=80)
    if st.button(_("Cancel the signing"), type="primary", key="cancel-sure"):
        if not (reason or "").strip():
            parts.show(faulty(_("Write the reason first: the other parties will read it")))
            return
        envelope = seen.envelope
        with session.acting() as (db, actor, now):
            actions.cancel(db, envelope.process, envelope.subject_id, envelope.purpose, now, reason or "", actor)
        parts.done(_("The signing is cancelled"))
