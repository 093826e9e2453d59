"""Verbs on people: sign in and out, count attempts, note a look at personal data, one-time codes."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.people import sessions
from models.people.tables import Attempt, Audit, LoginKind, SignIn, SimpleCode, User
from models.process.actor import Actor, Role
from models.process.errors import Invalid, TooMany

SESSION_LIFE = timedelta(hours=8)
SESSION_IDLE = timedelta(hours=2)
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
LIMITS = {
    "verify": (20, 15),  # of one address: judging a file costs us time
    "booking-pin": (5, 60),  # of one e-mail from one address: ten thousand PINs are soon tried
    "booking-pin-address": (30, 60),
    "booking-pin-email": (30, 1440),  # of one e-mail from anywhere: who has many addresses does not try them all
    "booking-hold": (600, 15),
    "sign-in": (5, 15),  # of one login from one address
    "sign-in-login": (30, 15),  # of one login from anywhere: beyond it strangers type a code from a picture
    "sign-in-address": (60, 15),
    "register": (10, 60),
    "register-contact": (3, 60),
    "recover": (10, 60),
    "recover-contact": (3, 60),
    "proof": (30, 15),
    "captcha": (1, 60),
    "factor": (5, 15),
    "contact": (5, 60),
    "representative": (10, 1440),  # offers of a day: a letter goes to whatever contact is typed
    "password": (5, 15),
    "status": (60, 15),
    "check": (60, 15),
    "estimate": (30, 15),
    "code": (5, 15),
    "code-again": (3, 60),  # of one contact: codes sent in place of those that did not come
    "appeal": (10, 60),  # of one address: appeals without a sign-in
    "appeal-contact": (5, 60),  # receipts to one e-mail
    "account": (10, 60),  # of one person: looks for a personal account by its number
    "account-number": (20, 1440),  # of one number by anybody: a surname and a sum are soon tried
}  # kind: (tries, minutes)


class WrongPassword(Invalid):
    """Says the same whether the login or the password is wrong."""

    def __init__(self) -> None:
        super().__init__("login", "The login or the password is wrong")


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def tries(session: Session, kind: str, key: str, now: datetime) -> int:
    """How many were noted within the window of this kind."""
    window = now - timedelta(minutes=LIMITS[kind][1])
    query = select(func.count()).where(Attempt.kind == kind, Attempt.key == key, col(Attempt.at) > window)
    return session.exec(query).one()


def count_attempt(session: Session, kind: str, key: str, now: datetime) -> None:
    """Note a try; raises TooMany beyond the limit of its kind. Commit the note even when what follows fails.

    Tries of one key come one after the other: a thousand at once do not slip under the limit."""
    limit, minutes = LIMITS[kind]
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{kind}:{key}", 0))))
    if tries(session, kind, key, now) >= limit:
        raise TooMany(minutes=minutes)
    session.add(Attempt(kind=kind, key=key, at=now))
    session.flush()


def forgive_attempts(session: Session, kind: str, key: str) -> None:
    for row in session.exec(select(Attempt).where(Attempt.kind == kind, Attempt.key == key)):
        session.delete(row)


def sign_in(
    session: Session,
    login: str,
    password: str,
    now: datetime,
    *,
    verify: Callable[[str, str], bool],
    address: str = "",
    agent: str = "",
    logins: Collection[str] = tuple(LoginKind),
    kind: str = "",
    life: timedelta = SESSION_LIFE,
    staff_factor: bool = False,
) -> tuple[str, SignIn]:
    """The token of a new session (kept nowhere) and its row. Raises WrongPassword; count the attempt before.

    `verify(hash, password)` is called for an unknown login too, so that time does not tell who is registered. What the
    session waits for (second factor, a new password) stands in its row: until then it opens nothing."""
    user = sessions.holder(session, login, logins, kind)
    if user is not None and user.temporary_until is not None and user.temporary_until <= now:
        user = None
    if not verify(user.password_hash if user else "", password) or user is None:
        raise WrongPassword
    waits = sessions.waits_for(session, user, staff_factor)
    sessions.spend_temporary(session, user)
    token = secrets.token_urlsafe(32)
    row = sessions.begin(session, user, token, now, sessions.WAITING if waits else life, address, agent, waits)
    note(session, Actor(Role(user.role), user.id, user.name, address=address), "people:user:signed_in", now)
    session.flush()
    return token, row


def sign_out(session: Session, token: str, now: datetime) -> None:
    row = session.exec(select(SignIn).where(SignIn.token_hash == hashed(token))).first()
    if row:
        row.ended_at = row.ended_at or now
        session.add(row)


def signed_in(
    session: Session, token: str, now: datetime, idle: timedelta = SESSION_IDLE
) -> tuple[User, SignIn] | None:
    """Who holds this token now and waits for nothing; touches `seen_at` at most once a minute."""
    found = sessions.of_token(session, token)
    if found is None or found[1].waits_for or found[1].expires_at <= now or found[1].seen_at + idle <= now:
        return None
    user, row = found
    if now - row.seen_at > timedelta(minutes=1):
        row.seen_at = now
        session.add(row)
    return user, row


def note(
    session: Session,
    actor: Actor,
    tag: str,
    now: datetime,
    *,
    process: str = "",
    subject_id: int | None = None,
    **facts: Any,
) -> None:
    """An audit row: a look at personal data, a sign-in, a retry of set-aside work."""
    session.add(
        Audit(
            at=now,
            user_id=actor.user_id,
            user_name=actor.name,
            tag=tag,
            process=process,
            subject_id=subject_id,
            facts=facts,
            address=actor.address,
        )
    )


def make_code(session: Session, user: User, purpose: str, bound_to: str, now: datetime) -> str:
    """A six-digit code bound to what will be signed; earlier codes for it are void."""
    for old in session.exec(
        select(SimpleCode).where(
            SimpleCode.user_id == user.id, SimpleCode.purpose == purpose, col(SimpleCode.used_at).is_(None)
        )
    ):
        session.delete(old)
    session.flush()
    code = f"{secrets.randbelow(1_000_000):06d}"
    session.add(
        SimpleCode(
            user_id=user.id or 0,
            purpose=purpose,
            bound_to=bound_to,
            code_hash=hashed(f"{bound_to}:{code}"),
            channel=masked(user.email),
            created_at=now,
            expires_at=now + CODE_LIFE,
        )
    )
    session.flush()
    return code


def begin_try(session: Session, user: User, purpose: str, bound_to: str, now: datetime) -> int:
    """Count a try before its code is looked at; gives the number of the try for `use_code`. Commit it in a transaction of
    its own: then the count stays, whatever becomes of what follows. Raises Invalid("code")."""
    row = _open_code(session, user, purpose, bound_to, now)
    if row.tries >= CODE_TRIES:
        raise _no_longer_valid()
    row.tries += 1
    session.add(row)
    session.flush()
    return row.tries


def use_code(
    session: Session, user: User, purpose: str, bound_to: str, code: str, now: datetime, *, counted: int | None = None
) -> SimpleCode:
    """The evidence of a simple signature. Raises Invalid("code").

    `counted`: the number that `begin_try` gave, committed before. Without it the try is counted in this transaction, and
    who calls must commit it even when the code was wrong."""
    tried = begin_try(session, user, purpose, bound_to, now) if counted is None else counted
    row = _open_code(session, user, purpose, bound_to, now)
    if not 1 <= tried <= min(row.tries, CODE_TRIES):
        raise _no_longer_valid()
    if row.code_hash != hashed(f"{bound_to}:{code.strip()}"):
        raise Invalid("code", "The code is wrong. Check the last letter from us")
    row.used_at = now
    session.add(row)
    return row


def _open_code(session: Session, user: User, purpose: str, bound_to: str, now: datetime) -> SimpleCode:
    """The unused code, locked. A code for other bytes is as good as none."""
    query = (
        select(SimpleCode)
        .where(SimpleCode.user_id == user.id, SimpleCode.purpose == purpose, col(SimpleCode.used_at).is_(None))
        .with_for_update()
    )
    row = session.exec(query.execution_options(populate_existing=True)).first()
    if row is None or row.bound_to != bound_to:
        raise Invalid("code", "The data have changed since the code was sent. Ask for a new code")
    if row.expires_at <= now:
        raise _no_longer_valid()
    return row


def _no_longer_valid() -> Invalid:
    return Invalid("code", "The code is no longer valid. Ask for a new code")


def masked(email: str) -> str:
    """a***a@example.ru"""
    name, _, host = email.partition("@")
    return f"{name[:1]}***{name[-1:]}@{host}" if host else ""
