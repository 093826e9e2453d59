"""Moves the business clock forward, in development only: a demo can show a term lapsing. Never back."""

from datetime import timedelta
from decimal import Decimal

from sqlmodel import Session, select

from infra import clock
from infra.settings import settings
from infra.wording import N_
from models.process import work
from models.process.errors import Invalid, NotAllowed
from models.process.tables import ClockShift

LONGEST = timedelta(days=400)


def forward(session: Session, by: timedelta) -> None:
    """Every process sees it within a second; timers come nearer by as much. Raises NotAllowed, Invalid."""
    if not settings().development:
        raise NotAllowed(move=N_("Move the clock"))
    if not timedelta() < by <= LONGEST:
        raise Invalid("days", N_("The clock goes forward only, by at most %(days)s days at once"), days=LONGEST.days)
    row = session.exec(select(ClockShift).with_for_update()).first() or ClockShift(id=1)
    row.seconds += Decimal(int(by.total_seconds()))
    session.add(row)
    work.shift_alarms(session, by)
    clock.forget()
