"""Questions about personal accounts: what the cabinet shows. Run them behind the customer's wall; they never change a row."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, func, not_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.account import rules
from models.account.sight import AccountSight, Bill, BillLine, MeterSight, ReadingSight, TariffSight
from models.account.tables import (
    Account,
    AccountBinding,
    AccountPayment,
    Charge,
    Meter,
    MeterKind,
    Reading,
    Register,
    Source,
)

__all__ = [
    "AccountSight", "Bill", "BillLine", "MeterSight", "ReadingSight", "TariffSight", "accounts", "bill", "binding", "bound",
    "before_today", "by_number", "charges", "due_now", "holding", "last_payment", "meters", "months", "newest_reading", "newest_total", "payments",
    "readings", "registers",
]  # fmt: skip

ZERO = Decimal(0)


# ------------------------------------------------------------------------------------------------ accounts
def bound(session: Session, user_id: int) -> Sequence[Account]:
    """Accounts that this user sees, in the order in which he bound them."""
    query = select(Account).join(AccountBinding, col(AccountBinding.account_id) == Account.id)
    query = query.where(AccountBinding.user_id == user_id, col(AccountBinding.ended_at).is_(None))
    return session.exec(query.order_by(col(AccountBinding.id))).all()


def binding(session: Session, user_id: int, account_id: int) -> AccountBinding | None:
    """The living one."""
    query = select(AccountBinding).where(AccountBinding.user_id == user_id, AccountBinding.account_id == account_id)
    return session.exec(query.where(col(AccountBinding.ended_at).is_(None))).first()


def by_number(session: Session, number: str) -> Account | None:
    return session.exec(select(Account).where(Account.number == number)).first()


def accounts(session: Session, user_id: int) -> list[AccountSight]:
    return [_sight(session, row) for row in bound(session, user_id)]


def _sight(session: Session, row: Account) -> AccountSight:
    newest = next(iter(months(session, row.id or 0)), None)
    lines = _charges(session, row.id or 0, newest, newest) if newest else []
    paid = last_payment(session, row.id or 0)
    told = row.updated_at.date()
    return AccountSight(
        row.id or 0, row.number, row.holder, row.address,
        (newest, sum((line.charged for line in lines), ZERO)) if newest else None,
        due_now(session, row.id or 0) or ZERO, max(told, paid.paid_on) if paid else told,
        (paid.paid_on, paid.amount) if paid else None,
        [TariffSight(c.service, c.meters, c.provider, c.tariff, c.unit, c.provider_details) for c in lines],
    )  # fmt: skip


def last_payment(session: Session, account_id: int) -> AccountPayment | None:
    query = select(AccountPayment).where(AccountPayment.account_id == account_id)
    return session.exec(query.order_by(col(AccountPayment.paid_on).desc(), col(AccountPayment.id).desc())).first()


# ------------------------------------------------------------------------------------------------ bills
def months(session: Session, account_id: int) -> list[date]:
    """Months with a bill, the newest first."""
    query = select(col(Charge.month)).where(Charge.account_id == account_id).distinct()
    return list(session.exec(query.order_by(col(Charge.month).desc())).all())


def bill(session: Session, account_id: int, month: date) -> Bill:
    """The bill of a month; without lines when the billing told none."""
    lines = [_line(row) for row in _charges(session, account_id, month, month)]
    return Bill(month, rules.next_month(month), lines, sum((line.due for line in lines), ZERO))


def _line(row: Charge) -> BillLine:
    due = rules.due(row.debt, row.paid, row.charged, row.recalculated)
    return BillLine(row.service, row.provider, row.tariff, row.unit, row.debt, row.paid, row.volume, row.charged,
                    row.recalculated, due)  # fmt: skip


def newest_total(session: Session, account_id: int) -> Decimal | None:
    """The sum to pay that the newest payment document asks for; None when there is none."""
    newest = next(iter(months(session, account_id)), None)
    return bill(session, account_id, newest).total if newest else None


def due_now(session: Session, account_id: int) -> Decimal | None:
    """The newest bill less what was paid since it was formed."""
    newest = next(iter(months(session, account_id)), None)
    if newest is None:
        return None
    query = select(func.coalesce(func.sum(AccountPayment.amount), 0)).where(
        AccountPayment.account_id == account_id, AccountPayment.paid_on >= rules.next_month(newest)
    )
    return bill(session, account_id, newest).total - Decimal(session.exec(query).one())


def _charges(session: Session, account_id: int, first: date, last: date) -> Sequence[Charge]:
    query = select(Charge).where(Charge.account_id == account_id, Charge.month >= first, Charge.month <= last)
    return session.exec(query.order_by(col(Charge.month).desc(), col(Charge.id))).all()


# ------------------------------------------------------------------------------------------------ meters
def meters(session: Session, account_id: int, today: date, kind: str = MeterKind.INDIVIDUAL) -> list[MeterSight]:
    """Meters of one kind that are not removed; `today` is local: the period begins with its month."""
    query = select(Meter).where(Meter.account_id == account_id, Meter.kind == kind)
    rows = session.exec(query.order_by(col(Meter.service), col(Meter.serial), col(Meter.zone))).all()
    return [_meter(session, row, today) for row in rows if row.removed_on is None or row.removed_on > today]


def _meter(session: Session, row: Meter, today: date) -> MeterSight:
    why = rules.refusal(row, today)
    return MeterSight(
        row.id or 0, row.service, row.kind, row.description, row.serial, row.zone, row.digits, row.decimals, row.unit,
        row.verified_until, newest_reading(session, row.id or 0, today.replace(day=1)),
        newest_reading(session, row.id or 0, today), why.template if why else "",
    )  # fmt: skip


def newest_reading(session: Session, meter_id: int, last: date) -> Reading | None:
    """The newest one up to this day; of one day the one that was entered last."""
    return session.exec(_up_to(meter_id, last)).first()


def holding(session: Session, meter_id: int, day: date, source: str) -> Reading | None:
    """The reading of this day and source that nothing has replaced."""
    query = select(Reading).where(Reading.meter_id == meter_id, Reading.day == day, Reading.source == source)
    return session.exec(query.where(col(Reading.replaced_at).is_(None))).first()


def before_today(session: Session, meter_id: int, today: date) -> Reading | None:
    """What today's reading of the customer follows: he may correct it the same day, so his own of today does not count."""
    own = and_(col(Reading.day) == today, col(Reading.source) == Source.CABINET)
    query = _up_to(meter_id, today).where(not_(own))
    return session.exec(query).first()


