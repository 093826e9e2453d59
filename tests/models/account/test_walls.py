"""Row-level security by raw SQL: an account opens to whoever has bound it, while it is bound, and to staff of its branch."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from models.account import actions
from models.account.tables import RegisterKind
from models.people.tables import Branch
from models.process.actor import Actor, Role
from tests.models.account.billing import NUMBER, OTHER, Billing
from tests.models.story import Story

K = RegisterKind
OWNER = {  # how a row leads to its account
    "account": "select number from account",
    "account_binding": "select a.number from account_binding t join account a on a.id = t.account_id",
    "account_meter": "select a.number from account_meter t join account a on a.id = t.account_id",
    "account_reading": "select a.number from account_reading t join account_meter m on m.id = t.meter_id "
    "join account a on a.id = m.account_id",
    "account_charge": "select a.number from account_charge t join account a on a.id = t.account_id",
    "account_payment": "select a.number from account_payment t join account a on a.id = t.account_id",
}


@dataclass
class World:
    """Two accounts of two branches, each with rows in every table; anna has bound the first, boris the second."""

    billing: Billing
    anna: int
    boris: int
    stranger: int
    here: int
    there: int

    @property
    def session(self) -> Session:
        return self.billing.session

    @contextmanager
    def as_(self, wall: str, **told: object) -> Iterator[Session]:
        """The door of infra.database, within a transaction that is never committed."""
        for name in ("user_id", "role", "branch_id"):
            self.session.execute(
                text("select set_config(:name, :value, true)"),
                {"name": f"feeder.{name}", "value": str(told.get(name, ""))},
            )
        self.session.execute(text(f"set local role {wall}"))
        yield self.session
        self.session.execute(text("reset role"))

    def sees(self, expected: set[str], wall: str = "feeder_customer", **told: object) -> None:
        """Of every table the rows of just these accounts."""
        assert {table: self.seen(table, wall, **told) for table in OWNER} == dict.fromkeys(OWNER, expected)

    def seen(self, table: str, wall: str = "feeder_customer", **told: object) -> set[str]:
        """Numbers of the accounts whose rows are seen. The count guards the joins; one's own ended binding stays readable."""
        with self.as_(wall, **told) as session:
            found = list(session.execute(text(OWNER[table])).scalars())
            ended = " where ended_at is null" if table == "account_binding" else ""
            assert session.execute(text(f"select count(*) from {table}{ended}")).scalar_one() == len(found)  # noqa: S608
        return set(found)


@pytest.fixture
def world(story: Story) -> World:
    billing = Billing(story)
    here, there = story.session.exec(select(Branch).order_by(col(Branch.id))).all()[:2]
    story.house._user("operator9", Role.OPERATOR, "Там").branch_id = there.id
    people = [billing.customer() for _ in range(3)]
    for number, branch in ((NUMBER, here), (OTHER, there)):
        billing.account(number, Филиал=branch.name)
        billing.meter(number)
        billing.load(K.CHARGES, {"Лицевой счёт": number})
        billing.load(K.PAYMENTS, {"Лицевой счёт": number})
    billing.load(K.ACCOUNTS, {"Лицевой счёт": OTHER, "Филиал": there.name})
    for who, number in zip(people, (NUMBER, OTHER), strict=False):
        assert actions.bind(story.session, who, number, "Смирнова", story.now)
    story.session.flush()
    return World(billing, *[p.person for p in people], here.id or 0, there.id or 0)


def test_each_sees_the_accounts_that_he_has_bound_and_no_other(world: World) -> None:
    world.sees({NUMBER}, user_id=world.anna)
    world.sees({OTHER}, user_id=world.boris)
    for nobody in (world.stranger, 10**9, ""):
        world.sees(set(), user_id=nobody)


def test_asking_for_anothers_account_by_its_number_and_key_gives_nothing(world: World) -> None:
    key = world.session.execute(text("select id from account where number = :n"), {"n": OTHER}).scalar_one()
    with world.as_("feeder_customer", user_id=world.anna) as session:
        assert session.execute(text("select 1 from account where number = :n"), {"n": OTHER}).first() is None
        for table in ("account_meter", "account_charge", "account_payment"):
            asked = text(f"select 1 from {table} where account_id = :id")  # noqa: S608
            assert session.execute(asked, {"id": key}).first() is None


def test_with_the_end_of_a_binding_the_account_closes(world: World) -> None:
    key = world.session.execute(text("select id from account where number = :n"), {"n": NUMBER}).scalar_one()
    actions.unbind(world.session, Actor(Role.APPLICANT, world.anna), key, world.billing.story.now + timedelta(days=1))
    world.sees(set(), user_id=world.anna)
    world.sees({OTHER}, user_id=world.boris)


def test_staff_of_a_branch_see_its_accounts_and_heads_all(world: World) -> None:
    for branch, number in ((world.here, NUMBER), (world.there, OTHER)):
        world.sees({number}, "feeder_staff", user_id=1, role=Role.OPERATOR, branch_id=branch)
    world.sees({NUMBER, OTHER}, "feeder_staff", user_id=1, role=Role.MANAGER)
    world.sees({NUMBER, OTHER}, "feeder_auditor", user_id=1, role=Role.AUDITOR)
    world.sees(set(), "feeder_staff", user_id=1, role=Role.EDITOR)  # of content, not of people


def test_registers_are_for_staff_alone(world: World) -> None:
    count = text("select count(*) from account_register")
    with world.as_("feeder_staff", user_id=1, role=Role.MANAGER) as session:
        assert session.execute(count).scalar_one() > 0
    with world.as_("feeder_staff", user_id=1, role=Role.OPERATOR, branch_id=world.here) as session:
        assert session.execute(count).scalar_one() == 0, "files of others name people of other branches"
    refused = pytest.raises(DBAPIError, match="permission denied")
    with world.as_("feeder_customer", user_id=world.anna) as session, refused, session.begin_nested():
        session.execute(count)


ATTACKS = (
    "update account set holder = 'x'",
    "delete from account_reading",
    "insert into account_binding (account_id, user_id, bound_at) values (1, 1, now())",
)


@pytest.mark.parametrize("wall", ["feeder_customer", "feeder_staff", "feeder_auditor"])
def test_behind_a_wall_nothing_is_changed(world: World, wall: str) -> None:
    for attack in ATTACKS:
        refused = pytest.raises(DBAPIError, match="permission denied")
        with world.as_(wall, user_id=world.anna) as session, refused, session.begin_nested():
            session.execute(text(attack))
