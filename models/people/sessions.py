"""Sessions of signed-in people: begun, found, renewed, ended. A token is kept as its hash alone."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.people import factors, rules
from models.people.tables import LoginKind, SignIn, User, Wait
from models.process.actor import STAFF
from models.process.errors import Invalid

WAITING = timedelta(minutes=15)  # for a second factor or a new password
ENOUGH = timedelta(minutes=30)  # less than this before a form is filled in: renew first (row G-05)
ABSOLUTE = timedelta(hours=24)  # however often it is renewed


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def holder(session: Session, typed: str, logins: Collection[str], kind: str = "") -> User | None:
    """The one active person behind what was typed as a login. A confirmed e-mail or phone, a СНИЛС or an ИНН counts only
    while it is his alone (several logins may stand behind one: row R-93). `kind` is the status that was chosen (D-10); staff have none."""
    user = session.exec(select(User).where(User.login == rules.login_of(typed), User.active)).first()
    for other in (_by_number, _by_document, _by_contact):
        user = user or other(session, typed, logins)
    wrong_kind = user is not None and kind and user.kind and user.kind != kind
    return None if wrong_kind else user


def _by_number(session: Session, typed: str, logins: Collection[str]) -> User | None:
    number = typed.strip()
    if LoginKind.REGISTRATION_NUMBER not in logins or not number:
        return None
    return session.exec(select(User).where(User.registration_number == number, User.active)).first()


def _by_document(session: Session, typed: str, logins: Collection[str]) -> User | None:
    """СНИЛС or ИНН of the card, while it is one person's alone: nobody has proved it, and the password decides."""
    number = rules.login_of(typed)
    column = {11: User.snils, 10: User.inn, 12: User.inn}.get(len(number)) if number.isdecimal() else None
    allowed = LoginKind.SNILS if len(number) == 11 else LoginKind.INN
    if column is None or allowed not in logins:
        return None
    query = select(User).where(column == number, User.active, col(User.role).not_in(STAFF))
    found = session.exec(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def _by_contact(session: Session, typed: str, logins: Collection[str]) -> User | None:
    query = select(User).where(User.active, col(User.role).not_in(STAFF))
    if "@" in typed and LoginKind.EMAIL in logins:
        query = query.where(User.email == typed.strip().lower(), col(User.email_confirmed_at).is_not(None))
    elif LoginKind.PHONE in logins and (number := _phone(typed)):
        query = query.where(User.phone == number, col(User.phone_confirmed_at).is_not(None))
    else:
        return None
    found = session.exec(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def _phone(typed: str) -> str:
    try:
        return rules.phone(typed)
    except Invalid:
        return ""


def waits_for(session: Session, user: User, staff_factor: bool) -> str:
    """What is asked after the password. A temporary password has to be changed whatever else there is."""
    if factors.has(session, user.id or 0):
        return Wait.FACTOR
    if user.temporary_until is not None:
        return Wait.PASSWORD
    return Wait.ENROL if staff_factor and user.role in STAFF else ""


def spend_temporary(session: Session, user: User) -> None:
    """A temporary password opens once (row D-14): who does not change it then asks for another."""
    if user.temporary_until is not None:
        user.password_hash = ""
        session.add(user)


def begin(
    session: Session,
    user: User,
    token: str,
    now: datetime,
    life: timedelta,
    address: str = "",
    agent: str = "",
    waits: str = "",
) -> SignIn:
    row = SignIn(
        token_hash=hashed(token),
        user_id=user.id or 0,
        created_at=now,
        seen_at=now,
        expires_at=now + life,
        csrf=secrets.token_urlsafe(24),
        address=address,
        agent=agent[:300],
        waits_for=waits,
    )
    session.add(row)
    session.flush()
    return row


def of_token(session: Session, token: str) -> tuple[User, SignIn] | None:
    query = select(User, SignIn).join(SignIn, col(SignIn.user_id) == User.id)
    found = session.exec(
        query.where(SignIn.token_hash == hashed(token), col(SignIn.ended_at).is_(None), User.active)
    ).first()
    return None if found is None else (found[0], found[1])


def waiting(session: Session, token: str, now: datetime) -> tuple[User, SignIn] | None:
    """Who has given his password and still owes something."""
    found = of_token(session, token)
    return found if found and found[1].waits_for and found[1].expires_at > now else None


def passed(session: Session, user: User, row: SignIn, now: datetime, life: timedelta) -> str:
    """What it waited for is done; the fresh token of a session that opens things, or that waits for the next thing."""
    owes = Wait.PASSWORD if row.waits_for == Wait.FACTOR and user.temporary_until is not None else ""
    token = secrets.token_urlsafe(32)
    row.waits_for, row.token_hash, row.seen_at = owes, hashed(token), now
    row.expires_at = row.expires_at if owes else now + life
    session.add(row)
    session.flush()
    return token


def enrol(session: Session, row_id: int) -> None:
    """The person sets a second factor up: this session waits until its first code was typed."""
    row = session.get(SignIn, row_id, with_for_update=True)
    if row is not None and row.ended_at is None:
        row.waits_for = Wait.ENROL
        session.add(row)


def renew(session: Session, row_id: int, now: datetime, life: timedelta) -> datetime:
    """One click before a long form (row G-05): the time left is whole again, but never past a day after the sign-in."""
    row = session.get(SignIn, row_id, with_for_update=True)
    if row is None or row.ended_at is not None or row.expires_at <= now:
        raise Invalid("session", "The session has ended")
    row.expires_at = max(row.expires_at, min(now + life, row.created_at + ABSOLUTE))
    session.add(row)
    return row.expires_at


def of_user(session: Session, user_id: int, now: datetime, idle: timedelta) -> Sequence[SignIn]:
    """The living ones, newest first."""
    query = select(SignIn).where(
        SignIn.user_id == user_id,
        col(SignIn.ended_at).is_(None),
        col(SignIn.expires_at) > now,
        col(SignIn.seen_at) > now - idle,
    )
    return session.exec(query.order_by(col(SignIn.id).desc()).limit(50)).all()


def end_all(session: Session, user_id: int, now: datetime, *, keep: int | None = None) -> int:
    """Sign out everywhere (but in the session `keep`); how many were ended."""
    query = select(SignIn).where(SignIn.user_id == user_id, col(SignIn.ended_at).is_(None), SignIn.id != (keep or 0))
    rows = session.exec(query.with_for_update()).all()
    for row in rows:
        row.ended_at = now
        session.add(row)
    session.flush()
    return len(rows)
