"""Verbs on money: issue an invoice, order a payment, note what the bank told, credit once."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.payment import queries, rules
from models.payment.tables import Instalment, Invoice, OrderState, PaymentOrder
from models.process.actor import Actor, Role
from models.process.errors import NotFound, NotReady
from models.process.terms import calendar
from models.process.work import wake

PROCESS = "payment"
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
    first_days: int,
) -> Invoice:
    """The whole fee and its parts; an earlier invoice of the case is annulled. `first_days`: working days of TP-06X."""
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
    days = calendar(session)
    for part in rules.parts(fee.total, fee.vat, schedule):
        offset = first_days if part.seq == 1 else part.offset
        after = part.event != "invoice.placed"
        session.add(
            Instalment(
                invoice_id=invoice.id or 0,
                seq=part.seq,
                percent=part.percent,
                amount=part.amount,
                vat=part.vat,
                due_on=None if after else days.end_of_term(day, offset, part.unit),
                due_words=f"в течение {offset} дней со дня размещения акта или уведомления" if after else "",
            )
        )
    session.flush()
    return invoice


def annul_invoice(session: Session, application_id: int, now: datetime) -> None:
    """The invoice in force loses its force: nothing of it can be ordered any more. Money under way is still noted."""
    if invoice := queries.invoice_of(session, application_id):
        invoice.annulled_at = now
        session.add(invoice)
        session.flush()


def set_last_due(session: Session, application_id: int, placed_on: date) -> list[Instalment]:
    """The act or notice is placed: payments that hang on it get their last day."""
    invoice = queries.invoice_of(session, application_id)
    if invoice is None or invoice.id is None:
        return []
    schedule = {r.seq: r for r in queries.schedule_on(session, invoice.template, invoice.issued_on)}
    found = [i for i in queries.instalments(session, invoice.id) if i.due_on is None]
    for row in found:
        row.due_on = calendar(session).end_of_term(placed_on, schedule[row.seq].offset, schedule[row.seq].unit)
        session.add(row)
    return found


def order_payment(
    session: Session, application_id: int, actor: Actor, now: datetime, *, seqs: list[int] | None = None
) -> PaymentOrder:
    """One order for the chosen (or the first unpaid) instalments. An order for them still open at the bank is given again."""
    locked = text("select applicant_id from connection where id = :id for update")
    owner = session.execute(locked, {"id": application_id}).scalar()
    if owner is None or (actor.role == Role.APPLICANT and owner != actor.user_id):
        raise NotFound
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
        amount=sum((i.amount for i in chosen), Decimal(0)),
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
    if order.state in (OrderState.NEW, OrderState.REGISTERED):
        wake(session, PROCESS, order.id)
    return True


def credit(session: Session, order: PaymentOrder, paid_at: datetime, now: datetime) -> list[Instalment]:
    """The bank says the money has come. Crediting twice is crediting once; the case is woken to look at it.

    Contract date from `paid_at`, lateness by `credited_at` (standard contract, items 12 and 21)."""
    session.flush()
    session.refresh(order, with_for_update=True)
    if order.state == OrderState.PAID:
        return []
    # the case is locked too: it is not withdrawn or annulled in the same moment without seeing the money
    session.execute(text("select 1 from connection where id = :id for update"), {"id": order.application_id})
    order.state, order.paid_at = OrderState.PAID, paid_at
    session.add(order)
    found = []
    for row in session.exec(
        select(Instalment)
        .where(col(Instalment.id).in_(order.instalments))
        .order_by(col(Instalment.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ):
        if row.credited_at is None:
            row.paid_at, row.credited_at = paid_at, now
            session.add(row)
            found.append(row)
    wake(session, "connection", order.application_id)
    return found
