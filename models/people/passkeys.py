"""Keys of devices (passkeys): added by a signed-in person, named, revoked; challenges that are answered once. What the
device has signed is judged elsewhere (signatures.passkeys); here are the rows."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.people import actions
from models.people.proof_tables import Passkey, PasskeyAsk, Wanted
from models.people.proofs import hashed
from models.people.tables import User
from models.process.actor import Actor
from models.process.errors import Invalid, NotFound

ASK_LIFE = timedelta(minutes=5)
MOST = 10  # living keys of one person
_NAME = 60  # characters


class NoSuchKey(Invalid):
    """The same words for an unknown key, a revoked one and a wrong signature."""

    def __init__(self) -> None:
        super().__init__(
            "credential", "This key does not open the cabinet: use another one, or sign in with the password"
        )


def ask(session: Session, wanted: Wanted, challenge: bytes, user_id: int | None, now: datetime) -> str:
    """The handle under which the answer comes back; challenges that nobody has answered are swept here."""
    session.execute(delete(PasskeyAsk).where(col(PasskeyAsk.expires_at) <= now))
    handle = secrets.token_urlsafe(24)
    session.add(
        PasskeyAsk(
            handle_hash=hashed(handle), purpose=wanted, user_id=user_id, challenge=challenge, expires_at=now + ASK_LIFE
        )
    )
    session.flush()
    return handle


def answered(session: Session, handle: str, wanted: Wanted, user_id: int | None, now: datetime) -> bytes:
    """The challenge, gone from now on. Commit this before the answer is judged. Raises NoSuchKey."""
    query = select(PasskeyAsk).where(PasskeyAsk.handle_hash == hashed(handle)).with_for_update()
    row = session.exec(query).first()
    if row is None or row.purpose != wanted or row.user_id != user_id or row.expires_at <= now:
        raise NoSuchKey
    session.delete(row)
    session.flush()
    return row.challenge


def of_user(session: Session, user_id: int) -> Sequence[Passkey]:
    """The living ones, oldest first."""
    query = select(Passkey).where(Passkey.user_id == user_id, col(Passkey.ended_at).is_(None))
    return session.exec(query.order_by(col(Passkey.id))).all()


def check_new(session: Session, user_id: int, name: str) -> str:
    """The name, cleaned. Raises Invalid("name")."""
    name = " ".join(name.split())[:_NAME]
    living = of_user(session, user_id)
    if not name:
        raise Invalid("name", "Name the key, so that you know it in the list")
    if name in {key.name for key in living}:
        raise Invalid("name", "You have a key with this name already")
    if len(living) >= MOST:
        raise Invalid("name", "You have %(most)s keys already: revoke one first", most=MOST)
    return name


def add(
    session: Session, name: str, credential: str, public_key: bytes, count: int, actor: Actor, now: datetime
) -> Passkey:
    """Raises Invalid("name"), NoSuchKey for a key that is somebody's already."""
    name = check_new(session, actor.person, name)
    if session.exec(select(Passkey).where(Passkey.credential == credential)).first() is not None:
        raise NoSuchKey
    row = Passkey(
        user_id=actor.person, name=name, credential=credential, public_key=public_key, used_count=count, added_at=now
    )
    session.add(row)
    session.flush()
    actions.note(session, actor, "people:passkey:added", now, process="people", subject_id=actor.person, name=name)
    return row


def holder(session: Session, credential: str, user_id: int | None = None) -> tuple[Passkey, User]:
    """The living key and its active owner, locked. `user_id`: it has to be his. Raises NoSuchKey."""
    query = select(Passkey, User).join(User, col(Passkey.user_id) == User.id)
    query = query.where(Passkey.credential == credential, col(Passkey.ended_at).is_(None), User.active)
    found = session.exec(query.with_for_update(of=Passkey)).first()
    if found is None or user_id not in (None, found[0].user_id):
        raise NoSuchKey
    return found[0], found[1]


def used(session: Session, row: Passkey, count: int, now: datetime) -> None:
    row.used_count, row.used_at = count, now
    session.add(row)
    session.flush()


def revoke(session: Session, passkey_id: int, actor: Actor, now: datetime) -> None:
    """By its owner, at once. Raises NotFound."""
    row = session.get(Passkey, passkey_id, with_for_update=True)
    if row is None or row.user_id != actor.user_id:
        raise NotFound
    if row.ended_at is None:
        row.ended_at = now
        session.add(row)
        actions.note(
            session, actor, "people:passkey:revoked", now, process="people", subject_id=row.user_id, name=row.name
        )


def revoke_all(session: Session, user_id: int, now: datetime) -> None:
    """After an identity check by staff, or when the person goes."""
    for row in of_user(session, user_id):
        row.ended_at = now
        session.add(row)
    session.flush()
