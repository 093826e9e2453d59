"""The business clock. Every process sees the same shift (kept in the database, forward only, development only).

Leases and backoff never use it: they live by the clock of the database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from infra.settings import settings

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)
_seen: list[tuple[float, timedelta]] = []
_FRESH = 1.0  # seconds a read shift is believed


def now() -> datetime:
    """Aware UTC."""
    return _fixed.get() or datetime.now(UTC) + shift()


def zone() -> ZoneInfo:
    return ZoneInfo(settings().time_zone)


def today() -> date:
    return now().astimezone(zone()).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside, it is `moment`: for demo data and tests."""
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)


def shift() -> timedelta:
    """How far the business clock runs ahead; zero in production."""
    if not settings().development:
        return timedelta()
    if _seen and time.monotonic() - _seen[0][0] < _FRESH:
        return _seen[0][1]
    from infra.database import database

    with database().transaction() as session:
        seconds = session.execute(text("select coalesce(max(seconds), 0) from clock_shift")).scalar_one()
    _seen[:] = [(time.monotonic(), timedelta(seconds=float(seconds)))]
    return _seen[0][1]


def forget() -> None:
    """The next `now()` reads the shift anew."""
    _seen.clear()
