"""One database and one site for all tests of a file: for tests that leave each other's cases alone.

A file takes them by `database = shared.database` and so on; what is filled in once stands in a fixture of scope module."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from infra.database import Database
from infra.embedded import EmbeddedPostgres
from tests.browser.conftest import serving
from tests.browser.nursery import Nursery

_numbers = count(1)


@pytest.fixture(scope="module")
def database(postgres: EmbeddedPostgres, template: str) -> Iterator[Database]:
    """A fresh migrated database; infra.database.database() gives it while the file runs."""
    name = f"feeder_of_a_file_{next(_numbers)}"
    _run(postgres, f"create database {name} template {template}")
    found = Database(postgres.url(name), 24)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("infra.database._current", found)
        yield found
    found.close()
    _run(postgres, f"drop database {name} with (force)")


def _run(server: EmbeddedPostgres, command: str) -> None:
    engine = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site; files are kept in `objects` below it."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def site(database: Database, nursery: Nursery, home: Path) -> Iterator[str]:
    """Address of a server over the database of the file."""
    with serving(nursery, database, home) as address:
        yield address
