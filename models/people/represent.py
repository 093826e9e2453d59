"""Verbs on representatives: offer, agree, check at the desk, refuse, revoke, end with the term. Flush, never commit.

A power is in force when the representative has agreed and an employee has checked its scan, in whatever order."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, text
from sqlmodel import Session, col, select

from models.people import actions, branches, represent_letters
from models.people import represent_rules as rules
from models.people.represent_rules import Offer, Scan
from models.people.represent_tables import OPEN_STATES, Representative, State
from models.people.tables import User
from models.process.actor import SYSTEM, Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound, NotReady, Stale
from models.process.words import N_

DESK = frozenset({Role.OPERATOR, Role.MANAGER})
LOOKERS = DESK | {Role.AUDITOR}
LOOK = "files:power:read"  # tag of the audit: an employee has opened a scan
BATCH = 200
KIND = "representative"  # of counted tries: a letter goes to whatever contact is typed


def offer(
    session: Session, typed: Offer, scan: Scan | None, actor: Actor, now: datetime, zone: ZoneInfo
) -> Representative:
    """Name a representative. Says the same whether the contact is known here or not. Raises NotAllowed, ManyInvalid,
    NotFound for somebody else's application."""
    principal = session.get(User, actor.user_id) if actor.role == Role.APPLICANT else None
    if principal is None:
        raise NotAllowed(move=N_("Name a representative"))
    wrong = rules.faults(typed, principal, now.astimezone(zone).date())
    if scan is None:
        wrong.append(Invalid("scan", "Attach the scan of the power: an employee compares it with what you have typed"))
    if wrong:
        raise ManyInvalid(wrong)
    if typed.application_id is not None and not _own_case(session, typed.application_id, actor):
        raise NotFound
    row = _made(typed, scan, principal, now, zone)
    session.add(row)
    session.flush()
    _note(session, actor, "offered", row, now)
    represent_letters.offered(session, row, now)
    return row


def _made(typed: Offer, scan: Scan | None, principal: User, now: datetime, zone: ZoneInfo) -> Representative:
    assert scan is not None  # asked before, like the days
    assert typed.first is not None
    assert typed.last is not None
    assert typed.issued_on is not None
    starts_at, until = rules.term_of(typed.first, typed.last, zone)
    return Representative(
        principal_id=principal.id or 0, principal_name=principal.name, agent_name=" ".join(typed.agent_name.split())[:200],
        contact=rules.contact_of(typed.contact), application_id=typed.application_id, basis=typed.basis,
        number=typed.number.strip()[:100], issued_on=typed.issued_on, notary=typed.notary.strip()[:200],
        acts=sorted(set(typed.acts)), starts_at=starts_at, until=until, scan_key=scan.key, scan_name=scan.name[-200:],
        scan_type=scan.media_type, scan_size=scan.size, offered_at=now,
    )  # fmt: skip


def _own_case(session: Session, application_id: int, actor: Actor) -> bool:
    query = text("select 1 from connection where id = :id and applicant_id = :me")
    return session.execute(query, {"id": application_id, "me": actor.person}).first() is not None


def accept(session: Session, row_id: int, actor: Actor, now: datetime) -> Representative:
    """The person named agrees. A name that differs from the power's sends it to the desk once more."""
    row, user = _offered_to(session, row_id, actor, now)
    row.agent_id, row.accepted_at = user.id, now
    if not rules.same_name(user.name, row.agent_name):
        row.checked_at = row.checked_by = None
    _note(session, actor, "accepted", row, now)
    represent_letters.told(session, row, "accepted", f"Представитель согласился: {row.agent_name}", now)
    return _begin(session, row, now)


def decline(session: Session, row_id: int, actor: Actor, reason: str, now: datetime) -> Representative:
    """The person named does not want to. The principal reads why, if anything was said."""
    row, _ = _offered_to(session, row_id, actor, now)
    row.agent_id = actor.person
    return _end(session, row, State.REFUSED, actor, now, reason.strip(), "Представитель отказался")


def _offered_to(session: Session, row_id: int, actor: Actor, now: datetime) -> tuple[Representative, User]:
    """The offer, locked, when one of this person's proved contacts is named in it. Raises NotFound, Stale, NotReady."""
    row, user = _locked(session, row_id), session.get(User, actor.user_id)
    mine = user is not None and actor.role == Role.APPLICANT and row.principal_id != user.id
    if not mine or user is None or (row.agent_id is None and row.contact not in rules.contacts_of(user)):
        raise NotFound
    if row.agent_id not in (None, user.id):
        raise NotFound
    if row.state != State.OFFERED or row.accepted_at is not None:
        raise Stale
    if row.until <= now:
        raise NotReady("The term of this power has ended already")
    return row, user


