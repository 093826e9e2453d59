"""Verbs on envelopes: open, cancel, replace a paper, remind, decline, hand over, expire. Signing itself is in sign.py.

Nothing here commits, sends a letter or touches bytes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from models.document.tables import Document
from models.people.represent_rules import OnlyInPerson
from models.process.actor import SYSTEM, Actor, Role
from models.process.errors import Invalid, NotFound, NotReady, Stale
from models.process.work import wake
from models.signing import queries, rules, sign
from models.signing.moving import lock, lock_parent, move, own, party, record, settle, voice
from models.signing.tables import (
    PROCESS,
    Envelope,
    EnvelopeState,
    Method,
    Paper,
    Party,
    PartyState,
    Side,
    Signer,
)

__all__ = ["Method", "Party", "Side", "cancel", "decline", "delegate", "end_at", "expire", "open", "remind", "replace"]

REST = timedelta(minutes=1)  # between two reminders of a person to the same party


def open(  # noqa: A001 - the verb of the house
    session: Session,
    *,
    process: str,
    subject_id: int,
    purpose: str,
    documents: Sequence[int],
    parties: Sequence[Party],
    now: datetime,
    ordered: bool = True,
    expires_at: datetime | None = None,
    needed: int | None = None,
    title: str = "",
    announce: bool = True,
) -> Envelope:
    """An envelope of papers that are made and sealed already; the company's own seal counts at once.

    `needed`: n of m signatures complete it, all when not said. `announce`: False when a letter of the case itself brings
    the papers to those whose turn it is: they are reminded from today, not asked once more. Asked again with the same papers while one is open, gives
    that one. Raises NotReady for a paper that is not made yet, Stale when another one of this purpose is open."""
    lock_parent(session, process, subject_id)
    rows = [_made(session, i) for i in documents]
    if not rows or not parties:
        raise Invalid("documents", "An envelope needs a paper and somebody who signs it")
    same = queries.newest(session, process, subject_id, purpose)
    if same is not None and same.state == EnvelopeState.OPEN:
        if [p.document_id for p in queries.papers(session, same.id or 0)] == list(documents):
            return same
        raise Stale
    envelope = Envelope(
        process=process,
        subject_id=subject_id,
        application_id=rows[0].application_id,
        purpose=purpose,
        title=title or rows[0].title,
        ordered=ordered,
        needed=min(needed or len(parties), len(parties)),
        bound_to="",
        opened_at=now,
        expires_at=expires_at,
    )
    session.add(envelope)
    session.flush()
    _fill(session, envelope, rows, parties)
    record(session, envelope, "open", SYSTEM, now, before="", changes=_told(session, envelope))
    sign.by_seal(session, envelope, now)
    settle(session, envelope, now)
    if not announce:
        _asked_elsewhere(session, envelope, now)
    wake(session, PROCESS, envelope.id or 0)
    return envelope


def _asked_elsewhere(session: Session, envelope: Envelope, now: datetime) -> None:
    for signer in rules.whose_turn(queries.signers(session, envelope.id or 0)):
        signer.asked_at = now
        session.add(signer)
        record(session, envelope, "request", SYSTEM, now, changes={"party": signer.name, "letter": None})


def _made(session: Session, document_id: int) -> Document:
    found = session.get(Document, document_id)
    if found is None:
        raise NotFound
    if not found.pdf_sha256 or not found.pdf_key:
        raise NotReady("The paper «%(title)s» is not made yet", title=found.title)
    return found


def _fill(session: Session, envelope: Envelope, rows: Sequence[Document], parties: Sequence[Party]) -> None:
    papers = [_paper(envelope, seq, row) for seq, row in enumerate(rows, 1)]
    envelope.bound_to = rules.bound(papers)
    session.add_all(papers)
    for seq, told in enumerate(parties, 1):
        order = told.turn if told.turn is not None else seq if envelope.ordered else 1
        session.add(
            Signer(
                envelope_id=envelope.id or 0,
                seq=seq,
                turn=order,
                name=told.name,
                user_id=told.user_id,
                side=told.side,
                methods=[str(m) for m in told.methods],
                required=told.required,
            )
        )
    session.flush()


def _paper(envelope: Envelope, seq: int, row: Document) -> Paper:
    return Paper(
        envelope_id=envelope.id or 0,
        seq=seq,
        document_id=row.id or 0,
        title=row.title,
        number=row.number,
        version=row.version,
        sha256=row.pdf_sha256 or "",
        size=row.pdf_size,
        pdf_key=row.pdf_key or "",
        seal_key=row.seal_key or "",
        sealed_by=row.sealed_by,
    )


def _told(session: Session, envelope: Envelope) -> dict[str, object]:
    return {
        "documents": [[p.document_id, p.sha256] for p in queries.papers(session, envelope.id or 0)],
        "parties": [[s.name, s.side, s.turn] for s in queries.signers(session, envelope.id or 0)],
    }


def cancel(
    session: Session,
    process: str,
    subject_id: int,
    purpose: str,
    now: datetime,
    reason: str,
    actor: Actor = SYSTEM,
) -> Envelope | None:
    """End the open envelope of this purpose; None when none is open. What was signed in it stays in the record."""
    found = queries.newest(session, process, subject_id, purpose)
    if found is None or found.state != EnvelopeState.OPEN:
        return None
    envelope = lock(session, found.id or 0)
    if envelope.state != EnvelopeState.OPEN:
        return None
    return move(session, envelope, "cancel", actor, now, reason=reason)


def replace(session: Session, envelope_id: int, old: int, new: int, now: datetime, actor: Actor = SYSTEM) -> Envelope:
    """Put paper `new` in the place of `old`, before anybody but the company has signed. Codes sent before are void."""
    envelope = lock(session, envelope_id)
    paper = next((p for p in queries.papers(session, envelope_id) if p.document_id == old), None)
    if paper is None:
        raise NotFound
    row, before = _made(session, new), envelope.bound_to
    if row.application_id != envelope.application_id:
        raise NotFound
    paper.replaced_at = now
    fresh = _paper(envelope, paper.seq, row)
    session.add_all([paper, fresh])
    session.flush()
    envelope.bound_to = rules.bound(queries.papers(session, envelope_id))
    changes = {"document": [old, new], "sha256": [paper.sha256, fresh.sha256], "bound_to": [before, envelope.bound_to]}
    move(session, envelope, "replace", actor, now, changes=changes)
    sign.by_seal(session, envelope, now)
    for signer in rules.whose_turn(queries.signers(session, envelope_id)):
        signer.asked_at = None  # asked anew: the paper is another one
        session.add(signer)
    settle(session, envelope, now)
    return envelope


def remind(session: Session, signer_id: int, now: datetime, actor: Actor = SYSTEM) -> Signer:
    """Note a reminder; its letter is ordered by who calls. Raises NotReady for a person who presses twice."""
    envelope, signer = party(session, signer_id)
    if actor.role != Role.SYSTEM and signer.reminded_at is not None and now - signer.reminded_at < REST:
        raise NotReady("A reminder has gone to this party a moment ago")
    signer.reminded_at, signer.reminders = now, signer.reminders + 1
    move(session, envelope, "remind", actor, now, signer=signer, changes={"party": signer.name})
    session.add(signer)
    return signer


def decline(session: Session, signer_id: int, actor: Actor, now: datetime, reason: str) -> Envelope:
    """This party will not sign, and says why. Without enough others the envelope ends."""
    envelope, signer = own(session, signer_id, actor)
    actor = voice(session, envelope, signer, actor)
    move(session, envelope, "decline", actor, now, signer=signer, reason=reason, changes={"party": signer.name})
    signer.state, signer.acted_at, signer.reason = PartyState.DECLINED, now, reason.strip()
    session.add(signer)
    session.flush()
    settle(session, envelope, now)
    return envelope


def delegate(session: Session, signer_id: int, actor: Actor, to: Party, now: datetime) -> Signer:
    """Another person signs instead, at the same turn. The party itself may do so, or the desk."""
    at_desk = actor.role in (Role.OPERATOR, Role.MANAGER, Role.ADMIN)
    envelope, signer = party(session, signer_id) if at_desk else own(session, signer_id, actor)
    if not at_desk and signer.user_id != actor.user_id:
        raise OnlyInPerson(principal=signer.name)  # no power is handed on here
    if to.user_id is not None and to.user_id == signer.user_id:
        raise Invalid("to", "Choose another person")
    move(session, envelope, "delegate", actor, now, signer=signer, changes={"party": [signer.name, to.name]})
    signer.state, signer.acted_at = PartyState.DELEGATED, now
    heir = Signer(
        envelope_id=envelope.id or 0,
        seq=max(s.seq for s in queries.signers(session, envelope.id or 0)) + 1,
        turn=signer.turn,
        name=to.name,
        user_id=to.user_id,
        side=signer.side,
        methods=[str(m) for m in to.methods] or signer.methods,
        required=signer.required,
        delegated_by=signer.id,
    )
    session.add_all([signer, heir])
    session.flush()
    return heir


def end_at(session: Session, envelope_id: int, last: datetime | None) -> None:
    """An open envelope may be signed until `last`, without an end when nothing is said: the clock of its case was moved."""
    envelope = lock(session, envelope_id)
    if envelope.state == EnvelopeState.OPEN:
        envelope.expires_at = last
        session.add(envelope)
        session.flush()
        wake(session, PROCESS, envelope_id)


def expire(session: Session, envelope: Envelope, now: datetime) -> Envelope:
    """The time has passed; the envelope is locked."""
    return move(session, envelope, "expire", SYSTEM, now)
