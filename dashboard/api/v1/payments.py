"""Invoices and payments of an application, and an order at the bank: its page comes a moment later, with a second look."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlmodel import Session

from dashboard.api.v1.applications import card_of
from dashboard.api.v1.door import Caller, Holding
from dashboard.api.v1.replies import Once, Reply, carry, shown
from dashboard.api.v1.shapes import Id
from infra.wording import N_
from models.integration.rules import Scope
from models.payment import actions, queries
from models.payment.tables import Instalment, PaymentOrder
from models.process.actor import Actor

router = APIRouter(tags=["payments"])
PayReader = Annotated[Caller, Depends(Holding(Scope.PAYMENTS_READ))]
Payer = Annotated[Caller, Depends(Holding(Scope.PAYMENTS_WRITE))]


class Part(BaseModel):
    """An instalment. `until` is empty as long as its event has not happened: `until_words` says which."""

    seq: int
    percent: Decimal
    amount: Decimal
    vat: Decimal
    interest: Decimal
    left: Decimal
    until: date | None
    until_words: str
    paid_at: datetime | None
    credited_at: datetime | None


class Bill(BaseModel):
    number: str
    issued_on: date
    total: Decimal
    vat: Decimal
    vat_percent: Decimal
    parts: list[Part]


class Order(BaseModel):
    """An order at the bank. `page`: where the payer goes; empty until the bank has answered. Card data never come here."""

    number: str
    amount: Decimal
    state: str
    page: str
    created_at: datetime
    expires_at: datetime | None
    paid_at: datetime | None


class Balance(BaseModel):
    billed: Decimal
    paid: Decimal
    returned: Decimal
    due: Decimal
    overpaid: Decimal


class Money(BaseModel):
    invoice: Bill | None
    balance: Balance
    orders: list[Order]


@router.get(
    "/applications/{application_id}/payments", summary=N_("Invoice, parts, what has come"), response_model=Money
)
def payments(request: Request, caller: PayReader, application_id: Id) -> Response:
    with caller.reading() as db:
        card_of(db, application_id)
        bill = queries.invoice_of(db, application_id)
        rows = queries.instalments(db, bill.id) if bill and bill.id else []
        told = queries.balance(db, application_id)
        orders = queries.orders_of(db, application_id)
    invoice = Bill(**bill.model_dump(include=set(Bill.model_fields)), parts=[_part(r) for r in rows]) if bill else None
    balance = Balance(**{name: getattr(told, name) for name in Balance.model_fields})
    return shown(request, Money(invoice=invoice, balance=balance, orders=[_order(o) for o in orders]))


def _part(row: Instalment) -> Part:
    same = row.model_dump(include={"seq", "percent", "amount", "vat", "interest", "paid_at", "credited_at"})
    return Part(**same, left=row.left, until=row.due_on, until_words=row.due_words)


def _order(row: PaymentOrder) -> Order:
    same = row.model_dump(include={"number", "amount", "state", "created_at", "expires_at", "paid_at"})
    return Order(**same, page=row.form_url)


@router.post("/applications/{application_id}/payments", summary=N_("Order the payment of the next part"), status_code=202,
             response_model=Order)  # fmt: skip
def pay(request: Request, caller: Payer, application_id: Id, key: Once) -> Response:
    caller.sees(application_id)

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        return Reply(202, _order(actions.order_payment(db, application_id, actor, now)))

    return carry(request, caller, work, key=key)
