"""`feeder bench booking_walk`: visitors who go through the whole wizard over HTTP at once, as people do: they read, then press.
Told: how long a step takes from the press to the next page, faults, and how heavy each page is."""

import random
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlencode

from sqlmodel import select

from infra.bench.lab.meters import machine, spread
from infra.bench.lab.scratch import Scratch
from infra.bench.lab.table import as_json, ms, rounded, table
from infra.trouble import Trouble
from infra.up.part import feeder
from infra.wording import _
from models.booking import layout
from models.booking.register import Desk, DeskService, Office, Plan

Figures = dict[str, Any]
STEPS = ("landing", "office", "service", "time", "data", "check", "done")
LIMIT, WEIGHT = 300.0, 60 * 1024  # ms at the 95th of a hundred; bytes
READS = (2.0, 8.0)  # seconds over a page
DESKS = 12
TYPED = {
    "name": "Иванова Мария Петровна", "phone": "+7 922 555-01-00", "address": "г. Приозёрск, ул. Лесная, д. 1, кв. 5",
    "passport_number": "512340", "passport_issued": "02.04.2008", "passport_issuer": "ТП № 47 отдела УФМС России",
    "birth_date": "17.03.1984", "birth_place": "г. Приозёрск", "utility": "Электроэнергия", "lives": "там же",
    "registered": "г. Приозёрск, ул. Лесная, д. 1, кв. 5", "area": "54,3", "rooms": "2", "consent": "yes",
}  # fmt: skip


