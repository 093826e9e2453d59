"""Many appeals at the same moment: numbers without gaps and without doubles. The control counts by itself and must go wrong."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from infra.database import Database
from models.appeal import actions, desk
from models.process.actor import Role
from models.process.errors import IllegalMove
from tests.conftest import NOW
from tests.house import House
from tests.models.appeal.desk import VISITOR, sent
from tests.race.together import together

CLIENTS = 24
NUMBERS = text("select number from appeal order by number")


@pytest.fixture
def wide(database: Database) -> Iterator[Database]:
    found = Database(database.url, CLIENTS)
    yield found
    found.close()


def registering(db: Database) -> Callable[[], None]:
    def job() -> None:
        with db.transaction() as session:
            actions.register(session, VISITOR, sent(channel="site"), NOW)

    return job


@pytest.mark.rows("R-96")
def test_numbers_have_no_gap_and_no_double_also_when_some_give_up(wide: Database) -> None:
    def gives_up() -> None:
        with suppress(RuntimeError), wide.transaction() as session:
            actions.register(session, VISITOR, sent(channel="site"), NOW)
            raise RuntimeError

    jobs = [registering(wide) if n % 3 else gives_up for n in range(CLIENTS)]
    assert together(*jobs) == []
    with wide.transaction() as session:
        found = list(session.execute(NUMBERS).scalars())
    kept = sum(bool(n % 3) for n in range(CLIENTS))
    assert found == [f"ОБ-{n:06d}/26" for n in range(1, kept + 1)]


def test_the_control_that_counts_by_itself_goes_wrong(wide: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What next_number guards against: two who look at the same last number at once."""
    monkeypatch.setattr(
        actions, "next_number",
        lambda session, scope, year: session.execute(text("select count(*) + 1 from appeal")).scalar_one(),
    )  # fmt: skip
    faults = together(*[registering(wide) for _ in range(CLIENTS)])
    assert faults, "the race did not happen"
    assert {type(f) for f in faults} == {IntegrityError}, "the last word is the database's"


def test_one_appeal_is_taken_by_one(wide: Database) -> None:
    with wide.transaction() as session:
        house = House(session, NOW)
        roles = (Role.OPERATOR, Role.ENGINEER, Role.MANAGER, Role.BILLING)
        takers = [house.staff[role] for role in roles]
        number = actions.register(session, VISITOR, sent(channel="site"), NOW).id or 0

    def taking(who: object) -> Callable[[], None]:
        def job() -> None:
            with wide.transaction() as session:
                desk.take(session, number, who, NOW)  # type: ignore[arg-type]

        return job

    faults = together(*[taking(who) for who in takers])
    assert [type(f) for f in faults] == [IllegalMove] * (len(takers) - 1)
