"""Commands that speak about the data, asked as a person asks them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from models.connection import actions
from models.process.actor import SYSTEM
from tests.house import House

ROOT = Path(__file__).parents[2]


def feeder(address: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ) | {"DATABASE_URL": address.replace("postgresql+psycopg", "postgresql")}
    command = [sys.executable, "-m", "infra.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=60)


@pytest.fixture
def number(database, now) -> str:
    """Of an application that somebody has filed."""
    with database.transaction() as session:
        filed = House(session, now).submitted()
        filed.number, filed.registered_at = "ТП-000123/26", now
        actions.simple_move(session, filed.id or 0, "register", SYSTEM, now)
        return filed.number


def test_a_case_is_told_with_its_stage_terms_and_history(database, number):
    done = feeder(database.url, "case", number)
    assert done.returncode == 0, done.stderr
    for words in (number, "Стадия:", "Ход:", "Сроки:", "История:", "SUBMITTED → CHECKING"):
        assert words in done.stdout


def test_a_case_that_does_not_exist_is_one_sentence(database):
    done = feeder(database.url, "case", "ТП-999999/26")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_an_untouched_history_proves_and_a_touched_one_does_not(database, number):
    done = feeder(database.url, "audit", "verify")
    assert done.returncode == 0, done.stderr
    with database.transaction() as session:
        session.execute(
            text("set local session_replication_role = replica")
        )  # past the triggers, as only a thief could
        session.execute(text("update history set actor_name = 'Кто-то другой' where seq = 1"))
    done = feeder(database.url, "audit", "verify")
    assert done.returncode == 1
    assert "connection" in done.stdout


def test_a_database_that_is_away_is_one_sentence():
    done = feeder("postgresql://nobody@127.0.0.1:1/nothing", "audit", "verify")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
