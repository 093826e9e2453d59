"""Verbs on people: sign in and out, count attempts, note a look at personal data, one-time codes."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.people.rules import login_of
from models.people.tables import Attempt, Audit, SignIn, SimpleCode, User
from models.process.actor import Actor
from models.process.errors import Invalid, TooMany

SESSION_LIFE = timedelta(hours=8)
SESSION_IDLE = timedelta(hours=2)
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
LIMITS = {
    "sign-in": (5, 15),
    "sign-in-address": (60, 15),
    "status": (60, 15),
    "check": (60, 15),
    "code": (5, 15),
}  # kind: (tries, minutes)


class WrongPassword(Invalid):
    """Says the same whether the login or the password is wrong."""

    def __init__(self) -> None:
        super().__init__("login", "The login or the password is wrong")


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def count_attempt(session: Session, kind: str, key: str, now: datetime) -> None:
    """Note a try; raises TooMany beyond the limit of its kind. Commit the note even when what follows fails."""
    limit, minutes = LIMITS[kind]
    window = now - timedelta(minutes=minutes)
    query = select(func.count()).where(Attempt.kind == kind, Attempt.key == key, col(Attempt.at) > window)
    if session.exec(query).one() >= limit:
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
) -> tuple[str, SignIn]:
    """The token of a new session (kept nowhere) and its row. Raises WrongPassword; count the attempt before.

    `verify(hash, password)` is called for an unknown login too, so that time does not tell who is registered."""
    user = session.exec(select(User).where(User.login == login_of(login), User.active)).first()
    if not verify(user.password_hash if user else "", password) or user is None:
        raise WrongPassword
    token = secrets.token_urlsafe(32)
    row = SignIn(
        token_hash=hashed(token),
        user_id=user.id or 0,
        created_at=now,
        seen_at=now,
        expires_at=now + SESSION_LIFE,
        csrf=secrets.token_urlsafe(24),
        address=address,
        agent=agent[:300],
    )
    session.add(row)
    note(session, Actor(user.role, user.id, user.name, address=address), "people:user:signed_in", now)  # type: ignore[arg-type]
    session.flush()
    return token, row


def sign_out(session: Session, token: str, now: datetime) -> None:
    row = session.exec(select(SignIn).where(SignIn.token_hash == hashed(token))).first()
    if row:
        row.ended_at = row.ended_at or now
        session.add(row)


def signed_in(session: Session, token: str, now: datetime) -> tuple[User, SignIn] | None:
    """Who holds this token now; touches `seen_at` at most once a minute."""
    found = session.exec(
        select(User, SignIn)
        .join(SignIn, col(SignIn.user_id) == User.id)
        .where(SignIn.token_hash == hashed(token), col(SignIn.ended_at).is_(None), User.active)
    ).first()
    if found is None or found[1].expires_at <= now or found[1].seen_at + SESSION_IDLE <= now:
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


def use_code(session: Session, user: User, purpose: str, bound_to: str, code: str, now: datetime) -> SimpleCode:
    """The evidence of a simple signature. Raises Invalid("code"); count the attempt before, the try is counted here."""
    row = session.exec(
        select(SimpleCode)
        .where(SimpleCode.user_id == user.id, SimpleCode.purpose == purpose, col(SimpleCode.used_at).is_(None))
        .with_for_update()
    ).first()
    if row is None or row.bound_to != bound_to:
        raise Invalid("code", "The data have changed since the code was sent. Ask for a new code")
    if row.expires_at <= now or row.tries >= CODE_TRIES:
        raise Invalid("code", "The code is no longer valid. Ask for a new code")
    row.tries += 1
    session.add(row)
    if row.code_hash != hashed(f"{bound_to}:{code.strip()}"):
        raise Invalid("code", "The code is wrong. Check the last letter from us")
    row.used_at = now
    return row


def masked(email: str) -> str:
    """a***a@example.ru"""
    name, _, host = email.partition("@")
    return f"{name[:1]}***{name[-1:]}@{host}" if host else ""
