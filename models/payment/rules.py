"""The fee of a connection. Pure arithmetic on dated rates; domain b.6, ПП 861 п. 17, 17(4), 30(1); 490/22 п. 31."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from models.payment.calculation import HUNDRED, Fee, Floor, Line, Method, NoProject, NoRate, Rates, Site, kopecks
from models.payment.instalments import Part, due_words, parts, penalty

__all__ = [
    "Fee", "Floor", "Line", "Method", "NoProject", "NoRate", "Part", "Rates", "Site", "due_words", "fee", "kopecks",
    "near", "options", "parts", "penalty",
]  # fmt: skip

CHEAP_KW = 15  # an individual's household, together with what was connected before
SMALL_KW = 150
GROUNDS = {
    Method.STANDARD: "Методические указания 490/22, п. 31",
    Method.BY_POWER: "Методические указания 490/22: ставка за единицу максимальной мощности",
    Method.PREFERENTIAL: "ПП 861, п. 17, абз. 1–5",
    Method.FLOOR: "ПП 861, п. 17, абз. 3; п. 17(4)",
    Method.SOCIAL: "ПП 861, п. 17, абз. 11–22",
    Method.NO_LAST_MILE: "ПП 861, п. 17: до 150 кВт, третья категория, до 0,4 кВ",
    Method.MICRO: "ПП 861, п. 17: микрогенерация организаций и предпринимателей",
    Method.INCREASE: "ПП 861, п. 17(4)",
    Method.INDIVIDUAL: "ПП 861, п. 30(1), 30(5)",
    Method.REISSUE: "ПП 861, п. 67–74",
}


def near(site: Site, town: int, country: int) -> bool:
    return site.distance_m <= (town if site.town else country)


def fee(site: Site, rates: Rates) -> Fee:
    """The fee by the case table of domain b.6, first match wins. Raises NoRate, NoProject."""
    found = _decided(site, rates)
    ground = found.ground or GROUNDS[found.method]
    return replace(found, ground=f"{ground}; {site.project_basis}" if found.method is Method.INDIVIDUAL else ground)


def options(site: Site, rates: Rates) -> tuple[Fee, ...]:
    """Both methods where the applicant may choose between them; else the one that the law gives."""
    both = [fee(replace(site, choice=choice), rates) for choice in (Method.STANDARD, Method.BY_POWER)]
    return tuple({found.method: found for found in both}.values())


def _decided(site: Site, rates: Rates) -> Fee:
    total_kw = site.kw + site.prior_kw
    if site.reissue:
        return _reissue(rates)
    if not site.possible:
        return _project(site, rates)
    whole = _chosen(site, rates)
    if site.increase and total_kw <= SMALL_KW and not site.voltage_changed and not site.temporary:
        return _increase(site, rates, whole)
    if site.reliability != "III" or site.cheap_refused or site.temporary or site.voltage != "0.4":
        return whole
    if site.individual:
        return _individual(site, rates, whole)
    if total_kw <= SMALL_KW and near(site, 200, 300):
        return _organisation(site, rates, whole)
    return whole


def _individual(site: Site, rates: Rates, whole: Fee) -> Fee:
    """Cases 2 and 3; above 15 kW the receivers pay the standardised rates and micro-generation still the cheaper way."""
    micro = site.generation_kw > 0 and site.generation_micro
    if site.household and site.kw + site.prior_kw <= CHEAP_KW and site.social:
        return _cheaper(Method.SOCIAL, "SOCIAL", site, rates, whole, floor=None)
    if site.household and (site.kw + site.prior_kw <= CHEAP_KW or (micro and site.kw == 0)) and near(site, 300, 500):
        return _cheaper(Method.PREFERENTIAL, "PREF", site, rates, whole, floor=_floor(site, rates))
    if micro and site.kw + site.prior_kw <= SMALL_KW and near(site, 300, 500):
        receivers = [*_connection_lines(site, rates), *_works(site, rates), _meter(site, rates)]
        return _with_generation(receivers, site, rates, whole)
    return whole


def _organisation(site: Site, rates: Rates, whole: Fee) -> Fee:
    """Cases 4 and 5: receivers without the last mile; micro-generation for the least of both costs."""
    if site.generation_kw > 0 and site.generation_micro:
        if site.kw == 0:
            return _cheaper(Method.MICRO, "PREF", site, rates, whole, floor=None)
        return _with_generation(_without_last_mile(site, rates), site, rates, whole)
    return _by_lines(Method.NO_LAST_MILE, _without_last_mile(site, rates), rates, whole)


def _with_generation(receivers: list[Line], site: Site, rates: Rates, whole: Fee) -> Fee:
    """Receivers by `receivers`, and for the generation min(its own works, preferential rate × its kW)."""
    works = [_line(rates, code, site.voltage, quantity) for code, quantity in site.generation_works]
    standard = _with_vat(sum((w.amount for w in works), Decimal(0)), rates)
    by_power = kopecks(rates.get("PREF", site.voltage).amount * site.generation_kw)
    if standard > by_power:
        net = by_power - _vat_within(by_power, rates.vat_percent)
        works = [replace(_line(rates, "PREF", site.voltage, Decimal(1)), unit="connection", price=net, amount=net)]
    return replace(_by_lines(Method.MICRO, [*receivers, *works], rates, whole), preferential_total=by_power)


def _increase(site: Site, rates: Rates, whole: Fee) -> Fee:
    """Case 1: conditions, a check where there is one, a meter that is replaced."""
    lines = [_line(rates, code, "*", Decimal(1)) for code in ("C1.1", "C1.2.2") if code == "C1.1" or site.checked]
    if site.meter_replaced:
        lines.append(_meter(site, rates))
    return _by_lines(Method.INCREASE, lines, rates, whole)


def _project(site: Site, rates: Rates) -> Fee:
    """The regulator's own sum for this connection; its decision is the ground."""
    if site.project_net is None:
        raise NoProject
    net = kopecks(site.project_net)
    line = Line("PROJECT", "Плата по индивидуальному проекту", "connection", Decimal(1), net, net)
    return _by_lines(Method.INDIVIDUAL, [line], rates, None)