def check(session: Session, row_id: int, actor: Actor, now: datetime) -> Representative:
    """An employee has compared the scan with what was typed: names, number, day, limits, term."""
    row = _at_desk(session, row_id, actor)
    if row.checked_at is not None or row.state != State.OFFERED:
        raise Stale
    if row.until <= now:
        raise NotReady("The term of this power has ended already")
    row.checked_at, row.checked_by = now, actor.person
    _note(session, actor, "checked", row, now)
    return _begin(session, row, now)


def turn_away(session: Session, row_id: int, actor: Actor, reason: str, now: datetime) -> Representative:
    """The scan does not fit, or is no power: both sides read why. Raises Invalid("reason")."""
    row = _at_desk(session, row_id, actor)
    if row.state != State.OFFERED:
        raise Stale
    if not reason.strip():
        raise Invalid("reason", "Write the reason: both sides will read it")
    return _end(session, row, State.REFUSED, actor, now, reason.strip(), "Доверенность не принята")


def revoke(session: Session, row_id: int, actor: Actor, now: datetime, reason: str = "") -> Representative:
    """By either side at any time, at once; by an employee with a reason (a paper notice of revocation: ГК РФ, ст. 188)."""
    row = _locked(session, row_id)
    if actor.role in DESK:
        _of_branch(session, row, actor)
        if not reason.strip():
            raise Invalid("reason", "Write the reason: both sides will read it")
    elif actor.user_id is None or actor.user_id not in (row.principal_id, row.agent_id):
        raise NotFound
    if row.state not in OPEN_STATES:
        raise Stale
    return _end(session, row, State.REVOKED, actor, now, reason.strip(), "Доверенность отозвана")


def expire(session: Session, now: datetime) -> int:
    """Note the powers whose term has ended; how many. They were in force for nobody from that very moment."""
    query = select(Representative).where(col(Representative.state).in_(OPEN_STATES), col(Representative.until) <= now)
    rows = session.exec(query.order_by(col(Representative.id)).limit(BATCH).with_for_update(skip_locked=True)).all()
    for row in rows:
        _end(session, row, State.EXPIRED, SYSTEM, now, "", "Срок доверенности закончился")
    return len(rows)


def end_all(session: Session, user_id: int, now: datetime) -> int:
    """A cabinet is closed for good: whoever acted for it, or by it, does so no more. How many powers ended."""
    mine = or_(col(Representative.principal_id) == user_id, col(Representative.agent_id) == user_id)
    query = (
        select(Representative).where(mine, col(Representative.state).in_(OPEN_STATES)).order_by(col(Representative.id))
    )
    rows = session.exec(query.with_for_update()).all()
    for row in rows:
        _end(session, row, State.REVOKED, SYSTEM, now, "кабинет закрыт", "Доверенность прекращена")
    return len(rows)


# ------------------------------------------------------------------------------------------------ what all have in common
def _locked(session: Session, row_id: int) -> Representative:
    query = select(Representative).where(Representative.id == row_id).with_for_update()
    row = session.exec(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound
    return row


def _at_desk(session: Session, row_id: int, actor: Actor) -> Representative:
    if actor.role not in DESK:
        raise NotAllowed(move=N_("Check the power of a representative"))
    row = _locked(session, row_id)
    _of_branch(session, row, actor)
    return row


def _of_branch(session: Session, row: Representative, actor: Actor) -> None:
    """The desk of a branch where the principal has a case; any desk while he has none. Raises OtherBranch."""
    query = text("select distinct branch_id from connection where applicant_id = :id and stage <> 'DRAFT' order by 1")
    owners = list(session.execute(query, {"id": row.principal_id}).scalars())
    if owners and not any(branches.reaches(session, actor, owner) for owner in owners):
        branches.need(session, actor, owners[0])


def _begin(session: Session, row: Representative, now: datetime) -> Representative:
    """In force from here on, when both have said yes."""
    if row.accepted_at is not None and row.checked_at is not None:
        row.state = State.ACTIVE
        represent_letters.told(session, row, "active", f"Доверенность действует: {row.agent_name}", now)
    session.add(row)
    session.flush()
    return row


def _end(
    session: Session, row: Representative, state: State, actor: Actor, now: datetime, reason: str, said: str
) -> Representative:
    row.state, row.ended_at, row.ended_by, row.reason = state, now, actor.user_id, reason[:500]
    session.add(row)
    _note(session, actor, state, row, now)
    why = f". Причина: {row.reason}" if row.reason else ""
    represent_letters.told(session, row, state, f"{said}: {row.agent_name}{why}", now)
    session.flush()
    return row


def _note(session: Session, actor: Actor, what: str, row: Representative, now: datetime) -> None:
    tag = f"people:representative:{what}"
    actions.note(session, actor, tag, now, process="people", subject_id=row.principal_id, representative=row.id)
    session.flush()
