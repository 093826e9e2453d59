"""Editions in a line: the one before ends a day earlier than the next begins. Knows days, not what a rule says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from sqlmodel import Session, SQLModel, col, select

from models.payment.ledger_tables import KeyRate
from models.payment.tables import FeeRate, VatRate
from models.people.access_tables import RetentionEdition
from models.process.errors import Invalid, NotFound
from models.process.tables import TermRule
from models.process.words import N_
from models.rulebook.tables import DatedLimit, Kind

ONE_DAY = timedelta(days=1)


class Edition(Protocol):
    """A dated row. The key rate has no last day: it is valid until the next one."""

    valid_from: date


@dataclass(frozen=True)
class Book:
    """Where editions of a kind stand: `key` names one rule, `says` is what an edition may change."""

    table: type[SQLModel]
    key: tuple[str, ...]
    says: tuple[str, ...]


BOOKS: dict[Kind, Book] = {
    Kind.TERM: Book(TermRule, ("rule",), ("title", "length", "unit", "lengths", "alternative", "condition", "on_lapse",
                    "reminders", "grace", "basis", "confidence", "contested", "enabled")),
    Kind.RATE: Book(FeeRate, ("code", "voltage"), ("title", "amount", "unit", "vat_included", "basis")),
    Kind.VAT: Book(VatRate, (), ("percent", "basis")),
    Kind.KEY_RATE: Book(KeyRate, (), ("percent", "basis", "confidence")),
    Kind.RETENTION: Book(RetentionEdition, ("name",), ("days", "basis", "confidence")),
    Kind.LIMIT: Book(DatedLimit, ("name",), ("value", "basis")),
}  # fmt: skip


def code_of(kind: Kind, row: Any) -> str:
    """'TP-01', 'C8.1|0.4', 'vat', 'appeal', 'file_mb'. No two processes call a rule the same."""
    return "|".join(str(getattr(row, column)) for column in BOOKS[kind].key) or str(kind)


def key_of(kind: Kind, code: str) -> dict[str, str]:
    """Column → value; raises NotFound for a code of another shape."""
    columns = BOOKS[kind].key
    parts = code.split("|") if columns else []
    if len(parts) != len(columns):
        raise NotFound
    return dict(zip(columns, parts, strict=True))


def of(session: Session, kind: Kind, code: str) -> Sequence[Any]:
    """Every edition of one rule, the oldest first."""
    table: Any = BOOKS[kind].table
    query = select(table)
    for column, value in key_of(kind, code).items():
        query = query.where(getattr(table, column) == value)
    return session.exec(query.order_by(col(table.valid_from))).all()


def last_day(row: Any, after: Any | None) -> date | None:
    """The last day of an edition, said by itself or by the one that follows."""
    told: date | None = getattr(row, "valid_to", None)
    return told if told is not None or after is None else after.valid_from - ONE_DAY


def on(rows: Sequence[Any], day: date) -> Any | None:
    """The edition valid on `day`, of editions in order."""
    for row, after in zip(rows, [*rows[1:], *([None] if rows else [])], strict=True):
        last = last_day(row, after)
        if row.valid_from <= day and (last is None or day <= last):
            return row
    return None


def insert(session: Session, row: Any) -> None:
    """An edition that comes with the program, at its place among those that are there. Its own last day wins when it has one."""
    kind = next(k for k, book in BOOKS.items() if isinstance(row, book.table))
    table: Any = BOOKS[kind].table
    query = select(table)
    for column in BOOKS[kind].key:
        query = query.where(getattr(table, column) == getattr(row, column))
    last = row.valid_to
    place(session, row, session.exec(query.order_by(col(table.valid_from))).all())
    if last is not None and (row.valid_to is None or last < row.valid_to):
        row.valid_to = last
        session.flush()


def place(session: Session, row: Any, others: Sequence[Any]) -> None:
    """Into the line: the edition in whose time the new one begins ends the day before, the new one takes the rest of its
    time. Raises Invalid("valid_from") when one begins on this very day."""
    if any(o.valid_from == row.valid_from for o in others):
        raise Invalid("valid_from", N_("An edition begins on this day already: choose another one"))
    before = on(others, row.valid_from)
    after = next((o for o in others if o.valid_from > row.valid_from), None)
    if hasattr(row, "valid_to"):
        row.valid_to = before.valid_to if before is not None else after.valid_from - ONE_DAY if after else None
        if before is not None:
            before.valid_to = row.valid_from - ONE_DAY
            session.add(before)
            session.flush()  # the room is made before it is taken: two editions never share a day
    session.add(row)
    session.flush()
