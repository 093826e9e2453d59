"""The fee of a connection and its parts. Pure arithmetic on dated rates; domain b.6, ПП 861 п. 17, 17(4), 103."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from models.payment.tables import FeeRate, ScheduleRow
from models.process.errors import FeederError

KOPECK = Decimal("0.01")
HUNDRED = Decimal(100)


def kopecks(value: Decimal) -> Decimal:
    """Rounded half up to the kopeck."""
    return value.quantize(KOPECK, ROUND_HALF_UP)


class NoRate(FeederError, KeyError):
    template = "The regulator has set no rate %(code)s for %(voltage)s kV: choose another work or meter"


class Floor(StrEnum):
    """What п. 17(4) puts under the preferential fee; contested, so a setting of the utility."""

    STRICT = "strict"  # C1.1
    WIDE = "wide"  # C1 + C8
    NONE = "none"


class Method(StrEnum):
    STANDARD = "standard"  # standardised rates
    PREFERENTIAL = "preferential"  # rate for a kW (п. 17)
    FLOOR = "floor"  # the preferential fee raised to the floor of п. 17(4)
    SOCIAL = "social"  # social rate for a kW
    NO_LAST_MILE = "no_last_mile"  # C1 + C8: organisations near the grid
    INCREASE = "increase"  # C1.1 (+ C8 when the meter is replaced): increase of power, п. 17(4)


@dataclass(frozen=True)
class Site:
    """What the fee depends on. Power in kW, distances in metres, lengths in km."""

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

    @property
    def net(self) -> Decimal:
        return self.total - self.vat

    def as_json(self) -> dict[str, Any]:
        """For the invoice's row: the whole calculation, money as strings."""
        optional = {"preferential_total": self.preferential_total, "floor_total": self.floor_total, "rate": self.rate}
        return {
            "method": self.method,
            "total": str(self.total),
            "net": str(self.net),
            "vat": str(self.vat),
            "vat_percent": _plain(self.vat_percent),
            "standard_total": str(self.standard_total),
            "basis": self.basis,
            "with_vat": self.with_vat,
            "lines": [
                {
                    "code": ln.code,
                    "title": ln.title,
                    "unit": ln.unit,
                    "quantity": _plain(ln.quantity),
                    "price": str(ln.price),
                    "amount": str(ln.amount),
                }
                for ln in self.lines
            ],
        } | {k: None if v is None else str(v) for k, v in optional.items()}


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


@dataclass(frozen=True)
class Rates:
    """Rates of one day: (code, voltage) → row. Raises KeyError naming a rate that the regulator has not set."""

    rows: Mapping[tuple[str, str], FeeRate]
    vat_percent: Decimal
    floor: Floor = Floor.STRICT
    basis: str = field(default="")

    def get(self, code: str, voltage: str) -> FeeRate:
        found = self.rows.get((code, voltage)) or self.rows.get((code, "*"))
        if found is None:
            raise NoRate(code=code, voltage=voltage)
        return found


def near(site: Site, town: int, country: int) -> bool:
    return site.distance_m <= (town if site.town else country)


def fee(site: Site, rates: Rates) -> Fee:
    """The fee by the case table of domain b.6, first match wins. Source: ПП 861, п. 17, 17(4)."""
    total_kw = site.kw + site.prior_kw
    whole = _standard(site, rates)
    if site.increase and total_kw <= 150:
        codes = ["C1.1"] + (["C1.2.2"] if site.checked else [])
        lines = [_line(rates, code, "*", Decimal(1)) for code in codes]
        if site.meter_replaced:
            lines.append(_line(rates, site.meter_rate, site.voltage, Decimal(site.meters)))
        return _by_lines(Method.INCREASE, lines, rates, whole)
    cheap = site.reliability == "III" and not site.cheap_refused
    household = site.individual and total_kw <= 15 and site.household and site.voltage == "0.4"
    if household and cheap and site.social:
        return _cheaper(Method.SOCIAL, "SOCIAL", site, rates, whole, floor=None)
    if household and cheap and near(site, 300, 500):
        return _cheaper(Method.PREFERENTIAL, "PREF", site, rates, whole, floor=_floor(site, rates))
    organisation = not site.individual and total_kw <= 150 and site.voltage == "0.4"
    if organisation and cheap and near(site, 200, 300):
        return _by_lines(Method.NO_LAST_MILE, _without_last_mile(site, rates), rates, whole)
    return whole


def _line(rates: Rates, code: str, voltage: str, quantity: Decimal) -> Line:
    rate = rates.get(code, voltage)
    return Line(code, rate.title, rate.unit, quantity, rate.amount, rate.amount * quantity)


def _connection_lines(site: Site, rates: Rates) -> list[Line]:
    """C1 per connection: conditions, and a notice (≤0.4 kV, this path) or a check."""
    return [
        _line(rates, "C1.1", "*", Decimal(1)),
        _line(rates, "C1.2.2" if site.checked else "C1.2.1", "*", Decimal(1)),
    ]


