"""The fee against the worked examples of the law digest, and what must hold for every fee."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from models.payment import queries
from models.payment.rules import Fee, Floor, Method, Part, Rates, Site, fee, kopecks, parts, penalty
from models.payment.tables import ScheduleRow

D = Decimal
LINE = "C2.3.1.4.1.1"  # overhead, concrete poles, up to 50 mm²
DAY = date(2026, 11, 2)


@pytest.fixture
def rates(session: Session) -> Rates:
    return queries.rates_on(session, DAY)


def person(**more: Any) -> Site:
    return Site(individual=True, **{"kw": D(15)} | more)


def company(**more: Any) -> Site:
    return Site(individual=False, **{"kw": D(100), "meter_rate": "C8.3.2"} | more)


# ------------------------------------------------------------------------------------------------ worked examples
def test_1_fifteen_kw_without_a_line_costs_the_standard_rates(rates: Rates) -> None:
    found = fee(person(), rates)
    assert (found.method, found.total, found.preferential_total) == (Method.STANDARD, D("42834.83"), D("99000.00"))


def test_2_fifteen_kw_with_a_line_costs_the_preferential_rate(rates: Rates) -> None:
    found = fee(person(meter_rate="C8.3.1", works=((LINE, D("0.2")),)), rates)
    assert (found.method, found.total, found.standard_total) == (Method.PREFERENTIAL, D("99000.00"), D("292276.34"))


@pytest.mark.parametrize(
    ("floor", "total", "method", "under"),
    [
        (Floor.STRICT, "33000.00", Method.PREFERENTIAL, D("11214.47")),
        (Floor.NONE, "33000.00", Method.PREFERENTIAL, None),
        (Floor.WIDE, "42834.83", Method.FLOOR, D("42834.83")),
    ],
)
def test_3_five_kw_by_the_three_readings_of_the_floor(
    rates: Rates, floor: Floor, total: str, method: Method, under: Decimal | None
) -> None:
    found = fee(person(kw=D(5), works=((LINE, D("0.1")),)), replace(rates, floor=floor))
    assert (found.total, found.method, found.floor_total) == (D(total), method, under)
    assert found.standard_total == D("162900.95")


def test_4_a_social_applicant_pays_the_social_rate(rates: Rates) -> None:
    found = fee(person(social=True, works=((LINE, D("0.2")),)), rates)
    assert (found.method, found.total, found.floor_total) == (Method.SOCIAL, D("19562.85"), None)


def test_5_a_company_near_the_grid_pays_no_last_mile(rates: Rates) -> None:
    found = fee(company(distance_m=150, town=True, works=((LINE, D("0.2")),)), rates)
    assert (found.method, found.total) == (Method.NO_LAST_MILE, D("65533.56"))


def test_6_a_company_far_from_the_grid_pays_the_standard_rates(rates: Rates) -> None:
    found = fee(company(kw=D(120), distance_m=450, works=((LINE, D("0.45")),)), rates)
    assert (found.method, found.total) == (Method.STANDARD, D("605831.06"))


def test_8_the_schedule_of_four_parts(session: Session) -> None:
    made = parts(D(99000), D("17852.46"), queries.schedule_on(session, "PAY-X25", DAY))
    assert [p.amount for p in made] == [D(14850), D(29700), D(34650), D(19800)]
    assert [(p.event, p.offset, p.unit) for p in made] == [
        ("invoice.placed", 5, "wd"), ("invoice.placed", 20, "d"), ("invoice.placed", 40, "d"), ("act_or_notice.placed", 10, "d"),
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "sum_"), [(10, "2475.00"), (1, "247.50"), (0, "0.00"), (-3, "0.00")])
def test_9_the_grid_is_late(days: int, sum_: str) -> None:
    assert penalty(D(99000), days, D("0.25")) == D(sum_)


# ------------------------------------------------------------------------------------------------ the case table
@pytest.mark.parametrize(
    ("site", "method"),
    [
        (person(distance_m=300, town=True, works=((LINE, D(1)),)), Method.PREFERENTIAL),
        (person(distance_m=301, town=True, works=((LINE, D(1)),)), Method.STANDARD),
        (person(distance_m=500, works=((LINE, D(1)),)), Method.PREFERENTIAL),
        (person(distance_m=501, works=((LINE, D(1)),)), Method.STANDARD),
        (person(distance_m=501, social=True, works=((LINE, D(1)),)), Method.SOCIAL),
        (person(kw=D("10"), prior_kw=D("5.01"), works=((LINE, D(1)),)), Method.STANDARD),
        (person(household=False, works=((LINE, D(1)),)), Method.STANDARD),
        (person(cheap_refused=True, works=((LINE, D(1)),)), Method.STANDARD),
        (person(cheap_refused=True, social=True, works=((LINE, D(1)),)), Method.STANDARD),
        (person(reliability="II", works=((LINE, D(1)),)), Method.STANDARD),
        (company(distance_m=200, town=True), Method.NO_LAST_MILE),
        (company(distance_m=201, town=True), Method.STANDARD),
        (company(distance_m=300), Method.NO_LAST_MILE),
        (company(distance_m=301), Method.STANDARD),
        (company(kw=D(150)), Method.NO_LAST_MILE),
        (company(kw=D(150), prior_kw=D("0.01")), Method.STANDARD),
        (company(reliability="II"), Method.STANDARD),  # the cheap cases are for the third category
        (company(cheap_refused=True), Method.STANDARD),
        (company(increase=True), Method.INCREASE),
        (person(increase=True), Method.INCREASE),
    ],
)
def test_the_first_case_that_fits_is_taken(rates: Rates, site: Site, method: Method) -> None:
    assert fee(site, rates).method == method


def test_more_power_costs_conditions_and_a_changed_meter_only(rates: Rates) -> None:
    codes = lambda **more: [ln.code for ln in fee(company(increase=True, **more), rates).lines]  # noqa: E731
    assert codes() == ["C1.1", "C8.3.2"]
    assert codes(checked=True) == ["C1.1", "C1.2.2", "C8.3.2"]
    assert codes(meter_replaced=False) == ["C1.1"]


def test_above_low_voltage_the_check_is_paid_instead_of_the_notice(rates: Rates) -> None:
    site = company(voltage="1-20", checked=True, meter_rate="C8.3.3", works=((LINE, D("0.3")),))
    found = fee(site, rates)
    assert [ln.code for ln in found.lines] == ["C1.1", "C1.2.2", LINE, "C8.3.3"]
    assert found.lines[2].price == D("2025255.76")
    assert found.method is Method.STANDARD


def test_a_rate_that_nobody_has_set_is_named(rates: Rates) -> None:
    with pytest.raises(KeyError, match="C9"):
        fee(person(works=(("C9", D(1)),)), rates)


# ------------------------------------------------------------------------------------------------ dated rates
def test_rates_and_tax_are_those_of_the_day(session: Session) -> None:
    old, new = queries.rates_on(session, date(2025, 12, 31)), queries.rates_on(session, date(2026, 1, 1))
    assert (old.vat_percent, new.vat_percent) == (D(20), D(22))
    site = person(works=((LINE, D("0.2")),))
    assert fee(site, old).total == D("90000.00")
    assert fee(site, old).vat == D("15000.00")
    assert fee(site, new).total == D("99000.00")
    assert fee(site, new).vat == D("17852.46")
    assert fee(replace(site, social=True), old).total == D("17981.55")
    # (8 220,35 + 5 716,57 + 19 876,81) × 1,20
    assert fee(person(), old).total == D("40576.48")
    assert fee(site, old).basis != fee(site, new).basis


def test_before_the_first_rates_there_is_no_fee(session: Session) -> None:
    with pytest.raises(LookupError):
        queries.rates_on(session, date(2018, 12, 31))
    with pytest.raises(KeyError):
        fee(person(), queries.rates_on(session, date(2024, 12, 31)))


def test_a_template_that_is_off_gives_no_rows(session: Session) -> None:
    assert queries.schedule_on(session, "PAY-X26", DAY) == []
    assert queries.schedule_on(session, "PAY-X25", date(2022, 6, 30)) == []


# ------------------------------------------------------------------------------------------------ for every fee
WORKS = st.lists(
    st.tuples(st.sampled_from([LINE, "C3.1.2.1.1.1", "C5.1.4"]), st.decimals("0.001", 3, places=3)), max_size=3
).map(tuple)
KW = st.decimals("0.1", 150, places=2)
SITES = st.builds(
    Site,
    individual=st.booleans(),
    kw=KW,
    prior_kw=st.decimals(0, 100, places=2),
    distance_m=st.integers(0, 800),
    town=st.booleans(),
    household=st.booleans(),
    social=st.booleans(),
    increase=st.booleans(),
    meter_replaced=st.booleans(),
    checked=st.booleans(),
    cheap_refused=st.booleans(),
    meter_rate=st.sampled_from(["C8.1", "C8.3.1", "C8.3.2"]),
    works=WORKS,
    reliability=st.sampled_from(["II", "III"]),
)
many = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@many
@given(site=SITES, floor=st.sampled_from(Floor))
def test_a_fee_is_positive_holds_its_tax_and_is_never_dearer_than_the_standard(
    rates: Rates, site: Site, floor: Floor
) -> None:
    found = fee(site, replace(rates, floor=floor))
    assert 0 < found.vat < found.total
    assert found.net + found.vat == found.total
    assert found.total == kopecks(found.total)
    assert abs(found.total - kopecks(found.net * D("1.22"))) <= D("0.01")
    assert found.lines
    assert sum((ln.amount for ln in found.lines), D(0)) == (found.total if found.with_vat else found.net)
    if found.method is not Method.INCREASE:
        assert found.total <= found.standard_total
    if found.preferential_total is not None:
        raised = max(found.preferential_total, found.floor_total or D(0))
        assert found.total == min(found.standard_total, raised)
    assert found.as_json()["total"] == str(found.total)


@many
@given(
    one=st.decimals("0.1", 15, places=2),
    other=st.decimals("0.1", 15, places=2),
    works=WORKS,
    social=st.booleans(),
    floor=st.sampled_from(Floor),
)
def test_more_kilowatts_never_cost_less(
    rates: Rates, one: Decimal, other: Decimal, works: Any, social: bool, floor: Floor
) -> None:
    less, more = sorted((one, other))
    works = tuple(w for w in works if not w[0].startswith("C5"))  # those are bought by the kilowatt themselves

    def total(kw: Decimal) -> Decimal:
        return fee(person(kw=kw, works=works, social=social), replace(rates, floor=floor)).total

    assert total(less) <= total(more)


@many
@given(distance=st.integers(0, 500), kw=st.decimals("0.1", 15, places=2))
def test_within_the_bounds_the_distance_does_not_matter(rates: Rates, distance: int, kw: Decimal) -> None:
    works = ((LINE, D(1)),)
    assert fee(person(kw=kw, distance_m=distance, works=works), rates) == fee(person(kw=kw, works=works), rates)


def schedule(*percents: int) -> list[ScheduleRow]:
    return [
        ScheduleRow(template="t", seq=n, percent=D(p), event="e", offset=1, unit="d", basis="", valid_from=DAY)
        for n, p in enumerate(percents, 1)
    ]


def sums(made: tuple[Part, ...]) -> tuple[Decimal, Decimal]:
    return sum((p.amount for p in made), D(0)), sum((p.vat for p in made), D(0))


@many
@given(
    total=st.decimals("0.01", 10_000_000, places=2),
    percents=st.sampled_from([(15, 30, 35, 20), (10, 90), (100,), (10, 30, 60)]),
)
def test_parts_give_the_sum_and_its_tax_to_the_kopeck(total: Decimal, percents: tuple[int, ...]) -> None:
    vat = kopecks(total * 22 / 122)
    made = parts(total, vat, schedule(*percents))
    assert sums(made) == (total, vat)
    assert all(p.amount >= 0 and p.vat >= 0 for p in made)
    assert all(abs(p.amount - total * p.percent / 100) <= D("0.02") for p in made)


def test_no_schedule_no_parts() -> None:
    assert parts(D(100), D(18), []) == ()


def test_half_a_kopeck_is_rounded_up() -> None:
    assert kopecks(D("0.005")) == D("0.01")
    assert kopecks(D("1.115")) == D("1.12")


def test_the_calculation_is_kept_as_text(rates: Rates) -> None:
    told = fee(person(works=((LINE, D("0.2")),)), rates).as_json()
    assert (told["total"], told["vat_percent"], told["method"]) == ("99000.00", "22", "preferential")
    assert told["lines"][0]["quantity"] == "15"
    assert isinstance(fee(person(), rates), Fee)
