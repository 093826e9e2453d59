"""Lays out the places of an office for its horizon from plans, holidays and closures. Doing it again changes nothing."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.booking import timetable
from models.booking.register import Closure, Desk, Office, Plan
from models.booking.taking import enter_alone
from models.process.terms import calendar
from models.process.workdays import ONE_DAY, Calendar

Row = tuple[int, datetime, datetime]

_PUT = text("""
    insert into booking_place (office_id, desk_id, starts_at, ends_at)
    select :office, d, a, b from unnest(cast(:desks as bigint[]), cast(:starts as timestamptz[]), cast(:ends as timestamptz[]))
           as wanted(d, a, b)
    on conflict (desk_id, starts_at) do update set ends_at = excluded.ends_at where booking_place.ends_at <> excluded.ends_at""")
_DROP = text("""
    delete from booking_place p where p.office_id = :office and p.starts_at >= :after and not exists (
        select 1 from unnest(cast(:desks as bigint[]), cast(:starts as timestamptz[])) as wanted(d, a)
         where d = p.desk_id and a = p.starts_at)""")


def lay_out(session: Session, office: Office, now: datetime) -> int:
    """Places from now to the end of the horizon stand as the plans say; the number of them. Bookings are not touched:
    whoever stands at a place that has gone is found by `queries.homeless`."""
    enter_alone(session, office.id or 0)
    rows = list(_wanted(session, office, now))
    facts = {
        "office": office.id, "after": now, "desks": [r[0] for r in rows], "starts": [r[1] for r in rows],
        "ends": [r[2] for r in rows],
    }  # fmt: skip
    session.execute(_DROP, facts)
    if rows:
        session.execute(_PUT, facts)
    return len(rows)


def _wanted(session: Session, office: Office, now: datetime) -> Iterable[Row]:
    days, zone = calendar(session), ZoneInfo(office.time_zone)
    first = now.astimezone(zone).date()
    plans, shut = _plans(session, office), _closures(session, office, now)
    for desk in session.exec(select(Desk).where(Desk.office_id == office.id, Desk.active).order_by(col(Desk.id))):
        spans = shut[None] + shut[desk.id]
        for number in range(office.horizon_days + 1):
            for start, end in _day(office, desk, first + number * ONE_DAY, plans, days):
                if start >= now and not timetable.closed((start, end), spans):
                    yield desk.id or 0, start, end


def _day(office: Office, desk: Desk, day: date, plans: list[Plan], days: Calendar) -> Iterable[timetable.Span]:
    plan = plan_of(plans, desk.id or 0, day)
    if plan is None:
        return ()
    told = timetable.hours(plan.opens, plan.closes, plan.breaks)
    step, zone = timedelta(minutes=office.step_minutes), ZoneInfo(office.time_zone)
    return timetable.receptions(day, told, step, zone, days, weekend=plan.weekday == day.weekday())


def plan_of(plans: Iterable[Plan], desk_id: int | None, day: date) -> Plan | None:
    """The plan in force that day: the desk's own before the office's, the newest first. On a working Saturday moved from
    elsewhere, without a plan of its own, the office works as on a Monday."""
    valid = [p for p in plans if p.valid_from <= day and (p.valid_to is None or day <= p.valid_to)]
    for weekday in (day.weekday(), 0) if day.weekday() >= 5 else (day.weekday(),):  # noqa: PLR2004 - Saturday
        fits = [p for p in valid if p.weekday == weekday and p.desk_id in (desk_id, None)]
        if fits:
            return max(fits, key=lambda p: (p.desk_id is not None, p.valid_from, p.id or 0))
    return None


def _plans(session: Session, office: Office) -> list[Plan]:
    return list(session.exec(select(Plan).where(Plan.office_id == office.id)))


def _closures(session: Session, office: Office, now: datetime) -> defaultdict[int | None, list[timetable.Span]]:
    found: defaultdict[int | None, list[timetable.Span]] = defaultdict(list)
    for row in session.exec(select(Closure).where(Closure.office_id == office.id, Closure.ends_at > now)):
        found[row.desk_id].append((row.starts_at, row.ends_at))
    return found
