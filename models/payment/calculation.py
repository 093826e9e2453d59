"""Shapes of a fee: what it depends on, its lines, the rates of a day. Nothing is decided here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from models.payment.tables import FeeRate
from models.process.errors import FeederError

KOPECK = Decimal("0.01")
HUNDRED = Decimal(100)


def kopecks(value: Decimal) -> Decimal:
    """Rounded half up to the kopeck."""
    return value.quantize(KOPECK, ROUND_HALF_UP)


class NoRate(FeederError, KeyError):
    template = "The regulator has set no rate %(code)s for %(voltage)s kV: choose another work or meter"


class NoProject(FeederError, LookupError):
    """ПП 861, п. 30(1), 30(5)."""

    template = "There is no technical possibility: the regulator sets the fee by an individual project. Write its sum and decision"


class Floor(StrEnum):
    """What п. 17(4) puts under the preferential fee; contested, so a setting of the utility."""

    STRICT = "strict"  # C1.1
    WIDE = "wide"  # C1 + C8
    NONE = "none"


class Method(StrEnum):
    STANDARD = "standard"  # standardised rates
    BY_POWER = "by_power"  # rate for a kW of maximum power, where the regulator has set one
    PREFERENTIAL = "preferential"  # rate for a kW (п. 17)
    FLOOR = "floor"  # the preferential fee raised to the floor of п. 17(4)
    SOCIAL = "social"  # social rate for a kW
    NO_LAST_MILE = "no_last_mile"  # C1 + C8: organisations near the grid
    MICRO = "micro"  # organisations near the grid with micro-generation: C1 + C8 and the generation by the cheaper way
    INCREASE = "increase"  # C1.1 (+ C8 when the meter is replaced): increase of power, п. 17(4)
    INDIVIDUAL = "individual"  # individual project: no technical possibility (п. 30(1), 30(5))
    REISSUE = "reissue"  # papers made anew (п. 67–74): at most the dated sum


@dataclass(frozen=True)
class Site:
    """What the fee depends on. Power in kW, distances in metres, lengths in km. Defaults are those of a plain house."""

    individual: bool
    kw: Decimal
    prior_kw: Decimal = Decimal(0)
    voltage: str = "0.4"
    distance_m: int = 0
    town: bool = False
    household: bool = True
    social: bool = False
    increase: bool = False
    meter_replaced: bool = True
    checked: bool = False  # the installation is inspected: C1.2.2 instead of C1.2.1
    cheap_refused: bool = False  # right under a year, flat, used within three years
    meter_rate: str = "C8.1"  # which metering point
    meters: int = 1
    works: tuple[tuple[str, Decimal], ...] = ()  # (rate code, quantity in the unit of the rate)
    generation_kw: Decimal = Decimal(0)
    reliability: str = "III"  # the cheap cases are for the third category
    generation_works: tuple[tuple[str, Decimal], ...] = ()  # works that only the generation needs
    generation_micro: bool = True  # up to 15 kW; larger generation pays the standardised rates
    temporary: bool = False  # п. 13: no cheap rate
    voltage_changed: bool = False  # 220 → 380 V: counted as a new connection
    reissue: bool = False  # only papers are made anew
    possible: bool = True  # there is technical possibility (п. 28)
    project_net: Decimal | None = None  # the regulator's fee of an individual project, without VAT
    project_basis: str = ""  # its decision
    choice: Method | None = None  # the applicant's: STANDARD or BY_POWER; the cheaper one when he says nothing


@dataclass(frozen=True)
class Line:
    """One row of the calculation; with VAT or without it as Fee.with_vat says."""

    code: str
    title: str
    unit: str
    quantity: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Fee:
    """total = net + vat; `lines` are those of the chosen method; the other figures tell why it was chosen."""

    method: Method
    lines: tuple[Line, ...]
    total: Decimal
    vat: Decimal
    vat_percent: Decimal
    standard_total: Decimal
    preferential_total: Decimal | None = None
    floor_total: Decimal | None = None
    rate: Decimal | None = None
    basis: str = ""
    with_vat: bool = False  # prices of the lines: rates for a kW include VAT, standardised ones do not
    ground: str = ""  # the paragraph that gives this method
    by_power_total: Decimal | None = None  # where the applicant may choose between the two methods

    @property
    def net(self) -> Decimal:
        return self.total - self.vat

    def as_json(self) -> dict[str, Any]:
        """For the invoice's row: the whole calculation, money as strings."""
        optional = {
            "preferential_total": self.preferential_total,
            "floor_total": self.floor_total,
            "rate": self.rate,
            "by_power_total": self.by_power_total,
        }
        return {
            "method": self.method,
            "total": str(self.total),
            "net": str(self.net),
            "vat": str(self.vat),
            "vat_percent": _plain(self.vat_percent),
            "standard_total": str(self.standard_total),
            "basis": self.basis,
            "ground": self.ground,
            "with_vat": self.with_vat,
            "lines": [_line(ln) for ln in self.lines],
        } | {k: None if v is None else str(v) for k, v in optional.items()}


def _line(ln: Line) -> dict[str, str]:
    return {
        "code": ln.code,
        "title": ln.title,
        "unit": ln.unit,
        "quantity": _plain(ln.quantity),
        "price": str(ln.price),
        "amount": str(ln.amount),
    }


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


@dataclass(frozen=True)
class Rates:
    """Rates of one day: (code, voltage) → row. Raises KeyError naming a rate that the regulator has not set."""

    rows: Mapping[tuple[str, str], FeeRate]
    vat_percent: Decimal
    floor: Floor = Floor.STRICT
    basis: str = field(default="")

    def find(self, code: str, voltage: str) -> FeeRate | None:
        return self.rows.get((code, voltage)) or self.rows.get((code, "*"))

    def get(self, code: str, voltage: str) -> FeeRate:
        found = self.find(code, voltage)
        if found is None:
            raise NoRate(code=code, voltage=voltage)
        return found
