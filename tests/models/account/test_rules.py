"""What is due, what was consumed, what a counter can show, and who proves to know an account."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.account import rules
from models.account.tables import Meter
from models.process.errors import Invalid, NotReady

D = Decimal
money = st.decimals(-(10**9), 10**9, places=2, allow_nan=False)
digits = st.integers(3, 10)
patient = settings(deadline=None, derandomize=True)


def meter(**told: object) -> Meter:
    return Meter(**{"digits": 5, "decimals": 0, "serial": "1", "unit": "кВт.ч", **told})  # type: ignore[arg-type]


@pytest.mark.rows("R-44")
def test_what_is_due_is_the_sample_of_the_manual() -> None:
    assert rules.due(D("698.00"), D("698.00"), D("686.00"), D("42.50")) == D("728.50")


@pytest.mark.rows("R-42")
def test_what_is_charged_is_the_tariff_times_the_volume() -> None:
    assert rules.charged(D("3.43"), D("200.0")) == D("686.00")
    assert rules.charged(D("2.975"), D("1")) == D("2.98"), "halves go up"


@pytest.mark.rows("R-44")
@patient
@given(money, money, money, money)
def test_the_formula_is_undone_by_paying_it(debt: Decimal, paid: Decimal, charged: Decimal, again: Decimal) -> None:
    due = rules.due(debt, paid, charged, again)
    assert rules.due(debt, paid + due, charged, again) == 0
    assert rules.due(due, D(0), D(0), D(0)) == due, "what is not paid is the debt of the next month"
    assert rules.due(debt, paid, charged, again + 1) - due == 1


@patient
@given(st.data(), digits)
def test_a_counter_that_went_on_by_less_than_its_scale_tells_how_far(data: st.DataObject, whole: int) -> None:
    scale = D(10) ** whole
    reading = st.decimals(0, scale - D("0.001"), places=3, allow_nan=False)
    previous, gone = data.draw(reading), data.draw(reading)
    told = rules.consumption(previous, (previous + gone) % scale, whole)
    assert told.volume == gone
    assert told.rolled == (previous + gone >= scale)


@patient
@given(st.data(), digits)
def test_a_reading_is_taken_asked_about_or_refused_and_never_counts_below_zero(data: st.DataObject, whole: int) -> None:
    reading = st.integers(0, 10**whole - 1).map(D)
    previous, value = data.draw(reading), data.draw(reading)
    try:
        told = rules.judge(meter(digits=whole), previous, value)
    except Invalid:
        assert value < previous
        assert (value + 10**whole - previous) * rules.TURN > 10**whole
    else:
        assert told.rolled == (value < previous)
        assert 0 <= told.volume < 10**whole


def test_a_turned_counter_is_told_from_a_slip_of_the_hand() -> None:
    assert rules.judge(meter(), D(99980), D(15)) == rules.Consumed(D(35), rolled=True)
    with pytest.raises(Invalid, match="less than the previous one, 12345"):
        rules.judge(meter(), D(12345), D(12245))


@pytest.mark.parametrize(
    ("value", "words"),
    [("100000", "shows 5 figures before the point"), ("-1", "shows 5 figures"), ("12.5", "whole figures only")],
)
def test_a_counter_cannot_show_more_than_its_figures(value: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        rules.judge(meter(), None, D(value))
    with pytest.raises(Invalid, match="shows 1 figures after the point"):
        rules.judge(meter(decimals=1), None, D("12.34"))
    assert rules.judge(meter(decimals=1), D("12.0"), D("12.50")).volume == D("0.5")


def test_a_removed_meter_and_one_whose_verification_has_run_out_take_no_readings() -> None:
    today = date(2026, 11, 2)
    assert rules.refusal(meter(verified_until=today), today) is None, "the last day counts"
    for told in ({"verified_until": date(2026, 11, 1)}, {"removed_on": today}):
        assert isinstance(rules.refusal(meter(**told), today), NotReady)


@pytest.mark.parametrize(
    ("proof", "fits"),
    [
        ("Королёва", True), (" королева ", True), ("728,50", True), ("728.5 руб.", True), ("", False), ("Мария", False),
        ("Королёв", False), ("0", False), ("7285", False), ("Королёва Мария", False),
    ],
)  # fmt: skip
def test_the_surname_or_the_sum_proves(proof: str, fits: bool) -> None:
    assert rules.fits(proof, "Королёва Мария Олеговна", D("728.50")) is fits


@pytest.mark.parametrize("due", [None, D(0), D("-12.00")])
def test_a_sum_that_anybody_may_guess_proves_nothing(due: Decimal | None) -> None:
    for said in ("0", "0,00", "-12", "-12,00"):
        assert not rules.fits(said, "Королёва Мария Олеговна", due)


@pytest.mark.parametrize(
    "holder", ["ООО «Причал»", "МУП Водоканал", "СНТ Северное Сияние", "Садовое Товарищество Берёзка"]
)
def test_the_name_of_an_organisation_proves_nothing(holder: str) -> None:
    assert not rules.fits(holder.split()[0], holder, D("728.50"))
    assert rules.fits("728,50", holder, D("728.50"))


@pytest.mark.parametrize(
    "holder", ["Королёва М. О.", "Королёва М.О.", "Королёва Мария Ильинична", "Королёва Мария Олеговна"]
)
def test_a_person_is_known_by_initials_too(holder: str) -> None:
    assert rules.fits("КОРОЛЕВА", holder, None)


def test_a_number_is_read_as_it_is_printed() -> None:
    assert rules.number(" 1100 2233-4455 ") == "110022334455"
    for wrong in ("", "12345", "1" * 21, "11002233445x", "１１００２２３３"):
        with pytest.raises(Invalid):
            rules.number(wrong)


@pytest.mark.parametrize(("value", "text"), [("12345.000", "12345"), ("0.500", "0,5"), ("100", "100"), ("0.000", "0")])
def test_a_reading_is_written_as_on_the_counter(value: str, text: str) -> None:
    assert rules.plain(D(value)) == text


def test_a_bill_is_told_as_of_the_day_after_its_month() -> None:
    assert rules.next_month(date(2021, 1, 1)) == date(2021, 2, 1)
    assert rules.next_month(date(2020, 12, 1)) == date(2021, 1, 1)
