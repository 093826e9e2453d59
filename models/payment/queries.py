"""Read side of payments: rates of a day, invoices, orders."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_
from sqlmodel import Session, col, func, select

from models.payment.rules import Floor, Rates
from models.payment.tables import FeeRate, Instalment, Invoice, PaymentOrder, ScheduleRow, VatRate


def rates_on(session: Session, day: date, floor: Floor = Floor.STRICT) -> Rates:
    """Every rate in force on `day`, by code and voltage. Raises LookupError when no VAT rate is set."""
    valid = (FeeRate.valid_from <= day, or_(col(FeeRate.valid_to).is_(None), col(FeeRate.valid_to) >= day))
    rows = session.exec(select(FeeRate).where(*valid)).all()
    vat = session.exec(
        select(VatRate).where(
            VatRate.valid_from <= day, or_(col(VatRate.valid_to).is_(None), col(VatRate.valid_to) >= day)
        )
    ).first()
    if vat is None:
        raise LookupError(f"no VAT rate is set for {day}")
    return Rates({(r.code, r.voltage): r for r in rows}, vat.percent, floor, rows[0].basis if rows else "")


def schedule_on(session: Session, template: str, day: date) -> Sequence[ScheduleRow]:
    query = select(ScheduleRow).where(
        ScheduleRow.template == template,
        ScheduleRow.enabled,
        ScheduleRow.valid_from <= day,
        or_(col(ScheduleRow.valid_to).is_(None), col(ScheduleRow.valid_to) >= day),
    )
    return session.exec(query.order_by(col(ScheduleRow.seq))).all()


def invoice_of(session: Session, application_id: int) -> Invoice | None:
    """The invoice in force: the newest that is not annulled."""
    query = select(Invoice).where(Invoice.application_id == application_id, col(Invoice.annulled_at).is_(None))
    return session.exec(query.order_by(col(Invoice.version).desc())).first()


def last_version(session: Session, application_id: int) -> int:
    """Of the case's invoices, annulled ones too; 0 when there is none."""
    query = select(func.coalesce(func.max(Invoice.version), 0)).where(Invoice.application_id == application_id)
    return session.exec(query).one()


def instalments(session: Session, invoice_id: int) -> Sequence[Instalment]:
    return session.exec(
        select(Instalment).where(Instalment.invoice_id == invoice_id).order_by(col(Instalment.seq))
    ).all()


def unpaid(session: Session, application_id: int) -> list[Instalment]:
    """What is still to pay, in order."""
    invoice = invoice_of(session, application_id)
    if invoice is None or invoice.id is None:
        return []
    return [i for i in instalments(session, invoice.id) if i.credited_at is None]


def orders_of(session: Session, application_id: int) -> Sequence[PaymentOrder]:
    query = select(PaymentOrder).where(PaymentOrder.application_id == application_id)
    return session.exec(query.order_by(col(PaymentOrder.id).desc())).all()


def order_by_number(session: Session, number: str) -> PaymentOrder | None:
    return session.exec(select(PaymentOrder).where(PaymentOrder.number == number)).first()
