"""Verbs on keys and webhooks: make, use, revoke; add, switch, remove. Flush, never commit; call nobody."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from models.integration import events
from models.integration.rules import (
    EVENTS,
    LONGEST,
    MOST_KEYS,
    MOST_WEBHOOKS,
    WINDOW,
    Event,
    Scope,
    checked_address,
    hashed,
    is_key,
    new_key,
)
from models.integration.tables import ApiKey, Call, CallState, Webhook
from models.people.actions import note
from models.people.tables import User
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound, Stale
from models.process.words import N_
from models.process.work import wake

_NAME = 100  # characters


def make_key(
    session: Session, actor: Actor, name: str, scopes: Collection[str], life: timedelta, now: datetime
) -> tuple[ApiKey, str]:
    """The row and the key in plain, which is kept nowhere. Raises ManyInvalid, NotAllowed."""
    _customer(actor)
    faults = []
    if not name.strip():
        faults.append(Invalid("name", "Write what the key is for"))
    if not scopes or set(scopes) - set(Scope):
        faults.append(Invalid("scopes", "Choose at least one right"))
    if not timedelta() < life <= LONGEST:
        faults.append(Invalid("life", "A key lives for a year at most"))
    living = select(func.count()).where(ApiKey.user_id == actor.person, col(ApiKey.revoked_at).is_(None))
    _alone(session, actor)
    if session.exec(living.where(ApiKey.expires_at > now)).one() >= MOST_KEYS:
        faults.append(Invalid("name", "There are %(most)s keys already: revoke one first", most=MOST_KEYS))
    if faults:
        raise ManyInvalid(faults)
    fresh = new_key()
    row = ApiKey(
        user_id=actor.person,
        name=name.strip()[:_NAME],
        prefix=fresh.prefix,
        key_hash=hashed(fresh.key),
        scopes=sorted(str(s) for s in set(scopes)),
        created_at=now,
        expires_at=now + life,
    )
    session.add(row)
    session.flush()
    note(session, actor, "people:key:made", now, process="people", subject_id=actor.user_id, key=row.prefix,
         scopes=row.scopes)  # fmt: skip
    return row, fresh.key


def revoke_key(session: Session, key_id: int, actor: Actor, now: datetime) -> ApiKey:
    """At once and for good. Raises NotFound for somebody else's."""
    row = session.get(ApiKey, key_id, with_for_update=True)
    if row is None or row.user_id != actor.user_id:
        raise NotFound
    if row.revoked_at is None:
        row.revoked_at = now
        session.add(row)
        note(session, actor, "people:key:revoked", now, process="people", subject_id=actor.user_id, key=row.prefix)
    return row


def revoke_keys(session: Session, user_id: int, now: datetime) -> int:
    """Every living key of a person whose doors are closed: his password changed, or he ended his sessions. How many."""
    query = select(ApiKey).where(ApiKey.user_id == user_id, col(ApiKey.revoked_at).is_(None), ApiKey.expires_at > now)
    rows = session.exec(query.order_by(col(ApiKey.id)).with_for_update()).all()
    for row in rows:
        row.revoked_at = now
        session.add(row)
    session.flush()
    return len(rows)


class Used(NamedTuple):
    """Who came with a key, and the number of this request within its minute."""

    key: ApiKey
    user: User
    number: int


def use_key(session: Session, typed: str, now: datetime, address: str) -> Used | None:
    """The holder of a living key; None for any other. The request is counted whatever comes of it."""
    if not is_key(typed):
        return None
    query = (
        select(ApiKey, User)
        .join(User, col(ApiKey.user_id) == User.id)
        .where(ApiKey.key_hash == hashed(typed), col(ApiKey.revoked_at).is_(None), ApiKey.expires_at > now)
        .where(User.active, User.role == Role.APPLICANT)
    )
    found = session.exec(query.with_for_update(of=ApiKey)).first()
    if found is None:
        return None
    key, user = found
    fresh = key.window_at is None or not key.window_at <= now < key.window_at + WINDOW
    key.window_at, key.window_count = (now, 1) if fresh else (key.window_at, key.window_count + 1)
    key.last_used_at, key.last_address = now, address
    session.add(key)
    session.flush()
    return Used(key, user, key.window_count)


