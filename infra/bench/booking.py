"""`feeder bench booking`: places taken a second by many at once, next to a check before the insert and to the bare INSERT of the
same PostgreSQL in the same run. Every way commits durably; doubles are counted afterwards."""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from infra.bench.lab.meters import machine, spread
from infra.bench.lab.office import STEP, scene
from infra.bench.lab.table import as_json, ms, table
from infra.database import Database
from infra.embedded import EmbeddedPostgres
from infra.trouble import Trouble
from infra.wording import N_, _
from models.booking import actions
from models.booking.rules import PlaceLost
from models.booking.taking import Wish, hold
from models.process.actor import Actor, Role

Figures = dict[str, Any]
Way = Callable[[Session, Wish, int, datetime], bool]
TITLES = {
    "insert": N_("Bare INSERT of the same row, no wall, no check"),
    "held": N_("Feeder: a place held, any desk"),
    "booked": N_("Feeder: held and booked, with its history, its leg woken"),
    "naive": N_("Check, then insert, no wall"),
}
_CLERK = Actor(Role.OPERATOR, name="bench")
_DOUBLES = text("""
    select count(*) from booking a join booking b on a.desk_id = b.desk_id and a.id < b.id
       and tstzrange(a.starts_at, a.busy_until) && tstzrange(b.starts_at, b.busy_until)""")
_ROW = """(office_id, desk_id, service_id, starts_at, ends_at, busy_until, stage, version, chain, hold_until, channel, way, name,
    email, phone, account, address, pin_hash, created_at, changed_at, notices, reason)
    values (:office, :desk, :service, :at, :end, :end, 'HELD', 0, repeat('0', 64), :end, 'site', 'office', '', '', '', '', '', '',
    :now, :now, 0, '')"""
BARE = text(f"insert into booking_bare {_ROW}")  # noqa: S608 - our own constant
PLAIN = text(f"insert into booking {_ROW}")  # noqa: S608
_LOOK = text("""select 1 from booking where desk_id = :desk and stage in ('HELD', 'BOOKED', 'CHECKED_IN')
    and starts_at < :end and busy_until > :at""")


@dataclass(frozen=True)
class Numbers:
    clients: int = 64
    processes: int = 2
    times: int = 50
    desks: int = 60
    rush: float = 1.15  # wishes for every place: some must be refused


QUICK = Numbers(clients=16, times=10, desks=20)


def main(*, json: bool = False, quick: bool = False, only: str = "") -> None:
    """Prints. `only`: insert, held, booked, naive joined by commas. Raises Trouble."""
    wanted = [part for part in only.replace(" ", "").split(",") if part] or list(TITLES)
    if strange := sorted(set(wanted) - set(TITLES)):
        facts = {"name": strange[0], "known": ", ".join(TITLES)}
        raise Trouble(_("There is no part %(name)s. There are: %(known)s") % facts)
    found = measure(QUICK if quick else Numbers(), wanted)
    print(as_json(found) if json else told(found))


