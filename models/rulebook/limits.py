"""Limits of a day: what the cabinet allows in size and number. Reads rows, knows no other noun."""

from datetime import date
from decimal import Decimal

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.process.words import N_
from models.rulebook.tables import DatedLimit

# name: (what it is, the least and the most that this program can carry)
LIMITS: dict[str, tuple[str, int, int]] = {
    "file_mb": (N_("The largest file an applicant may send, MB"), 1, 10),
    "files_a_case": (N_("Files in one application at most"), 5, 200),
}


def limit(session: Session, name: str, day: date) -> Decimal:
    """The limit in force on `day`; without a row what the program can carry at most."""
    query = select(DatedLimit).where(
        DatedLimit.name == name,
        DatedLimit.valid_from <= day,
        or_(col(DatedLimit.valid_to).is_(None), col(DatedLimit.valid_to) >= day),
    )
    found = session.exec(query).first()
    return found.value if found is not None else Decimal(LIMITS[name][2])
