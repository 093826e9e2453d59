"""What the cabinet shows of a personal account. Shapes only: no sentence and no markup."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from models.account.tables import Reading


@dataclass(frozen=True)
class TariffSight:
    """A line of the table «Тарифы» (row R-32); `details`: how the provider is reached and paid (row R-27)."""

    service: str
    meters: int
    provider: str
    tariff: Decimal
    unit: str
    details: str = ""


@dataclass(frozen=True)
class AccountSight:
    """An account on the page «Лицевые счета» (rows R-27…R-32). `charged`: month (its first day) and sum of the newest bill;
    `due` on the day `due_on`: the newest bill less what was paid since; below zero it is an advance."""

    id: int
    number: str
    holder: str
    address: str
    charged: tuple[date, Decimal] | None
    due: Decimal
    due_on: date
    last_payment: tuple[date, Decimal] | None
    tariffs: list[TariffSight]


@dataclass(frozen=True)
class BillLine:
    """A service of a bill (rows R-37…R-44), roubles and units."""

    service: str
    provider: str
    tariff: Decimal
    unit: str
    debt: Decimal
    paid: Decimal
    volume: Decimal
    charged: Decimal
    recalculated: Decimal
    due: Decimal


@dataclass(frozen=True)
class Bill:
    """A bill of a month, told as of the first day after it (row R-36)."""

    month: date
    as_of: date
    lines: list[BillLine]
    total: Decimal


@dataclass(frozen=True)
class MeterSight:
    """A meter on the page «Ввод показаний» (row R-50). `start`: the reading at the beginning of this month or before it;
    `last`: the newest one. `refused`: why readings are not taken, an English template for gettext, or empty."""

    id: int
    service: str
    kind: str
    description: str
    serial: str
    zone: str
    digits: int
    decimals: int
    unit: str
    verified_until: date | None
    start: Reading | None
    last: Reading | None
    refused: str = ""


@dataclass(frozen=True)
class ReadingSight:
    """A line of the report «Показания приборов учета». `consumed`: since the reading before it, None for the first one."""

    service: str
    serial: str
    zone: str
    description: str
    unit: str
    day: date
    value: Decimal
    consumed: Decimal | None
    source: str
    entered_at: datetime
