"""One-time links and codes: made, found, used. Only hashes are kept; a code dies after five wrong tries.

Nothing here raises for a wrong code: the try has to be committed, so the caller is told and speaks after the commit."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from models.people.proof_tables import Channel, Proof, Purpose
from models.people.tables import User

TRIES = 5
CODE_LIFE = timedelta(minutes=10)


class Promise(NamedTuple):
    """What was promised, with its three secrets in plain for the one moment in which they can be sent."""

    proof: Proof
    handle: str  # stands in the address of the page where the code is typed
    token: str  # stands in the link of the letter
    code: str  # "" when only a link was promised


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def promise(
    session: Session,
    purpose: Purpose,
    channel: Channel,
    contact: str,
    now: datetime,
    life: timedelta,
    *,
    user_id: int | None = None,
    data: dict[str, Any] | None = None,
    with_code: bool = False,
) -> Promise:
    """A fresh one-time link (and code). Earlier ones of the same person and purpose are void."""
    if user_id is not None:
        _void(session, purpose, user_id, now)
    handle, token = secrets.token_urlsafe(18), secrets.token_urlsafe(32)
    code = f"{secrets.randbelow(1_000_000):06d}" if with_code else ""
    row = Proof(
        purpose=purpose,
        channel=channel,
        contact=contact,
        user_id=user_id,
        handle_hash=hashed(handle),
        token_hash=hashed(token),
        code_hash=hashed(f"{handle}:{code}") if code else "",
        data=data or {},
        created_at=now,
        expires_at=now + life,
    )
    session.add(row)
    session.flush()
    return Promise(row, handle, token, code)


def hollow(session: Session, row: Proof) -> None:
    """A promise that nobody can keep: it was sent to nobody, and no guess opens it. The page does not show it."""
    row.code_hash, row.data = "", {}
    row.token_hash = hashed(secrets.token_urlsafe(32))
    session.add(row)
    session.flush()


def _void(session: Session, purpose: Purpose, user_id: int, now: datetime) -> None:
    query = select(Proof).where(Proof.user_id == user_id, Proof.purpose == purpose, col(Proof.used_at).is_(None))
    for row in session.exec(query):
        row.used_at = now
        session.add(row)


def void_links(session: Session, user: User, now: datetime) -> None:
    """Ways to a new password that were sent to where this person was reached until now open nothing any more."""
    reached = [contact for contact in (user.email, user.login, user.phone) if contact]
    query = select(Proof).where(
        Proof.purpose == Purpose.RECOVER, col(Proof.contact).in_(reached), col(Proof.expires_at) > now
    )
    for row in session.exec(query.where(col(Proof.used_at).is_(None))):
        if user.id in row.data.get("users", []):
            used(session, row, now)


def void_all(session: Session, user: User, now: datetime) -> None:
    """The same, and every change of a contact that waits for its proof: who was in the account has asked for it, maybe."""
    void_links(session, user, now)
    for purpose in (Purpose.EMAIL, Purpose.PHONE):
        _void(session, purpose, user.id or 0, now)


def by_token(session: Session, token: str, now: datetime) -> Proof | None:
    """The living promise behind a link, locked; None when it is unknown, used or too old."""
    return _living(session, Proof.token_hash == hashed(token), now)


def by_handle(session: Session, handle: str, now: datetime) -> Proof | None:
    return _living(session, Proof.handle_hash == hashed(handle), now)


def _living(session: Session, which: Any, now: datetime) -> Proof | None:
    row = session.exec(select(Proof).where(which).with_for_update()).first()
    return row if row and row.used_at is None and row.expires_at > now else None


def purpose_behind(session: Session, token: str) -> str:
    """What a link was for, living or not: whoever holds an old one begins again at the right page. "" for an unknown one."""
    return session.exec(select(Proof.purpose).where(Proof.token_hash == hashed(token))).first() or ""


def followed(session: Session, row: Proof, now: datetime) -> None:
    """The link was followed: its owner reads this address."""
    row.proved_at = row.proved_at or now
    session.add(row)


def try_code(session: Session, row: Proof, handle: str, code: str, now: datetime) -> bool:
    """Whether this is the code. A wrong one is counted; after the fifth even the right one is refused."""
    if row.tries >= TRIES or now >= row.created_at + CODE_LIFE or not row.code_hash:
        return False
    row.tries += 1
    right = hmac.compare_digest(row.code_hash, hashed(f"{handle}:{''.join(code.split())}"))
    if right:
        row.proved_at = now
    session.add(row)
    return right


def used(session: Session, row: Proof, now: datetime) -> None:
    """Done: it opens nothing any more, and what was typed is forgotten."""
    row.used_at, row.data = now, {}
    session.add(row)
