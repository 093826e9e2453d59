"""Visits of the last weeks: served, refused for papers, missed, cancelled, moved, booked by phone. Every step is a verb at its own
moment of the past; invented people only. Letters of that time have gone long since: none is ordered."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session, col, select

from infra.demo.people import person
from models.booking import actions, layout, moving, queries, rules
from models.booking.register import DeskService, Office, Place
from models.booking.tables import PROCESS, Booking, Channel, Stage
from models.booking.taking import Wish
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import SYSTEM, Actor, Role
from models.process.workdays import ONE_DAY

WEEKS = 5
_BUSY = {9: 5, 10: 9, 11: 8, 12: 5, 13: 3, 14: 6, 15: 6, 16: 5, 17: 7}  # local hour: how often it is asked for
_SHARE = 0.2  # of the places of an hour that is asked for most
_ENDS = {Stage.SERVED: 74, Stage.REFUSED_DOCS: 7, Stage.NO_SHOW: 9, Stage.CANCELLED: 10}
_WRONG = (
    "Нет доверенности: заявление подаёт не собственник",
    "Не представлена выписка из ЕГРН на земельный участок",
    "Печатная форма не подписана, площадь помещения не указана",
    "Адрес в паспорте и в заявлении не совпадает",
)
_VISITOR = Actor(Role.APPLICANT)
_FIRST = 200  # people of this number on come to the offices


@dataclass(frozen=True)
class Past:
    """One visit as it will have been. `moved_from`: the time that was booked first."""

    office: Office
    service_id: int
    desk_id: int
    at: datetime
    booked_at: datetime
    end: Stage
    phone: bool
    moved_from: datetime | None


def fill(session: Session, now: datetime, weeks: int = WEEKS) -> int:
    """Past visits of every switched-on office, in the order in which they were booked; the number of them."""
    dice = Random(1861)  # noqa: S311 - the same demonstration every time
    found: list[Past] = []
    for office in queries.offices(session):
        for ago in range(weeks, 0, -4):  # a horizon reaches four weeks
            layout.lay_out(session, office, now - timedelta(weeks=ago))
        found += _planned(session, office, now, dice)
    found.sort(key=lambda p: (p.booked_at, p.desk_id))
    staff = {office.id: _receptionist(session, office) for office in {p.office.id: p.office for p in found}.values()}
    made = [n for number, one in enumerate(found) if (n := _live(session, one, staff[one.office.id], number, dice))]
    # the engine of that time has nothing left to do
    told = {"process": PROCESS, "ids": made}
    session.execute(text("delete from work where process = :process and subject_id = any(:ids)"), told)
    return len(made)


def _planned(session: Session, office: Office, now: datetime, dice: Random) -> Iterator[Past]:
    """Places that somebody came to, thicker at the hours that people like."""
    zone, most = ZoneInfo(office.time_zone), max(_BUSY.values())
    serves: dict[int, list[int]] = {}
    for row in session.exec(select(DeskService).order_by(col(DeskService.service_id))):
        serves.setdefault(row.desk_id, []).append(row.service_id)
    query = select(Place).where(Place.office_id == office.id, Place.ends_at < now - timedelta(hours=1))
    for place in session.exec(query.order_by(col(Place.starts_at), col(Place.desk_id))):
        hour = place.starts_at.astimezone(zone).hour
        if dice.random() > _SHARE * _BUSY.get(hour, 2) / most:
            continue
        end = dice.choices(list(_ENDS), list(_ENDS.values()))[0]
        moved = place.starts_at + dice.choice((-3, -2, 2, 3)) * ONE_DAY if dice.random() < 0.08 else None  # noqa: PLR2004
        booked = datetime.combine(
            (place.starts_at - dice.randint(3, 12) * ONE_DAY).date(), time(6), place.starts_at.tzinfo
        )
        yield Past(
            office, dice.choice(serves[place.desk_id]), place.desk_id, place.starts_at,
            booked + timedelta(minutes=dice.randint(0, 12 * 60)), end, dice.random() < 0.22, moved,  # noqa: PLR2004
        )  # fmt: skip


def _receptionist(session: Session, office: Office) -> Actor:
    """Of the office's branch; where it has nobody, whoever there is."""
    query = (
        select(User).where(User.role == Role.OPERATOR).order_by(col(User.branch_id) != office.branch_id, col(User.id))
    )
    found = session.exec(query).first()
    return actor_of(found) if found else Actor(Role.OPERATOR, name="Приём")


def _live(session: Session, one: Past, clerk: Actor, number: int, dice: Random) -> int | None:
    """From the booking to its end. None: the place was gone, as it happens in life."""
    who = person(str(_FIRST + number))
    visitor = actions.Visitor(
        who.name, f"visit{number}@pochta.example", who.phone, who.address, consent_at=one.booked_at
    )
    first = one.moved_from or one.at
    wish = Wish(one.office.id or 0, one.service_id, first, () if one.moved_from else (one.desk_id,))
    try:
        if one.phone:
            subject = actions.book_for(session, wish, clerk, visitor, one.booked_at, channel=Channel.PHONE).id
        else:
            held = actions.hold(session, wish, _VISITOR, one.booked_at, wakes=False)
            subject = held.id
            actions.book(session, subject, _VISITOR, visitor, one.booked_at + timedelta(minutes=4))
    except rules.PlaceLost:
        return None
    if one.moved_from:
        there = Wish(one.office.id or 0, one.service_id, one.at)
        with suppress(rules.PlaceLost):  # that time has gone: he comes at the first one
            actions.reschedule(session, subject, _VISITOR, there, one.booked_at + timedelta(hours=5))
    _end(session, subject, one.end, session.get_one(Booking, subject).starts_at, clerk, dice)
    return subject


def _end(session: Session, subject: int, end: Stage, at: datetime, clerk: Actor, dice: Random) -> None:
    if end == Stage.CANCELLED:
        actions.cancel(session, subject, _VISITOR, at - timedelta(hours=dice.randint(2, 30)))
        return
    if end == Stage.NO_SHOW:
        moving.move(session, moving.lock(session, subject), "miss", SYSTEM, at + rules.LATE + timedelta(seconds=1))
        return
    came = at + timedelta(minutes=dice.randint(-14, 5))
    actions.check_in(session, subject, clerk, came)
    if end == Stage.REFUSED_DOCS:
        actions.refuse(session, subject, clerk, dice.choice(_WRONG), came + timedelta(minutes=dice.randint(4, 12)))
    else:
        actions.serve(session, subject, clerk, max(came, at) + timedelta(minutes=dice.randint(9, 28)))
