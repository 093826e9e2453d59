"""Row-level security by raw SQL for a representative: of his principal's cases he reads what his acts need, while the power
is in force, and nothing else. Every refusal stands beside a look that succeeds."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from infra.database import Database
from models.connection import actions, represented
from models.connection.tables import Stage
from models.document import actions as files
from models.edoc import actions as edocs
from models.edoc import queries as edoc_queries
from models.edoc.actions import Kept
from models.edoc.tables import EdocKind
from models.people import represent
from models.people.represent_tables import Act, Representative
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Role
from models.process.errors import NotFound
from models.signing import actions as signing
from models.signing.tables import Method, Party, Side
from tests.conftest import NOW
from tests.models.people.powers import offered, power
from tests.models.story import Story

OF_CASE = {  # table: the acts that open it
    "message": {Act.CORRESPOND},
    "attachment": {Act.FILE, Act.CORRESPOND, Act.RECEIVE},
    "invoice": {Act.PAY},
    "payment_order": {Act.PAY},
    "receipt": {Act.PAY},
    "instalment": {Act.PAY},
    "document": {Act.RECEIVE, Act.SIGN, Act.PAY},
    "signing": {Act.SIGN},
    "signing_party": {Act.SIGN},
    "signing_document": {Act.SIGN},
    "term": set(Act),
    "history": set(Act),
}


@dataclass
class World:
    database: Database
    anna: int
    boris: int
    case: int
    other: int  # another case of anna
    draft: int


@pytest.fixture(scope="module")
def world(postgres: Any, template: str) -> Iterator[World]:
    """Anna has a case with rows in every table, another case and a draft; boris has no case. Made once for this module."""
    from tests.conftest import _sql

    _sql(postgres, f"create database feeder_agents template {template}")
    database = Database(postgres.url("feeder_agents"), 4)
    with database.transaction() as session:
        story = Story(session, NOW)
        anna, boris = story.house.applicant(), story.house.applicant()
        boris.registration_number = "ЛК-000777"
        case = story.to(Stage.EXECUTION, anna)
        actions.say(session, case.id or 0, story.staff(Role.OPERATOR), "Здравствуйте", story.now)
        files.attach(session, case.id or 0, story.house.owner(case), story.now, kind="plan", name="план.pdf",
                     media_type="application/pdf", size=3, sha256="c" * 64, key="c" * 64)  # fmt: skip
        paper = story.paper(case, "contract")
        parties = [
            Party("ПЭС", None, Side.UTILITY, (Method.SEAL,)),
            Party("Анна", anna.id, Side.APPLICANT, (Method.CODE,)),
        ]
        signing.open(session, process="connection", subject_id=case.id or 0, purpose="supplement",
                     documents=[paper.id or 0], parties=parties, now=story.now)  # fmt: skip
        other = story.to(Stage.CHECKING, anna)
        draft = story.to(Stage.DRAFT, anna)
        ids = [x.id or 0 for x in (anna, boris, case, other, draft)]
    yield World(database, *ids)
    database.close()
    _sql(postgres, "drop database feeder_agents with (force)")


@pytest.fixture
def held(world: World) -> Iterator[Any]:
    """`held(acts, …)` gives boris a power; it is gone after the test."""

    def given(acts: set[Act], **more: Any) -> int:
        with world.database.transaction() as session:
            now = session.execute(text("select business_now()")).scalar_one()
            anna, boris = session.get_one(User, world.anna), session.get_one(User, world.boris)
            clerk = actor_of(session.exec(select(User).where(User.login == "operator")).one())
            return power(session, anna, boris, acts, clerk, now, **more).id or 0

    yield given
    with world.database.transaction() as session:
        session.execute(text("delete from representative"))


def seen(world: World, table: str, of_case: int | None = None) -> int:
    """How many rows boris sees; of one case where the table hangs on cases."""
    where = ""
    if of_case is not None:
        column = {"term": "subject_id", "history": "subject_id"}.get(table, "application_id")
        if table in ("signing_party", "signing_document"):
            where = f" where envelope_id in (select id from signing where application_id = {of_case})"
        elif table == "instalment":
            where = f" where invoice_id in (select id from invoice where application_id = {of_case})"
        else:
            where = f" where {column} = {of_case}"
    with world.database.reading(world.boris) as session:
        return int(session.execute(text(f"select count(*) from {table}{where}")).scalar_one())


def cases(world: World) -> set[int]:
    with world.database.reading(world.boris) as session:
        return set(session.execute(text("select id from connection")).scalars())


def test_without_a_power_nothing_is_seen_and_there_is_something_to_see(world: World) -> None:
    assert cases(world) == set()
    for table in OF_CASE:
        assert seen(world, table) == 0, table
        with world.database.reading(world.anna) as session:
            assert session.execute(text(f"select count(*) from {table}")).scalar_one() > 0, table


@pytest.mark.parametrize("act", list(Act))
def test_of_a_case_a_representative_sees_what_his_act_needs(world: World, held: Any, act: Act) -> None:
    held({act})
    for table, acts in OF_CASE.items():
        assert (seen(world, table, world.case) > 0) is (act in acts), (act, table)
    assert cases(world) == {world.case, world.other} | ({world.draft} if act is Act.FILE else set())


def test_who_only_pays_reads_the_invoice_and_no_other_paper(world: World, held: Any) -> None:
    held({Act.PAY})
    with world.database.reading(world.boris) as session:
        assert set(session.execute(text("select kind from document")).scalars()) == {"invoice"}


def test_a_power_for_one_application_opens_that_one_alone(world: World, held: Any) -> None:
    held(set(Act), application_id=world.case)
    assert cases(world) == {world.case}
    assert seen(world, "history", world.other) == 0
    assert seen(world, "attachment", world.other) == 0


def test_the_user_of_one_contract_reads_its_papers_and_neither_its_money_nor_its_talk(world: World, held: Any) -> None:
    """A power for one application with the one right to receive papers: the accountant of a firm."""
    held({Act.RECEIVE}, application_id=world.case)
    assert cases(world) == {world.case}
    assert seen(world, "document", world.case) > 0
    assert [seen(world, table, world.case) for table in ("invoice", "payment_order", "message", "signing")] == [0] * 4
    assert seen(world, "document", world.other) == 0


@pytest.mark.parametrize("act", list(Act))
def test_documents_that_the_principal_registered_are_seen_with_the_right_to_sign_alone(
    world: World, held: Any, act: Act
) -> None:
    with world.database.transaction() as session:
        anna = actor_of(session.get_one(User, world.anna))
        for case in (world.case, world.other):
            edocs.register(session, anna, case, EdocKind.LETTER, "Письмо", Kept("e" * 64, "e" * 64, 9), NOW)
    assert seen(world, "edoc") == 0, "nobody has given him anything yet"
    held({act}, application_id=world.case)
    assert (seen(world, "edoc", world.case) > 0, seen(world, "edoc", world.other)) == (act is Act.SIGN, 0)
    with world.database.reading(world.boris) as session:
        found = edoc_queries.of_person(session, world.boris, kind="own", represented=True)
        assert {line.edoc.application_id for line in found if line.edoc} == ({world.case} if act is Act.SIGN else set())
        assert edoc_queries.of_person(session, world.boris) == [], "his own list is his own"


def test_two_powers_are_counted_together_each_for_its_own_case(world: World, held: Any) -> None:
    held({Act.PAY})
    held({Act.CORRESPOND}, application_id=world.case)
    assert seen(world, "message", world.case) > 0
    assert seen(world, "attachment", world.case) > 0
    assert seen(world, "attachment", world.other) == 0, "the narrow power opens nothing in the other case"


@pytest.mark.parametrize(
    ("change", "reads"),
    [
        ("until = business_now() + interval '1 minute'", True),
        ("until = business_now()", False),
        ("starts_at = business_now() + interval '1 minute'", False),
        ("state = 'revoked'", False),
        ("state = 'offered'", False),
        ("state = 'expired'", False),
    ],
)
def test_the_wall_keeps_to_the_term_and_to_the_state(world: World, held: Any, change: str, reads: bool) -> None:
    row = held(set(Act))
    with world.database.transaction() as session:
        session.execute(text(f"update representative set {change} where id = :id"), {"id": row})
    assert (world.case in cases(world)) is reads
    for table in OF_CASE:
        assert (seen(world, table, world.case) > 0) is reads, table
    with world.database.transaction() as session:
        assert (len(represented.of_agent(session, world.boris)) > 0) is reads


def test_what_he_reads_he_does_not_write(world: World, held: Any) -> None:
    held(set(Act))
    for attack in (
        "update connection set object_name = 'x'",
        "update representative set acts = '[\"sign\"]'",
        "insert into message (application_id, author_id, from_staff, author, text, at) values (1, 1, false, '', '', now())",
    ):
        refused = pytest.raises(DBAPIError, match="permission denied|read-only transaction")
        with refused, world.database.reading(world.boris) as session:
            session.execute(text(attack))


def test_the_card_of_the_principal_stays_closed(world: World, held: Any) -> None:
    held(set(Act))
    with world.database.reading(world.boris) as session:
        assert session.execute(text("select id from app_user")).scalars().all() == [world.boris]
        assert session.execute(text("select count(*) from consent")).scalar_one() == 0
        assert session.execute(text("select distinct user_id from notice")).scalars().all() in ([world.boris], [])


# ------------------------------------------------------------------------------------------------ at the same moment
def test_a_revocation_waits_for_what_is_being_done_by_that_power_and_for_nothing_else(world: World, held: Any) -> None:
    busy, idle = held({Act.CORRESPOND}), held({Act.PAY}, application_id=world.other)
    with world.database.transaction() as session:
        anna, boris = (actor_of(session.get_one(User, x)) for x in (world.anna, world.boris))
    with world.database.transaction() as acting:
        actions.say(acting, world.case, boris, "Пишу", NOW)
        for row, waits in ((idle, False), (busy, True)):
            with world.database.transaction() as revoking:
                revoking.execute(text("set local lock_timeout = '200ms'"))
                if waits:
                    with pytest.raises(DBAPIError, match="lock timeout"):
                        represent.revoke(revoking, row, anna, NOW)
                    revoking.rollback()
                    break
                represent.revoke(revoking, row, anna, NOW)
        acting.rollback()
    with world.database.transaction() as session:
        represent.revoke(session, busy, anna, NOW)
    with world.database.transaction() as session, pytest.raises(NotFound):
        actions.say(session, world.case, boris, "Ещё", NOW)


# ------------------------------------------------------------------------------------------------ the powers themselves
def powers_seen(database: Database, who: int) -> int:
    with database.reading(who) as session:
        return int(session.execute(text("select count(*) from representative")).scalar_one())


def test_a_power_is_seen_by_both_sides_and_an_offer_by_whom_it_names(world: World, held: Any) -> None:
    with world.database.transaction() as session:
        stranger = stranger_of(session)
        anna, boris = session.get_one(User, world.anna), session.get_one(User, world.boris)
        now = session.execute(text("select business_now()")).scalar_one()
        row = offered(session, anna, boris, {Act.PAY}, now)
    assert [powers_seen(world.database, x) for x in (world.anna, world.boris, stranger)] == [1, 1, 0]
    with world.database.transaction() as session:
        represent.decline(session, row.id or 0, actor_of(session.get_one(User, world.boris)), "", now)
    assert [powers_seen(world.database, x) for x in (world.anna, world.boris, stranger)] == [1, 1, 0]


def stranger_of(session: Session) -> int:
    user = User(login=f"s{id(session)}", role=Role.APPLICANT, name="Чужов Игорь", password_hash="", created_at=NOW,
                email="a1@pochta.example", phone="+79225550123")  # fmt: skip
    session.add(user)
    session.flush()
    return user.id or 0


def test_an_offer_to_an_email_is_seen_only_by_who_has_proved_it(world: World, held: Any) -> None:
    with world.database.transaction() as session:
        anna, boris = session.get_one(User, world.anna), session.get_one(User, world.boris)
        now = session.execute(text("select business_now()")).scalar_one()
        offered(session, anna, boris, {Act.PAY}, now, contact=boris.email)
    assert powers_seen(world.database, world.boris) == 0
    with world.database.transaction() as session:
        session.get_one(User, world.boris).email_confirmed_at = now
    assert powers_seen(world.database, world.boris) == 1
    with world.database.transaction() as session:
        session.get_one(User, world.boris).email_confirmed_at = None


def test_staff_of_a_branch_see_the_powers_of_its_customers(world: World, held: Any) -> None:
    held({Act.PAY})
    with world.database.transaction() as session:
        here = session.execute(text("select branch_id from connection where id = :id"), {"id": world.case}).scalar_one()
        away = (
            session.execute(text("select id from branch where id <> :id order by id"), {"id": here}).scalars().first()
        )
        session.add(
            User(
                login="away", role=Role.OPERATOR, name="Далеков Олег", password_hash="", created_at=NOW, branch_id=away
            )
        )
        clerk = session.exec(select(User.id).where(User.login == "operator")).one()
    for branch, count in ((here, 1), (away, 0), (None, 1)):
        with world.database.reading_as(Role.OPERATOR, clerk or 0, branch) as session:
            assert session.execute(text("select count(*) from representative")).scalar_one() == count, branch
    with world.database.transaction() as session:
        anna, boris = session.get_one(User, world.anna), session.get_one(User, world.boris)
        offered(session, boris, anna, {Act.PAY}, session.execute(text("select business_now()")).scalar_one())
    with world.database.reading_as(Role.OPERATOR, clerk or 0, away) as session:
        principals = select(Representative.principal_id)
        assert session.exec(principals).all() == [world.boris], "he has no case yet: every desk serves him"
