"""Verbs of the office: plans, switching on, closing with moving of the affected. Every change is noted in the audit."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.booking import actions, layout, queries, timetable, waiting
from models.booking.moving import lock
from models.booking.register import TIMETABLE, Closure, Desk, DeskService, Office, Plan, Region, Service
from models.booking.tables import Booking, Stage
from models.booking.taking import Wish, enter_alone, release
from models.people.actions import note
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed
from models.process.words import N_
from models.process.work import alarm, wake

KEEPERS = frozenset({Role.MANAGER, Role.ADMIN, Role.SYSTEM})  # who may change the registers
CHOICES = 40  # places that a displaced booking is tried at, the nearest first


def _may(actor: Actor, title: str) -> None:
    if actor.role not in KEEPERS:
        raise NotAllowed(move=title)


def switch(session: Session, office: Office, on: bool, actor: Actor, now: datetime) -> None:
    """Row B-14: offices are switched on one by one. Switched off, an office keeps what is booked."""
    _may(actor, N_("Switch an office on or off"))
    office.switched_on = on
    _noted(session, office, actor, "booking:office:switched", now, on=on)


def set_plan(
    session: Session, office: Office, weekday: int, opens: str, closes: str, breaks: Sequence[Sequence[str]], actor: Actor,
    now: datetime, *, desk_id: int | None = None, first: date | None = None, last: date | None = None,
) -> Plan:  # fmt: skip
    """Working hours of a day of the week, of the office or of one desk. Raises Invalid("opens" | "breaks")."""
    _may(actor, N_("Change the working hours"))
    try:
        told = timetable.hours(opens, closes, breaks)
    except ValueError:
        raise Invalid("opens", "Write times as 09:00") from None
    if told.opens >= told.closes:
        raise Invalid("opens", "The office closes before it opens")
    ends = [told.opens, *(t for pair in told.breaks for t in pair), told.closes]
    if ends != sorted(ends):
        raise Invalid("breaks", "Breaks lie inside the working hours and do not overlap")
    row = Plan(
        office_id=office.id or 0, desk_id=desk_id, weekday=weekday, opens=opens, closes=closes,
        breaks=[list(pair) for pair in breaks], valid_from=first or date(2020, 1, 1), valid_to=last,
    )  # fmt: skip
    session.add(row)
    _noted(session, office, actor, "booking:plan:set", now, weekday=weekday, opens=opens, closes=closes)
    return row


def remove_plan(session: Session, plan: Plan, actor: Actor, now: datetime) -> None:
    """Working hours that hold no more; whoever is booked in them stays until he is moved (`rehouse`)."""
    _may(actor, N_("Change the working hours"))
    office = session.get_one(Office, plan.office_id)
    facts = {"weekday": plan.weekday, "opens": plan.opens, "closes": plan.closes}
    session.delete(plan)
    _noted(session, office, actor, "booking:plan:removed", now, **facts)


def add_region(session: Session, name: str, actor: Actor, now: datetime) -> Region:
    """Raises Invalid("name") for an empty one or one that is there already."""
    _may(actor, N_("Change the offices"))
    if not name.strip() or session.exec(select(Region).where(Region.name == name.strip())).first():
        raise Invalid("name", "Write a name that is not in the list yet")
    row = Region(name=name.strip())
    session.add(row)
    session.flush()
    note(session, actor, "booking:region:added", now, region=row.name)
    return row


def save_office(session: Session, office: Office, actor: Actor, now: datetime) -> Office:
    """A new office or a changed one; switched on apart. Raises Invalid("address" | "time_zone" | "step_minutes")."""
    _may(actor, N_("Change the offices"))
    if not office.address.strip():
        raise Invalid("address", "Fill in this field")
    if office.time_zone not in available_timezones():
        raise Invalid("time_zone", "There is no such time zone")
    if not 5 <= office.step_minutes <= 240:  # noqa: PLR2004 - as the table says
        raise Invalid("step_minutes", "A reception takes from 5 to 240 minutes")
    _noted(session, office, actor, "booking:office:saved", now, address=office.address)
    return office


def save_service(session: Session, service: Service, actor: Actor, now: datetime) -> Service:
    """A new service or a changed one."""
    _may(actor, N_("Change the services"))
    session.add(service)
    session.flush()
    note(session, actor, "booking:service:saved", now, service=service.code)
    return service


def save_desk(session: Session, desk: Desk, services: Sequence[int], actor: Actor, now: datetime) -> Desk:
    """A desk and what it can serve."""
    _may(actor, N_("Change the desks"))
    session.add(desk)
    session.flush()
    for row in session.exec(select(DeskService).where(DeskService.desk_id == desk.id)):
        if row.service_id not in services:
            session.delete(row)
    for service_id in services:
        session.merge(DeskService(desk_id=desk.id or 0, service_id=service_id))
    office = session.get_one(Office, desk.office_id)
    _noted(session, office, actor, "booking:desk:saved", now, desk=desk.name, active=desk.active)
    return desk


def _noted(session: Session, office: Office, actor: Actor, tag: str, now: datetime, **facts: Any) -> None:
    session.add(office)
    session.flush()
    note(session, actor, tag, now, office=office.id, **facts)
    wake(session, TIMETABLE, office.id or 0)


def close(
    session: Session, office: Office, starts_at: datetime, ends_at: datetime, reason: str, actor: Actor, now: datetime,
    *, desk_id: int | None = None,
) -> tuple[list[int], list[int]]:  # fmt: skip
    """The office or one desk does not receive for a while. Whoever was booked then goes to the nearest free place and is
    told; for whom none is found waits for a call. (moved, left without a place): ids of bookings."""
    if actor.role not in KEEPERS | {Role.OPERATOR}:
        raise NotAllowed(move=N_("Close a desk"))
    if not reason.strip():
        raise Invalid("reason", "Write the reason: the visitor will read it")
    if starts_at >= ends_at:
        raise Invalid("ends_at", "The end is before the beginning")
    enter_alone(session, office.id or 0)
    row = Closure(
        office_id=office.id or 0, desk_id=desk_id, starts_at=starts_at, ends_at=ends_at, reason=reason.strip(),
        made_by=actor.user_id, made_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    layout.lay_out(session, office, now)
    _free_holds(session, row, now)
    _noted(session, office, actor, "booking:office:closed", now, reason=reason.strip(), desk=desk_id)
    return _move_all(
        session, affected(session, row.office_id, desk_id, starts_at, ends_at, now), actor, row.reason, now
    )


def reopen(session: Session, closure: Closure, actor: Actor, now: datetime) -> None:
    """A closure is taken back: its places are laid out again and offered to whoever waits; who has moved stays where he is."""
    _may(actor, N_("Open a desk again"))
    office, first, last = session.get_one(Office, closure.office_id), closure.starts_at, closure.ends_at
    session.delete(closure)
    session.flush()
    layout.lay_out(session, office, now)
    for service in queries.services(session, office.id or 0):
        for start, free in queries.starts(session, office, service.id or 0, max(first, now), last, now):
            if free:
                waiting.offer(session, office.id or 0, service.id or 0, start, now)
    _noted(session, office, actor, "booking:office:reopened", now)


def rehouse(session: Session, office: Office, actor: Actor, reason: str, now: datetime) -> tuple[list[int], list[int]]:
    """After a change of plans: bookings whose places have gone are moved like those of a closure."""
    enter_alone(session, office.id or 0)
    return _move_all(session, queries.homeless(session, office.id or 0, now), actor, reason, now)


def _free_holds(session: Session, closure: Closure, now: datetime) -> None:
    """Whoever is in the middle of the wizard is told that the time is lost; whoever was offered it waits on."""
    found = session.execute(
        text("""select id from booking where office_id = :office and stage = 'HELD' and starts_at < :end and ends_at > :start
                 and (cast(:desk as bigint) is null or desk_id = :desk) order by id"""),
        {"office": closure.office_id, "desk": closure.desk_id, "start": closure.starts_at, "end": closure.ends_at},
    )
    for held in [int(row.id) for row in found]:
        waiting.lapse(session, held, now)
        release(session, held)


def affected(
    session: Session, office_id: int, desk_id: int | None, starts_at: datetime, ends_at: datetime, now: datetime
) -> list[int]:
    """Visits still ahead that a closure of the office, or of one desk, touches: the earliest first."""
    query = select(Booking.id).where(
        Booking.office_id == office_id, Booking.stage == Stage.BOOKED, Booking.starts_at > now,
        Booking.starts_at < ends_at, Booking.ends_at > starts_at,
    )  # fmt: skip
    if desk_id:
        query = query.where(Booking.desk_id == desk_id)
    return [i for i in session.exec(query.order_by(col(Booking.starts_at), col(Booking.id))) if i]


def _move_all(
    session: Session, ids: Sequence[int], actor: Actor, reason: str, now: datetime
) -> tuple[list[int], list[int]]:
    moved: list[int] = []
    left: list[int] = []
    for booking_id in ids:
        booking = lock(session, booking_id)
        if booking.stage != Stage.BOOKED:
            continue
        places = queries.nearest(session, booking.office_id, booking.service_id, booking.starts_at, now, CHOICES)
        wishes = [Wish(booking.office_id, booking.service_id, start) for start in places]
        (moved if actions.displace(session, booking, actor, reason, now, wishes) else left).append(booking_id)
    return moved, left


def lay_out(session: Session, office: Office, now: datetime) -> int:
    """What the timetable's leg does every night: places for the horizon, and the alarm of the next night."""
    made = layout.lay_out(session, office, now)
    alarm(session, TIMETABLE, office.id or 0, now + timedelta(hours=12), now)
    return made