def _without_last_mile(site: Site, rates: Rates) -> list[Line]:
    return [*_connection_lines(site, rates), _line(rates, site.meter_rate, site.voltage, Decimal(site.meters))]


def _standard(site: Site, rates: Rates) -> Fee:
    """P = C1 + ΣC2·L + … + C8·points, VAT on top (Методические указания 490/22, п. 31)."""
    works = [_line(rates, code, site.voltage, quantity) for code, quantity in site.works]
    meter = _line(rates, site.meter_rate, site.voltage, Decimal(site.meters))
    return _by_lines(Method.STANDARD, [*_connection_lines(site, rates), *works, meter], rates, None)


def _by_lines(method: Method, lines: Sequence[Line], rates: Rates, whole: Fee | None) -> Fee:
    net = sum((ln.amount for ln in lines), Decimal(0))
    total = kopecks(net * (1 + rates.vat_percent / HUNDRED))
    vat = _vat_within(total, rates.vat_percent)
    rounded = _closing(lines, total - vat)
    standard = whole.total if whole else total
    return Fee(method, rounded, total, vat, rates.vat_percent, standard, basis=rates.basis)


def _closing(lines: Sequence[Line], net: Decimal) -> tuple[Line, ...]:
    """Rounded rows that add up to `net`: the last one takes the remainder, as with payments."""
    rounded = [replace(ln, amount=kopecks(ln.amount)) for ln in lines]
    rest = net - sum((ln.amount for ln in rounded), Decimal(0))
    return (*rounded[:-1], replace(rounded[-1], amount=rounded[-1].amount + rest))


def _vat_within(total: Decimal, percent: Decimal) -> Decimal:
    return kopecks(total * percent / (HUNDRED + percent))


def _floor(site: Site, rates: Rates) -> Decimal | None:
    """п. 17, абз. 3 and п. 17(4): what the preferential fee may not fall below, with VAT."""
    if rates.floor is Floor.NONE:
        return None
    lines = [_line(rates, "C1.1", "*", Decimal(1))]
    if rates.floor is Floor.WIDE:
        lines = _without_last_mile(site, rates)
    return _by_lines(Method.FLOOR, lines, rates, None).total


def _cheaper(method: Method, code: str, site: Site, rates: Rates, whole: Fee, floor: Decimal | None) -> Fee:
    """min(standard, max(rate × kW, floor)); rates for a kW include VAT."""
    rate = rates.get(code, site.voltage)
    by_power = kopecks(rate.amount * site.kw)
    raised = max(by_power, floor or Decimal(0))
    if whole.total <= raised:
        return Fee(
            whole.method,
            whole.lines,
            whole.total,
            whole.vat,
            whole.vat_percent,
            whole.total,
            preferential_total=by_power,
            floor_total=floor,
            rate=rate.amount,
            basis=rate.basis,
        )
    vat = _vat_within(raised, rates.vat_percent)
    line = Line(code, rate.title, "kW", site.kw, rate.amount, raised)
    if raised > by_power:  # the floor is made of standardised rates, without VAT
        line = Line("C1.1", rates.get("C1.1", "*").title, "connection", Decimal(1), raised - vat, raised - vat)
    by_floor = raised > by_power
    return Fee(
        Method.FLOOR if by_floor else method,
        (line,),
        raised,
        vat,
        rates.vat_percent,
        whole.total,
        preferential_total=by_power,
        floor_total=floor,
        rate=rate.amount,
        basis=rate.basis,
        with_vat=not by_floor,
    )


@dataclass(frozen=True)
class Part:
    """One payment of a schedule."""

    seq: int
    percent: Decimal
    amount: Decimal
    vat: Decimal
    event: str
    offset: int
    unit: str


def parts(total: Decimal, vat: Decimal, schedule: Sequence[ScheduleRow]) -> tuple[Part, ...]:
    """Sums of the payments; the last row takes the remainder of the sum and of the VAT. ПП 861, п. 103."""
    made: list[Part] = []
    for row in schedule:
        last = row is schedule[-1]
        amount = total - sum(p.amount for p in made) if last else kopecks(total * row.percent / HUNDRED)
        tax = vat - sum(p.vat for p in made) if last else kopecks(vat * row.percent / HUNDRED)
        made.append(Part(row.seq, row.percent, amount, tax, row.event, row.offset, row.unit))
    return tuple(made)


def penalty(total: Decimal, days_late: int, percent_per_day: Decimal) -> Decimal:
    """Неустойка of the grid company: percent of the whole fee for each day. ПП 861, п. 16 в); row TU-PEN."""
    return kopecks(total * percent_per_day / HUNDRED * max(days_late, 0))
