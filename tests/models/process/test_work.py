"""The queue's rules, each from a bug that was met or proved when the kernel was tried out."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from infra.database import Database
from models.process import work
from models.process.errors import Fenced
from models.process.work import PERSON, TIMER, Row

LEASE = timedelta(seconds=30)
HOUR = timedelta(hours=1)
NAIVE_FINISH = """
    with gone as (delete from work where id = :id and attempt = :attempt and state = 'running' and next_at is null)
    update work set state = 'due', run_at = next_at, next_at = null, tries = 0
     where id = :id and attempt = :attempt and state = 'running' and next_at is not null"""


def take(session: Session, limit: int = 1, lane: int = PERSON) -> list[Row]:
    return work.claim(session, lane, limit, LEASE, "w1")[1]


def rows(session: Session, what: str = "subject_id, state") -> list[tuple[Any, ...]]:
    return [tuple(r) for r in session.execute(text(f"select {what} from work order by subject_id"))]


def make_due(session: Session) -> None:
    session.execute(text("update work set run_at = clock_timestamp() - interval '1 s' where state = 'due'"))


def lapse(session: Session) -> None:
    session.execute(text("update work set lease_until = clock_timestamp() - interval '1 s' where state = 'running'"))


def alone(session: Session) -> Row:
    """The only row, claimed."""
    found = take(session)
    assert len(found) == 1
    return found[0]


# ------------------------------------------------------------------------------------------------ waking
def test_waking_twice_is_waking_once(session: Session) -> None:
    work.wake(session, "p", 1)
    work.wake(session, "p", 1)
    assert len(take(session, 10)) == 1
    assert take(session, 10) == []


def test_subjects_of_two_processes_are_two_rows(session: Session) -> None:
    work.wake(session, "p", 1)
    work.wake(session, "q", 1)
    assert work.claim(session, PERSON, 10, LEASE)[0] == "p"
    assert work.claim(session, PERSON, 10, LEASE)[0] == "q"


def test_nothing_due_gives_nothing(session: Session) -> None:
    assert work.claim(session, PERSON, 10, LEASE) == ("", [])


def test_a_wake_during_a_leg_is_no_second_leg_and_is_not_lost(session: Session) -> None:
    work.wake(session, "p", 1)
    first = alone(session)
    work.wake(session, "p", 1)
    assert take(session) == []
    work.finish(session, [first])
    again = alone(session)
    assert again.attempt == first.attempt + 1
    work.finish(session, [again])
    assert rows(session) == []


def test_a_wake_is_earlier_never_later(session: Session) -> None:
    work.wake(session, "p", 1, after=HOUR, lane=TIMER)
    work.wake(session, "p", 1, after=2 * HOUR, lane=TIMER)
    assert rows(session, "subject_id, run_at < clock_timestamp() + interval '61 min', lane") == [(1, True, TIMER)]


def test_a_click_on_a_waiting_timer_goes_to_the_lane_of_people(session: Session) -> None:
    work.wake(session, "p", 1, after=HOUR, lane=TIMER)
    work.wake(session, "p", 1)
    assert len(take(session, lane=PERSON)) == 1


def test_a_timer_does_not_push_a_waiting_click_back(session: Session) -> None:
    work.wake(session, "p", 1)
    work.wake(session, "p", 1, after=HOUR, lane=TIMER)
    assert len(take(session, lane=PERSON)) == 1


def test_an_early_wake_keeps_the_timer_that_its_leg_arms_again(session: Session, now: datetime) -> None:
    """Level-triggered: the click takes the alarm's row, the leg finds the term not yet passed and arms it."""
    work.alarm(session, "p", 1, now + HOUR, now)
    work.wake(session, "p", 1)
    early = alone(session)
    work.alarm(session, "p", 1, now + HOUR, now)
    work.finish(session, [early])
    kept = "subject_id, state, lane, run_at > clock_timestamp() + interval '59 min', next_at is null"
    assert rows(session, kept) == [(1, "due", TIMER, True, True)]


def test_of_two_wakes_during_a_leg_the_earlier_is_kept(session: Session) -> None:
    work.wake(session, "p", 1)
    row = alone(session)
    work.wake(session, "p", 1, after=2 * HOUR, lane=TIMER)
    work.wake(session, "p", 1, after=HOUR, lane=TIMER)
    work.wake(session, "p", 1, after=3 * HOUR, lane=TIMER)
    work.finish(session, [row])
    assert rows(
        session, "run_at between clock_timestamp() + interval '59 min' and clock_timestamp() + interval '1 h'"
    ) == [(True,)]


