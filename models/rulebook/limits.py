"""Limits of a day: what the cabinet allows in size and number, and what an act or the company has named as a plain number.
Reads rows, knows no other noun."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from models.process.words import N_
from models.rulebook.tables import DatedLimit


@dataclass(frozen=True)
class Limit:
    """What it is; the least and the most that this program can carry; what holds where no row says anything."""

    title: str
    least: int
    most: int
    usual: int


LIMITS: dict[str, Limit] = {
    "file_mb": Limit(N_("The largest file an applicant may send, MB"), 1, 10, 10),
    "files_a_case": Limit(N_("Files in one application at most"), 5, 200, 200),
    "instalment_points": Limit(N_("Interest of instalments above the key rate, percentage points"), 0, 20, 4),
    "conditions_years": Limit(N_("Technical conditions are valid at most, years"), 2, 10, 6),
    "temporary_months": Limit(N_("Movable objects are connected at most, months"), 1, 60, 12),
    "first_look_hours": Limit(N_("We look at a message within, hours"), 1, 72, 4),
}


def limit(session: Session, name: str, day: date) -> Decimal:
    """The limit in force on `day`; the usual one without a row."""
    for first, last, value in _rows(session, name):
        if first <= day and (last is None or day <= last):
            return value
    return Decimal(LIMITS[name].usual)


def steps(session: Session, name: str) -> list[tuple[date, Decimal]]:
    """Every edition as (first day, value), the oldest first."""
    return [(first, value) for first, _last, value in _rows(session, name)]


def _rows(session: Session, name: str) -> Sequence[tuple[date, date | None, Decimal]]:
    query = select(DatedLimit).where(DatedLimit.name == name).order_by(col(DatedLimit.valid_from))
    return [(row.valid_from, row.valid_to, row.value) for row in session.exec(query)]
