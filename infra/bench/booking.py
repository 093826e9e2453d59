"""`feeder bench booking`: places taken a second by many at once, next to a check before the insert and to the bare INSERT of the
same PostgreSQL in the same run: of the same row, and of all rows that a booking writes. Every way begins its own transaction through
the product's own pool, commits it durably, and takes as many turns before the clock starts; doubles are counted afterwards."""

import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path
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
from models.booking.taking import Wish
from models.process.actor import Actor, Role

Figures = dict[str, Any]
Way = Callable[[Session, Wish, int, datetime], bool]
TITLES = {
    "insert": N_("Bare INSERT of the same row, no wall, no check"),
    "rows": N_("Bare INSERTs of the rows of a booking in one transaction"),
    "held": N_("Feeder: a place held, any desk"),
    "booked": N_("Feeder: held and booked, with its history, its leg woken"),
    "naive": N_("Check, then insert, no wall"),
}
_CLERK, _VISITOR = Actor(Role.OPERATOR, name="bench"), Actor(Role.APPLICANT, name="bench")
_WARM = 10  # turns of every connection before the clock starts: the pool of a site that has been open for a while
_DOUBLES = text("""
    select count(*) from booking a join booking b on a.desk_id = b.desk_id and a.id < b.id
       and tstzrange(a.starts_at, a.busy_until) && tstzrange(b.starts_at, b.busy_until)""")
_ROW = """(office_id, desk_id, service_id, starts_at, ends_at, busy_until, stage, version, chain, hold_until, channel, way, name,
    email, phone, account, address, pin_hash, created_at, changed_at, notices, reason)
    values (:office, :desk, :service, :at, :end, :end, 'HELD', 0, repeat('0', 64), :end, 'site', 'office', '', '', '', '', '', '',
    :now, :now, 0, '')"""
BARE = text(f"insert into booking_bare {_ROW}")  # noqa: S608 - our own constant
BARE_ID = text(f"insert into booking_bare {_ROW} returning id")  # noqa: S608
PLAIN = text(f"insert into booking {_ROW}")  # noqa: S608
LINK = text("""insert into history_bare (process, subject_id, seq, tag, actor_role, actor_name, at, stage_before, stage_after, changes,
    reason, request_id, previous, hash) values ('booking', :id, 1, 'desk:booking:book', 'OPERATOR', 'bench', :now, 'HELD', 'BOOKED', '{}',
    '', '', repeat('0', 64), repeat('0', 64))""")
DUE = text("""insert into work_bare (process, subject_id, state, run_at, lane, attempt, tries)
    values ('booking', :id, 'due', clock_timestamp(), 0, 0, 0)""")
_LOOK = text("""select 1 from booking where desk_id = :desk and stage in ('HELD', 'BOOKED', 'CHECKED_IN')
    and starts_at < :end and busy_until > :at""")


@dataclass(frozen=True)
class Numbers:
    clients: int = 64
    processes: int = 2
    times: int = 100
    desks: int = 60
    rush: float = 1.15  # wishes for every place: some must be refused


QUICK = Numbers(clients=16, times=20, desks=20)


def main(*, json: bool = False, quick: bool = False, only: str = "") -> None:
    """Prints. `only`: insert, rows, held, booked, naive joined by commas. Raises Trouble."""
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
    """Of the bare INSERT; a booking also of the bare INSERTs of its rows."""
    told = [(way, "insert") for way in parts if way != "insert"] + [("booked", "rows")]
    return {f"{a} / {b}": parts[a]["rate"] / parts[b]["rate"] for a, b in told if {a, b} <= set(parts)}


def _part(url: str, way: str, numbers: Numbers) -> Figures:
    """All clients at once on fresh places; the rate counts what was taken, the times every try."""
    db = Database(url, 4)
    office, service, desks, first = scene(db, numbers, (BARE, PLAIN), walled=way != "naive")
    wishes = [(n % numbers.times, desks[n // numbers.times % len(desks)])
              for n in range(int(numbers.times * numbers.desks * numbers.rush))]  # fmt: skip
    share = numbers.clients // numbers.processes
    context = multiprocessing.get_context("spawn")
    with context.Pool(numbers.processes, _meet, (context.Barrier(numbers.processes),)) as pool:
        jobs = [
            (url, way, office, service, first, wishes[k :: numbers.processes], share) for k in range(numbers.processes)
        ]
        found = pool.starmap(_process, jobs)
    turns = [turn for _begin, part in found for turn in part]
    times = [t for t, _done, _end in turns]
    taken = sum(done for _t, done, _end in turns)
    span = max(end for _t, _done, end in turns) - min(begin for begin, _part in found)
    with db.transaction() as session:
        doubles = int(session.execute(_DOUBLES).scalar_one())
    db.close()
    p99 = sorted(times)[min(len(times) - 1, int(len(times) * 0.99))]
    return {"rate": taken / span, "times": spread(times), "p99": 1000 * p99, "tried": len(times), "refused": len(times) - taken,
            "doubles": doubles}  # fmt: skip


_doors: list[Barrier] = []  # of this process: where the processes wait for each other


def _meet(door: Barrier) -> None:
    _doors.append(door)


class _Undone(Exception):
    """A turn before the clock starts is taken back."""


def _process(
    url: str, way: str, office: int, service: int, first: datetime, wishes: list[tuple[int, int]], clients: int
) -> tuple[float, list[tuple[float, bool, float]]]:
    """One process of clients in threads: when it began, and (seconds, taken, when it ended) of every wish."""
    db = Database(url, clients)
    found: list[tuple[float, bool, float]] = []

    def turn(number: int, desk: int) -> bool:
        with db.transaction() as session:
            return WAYS[way](session, Wish(office, service, first + number * STEP), desk, datetime.now(UTC))

    def client(mine: list[tuple[int, int]]) -> None:
        for number, desk in mine[:_WARM]:
            with suppress(_Undone), db.transaction() as session:
                WAYS[way](session, Wish(office, service, first + number * STEP), desk, datetime.now(UTC))
                raise _Undone
        ready.wait()
        for number, desk in mine:
            start = time.perf_counter()
            done = turn(number, desk)
            found.append((time.perf_counter() - start, done, time.time()))

    def together() -> None:
        _doors[0].wait()
        began.append(time.time())

    began: list[float] = []
    ready = threading.Barrier(clients, together)
    threads = [threading.Thread(target=client, args=(wishes[k::clients],)) for k in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.close()
    return began[0], found


def _facts(wish: Wish, desk: int, now: datetime) -> dict[str, Any]:
    return {"office": wish.office_id, "desk": desk, "service": wish.service_id, "at": wish.starts_at,
            "end": wish.starts_at + STEP, "now": now}  # fmt: skip


def _insert(session: Session, wish: Wish, desk: int, now: datetime) -> bool:
    session.execute(BARE, _facts(wish, desk, now))
    return True


def _rows(session: Session, wish: Wish, desk: int, now: datetime) -> bool:
    made = session.execute(BARE_ID, _facts(wish, desk, now)).scalar_one()
    session.execute(LINK, {"id": made, "now": now})
    session.execute(DUE, {"id": made})
    return True


def _naive(session: Session, wish: Wish, desk: int, now: datetime) -> bool:
    told = _facts(wish, desk, now)
    if session.execute(_LOOK, told).first():
        return False
    session.execute(PLAIN, told)
    return True


def _held(session: Session, wish: Wish, _desk: int, now: datetime) -> bool:
    try:
        actions.hold(session, wish, _VISITOR, now)
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


WAYS: dict[str, Way] = {"insert": _insert, "rows": _rows, "held": _held, "booked": _booked, "naive": _naive}


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
