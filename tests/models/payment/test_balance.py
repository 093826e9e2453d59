"""Where money goes: the balance under any order of payments and returns, and who sees it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from infra.database import Database
from models.connection.tables import Application, Stage
from models.payment import actions, queries, returns, settling
from models.payment.ledger_tables import RefundState
from models.process.errors import NotReady
from tests.models.payment.ledger import D, balance, issue, many, overpaid, transfer
from tests.models.story import Story


# ------------------------------------------------------------------------------------------------ balance
def test_a_part_payment_an_advance_and_too_much(story: Story, case: Application) -> None:
    transfer(story, case, "10000.00")
    (first, *_) = queries.unpaid(story.session, case.id or 0)
    assert (first.seq, first.left) == (1, D("4850.00"))
    transfer(story, case, "10000.00")
    (second, *_) = queries.unpaid(story.session, case.id or 0)
    assert (second.seq, second.covered) == (2, D("5150.00"))
    transfer(story, case, "80000.00")
    found = balance(story, case)
    assert (found.due, found.overpaid, found.returnable) == (D(0), D("1000.00"), D("1000.00"))


@pytest.mark.rows("D-20")
def test_a_part_that_is_paid_twice_is_an_advance_and_can_go_back(story: Story, case: Application) -> None:
    owner = story.house.owner(case)
    first = actions.order_payment(story.session, case.id or 0, owner, story.now)
    story.later(minutes=20)
    second = actions.order_payment(story.session, case.id or 0, owner, story.now)
    for order in (first, second):
        actions.credit(story.session, order, story.now, story.now)
    found = balance(story, case)
    assert (found.paid, found.due, found.returnable) == (D("29700.00"), D("69300.00"), D("14850.00"))


@pytest.mark.parametrize("stage", [Stage.ANNULLED_NO_PAYMENT, Stage.TERMINATED, Stage.WITHDRAWN])
def test_after_the_end_nothing_is_ordered_and_late_money_can_go_back(story: Story, stage: Stage) -> None:
    case = story.to(stage)
    before = balance(story, case)
    with pytest.raises(NotReady):
        actions.order_payment(story.session, case.id or 0, story.house.owner(case), story.now)
    transfer(story, case, "14850.00")
    found = balance(story, case)
    assert found.due == 0
    assert found.returnable - before.returnable == D("14850.00")


def test_money_of_a_refused_offer_goes_to_the_corrected_one(story: Story, case: Application) -> None:
    transfer(story, case, "20000.00")
    issue(story, case, "PAY-X25", "80000.00")
    unpaid = queries.unpaid(story.session, case.id or 0)
    assert [i.seq for i in unpaid] == [2, 3, 4]
    assert balance(story, case).due == D("60000.00")


STEP = st.tuples(st.sampled_from(["pay", "pay", "back", "undo", "void"]), st.integers(1, 4_000_000))


@many
@given(steps=st.lists(STEP, max_size=8))
def test_the_balance_adds_up_under_any_order_of_payments_and_returns(
    session: Session, now: Any, steps: list[tuple[str, int]]
) -> None:
    with session.begin_nested() as point:
        story = Story(session, now)
        case = story.to(Stage.OFFER_PLACED)
        for verb, kopecks in steps:
            story.later(minutes=1)
            _do(story, case, verb, D(kopecks) / 100)
            found = balance(story, case)
            invoice = queries.invoice_of(session, case.id or 0)
            rows = queries.instalments(session, invoice.id or 0) if invoice else ()
            assert sum((r.covered for r in rows), D(0)) == min(found.paid - found.returned, found.billed)
            assert all((r.credited_at is not None) == (r.covered == r.whole) for r in rows)
            credited = [r.credited_at is not None for r in rows]
            assert credited == sorted(credited, reverse=True)  # no hole
        point.rollback()


def _do(story: Story, case: Application, verb: str, sum_: Decimal) -> None:
    session, case_id = story.session, case.id or 0
    if verb == "pay":
        transfer(story, case, str(sum_))
    elif verb == "back" and queries.balance(session, case_id).returnable > 0:
        rows = returns.refund(
            session, case_id, min(sum_, queries.balance(session, case_id).returnable), "по заявлению", story.now
        )
        settled = rows[0]
        settled.state = RefundState.DONE if int(sum_) % 2 else RefundState.REFUSED
        session.add(settled)
        session.flush()
        settling.settle(session, case_id, settling.newest(session, case_id))
    elif (
        verb == "undo" and (last := settling.newest(session, case_id)) and queries.pool(session, case_id) >= last.amount
    ):
        settling.reverse(session, last, "чужие деньги", story.now)
    elif verb == "void":
        actions.annul_invoice(session, case_id, story.now)
        assert queries.invoice_of(session, case_id) is None


# ------------------------------------------------------------------------------------------------ walls
def test_a_customer_sees_his_money_and_nobody_elses(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        story = Story(session, now)
        case = story.to(Stage.OFFER_PLACED)
        overpaid(story, case)
        returns.refund(session, case.id or 0, D("5000"), "по заявлению", now)
        stranger = story.house.applicant().id or 0
        owner, case_id = case.applicant_id, case.id or 0
    with database.reading(owner) as session:
        assert (len(queries.receipts(session, case_id)), len(queries.refunds(session, case_id))) == (2, 1)
        assert queries.balance(session, case_id).paid == D("104000.00")
        assert queries.key_rates(session)
    with database.reading(stranger) as session:
        assert (list(queries.receipts(session, case_id)), list(queries.refunds(session, case_id))) == ([], [])
    for table in ("bank_line", "bank_statement", "estimate"):
        with pytest.raises(DBAPIError), database.reading(owner) as session:
            session.execute(text(f"select * from {table}"))
