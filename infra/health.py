"""Whether this installation can work right now. Answers within a second, remembers the answer for one."""

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import httpx
from sqlalchemy import text

from infra.bank.client import bank
from infra.database import database
from infra.mail import address_of
from infra.settings import settings
from infra.storage import storage
from infra.wording import _

FINE = "ok"
_FRESH = 1.0  # seconds an answer is believed
_PATIENCE = 0.9  # seconds for all checks together
_SILENT_WORKER = 30  # seconds
_lock = threading.Lock()
_seen: list[tuple[float, dict[str, str]]] = []
_pool = ThreadPoolExecutor(8, thread_name_prefix="health")


def checks() -> dict[str, str]:
    """Part -> "ok", or one sentence that says what is wrong."""
    with _lock:
        if not _seen or time.monotonic() - _seen[0][0] > _FRESH:
            answers = _all()
            _seen[:] = [(time.monotonic(), answers)]
        return dict(_seen[0][1])


def _all() -> dict[str, str]:
    deadline = time.monotonic() + _PATIENCE
    asked = {name: _pool.submit(check) for name, check in _CHECKS.items()}
    answers = {}
    for name, future in asked.items():
        try:
            answers[name] = future.result(max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            answers[name] = _("does not answer")
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a part is its answer, never a crash of the page
            answers[name] = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
    return answers


def _database() -> str:
    with database().transaction() as session:
        session.execute(text("select 1"))
    return FINE


def _migrations() -> str:
    with database().transaction() as session:
        current = session.execute(text("select version_num from alembic_version")).scalar_one_or_none()
    return FINE if current == _newest() else _("the tables are not up to date: run feeder migrate")


def _storage() -> str:
    storage().check()
    return FINE


def _prefect() -> str:
    answer = _client().get(settings().prefect_api + "/health")
    return FINE if answer.status_code == 200 else f"HTTP {answer.status_code}"


def _worker() -> str:
    with database().transaction() as session:
        alive = session.execute(
            text("select count(*) from worker_beat where seen_at > clock_timestamp() - make_interval(secs => :silent)"),
            {"silent": _SILENT_WORKER},
        ).scalar_one()
    return FINE if alive else _("no worker has been heard for %(seconds)s seconds") % {"seconds": _SILENT_WORKER}


def _mail() -> str:
    with socket.create_connection(address_of(settings()), timeout=_PATIENCE) as connection:
        connection.settimeout(_PATIENCE)
        said = connection.recv(3)
    return FINE if said == b"220" else _("the mail server does not answer")


def _bank() -> str:
    return FINE if bank().reachable() else _("the bank does not answer")


@cache
def _client() -> httpx.Client:
    return httpx.Client(timeout=_PATIENCE, trust_env=False)


@cache
def _newest() -> str:
    from infra.migrations import head

    return head()


_CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "storage": _storage,
    "prefect": _prefect,
    "worker": _worker,
    "mail": _mail,
    "bank": _bank,
}
