"""Verbs on staff: hire, block, move, give a role, take a second factor off. Each leaves an audit row; nobody does it to himself.

Rights of a head or an administrator are given by two people: one asks, another agrees."""

import re
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.people import access, actions, factors, passkeys, rules, sessions
from models.people.access import Right, Subject
from models.people.access_tables import StaffChange
from models.people.tables import Branch, User
from models.process.actor import STAFF, Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound, Stale

BY_TWO = frozenset({Role.MANAGER, Role.ADMIN})
DECIDERS = frozenset({Role.MANAGER, Role.ADMIN})
FIRST_PASSWORD = timedelta(hours=72)
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{2,39}")


def hire(
    session: Session, login: str, name: str, post: str, email: str, role: str, branch_id: int | None,
    password_hash: str, reason: str, actor: Actor, now: datetime,
) -> User:  # fmt: skip
    """A member of staff with a password for one sign-in. Who is to lead is hired as an operator until a second person
    agrees. Raises NotAllowed, ManyInvalid."""
    access.need(actor, Subject.STAFF, Right.CREATE)
    login = login.strip().lower()
    faults = _faults(session, login, name, role, branch_id)
    if role in BY_TWO and not reason.strip():
        faults.append(Invalid("reason", "Write why: a second person will read it"))
    try:
        email = rules.email(email).lower()
    except Invalid as wrong:
        faults.append(wrong)
    if faults:
        raise ManyInvalid(faults)
    first = Role.OPERATOR if role in BY_TWO else Role(role)
    user = User(
        login=login, role=first, name=" ".join(name.split()), post=post.strip()[:200], email=email,
        branch_id=branch_id, password_hash=password_hash, temporary_until=now + FIRST_PASSWORD, created_at=now,
    )  # fmt: skip
    session.add(user)
    session.flush()
    _note(session, actor, "hired", user, now, role=first, branch=branch_id)
    if role in BY_TWO:
        _ask(session, user, Role(role), reason, actor, now)
    return user


def _faults(session: Session, login: str, name: str, role: str, branch_id: int | None) -> list[Invalid]:
    faults = []
    if not _LOGIN.fullmatch(login):
        faults.append(Invalid("login", "A login of staff: 3 to 40 small Latin letters, digits, dots or hyphens"))
    elif session.exec(select(User).where(User.login == login)).first() is not None:
        faults.append(Invalid("login", "This login is taken"))
    if len(name.split()) < 2:  # noqa: PLR2004 - a family name and a first one
        faults.append(Invalid("name", "Write the full name"))
    if role not in STAFF:
        faults.append(Invalid("role", "Choose from the list"))
    if branch_id is not None and session.get(Branch, branch_id) is None:
        faults.append(Invalid("branch", "Choose from the list"))
    return faults


def block(session: Session, user_id: int, reason: str, actor: Actor, now: datetime) -> int:
    """He signs in no more and every session of his ends now; how many were ended."""
    user = _other(session, user_id, actor)
    if not reason.strip():
        raise Invalid("reason", "Write the reason")
    if not user.active:
        raise Stale
    user.active = False
    session.add(user)
    ended = sessions.end_all(session, user_id, now)
    _note(session, actor, "blocked", user, now, reason=reason.strip()[:300], sessions=ended)
    return ended


def unblock(session: Session, user_id: int, actor: Actor, now: datetime) -> None:
    user = _other(session, user_id, actor)
    if user.active:
        raise Stale
    user.active = True
    session.add(user)
    _note(session, actor, "unblocked", user, now)


def transfer(session: Session, user_id: int, branch_id: int | None, actor: Actor, now: datetime) -> None:
    """Another branch, or none: then he works for all of them. His sessions end: the wall is another."""
    user = _other(session, user_id, actor)
    if branch_id is not None and session.get(Branch, branch_id) is None:
        raise Invalid("branch", "Choose from the list")
    before, user.branch_id = user.branch_id, branch_id
    session.add(user)
    sessions.end_all(session, user_id, now)
    _note(session, actor, "transferred", user, now, before=before, after=branch_id)


