"""Rates and schedules as dated rows; invoices, instalments, orders at the bank, and what the bank told."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Numeric, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.process import columns


class FeeRate(SQLModel, table=True):
    """A standardised rate С1…С8 or a rate for a kilowatt, by voltage, as the regulator set it."""

    __tablename__ = "fee_rate"
    __table_args__ = (UniqueConstraint("code", "voltage", "valid_from"),)

    id: int | None = columns.identity()
    code: str  # C1.1, C2.3.1.4.1.1, C8.3.1, PREF, SOCIAL
    voltage: str  # "0.4" or "1-20"
    title: str
    amount: Decimal = columns.money(...)
    unit: str  # connection | km | piece | kW | point
    vat_included: bool = False
    basis: str
    valid_from: date
    valid_to: date | None = None


class VatRate(SQLModel, table=True):
    __tablename__ = "vat_rate"

    id: int | None = columns.identity()
    percent: Decimal = Field(sa_type=Numeric(5, 2))
    basis: str
    valid_from: date = Field(unique=True)
    valid_to: date | None = None


class ScheduleRow(SQLModel, table=True):
    """One part of a payment template (PAY-X25: 15/30/35/20 %). `event` + `offset` days give its last day."""

    __tablename__ = "payment_schedule"
    __table_args__ = (UniqueConstraint("template", "seq", "valid_from"),)

    id: int | None = columns.identity()
    template: str
    seq: int
    percent: Decimal = Field(sa_type=Numeric(5, 2))
    event: str  # invoice.placed | contract.concluded | connection.made | act_or_notice.placed | …; first by TP-06X
    offset: int
    unit: str
    repeat: int = Field(
        default=1, sa_column_kwargs={"server_default": "1"}
    )  # in so many equal parts, one every `offset`
    not_later: str = Field(default="", sa_column_kwargs={"server_default": ""})  # an event that ends the time earlier
    bears_interest: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    basis: str
    confidence: str = "confirmed"
    contested: str = ""
    enabled: bool = True
    valid_from: date
    valid_to: date | None = None


class Invoice(SQLModel, table=True):
    """The whole fee of one connection; a corrected offer gets a new invoice."""

    __tablename__ = "invoice"
    __table_args__ = (UniqueConstraint("application_id", "version"),)

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    version: int = 1
    number: str = Field(unique=True)
    issued_on: date
    template: str
    total: Decimal = columns.money(...)
    vat: Decimal = columns.money(...)
    vat_percent: Decimal = Field(sa_type=Numeric(5, 2))
    calculation: dict[str, Any] = columns.document()
    annulled_at: datetime | None = columns.moment()
    interest_from: date | None = None  # first day that bears interest; empty until the act or notice is placed


class Instalment(SQLModel, table=True):
    """A part of the fee with its own last day."""

    __tablename__ = "instalment"
    __table_args__ = (UniqueConstraint("invoice_id", "seq"),)

    id: int | None = columns.identity()
    invoice_id: int = columns.link("invoice.id")
    seq: int
    percent: Decimal = Field(sa_type=Numeric(5, 2))
    amount: Decimal = columns.money(...)
    vat: Decimal = columns.money(...)
    due_on: date | None = None  # empty until its event happens
    due_words: str = ""
    due_event: str = Field(default="", sa_column_kwargs={"server_default": ""})  # what its day counts from
    due_offset: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    due_unit: str = Field(default="d", sa_column_kwargs={"server_default": "d"})
    not_later: str = Field(default="", sa_column_kwargs={"server_default": ""})
    bears_interest: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    interest: Decimal = columns.money(Decimal(0), sa_column_kwargs={"server_default": "0"})  # accrued, paid with it
    covered: Decimal = columns.money(Decimal(0), sa_column_kwargs={"server_default": "0"})  # how much of it has come
    paid_at: datetime | None = columns.moment()  # the payer's day: the contract's date
    credited_at: datetime | None = columns.moment()  # the money is on our account: lateness is judged by it

    @property
    def whole(self) -> Decimal:
        """The part and its interest."""
        return self.amount + self.interest

    @property
    def left(self) -> Decimal:
        """Still to pay."""
        return Decimal(0) if self.credited_at else max(self.whole - self.covered, Decimal(0))


class OrderState(StrEnum):
    NEW = "new"
    REGISTERED = "registered"  # the bank shows its page
    PAID = "paid"
    DECLINED = "declined"
    EXPIRED = "expired"


class PaymentOrder(SQLModel, table=True):
    """One attempt to pay instalments through the bank. Card data never come here."""

    __tablename__ = "payment_order"

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    number: str = Field(unique=True)
    instalments: list[int] = columns.array()
    amount: Decimal = columns.money(...)
    state: str = OrderState.NEW
    bank_id: str | None = Field(default=None, unique=True)
    form_url: str = ""
    created_by: int = columns.link("app_user.id")
    created_at: datetime = columns.moment(...)
    expires_at: datetime | None = columns.moment()
    asked_at: datetime | None = columns.moment()
    paid_at: datetime | None = columns.moment()
    error: str = ""


class BankEvent(SQLModel, table=True):
    """What the bank called us about; the same call three times is one row, and never believed without asking."""

    __tablename__ = "bank_event"
    __table_args__ = (UniqueConstraint("bank_id", "operation"),)

    id: int | None = columns.identity()
    bank_id: str
    number: str
    operation: str
    status: str
    at: datetime = columns.moment(...)
    calls: int = 1
