"""The interest of instalments as it was counted: each stretch of days with the key rate it stands on, and whether a later
decision of the Bank of Russia may have been missed. Reads, counts nothing anew. ПП 861, п. 104."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from models.payment.ledger_tables import Interest, KeyRate
from models.payment.queries import interest_rows
from models.rulebook.limits import limit


@dataclass(frozen=True)
class Accrued:
    """One stretch. `key_percent` a year was set by `basis` from `since` on; `last_known`: no later row stands in the rules, so
    these days took the last rate that is known; `paid`: the days have another rate by now, but their part was paid before it
    was known here, and nothing more is asked for it."""

    row: Interest
    key_percent: Decimal
    since: date
    basis: str
    last_known: bool
    paid: bool = False


def accrued(session: Session, invoice_id: int) -> list[Accrued]:
    """The oldest first; nothing for an invoice without instalments."""
    rows = interest_rows(session, invoice_id)
    rates = session.exec(select(KeyRate).order_by(col(KeyRate.valid_from))).all() if rows else ()
    return [_told(row, rates, limit(session, "instalment_points", row.day_from)) for row in rows]


def _told(row: Interest, rates: Sequence[KeyRate], points: Decimal) -> Accrued:
    """By the first day of the stretch: it is cut where a rate begins, unless that rate came after it was paid."""
    known = [r for r in rates if r.valid_from <= row.day_from]
    of_row = [r for r in known if r.percent + points == row.percent]
    rate = of_row[-1] if of_row else known[-1]
    paid = rate is not known[-1] or any(row.day_from < r.valid_from <= row.day_to for r in rates)
    return Accrued(row, rate.percent, rate.valid_from, rate.basis, last_known=rate is rates[-1], paid=paid)
