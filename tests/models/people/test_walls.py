"""Row-level security by raw SQL: an applicant sees his own rows and nothing else, and writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from infra.database import Database
from infra.migrations.versions import v0002_walls as walls
from models.connection import actions
from models.connection.tables import Stage
from models.document import actions as files
from models.process.actor import Role
from tests.conftest import NOW
from tests.models.story import Story

OWN = {  # table: how a row leads to its owner, seen without the walls
    "connection": "select applicant_id, id from connection",
    "app_user": "select id, id from app_user where role = 'APPLICANT'",
    "notice": "select user_id, id from notice",
    "document": "select c.applicant_id, d.id from document d join connection c on c.id = d.application_id where d.placed_at is not null",
    "attachment": "select c.applicant_id, t.id from attachment t join connection c on c.id = t.application_id",
    "message": "select c.applicant_id, t.id from message t join connection c on c.id = t.application_id",
    "invoice": "select c.applicant_id, t.id from invoice t join connection c on c.id = t.application_id",
    "payment_order": "select c.applicant_id, t.id from payment_order t join connection c on c.id = t.application_id",
    "instalment": "select c.applicant_id, t.id from instalment t join invoice i on i.id = t.invoice_id join connection c on c.id = i.application_id",
    "term": "select c.applicant_id, t.id from term t join connection c on c.id = t.subject_id where process = 'connection'",
    "history": "select c.applicant_id, t.subject_id * 1000 + t.seq from history t join connection c on c.id = t.subject_id where process = 'connection'",
}
KEY = {"history": "subject_id * 1000 + seq"}
HIDDEN = (
    "letter",
    "letter_try",
    "conditions",
    "inspection",
    "meter",
    "sign_in",
    "proof",
    "second_factor",
    "spare_code",
    "simple_code",
    "audit",
    "work",
    "attempt",
    "bank_event",
    "counter",
)


@dataclass
class World:
    database: Database
    anna: int
    boris: int
    stranger: int


@pytest.fixture(scope="module")
def world(postgres: Any, template: str) -> Iterator[World]:
    """Two applicants with rows in every table, and one without any; made once for this module."""
    from tests.conftest import _sql

    _sql(postgres, f"create database feeder_walls template {template}")
    database = Database(postgres.url("feeder_walls"), 4)
    with database.transaction() as session:
        story = Story(session, NOW)
        people = [story.house.applicant() for _ in range(3)]
        for user in people[:2]:
            case = story.to(Stage.EXECUTION, user)
            actions.say(session, case.id or 0, story.staff(Role.OPERATOR), "Здравствуйте", story.now)
            waiting = story.to(Stage.APPROVAL, user)  # papers ordered, not placed
            actions.approve(session, waiting.id or 0, story.staff(Role.MANAGER), story.now)
            gone = story.to(Stage.APPROVAL, user)
            actions.approve(session, gone.id or 0, story.staff(Role.MANAGER), story.now)
            actions.simple_move(session, gone.id or 0, "withdraw", story.house.owner(gone), story.now)
            files.attach(session, case.id or 0, story.house.owner(case), story.now, kind="plan", name="план.pdf",
                         media_type="application/pdf", size=3, sha256="c" * 64, key="c" * 64)  # fmt: skip
    yield World(database, *[u.id or 0 for u in people])
    database.close()
    _sql(postgres, "drop database feeder_walls with (force)")


def ids(session: Session, table: str) -> set[int]:
    return {r[0] for r in session.execute(text(f"select {KEY.get(table, 'id')} from {table}"))}


def test_every_table_of_the_policies_is_looked_at() -> None:
    assert set(walls.POLICIES) == set(OWN) | {"setting"}


@pytest.mark.rows("D-21")
@pytest.mark.parametrize("table", OWN)
def test_each_sees_only_his_rows(world: World, table: str) -> None:
    with world.database.transaction() as session:
        owners: dict[int, set[int]] = {}
        for owner, row in session.execute(text(OWN[table])):
            owners.setdefault(owner, set()).add(row)
    for who in (world.anna, world.boris):
        assert owners[who], "the test needs rows to hide"
        with world.database.reading(who) as session:
            assert ids(session, table) == owners[who]
    with world.database.reading(world.stranger) as session:
        assert ids(session, table) == (owners[world.stranger] if table == "app_user" else set())
    with world.database.reading(10**9) as session:
        assert ids(session, table) == set()


@pytest.mark.parametrize("table", OWN)
def test_without_a_name_nothing_is_seen(world: World, table: str) -> None:
    """The wall stands even if the actor was never told to the database."""
    with world.database.transaction() as session:
        session.execute(text("set local role feeder_customer"))
        assert ids(session, table) == set()


def test_asking_for_anothers_row_by_its_key_gives_nothing(world: World) -> None:
    with world.database.transaction() as session:
        case = session.execute(
            text("select min(id) from connection where applicant_id = :a"), {"a": world.anna}
        ).scalar_one()
    with world.database.reading(world.boris) as session:
        for query in (
            f"select 1 from connection where id = {case}",
            f"select 1 from term where subject_id = {case}",
            f"select 1 from instalment i join invoice v on v.id = i.invoice_id where v.application_id = {case}",
            f"select 1 from connection c where exists (select 1 from history h where h.subject_id = {case})",
        ):
            assert session.execute(text(query)).all() == []


def test_papers_that_were_never_placed_are_not_seen_even_when_annulled(world: World) -> None:
    with world.database.transaction() as session:
        states = set(session.execute(text("select state from document where placed_at is null")).scalars())
    assert {"ordered", "annulled"} <= states
    with world.database.reading(world.anna) as session:
        assert set(session.execute(text("select state from document")).scalars()) == {"placed"}


@pytest.mark.parametrize("table", HIDDEN)
def test_tables_of_the_house_are_closed(world: World, table: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), world.database.reading(world.anna) as session:
        session.execute(text(f"select 1 from {table}"))


def test_of_the_settings_only_the_requisites_are_seen(world: World) -> None:
    with world.database.transaction() as session:
        session.execute(text("insert into setting (name, value) values ('secret', '{}')"))
    with world.database.reading(world.anna) as session:
        assert session.execute(text("select name from setting")).scalars().all() == ["org"]


OPEN = ("branch", "calendar_override", "term_rule", "fee_rate", "vat_rate", "payment_schedule", "clock_shift")


@pytest.mark.parametrize("table", OPEN)
def test_what_is_everybodys_is_open(world: World, table: str) -> None:
    with world.database.reading(world.anna) as session:
        session.execute(text(f"select 1 from {table}")).all()


@pytest.mark.parametrize(
    "attack",
    [
        "update connection set object_name = 'x'",
        "delete from connection",
        "insert into message (application_id, author_id, from_staff, author, text, at) values (1, 1, false, '', '', now())",
        "update app_user set role = 'ADMIN'",
        "update instalment set credited_at = now()",
        "update term set lapsed_at = now()",
        "insert into setting (name, value) values ('org2', '{}')",
        "truncate connection cascade",
        "create table mine (id int)",
        "select nextval('payment_number')",
    ],
)
@pytest.mark.parametrize("door", ["reading", "role alone"])
def test_a_customer_writes_nothing(world: World, attack: str, door: str) -> None:
    """Twice: the transaction is read only, and the role itself has no right."""

    def strike() -> None:
        if door == "reading":
            with world.database.reading(world.anna) as session:
                session.execute(text(attack))
        else:
            with world.database.transaction() as session:
                session.execute(text("select set_config('feeder.user_id', :id, true)"), {"id": str(world.anna)})
                session.execute(text("set local role feeder_customer"))
                session.execute(text(attack))

    with pytest.raises(DBAPIError, match="permission denied|read-only transaction"):
        strike()


def test_the_next_transaction_of_the_connection_is_free_again(world: World) -> None:
    with world.database.reading(world.stranger) as session:
        assert ids(session, "connection") == set()
    with world.database.transaction() as session:
        assert len(ids(session, "connection")) == 6
        assert session.execute(text("select current_setting('feeder.user_id', true)")).scalar_one() in (None, "")


def test_the_card_of_a_case_can_be_made_behind_the_wall(world: World) -> None:
    from models.connection import cards, queries

    with world.database.reading(world.anna) as session:
        shown = [cards.card(session, c, NOW) for c in queries.of_applicant(session, world.anna)]
        assert {c.case.stage for c in shown} == {Stage.EXECUTION, Stage.APPROVAL, Stage.WITHDRAWN}
        assert queries.of_applicant(session, world.boris) == []
