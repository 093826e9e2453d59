"""Several processes live the applications' lives at the same time; each has its own connection and its own engine."""

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from infra.database import Database
from infra.demo import cast
from infra.demo.agenda import BY_APPLICANTS, Moment
from infra.demo.engine import Engine, Post
from infra.demo.lives import Life
from infra.demo.people import person
from infra.demo.scene import Scene
from infra.demo.steps import STEPS, visit
from infra.engine.flowbook import entries
from infra.mailbox import Mailbox
from infra.settings import settings

_PR_SET_PDEATHSIG = 1
_own: list[Engine] = []  # of this process


@dataclass(frozen=True)
class Filed:
    """An application that has its number, and the rest of its life. `number` is that of the life, not of the paper."""

    number: int
    life: Life
    case_id: int
    filed_at: datetime
    rest: tuple[Moment, ...]


def engine_on(db: Database) -> Engine:
    return Engine(db, Post(Mailbox(settings().home / "mail")))


def live(engine: Engine, filed: Filed, now: datetime) -> int:
    """From its number to the present: clicks at their moments, and between them whatever rings. Gives the case's id."""
    with engine.db.transaction() as session:
        applicant = cast.applicants(session, [person(filed.life.who)])[filed.life.who]
        scene = Scene(filed.number, filed.life, person(filed.life.who), applicant, cast.staff(session), filed.case_id)
    since = filed.filed_at
    engine.settle(filed.case_id, since)
    for moment in filed.rest:
        engine.wait(filed.case_id, since, moment.at)
        with engine.db.transaction() as session:
            STEPS[moment.word](session, scene, moment.at)
            if moment.word in BY_APPLICANTS:
                visit(session, scene, moment.at)
        engine.settle(filed.case_id, moment.at)
        since = moment.at
    engine.wait(filed.case_id, since, now)
    engine.hand_over(filed.case_id, now)
    return filed.case_id


class Crew:
    """`hands` processes, or this very one when there is one hand. They warm up while applications are being filed."""

    def __init__(self, db: Database, hands: int) -> None:
        self.db = db
        self.pool = _pool(db, hands) if hands > 1 else None
        if self.pool:
            for _ in range(hands):
                self.pool.submit(_warm)

    def live_all(self, filed: Iterable[Filed], now: datetime) -> Iterator[int]:
        """The ids of applications as they are done; the long lives begin first."""
        order = sorted(filed, key=lambda f: -len(f.rest))
        if self.pool is None:
            engine = engine_on(self.db)
            for one in order:
                yield live(engine, one, now)
            return
        futures = [self.pool.submit(_live, one, now) for one in order]
        for future in as_completed(futures):
            yield future.result()


@contextmanager
def crew(db: Database, hands: int) -> Iterator[Crew]:
    found = Crew(db, hands)
    try:
        yield found
    finally:
        if found.pool:
            found.pool.shutdown(cancel_futures=True)


def _pool(db: Database, hands: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        hands, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(_unhurried(db.url), os.getpid())
    )


def _unhurried(url: str) -> str:
    """Commits that do not wait for the disk: the mark at the end of the build does, for all of them."""
    return f"{url}{'&' if '?' in url else '?'}options=-c%20synchronous_commit%3Doff"


def _begin(url: str, parent: int) -> None:
    """Tied to the parent: a build that is killed leaves nobody who goes on writing."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    _own[:] = [engine_on(Database(url, 2))]


def _warm() -> None:
    for entry in entries().values():
        assert entry.flow


def _live(filed: Filed, now: datetime) -> int:
    return live(_own[0], filed, now)