def test_a_click_during_a_leg_waits_in_the_lane_of_people_and_a_timer_in_its_own(session: Session) -> None:
    for subject in (1, 2):
        work.wake(session, "p", subject)
    held = take(session, 2)
    work.wake(session, "p", 1)
    work.wake(session, "p", 2, after=HOUR, lane=TIMER)
    work.finish(session, held)
    assert rows(session, "subject_id, lane") == [(1, PERSON), (2, TIMER)]


def test_an_alarm_in_the_past_rings_at_once_in_the_timers_lane(session: Session, now: datetime) -> None:
    work.alarm(session, "p", 1, now - HOUR, now)
    time.sleep(0.005)
    assert take(session, lane=PERSON) == []
    assert len(take(session, lane=TIMER)) == 1


def test_the_business_clock_moves_timers_nearer_and_nothing_else(session: Session, now: datetime) -> None:
    work.alarm(session, "p", 1, now + 2 * HOUR, now)
    work.wake(session, "p", 2)
    held = alone(session)
    work.alarm(session, "p", 2, now + 2 * HOUR, now)
    work.wake(session, "p", 3, after=HOUR)  # a person's row that waits by the database's clock
    work.shift_alarms(session, HOUR)
    near = "between clock_timestamp() + interval '59 min' and clock_timestamp() + interval '1 h'"
    assert rows(session, f"subject_id, coalesce(next_at, run_at) {near}") == [(1, True), (2, True), (3, True)]
    work.shift_alarms(session, 3 * HOUR)
    time.sleep(0.002)
    assert len(take(session, 5, TIMER)) == 1
    work.finish(session, [held])
    assert rows(session, "subject_id, run_at <= clock_timestamp()")[1] == (2, True)


# ------------------------------------------------------------------------------------------------ claiming
def test_lanes_are_claimed_apart(session: Session) -> None:
    work.wake(session, "p", 1)
    work.wake(session, "p", 2, after=timedelta(milliseconds=1), lane=TIMER)
    time.sleep(0.005)
    assert [r.subject for r in take(session, 10, PERSON)] == [1]
    assert [r.subject for r in take(session, 10, TIMER)] == [2]


def test_a_claim_brings_rows_of_one_process_oldest_first(session: Session) -> None:
    for subject, process in enumerate(("p", "q", "p", "p"), 1):
        work.wake(session, process, subject)
    assert [r.subject for r in take(session, 2)] == [1, 3]
    assert [r.subject for r in take(session, 5)] == [2]
    assert [r.subject for r in take(session, 5)] == [4]


def test_a_row_due_later_is_not_claimed(session: Session) -> None:
    work.wake(session, "p", 1, after=HOUR)
    assert take(session) == []


def test_a_row_that_failed_travels_alone(session: Session) -> None:
    for subject in range(1, 6):
        work.wake(session, "p", subject)
    work.fail(session, take(session, 1)[0], "boom", 9)
    make_due(session)
    session.execute(text("update work set run_at = run_at - interval '1 s' where subject_id = 1"))
    assert [r.subject for r in take(session, 50)] == [1]
    assert [r.subject for r in take(session, 50)] == [2, 3, 4, 5]


def test_a_batch_leaves_a_row_that_failed_behind(session: Session) -> None:
    for subject in range(1, 4):
        work.wake(session, "p", subject)
    second = [r for r in take(session, 3) if r.subject == 2]
    session.execute(text("update work set state = 'due' where subject_id <> 2"))
    session.execute(text("update work set tries = 0 where subject_id <> 2"))
    work.fail(session, second[0], "boom", 9)
    make_due(session)
    session.execute(text("update work set run_at = run_at - interval '1 s' where subject_id = 1"))
    assert [r.subject for r in take(session, 50)] == [1, 3]


# ------------------------------------------------------------------------------------------------ fence, lease, poison
def test_a_late_worker_changes_nothing(session: Session) -> None:
    work.wake(session, "p", 1)
    old = alone(session)
    lapse(session)
    assert work.reclaim(session, 9) == 1
    make_due(session)
    new = alone(session)
    with pytest.raises(Fenced):
        work.fence(session, old)
    before = rows(session, "state, attempt, lease_until, tries, run_at")
    work.finish(session, [old])
    work.fail(session, old, "x", 1)
    work.release(session, [old], timedelta())
    work.renew(session, [old], HOUR)
    assert rows(session, "state, attempt, lease_until, tries, run_at") == before
    assert before[0][:2] == ("running", new.attempt)
    assert not work.held(session, [old])
    assert work.held(session, [new])
    work.fence(session, new)


def test_the_fence_refuses_a_row_that_nobody_runs(session: Session) -> None:
    work.wake(session, "p", 1)
    row = alone(session)
    work.finish(session, [row])
    with pytest.raises(Fenced):
        work.fence(session, row)


