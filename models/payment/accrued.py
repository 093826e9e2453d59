"""The interest of instalments as it was counted: each stretch of days with the key rate it stands on, and whether a later
decision of the Bank of Russia may have been missed. Reads, counts nothing anew. ПП 861, п. 104."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from models.payment.ledger_tables import Interest, KeyRate
from models.payment.queries import interest_rows


@dataclass(frozen=True)
class Accrued:
    """One stretch. `key_percent` a year was set by `basis` from `since` on; `last_known`: no later row stands in the rules, so
    these days took the last rate that is known."""

    row: Interest
    key_percent: Decimal
    since: date
    basis: str
    last_known: bool


def accrued(session: Session, invoice_id: int) -> list[Accrued]:
    """The oldest first; nothing for an invoice without instalments."""
    rows = interest_rows(session, invoice_id)
    rates = session.exec(select(KeyRate).order_by(col(KeyRate.valid_from))).all() if rows else ()
    return [_told(row, rates) for row in rows]


def _told(row: Interest, rates: Sequence[KeyRate]) -> Accrued:
    """By the first day of the stretch: it is cut where a rate begins."""
    rate = [r for r in rates if r.valid_from <= row.day_from][-1]
    return Accrued(row, rate.percent, rate.valid_from, rate.basis, last_known=rate is rates[-1])
