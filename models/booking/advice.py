"""Which of the free times are worth naming first. Pure but for the look; takes nothing and promises nothing."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.booking.queries import starts
from models.booking.register import Office

NOON, EVENING = time(12), time(16)


def free(session: Session, office: Office, service_id: int, now: datetime, mine: int = 0) -> list[datetime]:
    """Every free time of the horizon, in order."""
    last = now + timedelta(days=office.horizon_days + 1)
    return [at for at, fits in starts(session, office, service_id, now, last, now, mine) if fits]


def advised(times: Sequence[datetime], zone: ZoneInfo) -> list[datetime]:
    """Of free times in order: the soonest, the soonest in a morning and the soonest after four; each once, in order."""
    local = [(at, at.astimezone(zone).time()) for at in times]
    first = [at for at, _ in local[:1]]
    first += [at for at, clock in local if clock < NOON][:1]
    first += [at for at, clock in local if clock >= EVENING][:1]
    return sorted(set(first))
