"""Money that came and went: receipts, returns, interest of instalments, bank statements, estimates of the calculator.

A receipt is never changed into another one: a wrong match is reversed and the money is noted anew."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.process import columns


class KeyRate(SQLModel, table=True):
    """The key rate of the Bank of Russia from a day on; the interest of instalments is counted from it."""

    __tablename__ = "key_rate"

    id: int | None = columns.identity()
    percent: Decimal = Field(sa_type=Numeric(5, 2))
    basis: str
    confidence: str = "memory"  # confirmed | page | memory
    valid_from: date = Field(unique=True)


class Interest(SQLModel, table=True):
    """Interest of one stretch of days on the outstanding part, written once; its days never overlap."""

    __tablename__ = "interest"
    __table_args__ = (UniqueConstraint("invoice_id", "day_from"),)

    id: int | None = columns.identity()
    invoice_id: int = columns.link("invoice.id")
    instalment_id: int = columns.link("instalment.id")  # with which part it is paid
    day_from: date  # first and last day that bear interest
    day_to: date
    days: int
    principal: Decimal = columns.money(...)
    percent: Decimal = Field(sa_type=Numeric(5, 2))  # a year: the key rate and what the law adds
    amount: Decimal = columns.money(...)


class StatementState(StrEnum):
    CREDITED = "credited"  # belongs to a case, by itself or by hand
    PROPOSED = "proposed"  # looks like a case: somebody has to say so
    UNMATCHED = "unmatched"
    SENT_BACK = "sent_back"
    OUTGOING = "outgoing"  # we paid it: nothing to match


WAITING_LINES = (StatementState.PROPOSED, StatementState.UNMATCHED)


class BankStatement(SQLModel, table=True):
    """One imported file of the bank. The same file again is the same row."""

    __tablename__ = "bank_statement"

    id: int | None = columns.identity()
    name: str
    sha256: str = Field(unique=True)
    account: str
    day_from: date | None = None
    day_to: date | None = None
    lines: int = 0  # documents in the file
    known: int = 0  # of them known from an earlier file
    imported_by: int = columns.link("app_user.id")
    imported_at: datetime = columns.moment(...)


class BankLine(SQLModel, table=True):
    """One payment document of a statement. `key` is the bank's own identity of it: two files that tell it are one row."""

    __tablename__ = "bank_line"
    __table_args__ = (Index("bank_line_waiting", "state", "id"),)

    id: int | None = columns.identity()
    statement_id: int = columns.link("bank_statement.id")
    key: str = Field(unique=True)
    row: int  # line of the file where the document begins
    number: str
    day: date
    amount: Decimal = columns.money(...)
    payer: str = ""
    payer_inn: str = ""
    payer_account: str = ""
    purpose: str = ""
    state: str = StatementState.UNMATCHED
    application_id: int | None = columns.link("connection.id", nullable=True)  # credited to, or proposed
    score: int = 0
    reason: str = ""
    decided_by: int | None = columns.link("app_user.id", nullable=True)
    decided_at: datetime | None = columns.moment()


class Receipt(SQLModel, table=True):
    """Money that has come for a case: through the bank's page or by a line of a statement. One of them is one receipt."""

    __tablename__ = "receipt"
    __table_args__ = (
        Index("receipt_of_line", "line_id", unique=True, postgresql_where=text("reversed_at is null")),
        CheckConstraint("amount > 0 and num_nonnulls(order_id, line_id) = 1", "receipt_has_a_source"),
    )

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    amount: Decimal = columns.money(...)
    order_id: int | None = columns.link("payment_order.id", nullable=True, index=False, unique=True)
    line_id: int | None = columns.link("bank_line.id", nullable=True)  # one live receipt a line: index receipt_of_line
    paid_at: datetime = columns.moment(...)  # the payer's day
    credited_at: datetime = columns.moment(...)
    reversed_at: datetime | None = columns.moment()  # it was somebody else's money: as if it had never come
    reason: str = ""


class RefundState(StrEnum):
    PROPOSED = "proposed"  # a second person has to agree
    ORDERED = "ordered"  # the payment process carries it to the bank
    TRANSFER = "transfer"  # came by a transfer: goes back by a payment order of the accountant
    DONE = "done"
    REFUSED = "refused"  # by the bank or by the second person: the money is still ours to return


OPEN_REFUNDS = (RefundState.PROPOSED, RefundState.ORDERED, RefundState.TRANSFER)


class Refund(SQLModel, table=True):
    """Return of money: a row, then the effect, then its outcome. `order_id` says through which payment of the bank."""

    __tablename__ = "refund"
    __table_args__ = (CheckConstraint("amount > 0", "refund_is_money"),)

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    order_id: int | None = columns.link("payment_order.id", nullable=True)
    amount: Decimal = columns.money(...)
    ground: str
    state: str = RefundState.ORDERED
    error: str = ""
    tries: int = 0
    paper: str = ""  # number of the accountant's payment order
    account: dict[str, str] = columns.document()  # where a transfer goes back to: bic, account, name
    ordered_by: int | None = columns.link("app_user.id", nullable=True)
    approved_by: int | None = columns.link("app_user.id", nullable=True)
    ordered_at: datetime = columns.moment(...)
    done_at: datetime | None = columns.moment()


class Estimate(SQLModel, table=True):
    """What a visitor typed into the public calculator, kept for his application. Nothing personal."""

    __tablename__ = "estimate"

    id: int | None = columns.identity()
    token: str = Field(unique=True)
    values: dict[str, Any] = columns.document()
    total: Decimal = columns.money(...)
    made_at: datetime = columns.moment(..., index=True)
