"""Two people at the same moment on one case. Each race has a control with the guard off, which must go wrong."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from infra.database import Database
from models.connection import actions, moving, queries
from models.connection.tables import Application, Stage
from models.delivery.tables import Letter
from models.payment import actions as payments
from models.payment.tables import Instalment, Invoice, PaymentOrder
from models.process import work
from models.process.actor import SYSTEM, Actor, Role
from models.process.errors import FeederError, IllegalMove, NotReady
from models.process.history import broken
from tests.models.story import Story
from tests.race.together import together

ROUNDS = 3


@dataclass
class Scene:
    """A case that stands at a stage, committed, with the people who will meet on it."""

    database: Database
    case_id: int
    now: datetime
    owner: Actor
    staff: dict[Role, Actor]
    second_manager: Actor

    def do(self, verb: Callable[[Session], Any]) -> Callable[[], None]:
        def job() -> None:
            with self.database.transaction() as session:
                verb(session)

        return job

    def case(self, session: Session) -> Application:
        found = session.get(Application, self.case_id)
        assert found is not None
        return found

    def proved(self) -> Application:
        """However the race went, the chain of the case is whole."""
        with self.database.transaction() as session:
            case = self.case(session)
            assert broken(queries.history(session, self.case_id), case.chain) == []
            return case


def scenes(database: Database, now: datetime, stage: Stage, count: int = ROUNDS) -> list[Scene]:
    with database.transaction() as session:
        story = Story(session, now)
        made = []
        for _ in range(count):
            case = story.to(stage)
            owner, house = story.house.owner(case), story.house
            made.append(Scene(database, case.id or 0, story.now, owner, house.staff, house.second_manager))
        return made


def scene(database: Database, now: datetime, stage: Stage) -> Scene:
    return scenes(database, now, stage, 1)[0]


def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard off: the case is read and not locked, and both have read before one of them writes."""

    def lock(session: Session, case_id: int, actor: Actor) -> Application:
        found = session.get(Application, case_id, populate_existing=True)
        assert found is not None
        session.execute(text("select pg_sleep(0.1)"))
        return found

    monkeypatch.setattr(moving, "lock", lock)
    for verbs in (actions, actions.applicant, actions.clocks, actions.contract, actions.desk, actions.field):
        if hasattr(verbs, "lock"):
            monkeypatch.setattr(verbs, "lock", lock)


# ------------------------------------------------------------------------------------------------ two operators
def accept_twice(s: Scene) -> list[BaseException]:
    one = s.staff[Role.OPERATOR]
    two = Actor(Role.OPERATOR, one.user_id, "Вторая Вера Петровна")
    accept = lambda who: s.do(lambda session: actions.simple_move(session, s.case_id, "accept", who, s.now))  # noqa: E731
    return together(accept(one), accept(two))


def test_of_two_operators_who_accept_one_wins_and_the_other_is_told_why(database: Database, now: datetime) -> None:
    for s in scenes(database, now, Stage.CHECKING):
        (fault,) = accept_twice(s)
        assert type(fault) is IllegalMove
        assert (
            str(fault)
            == "«Accept as complete» is not possible: the application is at the stage «technical conditions in preparation»"
        )
        assert s.proved().stage == Stage.ENGINEERING
        with database.transaction() as session:
            tags = [h.tag for h in queries.history(session, s.case_id)]
        assert tags.count("desk:connection:accept") == 1


