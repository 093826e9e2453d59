"""Read side of payments: rates of a day, invoices, orders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, text
from sqlmodel import Session, col, func, select

from models.connection.tables import CLOSED_STAGES, Stage
from models.payment.calculation import Floor, Rates
from models.payment.ledger_tables import Interest, KeyRate, Receipt, Refund, RefundState
from models.payment.tables import FeeRate, Instalment, Invoice, PaymentOrder, ScheduleRow, VatRate
from models.rulebook.limits import LIMITS, steps


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
    return Rates({(r.code, r.voltage): r for r in rows}, vat.percent, floor, _basis(rows))


def _basis(rows: Sequence[FeeRate]) -> str:
    """The decision of the newest rates."""
    return max(rows, key=lambda r: r.valid_from).basis if rows else ""


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


# ------------------------------------------------------------------------------------------------ what has come and gone
@dataclass(frozen=True)
class Balance:
    """Roubles of one case. Always: paid − returned + due == billed + overpaid."""

    billed: Decimal  # the invoice in force with its interest; after an end only what was covered
    paid: Decimal  # all that has come and is ours
    returned: Decimal  # given back, and what is on its way back
    due: Decimal  # still to come
    overpaid: Decimal  # more than is asked
    returnable: Decimal  # what may be given back now: no part that is paid whole loses its money


def _sum(session: Session, query: Any) -> Decimal:
    return Decimal(session.execute(query).scalar_one() or 0)


def received(session: Session, application_id: int) -> Decimal:
    found = select(func.sum(Receipt.amount)).where(
        Receipt.application_id == application_id, col(Receipt.reversed_at).is_(None)
    )
    return _sum(session, found)


def returned(session: Session, application_id: int) -> Decimal:
    """Given back or promised: a refusal frees the money again."""
    found = select(func.sum(Refund.amount)).where(
        Refund.application_id == application_id, Refund.state != RefundState.REFUSED
    )
    return _sum(session, found)


def pool(session: Session, application_id: int) -> Decimal:
    """Money of the case that is here."""
    session.flush()
    return received(session, application_id) - returned(session, application_id)


def balance(session: Session, application_id: int) -> Balance:
    session.flush()
    paid, back = received(session, application_id), returned(session, application_id)
    stage = session.execute(text("select stage from connection where id = :id"), {"id": application_id}).scalar()
    invoice = invoice_of(session, application_id)
    rows = instalments(session, invoice.id) if invoice and invoice.id else ()
    billed = sum((r.whole for r in rows), Decimal(0))
    kept = sum((r.whole for r in rows if r.credited_at), Decimal(0))
    here = paid - back
    if stage in CLOSED_STAGES:  # nothing more is asked; what came may be given back
        billed, kept = (min(billed, here) if stage == Stage.TERMINATED else Decimal(0)), Decimal(0)
    due, over = max(billed - here, Decimal(0)), max(here - billed, Decimal(0))
    return Balance(billed, paid, back, due, over, max(here - kept, Decimal(0)))


def receipts(session: Session, application_id: int) -> Sequence[Receipt]:
    query = select(Receipt).where(Receipt.application_id == application_id, col(Receipt.reversed_at).is_(None))
    return session.exec(query.order_by(col(Receipt.id))).all()


def refunds(session: Session, application_id: int) -> Sequence[Refund]:
    query = select(Refund).where(Refund.application_id == application_id)
    return session.exec(query.order_by(col(Refund.id).desc())).all()


def refunds_in(session: Session, *states: RefundState) -> Sequence[Refund]:
    """Oldest first, for the desk."""
    return session.exec(select(Refund).where(col(Refund.state).in_(states)).order_by(col(Refund.id))).all()


def interest_rows(session: Session, invoice_id: int) -> Sequence[Interest]:
    return session.exec(
        select(Interest).where(Interest.invoice_id == invoice_id).order_by(col(Interest.day_from))
    ).all()


def charged_since(session: Session, day: date) -> list[int]:
    """Cases whose invoice in force has interest of this day or of later ones, in the order in which they are locked."""
    later = select(Interest.invoice_id).where(Interest.day_to >= day)
    query = select(Invoice.application_id).where(col(Invoice.annulled_at).is_(None), col(Invoice.id).in_(later))
    return sorted(session.exec(query))


def interest_rates(session: Session) -> list[tuple[date, Decimal]]:
    """Per cent a year that instalments bear, from each day on: the key rate and the points that п. 104 adds to it."""
    keys, points = key_rates(session), steps(session, "instalment_points")
    days = sorted({day for day, _ in keys} | {day for day, _ in points if keys and day > keys[0][0]})
    usual = Decimal(LIMITS["instalment_points"].usual)

    def on(rows: Sequence[tuple[date, Decimal]], day: date, else_: Decimal) -> Decimal:
        return next((value for first, value in reversed(rows) if first <= day), else_)

    return [(day, on(keys, day, Decimal(0)) + on(points, day, usual)) for day in days]


def key_rates(session: Session) -> list[tuple[date, Decimal]]:
    """(valid from, percent a year), oldest first."""
    return [(r.valid_from, r.percent) for r in session.exec(select(KeyRate).order_by(col(KeyRate.valid_from)))]


def local_day(session: Session, application_id: int, at: datetime) -> date:
    """The day by the clock of the case's branch."""
    zone = text("select b.time_zone from branch b join connection c on c.branch_id = b.id where c.id = :id")
    found = session.execute(zone, {"id": application_id}).scalar() or "Europe/Moscow"
    return at.astimezone(ZoneInfo(str(found))).date()


def numbers(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Numbers of cases, for lists of money."""
    found = session.execute(
        text("select id, number from connection where id = any(:ids)"), {"ids": [i for i in ids if i]}
    )
    return {int(row.id): str(row.number or "") for row in found}


def case_by_number(session: Session, typed: str) -> int | None:
    """'ТП-000123/26' or '000123/26', as a person types it."""
    plain = typed.strip().upper().removeprefix("ТП").removeprefix("TP").lstrip("-–— №").replace(" ", "")
    found = session.execute(text("select id from connection where number = :number"), {"number": f"ТП-{plain}"})
    return found.scalar()
