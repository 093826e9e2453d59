"""A real Prefect server for the engine's tests, run as the product runs it, and workers in this process."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from infra.database import Database
from infra.embedded import EmbeddedPostgres
from infra.engine.deploy import deploy_all
from infra.engine.worker import Worker
from infra.settings import Settings
from infra.up import prefect as lean
from tests import ports


class Server:
    """Starts and stops one Prefect server on its own database."""

    def __init__(self, postgres: EmbeddedPostgres, home: Path, name: str) -> None:
        port = ports.free()
        self.told = Settings(home=home, port=port - 1, prefect_database_url=postgres.url(name, "asyncpg"))
        self.process: subprocess.Popen[bytes] | None = None
        self.deployed = False

    @property
    def api(self) -> str:
        return self.told.prefect_api

    def start(self) -> None:
        env = os.environ | lean.common(self.told) | lean.server(self.told)
        self.process = subprocess.Popen(
            lean.command(self.told), env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(self.answers, 60)

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.api}/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


def wait_for(fact: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if fact():
            return
        time.sleep(0.05)
    raise AssertionError(f"did not come true in {seconds} s: {fact}")


@pytest.fixture(scope="session")
def server(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    postgres.createdb("prefect_tests")
    found = Server(postgres, tmp_path_factory.mktemp("prefect"), "prefect_tests")
    found.start()
    yield found
    found.stop()


@pytest.fixture
def prefect(server: Server) -> Iterator[Server]:
    """The server, with deployments registered, and this process talking to it."""
    if server.process is None:
        server.start()
    with temporary_settings({PREFECT_API_URL: server.api}):
        if not server.deployed:  # it keeps them through a stop
            deploy_all()
            server.deployed = True
        yield server


@contextmanager
def working(db: Database, server: Server, name: str = "tests", **told: object) -> Iterator[Worker]:
    """A worker in threads of this process; stopped and joined at the end."""
    wanted = {"lease": 3.0, "max_tries": 2, "prefect_patience": 120.0, "prefect_api_url": server.api} | told
    worker = Worker(db, name, 2, Settings(**wanted))  # type: ignore[arg-type]
    thread = threading.Thread(target=worker.run)
    with temporary_settings({PREFECT_API_URL: server.api}):
        thread.start()
        try:
            yield worker
        finally:
            worker.stop.set()
            worker.wake_threads()
            thread.join(20)
