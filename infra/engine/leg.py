"""One leg: rows of one process that travel together, each in its own transactions. Knows nothing of Prefect."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlmodel import Session

from infra.database import Database, database
from infra.settings import settings
from models.process import work
from models.process.errors import Fenced, Outage
from models.process.work import Row

log = logging.getLogger("feeder.leg")
Body = Callable[[Session, Row], None]


class Leg:
    """`each` runs a step for every row that is still well; `end` writes the outcome before Prefect hears of it."""

    def __init__(self, db: Database, rows: Iterable[Sequence[int]]) -> None:
        self.db = db
        self.rows = [Row(*r) for r in rows]
        self.failed: dict[int, Exception] = {}
        self.ended = False
        self.notes: dict[int, str] = {}  # row → stage or state, remembered between steps
        self.papers: set[int] = set()  # rows whose case has a made paper that waits to be placed
        self.read: dict[Any, Any] = {}  # what steps read once a transaction is read once a leg: facts of the house

    def well(self) -> list[Row]:
        return [r for r in self.rows if r.id not in self.failed]

    def each(self, body: Body, rows: Iterable[Row] | None = None, *, passing: tuple[type[Exception], ...] = ()) -> None:
        """One transaction a row; an error stays with its row, an outage stops the leg. `passing` errors undo the step
        and nothing else: the row is still well."""
        for row in self.well() if rows is None else rows:
            if row.id in self.failed:
                continue
            try:
                with self.db.transaction(durable=False) as session:
                    session.info.update(self.read)
                    body(session, row)
                self.read.update(session.info)
            except Outage:
                raise
            except passing:
                continue
            except Exception as error:  # noqa: BLE001 - whatever happened belongs to this row, never to its neighbours
                self.fault(row, error)

    def fault(self, row: Row, error: Exception) -> None:
        log.warning("row %s failed: %r", row, error)
        self.failed[row.id] = error

    def end(self) -> None:
        """The good rows are finished, the bad ones go back or are set aside: one transaction, then nothing is open."""
        with self.db.transaction(durable=False) as session:
            work.finish(session, self.well())
            for row in self.rows:
                error = self.failed.get(row.id)
                if error is not None and not isinstance(error, Fenced):
                    work.fail(session, row, _told(error), settings().max_tries)
        self.ended = True


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


_current: ContextVar[Leg | None] = ContextVar("leg", default=None)


@contextmanager
def carrying(leg: Leg) -> Iterator[Leg]:
    """Inside, flows find this leg."""
    token = _current.set(leg)
    try:
        yield leg
    finally:
        _current.reset(token)


@contextmanager
def leg_of(process: str, rows: Sequence[Sequence[int]] | None, subjects: Sequence[int] | None) -> Iterator[Leg]:
    """What every flow opens with. Carried by the worker it is the worker's leg. Started by hand (Prefect's UI, CLI, a
    schedule) it carries nothing itself: it wakes the subjects by the normal door, and the worker's next leg carries them."""
    leg = _current.get()
    if leg is not None and rows is not None:
        yield leg
        leg.end()
        return
    with database().transaction() as session:
        for subject in subjects or ():
            work.wake(session, process, subject)
    yield Leg(database(), [])
