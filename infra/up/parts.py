"""Which parts an installation has, what each waits for, and how one knows that it is ready."""

import hashlib
import http.client
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from infra.embedded import EmbeddedPostgres
from infra.settings import Settings
from infra.up import prefect
from infra.up.part import ROOT, Part, feeder
from infra.wording import _

_QUICK = 0.8  # seconds for one question


def parts(given: Settings) -> list[Part]:
    """In the order in which people like to read them. The database itself is not here: it outlives us."""
    first_time = given.development and not _stamp(given, "demo").exists()
    after_tables = ("migrate", "demo") if first_time else ("migrate",)
    found = [Part("migrate", _("Tables"), feeder("migrate"), once=True)]
    if first_time:
        found.append(_demo(given))
    if twins(given):
        found.append(
            Part("twins", _("Mailbox and sandbox bank"), feeder("twins"), ready=lambda _age: _twins_ready(given))
        )
    if not given.prefect_api_url:
        found.append(_prefect(given))
    if _deploy_needed(given):
        found.append(_deploy(given))
    known = {part.name for part in found}
    found.append(
        Part(
            "web",
            _("Site"),
            feeder("web"),
            after=after_tables,
            ready=lambda _age: web_answers(given, "/healthz") is not None,
        )
    )
    # Without anything to register, workers start beside Prefect: they know how to wait for it.
    after = (*after_tables, "deploy") if "deploy" in known else after_tables
    return found + [_worker(given, number, after) for number in range(1, given.workers + 1)]


def twins(given: Settings) -> bool:
    """Whether the mailbox or the sandbox bank stands in for a real one."""
    return not given.smtp_host or not given.bank_url


def ports(given: Settings) -> list[int]:
    """All on this machine, except the first, which may face the network."""
    taken = [given.port]
    if not given.prefect_api_url:
        taken.append(given.prefect_port)
    if not given.smtp_host:
        taken.append(given.mailbox_port)
    if not given.bank_url:
        taken.append(given.bank_port)
    return taken


def environment(given: Settings) -> dict[str, str]:
    """Common to all parts."""
    ours = {
        "FEEDER_HOME": str(given.home),
        "FEEDER_PORT": str(given.port),
        "FEEDER_HOST": given.host,
        "FEEDER_PROFILE": given.profile,
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
    }
    return dict(os.environ) | ours | prefect.common(given)


def web_answers(given: Settings, path: str) -> dict[str, str] | None:
    """The JSON of a health page that answers 200, {} for one without JSON; None when it does not answer so."""
    status, body = _ask(f"http://{_local(given)}:{given.port}{path}")
    if status != 200:
        return None
    try:
        return dict(json.loads(body))
    except (ValueError, TypeError):
        return {}


def not_ready(given: Settings) -> str:
    """What the health page complains about, in one line."""
    status, body = _ask(f"http://{_local(given)}:{given.port}/readyz")
    if status == 0:
        return _("the site does not answer")
    try:
        complaints = [f"{name}: {words}" for name, words in dict(json.loads(body)).items() if words != "ok"]
    except (ValueError, TypeError):
        return f"HTTP {status}"
    return "; ".join(complaints)


def sign_ins() -> list[tuple[str, str, str]]:
    """Role, login, password of the demonstration people."""
    if not (ROOT / "infra" / "demo" / "sign_ins.py").exists():
        return []
    from importlib import import_module

    from infra.settings import settings

    if settings().profile != "demo":
        return list(import_module("infra.demo.doors").sign_ins())
    return [(str(role), str(login), str(word)) for role, login, word in import_module("infra.demo.sign_ins").SIGN_INS]


def _demo(given: Settings) -> Part:
    return Part(
        "demo",
        _("Demonstration data"),
        feeder("demo", "--if-empty"),
        after=("migrate",),
        once=True,
        then=_stamp(given, "demo").touch,
    )


def _prefect(given: Settings) -> Part:
    return Part(
        "prefect",
        _("Prefect server"),
        prefect.command(given),
        ready=lambda _age: _ask(given.prefect_api + "/health")[0] == 200,
        environment=prefect.server(given),
    )


def _deploy(given: Settings) -> Part:
    def remember() -> None:
        if _own_prefect(given):
            _stamp(given, "deploy").write_text(_deployment_mark())

    after = ("prefect",) if not given.prefect_api_url else ()
    return Part("deploy", _("Processes"), feeder("deploy"), after=after, once=True, then=remember)


def _deploy_needed(given: Settings) -> bool:
    """Registering takes seconds: not again while nothing has changed in what is registered, or where."""
    stamp = _stamp(given, "deploy")
    return not (_own_prefect(given) and stamp.exists() and stamp.read_text() == _deployment_mark())


def _own_prefect(given: Settings) -> bool:
    return not given.prefect_api_url and not given.database_url and not given.prefect_database_url


def _deployment_mark() -> str:
    mark = hashlib.sha256(str(ROOT).encode())
    for path in sorted(
        [ROOT / "prefect.yaml", *(ROOT / "flows").rglob("*.py"), *(ROOT / "infra/engine").rglob("*.py")]
    ):
        mark.update(path.read_bytes() if path.exists() else b"")
    return mark.hexdigest()


def _worker(given: Settings, number: int, after: tuple[str, ...]) -> Part:
    name = f"worker-{number}" if not given.database_url else f"{os.uname().nodename}-{given.port}-{number}"
    words = ("worker", "--threads", str(given.threads), "--name", name)
    title = _("Worker %(number)s") % {"number": number}
    return Part(f"worker-{number}", title, feeder(*words), after=after, ready=lambda age: _beats(given, name, age))


def _beats(given: Settings, name: str, age: float) -> bool:
    """Whether this worker has said that it lives since its last start."""
    import psycopg

    query = "select 1 from worker_beat where worker = %s and seen_at > clock_timestamp() - make_interval(secs => %s)"
    try:
        with psycopg.connect(_plain_url(given), connect_timeout=2, autocommit=True) as connection:
            return connection.execute(query, (name, age)).fetchone() is not None
    except psycopg.Error:
        return False


def _plain_url(given: Settings) -> str:
    url = given.database_url or EmbeddedPostgres(given.home / "postgres").url("feeder")
    return urlunsplit(urlsplit(url)._replace(scheme="postgresql"))


def _twins_ready(given: Settings) -> bool:
    mine = set(ports(given)) & {given.mailbox_port, given.bank_port}
    return all(_listens(port) for port in mine)


def _stamp(given: Settings, name: str) -> Path:
    """Beside the data it speaks of: who removes the data removes the stamp."""
    return given.home / "postgres" / f"{name}.stamp" if not given.database_url else given.home / f"{name}.stamp"


def _local(given: Settings) -> str:
    return "127.0.0.1" if given.host in ("0.0.0.0", "") else given.host  # noqa: S104 - compared, not bound


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=_QUICK).close()
    except OSError:
        return False
    return True


def _ask(url: str) -> tuple[int, bytes]:
    """Status and body; (0, b"") when nobody answers."""
    parts = urlsplit(url)
    connection: Callable[..., http.client.HTTPConnection]
    connection = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    asked = connection(parts.hostname or "", parts.port, timeout=_QUICK + 0.7)
    try:
        asked.request("GET", parts.path)
        answer = asked.getresponse()
        return answer.status, answer.read(1 << 20)
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        asked.close()
