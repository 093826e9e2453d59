"""Working days of Russia, with the utility's own exceptions. Pure arithmetic; domain section h, ГК РФ ст. 190–194."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta

ONE_DAY = timedelta(days=1)


@cache
def _country() -> holidays.HolidayBase:
    return holidays.country_holidays("RU")


@cache
def _works(day: date) -> bool:
    """By the country's calendar. Kept: a page of clocks asks for the same days some hundred thousand times."""
    return bool(_country().is_working_day(day))


@cache
def _of_year(year: int) -> tuple[date, ...]:
    """Working days of the country in order."""
    first = date(year, 1, 1)
    return tuple(d for n in range((date(year + 1, 1, 1) - first).days) if _works(d := first + n * ONE_DAY))


def _until(last: date) -> int:
    """How many of its year come not later than this day."""
    return bisect_right(_of_year(last.year), last)


class Calendar:
    """`overrides`: day → is it a working day here."""

    def __init__(self, overrides: Mapping[date, bool] | None = None) -> None:
        self.overrides = dict(overrides or {})

    def is_working(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        return _works(day)

    def after_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; the term starts the next day. 0 gives the day itself if it is
        a working day, else the next one."""
        if count == 0:
            return self.working_on_or_after(day)
        for _ in range(count):
            day += ONE_DAY
            while not self.is_working(day):
                day += ONE_DAY
        return day

    def before_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day before `day`."""
        for _ in range(count):
            day -= ONE_DAY
            while not self.is_working(day):
                day -= ONE_DAY
        return day

    def working_on_or_after(self, day: date) -> date:
        """A term that ends on a day off ends on the next working day (ГК РФ ст. 193)."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def end_of_term(self, start: date, length: int, unit: str) -> date:
        """Last day of a term that began on `start`. unit: wd, d, m, y."""
        if unit == "wd":
            return self.after_working_days(start, length)
        step = {"d": relativedelta(days=length), "m": relativedelta(months=length), "y": relativedelta(years=length)}
        return self.working_on_or_after(start + step[unit])

    def working_days_left(self, today: date, last: date) -> int:
        """Working days after `today` up to and including `last`; negative when `last` has passed."""
        if last < today:
            return -self.working_days_left(last, today)
        country = sum(len(_of_year(y)) for y in range(today.year, last.year)) + _until(last) - _until(today)
        return country + sum(works - _works(d) for d, works in self.overrides.items() if today < d <= last)


def after_working_days(day: date, count: int) -> date:
    """By the country's calendar alone: 10 working days after 2026-04-29 is 2026-05-15."""
    return Calendar().after_working_days(day, count)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The moment when a local day is over, in UTC."""
    return datetime.combine(day + ONE_DAY, time(), zone).astimezone(UTC)