# ------------------------------------------------------------------------------------------------ webhooks
def add_webhook(
    session: Session, actor: Actor, address: str, sealed: bytes, wanted: Collection[str], now: datetime, *,
    plain_allowed: bool = False,
) -> Webhook:  # fmt: skip
    """`sealed`: the secret, locked by the caller, who has asked infra.webhook where the address leads. Raises ManyInvalid."""
    _customer(actor)
    faults: list[Invalid] = []
    try:
        address = checked_address(address, plain_allowed=plain_allowed)
    except Invalid as fault:
        faults.append(fault)
    if not wanted or set(wanted) - set(EVENTS):
        faults.append(Invalid("events", "Choose at least one event"))
    _alone(session, actor)
    living = select(func.count()).where(Webhook.user_id == actor.person, col(Webhook.removed_at).is_(None))
    if session.exec(living).one() >= MOST_WEBHOOKS:
        faults.append(Invalid("address", "There are %(most)s addresses already: remove one first", most=MOST_WEBHOOKS))
    if faults:
        raise ManyInvalid(faults)
    row = Webhook(
        user_id=actor.person, address=address, secret=sealed, events=sorted(str(e) for e in set(wanted)), created_at=now
    )
    session.add(row)
    session.flush()
    note(session, actor, "people:webhook:added", now, process="people", subject_id=actor.user_id, webhook=row.id)
    return row


def webhook_of(session: Session, webhook_id: int, actor: Actor) -> Webhook:
    """His own, locked. Raises NotFound."""
    row = session.get(Webhook, webhook_id, with_for_update=True)
    if row is None or row.user_id != actor.user_id or row.removed_at is not None:
        raise NotFound
    return row


def switch(session: Session, webhook_id: int, on: bool, actor: Actor, now: datetime) -> Webhook:
    row = webhook_of(session, webhook_id, actor)
    row.active, row.off_reason = on, ""
    row.failing_since = None if on else row.failing_since
    session.add(row)
    note(session, actor, f"people:webhook:{'on' if on else 'off'}", now, process="people", subject_id=actor.user_id,
         webhook=row.id)  # fmt: skip
    return row


def remove_webhook(session: Session, webhook_id: int, actor: Actor, now: datetime) -> None:
    """It is called no more; what waited for it is given up by its next leg."""
    row = webhook_of(session, webhook_id, actor)
    row.active, row.removed_at = False, now
    session.add(row)
    note(session, actor, "people:webhook:removed", now, process="people", subject_id=actor.user_id, webhook=row.id)


def try_out(session: Session, webhook_id: int, actor: Actor, now: datetime) -> None:
    """A call that says «test», whatever events were chosen. Raises Stale for one that is off."""
    row = webhook_of(session, webhook_id, actor)
    if not row.active:
        raise Stale(N_("The address is switched off: switch it on first"))
    events.tell_one(session, row, Event.TEST, {"number": secrets.randbelow(10**6)}, now)


def send_again(session: Session, call_id: int, actor: Actor, now: datetime) -> Call:
    """The one button of its owner: a given-up call starts anew. Raises NotFound, Stale."""
    row = session.get(Call, call_id, with_for_update=True)
    if row is None:
        raise NotFound
    if not webhook_of(session, row.webhook_id, actor).active:
        raise Stale(N_("The address is switched off: switch it on first"))
    if row.state not in (CallState.UNDELIVERABLE, CallState.RETRYING, CallState.DELIVERED):
        raise Stale
    row.state, row.next_at, row.first_try_at, row.ended_at = CallState.RETRYING, now, None, None
    session.add(row)
    wake(session, "webhooks", row.id or 0)
    return row


def _customer(actor: Actor) -> None:
    """Keys open what a customer sees; staff work by the desk."""
    if actor.role != Role.APPLICANT or actor.user_id is None:
        raise NotAllowed(move=N_("Access for programs"))


def _alone(session: Session, actor: Actor) -> None:
    """Two clicks at once do not slip under a limit."""
    session.execute(text("select 1 from app_user where id = :id for update"), {"id": actor.person})
