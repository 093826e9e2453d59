"""The audit chain: it proves, and whatever is done to it is found."""

import copy
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from infra.database import Database
from models.connection.tables import Application, Stage
from models.process import history
from models.process.actor import SYSTEM, Actor, Role
from models.process.history import GENESIS, broken, digest
from models.process.tables import History
from tests.models.story import Story

AT = datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC)


class Case:
    """Any subject of a process."""

    def __init__(self) -> None:
        self.id: int | None = 900_001
        self.stage, self.version, self.chain = "A", 0, GENESIS


def chain_of(session: Session, case: Case, *changes: dict[str, Any]) -> list[History]:
    for n, change in enumerate(changes):
        before, case.stage = case.stage, "ABCDEF"[n % 6]
        actor = Actor(Role.OPERATOR, 7, "Иванова Мария")
        history.record(
            session, "test", case, "desk:test:step", actor, AT + timedelta(minutes=n), before=before, changes=change,
            reason=f"причина {n}", request_id=f"r{n}",
        )  # fmt: skip
    session.flush()
    return stored(session, case)


def stored(session: Session, case: Case) -> list[History]:
    """As the database gives them back, detached from the session's memory."""
    session.expire_all()
    query = select(History).where(History.process == "test", History.subject_id == case.id).order_by(col(History.seq))
    found = list(session.exec(query).all())
    return [History(**{k: copy.deepcopy(v) for k, v in row.model_dump().items()}) for row in found]


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.fixture
def rows(session: Session, case: Case) -> list[History]:
    return chain_of(session, case, {"a": [None, 1]}, {}, {"power": ["7.5", Decimal("15")]}, {"day": AT.date()}, {})


def test_a_chain_proves(rows: list[History], case: Case) -> None:
    assert broken(rows, case.chain) == []
    assert [r.seq for r in rows] == [1, 2, 3, 4, 5]
    assert rows[0].previous == GENESIS
    assert case.version == 5


def test_no_history_proves_too() -> None:
    assert broken([], GENESIS) == []


CHANGES: list[tuple[str, Any]] = [
    ("process", "other"),
    ("subject_id", 900_002),
    ("tag", "desk:test:other"),
    ("actor_role", "MANAGER"),
    ("actor_id", 8),
    ("actor_id", None),
    ("actor_name", "Петрова Мария"),
    ("at", AT + timedelta(microseconds=1)),
    ("stage_before", "Z"),
    ("stage_after", "Z"),
    ("changes", {"power": ["7.5", "150"]}),
    ("changes", {}),
    ("reason", "другая причина"),
    ("request_id", "r99"),
    ("previous", "f" * 64),
    ("hash", "f" * 64),
    ("seq", 9),
]


@pytest.mark.parametrize(("name", "value"), CHANGES)
@pytest.mark.parametrize("where", [0, 2, 4])
def test_any_changed_field_is_found(rows: list[History], case: Case, where: int, name: str, value: Any) -> None:
    was = getattr(rows[where], name)
    setattr(rows[where], name, value)
    assert bool(broken(rows, case.chain)) is (was != value)


def test_every_field_of_a_row_is_under_the_hash(rows: list[History]) -> None:
    """A new column that nobody adds to the digest is found here."""
    assert {name for name, _ in CHANGES} | {"seq"} == set(History.model_fields)
    for name, value in CHANGES:
        if name != "hash":
            row = History(**rows[2].model_dump())
            setattr(row, name, value)
            assert digest(row) != rows[2].hash, name


@pytest.mark.parametrize("where", range(5))
def test_a_removed_row_is_found(rows: list[History], case: Case, where: int) -> None:
    del rows[where]
    assert broken(rows, case.chain)


@pytest.mark.parametrize("where", range(4))
def test_swapped_rows_are_found(rows: list[History], case: Case, where: int) -> None:
    rows[where], rows[where + 1] = rows[where + 1], rows[where]
    assert broken(rows, case.chain)


def test_an_appended_row_is_found_though_it_fits(rows: list[History], case: Case) -> None:
    """Forged with the right hash: only the case that remembers its last row can tell."""
    forged = History(**rows[-1].model_dump() | {"seq": 6, "previous": rows[-1].hash, "hash": ""})
    forged.hash = digest(forged)
    assert broken([*rows, forged], case.chain)
    assert broken([*rows, forged]) == []


def test_a_row_changed_together_with_its_hash_breaks_the_next_one(rows: list[History], case: Case) -> None:
    rows[1].reason = "подделано"
    rows[1].hash = digest(rows[1])
    assert broken(rows, case.chain) == ["test 900001 #3: does not follow the row before it"]


def test_a_fault_names_its_row(rows: list[History], case: Case) -> None:
    rows[3].reason = "подделано"
    assert broken(rows, case.chain) == ["test 900001 #4: was changed after it was written"]