def give_role(
    session: Session, user_id: int, role: str, reason: str, actor: Actor, now: datetime
) -> StaffChange | None:
    """A new role at once; one that leads, or is taken from who leads, waits for a second person (None: done)."""
    user = _other(session, user_id, actor)
    if role not in STAFF or role == user.role:
        raise Invalid("role", "Choose another role")
    if not reason.strip():
        raise Invalid("reason", "Write the reason")
    if role in BY_TWO or user.role in BY_TWO:
        return _ask(session, user, Role(role), reason, actor, now)
    _set_role(session, user, Role(role), actor, now, reason)
    return None


def _ask(session: Session, user: User, role: Role, reason: str, actor: Actor, now: datetime) -> StaffChange:
    open_one = select(StaffChange).where(StaffChange.user_id == user.id, col(StaffChange.decided_at).is_(None))
    if session.exec(open_one).first() is not None:
        raise Invalid("role", "A change of this person's role waits for a decision already")
    row = StaffChange(user_id=user.id or 0, role=role, reason=reason.strip()[:300], asked_by=actor.person, asked_at=now)
    session.add(row)
    session.flush()
    _note(session, actor, "role_asked", user, now, role=role, reason=row.reason)
    return row


def decide(session: Session, change_id: int, agreed: bool, actor: Actor, now: datetime) -> None:
    """The second person, by the role that is his own and not by one he stands in for. Raises NotAllowed for who asked, and for
    whose role it is."""
    own = session.get(User, actor.person)
    if actor.role not in DECIDERS or own is None or own.role not in DECIDERS:
        raise NotAllowed(move="Give a role")
    row = session.get(StaffChange, change_id, with_for_update=True)
    user = session.get(User, row.user_id, with_for_update=True) if row else None
    if row is None or user is None:
        raise NotFound
    if row.decided_at is not None:
        raise Stale
    if actor.person in (row.asked_by, row.user_id):
        raise NotAllowed("A second person decides: neither who asked nor whose role it is")
    row.decided_by, row.decided_at, row.agreed = actor.person, now, agreed
    session.add(row)
    _note(session, actor, "role_agreed" if agreed else "role_refused", user, now, change=row.id)
    if agreed:
        _set_role(session, user, Role(row.role), actor, now, row.reason)


def _set_role(session: Session, user: User, role: Role, actor: Actor, now: datetime, reason: str) -> None:
    before, user.role = user.role, role
    session.add(user)
    sessions.end_all(session, user.id or 0, now)
    _note(session, actor, "role_changed", user, now, before=before, after=role, reason=reason.strip()[:300])


def reset_factor(session: Session, user_id: int, checked_by: str, actor: Actor, now: datetime) -> None:
    """After an identity check; the next sign-in sets a new one up, and the sessions of the lost one end."""
    user = _other(session, user_id, actor)
    if not checked_by.strip():
        raise Invalid("checked_by", "Write which document you have seen")
    factors.remove(session, user_id)
    passkeys.revoke_all(session, user_id, now)
    sessions.end_all(session, user_id, now)
    _note(session, actor, "factor_reset", user, now, document=checked_by.strip()[:200])


def _other(session: Session, user_id: int, actor: Actor) -> User:
    """The member of staff, locked. Raises NotAllowed for oneself, NotFound for an applicant."""
    access.need(actor, Subject.STAFF, Right.CHANGE)
    user = session.get(User, user_id, with_for_update=True)
    if user is None or user.role not in STAFF:
        raise NotFound
    if user.id == actor.user_id:
        raise NotAllowed("Nobody changes his own rights: ask another administrator")
    return user


def _note(session: Session, actor: Actor, what: str, user: User, now: datetime, **facts: object) -> None:
    tag = f"people:staff:{what}"
    actions.note(session, actor, tag, now, process="people", subject_id=user.id, login=user.login, **facts)
    session.flush()