def _up_to(meter_id: int, last: date) -> SelectOfScalar[Reading]:
    query = select(Reading).where(Reading.meter_id == meter_id, Reading.day <= last, col(Reading.replaced_at).is_(None))
    return query.order_by(col(Reading.day).desc(), col(Reading.id).desc())


# ------------------------------------------------------------------------------------------------ reports
def payments(session: Session, account_id: int, first: date, last: date) -> Sequence[AccountPayment]:
    """Row R-76: the newest first, both days are in."""
    query = select(AccountPayment).where(
        AccountPayment.account_id == account_id, AccountPayment.paid_on >= first, AccountPayment.paid_on <= last
    )
    return session.exec(query.order_by(col(AccountPayment.paid_on).desc(), col(AccountPayment.id).desc())).all()


def charges(session: Session, account_id: int, first_month: date, last_month: date) -> list[Bill]:
    """Row R-79: bills of these months (their first days), the newest first; months without one are left out."""
    return [bill(session, account_id, m) for m in months(session, account_id) if first_month <= m <= last_month]


def readings(session: Session, account_id: int, kind: str, first: date, last: date) -> list[ReadingSight]:
    """Rows R-80 and R-82: readings that hold, of one kind of meters, the newest first; both days are in."""
    query = select(Reading, Meter).join(Meter, col(Reading.meter_id) == Meter.id)
    query = query.where(Meter.account_id == account_id, Meter.kind == kind, Reading.day <= last)
    query = query.where(col(Reading.replaced_at).is_(None)).order_by(col(Meter.id), col(Reading.day), col(Reading.id))
    found: list[ReadingSight] = []
    before: Reading | None = None
    for row, meter in session.exec(query):
        found.append(_reading(row, meter, before if before and before.meter_id == row.meter_id else None))
        before = row
    return sorted((r for r in found if r.day >= first), key=lambda r: r.day, reverse=True)


def _reading(row: Reading, meter: Meter, before: Reading | None) -> ReadingSight:
    consumed = rules.consumption(before.value, row.value, meter.digits).volume if before else None
    return ReadingSight(
        meter.service, meter.serial, meter.zone, meter.description, meter.unit, row.day, row.value, consumed, row.source,
        row.entered_at,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ registers
def registers(session: Session, limit: int = 50) -> Sequence[Register]:
    """Files that were taken in, the newest first."""
    return session.exec(select(Register).order_by(col(Register.id).desc()).limit(limit)).all()