def test_the_zone_of_a_time_does_not_matter(rows: list[History], case: Case) -> None:
    rows[2].at = rows[2].at.astimezone(timezone(timedelta(hours=3)))
    assert broken(rows, case.chain) == []


plain = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
values = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), plain, st.decimals(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(plain, st.one_of(values, st.lists(values, max_size=3)), max_size=4))
def test_whatever_was_changed_the_database_gives_it_back_as_it_was_hashed(
    session: Session, changes: dict[str, Any]
) -> None:
    with session.begin_nested() as point:
        case = Case()
        assert broken(chain_of(session, case, changes, {}), case.chain) == []
        point.rollback()


# ------------------------------------------------------------------------------------------------ the database's walls
@pytest.mark.parametrize(
    "attack",
    [
        "update history set reason = 'x'",
        "update history set hash = hash",
        "delete from history",
        "truncate history",
        "truncate history cascade",
    ],
)
def test_the_database_refuses_to_change_history(session: Session, case: Case, attack: str) -> None:
    chain_of(session, case, {}, {})
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(attack))
    assert broken(stored(session, case), case.chain) == []


@pytest.mark.parametrize("attack", ["update audit set tag = 'x'", "delete from audit", "truncate audit"])
def test_the_database_refuses_to_change_the_audit(session: Session, now: datetime, attack: str) -> None:
    from models.people import actions

    actions.note(session, SYSTEM, "desk:person:looked", now, process="connection", subject_id=1)
    session.flush()
    with pytest.raises(IntegrityError, match="append-only"), session.begin_nested():
        session.execute(text(attack))


def settle(session: Session) -> None:
    """What the commit would check."""
    session.flush()
    session.execute(text("set constraints all immediate"))


def test_a_whole_story_proves(story: Story) -> None:
    case = story.to(Stage.COMPLETED)
    story.session.flush()
    assert broken(story.history(case), case.chain) == []
    assert len(story.history(case)) == case.version > 10
    settle(story.session)


@pytest.mark.parametrize(
    "attack",
    [
        "update connection set stage = 'COMPLETED' where id = :id",
        "update connection set version = version + 1 where id = :id",
        "update connection set chain = repeat('0', 64) where id = :id",
        "update connection set stage = 'DRAFT', version = 0, chain = repeat('0', 64) where id = :id",
    ],
)
def test_a_stage_set_outside_a_move_is_refused(story: Story, attack: str) -> None:
    case = story.to(Stage.CHECKING)
    settle(story.session)
    with pytest.raises(IntegrityError, match="through a move only"), story.session.begin_nested():
        story.session.execute(text(attack), {"id": case.id})
    story.session.refresh(case)
    assert case.stage == Stage.CHECKING


def test_a_case_is_not_taken_back_to_an_older_row_of_its_own_history(story: Story) -> None:
    """Stage, version and hash of an earlier row fit together: only the newest row counts."""
    case = story.to(Stage.ENGINEERING)
    settle(story.session)
    older = story.history(case)[-2]
    with pytest.raises(IntegrityError, match="through a move only"), story.session.begin_nested():
        story.session.execute(
            text("update connection set stage = :stage, version = :seq, chain = :hash where id = :id"),
            {"stage": older.stage_after, "seq": older.seq, "hash": older.hash, "id": case.id},
        )


def test_the_commit_is_refused_too(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        case = Story(session, now).to(Stage.CHECKING)
    with pytest.raises(IntegrityError, match="through a move only"), database.transaction() as session:
        session.execute(text("update connection set stage = 'COMPLETED'"))
    with database.transaction() as session:
        found = session.get(Application, case.id)
        assert found is not None
        assert found.stage == Stage.CHECKING


def test_a_case_begins_as_a_draft(story: Story) -> None:
    case = story.house.draft()
    for stage, version in (("CHECKING", 0), ("DRAFT", 1)):
        with pytest.raises(IntegrityError, match="begins as a draft"), story.session.begin_nested():
            story.session.execute(
                text("""insert into connection select (jsonb_populate_record(c, jsonb_build_object(
                        'id', c.id + 1000, 'stage', cast(:stage as text), 'version', cast(:version as int),
                        'status_token', 'other'))).* from connection c where id = :id"""),
                {"stage": stage, "version": version, "id": case.id},
            )


def test_a_case_with_a_history_is_never_deleted(story: Story) -> None:
    case = story.to(Stage.SUBMITTED)
    with pytest.raises(IntegrityError, match="never deleted"), story.session.begin_nested():
        story.session.execute(text("delete from connection where id = :id"), {"id": case.id})


def test_a_draft_may_be_thrown_away(story: Story) -> None:
    case = story.house.draft()
    story.session.execute(text("delete from attachment where application_id = :id"), {"id": case.id})
    story.session.execute(text("delete from connection where id = :id"), {"id": case.id})
    assert (
        story.session.execute(text("select count(*) from connection where id = :id"), {"id": case.id}).scalar_one() == 0
    )
