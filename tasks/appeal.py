"""Units of an appeal's flow: reminders, what has lapsed, the next alarm. Each looks at the facts first; no rule stands here."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from infra import clock
from infra.engine.leg import Leg
from models.appeal import lapses
from models.appeal.moving import lock
from models.appeal.tables import PROCESS, Appeal
from models.process import terms, work
from models.process.actor import SYSTEM
from models.process.work import Row

Body = Callable[[Session, Appeal, datetime], None]


def _each(leg: Leg, body: Body) -> None:
    """Locks the appeal, then its row, looks at the fence, acts."""

    def act(session: Session, row: Row) -> None:
        appeal = lock(session, row.subject, SYSTEM)
        work.fence(session, row)
        body(session, appeal, clock.now())

    leg.each(act)


def remind(leg: Leg) -> None:
    """Reminders that are due; of several missed ones only one leaves."""
    _each(leg, lapses.remind)


def lapse(leg: Leg) -> None:
    """What has passed, each once, with its consequence."""
    _each(leg, lapses.lapse)


def arm(leg: Leg) -> None:
    """The nearest reminder or end wakes the appeal again."""
    _each(leg, lambda session, appeal, now: terms.arm(session, PROCESS, appeal.id or 0, now))
