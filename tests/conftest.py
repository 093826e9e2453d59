"""A real PostgreSQL for every test: one embedded server a run, one migrated template, a fresh copy where rows are kept."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlmodel import Session

MEMORY = Path("/dev/shm")  # a copy of a database takes a quarter of the time there


def _roomy() -> str | None:
    free = shutil.disk_usage(MEMORY).free if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else 0
    return str(MEMORY) if free > 4 << 30 else None


HOME = Path(os.environ.get("FEEDER_TEST_HOME") or tempfile.mkdtemp(prefix="feeder-tests-", dir=_roomy()))
os.environ["FEEDER_HOME"] = str(HOME)
for name in ("DATABASE_URL", "PREFECT_API_URL"):
    os.environ.pop(name, None)

from tests import warm  # noqa: E402

gc.disable()  # until everything is imported: nothing of it is ever garbage
warm.large_packages()

from infra.database import Database  # noqa: E402
from infra.embedded import EmbeddedPostgres  # noqa: E402

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # a working Monday noon in Moscow


LONG = ("tests/browser/test_story", "tests/crash/", "tests/browser/test_widths", "tests/browser/", "tests/infra/test_up_whole", "tests/infra/engine/", "tests/race/")  # fmt: skip
# where a failure is a fault at once
ONCE = ("tests/crash/", "tests/race/", "tests/browser/test_story.py::test_cases_arrive_exactly")


def pytest_configure(config: pytest.Config) -> None:
    warm.own_tests(config, Path(__file__).parent)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()  # what stands now stays to the end: no look for garbage goes through it


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first: at the end no process waits for another one's last file. What drives other programs
    is tried once more when it fails, and the summary names it (docs/decisions/0026)."""
    for item in items:
        if item.nodeid.startswith(LONG) and not item.nodeid.startswith(ONCE):
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=lambda item: next((n for n, place in enumerate(LONG) if item.nodeid.startswith(place)), len(LONG)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test but those of the browser begins while Chromium is held."""
    if "tests.held" in sys.modules and not item.nodeid.startswith("tests/browser/"):
        sys.modules["tests.held"].let_go()


def pytest_sessionfinish() -> None:
    if "tests.held" in sys.modules:
        sys.modules["tests.held"].let_go()
    if "FEEDER_TEST_HOME" not in os.environ:
        shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(HOME / "postgres", durable=False)
    server.start()
    yield server
    server.stop("immediate")


def _sql(server: EmbeddedPostgres, *commands: str) -> None:
    engine = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for command in commands:
            connection.execute(text(command))
    engine.dispose()


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """A migrated database with the reference rows of the demo profile."""
    from infra.migrations import upgrade

    _sql(postgres, "drop database if exists feeder_template with (force)", "create database feeder_template")
    upgrade(postgres.url("feeder_template"))
    return "feeder_template"


_made = 0


@pytest.fixture
def database(postgres: EmbeddedPostgres, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A fresh migrated database of its own; infra.database.database() gives it too."""
    global _made
    _made += 1
    name = f"feeder_{_made}"
    _sql(postgres, f"create database {name} template {template} strategy file_copy")
    found = Database(postgres.url(name), 24)
    monkeypatch.setattr("infra.database._current", found)
    yield found
    found.close()
    _sql(postgres, f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def shared(postgres: EmbeddedPostgres, template: str) -> Iterator[Database]:
    _sql(postgres, f"create database feeder_shared template {template} strategy file_copy")
    found = Database(postgres.url("feeder_shared"), 4)
    yield found
    found.close()


@pytest.fixture
def session(shared: Database) -> Iterator[Session]:
    """A transaction that is never committed: the fast way to test rules and actions."""
    with shared.engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, expire_on_commit=False) as found:
            yield found
        transaction.rollback()


@pytest.fixture
def now() -> datetime:
    return NOW
