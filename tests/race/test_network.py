"""Many engineers reserve the last power of one centre at once. The control has the guards off, and oversells."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlmodel import select

from infra.database import Database
from models.connection.tables import Stage
from models.network import actions
from models.network.rules import Values
from models.network.tables import Centre, Reservation
from models.process.actor import SYSTEM
from models.process.errors import Invalid
from tests.models.story import Story
from tests.race.together import together

RIVALS = 8


def scene(database: Database, now: datetime, free: int) -> tuple[int, list[int]]:
    """A centre with so many kW free, and cases that want 10 each."""
    with database.transaction() as session:
        story = Story(session, now)
        told = Values("ПС «Спорная»", "35/10 кВ", Decimal(100), Decimal(100 - free), story.house.branch.id or 0)
        centre = actions.add(session, told, SYSTEM, now)
        return centre.id or 0, [story.to(Stage.CHECKING).id or 0 for _ in range(RIVALS)]


def rush(database: Database, centre: int, cases: list[int], now: datetime) -> list[BaseException]:
    def job(case: int) -> Callable[[], None]:
        def run() -> None:
            with database.transaction() as session:
                actions.reserve(session, centre, case, Decimal(10), now)

        return run

    return together(*map(job, cases))


def held(database: Database, centre: int) -> tuple[Decimal, Decimal]:
    """(what the rows hold, what the centre has counted)"""
    with database.transaction() as session:
        rows = session.exec(select(Reservation).where(Reservation.centre_id == centre)).all()
        found = session.get(Centre, centre)
        assert found is not None
        return sum((r.kw for r in rows), Decimal(0)), found.reserved_kw


def test_of_eight_who_want_the_last_thirty_kilowatts_three_get_them(database: Database, now: datetime) -> None:
    centre, cases = scene(database, now, free=30)
    faults = rush(database, centre, cases, now)
    assert len(faults) == RIVALS - 3
    assert all(isinstance(f, Invalid) and f.field == "centre" for f in faults)
    assert held(database, centre) == (30, 30)


def _without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row lock off: everybody has read the free power before anybody writes."""

    def look(session, ids):  # type: ignore[no-untyped-def]
        found = {i: session.get(Centre, i, populate_existing=True) for i in ids}
        session.execute(text("select pg_sleep(0.2)"))
        return found

    monkeypatch.setattr(actions, "lock", look)


def test_without_the_lock_the_constraint_still_stops_them(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre, cases = scene(database, now, free=30)
    _without_lock(monkeypatch)
    faults = rush(database, centre, cases, now)
    assert len(faults) == RIVALS - 3
    assert all("centre_is_not_oversold" in str(f) for f in faults)
    assert held(database, centre) == (30, 30)


def test_control_with_both_guards_off_the_centre_is_oversold(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre, cases = scene(database, now, free=30)
    _without_lock(monkeypatch)
    with database.transaction() as session:
        session.execute(text("alter table centre drop constraint centre_is_not_oversold"))
    assert rush(database, centre, cases, now) == []
    assert held(database, centre) == (10 * RIVALS, 10 * RIVALS)
