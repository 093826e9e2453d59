"""Invoices and orders at the bank: one open order, one event however often it is told, one credit."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from infra.database import Database
from models.connection.tables import Application, Stage
from models.payment import actions, queries
from models.payment.tables import BankEvent, Instalment, Invoice, OrderState, PaymentOrder
from models.people.rules import actor_of
from models.process.errors import NotFound, NotReady
from tests.house import House
from tests.models.story import Story
from tests.race.together import together


@pytest.fixture
def case(story: Story) -> Application:
    return story.to(Stage.OFFER_PLACED)


def order(story: Story, case: Application, seqs: list[int] | None = None) -> PaymentOrder:
    return actions.order_payment(story.session, case.id or 0, story.house.owner(case), story.now, seqs=seqs)


def unpaid(story: Story, case: Application) -> list[int]:
    return [i.seq for i in queries.unpaid(story.session, case.id or 0)]


# ------------------------------------------------------------------------------------------------ invoices
def test_an_invoice_shows_the_whole_and_its_parts(story: Story, case: Application) -> None:
    invoice = queries.invoice_of(story.session, case.id or 0)
    assert invoice is not None
    made = queries.instalments(story.session, invoice.id or 0)
    assert (invoice.total, invoice.vat, invoice.vat_percent) == (
        Decimal("99000.00"),
        Decimal("17852.46"),
        Decimal("22"),
    )
    assert sum(i.amount for i in made) == invoice.total
    assert sum(i.vat for i in made) == invoice.vat
    assert [i.due_on for i in made] == [date(2026, 11, 10), date(2026, 11, 23), date(2026, 12, 14), None]
    assert made[3].due_words == "в течение 10 дней со дня размещения акта или уведомления"


def test_the_last_part_gets_its_day_when_the_act_is_placed(story: Story, case: Application) -> None:
    (last,) = actions.set_last_due(story.session, case.id or 0, date(2027, 3, 1))
    assert (last.seq, last.due_on) == (4, date(2027, 3, 11))
    assert actions.set_last_due(story.session, case.id or 0, date(2027, 4, 1)) == []  # once


def test_a_corrected_offer_has_a_new_invoice_and_the_old_one_is_void(story: Story, case: Application) -> None:
    from models.connection import effects

    effects.order_offer(story.session, case, story.now)
    rows = story.session.exec(select(Invoice).where(Invoice.application_id == case.id).order_by(Invoice.version)).all()  # type: ignore[arg-type]
    assert [(r.version, r.annulled_at is None) for r in rows] == [(1, False), (2, True)]
    assert rows[0].number != rows[1].number


def test_a_void_invoice_does_not_give_its_number_away(story: Story, case: Application) -> None:
    """Refused, corrected, refused, corrected: versions go on."""
    from models.connection import effects

    for version in (2, 3):
        actions.annul_invoice(story.session, case.id or 0, story.now)
        effects.order_offer(story.session, case, story.now)
        found = queries.invoice_of(story.session, case.id or 0)
        assert found is not None
        assert found.version == version


def test_a_schedule_that_is_not_in_force_makes_no_invoice(story: Story, case: Application) -> None:
    from models.payment.rules import fee
    from tests.models.payment.test_fee import person

    made = fee(person(), queries.rates_on(story.session, story.now.date()))
    with pytest.raises(LookupError, match="PAY-X26"):
        actions.issue_invoice(
            story.session, case.id or 0, "n", made, story.now.date(), story.now, template="PAY-X26", first_days=5
        )


# ------------------------------------------------------------------------------------------------ orders
def test_ordering_twice_gives_the_same_open_order(story: Story, case: Application) -> None:
    first = order(story, case)
    assert order(story, case) is first
    actions.registered(story.session, first, "b1", "http://bank/1")
    assert order(story, case) is first
    assert first.amount == Decimal("14850.00")
    assert story.session.execute(text("select count(*) from payment_order")).scalar_one() == 1


def test_an_order_that_has_run_out_is_replaced(story: Story, case: Application) -> None:
    first = order(story, case)
    story.later(minutes=20)
    assert order(story, case).id != first.id


@pytest.mark.parametrize("state", [OrderState.DECLINED, OrderState.EXPIRED])
def test_a_closed_order_is_replaced(story: Story, case: Application, state: OrderState) -> None:
    first = order(story, case)
    actions.closed(story.session, first, state, "не хватает средств")
    second = order(story, case)
    assert second.id != first.id
    assert second.number != first.number


def test_several_parts_are_paid_together_in_their_order(story: Story, case: Application) -> None:
    found = order(story, case, [1, 2])
    assert found.amount == Decimal("44550.00")
    actions.credit(story.session, found, story.now, story.now)
    assert unpaid(story, case) == [3, 4]


@pytest.mark.parametrize("seqs", [[2], [1, 3], [3, 4], [9]])
def test_paying_out_of_order_is_refused(story: Story, case: Application, seqs: list[int]) -> None:
    with pytest.raises(NotReady):
        order(story, case, seqs)
    assert story.session.execute(text("select count(*) from payment_order")).scalar_one() == 0


def test_when_all_is_paid_there_is_nothing_to_order(story: Story, case: Application) -> None:
    story.pay(case, [1, 2, 3, 4])
    with pytest.raises(NotReady):
        order(story, case)


@pytest.mark.parametrize("stage", [Stage.CHECKING, Stage.DISAGREEMENT, Stage.ANNULLED_NO_PAYMENT])
def test_without_an_invoice_in_force_nothing_is_ordered(story: Story, stage: Stage) -> None:
    with pytest.raises(NotReady):
        order(story, story.to(stage))


def test_an_open_order_of_a_void_invoice_is_not_given_again(story: Story, case: Application) -> None:
    """It would take the money for a sum that nobody asks any more."""
    from models.connection import effects

    old = order(story, case)
    effects.order_offer(story.session, case, story.now)
    assert order(story, case).id != old.id


# ------------------------------------------------------------------------------------------------ the bank's word
def call_back(story: Story, found: PaymentOrder, operation: str = "deposited", bank_id: str = "b1") -> bool:
    return actions.note_bank_event(story.session, bank_id, found.number, operation, "2", story.now)


def events(session: Session) -> list[tuple[Any, ...]]:
    return [(e.bank_id, e.operation, e.calls) for e in session.exec(select(BankEvent))]


def test_a_call_back_three_times_is_one_event_and_one_credit(story: Story, case: Application) -> None:
    found = order(story, case)
    actions.registered(story.session, found, "b1", "http://bank/1")
    got = []
    for _ in range(3):
        assert call_back(story, found)
        got += actions.credit(story.session, found, story.now, story.now)
    assert events(story.session) == [("b1", "deposited", 3)]
    assert [i.seq for i in got] == [1]
    assert unpaid(story, case) == [2, 3, 4]


def test_a_call_back_is_not_believed(story: Story, case: Application) -> None:
    """It only wakes the order: the bank itself is asked."""
    found = order(story, case)
    actions.registered(story.session, found, "b1", "http://bank/1")
    story.session.execute(text("delete from work"))
    call_back(story, found)
    assert unpaid(story, case)[0] == 1
    assert found.state == OrderState.REGISTERED
    assert story.session.execute(text("select process, subject_id from work")).all() == [("payment", found.id)]


def test_a_call_back_of_somebody_elses_order_is_nothing(story: Story, case: Application) -> None:
    found = order(story, case)
    actions.registered(story.session, found, "b1", "http://bank/1")
    assert not actions.note_bank_event(story.session, "b1", "TP26-9999999", "deposited", "2", story.now)
    assert not call_back(story, found, bank_id="b2")
    assert events(story.session) == []


def test_a_call_back_of_a_settled_order_wakes_nobody(story: Story, case: Application) -> None:
    found = order(story, case)
    actions.registered(story.session, found, "b1", "http://bank/1")
    actions.credit(story.session, found, story.now, story.now)
    story.session.execute(text("delete from work"))
    assert call_back(story, found)
    assert story.session.execute(text("select count(*) from work")).scalar_one() == 0


def test_the_contract_dates_from_the_payers_day_and_lateness_from_the_credit(story: Story, case: Application) -> None:
    found = order(story, case)
    paid, credited = story.now, story.now + timedelta(days=2)
    (row,) = actions.credit(story.session, found, paid, credited)
    assert (row.paid_at, row.credited_at) == (paid, credited)
    assert (found.state, found.paid_at) == (OrderState.PAID, paid)


def test_the_second_of_two_orders_that_were_both_paid_credits_nothing(story: Story, case: Application) -> None:
    first = order(story, case)
    story.later(minutes=20)
    second = order(story, case)
    assert len(actions.credit(story.session, first, story.now, story.now)) == 1
    assert actions.credit(story.session, second, story.later(minutes=1), story.now) == []
    assert second.state == OrderState.PAID  # the money is on record: somebody has to give it back


def test_crediting_wakes_the_case(story: Story, case: Application) -> None:
    found = order(story, case)
    story.session.execute(text("delete from work"))
    actions.credit(story.session, found, story.now, story.now)
    assert story.session.execute(text("select process, subject_id from work")).all() == [("connection", case.id)]


# ------------------------------------------------------------------------------------------------ at the same moment
Credit = Callable[[Session, PaymentOrder, datetime], list[Instalment]]


def naive_credit(session: Session, found: PaymentOrder, now: datetime) -> list[Instalment]:
    """The guard off: believe what was read, lock nothing."""
    if found.state == OrderState.PAID:
        return []
    rows = [i for i in session.exec(select(Instalment)) if i.id in found.instalments and i.credited_at is None]
    session.execute(text("select pg_sleep(0.05)"))
    for row in rows:
        row.credited_at = now
        session.add(row)
    found.state = OrderState.PAID
    session.add(found)
    return rows


def credited_at_once(database: Database, now: datetime, credit: Credit) -> tuple[list[int], int, int]:
    """Three call-backs and three credits side by side: (seqs credited, events, calls)."""
    with database.transaction() as session:
        story = Story(session, now)
        case = story.to(Stage.OFFER_PLACED)
        found = order(story, case)
        actions.registered(session, found, "b1", "http://bank/1")
    got: list[int] = []
    all_have_read = threading.Barrier(3)

    def job() -> None:
        with database.transaction() as session:
            mine = session.get(PaymentOrder, found.id)
            assert mine is not None
            actions.note_bank_event(session, "b1", mine.number, "deposited", "2", now)
        with database.transaction() as session:
            mine = session.get(PaymentOrder, found.id)
            assert mine is not None
            queries.unpaid(session, mine.application_id)
            all_have_read.wait(10)
            got.extend(i.seq for i in credit(session, mine, now))

    assert together(job, job, job) == []
    with database.transaction() as session:
        ((_, _, calls),) = events(session)
        return got, len(events(session)), calls


def test_three_call_backs_at_the_same_moment_are_one_event_and_one_credit(database: Database, now: datetime) -> None:
    assert credited_at_once(database, now, lambda s, o, t: actions.credit(s, o, t, t)) == ([1], 1, 3)


def test_control_without_the_locks_it_is_credited_more_than_once(database: Database, now: datetime) -> None:
    got, _, _ = credited_at_once(database, now, naive_credit)
    assert len(got) > 1


def test_two_clicks_at_the_same_moment_order_once(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        story = Story(session, now)
        case = story.to(Stage.OFFER_PLACED)
        owner = story.house.owner(case)
    made: list[int] = []

    def click() -> None:
        with database.transaction() as session:
            made.append(actions.order_payment(session, case.id or 0, owner, now).id or 0)

    assert together(click, click, click) == []
    assert len(made) == 3
    assert len(set(made)) == 1


def test_nobody_orders_a_payment_for_a_case_that_is_not_his(session: Session, now: datetime) -> None:
    house = House(session, now)
    case, stranger = house.submitted(), actor_of(house.applicant())
    with pytest.raises(NotFound):
        actions.order_payment(session, case.id or 0, stranger, now)
