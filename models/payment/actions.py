"""Verbs on money: issue an invoice, order a payment, note what the bank told, credit once."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.connection.tables import CLOSED_STAGES
from models.payment import queries, returns, rules, settling
from models.payment.ledger_tables import Receipt
from models.payment.returns import refund
from models.payment.tables import Instalment, Invoice, OrderState, PaymentOrder
from models.people import represent_queries as powers
from models.people.represent_tables import Act
from models.process.actor import Actor
from models.process.errors import NotFound, NotReady
from models.process.terms import calendar
from models.process.work import wake

__all__ = [
    "ORDER_LIFE", "PROCESS", "annul_invoice", "closed", "credit", "fix_due", "issue_invoice", "note_bank_event",
    "order_payment", "refund", "registered", "set_last_due",
]  # fmt: skip

PROCESS = "payment"
PLACED, ACT_OR_NOTICE = "invoice.placed", "act_or_notice.placed"
ORDER_LIFE = timedelta(minutes=20)


def issue_invoice(
    session: Session,
    application_id: int,
    number: str,
    fee: rules.Fee,
    day: date,
    now: datetime,
    *,
    template: str,
    first_days: int | None = None,
    count: int | None = None,
) -> Invoice:
    """The whole fee and its parts; an earlier invoice of the case is annulled, its money goes to this one.

    `template`: PAY-X25 | PAY-XI | PAY-O | PAY-IND | PAY-RED. `first_days`: working days of TP-06X for a first part that
    counts from the invoice. `count`: quarters of PAY-XI, at most twelve. Raises LookupError for a template not in force."""
    schedule = queries.schedule_on(session, template, day)
    if not schedule:
        raise LookupError(f"no schedule {template} is in force on {day}")
    annul_invoice(session, application_id, now)
    version = 1 + queries.last_version(session, application_id)
    invoice = Invoice(
        application_id=application_id,
        version=version,
        number=f"{number}-{version}",
        issued_on=day,
        template=template,
        total=fee.total,
        vat=fee.vat,
        vat_percent=fee.vat_percent,
        calculation=fee.as_json(),
    )
    session.add(invoice)
    session.flush()
    for part in rules.parts(fee.total, fee.vat, schedule, count=count):
        _part(session, invoice, part, first_days if part.seq == 1 else None)
    session.flush()
    if last := settling.newest(session, application_id):
        settling.settle(session, application_id, last)
    return invoice


def _part(session: Session, invoice: Invoice, part: rules.Part, days: int | None) -> None:
    placed = part.event == PLACED
    offset = days if placed and days is not None else part.offset
    unit = "wd" if placed and days is not None else part.unit
    session.add(
        Instalment(
            invoice_id=invoice.id or 0,
            seq=part.seq,
            percent=part.percent,
            amount=part.amount,
            vat=part.vat,
            due_on=calendar(session).end_of_term(invoice.issued_on, offset, unit) if placed else None,
            due_words="" if placed else rules.due_words(offset, unit, part.event, part.not_later),
            due_event=part.event,
            due_offset=offset,
            due_unit=unit,
            not_later=part.not_later,
            bears_interest=part.bears_interest,
        )
    )


def annul_invoice(session: Session, application_id: int, now: datetime) -> None:
    """The invoice in force loses its force: nothing of it can be ordered any more. Money under way is still noted."""
    if invoice := queries.invoice_of(session, application_id):
        invoice.annulled_at = now
        session.add(invoice)
        session.flush()


def set_last_due(session: Session, application_id: int, placed_on: date) -> list[Instalment]:
    """The act or notice is placed: payments that hang on it get their last day."""
    return _fix(session, application_id, ACT_OR_NOTICE, placed_on)


def fix_due(session: Session, application_id: int, event: str, now: datetime) -> list[Instalment]:
    """What a part waits for has happened (contract.concluded, connection.made, act.signed, act_or_notice.placed,
    suppl_agreement.signed): its last day is fixed, once. Gives the parts whose day is new."""
    return _fix(session, application_id, event, queries.local_day(session, application_id, now))


def _fix(session: Session, application_id: int, event: str, day: date) -> list[Instalment]:
    invoice = queries.invoice_of(session, application_id)
    if invoice is None or invoice.id is None:
        return []
    rows, days = queries.instalments(session, invoice.id), calendar(session)
    found = [r for r in rows if r.due_on is None and r.due_event == event]
    for row in found:
        row.due_on = days.end_of_term(day, row.due_offset, row.due_unit)
    for row in rows:
        if row.not_later == event and row.credited_at is None and (row.due_on is None or row.due_on > day):
            row.due_on = day
            found = found if row in found else [*found, row]
    if event == ACT_OR_NOTICE and invoice.interest_from is None and any(r.bears_interest for r in rows):
        invoice.interest_from = day + timedelta(days=1)  # the day it begins is not counted, the day it is paid is
    session.add_all([invoice, *found])
    session.flush()
    return found


def order_payment(
    session: Session, application_id: int, actor: Actor, now: datetime, *, seqs: list[int] | None = None
) -> PaymentOrder:
    """One order for the chosen (or the first unpaid) instalments. An order for them still open at the bank is given again."""
    locked = text("select applicant_id, stage from connection where id = :id for update")
    case = session.execute(locked, {"id": application_id}).first()
    if case is None:
        raise NotFound
    powers.need(session, case.applicant_id, application_id, actor, Act.PAY, at=now)
    if case.stage in CLOSED_STAGES:
        raise NotReady("There is nothing to pay here: the application is closed")
    settling.accrue(session, application_id, queries.local_day(session, application_id, now), now)
    open_orders = session.exec(
        select(PaymentOrder).where(
            PaymentOrder.application_id == application_id,
            col(PaymentOrder.state).in_([OrderState.NEW, OrderState.REGISTERED]),
        )
    ).all()
    unpaid = queries.unpaid(session, application_id)
    for order in open_orders:
        wanted = any(i.id in order.instalments for i in unpaid)  # not one of an annulled invoice
        if wanted and (order.expires_at is None or order.expires_at > now):
            return order
    chosen = [i for i in unpaid if i.seq in seqs] if seqs else unpaid[:1]
    if not chosen or [i.seq for i in chosen] != [i.seq for i in unpaid[: len(chosen)]]:
        raise NotReady("There is nothing to pay here: look at the schedule of payments")
    number = int(session.execute(text("select nextval('payment_number')")).scalar_one())
    order = PaymentOrder(
        application_id=application_id,
        number=f"TP{now:%y}-{number:07d}",
        instalments=[i.id for i in chosen if i.id],
        amount=sum((i.left for i in chosen), Decimal(0)),
        created_by=actor.person,
        created_at=now,
        expires_at=now + ORDER_LIFE,
    )
    session.add(order)
    session.flush()
    wake(session, PROCESS, order.id or 0)
    return order


def registered(session: Session, order: PaymentOrder, bank_id: str, form_url: str) -> None:
    order.state, order.bank_id, order.form_url, order.error = OrderState.REGISTERED, bank_id, form_url, ""
    session.add(order)


def closed(session: Session, order: PaymentOrder, state: OrderState, why: str = "") -> None:
    order.state, order.error = state, why
    session.add(order)


def note_bank_event(
    session: Session, bank_id: str, number: str, operation: str, status: str, now: datetime, **_: Any
) -> bool:
    """A call-back: written once, counted, and the order is asked about at the bank itself. False: not our order."""
    order = queries.order_by_number(session, number)
    if order is None or order.id is None or order.bank_id not in (None, bank_id):
        return False
    session.execute(
        text("""insert into bank_event (bank_id, number, operation, status, at, calls)
            values (:bank_id, :number, :operation, :status, :at, 1)
            on conflict (bank_id, operation) do update set calls = bank_event.calls + 1"""),
        {"bank_id": bank_id, "number": number, "operation": operation, "status": status, "at": now},
    )
    if order.state in (OrderState.NEW, OrderState.REGISTERED) or returns.waiting(session, order.id):
        wake(session, PROCESS, order.id)
    return True


def credit(session: Session, order: PaymentOrder, paid_at: datetime, now: datetime) -> list[Instalment]:
    """The bank says the money has come. Crediting twice is crediting once; gives the parts that are whole now.

    What is more than they ask goes to the next part. Contract date from `paid_at`, lateness by `credited_at` (standard
    contract, items 12 and 21)."""
    session.flush()
    session.refresh(order, with_for_update=True)
    if order.state == OrderState.PAID:
        return []
    order.state, order.paid_at = OrderState.PAID, paid_at
    session.add(order)
    found = settling.receive(
        session,
        Receipt(
            application_id=order.application_id,
            amount=order.amount,
            order_id=order.id,
            paid_at=paid_at,
            credited_at=now,
        ),
        now,
    )
    return found or _void(session, order, paid_at, now)


def _void(session: Session, order: PaymentOrder, paid_at: datetime, now: datetime) -> list[Instalment]:
    """Money for an invoice that has lost its force meanwhile is on record there; it waits to be given back."""
    rows = session.exec(
        select(Instalment)
        .join(Invoice, col(Invoice.id) == col(Instalment.invoice_id))
        .where(col(Instalment.id).in_(order.instalments), col(Instalment.credited_at).is_(None))
        .where(col(Invoice.annulled_at).is_not(None))
        .order_by(col(Instalment.seq))
    ).all()
    for row in rows:
        row.paid_at, row.credited_at = paid_at, now
        session.add(row)
    session.flush()
    return list(rows)