def measure(numbers: Numbers, wanted: list[str]) -> Figures:
    """{"bench", "machine", "parts": {way: {"rate", "times", "tried", "refused", "doubles"}}, "ratios"}"""
    from infra.migrations import upgrade

    before = machine()
    with tempfile.TemporaryDirectory(prefix="feeder-bench-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        server.start()
        try:
            server.createdb("feeder")
            upgrade(server.url("feeder"))
            parts = {way: _part(server.url("feeder"), way, numbers) for way in TITLES if way in wanted}
        finally:
            with suppress(OSError):
                server.stop("immediate")
    load = {"load_before": before["load"], "load_after": machine()["load"]}
    return {
        "bench": "booking",
        "machine": before | load,
        "numbers": vars(numbers),
        "parts": parts,
        "ratios": _ratios(parts),
    }


def _ratios(parts: Figures) -> dict[str, float]:
    raw = parts.get("insert", {}).get("rate")
    return {f"{way} / insert": part["rate"] / raw for way, part in parts.items() if raw and way != "insert"}


def _part(url: str, way: str, numbers: Numbers) -> Figures:
    """All clients at once on fresh places; the rate counts what was taken, the times every try."""
    db = Database(url, 4)
    office, service, desks, first = scene(db, numbers, (BARE, PLAIN), walled=way != "naive")
    wishes = [(n % numbers.times, desks[n // numbers.times % len(desks)])
              for n in range(int(numbers.times * numbers.desks * numbers.rush))]  # fmt: skip
    share = numbers.clients // numbers.processes
    begin = time.time() + 1.5
    context = multiprocessing.get_context("spawn")
    with context.Pool(numbers.processes) as pool:
        jobs = [
            (url, way, office, service, first, wishes[k :: numbers.processes], share, begin)
            for k in range(numbers.processes)
        ]
        found = pool.starmap(_process, jobs)
    times = [t for part in found for t, _taken, _end in part]
    taken = sum(done for part in found for _t, done, _end in part)
    span = max(end for part in found for _t, _done, end in part) - begin
    with db.transaction() as session:
        doubles = int(session.execute(_DOUBLES).scalar_one())
    db.close()
    p99 = sorted(times)[min(len(times) - 1, int(len(times) * 0.99))]
    return {"rate": taken / span, "times": spread(times), "p99": 1000 * p99, "tried": len(times), "refused": len(times) - taken,
            "doubles": doubles}  # fmt: skip


def _process(
    url: str,
    way: str,
    office: int,
    service: int,
    first: datetime,
    wishes: list[tuple[int, int]],
    clients: int,
    begin: float,
) -> list[tuple[float, bool, float]]:
    """One process of clients in threads: (seconds, taken, when it ended) of every wish."""
    db, found = Database(url, clients), []

    def client(mine: list[tuple[int, int]]) -> None:
        time.sleep(max(begin - time.time(), 0))
        for number, desk in mine:
            wish = Wish(office, service, first + number * STEP)
            start = time.perf_counter()
            with db.transaction() as session:
                done = WAYS[way](session, wish, desk, datetime.now(UTC))
            found.append((time.perf_counter() - start, done, time.time()))

    for _n in range(clients):  # connections are opened before the clock starts
        db.engine.connect().close()
    threads = [Thread(target=client, args=(wishes[k::clients],)) for k in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.close()
    return found


def _facts(wish: Wish, desk: int, now: datetime) -> dict[str, Any]:
    return {"office": wish.office_id, "desk": desk, "service": wish.service_id, "at": wish.starts_at,
            "end": wish.starts_at + STEP, "now": now}  # fmt: skip


def _insert(session: Session, wish: Wish, desk: int, now: datetime) -> bool:
    session.execute(BARE, _facts(wish, desk, now))
    return True


def _naive(session: Session, wish: Wish, desk: int, now: datetime) -> bool:
    told = _facts(wish, desk, now)
    if session.execute(_LOOK, told).first():
        return False
    session.execute(PLAIN, told)
    return True


def _held(session: Session, wish: Wish, _desk: int, now: datetime) -> bool:
    try:
        hold(session, wish, now)
    except PlaceLost:
        return False
    return True


def _booked(session: Session, wish: Wish, _desk: int, now: datetime) -> bool:
    name = os.urandom(6).hex()
    visitor = actions.Visitor(name, f"{name}@pochta.example", "+79225550100", code=name, consent_at=now)
    try:
        actions.book_for(session, wish, _CLERK, visitor, now)
    except PlaceLost:
        return False
    return True


WAYS: dict[str, Way] = {"insert": _insert, "held": _held, "booked": _booked, "naive": _naive}


def told(found: Figures) -> str:
    head = ["", _("taken a second"), _("median / 90 % / worst, ms"), "p99", _("tried"), _("refused"), _("doubles")]
    rows = [
        [_(TITLES[way]), f"{p['rate']:,.0f}", ms(p["times"]), f"{p['p99']:.0f}", str(p["tried"]), str(p["refused"]), str(p["doubles"])]
        for way, p in found["parts"].items()
    ]  # fmt: skip
    facts = found["machine"]
    lines = [
        _("%(cores)s cores, %(memory)s GiB, Python %(python)s; load before %(before)s, after %(after)s")
        % {"cores": facts["cores"], "memory": facts["memory_gib"], "python": facts["python"],
           "before": facts["load_before"], "after": facts["load_after"]},
        _("%(clients)s clients in %(processes)s processes, %(times)s times at %(desks)s desks") % found["numbers"],
        "", table(head, rows), "",
    ]  # fmt: skip
    return "\n".join([*lines, *(f"{name}: {value:.2f}" for name, value in found["ratios"].items())])
