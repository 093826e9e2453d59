"""How the engine feels, and the proof of the whole history: every fault has its untouched twin beside it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from models.connection.tables import Application, Stage
from models.people.tables import Audit
from models.process import queries, work
from models.process.actor import Role
from models.process.clock import move_clock
from models.process.errors import Invalid
from models.process.queries import verify_chain
from tests.models.story import Story


def tamper(session: Session, command: str, case: Application) -> None:
    """As somebody with the keys of the database would: the triggers that refuse are switched off."""
    session.flush()
    session.execute(text("set local session_replication_role = replica"))
    session.execute(text(command), {"id": case.id})
    session.execute(text("set local session_replication_role = origin"))


def test_an_untouched_history_proves(story: Story) -> None:
    story.to(Stage.OFFER_PLACED)
    story.to(Stage.CHECKING)
    story.session.flush()
    assert verify_chain(story.session) == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("update history set reason = 'иначе' where process = 'connection' and subject_id = :id and seq = 2", "#2: was changed"),
        ("update history set actor_name = 'Никто' where process = 'connection' and subject_id = :id and seq = 1", "#1: was changed"),
        ("delete from history where process = 'connection' and subject_id = :id and seq = 2", "number 2 was expected"),
        ("delete from history where process = 'connection' and subject_id = :id and seq = (select max(seq) from history where process = 'connection' and subject_id = :id)",
         "the last row is not the one"),
        ("delete from history where process = 'connection' and subject_id = :id", "the whole history is gone"),
    ],
)  # fmt: skip
def test_what_is_done_to_a_history_is_found_and_named(story: Story, command: str, said: str) -> None:
    case, other = story.to(Stage.APPROVAL), story.to(Stage.CHECKING)
    tamper(story.session, command, case)
    faults = verify_chain(story.session)
    assert any(said in fault for fault in faults), faults
    assert all(f"connection {case.id}" in fault for fault in faults)
    assert not any(f"connection {other.id} " in fault for fault in faults)


def test_a_long_history_is_read_in_batches(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_BATCH", 2)
    cases = [story.to(Stage.ENGINEERING) for _ in range(3)]
    story.session.flush()
    assert verify_chain(story.session) == []
    tamper(
        story.session,
        "update history set hash = 'x' where process = 'connection' and subject_id = :id and seq = 1",
        cases[2],
    )
    assert verify_chain(story.session)


def test_due_running_waiting_and_set_aside_rows_are_counted_apart(session: Session) -> None:
    for subject in range(5):
        work.wake(session, "test", 800_000 + subject)
    work.wake(session, "test", 800_009, after=timedelta(hours=2), lane=work.TIMER)
    session.execute(text("update work set run_at = clock_timestamp() - interval '90 s' where subject_id = 800000"))
    session.execute(text("update work set state = 'aside', error = 'сломалось' where subject_id = 800001"))
    session.execute(text("update work set state = 'running' where subject_id = 800002"))
    found = queries.engine(session)
    assert (found.due, found.running, found.aside, found.waiting) == (3, 1, 1, 1)
    assert 89 < found.oldest_due < 100
    (aside,) = queries.aside(session)
    assert aside.error == "сломалось"


def test_a_silent_worker_is_known_but_not_heard(session: Session) -> None:
    session.execute(
        text("""insert into worker_beat (worker, started_at, seen_at, legs, without_prefect) values
            ('here', clock_timestamp(), clock_timestamp(), 40, true),
            ('gone', clock_timestamp(), clock_timestamp() - interval '5 min', 2, true)""")
    )
    found = queries.engine(session)
    assert (found.workers, found.known_workers, found.legs, found.without_prefect) == (1, 2, 42, 1)
    assert [b.worker for b in queries.beats(session)] == ["here", "gone"]


def test_an_empty_engine_has_no_age(session: Session) -> None:
    found = queries.engine(session)
    assert (found.due, found.oldest_due, found.workers) == (0, 0.0, 0)


# ------------------------------------------------------------------------------------------------ the clock
def test_the_clock_adds_up_brings_timers_nearer_and_leaves_a_trace(story: Story, now: datetime) -> None:
    session, manager = story.session, story.staff(Role.MANAGER)
    work.wake(session, "test", 800_000, after=timedelta(days=3), lane=work.TIMER)
    before = session.execute(text("select run_at from work where subject_id = 800000")).scalar_one()
    move_clock(session, manager, timedelta(days=1))
    assert move_clock(session, manager, timedelta(hours=2)) == timedelta(days=1, hours=2)
    after = session.execute(text("select run_at from work where subject_id = 800000")).scalar_one()
    assert before - after == timedelta(days=1, hours=2)
    notes = session.exec(select(Audit).where(Audit.tag == "desk:clock:moved").order_by(col(Audit.id))).all()
    assert [n.facts["seconds"] for n in notes] == [86_400, 7_200]
    assert {n.user_name for n in notes} == {manager.name}


@pytest.mark.parametrize("by", [timedelta(), timedelta(seconds=-1), timedelta(days=3000)])
def test_the_clock_never_goes_back_nor_far_away(story: Story, by: timedelta) -> None:
    with pytest.raises(Invalid):
        move_clock(story.session, story.staff(Role.ADMIN), by)
