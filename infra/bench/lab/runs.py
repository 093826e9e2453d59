"""The measured runs of `feeder bench legs`: each makes its cases, starts what carries them, and reads the times afterwards."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

from sqlalchemy import text
from sqlmodel import Session

from infra.bench.lab.cases import Cases, Ids
from infra.bench.lab.meters import spread
from infra.bench.lab.scratch import Scratch
from infra.up.part import Child
from models.connection.queries import stuck
from models.process.work import TIMER, claim

_POLL = {"PREFECT_WORKER_QUERY_SECONDS": "1", "PREFECT_RUNNER_POLL_FREQUENCY": "1"}  # shipped default: 10 s
Figures = dict[str, Any]


@dataclass(frozen=True)
class Numbers:
    """How much of each."""

    clicks: int = 40
    alone: int = 80
    batch: int = 1500
    timers: int = 4000
    during: int = 15
    stock: int = 5
    stock_burst: int = 6
    served: int = 6
    many: int = 1_000_000
    idle: float = 30.0


QUICK = Numbers(clicks=3, alone=4, batch=12, timers=40, during=2, stock=1, stock_burst=1, served=1, many=1000, idle=2.0)


def _claim_nothing(session: Session) -> None:
    assert not claim(session, TIMER, 50, timedelta(seconds=1))[1], "something is due"


class Runs:
    """On one scratch installation, one after the other."""

    def __init__(self, lab: Scratch, numbers: Numbers) -> None:
        self.lab, self.n, self.cases = lab, numbers, Cases(lab.db)
        self.submitted = self.checking = 0  # cases that the masses are copied from
        self.registered = False

    def prepare(self) -> None:
        """Two real cases: one that has just been sent, one that its leg has registered."""
        self.cases.prepare()
        self.submitted, self.checking = self.cases.drafts(2)
        self.cases.send(self.submitted)
        self.cases.clear()

    def warm_up(self) -> None:
        """The first legs of a worker open its connections and load its code: they are not measured."""
        first = self.cases.copies(self.submitted, 4)
        for case in first:
            self.cases.wake(case)
            time.sleep(0.3)
        self._until_settled(first)
        if not self.registered:
            self.cases.send(self.checking)
            self._until_settled([self.checking])
            self.registered = True

    def _until_settled(self, ids: Ids | list[int], seconds: float = 240.0) -> None:
        pause = 0.02 if len(ids) == 1 else 0.25
        self.lab.wait(lambda: self.cases.settled(ids) >= len(ids), "the legs", seconds, pause)

    # ------------------------------------------------------------------------------------------ the warm worker
    def click(self) -> Figures:
        """Clicks one after another, with rest between them; nothing watches while a leg runs."""
        clicked = {}
        for case in self.cases.drafts(self.n.clicks):
            clicked[case] = self.cases.send(case)
            time.sleep(0.35)
            self._until_settled([case])
        return self._spreads(clicked)

    def _spreads(self, clicked: dict[int, float]) -> Figures:
        bodies, ends = self.cases.bodies(list(clicked)), self.cases.ends(list(clicked))
        return {
            "body": spread([bodies[c] - at for c, at in clicked.items()]),
            "whole": spread([ends[c] - at for c, at in clicked.items()]),
        }

    def burst(self, count: int, workers: list[Child], *, alone: bool) -> Figures:
        """`count` cases due at once; per second from the click's commit to the end of the last leg."""
        ids = self.cases.copies(self.submitted, count)
        before = self.lab.burned(workers)
        clicked = self.cases.due(ids, alone=alone)
        self._until_settled(ids)
        took = max(self.cases.ends(ids).values()) - clicked
        time.sleep(0.5)
        after = self.lab.burned(workers)
        each = {f"cpu_ms_{name}": 1000 * (after[name] - before[name]) / count for name in after}
        return {"n": count, "per_second": count / took, **each}

    def storm(self) -> Figures:
        """People click while thousands of timers have just fallen due."""
        drafts = self.cases.drafts(self.n.during)
        ids = self.cases.copies(self.checking, self.n.timers)
        began = self.cases.due(ids, lane=TIMER)
        time.sleep(2)
        clicked = {}
        for case in drafts:
            clicked[case] = self.cases.send(case)
            time.sleep(0.4)
        left = self.cases.timers_left(ids)
        rate = (self.n.timers - left) / (time.time() - began)
        self._until_settled(list(clicked))
        found = self._spreads(clicked) | {"timers": self.n.timers, "timers_left": left, "timers_per_second": rate}
        self.cases.clear()
        time.sleep(1)
        return found

    def idle(self, workers: list[Child]) -> Figures:
        """Per cent of a core with nothing due."""
        before, began = self.lab.burned(workers), time.monotonic()
        time.sleep(self.n.idle)
        took, after = time.monotonic() - began, self.lab.burned(workers)
        return {f"idle_{name}": 100 * (after[name] - before[name]) / took for name in after}

    # ------------------------------------------------------------------------------------------ Prefect as it comes
    def peer(self, name: str) -> Figures:
        """`stock` or `served`: one run at a time, then a few at once."""
        if name == "stock":
            self.lab.call("stock", (sys.executable, "-m", "infra.bench.lab.stock", "deploy"))
            command: tuple[str, ...] = (
                sys.executable,
                "-m",
                "prefect",
                "worker",
                "start",
                "--pool",
                "stock",
                "--type",
                "process",
            )
            count, deployment = self.n.stock, "stock"
        else:
            command = (sys.executable, "-m", "infra.bench.lab.stock", "serve")
            count, deployment = self.n.served, "served"
        peer = self.lab.start(name, *command, environment=_POLL)
        try:
            self.lab.wait(lambda: bool(self._known(deployment)) and self._polls(name), name)
            return self._peer(deployment, count)
        finally:
            self.lab.end(peer)

    def _peer(self, deployment: str, count: int) -> Figures:
        self._one_by_one(deployment, 1)  # warms the page cache, as the warm worker was warmed
        found = self._spreads(self._one_by_one(deployment, count))
        ids = self.cases.copies(self.submitted, self.n.stock_burst)
        began = self.cases.due(ids)
        for _ in ids:
            self._ask_for_run(deployment)
        self._until_settled(ids)
        took = max(self.cases.ends(ids).values()) - began
        return found | {"n": len(ids), "per_second": len(ids) / took}

    def _one_by_one(self, deployment: str, count: int) -> dict[int, float]:
        """The click as the desk makes it, then what a Prefect user does: ask the server for a run."""
        clicked = {}
        for case in self.cases.drafts(count):
            clicked[case] = self.cases.send(case)
            self._ask_for_run(deployment)
            self._until_settled([case])
            time.sleep(0.7)  # not in step with the polling
        return clicked

    def _ask_for_run(self, deployment: str) -> None:
        self._api(f"/deployments/{self._known(deployment)}/create_flow_run", {"state": {"type": "SCHEDULED"}})

    def _known(self, deployment: str) -> str:
        """The id of the deployment; empty while the server does not know it."""
        found = self._api("/deployments/filter", {"deployments": {"name": {"any_": [deployment]}}})
        return str(found[0]["id"]) if found else ""

    def _polls(self, name: str) -> bool:
        if name != "stock":
            return True
        found = self._api("/work_pools/stock/workers/filter", {})
        return any(w["status"] == "ONLINE" for w in found)

    def _api(self, path: str, body: Figures) -> Any:
        asked = Request(
            self.lab.given.prefect_api + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urlopen(asked, timeout=10) as answer:
            return json.loads(answer.read())

    # ------------------------------------------------------------------------------------------ a full house
    def million(self, workers: list[Child]) -> Figures:
        """The same clicks before and after the waiting cases and timers are loaded. The two cannot take turns, so each is
        measured three times and its quietest round is kept: the machine has other work too."""
        before = self._quietest() | self.idle(workers)
        began = time.monotonic()
        ids = self.cases.copies(self.checking, self.n.many, slim=True)
        self.cases.due(ids, lane=TIMER, after=timedelta(days=30))
        loaded = time.monotonic() - began
        self._settle_down()
        after = self._quietest() | self.idle(workers)
        asked = {"claim": spread(self._timed(_claim_nothing, 50)), "sweep": spread(self._timed(stuck, 3))}
        return {"cases": self.n.many, "load_seconds": loaded, "empty": before, "full": after} | asked

    def _quietest(self, rounds: int = 3) -> Figures:
        found = [self.click() for _ in range(rounds)]
        return min(found, key=lambda f: f["body"].median) | {"rounds": [f["body"].median for f in found]}

    def _timed(self, question: Callable[[Session], object], count: int) -> list[float]:
        times = []
        for _ in range(count):
            began = time.perf_counter()
            with self.lab.db.transaction() as session:
                question(session)
            times.append(time.perf_counter() - began)
        return times

    def _settle_down(self) -> None:
        """As autovacuum would in its own time: it must not run into the measurement."""
        with self.lab.db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze connection, term, work"))
            connection.execute(text("checkpoint"))