@pytest.mark.parametrize("end", ["fail", "release", "reclaim"])
def test_a_timer_set_by_a_step_survives_the_end_of_its_leg(session: Session, end: str) -> None:
    """fail, release and reclaim never touch next_at: the step committed, it will be skipped next time."""
    work.wake(session, "p", 1)
    row = alone(session)
    work.wake(session, "p", 1, after=HOUR, lane=TIMER)
    kept = rows(session, "next_at")
    if end == "fail":
        work.fail(session, row, "boom", 9)
    elif end == "release":
        work.release(session, [row], timedelta())
    else:
        lapse(session)
        work.reclaim(session, 9)
    assert rows(session, "next_at") == kept
    assert kept[0][0] is not None
    make_due(session)
    work.finish(session, [alone(session)])
    assert rows(session, "state, lane, run_at") == [("due", TIMER, kept[0][0])]


def test_poison_is_set_aside_and_only_a_person_revives_it(session: Session) -> None:
    work.wake(session, "p", 1)
    for _ in range(3):
        assert rows(session, "state") == [("due",)]
        make_due(session)
        work.fail(session, alone(session), "ZeroDivisionError", 3)
    assert rows(session, "state, tries, error, lease_until, worker") == [("aside", 3, "ZeroDivisionError", None, None)]
    make_due(session)
    assert take(session) == []
    assert work.reclaim(session, 3) == 0
    work_id = session.execute(text("select id from work")).scalar_one()
    assert work.retry(session, work_id)
    assert rows(session, "state, tries, error, lane") == [("due", 0, None, PERSON)]
    assert not work.retry(session, work_id)  # it is not aside any more
    alone(session)


def test_a_row_that_kills_its_worker_is_set_aside_too(session: Session) -> None:
    work.wake(session, "p", 1)
    for _ in range(3):
        make_due(session)
        alone(session)
        lapse(session)
        assert work.reclaim(session, 3) == 1
    assert rows(session, "state, error") == [("aside", "lease lapsed")]


def test_a_lease_that_still_runs_is_not_reclaimed(session: Session) -> None:
    work.wake(session, "p", 1)
    alone(session)
    assert work.reclaim(session, 3) == 0


def test_a_click_on_a_row_set_aside_is_kept(session: Session) -> None:
    work.wake(session, "p", 1)
    work.fail(session, alone(session), "boom", 1)
    work.wake(session, "p", 1)
    assert take(session) == []
    assert rows(session, "state, next_at is not null") == [("aside", True)]
    work.retry(session, session.execute(text("select id from work")).scalar_one())
    work.finish(session, [alone(session)])
    work.finish(session, [alone(session)])  # the click's own leg
    assert rows(session) == []


def test_an_outage_is_nobodys_fault(session: Session) -> None:
    work.wake(session, "p", 1)
    for _ in range(10):
        work.release(session, [alone(session)], timedelta())
    assert rows(session, "state, tries") == [("due", 0)]


def test_a_released_row_comes_back_after_its_pause(session: Session) -> None:
    work.wake(session, "p", 1)
    work.release(session, [alone(session)], HOUR)
    assert take(session) == []
    assert rows(session, "state, lease_until") == [("due", None)]


def test_a_released_row_that_failed_before_keeps_its_count(session: Session) -> None:
    work.wake(session, "p", 1)
    work.fail(session, alone(session), "boom", 9)
    make_due(session)
    work.release(session, [alone(session)], timedelta())
    assert rows(session, "tries") == [(1,)]


def test_backoff_grows_and_stays_under_ninety_seconds(session: Session) -> None:
    waits = []
    work.wake(session, "p", 1)
    for _ in range(12):
        make_due(session)
        work.fail(session, alone(session), "boom", 99)
        waits.append(
            session.execute(text("select extract(epoch from run_at - clock_timestamp()) from work")).scalar_one()
        )
    assert 0.3 < waits[0] < 0.8
    assert waits[2] > waits[0]
    assert all(44 < w < 91 for w in waits[-4:])


def test_success_forgets_failures_but_never_the_fence(session: Session) -> None:
    work.wake(session, "p", 1)
    work.fail(session, alone(session), "boom", 9)
    make_due(session)
    row = alone(session)
    work.wake(session, "p", 1)
    work.finish(session, [row])
    assert rows(session, "tries, error, attempt") == [(0, None, 2)]


def test_renewal_prolongs_only_what_is_held(session: Session) -> None:
    for subject in (1, 2):
        work.wake(session, "p", subject)
    held = take(session, 2)
    work.finish(session, held[1:])
    work.renew(session, held, HOUR)
    assert rows(session, "subject_id, lease_until > clock_timestamp() + interval '59 min'") == [(1, True)]


