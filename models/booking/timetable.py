"""From working plans to times of reception. Pure: local wall time in, aware UTC out. Asks neither database nor clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from models.process.workdays import ONE_DAY, Calendar

Span = tuple[datetime, datetime]
_HOUR = timedelta(hours=1)
_WEEKEND = 5


@dataclass(frozen=True)
class Hours:
    """One day's reception in local time; breaks lie inside and do not overlap."""

    opens: time
    closes: time
    breaks: tuple[tuple[time, time], ...] = ()


def hours(opens: str, closes: str, breaks: Sequence[Sequence[str]] = ()) -> Hours:
    """From "HH:MM" texts of a plan. Raises ValueError for a time that does not exist."""
    pairs = tuple(sorted((time.fromisoformat(a), time.fromisoformat(b)) for a, b in breaks))
    return Hours(time.fromisoformat(opens), time.fromisoformat(closes), pairs)


@cache
def _feasts(year: int) -> frozenset[date]:
    """Non-working holidays of ТК РФ ст. 112 without days off moved from elsewhere."""
    days = [(1, d) for d in range(1, 9)] + [(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)]
    return frozenset(date(year, month, day) for month, day in days)


def is_short(day: date, days: Calendar) -> bool:
    """A working day right before a non-working holiday is an hour shorter (ТК РФ ст. 95); a working Saturday that stands
    for such a day too. Checked against the table of domain section h."""
    if not days.is_working(day):
        return False
    tomorrow = day + ONE_DAY
    if day.weekday() >= _WEEKEND:  # moved here from before the feast
        while not days.is_working(tomorrow) and tomorrow not in _feasts(tomorrow.year):
            tomorrow += ONE_DAY
    return tomorrow in _feasts(tomorrow.year)


def frame(told: Hours, step: timedelta) -> list[time]:
    """Start times of a full day, breaks included: the rows of the week grid. 9:00…17:30 by 30 minutes are 18 (B-22)."""
    day = datetime(2026, 1, 5, tzinfo=UTC)
    now, end = datetime.combine(day, told.opens, UTC), datetime.combine(day, told.closes, UTC)
    found = []
    while now + step <= end:
        found.append(now.time())
        now += step
    return found


def receptions(
    day: date, told: Hours, step: timedelta, zone: ZoneInfo, days: Calendar, *, weekend: bool = False
) -> Iterator[Span]:
    """Times of reception of one desk on one day, in order, never overlapping: nothing on a day off, an hour less before a
    holiday, nothing that touches a break, nothing at a wall time that a change of the clocks leaves out.

    `weekend`: the plan is made for this very Saturday or Sunday, so only holidays and closed days stop it."""
    if not days.is_working(day) and not (weekend and _plain_weekend(day, days)):
        return
    closes = datetime.combine(day, told.closes) - (_HOUR if is_short(day, days) else timedelta())
    last = None
    for start in frame(told, step):
        local = datetime.combine(day, start)
        if local + step > closes or _rests(local, local + step, told):
            continue
        at = local.replace(tzinfo=zone).astimezone(UTC)
        real = at.astimezone(zone).replace(tzinfo=None) == local
        if real and (last is None or at >= last):
            last = at + step
            yield at, last


def _plain_weekend(day: date, days: Calendar) -> bool:
    return day.weekday() >= _WEEKEND and day not in _feasts(day.year) and day not in days.overrides


def _rests(start: datetime, end: datetime, told: Hours) -> bool:
    return any(start.time() < b and a < end.time() for a, b in told.breaks)


def closed(span: Span, closures: Sequence[Span]) -> bool:
    """Touches a closure; ends are out."""
    return any(span[0] < end and start < span[1] for start, end in closures)


def week_of(day: date) -> date:
    """Its Monday."""
    return day - timedelta(days=day.weekday())
