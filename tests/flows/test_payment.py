"""Orders and returns carried by the payment flow through the sandbox bank: each leaves once, whatever answer is lost."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from infra import clock
from infra.bank.client import Bank, BankAway
from infra.bank.ledger import Ledger
from infra.bank.protocol import OrderState as BankState
from infra.bank.server import SandboxBank
from infra.database import Database
from infra.engine.inline import drain
from infra.settings import settings
from models.connection import moving
from models.connection.tables import Application, Stage
from models.payment import actions, queries, returns
from models.payment.ledger_tables import Refund, RefundState
from models.payment.tables import OrderState, PaymentOrder
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Actor
from tests.models.story import Story

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

D = Decimal


@dataclass
class Till:
    """A case whose first part is to be paid, and the bank behind it."""

    database: Database
    ledger: Ledger
    bank: Bank
    case_id: int
    now: datetime

    def carry(self) -> None:
        with clock.at(self.now):
            drain(self.database)

    def order(self) -> PaymentOrder:
        with self.database.transaction() as session:
            owner = session.get_one(User, session.get_one(Application, self.case_id).applicant_id)
            return actions.order_payment(session, self.case_id, actor_of(owner), self.now)

    def seen(self, order: PaymentOrder) -> PaymentOrder:
        with self.database.transaction() as session:
            return session.get_one(PaymentOrder, order.id)

    def pay(self) -> PaymentOrder:
        """Ordered, registered, paid by card at the bank, called back, credited."""
        order = self.order()
        self.carry()
        order = self.seen(order)
        assert order.bank_id
        self.ledger.confirm_later(order.bank_id, "123456", "**1111")
        assert self.ledger.pay(order.bank_id)
        self.call_back(order)
        self.carry()
        return self.seen(order)

    def call_back(self, order: PaymentOrder, operation: str = "deposited") -> None:
        with self.database.transaction() as session:
            actions.note_bank_event(session, order.bank_id or "", order.number, operation, "1", self.now)

    def terminate(self) -> None:
        with self.database.transaction() as session:
            manager = self.manager(session)
            case = moving.lock(session, self.case_id, manager)
            moving.move(session, case, "terminate", manager, self.now, reason="по соглашению")

    def manager(self, session: Session) -> Actor:
        return actor_of(session.exec(select(User).where(User.login == "manager")).one())

    def refund(self, amount: str) -> Refund:
        with self.database.transaction() as session:
            (row,) = actions.refund(session, self.case_id, D(amount), "расторжение", self.now)
            return row

    def state(self, row: Refund) -> Refund:
        with self.database.transaction() as session:
            return session.get_one(Refund, row.id)


@pytest.fixture
def till(database: Database, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    given = settings()
    ledger = Ledger(tmp_path / "bank.db")
    sandbox = SandboxBank(ledger, given.bank, given.bank_user, given.bank_password, given.bank_secret)
    found = Bank(given, TestClient(sandbox.app(), base_url=given.bank))
    monkeypatch.setattr("tasks.payment.bank.bank", lambda: found)
    monkeypatch.setattr("infra.mail.send", lambda letter, *_, **__: None)
    with database.transaction() as session:
        story = Story(session, now)
        case_id = story.to(Stage.OFFER_PLACED).id or 0
    yield Till(database, ledger, found, case_id, now)
    found.close()


@pytest.mark.rows("D-20")
def test_an_order_is_registered_paid_and_credited_once_however_often_the_bank_calls(till: Till) -> None:
    order = till.pay()
    assert order.state == OrderState.PAID
    for _ in range(3):
        till.call_back(order)
        till.carry()
    with till.database.transaction() as session:
        assert queries.balance(session, till.case_id).paid == D("14850.00")
        assert [i.seq for i in queries.unpaid(session, till.case_id)] == [2, 3, 4]


def test_an_order_that_nobody_finished_expires_with_its_link(till: Till) -> None:
    order = till.order()
    till.carry()
    order = till.seen(order)
    with till.ledger._transaction() as db:
        db.execute("update orders set expires_at = 0")
    assert till.ledger.expire() == 1
    till.call_back(order, "declinedByTimeout")
    till.carry()
    assert till.seen(order).state == OrderState.EXPIRED
    assert till.order().id != order.id


def test_money_goes_back_through_the_bank(till: Till) -> None:
    order = till.pay()
    till.terminate()
    row = till.refund("10000.00")
    till.carry()
    assert till.state(row).state == RefundState.DONE
    assert till.bank.status(order.bank_id or "").refunded == D("10000.00")
    second = till.refund("4850.00")
    till.carry()
    assert till.state(second).state == RefundState.DONE
    assert till.bank.status(order.bank_id or "").state == BankState.REFUNDED


def test_a_return_whose_answer_was_lost_does_not_leave_twice(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    order = till.pay()
    till.terminate()
    row = till.refund("10000.00")
    real = till.bank.refund

    def lost(order_id: str, amount: Decimal) -> None:
        real(order_id, amount)
        raise BankAway("the answer was lost")

    monkeypatch.setattr(till.bank, "refund", lost)
    till.carry()
    assert till.state(row).state == RefundState.ORDERED
    monkeypatch.setattr(till.bank, "refund", real)
    with till.database.transaction() as session:
        session.execute(text("update work set run_at = now() where state = 'due'"))
    till.carry()
    assert till.state(row).state == RefundState.DONE
    assert till.bank.status(order.bank_id or "").refunded == D("10000.00")


def test_the_banks_refusal_is_shown_and_tried_again(till: Till) -> None:
    """Somebody gave money back in the bank's own cabinet: ours is more than what is left there."""
    order = till.pay()
    till.terminate()
    with till.ledger._transaction() as db:
        db.execute("update orders set state = 6")  # not in a state to be returned
    row = till.refund("14850.00")
    till.carry()
    refused = till.state(row)
    assert refused.state == RefundState.REFUSED
    assert "корректном состоянии" in refused.error
    with till.ledger._transaction() as db:
        db.execute("update orders set state = 2")
    with till.database.transaction() as session:
        returns.again(session, row.id or 0, till.manager(session), till.now)
    till.carry()
    assert till.state(row).state == RefundState.DONE
    assert till.bank.status(order.bank_id or "").refunded == D("14850.00")
