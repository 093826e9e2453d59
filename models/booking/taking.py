"""Taking a place at a desk. The only code that inserts bookings and frees holds; never checks first and inserts after.

One call of the database does it (`booking_take`, docs/decisions/0024): it locks one place that nobody else is looking at (`skip
locked`) and inserts `on conflict do nothing`: the exclusion constraint decides. "Full" is said only after a look that waits for the
others; catching the violation would deadlock.

No query reads through the wall: PostgreSQL loses entries of a GiST index that is read by repeated scans while it grows, and a
wall with a hole lets doubles through (docs/decisions/0017)."""

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import text
from sqlmodel import Session, select

from models.booking.register import Office, Service
from models.booking.rules import HOLD, PlaceLost
from models.booking.tables import PROCESS, Booking, Channel, Stage, Way
from models.process import history
from models.process.actor import Actor
from models.process.errors import FeederError, Invalid, NotFound


class Wish(NamedTuple):
    """What is looked for. `desks`: only these; empty: any that serves it. The desk after the last one taken at that time is tried
    first, then those before it."""

    office_id: int
    service_id: int
    starts_at: datetime
    desks: tuple[int, ...] = ()


class Asks(StrEnum):
    """Who asks: a visitor gets what is offered outside, an hour ahead (domain d); the desk books up to the last minute."""

    VISITOR = "visitor"
    DESK = "desk"


class Taken(NamedTuple):
    """What the database has written."""

    id: int
    office_id: int
    desk_id: int
    service_id: int
    starts_at: datetime
    ends_at: datetime
    busy_until: datetime
    hold_until: datetime
    way: str
    stage: str


class Visit(NamedTuple):
    """Who comes, by the table's columns, and the move that books him."""

    fields: dict[str, Any]
    actor: Actor
    tag: str
    way: Way | None = None  # chosen by the visitor among those of the service


# Straight to the driver: for one short answer the layers between cost as much as the statement itself.
_TAKE = """
    select why, id, desk_id, ends_at, busy_until, way from booking_take(
        %(office)s::bigint, %(service)s::bigint, %(start)s::timestamptz, %(desks)s::bigint[], %(asks)s::text, %(until)s::timestamptz,
        %(now)s::timestamptz, %(channel)s::text, %(way)s::text, %(chosen)s::text, %(user)s::bigint, %(made_by)s::bigint,
        %(after)s::interval, %(visitor)s::jsonb, %(link)s::jsonb, 'first')"""
# They stand in the link until the database knows the numbers; no text of the database can hold such a character.
_THE_ID, _THE_DESK = "\0id", "\0desk"


def hold(
    session: Session,
    wish: Wish,
    now: datetime,
    *,
    until: datetime | None = None,
    channel: Channel = Channel.SITE,
    way: Way | None = None,
    user_id: int | None = None,
    made_by: int | None = None,
    wakes: bool = True,
    asks: Asks | None = None,
    visit: Visit | None = None,
) -> Taken:
    """A place of the wished time is kept for ten minutes (or `until`), or booked at once for `visit`. Raises PlaceLost; where it is
    said who `asks`, NotFound (office or service off), Invalid("starts_at" | "way"). `wakes=False`: no alarm is set, because the caller
    books or gives up in the same transaction. `way=None`: in the office, or as the service is given otherwise."""
    until = until or now + HOLD
    facts: dict[str, Any] = {
        "office": wish.office_id, "service": wish.service_id, "start": wish.starts_at, "desks": list(wish.desks) or None,
        "asks": asks, "until": until, "now": now, "channel": channel, "way": way, "user": user_id, "made_by": made_by,
        "chosen": None, "visitor": None, "link": None, "after": max(until - now, timedelta(milliseconds=1)) if wakes else None,
    }  # fmt: skip
    if visit is not None:
        facts |= {
            "chosen": visit.way, "visitor": json.dumps(visit.fields, default=_as_json),
            "link": _first_link(wish, visit, channel, now), "after": facts["after"] or timedelta(),  # the leg of his letter
        }  # fmt: skip
    why, *found = _driver(session).execute(_TAKE, facts, prepare=True).fetchone() or ("full",)
    if why is not None:
        raise _refusal(why)
    made, desk, ends, busy, given = found
    stage = Stage.HELD if visit is None else Stage.BOOKED
    return Taken(made, wish.office_id, desk, wish.service_id, wish.starts_at, ends, busy, until, given, stage)


