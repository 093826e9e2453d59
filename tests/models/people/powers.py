"""A power of attorney in force, made by the same actions as real ones: offered, checked at the desk, agreed to."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.people import represent
from models.people.represent_rules import Offer, Scan
from models.people.represent_tables import Act, Basis, Representative
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Actor

ZONE = ZoneInfo("Europe/Moscow")
SCAN = Scan("d" * 64, "доверенность.pdf", "application/pdf", 1200)
AHEAD = timedelta(days=200)


def offer_of(agent: User, acts: Iterable[Act], now: datetime, **more: Any) -> Offer:
    """In force from today until long after every test."""
    if agent.registration_number is None:
        agent.registration_number = f"П-{agent.id:06d}"
    first = now.astimezone(ZONE).date()
    told: dict[str, Any] = {
        "contact": agent.registration_number, "agent_name": agent.name, "basis": Basis.POWER, "number": "12",
        "issued_on": first, "acts": [str(a) for a in acts], "first": first,
        "last": max(now, datetime.now(UTC)).astimezone(ZONE).date() + AHEAD,
    }  # fmt: skip
    return Offer(**told | more)


def offered(
    session: Session, principal: User, agent: User, acts: Iterable[Act], now: datetime, **more: Any
) -> Representative:
    told = offer_of(agent, acts, now, **more)
    session.flush()
    return represent.offer(session, told, SCAN, actor_of(principal), now, ZONE)


def power(
    session: Session, principal: User, agent: User, acts: Iterable[Act], clerk: Actor, now: datetime, **more: Any
) -> Representative:
    row = offered(session, principal, agent, acts, now, **more)
    represent.check(session, row.id or 0, clerk, now)
    return represent.accept(session, row.id or 0, actor_of(agent), now)
