"""Read side of bookings for visitors and the office: the week grid, the nearest free times, the day's list, load."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.booking import timetable
from models.booking.register import Desk, Office, Plan, Region, Service
from models.booking.tables import TAKING_STAGES, Booking, Stage
from models.process.tables import History
from models.process.workdays import ONE_DAY

WEEK = 7
_WORKWEEK = 5


@dataclass(frozen=True)
class Cell:
    """One time of one day; `at` is None where there is no reception. Free or taken is all that a visitor learns."""

    at: datetime | None
    free: bool


@dataclass(frozen=True)
class Grid:
    """Rows are start times, columns days; Saturday and Sunday only when something is received then (row B-21)."""

    monday: date
    days: tuple[date, ...]
    times: tuple[time, ...]
    cells: dict[tuple[date, time], Cell]
    earlier: bool  # there is a week before to look at
    later: bool

    def cell(self, day: date, at: time) -> Cell:
        return self.cells.get((day, at), Cell(None, False))

    @property
    def free(self) -> int:
        return sum(c.free for c in self.cells.values())


# Bookings of the days asked for are read once, along `booking_by_office`; no visit is longer than a day.
_STARTS = text("""
    with taken as materialized (
        select desk_id, starts_at, busy_until from booking
         where office_id = :office and starts_at > :first - interval '1 day' and starts_at < :last + interval '1 day'
           and stage in ('HELD', 'BOOKED', 'CHECKED_IN') and not (stage = 'HELD' and hold_until <= :now) and id <> :mine)
    select p.starts_at, bool_or(
        (p.ends_at >= p.starts_at + make_interval(mins => s.minutes)
         or (select max(q.ends_at) >= p.starts_at + make_interval(mins => s.minutes)
                    and sum(q.ends_at - q.starts_at) = max(q.ends_at) - min(q.starts_at)
               from booking_place q where q.desk_id = p.desk_id and q.starts_at >= p.starts_at
                and q.starts_at < p.starts_at + make_interval(mins => s.minutes)))
        and not exists (select 1 from taken b
             where b.desk_id = p.desk_id
               and b.starts_at < p.starts_at + make_interval(mins => s.minutes + s.buffer_minutes)
               and b.busy_until > p.starts_at)) as free
      from booking_place p
      join booking_desk_service ds on ds.desk_id = p.desk_id and ds.service_id = :service
      join booking_service s on s.id = ds.service_id
     where p.office_id = :office and p.starts_at >= :first and p.starts_at < :last
     group by p.starts_at order by p.starts_at""")


def starts(
    session: Session, office: Office, service_id: int, first: datetime, last: datetime, now: datetime, mine: int = 0,
    *, staff: bool = False,
) -> list[tuple[datetime, bool]]:  # fmt: skip
    """Times of reception with whether a desk is free; what is too near is not free, but for staff. `mine`: a hold of one's own."""
    near = now + timedelta(minutes=0 if staff else office.lead_minutes)
    facts = {"office": office.id, "service": service_id, "first": first, "last": last, "now": now, "mine": mine}
    return [(r.starts_at, bool(r.free) and r.starts_at >= near) for r in session.execute(_STARTS, facts)]


def week(
    session: Session,
    office: Office,
    service_id: int,
    monday: date,
    now: datetime,
    mine: int = 0,
    *,
    staff: bool = False,
) -> Grid:
    """Five or seven days from a Monday, in the office's time."""
    zone = ZoneInfo(office.time_zone)
    first, last = (datetime.combine(monday + n * ONE_DAY, time(), zone) for n in (0, WEEK))
    cells = {}
    for at, free in starts(session, office, service_id, first, last, now, mine, staff=staff):
        local = at.astimezone(zone)
        cells[local.date(), local.time()] = Cell(at, free)
    days = [monday + n * ONE_DAY for n in range(WEEK)]
    received = {day for day, _ in cells}
    shown = tuple(d for n, d in enumerate(days) if n < _WORKWEEK or d in received)
    today = now.astimezone(zone).date()
    times = tuple(sorted({t for _, t in cells} | _frame(session, office, days)))
    end = today + timedelta(days=office.horizon_days)
    return Grid(monday, shown, times, cells, monday > timetable.week_of(today), monday + timedelta(WEEK) <= end)


def _frame(session: Session, office: Office, days: Sequence[date]) -> set[time]:
    """Start times of the office's ordinary days, so that a closed day shows its red column."""
    step, found = timedelta(minutes=office.step_minutes), set()
    for plan in session.exec(select(Plan).where(Plan.office_id == office.id, col(Plan.weekday) < _WORKWEEK)):
        if plan.valid_from <= days[-1] and (plan.valid_to is None or plan.valid_to >= days[0]):
            found |= set(timetable.frame(timetable.hours(plan.opens, plan.closes, plan.breaks), step))
    return found


def nearest(
    session: Session, office_id: int, service_id: int, wanted: datetime, now: datetime, limit: int = 3, mine: int = 0
) -> list[datetime]:
    """Free times closest to the wanted one, in the order of time."""
    office = session.get_one(Office, office_id)
    last = now + timedelta(days=office.horizon_days + 1)
    free = [at for at, fits in starts(session, office, service_id, now, last, now, mine) if fits]
    return sorted(sorted(free, key=lambda at: abs(at - wanted))[:limit])


def first_free(session: Session, office: Office, service_id: int, now: datetime) -> datetime | None:
    found = nearest(session, office.id or 0, service_id, now, now, 1)
    return found[0] if found else None


def regions(session: Session) -> Sequence[Region]:
    """With at least one office that is switched on."""
    query = select(Region).join(Office, col(Office.region_id) == Region.id).where(Office.switched_on)
    return session.exec(query.distinct().order_by(Region.name)).all()


