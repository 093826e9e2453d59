"""Everything is killed with -9, over and over, while people go on clicking. Afterwards all must be exact.

The short storm is in tests/browser/test_story.py: the story goes on where it was."""

import logging
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from infra.database import Database
from models.process.errors import Outage
from tests.crash.driver import People
from tests.crash.installation import Installation, standing
from tests.crash.verdict import faults, unsettled


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    with standing(tmp_path / "home") as found:
        yield found


def storm(installation: Installation, cases: int, seconds: float, plan: list[tuple[float, str]], seed: int) -> None:
    """Cases under way for `seconds`, a worker killed every 2–4 s and the `plan` (share of time, part) besides."""
    installation.start()
    db = Database(installation.postgres.url("feeder"), 6)
    people = People(db, installation.bank, cases, rate=max(10.0, cases * 9 / seconds), seed=seed)
    people.thread.start()
    try:
        kills = kill_about(installation, seconds, plan, random.Random(seed))
        settled = settle(db, people, 90 + 2 * cases)
    finally:
        people.stop.set()
        people.thread.join(20)
    told = f"killed {dict(kills)}; settled in {settled:.1f} s; clicks {dict(people.clicks)}; unsure {people.unsure}"
    logging.getLogger("crash").warning(told)
    with db.transaction() as session:
        assert faults(session, people.ids) == [], told
    assert people.unexpected == []
    assert kills["worker"] >= 2
    db.close()


def kill_about(
    installation: Installation, seconds: float, plan: list[tuple[float, str]], dice: random.Random
) -> Counter[str]:
    kills = Counter[str]()
    began, next_worker, left = time.monotonic(), 2.0, list(plan)
    while (passed := time.monotonic() - began) < seconds:
        if left and passed > left[0][0] * seconds:
            part = left.pop(0)[1]
            kills[part] += installation.kill(part)
        if passed > next_worker:
            kills["worker"] += installation.kill("worker", dice.randrange(2))
            next_worker = passed + dice.uniform(2, 4)
        time.sleep(0.05)
    return kills


def settle(db: Database, people: People, limit: float) -> float:
    began = time.monotonic()
    while time.monotonic() - began < limit:
        try:
            with db.transaction() as session:
                if unsettled(session, people.ids) == 0:
                    return time.monotonic() - began
        except (SQLAlchemyError, Outage):
            continue
        finally:
            time.sleep(0.5)
    return limit


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_two_hundred_cases_through_two_minutes_of_killing(installation: Installation) -> None:
    plan = [(0.1, "web"), (0.25, "prefect"), (0.42, "postgres"), (0.55, "web"), (0.65, "prefect"), (0.82, "postgres")]
    storm(installation, 200, 120, plan, seed=11)
