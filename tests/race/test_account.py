"""One person presses «Привязать» and «Передать показания» many times at once, and two people read one meter. The control
drops the index and looks first: it must go wrong."""

import threading
from datetime import timedelta

from sqlalchemy import text

from infra.database import Database
from models.account import actions, queries
from models.account.tables import AccountBinding, RegisterKind
from models.process.actor import Actor
from tests.conftest import NOW
from tests.models.account.billing import NUMBER, Billing
from tests.models.story import Story
from tests.race.together import together

PRESSES = 6


def scene(database: Database) -> tuple[Actor, Actor, int]:
    with database.transaction() as session:
        billing = Billing(Story(session, NOW))
        meter = billing.meter()
        billing.load(RegisterKind.CHARGES, {})
        return billing.customer(), billing.customer(), meter.id or 0


def bind(database: Database, who: Actor) -> None:
    with database.transaction() as session:
        assert actions.bind(session, who, NUMBER, "Смирнова", NOW) is not None


def count(database: Database, query: str) -> int:
    with database.transaction() as session:
        return int(session.execute(text(query)).scalar_one())


def test_many_presses_at_once_are_one_binding_and_one_reading_a_value(database: Database) -> None:
    anna, boris, meter = scene(database)
    assert together(*[lambda: bind(database, anna)] * PRESSES) == []
    assert count(database, "select count(*) from account_binding") == 1
    bind(database, boris)

    def enter(who: Actor, value: str) -> None:
        with database.transaction() as session:
            actions.enter(session, who, meter, value, NOW + timedelta(minutes=1))

    jobs = [
        lambda who=who, value=value: enter(who, value) for who in (anna, boris) for value in ("12445", "12446", "12447")
    ]  # type: ignore[misc]
    assert together(*jobs) == []
    living = "select count(*) from account_reading where source = 'cabinet' and replaced_at is null"
    assert count(database, living) == 1, "the last one holds, the others stay in the history"


def test_control_without_the_index_a_look_before_the_insert_binds_twice(database: Database) -> None:
    anna, _boris, _meter = scene(database)
    with database.transaction() as session:
        session.execute(text("drop index account_binding_one"))
    looked = threading.Barrier(PRESSES)

    def naive() -> None:
        with database.transaction() as session:
            account = queries.by_number(session, NUMBER)
            assert account is not None
            seen = queries.binding(session, anna.person, account.id or 0)
            looked.wait(10)
            if seen is None:
                session.add(AccountBinding(account_id=account.id or 0, user_id=anna.person, bound_at=NOW))

    assert together(*[naive] * PRESSES) == []
    assert count(database, "select count(*) from account_binding") == PRESSES
