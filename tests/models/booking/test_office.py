"""The office's registers and what is advised out of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from models.booking import advice, hours, layout, office, queries
from models.process.errors import NotAllowed
from tests.models.booking.office import CHIEF, CLERK, NINE, NOW, booked, scene

MOSCOW = ZoneInfo("Europe/Moscow")


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=MOSCOW).astimezone(UTC)


def test_the_soonest_a_morning_and_an_evening_are_advised_once_each() -> None:
    assert advice.advised([], MOSCOW) == []
    assert advice.advised([at(3, 9), at(3, 10)], MOSCOW) == [at(3, 9)]
    times = [at(3, 13), at(3, 14), at(4, 9), at(4, 15), at(5, 16), at(5, 17)]
    assert advice.advised(times, MOSCOW) == [at(3, 13), at(4, 9), at(5, 16)]


def test_what_is_advised_is_free(session: Session) -> None:
    made = scene(session)
    booked(session, made)
    times = advice.free(session, made.office, made.service.id or 0, NOW)
    assert NINE not in times
    assert times[0] == queries.first_free(session, made.office, made.service.id or 0, NOW)


def test_hours_that_are_taken_away_have_no_places_and_lose_nobody(session: Session) -> None:
    made = scene(session)
    visit = booked(session, made)
    plan = next(p for p in hours.plans(session, made.office.id or 0) if p.weekday == NINE.weekday())
    with pytest.raises(NotAllowed):
        office.remove_plan(session, plan, CLERK, NOW)
    office.remove_plan(session, plan, CHIEF, NOW)
    layout.lay_out(session, made.office, NOW)
    times = advice.free(session, made.office, made.service.id or 0, NOW)
    assert times
    assert NINE.weekday() not in {t.astimezone(MOSCOW).weekday() for t in times}
    assert queries.homeless(session, made.office.id or 0, NOW) == [visit.id]
    moved, left = office.rehouse(session, made.office, CHIEF, "не приёмный день", NOW + timedelta(minutes=1))
    assert (moved, left) == ([visit.id], [])
