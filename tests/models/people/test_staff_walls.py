"""Row-level security by raw SQL for staff of a branch, heads and the auditor. Who acts for another: test_represent_walls."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from infra.database import Database
from models.connection.tables import Stage
from models.people.tables import Branch, User
from models.process.actor import Role
from tests.conftest import NOW
from tests.models.story import Story

OF_CASES = ("connection", "attachment", "message", "invoice", "document", "letter", "conditions", "term", "history")


@dataclass(frozen=True)
class World:
    database: Database
    anna: int
    boris: int
    here: int  # branch with anna's case
    there: int  # branch with boris's case
    staff: dict[str, int]


@pytest.fixture(scope="module")
def world(postgres: Any, template: str) -> Iterator[World]:
    from tests.conftest import _sql

    _sql(postgres, f"create database feeder_staff_walls template {template}")
    database = Database(postgres.url("feeder_staff_walls"), 4)
    with database.transaction() as session:
        story = Story(session, NOW)
        anna, boris = story.house.applicant(), story.house.applicant()
        here, there = session.exec(select(Branch).order_by(Branch.id)).all()[:2]  # type: ignore[arg-type]
        story.to(Stage.EXECUTION, anna)
        other = story.to(Stage.EXECUTION, boris)
        session.flush()
        session.execute(text("update connection set branch_id = :b where id = :id"), {"b": there.id, "id": other.id})
        session.execute(
            text("insert into message (application_id, author_id, from_staff, author, text, at) "
                 "select id, applicant_id, false, 'x', 'x', now() from connection")
        )  # fmt: skip
        second = User(
            login="operator9", role=Role.OPERATOR, name="Там", branch_id=there.id, password_hash="", created_at=NOW
        )
        session.add(second)
        session.flush()
        staff = {u.login: u.id or 0 for u in session.exec(select(User).where(User.role != Role.APPLICANT))}
    yield World(database, anna.id or 0, boris.id or 0, here.id or 0, there.id or 0, staff)
    database.close()
    _sql(postgres, "drop database feeder_staff_walls with (force)")


def people(session: Session) -> set[int]:
    return set(session.execute(text("select id from app_user where role = 'APPLICANT'")).scalars())


def count(session: Session, table: str) -> int:
    of_cases = " where process = 'connection'" if table in ("term", "history") else ""
    return int(session.execute(text(f"select count(*) from {table}{of_cases}")).scalar_one())


def test_staff_of_a_branch_see_its_cases_and_applicants_alone(world: World) -> None:
    for branch, owner in ((world.here, world.anna), (world.there, world.boris)):
        with world.database.reading_as(Role.OPERATOR, world.staff["operator"], branch) as session:
            assert set(session.execute(text("select applicant_id from connection")).scalars()) == {owner}
            assert people(session) == {owner}


@pytest.mark.parametrize("table", OF_CASES)
def test_what_hangs_on_a_case_follows_its_case(world: World, table: str) -> None:
    with world.database.transaction() as session:
        everything = count(session, table)
    seen = []
    for branch in (world.here, world.there):
        with world.database.reading_as(Role.ENGINEER, world.staff["engineer"], branch) as session:
            seen.append(count(session, table))
    assert all(seen), "the test needs rows on both sides of the wall"
    assert sum(seen) == everything
    with world.database.reading_as(Role.MANAGER, world.staff["manager"]) as session:
        assert count(session, table) == everything


def test_a_branch_without_a_desk_of_its_own_is_served_by_all(world: World) -> None:
    with world.database.transaction() as session:
        session.execute(text("update app_user set active = false where login = 'operator9'"))
    with world.database.reading_as(Role.OPERATOR, world.staff["operator"], world.here) as session:
        assert people(session) == {world.anna, world.boris}
    with world.database.transaction() as session:
        session.execute(text("update app_user set active = true where login = 'operator9'"))


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR])
@pytest.mark.parametrize("table", ["proof", "simple_code", "spare_code"])
def test_one_time_secrets_are_read_by_nobody_of_the_staff(world: World, role: Role, table: str) -> None:
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        world.database.reading_as(role, world.staff[role.lower()]) as session,
    ):
        session.execute(text(f"select 1 from {table}"))


def test_second_factors_and_sessions_of_others_are_hidden(world: World) -> None:
    with world.database.transaction() as session:
        for login in ("operator", "manager"):
            told = {"id": world.staff[login], "hash": f"t-{login}"}
            session.execute(text("insert into second_factor (user_id, secret, created_at, last_step) "
                                 "values (:id, 'x', now(), 0) on conflict do nothing"), told)  # fmt: skip
            session.execute(text("insert into sign_in (token_hash, user_id, created_at, seen_at, expires_at, csrf, address, "
                                 "agent) values (:hash, :id, now(), now(), now(), '', '', '')"), told)  # fmt: skip
    with world.database.reading_as(Role.OPERATOR, world.staff["operator"], world.here) as session:
        for table in ("second_factor", "sign_in"):
            assert set(session.execute(text(f"select user_id from {table}")).scalars()) == {world.staff["operator"]}
    with world.database.reading_as(Role.ADMIN, world.staff["admin"]) as session:
        assert count(session, "sign_in") >= 2, "the administrator ends sessions"
        assert count(session, "second_factor") == 0


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.MANAGER, Role.ADMIN, Role.AUDITOR])
@pytest.mark.parametrize(
    "attack",
    [
        "update connection set object_name = 'x'",
        "delete from message",
        "update app_user set role = 'ADMIN'",
        "update audit set user_name = 'x'",
        "insert into audit (at, user_id, user_name, tag, process, facts, address) values (now(), 1000000, '', 'x', '', '{}', '')",
        "create table mine (id int)",
    ],
)
def test_a_reading_of_staff_changes_nothing(world: World, role: Role, attack: str) -> None:
    with (
        pytest.raises(DBAPIError, match="permission denied|row-level security|append-only"),
        world.database.reading_as(role, world.staff[role.lower()]) as session,
    ):
        session.execute(text(attack))


def test_a_look_is_written_under_ones_own_name_only(world: World) -> None:
    row = text(
        "insert into audit (at, user_id, user_name, tag, process, facts, address) values (now(), :id, 'я', 'x', '', '{}', '')"
    )
    me = world.staff["auditor"]
    with world.database.reading_as(Role.AUDITOR, me) as session:
        session.execute(row, {"id": me})


def test_the_auditor_sees_every_case_and_every_audit_row(world: World) -> None:
    with world.database.transaction() as session:
        everything = count(session, "audit"), count(session, "connection"), count(session, "consent")
    with world.database.reading_as(Role.AUDITOR, world.staff["auditor"], world.here) as session:
        assert (count(session, "audit"), count(session, "connection"), count(session, "consent")) == everything


def test_every_wall_has_a_door_for_staff_and_one_for_the_auditor(world: World) -> None:
    query = text("""select c.relname, r.name from pg_class c, (values ('feeder_staff'), ('feeder_auditor')) r (name)
        where c.relnamespace = 'public'::regnamespace and c.relrowsecurity and c.relkind = 'r'
          and has_table_privilege(r.name, c.oid, 'select') and not exists (select 1 from pg_policy p
              where p.polrelid = c.oid and (select oid from pg_roles where rolname = r.name) = any(p.polroles))""")
    with world.database.transaction() as session:
        assert session.execute(query).all() == []
