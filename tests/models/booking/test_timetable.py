"""Grids over plans, time zones and holidays: laws that hold for all of them, and days that are known."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.booking.timetable import Hours, frame, hours, is_short, receptions, week_of
from models.process.workdays import Calendar

ZONES = ["Europe/Moscow", "Europe/Kaliningrad", "Asia/Yekaterinburg", "Asia/Vladivostok", "Asia/Kathmandu",
         "Europe/Berlin", "America/Sao_Paulo", "America/St_Johns", "Australia/Lord_Howe"]  # fmt: skip
DAYS = st.dates(date(2024, 12, 1), date(2027, 12, 28))
STEPS = st.sampled_from([5, 10, 15, 20, 30, 45, 60, 90]).map(lambda m: timedelta(minutes=m))


@st.composite
def plans(draw: st.DrawFn) -> Hours:
    """Opening, closing, and up to three breaks inside, in order."""
    marks = draw(st.lists(st.integers(0, 95), min_size=2, max_size=8, unique=True).map(sorted))
    times = [time(m // 4, m % 4 * 15) for m in marks[: len(marks) // 2 * 2]]
    inner = times[1:-1]
    return Hours(times[0], times[-1], tuple(zip(inner[::2], inner[1::2], strict=True)))


@given(DAYS, plans(), STEPS, st.sampled_from(ZONES), st.booleans())
@settings(max_examples=400, deadline=None)
def test_receptions_are_ordered_apart_inside_the_hours_and_outside_the_breaks(
    day: date, told: Hours, step: timedelta, zone_name: str, working: bool
) -> None:
    zone, days = ZoneInfo(zone_name), Calendar({day: working})
    found = list(receptions(day, told, step, zone, days))
    if not working:
        assert not found
    assert all(b - a == step and a.tzinfo is UTC for a, b in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    for start, _end in found:
        local = start.astimezone(zone).replace(tzinfo=None)
        end = local + step
        assert local.date() == day
        assert told.opens <= local.time()
        assert end <= datetime.combine(day, told.closes)
        assert not any(local < datetime.combine(day, b) and datetime.combine(day, a) < end for a, b in told.breaks)


@given(DAYS, plans(), STEPS)
@settings(max_examples=200, deadline=None)
def test_where_clocks_do_not_change_nothing_is_left_out(day: date, told: Hours, step: timedelta) -> None:
    days = Calendar({day: True, day + timedelta(1): True})
    found = {a.astimezone(ZoneInfo("Asia/Yekaterinburg")).time() for a, _ in
             receptions(day, told, step, ZoneInfo("Asia/Yekaterinburg"), days)}  # fmt: skip
    hour = timedelta(hours=1) if is_short(day, days) else timedelta()
    for start in frame(told, step):
        at = datetime.combine(day, start)
        rests = any(at < datetime.combine(day, b) and datetime.combine(day, a) < at + step for a, b in told.breaks)
        assert (start in found) == (not rests and at + step <= datetime.combine(day, told.closes) - hour)


@given(DAYS)
def test_a_week_begins_on_monday(day: date) -> None:
    assert week_of(day).weekday() == 0
    assert timedelta() <= day - week_of(day) < timedelta(7)


@pytest.mark.rows("B-22")
def test_eighteen_times_a_day_from_nine_to_half_past_five() -> None:
    found = [t.strftime("%-H:%M") for t in frame(hours("09:00", "18:00"), timedelta(minutes=30))]
    assert found == [f"{h}:{m}" for h in range(9, 18) for m in ("00", "30")]


SHORT = {
    2025: ["2025-03-07", "2025-04-30", "2025-06-11", "2025-11-01"],
    2026: ["2026-04-30", "2026-05-08", "2026-06-11", "2026-11-03"],
    2027: ["2027-02-20", "2027-04-30", "2027-06-11", "2027-11-03"],
}


@pytest.mark.parametrize("year", SHORT)
def test_short_days_are_those_of_the_yearly_table(year: int) -> None:
    first, days = date(year, 1, 1), Calendar()
    found = [d.isoformat() for n in range(365) if is_short(d := first + timedelta(n), days)]
    assert found == SHORT[year]


def test_a_day_before_a_holiday_ends_an_hour_earlier_and_a_working_saturday_receives() -> None:
    zone, told, step = ZoneInfo("Europe/Moscow"), hours("09:00", "18:00"), timedelta(minutes=30)
    short = list(receptions(date(2026, 4, 30), told, step, zone, Calendar()))
    assert (len(short), short[-1][1].astimezone(zone).time()) == (16, time(17))
    assert len(list(receptions(date(2027, 2, 20), told, step, zone, Calendar()))) == 16  # Saturday for Monday
    assert not list(receptions(date(2026, 11, 7), told, step, zone, Calendar()))
    assert len(list(receptions(date(2026, 11, 7), told, step, zone, Calendar(), weekend=True))) == 18
    assert not list(receptions(date(2027, 5, 1), told, step, zone, Calendar(), weekend=True))


def test_a_wall_time_that_the_change_of_clocks_leaves_out_is_no_time_of_reception() -> None:
    day, zone = date(2026, 3, 29), ZoneInfo("Europe/Berlin")  # 02:00 becomes 03:00
    found = list(receptions(day, hours("01:00", "05:00"), timedelta(minutes=30), zone, Calendar({day: True})))
    assert [a.astimezone(zone).strftime("%H:%M") for a, _ in found] == [
        "01:00",
        "01:30",
        "03:00",
        "03:30",
        "04:00",
        "04:30",
    ]
