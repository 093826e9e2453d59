"""Row-level security of content by raw SQL: visitors, kinds of customers, branches, staff, the editor, the auditor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from infra.database import Database
from models.connection.tables import Stage
from models.content import actions
from models.content.tables import Kind
from models.people.rules import actor_of
from models.people.tables import Branch, PersonKind
from models.process.actor import Role
from tests.conftest import NOW
from tests.models.content.items import editor, item
from tests.models.story import Story


@dataclass(frozen=True)
class World:
    database: Database
    anna: int  # an individual with a case in the first branch
    firm: int
    stranger: int  # an individual without cases
    staff: dict[Role, int]
    survey: int


@pytest.fixture(scope="module")
def world(postgres: Any, template: str) -> Iterator[World]:
    from tests.conftest import _sql

    _sql(postgres, f"create database feeder_content_walls template {template}")
    database = Database(postgres.url("feeder_content_walls"), 4)
    with database.transaction() as session:
        now = session.execute(text("select business_now()")).scalar_one()
        story = Story(session, NOW)
        anna, stranger = story.house.applicant(), story.house.applicant()
        firm = story.house.applicant(PersonKind.LEGAL_ENTITY)
        case = story.to(Stage.EXECUTION, anna)
        other = next(b for b in session.exec(select(Branch.id)) if b != case.branch_id)
        day = timedelta(days=1)
        news: dict[str, dict[str, Any]] = {
            "everybody": {},
            "visitors": {"audience": ["visitor"]},
            "individuals": {"audience": ["individual"]},
            "firms": {"audience": ["legal_entity", "entrepreneur"]},
            "here": {"branches": [case.branch_id]},
            "there": {"branches": [other]},
            "tomorrow": {"shown_from": now + day},
            "yesterday": {"shown_from": now - 2 * day, "shown_until": now + day},
        }
        for title, more in news.items():
            made = item(session, Kind.NEWS, now, title=title, **more)
            if title == "yesterday":
                session.execute(
                    text("update content_item set shown_until = :u where id = :i"), {"u": now - day, "i": made.id}
                )
        item(session, Kind.NEWS, now, published=False, title="draft")
        gone = item(session, Kind.NEWS, now, title="withdrawn")
        actions.withdraw(session, gone.id or 0, "ошибка", editor(session), now)
        survey = item(session, Kind.SURVEY, now).id or 0
        for who in (anna, firm):
            actions.answer(session, survey, [0, [], 3, ""], actor_of(who), now)
        staff = {role: actor.person for role, actor in story.house.staff.items()}
        found = World(database, anna.id or 0, firm.id or 0, stranger.id or 0, staff, survey)
    yield found
    database.close()
    _sql(postgres, "drop database feeder_content_walls with (force)")


def news(session: Session) -> set[str]:
    return set(session.execute(text("select title from content_item where kind = 'news'")).scalars())


@pytest.mark.rows("J-042")
@pytest.mark.parametrize(
    ("who", "more"),
    [
        ("anna", {"individuals", "here"}),
        ("stranger", {"individuals"}),
        ("firm", {"firms"}),
        ("visitor", {"visitors"}),
    ],
)
def test_each_reader_sees_what_is_for_him_today(world: World, who: str, more: set[str]) -> None:
    with world.database.reading(getattr(world, who, 0)) as session:
        assert news(session) == {"everybody"} | more


def test_an_outage_of_any_branch_is_seen_by_everybody(world: World) -> None:
    with world.database.transaction() as session:
        branch = session.execute(text("select max(id) from branch")).scalar_one()
        made = item(
            session, Kind.OUTAGE, session.execute(text("select business_now()")).scalar_one(), branches=[branch]
        )
    for who in (world.stranger, 0):
        with world.database.reading(who) as session:
            assert made.id in session.execute(text("select id from content_item where kind = 'outage'")).scalars().all()


def test_a_customer_sees_his_own_answer_and_no_edition(world: World) -> None:
    with world.database.reading(world.anna) as session:
        assert session.execute(text("select user_id from survey_answer")).scalars().all() == [world.anna]
    with world.database.reading(world.stranger) as session:
        assert session.execute(text("select 1 from survey_answer")).all() == []
    with pytest.raises(DBAPIError, match="permission denied"), world.database.reading(world.anna) as session:
        session.execute(text("select 1 from content_edition"))


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR])
def test_whoever_reads_answers_reads_them_without_the_person(world: World, role: Role) -> None:
    with world.database.reading_as(role, world.staff[role]) as session:
        assert len(session.execute(text("select given from survey_answer")).all()) == 2
        assert "draft" in news(session)
        assert session.execute(text("select count(*) from content_edition")).scalar_one() > 0
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        world.database.reading_as(role, world.staff[role]) as session,
    ):
        session.execute(text("select user_id from survey_answer"))


def test_other_staff_see_what_is_published_and_no_answers(world: World) -> None:
    with world.database.reading_as(Role.OPERATOR, world.staff[Role.OPERATOR]) as session:
        assert not {"draft", "withdrawn", "tomorrow"} & news(session)
        assert {"everybody", "firms", "there"} <= news(session)
        assert session.execute(text("select given from survey_answer")).all() == []


def test_the_editor_sees_no_case_no_paper_and_nobody_but_himself(world: World) -> None:
    me = world.staff[Role.EDITOR]
    with world.database.reading_as(Role.EDITOR, me) as session:
        assert session.execute(text("select id from app_user")).scalars().all() == [me]
        walled = session.execute(
            text("""select c.relname from pg_class c where c.relrowsecurity and c.relkind = 'r'
            and has_table_privilege('feeder_staff', c.oid, 'select')
            and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'application_id')""")
        ).scalars()
        for table in ["connection", "appeal", "appeal_line", *walled]:
            assert session.execute(text(f"select 1 from {table}")).all() == [], table
    with world.database.reading_as(Role.OPERATOR, world.staff[Role.OPERATOR]) as session:
        assert session.execute(text("select 1 from connection")).all(), "the test needs rows to hide"
        assert session.execute(text("select 1 from document")).all()


@pytest.mark.parametrize(
    "attack",
    [
        "update content_edition set author = 'x'",
        "delete from content_edition",
        "update survey_answer set given = '[]'",
        "update content_item set questions = '[]' where kind = 'survey'",
        "update content_item set published_at = null where kind = 'survey'",
        "insert into survey_answer (item_id, user_id, given_at, given) select item_id, user_id, now(), '[1]' from survey_answer",
        "update content_item set state = 'published', shown_from = null",
    ],
)
def test_the_database_itself_refuses_to_forget_or_to_count_twice(world: World, attack: str) -> None:
    said = "append-only|fixed|survey_answer_once|content_item_published"
    with pytest.raises(DBAPIError, match=said), world.database.transaction() as session:
        session.execute(text(attack))


@pytest.mark.parametrize("who", ["customer", "editor"])
def test_a_reading_writes_nothing(world: World, who: str) -> None:
    door = world.database.reading(world.anna) if who == "customer" else world.database.reading_as(
        Role.EDITOR, world.staff[Role.EDITOR]
    )  # fmt: skip
    with pytest.raises(DBAPIError, match="permission denied|read-only"), door as session:
        session.execute(text("update content_item set title = 'x'"))