def test_control_without_the_lock_both_have_moved_and_only_the_key_of_history_stops_one(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second wall: both wrote row 3 of the history. No clear error for a person then, but never two accepts."""
    s = scene(database, now, Stage.CHECKING)
    unlocked(monkeypatch)
    (fault,) = accept_twice(s)
    assert not isinstance(fault, FeederError)
    assert isinstance(fault, DBAPIError)
    assert "history_pkey" in str(fault)
    assert s.proved().stage == Stage.ENGINEERING


# ------------------------------------------------------------------------------------------------ two managers
def approve_twice(s: Scene) -> list[BaseException]:
    approve = lambda who: s.do(lambda session: actions.approve(session, s.case_id, who, s.now))  # noqa: E731
    return together(approve(s.staff[Role.MANAGER]), approve(s.second_manager))


def test_of_two_managers_who_approve_one_wins_and_there_is_one_invoice(database: Database, now: datetime) -> None:
    for s in scenes(database, now, Stage.APPROVAL):
        (fault,) = approve_twice(s)
        assert type(fault) is NotReady
        assert "Approved already" in str(fault)
        s.proved()
        with database.transaction() as session:
            assert len(session.exec(select(Invoice).where(Invoice.application_id == s.case_id)).all()) == 1
            row = queries.conditions(session, s.case_id)
            assert row is not None
            told = queries.history(session, s.case_id)[-1]
            assert (told.actor_id, row.state) == (row.approver_id, "approved")


def test_control_without_the_lock_both_managers_have_approved(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    s = scene(database, now, Stage.APPROVAL)
    unlocked(monkeypatch)
    faults = approve_twice(s)
    assert not [f for f in faults if isinstance(f, FeederError)]
    assert any(isinstance(f, DBAPIError) for f in faults)  # the keys of the tables have the last word
    with database.transaction() as session:
        assert len(session.exec(select(Invoice).where(Invoice.application_id == s.case_id)).all()) == 1


# ------------------------------------------------------------------------------------------------ payment and withdrawal
def pay_and_withdraw(
    s: Scene, credit: Callable[[Session, PaymentOrder, datetime], Any]
) -> tuple[list[BaseException], str, bool]:
    with s.database.transaction() as session:
        order = payments.order_payment(session, s.case_id, s.owner, s.now)
    order_id = order.id

    def paid(session: Session) -> None:
        mine = session.get(PaymentOrder, order_id)
        assert mine is not None
        credit(session, mine, s.now)

    def withdraw(session: Session) -> None:
        actions.simple_move(session, s.case_id, "withdraw", s.owner, s.now, "передумал")

    faults = together(s.do(paid), s.do(withdraw))
    case = s.proved()
    with s.database.transaction() as session:
        credited = session.exec(select(Instalment).where(Instalment.id == order.instalments[0])).one().credited_at
        concluded = True
        if case.stage == Stage.OFFER_PLACED:
            moving.move(session, moving.lock(session, s.case_id, SYSTEM), "conclude", SYSTEM, s.now)
            concluded = s.case(session).stage == Stage.CONCLUDED
    assert credited is not None  # money that has come is on record, whatever happened to the case
    return faults, case.stage, concluded


def test_money_and_a_withdrawal_at_the_same_moment_leave_one_story(database: Database, now: datetime) -> None:
    """Either it was withdrawn first and the money is noted on a withdrawn case, or the money was first and the
    withdrawal is refused: never a withdrawal that was granted although the money had been there."""
    for s in scenes(database, now, Stage.OFFER_PLACED):
        faults, stage, concluded = pay_and_withdraw(
            s, lambda session, order, at: payments.credit(session, order, at, at)
        )
        if stage == Stage.WITHDRAWN:
            assert faults == []
        else:
            (fault,) = faults
            assert type(fault) is NotReady
            assert concluded


def withdraw_during_credit(s: Scene, credit: Callable[[Session, PaymentOrder], Any]) -> tuple[list[BaseException], str]:
    """The withdrawal is clicked when the money is written and not yet committed."""
    with s.database.transaction() as session:
        order = payments.order_payment(session, s.case_id, s.owner, s.now)
    faults: list[BaseException] = []
    withdraw = s.do(lambda session: actions.simple_move(session, s.case_id, "withdraw", s.owner, s.now, "передумал"))
    click = threading.Thread(target=lambda: faults.extend(together(withdraw)))
    with s.database.transaction() as session:
        mine = session.get(PaymentOrder, order.id)
        assert mine is not None
        credit(session, mine)
        session.flush()
        click.start()
        click.join(0.3)
    click.join(30)
    return faults, s.proved().stage


def test_a_withdrawal_waits_for_the_money_under_way_and_is_refused(database: Database, now: datetime) -> None:
    s = scene(database, now, Stage.OFFER_PLACED)
    faults, stage = withdraw_during_credit(s, lambda session, order: payments.credit(session, order, now, now))
    assert [type(f) for f in faults] == [NotReady]
    assert stage == Stage.OFFER_PLACED


def test_control_a_credit_that_does_not_hold_the_case_lets_the_withdrawal_pass(
    database: Database, now: datetime
) -> None:
    def naive(session: Session, order: PaymentOrder) -> None:
        session.execute(
            text("update instalment set credited_at = now() where id = any(:ids)"), {"ids": order.instalments}
        )

    s = scene(database, now, Stage.OFFER_PLACED)
    assert withdraw_during_credit(s, naive) == ([], Stage.WITHDRAWN)


# ------------------------------------------------------------------------------------------------ two claims, two legs
LEASE = timedelta(seconds=30)
NAIVE_CLAIM = """
    update work set state = 'running', attempt = attempt + 1 where id in (
        select id from (select id, pg_sleep(0.1) from work where state = 'due' limit 1) as seen)
    returning subject_id"""


def claims(database: Database, claim: Callable[[Session], list[int]]) -> list[int]:
    with database.transaction() as session:
        session.execute(text("delete from work"))
        work.wake(session, "p", 1)
    got: list[int] = []

    def job() -> None:
        with database.transaction() as session:
            got.extend(claim(session))

    assert together(job, job, job) == []
    return got


def test_of_claims_at_the_same_moment_one_gets_the_row(database: Database) -> None:
    for _ in range(ROUNDS):
        assert claims(database, lambda s: [r.subject for r in work.claim(s, 0, 5, LEASE)[1]]) == [1]


def test_control_a_claim_that_locks_nothing_gives_the_row_twice(database: Database) -> None:
    def naive(session: Session) -> list[int]:
        return [r.subject_id for r in session.execute(text(NAIVE_CLAIM))]

    assert len(claims(database, naive)) > 1


def late_worker(database: Database, case_id: int, now: datetime, fenced: bool) -> int:
    """A worker whose lease has lapsed comes back when another has the row. Letters it has ordered."""
    with database.transaction() as session:
        session.execute(text("delete from work"))
        work.wake(session, "connection", case_id)
    with database.transaction() as session:
        (old,) = work.claim(session, 0, 1, LEASE)[1]
        session.execute(text("update work set lease_until = clock_timestamp() - interval '1 s'"))
    with database.transaction() as session:
        work.reclaim(session, 9)
        session.execute(text("update work set run_at = clock_timestamp()"))
    with database.transaction() as session:
        assert work.claim(session, 0, 1, LEASE)[1]
        before = len(session.exec(select(Letter)).all())

    def step(session: Session) -> None:
        case = moving.lock(session, case_id, SYSTEM)
        if fenced:
            work.fence(session, old)
        from models.connection import effects

        effects.letter(session, case, "message", now, text="из прошлого", ref=":late")

    def job() -> None:
        with database.transaction() as session:
            step(session)

    together(job)
    with database.transaction() as session:
        return len(session.exec(select(Letter)).all()) - before


def test_the_fence_keeps_a_late_workers_step_out(database: Database, now: datetime) -> None:
    s = scene(database, now, Stage.CHECKING)
    assert late_worker(database, s.case_id, now, fenced=True) == 0


def test_control_without_the_fence_the_late_worker_writes(database: Database, now: datetime) -> None:
    s = scene(database, now, Stage.CHECKING)
    assert late_worker(database, s.case_id, now, fenced=False) == 1


# ------------------------------------------------------------------------------------------------ a click during a leg
def test_a_click_and_a_leg_on_one_case_go_one_after_the_other(database: Database, now: datetime) -> None:
    """Both take the case first and its work row after: no deadlock, and the click's wake-up is not lost."""
    for s in scenes(database, now, Stage.CHECKING):
        with database.transaction() as session:
            session.execute(text("delete from work"))
            work.wake(session, "connection", s.case_id)
        with database.transaction() as session:
            (row,) = work.claim(session, 0, 1, LEASE)[1]

        def leg(session: Session, s: Scene = s, row: work.Row = row) -> None:
            moving.lock(session, s.case_id, SYSTEM)
            work.fence(session, row)
            session.execute(text("select pg_sleep(0.02)"))

        def click(session: Session, s: Scene = s) -> None:
            actions.simple_move(session, s.case_id, "accept", s.staff[Role.OPERATOR], s.now)

        assert together(s.do(leg), s.do(click)) == []
        with database.transaction() as session:
            work.finish(session, [row])
            assert work.claim(session, 0, 1, LEASE)[1]
        s.proved()