def offices(session: Session, region_id: int | None = None, *, all_of_them: bool = False) -> Sequence[Office]:
    """Switched on, unless all are asked for (the office's own register)."""
    query = select(Office) if all_of_them else select(Office).where(Office.switched_on)
    if region_id is not None:
        query = query.where(Office.region_id == region_id)
    return session.exec(query.order_by(Office.address)).all()


_SERVICES = text("""
    select distinct s.id, s.code from booking_service s
      join booking_desk_service ds on ds.service_id = s.id join booking_desk d on d.id = ds.desk_id
     where d.office_id = :office and d.active and s.active""")


def services(session: Session, office_id: int) -> Sequence[Service]:
    """What at least one active desk of the office can serve."""
    ids = [r.id for r in session.execute(_SERVICES, {"office": office_id})]
    return session.exec(select(Service).where(col(Service.id).in_(ids)).order_by(Service.code)).all()


def desks(session: Session, office_id: int) -> Sequence[Desk]:
    return session.exec(select(Desk).where(Desk.office_id == office_id).order_by(col(Desk.id))).all()


_HOMELESS = text("""
    select b.id from booking b where b.office_id = :office and b.stage = 'BOOKED' and b.starts_at > :now
       and not exists (select 1 from booking_place p where p.desk_id = b.desk_id and p.starts_at = b.starts_at)
     order by b.starts_at, b.id""")


def homeless(session: Session, office_id: int, now: datetime) -> list[int]:
    """Bookings ahead whose place is laid out no more: to be moved."""
    return [int(r.id) for r in session.execute(_HOMELESS, {"office": office_id, "now": now})]


def day_list(session: Session, office: Office, day: date) -> Sequence[tuple[Booking, str, str]]:
    """The receptionist's day: bookings with the names of desk and service, in order."""
    zone = ZoneInfo(office.time_zone)
    first, last = (datetime.combine(d, time(), zone) for d in (day, day + ONE_DAY))
    query = (
        select(Booking, Desk.name, Service.name)
        .join(Desk, col(Booking.desk_id) == Desk.id)
        .join(Service, col(Booking.service_id) == Service.id)
        .where(Booking.office_id == office.id, Booking.starts_at >= first, Booking.starts_at < last)
        .where(Booking.stage != Stage.HELD)
    )
    return session.exec(query.order_by(col(Booking.starts_at), col(Booking.desk_id))).all()


def visits(
    session: Session, since: datetime, *, office_id: int | None = None, desk_id: int | None = None
) -> Sequence[tuple[Booking, str, str]]:
    """Visits of an office or of one desk from a moment on, with the names of desk and service; what was cancelled is left out."""
    query = (
        select(Booking, Desk.name, Service.name)
        .join(Desk, col(Booking.desk_id) == Desk.id)
        .join(Service, col(Booking.service_id) == Service.id)
        .where(Booking.starts_at >= since, col(Booking.stage).not_in([Stage.HELD, Stage.CANCELLED]))
        .where(Booking.office_id == office_id if office_id else Booking.desk_id == desk_id)
    )
    return session.exec(query.order_by(col(Booking.starts_at), col(Booking.id)).limit(2000)).all()


def board(
    session: Session, office: Office, now: datetime
) -> tuple[list[tuple[Booking, str]], list[tuple[Booking, str]]]:
    """(who has come and is received, the next eight of today): bookings with the names of their desks."""
    rows = [(b, desk) for b, desk, _ in day_list(session, office, now.astimezone(ZoneInfo(office.time_zone)).date())]
    called = [(b, desk) for b, desk in rows if b.stage == Stage.CHECKED_IN]
    coming = [(b, desk) for b, desk in rows if b.stage == Stage.BOOKED and b.displaced_at is None]
    return called, coming[:8]


def find(session: Session, words: str, limit: int = 30) -> Sequence[Booking]:
    """By number, name, phone or e-mail, as typed; the newest first. Holds have no visitor yet and are not found."""
    query = select(Booking).where(Booking.stage != Stage.HELD)
    for word in words.split()[:5]:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        number = int(word) if word.isascii() and word.isdecimal() and len(word) < 15 else 0  # noqa: PLR2004
        query = query.where(
            col(Booking.name).ilike(like) | col(Booking.phone).ilike(like) | col(Booking.email).ilike(like)
            | (col(Booking.id) == number)
        )  # fmt: skip
    return session.exec(query.order_by(col(Booking.starts_at).desc()).limit(limit)).all()


def named(session: Session, rows: Sequence[Booking]) -> list[tuple[Booking, str, str]]:
    """With the names of desk and service."""
    return [(b, session.get_one(Desk, b.desk_id).name, session.get_one(Service, b.service_id).name) for b in rows]


def displaced(session: Session, office_id: int) -> Sequence[Booking]:
    """Whom we have to call: their desk closed and no other place was found."""
    query = select(Booking).where(
        Booking.office_id == office_id, Booking.stage == Stage.BOOKED, col(Booking.displaced_at).is_not(None)
    )
    return session.exec(query.order_by(col(Booking.starts_at))).all()


def history(session: Session, booking_id: int) -> Sequence[History]:
    query = select(History).where(History.process == "booking", History.subject_id == booking_id)
    return session.exec(query.order_by(col(History.seq))).all()


def of_customer(session: Session, user_id: int) -> Sequence[Booking]:
    """What somebody has booked while signed in, the next visit first, then the newest of those that are over."""
    query = select(Booking).where(Booking.user_id == user_id, Booking.stage != Stage.HELD)
    rows = session.exec(query.order_by(col(Booking.starts_at).desc()).limit(100)).all()
    ahead = [b for b in reversed(rows) if b.stage in TAKING_STAGES]
    return [*ahead, *(b for b in rows if b.stage not in TAKING_STAGES)]
