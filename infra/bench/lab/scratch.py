"""An installation of its own for a measurement: PostgreSQL with fsync, Prefect server, workers. Ends what it started, and
only that; never looks at the settings of the installation it is called from."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import text

from infra.bench.lab.meters import cpu
from infra.database import Database
from infra.embedded import EmbeddedPostgres
from infra.settings import Settings
from infra.trouble import Trouble
from infra.up import parts, prefect
from infra.up.part import ROOT, Child, Part, feeder

_START = 90.0  # seconds a part may take to come up
_QUIET_SERVER = {"PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false"}  # no upkeep in the middle of a measurement
THREADS = 3  # the default of an installation, one of them for people only


class Scratch:
    """`with Scratch() as lab:` – a migrated database and, after `start_prefect`, a server that knows our flows."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="feeder-bench-"))
        self.given = Settings(home=self.home, port=_free_ports(), database_url="", prefect_api_url="", threads=THREADS)
        self.postgres = EmbeddedPostgres(self.home / "postgres")
        self.children: list[Child] = []
        self.server: Child | None = None
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("FEEDER_", "PREFECT_", "DATABASE_URL"))}
        ours = {k: v for k, v in parts.environment(self.given).items() if k in _ours(self.given)}
        self.environment = clean | ours

    def __enter__(self) -> "Scratch":
        from infra.migrations import upgrade

        try:
            self.postgres.start()
            self._remember_commit_times()
            self.postgres.createdb("feeder")
            self.postgres.createdb(prefect.DATABASE)
            upgrade(self.postgres.url("feeder"))
        except BaseException:
            self._clear()
            raise
        self.db = Database(self.postgres.url("feeder"), 4)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None:
            for child in self.children:
                print(f"{child.part.name}: {child.last_words()}")
        for child in self.children[::-1]:
            self.end(child)
        self.db.close()
        self._clear()

    def _remember_commit_times(self) -> None:
        """The settling of a leg is read from the commit of its last transaction: nobody has to watch it, and disturb it."""
        admin = Database(self.postgres.url(), 1)
        with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("alter system set track_commit_timestamp = on"))
        admin.close()
        self.postgres.stop()
        self.postgres.start()

    def _clear(self) -> None:
        self.postgres.stop("immediate")
        shutil.rmtree(self.home, ignore_errors=True)

    # ------------------------------------------------------------------------------------------ parts
    def start_prefect(self) -> None:
        """The server as `feeder up` runs it, and our deployments on it."""
        part = Part(
            "prefect", "prefect", prefect.command(self.given), environment=prefect.server(self.given) | _QUIET_SERVER
        )
        self.server = self._start(part)
        self.wait(lambda: _answers(self.given.prefect_api + "/health"), "the Prefect server")
        self.call("deploy", feeder("deploy"))

    def start(self, name: str, *command: str, environment: Mapping[str, str] | None = None) -> Child:
        return self._start(Part(name, name, command, environment=environment))

    def _start(self, part: Part) -> Child:
        child = Child(part, self.environment, self.home)
        child.start()
        self.children.append(child)
        return child

    def call(self, name: str, command: tuple[str, ...]) -> None:
        """A program that ends by itself. Raises Trouble with its last line when it ends badly."""
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise Trouble(f"{name}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")

    def end(self, child: Child) -> None:
        """Asked first; then whatever is left of its session, in which nobody else is: the processes of stock runs."""
        if child.process is None:
            return
        child.tell(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(15)
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()
        self.children.remove(child)

    @contextmanager
    def workers(self, count: int = 1) -> Iterator[list[Child]]:
        """Warm workers as an installation runs them, for as long as the block."""
        names = [f"worker-{n}" for n in range(1, count + 1)]
        started = [self.start(n, *feeder("worker", "--threads", str(THREADS), "--name", n)) for n in names]
        try:
            self.wait(lambda: self._listening() >= count, "the workers")
            yield started
        finally:
            for child in started:
                self.end(child)

    def _listening(self) -> int:
        """Workers that hear a NOTIFY and have said that they live."""
        with self.db.transaction() as session:
            ears = "select count(*) from pg_stat_activity where query ilike 'listen %' and datname = 'feeder'"
            found = [session.execute(text(q)).scalar_one() for q in (ears, "select count(*) from worker_beat")]
        return int(min(found))

    def wait(self, done: Callable[[], bool], what: str, seconds: float = _START, pause: float = 0.05) -> None:
        """Raises Trouble after `seconds`."""
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                raise Trouble(f"{what}: not done within {seconds:.0f} s")
            time.sleep(pause)

    def burned(self, workers: Iterable[Child]) -> dict[str, float]:
        """Processor seconds so far by who burned them."""
        server = self.server.process.pid if self.server and self.server.process else None
        return {
            "worker": sum(cpu(child.process.pid) for child in workers if child.process),
            "server": cpu(server),
            "postgres": cpu(self.postgres.pid()),
        }


def _ours(given: Settings) -> set[str]:
    told = {"FEEDER_HOME", "FEEDER_PORT", "FEEDER_HOST", "FEEDER_PROFILE", "PYTHONUNBUFFERED", "PYTHONPATH"}
    return told | set(prefect.common(given))


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _free_ports(count: int = 4) -> int:
    """The first of `count` neighbouring free ports."""
    for first in range(20_000, 32_000, count):
        if all(_free(port) for port in range(first, first + count)):
            return first
    raise Trouble("there are no four neighbouring free ports")


def _free(port: int) -> bool:
    with socket.socket() as tried:
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