def _as_json(value: datetime | bytes) -> str:
    return value.hex() if isinstance(value, bytes) else value.isoformat()


def _driver(session: Session) -> "psycopg.Connection[Any]":
    """The session's own connection, in its transaction."""
    return session.connection().connection.driver_connection  # type: ignore[return-value]


def _first_link(wish: Wish, visit: Visit, channel: Channel, now: datetime) -> str:
    """The first link of the history but for the two numbers that only the database knows. The words that are hashed are made here, as
    for every link: the database puts the numbers in and hashes."""
    actor = visit.actor
    changes = history.plain({"desk": _THE_DESK, "starts_at": wish.starts_at.astimezone(UTC), "channel": channel})
    told = history.words(
        history.GENESIS, PROCESS, _THE_ID, 1, visit.tag, (actor.role, actor.user_id, actor.name), now, Stage.HELD, Stage.BOOKED,
        changes, "", "",
    )  # fmt: skip
    link = {"told": told, "tag": visit.tag, "role": actor.role, "id": actor.user_id, "name": actor.name}
    return json.dumps(link | {"changes": json.dumps(changes)})


def _refusal(why: str) -> FeederError:
    if why == "near":
        return Invalid("starts_at", "Choose a later time: this one is too near")
    if why == "way":
        return Invalid("way", "Choose how you want to be received")
    return NotFound() if why == "closed" else PlaceLost()


_ENTER = text("select pg_advisory_xact_lock_shared(hashtextextended(:gate, 0))")
_ALONE = text("select pg_advisory_xact_lock(hashtextextended(:gate, 0))")


def _gate(office: int) -> str:
    return f"booking_office:{office}"


def enter(session: Session, *offices: int) -> None:
    """The one order of locks: the offices in the order of numbers, then bookings, then places. Call before a booking is locked;
    any number may be inside at once."""
    for office in sorted(set(offices)):
        session.execute(_ENTER, {"gate": _gate(office)})


def enter_alone(session: Session, *offices: int) -> None:
    """Whoever frees a place and takes one in the same breath (moves, cancels with an offer) or changes places waits for all who are
    inside, and they for him: otherwise one waits for the other's place and the other for his booking."""
    for office in sorted(set(offices)):
        session.execute(_ALONE, {"gate": _gate(office)})


def release(session: Session, booking_id: int) -> bool:
    """A hold is given up. Anything that was booked stays: False."""
    done = session.execute(
        text("delete from booking where id = :id and stage = 'HELD' returning id"), {"id": booking_id}
    ).first()
    return done is not None


def release_lapsed(session: Session, booking_id: int, now: datetime) -> bool:
    """The hold's ten minutes are over."""
    done = session.execute(
        text("delete from booking where id = :id and stage = 'HELD' and hold_until <= :now returning id"),
        {"id": booking_id, "now": now},
    ).first()
    return done is not None


def shift(session: Session, booking: Booking, wish: Wish, now: datetime) -> None:
    """A locked booking goes to another place, keeping its row. Raises PlaceLost; then nothing has changed.

    The new place is taken as every other: by a hold, whose row this booking then replaces. Meanwhile its own time is made
    empty, so that it does not stand in its own way; nobody else can slip in before this transaction ends."""
    with session.begin_nested():
        booking.busy_until = booking.starts_at
        session.add(booking)
        session.flush()
        taken = hold(session, wish, now, wakes=False)
        release(session, taken.id)
        booking.office_id, booking.desk_id, booking.service_id = taken.office_id, taken.desk_id, taken.service_id
        booking.starts_at, booking.ends_at, booking.busy_until = taken.starts_at, taken.ends_at, taken.busy_until
        session.add(booking)
        session.flush()


def office_of(session: Session, office_id: int) -> Office:
    found = session.get(Office, office_id)
    if found is None:
        raise NotFound
    return found


def service_of(session: Session, service_id: int) -> Service:
    found = session.exec(select(Service).where(Service.id == service_id)).first()
    if found is None:
        raise NotFound
    return found