@dataclass
class Told:
    """What all visitors have met."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    weights: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    faults: list[str] = field(default_factory=list)
    lost: int = 0
    booked: int = 0
    guard: Lock = field(default_factory=Lock)


def main(*, json: bool = False, quick: bool = False, only: str = "") -> None:
    """Prints. Raises Trouble."""
    if only:
        raise Trouble(_("There is no part %(name)s. There are: %(known)s") % {"name": only, "known": "–"})
    found = measure(30 if quick else 300)
    print(as_json(found) if json else told(found))


def measure(visitors: int) -> Figures:
    """{"bench", "machine", "visitors", "steps": {step: spread in ms with p95 and bytes}, "p95", "booked", "lost", "faults"}"""
    before = machine()
    with Scratch() as lab:
        _offices(lab)
        web = lab.start("web", *feeder("web"))
        port = lab.given.port
        lab.wait(lambda: _answers(port), "the web process")
        Walker(port, Told(), 0, (0.0, 0.0)).walk()  # the first page of a process makes its templates
        kept, begun = Told(), time.monotonic()
        walkers = [Thread(target=Walker(port, kept, n, READS).walk) for n in range(1, visitors + 1)]
        for walker in walkers:
            walker.start()
        for walker in walkers:
            walker.join()
        seconds = time.monotonic() - begun
        lab.end(web)
    return rounded(_figures(kept, visitors, seconds) | {"machine": before | {"load_after": machine()["load"]}})  # type: ignore[no-any-return]


def _figures(kept: Told, visitors: int, seconds: float) -> Figures:
    every = sorted(t for times in kept.times.values() for t in times)
    steps = {
        step: {
            "times": spread(kept.times[step]),
            "pages": len(kept.times[step]),
            "p95": _p95(sorted(kept.times[step])),
            "bytes": kept.weights[step],
        }
        for step in STEPS
        if kept.times[step]
    }
    return {
        "bench": "booking_walk", "visitors": visitors, "seconds": seconds, "steps": steps, "p95": _p95(every),
        "pages": len(every), "booked": kept.booked, "lost": kept.lost, "faults": kept.faults[:5], "css": kept.weights["css"],
    }  # fmt: skip


def _p95(times: list[float]) -> float:
    return 1000 * times[min(len(times) - 1, int(0.95 * len(times)))] if times else 0.0


def _answers(port: int) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", "/booking")
        return connection.getresponse().status == 200  # noqa: PLR2004
    except OSError:
        return False


def _offices(lab: Scratch) -> None:
    """Every office receives at as many desks as a town needs."""
    with lab.db.transaction() as session:
        for office in session.exec(select(Office).where(Office.switched_on)):
            desk = session.exec(select(Desk).where(Desk.office_id == office.id)).first()
            assert desk is not None
            served = session.exec(select(DeskService).where(DeskService.desk_id == desk.id)).all()
            plans = session.exec(select(Plan).where(Plan.desk_id == desk.id)).all()
            for number in range(DESKS):
                more = Desk(office_id=office.id or 0, name=f"+{number}")
                session.add(more)
                session.flush()
                session.add_all(DeskService(desk_id=more.id or 0, service_id=s.service_id) for s in served)
                session.add_all(Plan(**p.model_dump(exclude={"id", "desk_id"}), desk_id=more.id) for p in plans)
            session.flush()
            layout.lay_out(session, office, datetime.now(UTC))


class Walker:
    """One visitor with his cookies on one connection; a lost place sends him back to the grid, as it does people."""

    def __init__(self, port: int, kept: Told, number: int, reads: tuple[float, float]) -> None:
        self.port, self.kept, self.reads = port, kept, reads
        self.dice, self.cookies = random.Random(number), dict[str, str]()
        self.email = f"walker{number}@pochta.example"

    def walk(self) -> None:
        self.line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            time.sleep(self.dice.uniform(0, self.reads[1] * 2))
            self._whole()
            self.kept.booked += 1
        except Exception as error:  # noqa: BLE001 - told in the figures
            with self.kept.guard:
                self.kept.faults.append(f"{type(error).__name__}: {error}")
        finally:
            self.line.close()

    def _whole(self) -> None:
        page = self._step("landing", "/booking")
        if css := re.search(r'href="(/[^"]+\.css[^"]*)"', page):
            self.kept.weights["css"] = len(self._ask("GET", css[1])[1])
        page = self._step("office", "/booking", {})
        region = self.dice.choice(re.findall(r'<option value="(\d+)"', page))
        page = self._step("office", "/booking/office", {"region": region, "go": "show"})
        office = self.dice.choice(re.findall(r'<option value="(\d+)"', page.partition('id="office"')[2]))
        page = self._step("service", "/booking/office", {"region": region, "office": office, "go": "next"})
        service = self.dice.choice(re.findall(r'name="service" value="(\d+)"', page))
        page = self._step("time", "/booking/service", {"service": service, "go": "next"})
        self._book(page)

    def _book(self, page: str) -> None:
        while True:
            free = re.findall(r'name="start" value="([^"]+)" aria-label', page)
            if not free:
                page = self._step("time", re.findall(r'href="(/booking/time\?week=[^"]+)"', page)[-1])
                continue
            page = self._step("data", "/booking/time", {"start": self.dice.choice(free), "go": "next"})
            if 'name="passport_number"' in page:
                break
            self.kept.lost += 1
        page = self._step("check", "/booking/data", TYPED | {"email": self.email, "go": "next"})
        riddle = re.findall(r'name="riddle" value="([^"]+)"', page)
        numbers = re.findall(r'for="answer">[^<]*?(\d+) \+ (\d+)', page)
        answer = str(sum(map(int, numbers[0])))
        page = self._step("done", "/booking/check", {"riddle": riddle[0], "answer": answer, "go": "next"})
        if "/booking/ticket" not in page:
            raise Trouble(page[-300:])

    def _step(self, step: str, path: str, sent: dict[str, str] | None = None) -> str:
        """From the press to the page that follows; the redirect is part of it."""
        time.sleep(self.dice.uniform(*self.reads))
        self.line.close()  # while he read, the server has let the connection go
        begun = time.perf_counter()
        method, body = ("GET", "") if sent is None else ("POST", urlencode({"csrf": self._csrf} | sent))
        status, page, there = self._ask(method, path, body)
        while status == 303:  # noqa: PLR2004
            status, page, there = self._ask("GET", there)
        with self.kept.guard:
            self.kept.times[step].append(time.perf_counter() - begun)
            self.kept.weights[step] = max(self.kept.weights[step], len(page.encode()))
        if status not in (200, 409):
            raise Trouble(f"{step}: {status} {page[:200]}")
        if found := re.search(r'name="csrf" value="([^"]+)"', page):
            self._csrf = found[1]
        return page

    _csrf = ""

    def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        heads = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        if body:
            heads["Content-Type"] = "application/x-www-form-urlencoded"
        self.line.request(method, path, body or None, heads)
        answer = self.line.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _eq, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text, answer.headers.get("Location", "")


def told(found: Figures) -> str:
    head = ["", _("pages"), _("median / 90 % / worst, ms"), _("95 %, ms"), _("bytes")]
    rows = [
        [step, str(p["pages"]), ms(p["times"]), f"{p['p95']:.0f}", f"{p['bytes']:,}"] for step, p in found["steps"].items()
    ]  # fmt: skip
    facts = found["machine"]
    lines = [
        _("%(cores)s cores, %(memory)s GiB, Python %(python)s; load before %(before)s, after %(after)s")
        % {"cores": facts["cores"], "memory": facts["memory_gib"], "python": facts["python"],
           "before": facts["load"], "after": facts["load_after"]},
        _("%(visitors)s visitors, %(seconds).0f s, 95 %% of the steps within %(p95).0f ms; booked %(booked)s, lost a place %(lost)s") % found,
        "", table(head, rows), "", *found["faults"],
    ]  # fmt: skip
    return "\n".join(lines)
