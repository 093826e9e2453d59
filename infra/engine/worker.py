"""The warm worker: LISTEN, claim, one flow run per leg or backlog batch, in this process; several threads, any number of
workers. It is a Prefect worker too: ONLINE in its pool, and it picks up runs started from Prefect itself."""

import logging
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    temporary_settings,
)
from sqlalchemy import text

from infra.database import Database, database_url
from infra.engine import carry, pool, reports
from infra.engine.door import Door, PrefectHealth, is_away
from infra.engine.leg import Leg
from infra.settings import Settings, settings
from models.process import work
from models.process.errors import Outage
from models.process.work import PERSON, TIMER, Row

log = logging.getLogger("feeder.worker")
MAX_LEG = 600.0  # seconds; a leg that hangs longer loses its lease
BATCH, EXPRESS_BATCH = 50, 10
QUICK = {
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,  # its thread costs a second a flow, and no environment variable unsets it
    PREFECT_CLIENT_MAX_RETRIES: 1,  # more would hold a thread for a minute; we have our own backoff
}


class Worker:
    def __init__(self, db: Database, name: str, threads: int, told: Settings, *, express: bool = True) -> None:
        self.db, self.name, self.threads, self.told = db, name, threads, told
        self.express = express and threads > 1  # one thread serves only people
        self.lease = timedelta(seconds=told.lease)
        self.stop = threading.Event()
        self.wakers = [threading.Event() for _ in range(threads)]
        self.lock = threading.Lock()
        self.held: dict[Row, float] = {}  # rows whose leases we renew, and since when
        self.prefect = PrefectHealth(told.prefect_patience)
        self.door = Door()
        self.quick = QUICK | {PREFECT_API_URL: told.prefect_api}
        self.started = datetime.now(UTC)
        self.legs_done = 0

    # ------------------------------------------------------------------------------------------ life
    def run(self) -> None:
        helpers: list[tuple[Callable[..., None], tuple[object, ...]]] = [
            (self.listen, ()),
            (self.every, (self.told.lease / 3, self.renew)),
            (self.every, (1.0, self.reclaim)),
            (self.every, (3.0, self.beat)),
            (self.every, (max(self.told.lease, 5.0), self.sweep)),
            (self.every, (2.0, self.serve_pool)),
        ]
        for target, args in helpers:
            threading.Thread(target=target, args=args, daemon=True).start()
        legs = [threading.Thread(target=self.carry_on, args=(n,), name=f"legs-{n}") for n in range(self.threads)]
        for thread in legs:
            thread.start()
        for thread in legs:
            thread.join()
        self.leave()

    def leave(self) -> None:
        try:
            with self.db.transaction() as session:
                session.execute(text("delete from worker_beat where worker = :name"), {"name": self.name})
        except Outage:
            log.info("left while the database was away")

    def every(self, seconds: float, job: Callable[[], None]) -> None:
        with temporary_settings(self.quick):
            while not self.stop.wait(seconds * random.uniform(0.8, 1.2)):  # noqa: S311 - jitter
                try:
                    job()
                except Outage as error:
                    log.info("%s: %s", job.__name__, error)
                except Exception as error:
                    if is_away(error):
                        self.door.shut()
                        self.prefect.lost(error)
                    else:
                        log.exception("%s goes on", job.__name__)

    def listen(self) -> None:
        """A NOTIFY wakes every thread; a lost connection is opened again."""
        while not self.stop.is_set():
            try:
                with psycopg.connect(self.db.plain_url(), autocommit=True, keepalives_idle=10) as connection:
                    connection.execute(f"listen {work.CHANNEL}")
                    while not self.stop.is_set():
                        for _ in connection.notifies(timeout=1, stop_after=1):
                            self.wake_threads()
            except psycopg.Error as error:
                log.info("listen: %s", error)
                self.stop.wait(1)

    def wake_threads(self) -> None:
        for waker in self.wakers:
            waker.set()

    # ------------------------------------------------------------------------------------------ beside the legs
    def renew(self) -> None:
        with self.lock:
            rows = [r for r, since in self.held.items() if time.monotonic() - since < MAX_LEG]
        if rows:
            with self.db.transaction() as session:
                work.renew(session, rows, self.lease)

    def reclaim(self) -> None:
        with self.db.transaction() as session:
            if count := work.reclaim(session, self.told.max_tries):
                log.warning("%s rows of a silent worker are taken over", count)

    def beat(self) -> None:
        with self.db.transaction() as session:
            session.execute(
                text("""insert into worker_beat (worker, started_at, seen_at, legs, without_prefect)
                    values (:name, :started, clock_timestamp(), :legs, :alone)
                    on conflict (worker) do update set seen_at = excluded.seen_at, legs = excluded.legs,
                        started_at = excluded.started_at, without_prefect = excluded.without_prefect"""),
                {"name": self.name, "started": self.started, "legs": self.legs_done, "alone": self.prefect.given_up()},
            )

    def sweep(self) -> None:
        if self.prefect.away():
            return
        reports.sweep(self.door.client(), self.db, self.told.lease)

    def serve_pool(self) -> None:
        """Say that we are here, carry what Prefect scheduled, tell it what ran without it."""
        if self.prefect.pausing():
            return
        prefect = self.door.client()
        pool.say_hello(prefect, self.name)  # an answer is the proof that Prefect is there
        self.prefect.found()
        reports.tell(prefect, self.db)
        pool.run_scheduled(prefect)

    # ------------------------------------------------------------------------------------------ legs
    def carry_on(self, number: int) -> None:
        """One thread of legs. Thread 0 serves people only; the others take turns between people and timers."""
        lanes = (PERSON,) if self.express and number == 0 else (PERSON, TIMER)
        size = {PERSON: 1, TIMER: 1}
        most = EXPRESS_BATCH if len(lanes) == 1 else BATCH
        with temporary_settings(self.quick):
            while not self.stop.is_set():
                try:
                    if self.prefect.pausing() and not self.prefect.given_up():
                        self.stop.wait(min(self.prefect.pause_left(), 1.0))
                        continue
                    lane, rows = self.one(size, lanes)
                    size[lane] = min(most, size[lane] * 2) if len(rows) >= size[lane] else 1  # backlog: 1, 2, 4 … 50
                    lanes = lanes[::-1]  # people may not starve the timers, nor timers the people
                    if not rows:
                        self.rest(number)
                except Outage as error:
                    log.info("the database is away: %s", error)
                    self.stop.wait(random.uniform(0.5, 1))  # noqa: S311 - jitter
                except Exception:
                    log.exception("leg thread %s goes on", number)
                    self.stop.wait(1)

    def rest(self, number: int) -> None:
        """Wait for NOTIFY; one thread looks often, the others once a second."""
        waker = self.wakers[number]
        waker.wait(0.2 if number == self.threads - 1 else 1.0)
        waker.clear()

    def one(self, size: dict[int, int], lanes: tuple[int, ...]) -> tuple[int, list[Row]]:
        """Claim and carry at most one leg; the lane it came from and its rows."""
        lane, process, rows = lanes[0], "", list[Row]()
        for lane in lanes:
            with self.db.transaction(durable=False) as session:
                process, rows = work.claim(session, lane, size[lane], self.lease, self.name)
            if rows:
                break
        if rows:
            self.carry(process, Leg(self.db, rows))
        return lane, rows

    def carry(self, process: str, leg: Leg) -> None:
        with self.lock:
            self.held.update(dict.fromkeys(leg.rows, time.monotonic()))
        try:
            self.start(process, leg)
            self.legs_done += 1
        except Outage:
            raise
        except Exception as error:
            if is_away(error):
                self.door.shut()
                self.prefect.lost(error)
            else:
                self.stopped(leg, error)  # the flow stopped: its rows count a try
        finally:
            try:
                if not leg.ended:
                    self.hand_back(leg)
            finally:
                with self.lock:
                    for row in leg.rows:
                        self.held.pop(row, None)

    def start(self, process: str, leg: Leg) -> None:
        if self.prefect.given_up():
            carry.alone(process, leg)
            return
        carry.with_prefect(self.door.client(), process, leg)
        self.prefect.found()

    def stopped(self, leg: Leg, error: Exception) -> None:
        log.error("a leg of %s rows stopped: %r", len(leg.rows), error)
        for row in leg.well():
            leg.failed[row.id] = error

    def hand_back(self, leg: Leg) -> None:
        """Nothing is known of these rows: due again, no try counted. If the database is away too, the lease lapses."""
        delay = timedelta(seconds=max(0.5, self.prefect.pause_left()))
        with self.db.transaction() as session:
            work.release(session, leg.well(), delay)
            for row in leg.rows:
                if row.id in leg.failed:
                    work.fail(session, row, repr(leg.failed[row.id]), self.told.max_tries)


def prepare_logging() -> None:
    """Prefect sets the level of the root logger when it is imported: ours are set after."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("feeder").setLevel(logging.INFO)
    for name in ("prefect.flow_runs", "prefect.task_runs", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)


def main(threads: int = 0, name: str = "") -> None:
    told = settings()
    os.environ.setdefault("PREFECT_API_URL", told.prefect_api)
    prepare_logging()
    count = threads or told.threads
    worker = Worker(Database(database_url(), count + 8), name or f"{os.uname().nodename}-{os.getpid()}", count, told)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop.set())
    worker.run()
