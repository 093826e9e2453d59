"""Personal accounts, their meters, readings, charges and payments as the billing told them last. Shapes only."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.process import columns
from models.process.words import N_

SUBJECT = "account"  # of audit rows
VOLUME = Numeric(14, 3)
TARIFF = Numeric(12, 4)


class MeterKind(StrEnum):
    """Whose consumption a meter counts."""

    INDIVIDUAL = "individual"
    COMMON = "common"


METER_KINDS = {MeterKind.INDIVIDUAL: N_("Individual meter"), MeterKind.COMMON: N_("Common meter of the house")}


class Source(StrEnum):
    """Where a reading comes from."""

    CABINET = "cabinet"
    OFFICE = "office"
    CONTROL = "control"  # taken at the meter by somebody of the company


SOURCES = {
    Source.CABINET: N_("entered in the cabinet"),
    Source.OFFICE: N_("taken at the office"),
    Source.CONTROL: N_("control reading"),
}


class RegisterKind(StrEnum):
    """Registers that the billing gives."""

    ACCOUNTS = "accounts"
    CHARGES = "charges"
    PAYMENTS = "payments"
    METERS = "meters"


REGISTERS = {
    RegisterKind.ACCOUNTS: N_("Accounts"),
    RegisterKind.CHARGES: N_("Charges"),
    RegisterKind.PAYMENTS: N_("Payments that came"),
    RegisterKind.METERS: N_("Meters and readings"),
}


class Account(SQLModel, table=True):
    """A personal account: number, owner and object as the billing names them."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("number ~ '^[0-9]{6,20}$'", name="account_number_of_digits"),)

    id: int | None = columns.identity()
    number: str = Field(unique=True)
    holder: str
    address: str
    branch_id: int | None = columns.link("branch.id", nullable=True)
    updated_at: datetime = columns.moment(...)


class AccountBinding(SQLModel, table=True):
    """Who sees an account in his cabinet. An ended one shows nothing any more."""

    __tablename__ = "account_binding"
    __table_args__ = (
        Index("account_binding_one", "user_id", "account_id", unique=True, postgresql_where=text("ended_at is null")),
    )

    id: int | None = columns.identity()
    account_id: int = columns.link("account.id")
    user_id: int = columns.link("app_user.id")
    bound_at: datetime = columns.moment(...)
    ended_at: datetime | None = columns.moment()


class Meter(SQLModel, table=True):
    """One counter: a meter of two tariffs is two rows, told apart by `zone`. `digits` stand before the point."""

    __tablename__ = "account_meter"
    __table_args__ = (
        UniqueConstraint("account_id", "serial", "zone", name="account_meter_once"),
        CheckConstraint("digits between 3 and 10 and decimals between 0 and 3", name="account_meter_digits"),
        CheckConstraint("kind in ('individual', 'common')", name="account_meter_kind"),
    )

    id: int | None = columns.identity()
    account_id: int = columns.link("account.id")
    service: str
    kind: str  # MeterKind
    description: str = ""
    serial: str
    zone: str = ""  # день, ночь; empty: the meter has one tariff
    digits: int
    decimals: int = 0
    unit: str
    verified_until: date | None = None
    removed_on: date | None = None


class Reading(SQLModel, table=True):
    """What a meter showed on a day. Another value for the same day and source replaces it; both stay."""

    __tablename__ = "account_reading"
    __table_args__ = (
        Index(
            "account_reading_one", "meter_id", "day", "source", unique=True,
            postgresql_where=text("replaced_at is null"),
        ),
        CheckConstraint("value >= 0", name="account_reading_not_negative"),
        CheckConstraint("source in ('cabinet', 'office', 'control')", name="account_reading_source"),
    )  # fmt: skip

    id: int | None = columns.identity()
    meter_id: int = columns.link("account_meter.id", index=False)
    day: date
    value: Decimal = Field(sa_type=VOLUME)
    source: str  # Source
    user_id: int | None = columns.link("app_user.id", nullable=True)
    entered_at: datetime = columns.moment(...)
    replaced_at: datetime | None = columns.moment()


class Charge(SQLModel, table=True):
    """One line of a bill. `debt` is signed: below zero it is an advance (row R-39); so is `recalculated` (row R-43)."""

    __tablename__ = "account_charge"
    __table_args__ = (
        UniqueConstraint("account_id", "month", "service", name="account_charge_once"),
        CheckConstraint("extract(day from month) = 1", name="account_charge_month"),
    )

    id: int | None = columns.identity()
    account_id: int = columns.link("account.id", index=False)
    month: date  # the first day of it
    service: str
    provider: str
    provider_details: str = ""
    meters: int = 0
    unit: str = ""
    tariff: Decimal = Field(sa_type=TARIFF)
    debt: Decimal = columns.money(...)
    paid: Decimal = columns.money(...)
    volume: Decimal = Field(sa_type=VOLUME)
    charged: Decimal = columns.money(...)
    recalculated: Decimal = columns.money(...)


class AccountPayment(SQLModel, table=True):
    """Money that reached the account: when, how much, where it was paid. `number` is the billing's own."""

    __tablename__ = "account_payment"
    __table_args__ = (
        UniqueConstraint("account_id", "number", name="account_payment_once"),
        Index("account_payment_by_day", "account_id", "paid_on"),
        CheckConstraint("amount > 0", name="account_payment_amount"),
    )

    id: int | None = columns.identity()
    account_id: int = columns.link("account.id", index=False)
    number: str
    paid_on: date
    amount: Decimal = columns.money(...)
    place: str = ""


class Register(SQLModel, table=True):
    """One file of the billing that was taken in, and the lines of it that were put aside."""

    __tablename__ = "account_register"

    id: int | None = columns.identity()
    kind: str  # RegisterKind
    name: str
    lines: int
    made: int
    changed: int
    refused: list[dict[str, Any]] = columns.array()  # the first of them: line, number, template, facts
    refused_count: int = 0
    loaded_by: int = columns.link("app_user.id", index=False)
    loaded_at: datetime = columns.moment(..., index=True)
