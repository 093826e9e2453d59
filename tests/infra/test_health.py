"""The health page: every part answers for itself, quickly, and in words."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import text

from infra import health
from infra.bank.client import Bank
from infra.settings import Settings
from infra.storage import FolderStorage


class Healthy(BaseHTTPRequestHandler):
    """Prefect and the bank, as far as the health page can tell."""

    def do_GET(self) -> None:  # noqa: N802 - named by http.server
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def answering(given: Settings) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Healthy)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def house(database, mailbox, answering, given, monkeypatch) -> Iterator[Settings]:
    """An installation in which everything answers, except that no worker runs yet."""
    told = given.model_copy(update={"prefect_api_url": answering, "bank_url": answering})
    gateway = Bank(told)
    monkeypatch.setattr(health, "settings", lambda: told)
    monkeypatch.setattr(health, "storage", lambda: FolderStorage(told.home / "objects"))
    monkeypatch.setattr(health, "bank", lambda: gateway)
    health._seen.clear()
    yield told
    health._seen.clear()
    gateway.close()


def beat(database, seconds_ago: int) -> None:
    with database.transaction() as session:
        session.execute(
            text(
                "insert into worker_beat (worker, started_at, seen_at, legs, without_prefect) values"
                " ('w', now(), now() - make_interval(secs => :ago), 0, false)"
                " on conflict (worker) do update set seen_at = excluded.seen_at"
            ),
            {"ago": seconds_ago},
        )


def test_everything_is_fine_when_everything_runs(house, database):
    beat(database, 1)
    assert set(health.checks().items()) == {
        (name, "ok") for name in ("database", "migrations", "storage", "prefect", "worker", "mail", "bank")
    }


def test_a_worker_that_was_last_heard_long_ago_is_missed(house, database):
    beat(database, 31)
    found = health.checks()
    assert found.pop("worker") != "ok"
    assert set(found.values()) == {"ok"}


def test_tables_of_an_older_revision_are_named(house, database):
    with database.transaction() as session:
        session.execute(text("update alembic_version set version_num = 'v0000'"))
    assert "feeder migrate" in health.checks()["migrations"]


def test_parts_that_are_away_say_so_and_nobody_waits_for_them(database, given, monkeypatch):
    """Nothing runs but the database: the other words are sentences, not tracebacks."""
    gateway = Bank(given)
    monkeypatch.setattr(health, "settings", lambda: given)
    monkeypatch.setattr(health, "bank", lambda: gateway)
    monkeypatch.setattr(health, "storage", lambda: FolderStorage(given.home / "objects"))
    health._seen.clear()
    began = time.monotonic()
    found = health.checks()
    assert time.monotonic() - began < 30  # patience is under a second: the rest is a slow machine's
    assert found["database"] == "ok"
    for name in ("prefect", "mail", "bank", "worker"):
        assert found[name] != "ok"
        assert "\n" not in found[name]
    health._seen.clear()
    gateway.close()


def test_a_part_that_hangs_does_not_hang_the_page(house, monkeypatch):
    release = threading.Event()
    monkeypatch.setitem(health._CHECKS, "storage", lambda: str(release.wait(120)))
    began = time.monotonic()
    found = health.checks()
    release.set()
    assert time.monotonic() - began < 30  # patience is under a second: the rest is a slow machine's
    assert found["storage"] != "ok"


def test_an_answer_is_remembered_for_a_second(house, monkeypatch):
    asked = []
    monkeypatch.setitem(health._CHECKS, "storage", lambda: (asked.append(1), "ok")[1])
    assert health._FRESH == 1.0
    monkeypatch.setattr(health, "_FRESH", 3600.0)  # no machine is that slow
    health.checks()
    health.checks()
    assert len(asked) == 1
    monkeypatch.setattr(health, "_FRESH", 0.0)
    health.checks()
    assert len(asked) == 2
