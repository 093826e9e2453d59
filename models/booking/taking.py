"""Taking a place at a desk. The only code that inserts bookings and frees holds; never checks first and inserts after.

A try locks one place that nobody else is looking at (`skip locked`) and inserts `on conflict do nothing`: the exclusion
constraint decides. "Full" is said only after a look that waits for the others; catching the violation would deadlock.

No query reads through the wall: PostgreSQL loses entries of a GiST index that is read by repeated scans while it grows, and a
wall with a hole lets doubles through (docs/decisions/0017)."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, Select, TextClause, column, inspect, text
from sqlalchemy import select as sql_select
from sqlmodel import Session, select

from models.booking.register import Office, Service
from models.booking.rules import HOLD, PlaceLost
from models.booking.tables import PROCESS, Booking, Channel, Way
from models.process.errors import NotFound
from models.process.work import TIMER

TRIES = 500  # each one lost means that somebody else has booked: no office has so many desks


class _GiveBack(Exception):
    """Undoes a try with its locks."""


class Wish(NamedTuple):
    """What is looked for. `desks`: only these, in this order of numbers; empty: any that serves it."""

    office_id: int
    service_id: int
    starts_at: datetime
    desks: tuple[int, ...] = ()


# A visit longer than one place needs the places after it at the same desk, all of them laid out. No visit is longer than a day
# (the register of services says so), so that each desk is asked for by a short piece of the index `booking_one_start`; `offset 0`
# keeps the planner from reading all bookings at once instead.
_FREE = """
    select p.desk_id, p.starts_at, p.starts_at + make_interval(mins => s.minutes) as ends_at,
           p.starts_at + make_interval(mins => s.minutes + s.buffer_minutes) as busy_until,
           coalesce(cast(:way as text), case when not jsonb_exists(s.ways, 'office') then s.ways ->> 0 end, 'office') as way
      from booking_place p
      join booking_desk_service ds on ds.desk_id = p.desk_id and ds.service_id = :service
      join booking_service s on s.id = ds.service_id
     where p.office_id = :office and p.starts_at = :start and (select inside from entered)
       and (cast(:desks as bigint[]) is null or p.desk_id = any(cast(:desks as bigint[])))
       and (p.ends_at >= p.starts_at + make_interval(mins => s.minutes)
            or (select max(q.ends_at) >= p.starts_at + make_interval(mins => s.minutes)
                       and sum(q.ends_at - q.starts_at) = max(q.ends_at) - min(q.starts_at)
                  from booking_place q
                 where q.desk_id = p.desk_id and q.starts_at >= p.starts_at
                   and q.starts_at < p.starts_at + make_interval(mins => s.minutes)))
       and not exists (select 1 from booking b
             where b.desk_id = p.desk_id and b.stage in ('HELD', 'BOOKED', 'CHECKED_IN') and b.busy_until > b.starts_at
               and b.starts_at > p.starts_at - interval '1 day'
               and b.starts_at < p.starts_at + make_interval(mins => s.minutes + s.buffer_minutes)
               and b.busy_until > p.starts_at offset 0)
     order by p.desk_id limit 1 for update of p"""


# Named in the order of the model: that of the table is another, and `_made` reads by place.
_COLUMNS = ", ".join(c.name for c in inspect(Booking).columns)


# One statement: enters the office unless somebody is alone in it, takes a place, sets the alarm of a booking that is new and so has
# no work row yet. What the statement sees may be older than its entering: the wall and the locked place have the last word.
def _take(lock: str) -> TextClause:
    return text(f"""
        with entered as materialized (select pg_try_advisory_xact_lock_shared(hashtextextended(:gate, 0)) as inside),
        place as materialized ({_FREE} {lock}),
        made as (insert into booking (office_id, desk_id, service_id, starts_at, ends_at, busy_until, stage, version, chain,
                    hold_until, channel, way, name, email, phone, account, address, pin_hash, user_id, made_by, created_at,
                    changed_at, notices, reason)
                 select :office, desk_id, :service, starts_at, ends_at, busy_until, 'HELD', 0, repeat('0', 64),
                    :until, :channel, way, '', '', '', '', '', '', :user, :made_by, :now, :now, 0, ''
                   from place on conflict do nothing returning {_COLUMNS}),
        alarm as (insert into work (process, subject_id, state, run_at, lane, attempt, tries)
                  select :process, id, 'due', clock_timestamp() + cast(:after as interval), :lane, 0, 0 from made
                   where cast(:after as interval) is not null)
        select made.*, (select count(*) from place) as seen, inside from entered left join made on true""")  # noqa: S608 - our own constants


_PASSING, _WAITING = _take("skip locked"), _take("")
_LAPSED = text("""
    delete from booking where id in (
        select id from booking where office_id = :office and stage = 'HELD' and hold_until <= :now
           and starts_at < :start + interval '1 day' and busy_until > :start order by id for update)
    returning id""")


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
) -> Booking:
    """A place of the wished time is kept for ten minutes (or `until`). Raises PlaceLost. `wakes=False`: no alarm is set, because
    the caller books or gives up in the same transaction. `way=None`: in the office, or as the service is given otherwise."""
    until = until or now + HOLD
    facts = {
        "office": wish.office_id, "service": wish.service_id, "start": wish.starts_at, "desks": list(wish.desks) or None,
        "until": until, "now": now, "channel": channel, "way": way, "user": user_id, "made_by": made_by,
        "gate": _gate(wish.office_id), "process": PROCESS, "lane": TIMER,
        "after": max(until - now, timedelta(milliseconds=1)) if wakes else None,
    }  # fmt: skip
    found, _seen, inside = _look(session, _PASSING, facts)
    if not inside:
        enter(session, wish.office_id)
    found = found or _second_look(session, facts)
    if found is None:
        raise PlaceLost
    return found


def _look(session: Session, query: TextClause, facts: dict[str, object]) -> tuple[Booking | None, int, bool]:
    """(the booking made, places that were looked at, whether the office was entered)"""
    row = session.execute(_made(query), facts).one()
    return row[0], row.seen, row.inside


@cache
def _made(query: TextClause) -> Select[tuple[Booking, int, bool]]:
    seen, inside = column("seen", BigInteger), column("inside", Boolean)
    columns = query.columns(*inspect(Booking).columns, seen, inside)
    return sql_select(Booking, seen, inside).from_statement(columns)  # type: ignore[return-value]


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


def _second_look(session: Session, facts: dict[str, object]) -> Booking | None:
    """Lapsed holds are freed, then looked again: past the others first, and when nothing is left, by waiting for them.
    A try that loses gives its lock back: waiting with a lock in the hand would deadlock."""
    session.execute(_LAPSED, facts)
    look = _PASSING
    for _turn in range(TRIES):
        with suppress(_GiveBack), session.begin_nested():
            found, seen, _inside = _look(session, look, facts)
            if found is not None:
                return found
            raise _GiveBack
        if not seen and look is _WAITING:
            return None
        look = _PASSING if seen else _WAITING
    return None


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
        release(session, taken.id or 0)
        session.expunge(taken)
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