def _reissue(rates: Rates) -> Fee:
    line = _line(rates, "REISSUE", "*", Decimal(1))
    total = kopecks(line.amount)
    vat = _vat_within(total, rates.vat_percent)
    return Fee(Method.REISSUE, (line,), total, vat, rates.vat_percent, total, basis=rates.basis, with_vat=True)


# ------------------------------------------------------------------------------------------------ lines
def _line(rates: Rates, code: str, voltage: str, quantity: Decimal) -> Line:
    rate = rates.get(code, voltage)
    return Line(code, rate.title, rate.unit, quantity, rate.amount, rate.amount * quantity)


def _connection_lines(site: Site, rates: Rates) -> list[Line]:
    """C1 per connection: conditions, and a notice (≤0.4 kV, this path) or a check."""
    return [
        _line(rates, "C1.1", "*", Decimal(1)),
        _line(rates, "C1.2.2" if site.checked else "C1.2.1", "*", Decimal(1)),
    ]


def _meter(site: Site, rates: Rates) -> Line:
    return _line(rates, site.meter_rate, site.voltage, Decimal(site.meters))


def _works(site: Site, rates: Rates) -> list[Line]:
    return [_line(rates, code, site.voltage, quantity) for code, quantity in site.works]


def _without_last_mile(site: Site, rates: Rates) -> list[Line]:
    return [*_connection_lines(site, rates), _meter(site, rates)]


# ------------------------------------------------------------------------------------------------ the two methods
def _chosen(site: Site, rates: Rates) -> Fee:
    """Standardised rates, or the rate for a kW of maximum power where one is set: the applicant's choice, else the less."""
    standard, by_power = _standard(site, rates), _by_power(site, rates)
    if by_power is None:
        return standard
    less = min(standard, by_power, key=lambda f: f.total)
    told = {Method.STANDARD: standard, Method.BY_POWER: by_power}.get(site.choice or less.method, less)
    return replace(told, standard_total=standard.total, by_power_total=by_power.total)


