"""The one door of an envelope: lock, allow, change the stage, write the chain, wake. Flushes, never commits.

Locks are taken in one order everywhere: the parent case, the envelope, then work rows; else a leg of the parent and the
last signature could wait for each other."""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from models.people import branches
from models.people import represent_queries as powers
from models.people.represent_tables import Act
from models.process import history
from models.process.actor import SYSTEM, Actor, Role
from models.process.errors import Invalid, NotFound
from models.process.moves import Move
from models.process.work import wake
from models.signing import queries, rules
from models.signing.rules import MOVES, Known
from models.signing.tables import PROCESS, Envelope, EnvelopeState, Signer

PARENTS = ("connection",)  # processes whose subject table bears the process's name: locked before the envelope


def lock(session: Session, envelope_id: int) -> Envelope:
    """The envelope, locked until the transaction ends; its parent before it. Raises NotFound."""
    seen = session.get(Envelope, envelope_id)
    if seen is None:
        raise NotFound
    lock_parent(session, seen.process, seen.subject_id)
    query = select(Envelope).where(Envelope.id == envelope_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def lock_parent(session: Session, process: str, subject_id: int) -> None:
    if process in PARENTS:
        query = text(f"select 1 from {process} where id = :id for no key update")  # noqa: S608 - a name of PARENTS
        session.execute(query, {"id": subject_id})


def own_branch(session: Session, process: str, subject_id: int, actor: Actor) -> None:
    """Staff sign and note signatures in the cases of their branch. Raises OtherBranch."""
    if actor.is_staff and process in PARENTS:
        query = text(f"select branch_id from {process} where id = :id")  # noqa: S608 - a name of PARENTS
        branches.need(session, actor, session.execute(query, {"id": subject_id}).scalar_one_or_none())


def move(
    session: Session,
    envelope: Envelope,
    name: str,
    actor: Actor,
    now: datetime,
    *,
    signer: Signer | None = None,
    method: str = "",
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> Envelope:
    """One legal move of a locked envelope. A change of state wakes the parent and the envelope's own leg.

    Raises NotAllowed, IllegalMove, NotReady, Invalid("reason")."""
    found = allow(session, envelope, name, actor, now, signer=signer, method=method)
    if found.reason and not reason.strip():
        raise Invalid("reason", "Write the reason: the other parties will read it")
    before = envelope.stage
    if found.target is not None:
        envelope.stage, envelope.ended_at, envelope.reason = found.target, now, reason.strip()
    record(session, envelope, name, actor, now, before=before, changes=changes, reason=reason)
    if found.target is not None:
        wake(session, envelope.process, envelope.subject_id)
    if found.target is not None or actor.role != Role.SYSTEM:
        wake(session, PROCESS, envelope.id or 0)
    return envelope


def allow(
    session: Session,
    envelope: Envelope,
    name: str,
    actor: Actor,
    now: datetime,
    *,
    signer: Signer | None = None,
    method: str = "",
) -> Move:
    """The move, if it is open now: for verbs that write rows before they move."""
    replacing = any(p.successor_id for p in queries.papers(session, envelope.id or 0))
    known = Known(envelope, queries.signers(session, envelope.id or 0), signer, method, replacing, actor.role)
    return MOVES.allow(name, envelope.stage, actor, known, now)


def record(
    session: Session,
    envelope: Envelope,
    name: str,
    actor: Actor,
    now: datetime,
    *,
    before: str | None = None,
    changes: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    """The next link of the chain; the address of the request and the hash of all papers stand in every one.

    Raises OtherBranch."""
    own_branch(session, envelope.process, envelope.subject_id, actor)
    door = "cabinet" if actor.role == Role.APPLICANT else "engine" if actor.role == Role.SYSTEM else "desk"
    told = {"address": actor.address, "bound_to": envelope.bound_to} | (changes or {})
    history.record(
        session,
        PROCESS,
        envelope,
        f"{door}:signing:{name}",
        actor,
        now,
        before=before,
        changes=told,
        reason=reason.strip(),
    )
    session.add(envelope)
    session.flush()


def settle(session: Session, envelope: Envelope, now: datetime) -> None:
    """After a signature or a refusal: completed in the same transaction, or ended when it can never be whole."""
    found = queries.signers(session, envelope.id or 0)
    if envelope.state != EnvelopeState.OPEN:
        return
    if rules.whole(envelope, found):
        move(session, envelope, "complete", SYSTEM, now)
    elif rules.hopeless(envelope, found):
        why = "; ".join(f"{s.name}: {s.reason}" for s in found if s.reason)
        move(session, envelope, "give_up", SYSTEM, now, reason=why)


def own(session: Session, signer_id: int, actor: Actor) -> tuple[Envelope, Signer]:
    """The locked envelope and the party that this person is, or whose power lets him sign in this case.

    Raises NotFound for somebody else's, BeyondPower for a representative without the right to sign."""
    seen = session.get(Signer, signer_id)
    if seen is None or seen.user_id is None or actor.user_id is None:
        raise NotFound
    if seen.user_id != actor.user_id:
        envelope = session.get(Envelope, seen.envelope_id)
        case_id = envelope.application_id if envelope is not None else None
        if case_id is None or actor.role != Role.APPLICANT:
            raise NotFound
        powers.need(session, seen.user_id, case_id, actor, Act.SIGN)
    return party(session, signer_id)


def voice(session: Session, envelope: Envelope, signer: Signer, actor: Actor) -> Actor:
    """The actor as the chain and the protocol name him: a representative with his power and his principal."""
    if signer.user_id in (None, actor.user_id):
        return actor
    return powers.voice(session, signer.user_id or 0, envelope.application_id, actor)


def party(session: Session, signer_id: int) -> tuple[Envelope, Signer]:
    """The locked envelope and its party as it stands after the lock. Raises NotFound."""
    seen = session.get(Signer, signer_id)
    if seen is None:
        raise NotFound
    envelope = lock(session, seen.envelope_id)
    return envelope, next(s for s in queries.signers(session, seen.envelope_id) if s.id == signer_id)
