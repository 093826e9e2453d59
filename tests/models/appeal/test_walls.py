"""Row-level security of appeals by raw SQL: an author sees his own, a branch its own and those of nobody, an auditor all."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from infra.database import Database
from models.appeal import actions, desk
from models.appeal.actions import File
from models.appeal.rules import call_days
from models.people.branches import OtherBranch
from models.people.tables import Branch
from models.process.actor import Actor, Role
from models.process.queries import verify_chain
from models.process.terms import calendar
from tests.conftest import NOW
from tests.models.appeal.desk import VISITOR, Appeals, sent

TABLES = ("appeal", "appeal_line", "appeal_file", "appeal_call", "term", "history")
OF = {"appeal": "id", "term": "subject_id", "history": "subject_id"}
PAPER = File("a.pdf", "application/pdf", 3, "c" * 64, "c" * 64)


@dataclass(frozen=True)
class World:
    database: Database
    anna: int
    boris: int
    appeals: dict[str, int]  # whose: the appeal
    here: int
    there: int
    staff: dict[Role, int]


@pytest.fixture(scope="module")
def world(postgres: Any, template: str) -> Iterator[World]:
    from tests.conftest import _sql

    _sql(postgres, f"create database feeder_appeal_walls template {template}")
    database = Database(postgres.url("feeder_appeal_walls"), 4)
    with database.transaction() as session:
        appeals = Appeals(session, NOW)
        here, there = session.exec(select(Branch).order_by(Branch.id)).all()[:2]  # type: ignore[arg-type]
        boris = appeals.house.applicant()
        on = call_days(calendar(session), actions.clocks.hours(session), NOW)[2]
        made = {}
        cases = {appeals.anna.id: (appeals.anna, here), boris.id: (boris, there)}
        for user, branch in cases.values():
            case = appeals.house.submitted(user)
            session.execute(
                text("update connection set branch_id = :b where id = :id"), {"b": branch.id, "id": case.id}
            )
            session.refresh(case)
            author = Actor(Role.APPLICANT, user.id, user.name)
            told = sent("case", application_id=case.id, files=[PAPER], call=(on, "12-15"))
            appeal = actions.register(session, author, told, NOW)
            actions.line(session, appeal, actions.LineKind.NOTICE, author, "строка", NOW)
            made[user.login] = appeal.id or 0
        visitor = actions.register(session, VISITOR, sent(channel="site", files=[PAPER], call=(on, "12-15")), NOW)
        actions.line(session, visitor, actions.LineKind.NOTICE, VISITOR, "строка", NOW)
        staff = {role: actor.person for role, actor in appeals.house.staff.items()}
        session.execute(
            text("insert into app_user (login, role, name, post, email, phone, branch_id, password_hash, active, created_at, "
                 "snils, inn, ogrn, kpp, address, head, head_post, authority, bank_account, bank_bic, city) select 'operator9', "
                 "role, name, post, email, phone, :there, '', true, created_at, '', '', '', '', '', '', '', '', '', '', '' "
                 "from app_user where login = 'operator'"), {"there": there.id},
        )  # fmt: skip
        found = World(database, appeals.anna.id or 0, boris.id or 0,
                      {"anna": made[appeals.anna.login], "boris": made[boris.login], "visitor": visitor.id or 0},
                      here.id or 0, there.id or 0, staff)  # fmt: skip
    yield found
    database.close()
    _sql(postgres, "drop database feeder_appeal_walls with (force)")


def seen(session: Session, table: str) -> set[int]:
    """Ids of appeals whose rows this session sees."""
    of = " where process = 'appeal'" if table in ("term", "history") else ""
    return set(session.execute(text(f"select {OF.get(table, 'appeal_id')} from {table}{of}")).scalars())


@pytest.mark.parametrize("table", TABLES)
def test_an_author_sees_his_own_and_nobody_elses(world: World, table: str) -> None:
    for who, mine in ((world.anna, {world.appeals["anna"]}), (world.boris, {world.appeals["boris"]}), (10**9, set())):
        with world.database.reading(who) as session:
            assert seen(session, table) == mine


@pytest.mark.parametrize("table", TABLES)
def test_a_branch_sees_its_own_and_what_belongs_to_no_branch(world: World, table: str) -> None:
    for branch, theirs in ((world.here, "anna"), (world.there, "boris")):
        with world.database.reading_as(Role.OPERATOR, world.staff[Role.OPERATOR], branch) as session:
            assert seen(session, table) == {world.appeals[theirs], world.appeals["visitor"]}
    for role in (Role.MANAGER, Role.AUDITOR):
        with world.database.reading_as(role, world.staff[role]) as session:
            assert seen(session, table) == set(world.appeals.values())


def test_staff_of_another_branch_write_nothing_and_a_head_and_nobodys_branch_do(world: World) -> None:
    there = Actor(Role.OPERATOR, world.staff[Role.OPERATOR], "Оператор", branch_id=world.there)
    head = Actor(Role.MANAGER, world.staff[Role.MANAGER], "Руководитель", branch_id=world.there)
    with world.database.transaction() as session:
        with pytest.raises(OtherBranch):
            desk.take(session, world.appeals["anna"], there, NOW)
        with pytest.raises(OtherBranch):
            desk.call_ended(session, world.appeals["anna"], there, True, "дозвонились", NOW)
        for actor, whose in ((there, "visitor"), (head, "anna")):
            assert desk.take(session, world.appeals[whose], actor, NOW).assignee_id == actor.user_id
        session.rollback()


@pytest.mark.parametrize(
    "attack",
    ["update appeal set text = 'x'", "delete from appeal_line", "insert into appeal_kind (code, title) values ('x', 'x')",
     "update appeal_call set state = 'done'"],
)  # fmt: skip
def test_a_reading_changes_nothing(world: World, attack: str) -> None:
    with pytest.raises(DBAPIError), world.database.reading(world.anna) as session:
        session.execute(text(attack))
    with pytest.raises(DBAPIError), world.database.reading_as(Role.MANAGER, world.staff[Role.MANAGER]) as session:
        session.execute(text(attack))


def test_the_chain_of_appeals_is_proved_with_the_others(world: World) -> None:
    with world.database.transaction() as session:
        assert verify_chain(session) == []
        session.execute(text("set local session_replication_role = replica"))
        session.execute(
            text("update appeal set chain = repeat('0', 63) || '1' where id = :id"), {"id": world.appeals["anna"]}
        )
        session.flush()
        assert any(fault.startswith("appeal ") for fault in verify_chain(session))
        session.rollback()
