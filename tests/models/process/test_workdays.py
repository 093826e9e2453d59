"""Working days of Russia against the published tables; domain section h."""

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from models.process.tables import CalendarOverride
from models.process.terms import calendar
from models.process.workdays import Calendar, after_working_days, end_of_day

MOSCOW = ZoneInfo("Europe/Moscow")
MONTHS = {
    2025: (17, 20, 21, 22, 18, 19, 23, 21, 22, 23, 19, 22),
    2026: (15, 19, 21, 22, 19, 21, 23, 21, 22, 22, 20, 22),
    2027: (15, 19, 22, 22, 19, 21, 22, 22, 22, 21, 20, 22),
}
days = st.dates(date(2024, 1, 1), date(2027, 9, 1))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 12, 28), 5, date(2027, 1, 13)),
        (date(2026, 4, 29), 10, date(2026, 5, 15)),
        (date(2027, 2, 15), 20, date(2027, 3, 17)),
        (date(2026, 11, 21), 5, date(2026, 11, 27)),  # a Saturday
    ],
)
def test_the_check_values_of_the_domain(start: date, count: int, end: date) -> None:
    assert after_working_days(start, count) == end


@pytest.mark.parametrize("year", MONTHS)
def test_working_days_of_every_month(year: int) -> None:
    found = [0] * 12
    day = date(year, 1, 1)
    while day.year == year:
        found[day.month - 1] += Calendar().is_working(day)
        day += timedelta(days=1)
    assert tuple(found) == MONTHS[year]
    assert sum(found) == 247


OFF = ["2025-05-02", "2025-05-08", "2025-06-13", "2025-11-03", "2025-12-31", "2026-01-09", "2026-12-31",
       "2026-03-09", "2026-05-11", "2027-02-22", "2027-11-05", "2027-12-31", "2027-05-03", "2027-05-10", "2027-06-14"]  # fmt: skip


@pytest.mark.parametrize("day", OFF)
def test_transferred_days_off(day: str) -> None:
    assert date.fromisoformat(day).weekday() < 5
    assert not Calendar().is_working(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2025-11-01", "2027-02-20"])
def test_working_saturdays(day: str) -> None:
    assert date.fromisoformat(day).weekday() == 5
    assert Calendar().is_working(date.fromisoformat(day))


def test_the_utility_closes_and_opens_days_of_its_own() -> None:
    own = Calendar({date(2026, 11, 3): False, date(2026, 11, 7): True})
    assert own.after_working_days(date(2026, 11, 2), 1) == date(2026, 11, 5)  # the 4th is a holiday
    assert own.after_working_days(date(2026, 11, 6), 1) == date(2026, 11, 7)
    assert own.working_on_or_after(date(2026, 11, 3)) == date(2026, 11, 5)
    assert own.working_days_left(date(2026, 11, 2), date(2026, 11, 9)) == 4  # 5, 6, 7 and 9


def test_the_exceptions_are_rows(session: Session) -> None:
    session.add(CalendarOverride(day=date(2026, 11, 3), working=False, note="отключение"))
    session.flush()
    assert not calendar(session).is_working(date(2026, 11, 3))
    assert calendar(session).is_working(date(2026, 11, 5))


@pytest.mark.parametrize(
    ("start", "length", "unit", "end"),
    [
        (date(2026, 11, 2), 3, "wd", date(2026, 11, 6)),  # over the holiday of the 4th
        (date(2026, 11, 2), 0, "wd", date(2026, 11, 2)),
        (date(2026, 11, 1), 0, "wd", date(2026, 11, 2)),  # a Sunday
        (date(2026, 11, 2), 10, "d", date(2026, 11, 12)),
        (date(2026, 11, 2), 12, "d", date(2026, 11, 16)),  # Saturday → Monday
        (date(2026, 11, 2), 4, "m", date(2027, 3, 2)),
        (date(2026, 10, 31), 4, "m", date(2027, 3, 1)),  # no 31 February, and the 28th is a Sunday
        (date(2026, 9, 1), 4, "m", date(2027, 1, 11)),  # 1 January → after the holidays
        (date(2026, 11, 2), 1, "y", date(2027, 11, 2)),
        (date(2024, 2, 29), 1, "y", date(2025, 2, 28)),
    ],
)
def test_the_end_of_a_term(start: date, length: int, unit: str, end: date) -> None:
    assert Calendar().end_of_term(start, length, unit) == end


def test_an_unknown_unit_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Calendar().end_of_term(date(2026, 11, 2), 1, "weeks")


@given(day=days, count=st.integers(0, 40))
def test_there_and_back_again(day: date, count: int) -> None:
    own = Calendar()
    end = own.after_working_days(day, count)
    assert own.is_working(end)
    assert own.working_days_left(day, end) == (count if count or own.is_working(day) else 1)
    if count and own.is_working(day):
        assert own.before_working_days(end, count) == day


@given(one=days, other=days)
def test_days_left_are_counted_alike_from_both_sides(one: date, other: date) -> None:
    own = Calendar()
    assert own.working_days_left(one, other) == -own.working_days_left(other, one)


@given(one=days, length=st.integers(0, 900), own=st.dictionaries(days, st.booleans(), max_size=5))
def test_days_left_are_the_working_days_between_counted_one_by_one(
    one: date, length: int, own: dict[date, bool]
) -> None:
    own |= {one + timedelta(days=length // 2): length % 2 == 0}
    days_here, last = Calendar(own), one + timedelta(days=length)
    told = sum(days_here.is_working(one + timedelta(days=n)) for n in range(1, length + 1))
    assert days_here.working_days_left(one, last) == told


@given(day=days, length=st.integers(0, 60), unit=st.sampled_from(["wd", "d", "m", "y"]))
def test_a_term_never_ends_before_it_starts_nor_on_a_day_off(day: date, length: int, unit: str) -> None:
    if unit in "my":
        length %= 7
    end = Calendar().end_of_term(day, length, unit)
    assert end >= day
    assert Calendar().is_working(end)


def test_a_day_ends_at_local_midnight() -> None:
    assert end_of_day(date(2026, 11, 2), MOSCOW).isoformat() == "2026-11-02T21:00:00+00:00"
    assert end_of_day(date(2026, 11, 2), ZoneInfo("Asia/Vladivostok")).isoformat() == "2026-11-02T14:00:00+00:00"
    assert end_of_day(date(2026, 11, 2), MOSCOW).tzinfo is UTC
