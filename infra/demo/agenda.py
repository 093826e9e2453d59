"""From a route to moments: office hours of working days before the last one, counted back from now. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from models.process.workdays import Calendar

OFFICE, HOME = (9 * 60, 17 * 60 + 20), (8 * 60, 21 * 60)  # minutes of the day
BY_APPLICANTS = frozenset(
    [
        "draft",
        "submit",
        "reply",
        "correct",
        "withdraw",
        "pay",
        "decline",
        "expire",
        "own",
        "refuse",
        "remark",
        "ask_question",
        "fee",
        "dispute",
        "rtn",
        "ask_longer",
        "fault",
    ]
)
_AGO = {"s": "seconds", "m": "minutes", "h": "hours"}


@dataclass(frozen=True)
class Moment:
    at: datetime
    word: str


def agenda(route: str, now: datetime, days: Calendar, zone: ZoneInfo, rng: Random) -> list[Moment]:
    """Every word of the route with its moment, in order, none later than now."""
    found: list[Moment] = []
    desk = days.before_working_days(now.astimezone(zone).date(), 1)
    for word, ago in _steps(route, rng):
        if isinstance(ago, timedelta):
            at = now - ago
        else:
            day = days.before_working_days(desk, ago)
            at = _hour(day, HOME if word in BY_APPLICANTS else OFFICE, zone, rng)
        if found and at <= found[-1].at:
            at = found[-1].at + timedelta(minutes=rng.randint(12, 45))
        found.append(Moment(at, word))
    return found


def _hour(day: date, hours: tuple[int, int], zone: ZoneInfo, rng: Random) -> datetime:
    minutes = rng.randint(*hours)
    return datetime.combine(day, time(minutes // 60, minutes % 60, rng.randint(0, 59)), zone)


def _steps(route: str, rng: Random) -> list[tuple[str, int | timedelta]]:
    found: list[tuple[str, int | timedelta]] = []
    for part in route.split(","):
        word, ago = part.split()
        if short := re.fullmatch(r"-(\d+)([smh])", ago):
            found.append((word, timedelta(**{_AGO[short[2]]: int(short[1])})))
        elif word == "front":
            found += _front(int(ago), rng)
        else:
            found.append((word, int(ago)))
    return _supplied(found, rng)


def _supplied(steps: list[tuple[str, int | timedelta]], rng: Random) -> list[tuple[str, int | timedelta]]:
    """After the first payment most suppliers place their contract in ten working days; some are late. A contract that is
    signed has no such step."""
    if any(word == "sign" for word, _ in steps):
        return steps
    first = next((ago for word, ago in steps if word == "pay"), None)
    if not isinstance(first, int) or (ago := first - rng.randint(6, 9)) < 1 or rng.random() < 0.15:
        return steps
    place = next((i for i, (_, other) in enumerate(steps) if isinstance(other, int) and other < ago), len(steps))
    return [*steps[:place], ("supply", ago), *steps[place:]]


def _front(ago: int, rng: Random) -> list[tuple[str, int | timedelta]]:
    """From the application to a placed offer, at the pace of a desk that keeps its ten working days."""
    accept = ago - rng.randint(1, 2)
    design = accept - rng.randint(2, 3)
    approve = design - rng.randint(1, 2)
    return [("submit", ago), ("accept", accept), ("design", design), ("send", design), ("approve", approve)]