def test_empty_lists_are_no_work(session: Session) -> None:
    work.finish(session, [])
    work.release(session, [], timedelta())
    work.renew(session, [], LEASE)
    assert not work.held(session, [])


def test_a_long_error_is_cut(session: Session) -> None:
    work.wake(session, "p", 1)
    work.fail(session, alone(session), "x" * 5000, 9)
    assert rows(session, "length(error)") == [(2000,)]


# ------------------------------------------------------------------------------------------------ between sessions
def go(*jobs: Any) -> list[BaseException]:
    """Run side by side; what they raised."""
    faults: list[BaseException] = []

    def guarded(job: Any) -> None:
        try:
            job()
        except BaseException as fault:  # noqa: BLE001 - handed to the test
            faults.append(fault)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return faults


def click_while_the_leg_ends(database: Database, finish: Any) -> list[tuple[Any, ...]]:
    """The click has written and not yet committed when the leg ends. What is left of the row."""
    with database.transaction() as session:
        session.execute(text("delete from work"))
        work.wake(session, "p", 1)
    with database.transaction() as session:
        row = alone(session)

    def end() -> None:
        with database.transaction() as other:
            finish(other, row)

    with database.transaction() as clicking:
        work.wake(clicking, "p", 1)
        leg = threading.Thread(target=end)
        leg.start()
        time.sleep(0.05)
    leg.join(10)
    with database.transaction() as session:
        return rows(session, "state")


def test_a_wake_that_commits_while_finish_waits_is_not_lost(database: Database) -> None:
    for _ in range(3):
        assert click_while_the_leg_ends(database, lambda s, row: work.finish(s, [row])) == [("due",)]


def test_control_a_finish_in_one_statement_loses_the_wake(database: Database) -> None:
    """Neither branch sees the wake-up that commits meanwhile: the row stays running for ever."""

    def naive(session: Session, row: Row) -> None:
        session.execute(text(NAIVE_FINISH), {"id": row.id, "attempt": row.attempt})

    assert click_while_the_leg_ends(database, naive) == [("running",)]


def test_claims_share_the_work_and_never_overlap(database: Database) -> None:
    with database.transaction() as session:
        for subject in range(200):
            work.wake(session, "p", subject)
    got: list[int] = []

    def worker() -> None:
        while True:
            with database.transaction() as mine:
                found = take(mine, 7)
            if not found:
                return
            got.extend(r.subject for r in found)

    assert go(*[worker] * 6) == []
    assert len(got) == 200
    assert len(set(got)) == 200


def batch_and_renewal(database: Database, renew: Any) -> list[BaseException]:
    """A leg locks its rows from the last to the first while the renewal goes over all of them."""
    with database.transaction() as session:
        session.execute(text("delete from work"))
        for subject in range(30):
            work.wake(session, "p", subject)
    with database.transaction() as session:
        held = take(session, 30)
    done = threading.Event()

    def leg() -> None:
        try:
            with database.transaction() as mine:
                for row in reversed(held):
                    work.fence(mine, row)
                    time.sleep(0.003)
        finally:
            done.set()

    def renewal() -> None:
        while not done.is_set():
            with database.transaction() as mine:
                renew(mine, held)

    return go(leg, renewal)


def test_renewal_never_deadlocks_with_a_batch(database: Database) -> None:
    assert batch_and_renewal(database, lambda s, held: work.renew(s, held, LEASE)) == []


def test_control_a_renewal_that_waits_for_locks_deadlocks(database: Database) -> None:
    def waiting(session: Session, held: list[Row]) -> None:
        for row in held:
            session.execute(text("select 1 from work where id = :id for update"), {"id": row.id})
            time.sleep(0.001)

    for _chance in range(20):  # on a machine that stands still the two may miss each other
        faults = batch_and_renewal(database, waiting)
        if any(isinstance(f, OperationalError) and "deadlock" in str(f) for f in faults):
            return
    raise AssertionError("they never met")


def test_a_wake_is_heard(database: Database) -> None:
    """NOTIFY leaves with the commit of the click."""
    import psycopg

    with psycopg.connect(database.plain_url(), autocommit=True) as ear:
        ear.execute("listen work")
        with database.transaction() as session:
            work.wake(session, "p", 1)
            assert list(ear.notifies(timeout=0.05)) == []
        assert [n.payload for n in ear.notifies(timeout=2, stop_after=1)] == ["p"]


def test_leases_live_by_the_clock_of_the_database(session: Session) -> None:
    from infra import clock

    with clock.at(datetime(2031, 1, 1, tzinfo=UTC)):
        work.wake(session, "p", 1)
        alone(session)
        assert work.reclaim(session, 3) == 0
    near = "lease_until between clock_timestamp() and clock_timestamp() + interval '31 s'"
    assert rows(session, near) == [(True,)]
