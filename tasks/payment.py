"""Units of paying: the bank is asked with no transaction open, and only its answer credits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from infra import clock
from infra.bank import client as bank
from infra.bank.protocol import ActionCode
from infra.bank.protocol import OrderState as BankState
from infra.engine.leg import Leg
from infra.settings import settings
from models.connection.tables import Application
from models.payment import actions, returns
from models.payment.ledger_tables import Refund
from models.payment.tables import OrderState, PaymentOrder
from models.process import work
from models.process.work import TIMER, Row, wake
from tasks.steps import outside

PROCESS = "payment"
ASK_EVERY = timedelta(seconds=20)
LATE = timedelta(hours=24)  # after its end an order is asked about for so long: money may come late


@dataclass(frozen=True)
class Asked:
    """What the bank says of an order."""

    state: str
    bank_id: str
    paid: Decimal
    at: datetime | None
    reason: str
    timed_out: bool = False  # nobody finished paying


def register_or_ask(leg: Leg, row: Row) -> None:
    """A new order is registered, a registered one asked about, a return of a paid one carried; an error stays with its row."""
    try:
        with leg.db.transaction() as session:
            told = _told(session, row)
        if told is None:
            return give_back(leg, row)
        if told["state"] == OrderState.NEW:
            made = outside(register, told)
            with leg.db.transaction() as session:
                _registered(session, row, made)
        else:
            found = outside(ask, told["bank_id"])
            with leg.db.transaction() as session:
                _answered(session, row, found)
    except bank.BankRefused as error:
        why = str(error)
        leg.each(lambda session, r: _refused(session, r, why), [row])
    except Exception as error:  # noqa: BLE001 - an order's trouble is its own
        leg.fault(row, error)


# ------------------------------------------------------------------------------------------------ returns
def give_back(leg: Leg, row: Row) -> None:
    """The next return of this payment. The bank is asked first what it has given back already: an answer may have been
    lost, and the same return must not leave twice."""
    with leg.db.transaction() as session:
        found = _return_told(session, row)
    if found is None:
        return
    refused = ""
    try:
        outside(refund, *found[1:])
    except bank.BankRefused as error:
        refused = error.words or str(error)
    with leg.db.transaction() as session:
        _returned(session, row, found[0], refused)


def _return_told(session: Session, row: Row) -> tuple[int, str, Decimal, Decimal] | None:
    """(return, order at the bank, what it must have given back before, how much more)."""
    order = session.get(PaymentOrder, row.subject)
    found = returns.waiting(session, row.subject)
    if found is None or order is None or not order.bank_id:
        return None
    return found.id or 0, order.bank_id, returns.given_back(session, row.subject), found.amount


@task(name="give money back through the bank", persist_result=False, cache_policy=NO_CACHE)
def refund(bank_id: str, before: Decimal, amount: Decimal) -> None:
    """Nothing when the bank has given it back already. Raises BankRefused, BankAway."""
    gateway = bank.bank()
    if gateway.status(bank_id).refunded < before + amount:
        gateway.refund(bank_id, amount)


def _returned(session: Session, row: Row, refund_id: int, refused: str) -> None:
    session.get(PaymentOrder, row.subject, with_for_update=True)
    work.fence(session, row)
    found = session.get(Refund, refund_id, with_for_update=True)
    if found is not None:
        returns.settled(session, found, clock.now(), refused=refused)


def _told(session: Session, row: Row) -> dict[str, Any] | None:
    order = session.get(PaymentOrder, row.subject)
    if order is None or order.state not in (OrderState.NEW, OrderState.REGISTERED):
        return None
    case = session.get(Application, order.application_id)
    site = settings().site
    back = f"{site}/application?id={order.application_id}"
    return {
        "state": order.state,
        "bank_id": order.bank_id,
        "number": order.number,
        "amount": str(order.amount),
        "description": f"Технологическое присоединение, заявка {case.number if case else ''}",
        "return_url": f"{back}&paid={order.number}",
        "fail_url": f"{back}&unpaid={order.number}",
        "callback_url": f"{site}/hooks/bank",
        "seconds": int(actions.ORDER_LIFE.total_seconds()),
    }


@task(
    name="register the order at the bank", retries=1, retry_delay_seconds=1, persist_result=False, cache_policy=NO_CACHE
)
def register(order: dict[str, Any]) -> tuple[str, str]:
    """(order id of the bank, address of its page). A number that is registered already is found, not registered twice."""
    gateway = bank.bank()
    try:
        made = gateway.register(
            bank.NewOrder(
                number=order["number"],
                amount=Decimal(order["amount"]),
                description=order["description"],
                return_url=order["return_url"],
                fail_url=order["fail_url"],
                callback_url=order["callback_url"],
                session_seconds=order["seconds"],
            )
        )
    except bank.DuplicateOrder:
        found = gateway.find(order["number"])
        return found.order_id, f"{gateway.base}/pay/{found.order_id}"
    return made.order_id, made.form_url


@task(name="ask the bank about an order", retries=1, retry_delay_seconds=1, persist_result=False, cache_policy=NO_CACHE)
def ask(bank_id: str) -> Asked:
    found = bank.bank().status(bank_id)
    late = found.action_code == ActionCode.TIMEOUT
    return Asked(str(found.state.name), bank_id, found.paid, found.at, found.reason, late)


def _registered(session: Session, row: Row, made: tuple[str, str]) -> None:
    order = session.get(PaymentOrder, row.subject, with_for_update=True)
    work.fence(session, row)
    if order is not None and order.state == OrderState.NEW:
        actions.registered(session, order, *made)
        wake(session, PROCESS, row.subject, after=ASK_EVERY, lane=TIMER)


def _answered(session: Session, row: Row, found: Asked) -> None:
    now = clock.now()
    order = session.get(PaymentOrder, row.subject, with_for_update=True)
    work.fence(session, row)
    if order is None or order.state != OrderState.REGISTERED:
        return
    order.asked_at = now
    session.add(order)
    if found.state in (BankState.PAID.name, BankState.REFUNDED.name) and found.paid >= order.amount:
        actions.credit(session, order, now, now)
    elif found.timed_out:
        actions.closed(session, order, OrderState.EXPIRED)
    elif found.state in (BankState.DECLINED.name, BankState.REVERSED.name):
        actions.closed(session, order, OrderState.DECLINED, found.reason)
    elif order.expires_at is not None and now > order.expires_at + LATE:
        actions.closed(session, order, OrderState.EXPIRED)
    else:
        late = order.expires_at is not None and now > order.expires_at
        wake(session, PROCESS, row.subject, after=timedelta(hours=1) if late else ASK_EVERY, lane=TIMER)


def _refused(session: Session, row: Row, why: str) -> None:
    order = session.get(PaymentOrder, row.subject, with_for_update=True)
    work.fence(session, row)
    if order is not None and order.state in (OrderState.NEW, OrderState.REGISTERED):
        actions.closed(session, order, OrderState.DECLINED, why)