def _standard(site: Site, rates: Rates) -> Fee:
    """P = C1 + ΣC2·L + … + C8·points, VAT on top (Методические указания 490/22, п. 31)."""
    works = [*_works(site, rates), *(_line(rates, c, site.voltage, q) for c, q in site.generation_works)]
    return _by_lines(Method.STANDARD, [*_connection_lines(site, rates), *works, _meter(site, rates)], rates, None)


def _by_power(site: Site, rates: Rates) -> Fee | None:
    """Rate "KW" (₽/kW of maximum power, without VAT) × kW, metering by its point; only where the regulator has set it."""
    if rates.find("KW", site.voltage) is None:
        return None
    lines = [_line(rates, "KW", site.voltage, site.kw or site.generation_kw), _meter(site, rates)]
    return _by_lines(Method.BY_POWER, lines, rates, None)


def _by_lines(method: Method, lines: Sequence[Line], rates: Rates, whole: Fee | None) -> Fee:
    net = sum((ln.amount for ln in lines), Decimal(0))
    total = _with_vat(net, rates)
    vat = _vat_within(total, rates.vat_percent)
    rounded = _closing(lines, total - vat)
    standard = whole.standard_total if whole else total
    return Fee(method, rounded, total, vat, rates.vat_percent, standard, basis=rates.basis)


def _with_vat(net: Decimal, rates: Rates) -> Decimal:
    return kopecks(net * (1 + rates.vat_percent / HUNDRED))


def _closing(lines: Sequence[Line], net: Decimal) -> tuple[Line, ...]:
    """Rounded rows that add up to `net`: the last one takes the remainder, as with payments."""
    rounded = [replace(ln, amount=kopecks(ln.amount)) for ln in lines]
    rest = net - sum((ln.amount for ln in rounded), Decimal(0))
    return (*rounded[:-1], replace(rounded[-1], amount=rounded[-1].amount + rest))


def _vat_within(total: Decimal, percent: Decimal) -> Decimal:
    return kopecks(total * percent / (HUNDRED + percent))


# ------------------------------------------------------------------------------------------------ cheap rates
def _floor(site: Site, rates: Rates) -> Decimal | None:
    """п. 17, абз. 3 and п. 17(4): what the preferential fee may not fall below, with VAT."""
    if rates.floor is Floor.NONE:
        return None
    lines = [_line(rates, "C1.1", "*", Decimal(1))]
    if rates.floor is Floor.WIDE:
        lines = _without_last_mile(site, rates)
    return _by_lines(Method.FLOOR, lines, rates, None).total


def _cheaper(method: Method, code: str, site: Site, rates: Rates, whole: Fee, floor: Decimal | None) -> Fee:
    """min(standard, max(rate × kW, floor)); rates for a kW include VAT. Micro-generation alone counts its own kW."""
    rate = rates.get(code, site.voltage)
    kw = site.kw or site.generation_kw
    by_kw = kopecks(rate.amount * kw)
    raised = max(by_kw, floor or Decimal(0))
    told = {"preferential_total": by_kw, "floor_total": floor, "rate": rate.amount, "basis": rate.basis}
    if whole.total <= raised:
        return replace(whole, **told)  # type: ignore[arg-type]
    vat = _vat_within(raised, rates.vat_percent)
    by_floor = raised > by_kw
    line = Line(code, rate.title, "kW", kw, rate.amount, raised)
    if by_floor:  # the floor is made of standardised rates, without VAT
        line = Line("C1.1", rates.get("C1.1", "*").title, "connection", Decimal(1), raised - vat, raised - vat)
    found = Fee(Method.FLOOR if by_floor else method, (line,), raised, vat, rates.vat_percent, whole.standard_total)
    return replace(found, with_vat=not by_floor, **told)  # type: ignore[arg-type]
