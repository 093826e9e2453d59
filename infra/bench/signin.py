"""`feeder bench signin`: what one Argon2id hash costs, how many sign-ins a second the site carries, and whether a flood of
wrong ones shuts anybody else out. Everything runs on a scratch installation on this machine."""

import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher

from infra.bench.lab.table import as_json
from infra.embedded import EmbeddedPostgres
from infra.trouble import Trouble
from infra.up.part import ROOT
from infra.wording import N_, _

PARTS = ("hash", "rate", "attack")
# (time cost, memory in MiB, lanes): the library's choice, and what else RFC 9106 and OWASP name
SETTINGS = ((3, 64, 4), (3, 64, 2), (2, 64, 1), (2, 19, 1), (1, 46, 1))
WORD = "Береговая-14"
TITLES = {"hash": N_("Argon2id settings, one hash"), "rate": N_("Sign-in rate"), "attack": N_("Attack")}
Figures = dict[str, Any]


def main(*, json: bool = False, quick: bool = False, only: str = "") -> None:
    """Prints. `only`: names of PARTS joined by commas. Raises Trouble."""
    wanted = [part for part in only.replace(" ", "").split(",") if part] or list(PARTS)
    if strange := sorted(set(wanted) - set(PARTS)):
        raise Trouble(
            _("There is no part %(name)s. There are: %(known)s") % {"name": strange[0], "known": ", ".join(PARTS)}
        )
    found: Figures = {"bench": "signin", "cores": os.cpu_count()}
    if "hash" in wanted:
        found["hash"] = hashes(3 if quick else 20)
    if {"rate", "attack"} & set(wanted):
        with site() as address:
            if "rate" in wanted:
                found["rate"] = rate(address, 10 if quick else 100)
            if "attack" in wanted:
                found["attack"] = attack(address, 300 if quick else 10_000, 5.0 if quick else 60.0)
    print(as_json(found) if json else told(found))


def hashes(times: int) -> Figures:
    """{"t,m,p": {"ms": median of one alone, "per_second": two at once}}"""
    found: Figures = {}
    for cost, memory, lanes in SETTINGS:
        hasher = PasswordHasher(time_cost=cost, memory_cost=memory << 10, parallelism=lanes)
        stored = hasher.hash(WORD)
        spans = [_timed(lambda h=hasher, s=stored: h.verify(s, WORD)) for _ in range(times)]
        began = time.perf_counter()
        with ThreadPoolExecutor(2) as two:
            list(two.map(lambda _n, h=hasher, s=stored: h.verify(s, WORD), range(times * 2)))
        rate_of = times * 2 / (time.perf_counter() - began)
        found[f"t={cost} m={memory}MiB p={lanes}"] = {
            "ms": round(statistics.median(spans), 1),
            "per_second": round(rate_of, 1),
        }
    return found


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


# ------------------------------------------------------------------------------------------------ the site
@contextmanager
def site() -> Iterator[str]:
    """Address of a server over a scratch database with ten customers."""
    from infra.migrations import upgrade

    with tempfile.TemporaryDirectory(prefix="feeder-signin-") as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres", durable=False)
        postgres.start()
        try:
            postgres.createdb("feeder")
            upgrade(postgres.url("feeder"))
            _people(postgres.url("feeder"))
            port = _free_port()
            with _server(Path(folder), postgres.url("feeder"), port):
                yield f"http://127.0.0.1:{port}"
        finally:
            postgres.stop("immediate")


def _people(url: str) -> None:
    from infra import clock
    from infra.database import Database
    from models.people.tables import User

    secrets = import_module("signatures.secrets")
    base = Database(url, 2)
    hashed = secrets.hash_password(WORD)
    with clock.at(datetime.now(UTC)), base.transaction() as session:
        for n in range(10):
            session.add(
                User(login=f"c{n}@bench.example", role="APPLICANT", kind="individual", name=f"Клиент {n}",
                     password_hash=hashed, created_at=clock.now())
            )  # fmt: skip
    base.close()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _server(home: Path, url: str, port: int) -> Iterator[None]:
    told = {"DATABASE_URL": url, "FEEDER_HOME": str(home), "FEEDER_PORT": str(port), "FEEDER_PROFILE": "demo"}
    command = [sys.executable, "-m", "uvicorn", "dashboard.server:app", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--log-level", "warning", "--no-access-log"],
            cwd=ROOT,
            env=os.environ | told,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(f"http://127.0.0.1:{port}/healthz")
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait(address: str) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        try:
            if httpx.get(address, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise Trouble(_("the site does not answer"))


def browser(address: str, source: str = "127.0.0.1") -> httpx.Client:
    """A browser that comes from its own address of the loopback network, with the token of a form."""
    client = httpx.Client(base_url=address, transport=httpx.HTTPTransport(local_address=source), timeout=60)
    client.get("/sign-in")
    return client


def sign_in(client: httpx.Client, login: str, password: str) -> int:
    """The status: 303 came in, 422 wrong, 429 or 503 refused before anything was looked at."""
    data = {"login": login, "password": password, "csrf": client.cookies["feeder-form"]}
    return client.post("/sign-in", data=data).status_code


def rate(address: str, times: int) -> Figures:
    """Right sign-ins, four at once, each from a fresh browser."""

    def one(n: int) -> int:
        with closing(browser(address, f"127.0.1.{n % 250 + 1}")) as client:
            return sign_in(client, f"c{n % 10}@bench.example", WORD)

    began = time.perf_counter()
    with ThreadPoolExecutor(4) as four:
        answers = Counter(four.map(one, range(times)))
    return {"per_second": round(answers[303] / (time.perf_counter() - began), 1), "came_in": answers[303], "of": times}


def attack(address: str, most: int, seconds: float) -> Figures:
    """Wrong passwords for one login from 50 addresses as fast as they go; two others go on signing in meanwhile."""
    victim, other = browser(address, "127.0.2.1"), browser(address, "127.0.2.2")
    sign_in(victim, "c0@bench.example", WORD)  # he has been here before: his browser is known
    counter, answers = itertools.count(), Counter[int]()
    until = time.monotonic() + seconds

    def flood(n: int) -> None:
        with closing(browser(address, f"127.0.3.{n + 1}")) as client:
            while time.monotonic() < until and next(counter) < most:
                answers[sign_in(client, "c0@bench.example", f"wrong-{n}")] += 1

    crowd = [threading.Thread(target=flood, args=(n,)) for n in range(50)]
    for thread in crowd:
        thread.start()
    spans: list[float] = []
    came: Counter[str] = Counter()
    while any(thread.is_alive() for thread in crowd):
        for who, client, login in (("victim", victim, "c0"), ("other", other, "c1")):
            spans.append(
                _timed(lambda c=client, w=who, x=login: came.update({f"{w}:{sign_in(c, f'{x}@bench.example', WORD)}"}))
            )
        time.sleep(0.5)
    for thread in crowd:
        thread.join()
    spent = {"attempts": sum(answers.values()), "answers": {str(k): v for k, v in sorted(answers.items())}}
    return spent | {
        "opened": answers[303],
        "others": dict(came),
        "others_ms": round(statistics.median(spans), 0) if spans else 0,
    }


# ------------------------------------------------------------------------------------------------ for people
def told(found: Figures) -> str:
    """One block a part."""
    lines: list[str] = []
    for part in PARTS:
        if part in found:
            lines += [_(TITLES[part]), *(f"  {name}: {figures}" for name, figures in found[part].items()), ""]
    return "\n".join(lines).rstrip()
