"""What is to be paid and when: the fee of every category, schedules with open days, interest of instalments."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from models.connection.tables import Application
from models.payment import actions, queries, settling
from models.payment.accrued import accrued
from models.payment.instalments import due_words, interest, parts, stretches
from models.payment.ledger_tables import KeyRate
from models.payment.rules import Method, Rates, Site, fee, options
from models.payment.tables import FeeRate
from tests.models.payment.ledger import D, balance, issue, many, transfer
from tests.models.payment.test_fee import DAY, LINE, company, person
from tests.models.story import Story


# ------------------------------------------------------------------------------------------------ fee
def test_7_a_company_with_its_own_substation(rates: Rates) -> None:
    works = (("C3.1.2.1.2.1", D("0.3")), ("C5.1.6", D(400)))
    site = company(kw=D(400), voltage="1-20", checked=True, meter_rate="C8.3.3", works=works)
    found = fee(site, rates)
    assert (found.method, found.total) == (Method.STANDARD, D("3586510.23"))


@pytest.mark.rows("D-02")
@pytest.mark.parametrize(
    ("site", "method"),
    [
        (company(kw=D(400)), Method.STANDARD),
        (company(kw=D(100), temporary=True, distance_m=10), Method.STANDARD),
        (person(temporary=True, works=((LINE, D(1)),)), Method.STANDARD),
        (company(kw=D(0), prior_kw=D(100), generation_kw=D(10), works=((LINE, D(1)),)), Method.MICRO),
        (company(generation_kw=D(10)), Method.MICRO),
        (company(generation_kw=D(100), generation_micro=False), Method.NO_LAST_MILE),
        (person(kw=D(0), prior_kw=D(15), generation_kw=D(10), works=((LINE, D(1)),)), Method.PREFERENTIAL),
        (person(kw=D(0), prior_kw=D(100), generation_kw=D(10), works=((LINE, D(1)),)), Method.PREFERENTIAL),
        (person(kw=D(60), generation_kw=D(10), works=((LINE, D("0.2")),)), Method.MICRO),
        (person(kw=D(60), works=((LINE, D("0.2")),)), Method.STANDARD),
        (company(increase=True, voltage_changed=True, distance_m=500), Method.STANDARD),
        (company(reissue=True), Method.REISSUE),
        (company(possible=False, project_net=D(1_000_000), project_basis="Решение № 7"), Method.INDIVIDUAL),
    ],
)
def test_every_category_has_its_fee(rates: Rates, site: Site, method: Method) -> None:
    found = fee(site, rates)
    assert found.method == method
    assert found.ground
    assert sum((ln.amount for ln in found.lines), D(0)) == (found.total if found.with_vat else found.net)


def test_case_4_counts_the_generation_by_the_lesser_cost(rates: Rates) -> None:
    """Receivers C1 + C8; generation 10 kW: its own line of 1 km costs more than 10 × 6 600 ₽."""
    site = company(kw=D(100), generation_kw=D(10), meter_rate="C8.3.2")
    plain = fee(site, rates)
    assert plain.total == D("65533.56")  # no works of its own: the generation adds nothing
    dear = fee(replace(site, generation_works=((LINE, D(1)),)), rates)
    assert dear.preferential_total == D("66000.00")
    assert abs(dear.total - (plain.total + D("66000.00"))) <= D("0.01")
    cheap = fee(replace(site, generation_works=((LINE, D("0.01")),)), rates)
    assert cheap.total < dear.total


def test_without_technical_possibility_the_regulators_sum_is_asked(rates: Rates) -> None:
    with pytest.raises(LookupError):
        fee(company(possible=False), rates)
    found = fee(company(possible=False, project_net=D("1000000"), project_basis="Решение № 7"), rates)
    assert (found.total, found.vat) == (D("1220000.00"), D("220000.00"))
    assert "Решение № 7" in found.ground


def test_the_applicant_chooses_where_the_regulator_has_set_both_rates(rates: Rates) -> None:
    rate = FeeRate(
        code="KW", voltage="1-20", title="Максимальная мощность", amount=D(100), unit="kW", basis="", valid_from=DAY
    )
    both = replace(rates, rows={**rates.rows, ("KW", "1-20"): rate})
    site = company(kw=D(400), voltage="1-20", meter_rate="C8.3.3", works=(("C5.1.6", D(400)),))
    one, other = options(site, both)
    assert {one.method, other.method} == {Method.STANDARD, Method.BY_POWER}
    assert fee(site, both).total == min(one.total, other.total)
    assert fee(replace(site, choice=Method.STANDARD), both).method == Method.STANDARD
    assert len(options(site, rates)) == 1


# ------------------------------------------------------------------------------------------------ schedules
def test_6_the_company_pays_in_twelve_quarters(story: Story, case: Application) -> None:
    rows = issue(story, case, "PAY-XI")
    assert [r.amount for r in rows[:2]] == [D("60583.11"), D("45437.33")]
    assert len(rows) == 13
    assert sum(r.amount for r in rows) == D("605831.06")
    assert [r.due_on is None for r in rows] == [False] + [True] * 12
    placed = actions.fix_due(story.session, case.id or 0, "act_or_notice.placed", story.now)
    assert [r.due_on for r in placed][0] == date(2027, 2, 2)  # three months after 02.11.2026
    assert placed[-1].due_on is not None
    assert placed[-1].due_on >= date(2029, 11, 2)


def test_fewer_quarters_are_the_applicants_right(story: Story, case: Application) -> None:
    rows = issue(story, case, "PAY-XI", count=4)
    assert len(rows) == 5
    assert sum(r.amount for r in rows) == D("605831.06")


def test_7_the_ordinary_schedule_waits_for_the_contract(story: Story, case: Application) -> None:
    rows = issue(story, case, "PAY-O", "3586510.23")
    assert [r.amount for r in rows] == [D("358651.02"), D("1075953.07"), D("2151906.14")]
    assert [r.due_on for r in rows] == [None] * 3
    assert rows[0].due_words == "в течение 15 дней со дня заключения договора"
    actions.fix_due(story.session, case.id or 0, "contract.concluded", story.now)
    assert [r.due_on for r in rows] == [date(2026, 11, 17), date(2027, 1, 11), date(2027, 5, 4)]
    assert actions.fix_due(story.session, case.id or 0, "contract.concluded", story.later(days=5)) == []  # once


def test_redistribution_is_paid_not_later_than_connected(story: Story, case: Application) -> None:
    rows = issue(story, case, "PAY-RED")
    assert [r.percent for r in rows] == [15, 30, 45, 10]
    assert "но не позднее дня фактического присоединения" in rows[1].due_words
    actions.fix_due(story.session, case.id or 0, "contract.concluded", story.now)
    assert rows[1].due_on == date(2027, 1, 11)
    actions.fix_due(story.session, case.id or 0, "connection.made", story.later(days=20))
    assert rows[1].due_on == story.now.date()
    assert (rows[2].due_on, rows[3].due_on) == (date(2026, 12, 7), None)


def test_the_template_of_2026_is_off(story: Story, case: Application) -> None:
    with pytest.raises(LookupError, match="PAY-X26"):
        issue(story, case, "PAY-X26")


@many
@given(
    total=st.decimals("0.01", 10_000_000, places=2),
    count=st.integers(1, 12),
    name=st.sampled_from(["PAY-XI", "PAY-O", "PAY-RED", "PAY-IND"]),
)
def test_instalments_equal_the_fee_to_the_kopeck(session: Session, total: Decimal, count: int, name: str) -> None:
    vat = (total * 22 / 122).quantize(D("0.01"))
    made = parts(total, vat, queries.schedule_on(session, name, DAY), count=count)
    assert sum(p.amount for p in made) == total
    assert sum(p.vat for p in made) == vat
    assert all(p.amount >= 0 and p.vat >= 0 for p in made)


def test_words_of_an_open_day() -> None:
    assert due_words(3, "m", "act_or_notice.placed") == "в течение 3 месяцев со дня размещения акта или уведомления"


# ------------------------------------------------------------------------------------------------ interest
@pytest.mark.parametrize(
    ("first", "last", "sum_"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), "20000.00"),  # a whole year of 20 %
        (date(2028, 1, 1), date(2028, 12, 31), "20000.00"),  # a leap year has 366 days
        (date(2026, 1, 1), date(2026, 1, 1), "54.79"),  # 100000 × 0,2 / 365 = 54,7945
        (date(2026, 1, 2), date(2026, 1, 1), "0.00"),
    ],
)
def test_interest_is_counted_by_days_of_the_year(first: date, last: date, sum_: str) -> None:
    assert interest(D(100_000), D(20), first, last) == D(sum_)


@many
@given(principal=st.decimals(0, 10_000_000, places=2), days=st.lists(st.integers(0, 1200), min_size=2, max_size=5))
def test_interest_never_shrinks_with_days_or_principal(principal: Decimal, days: list[int]) -> None:
    sums = [interest(principal, D("20.5"), DAY, DAY + timedelta(days=n)) for n in sorted(days)]
    assert all(a <= b for a, b in pairwise(sums))
    assert interest(principal, D("20.5"), DAY, DAY) <= interest(principal + 1, D("20.5"), DAY, DAY)
    assert all(s == s.quantize(D("0.01")) for s in sums)


@many
@given(length=st.integers(0, 900), changes=st.lists(st.integers(-300, 900), max_size=6, unique=True))
def test_stretches_cover_every_day_once(length: int, changes: list[int]) -> None:
    rates_ = [(DAY - timedelta(days=400), D(10))] + [(DAY + timedelta(days=n), D(n % 20)) for n in changes]
    last = DAY + timedelta(days=length)
    made = stretches(DAY, last, rates_)
    days = [s.first + timedelta(days=n) for s in made for n in range((s.last - s.first).days + 1)]
    assert days == [DAY + timedelta(days=n) for n in range(length + 1)]
    for s in made:
        assert s.percent == max(r for r in rates_ if r[0] <= s.first)[1]


def test_a_day_without_a_key_rate_is_named() -> None:
    with pytest.raises(LookupError, match="2020-01-01"):
        stretches(date(2020, 1, 1), DAY, [(DAY, D(10))])


def test_interest_grows_from_the_act_and_is_paid_with_the_next_part(story: Story, case: Application) -> None:
    rows = issue(story, case, "PAY-XI", "100000.00", count=4)
    transfer(story, case, "10000.00")
    assert rows[0].credited_at is not None
    actions.fix_due(story.session, case.id or 0, "act_or_notice.placed", story.now)
    story.later(days=30)
    assert settling.accrue(story.session, case.id or 0, story.now.date(), story.now) == D(
        "1479.45"
    )  # 90 000 × 20 % × 30 / 365
    assert settling.accrue(story.session, case.id or 0, story.now.date(), story.now) == 0  # a day is written once
    assert rows[1].left == D("22500.00") + D("1479.45")
    transfer(story, case, "23979.45")
    assert rows[1].credited_at is not None
    story.later(days=10)
    assert settling.accrue(story.session, case.id or 0, story.now.date(), story.now) == D("369.86")  # on 67 500
    (_, second) = queries.interest_rows(story.session, rows[0].invoice_id)
    assert (second.principal, second.percent, second.days) == (D("67500.00"), D("20.00"), 10)
    told = accrued(story.session, rows[0].invoice_id)
    assert {(a.key_percent, a.since, a.last_known) for a in told} == {(D(16), date(2025, 12, 22), True)}
    story.session.add(KeyRate(percent=D(15), basis="решение", valid_from=date(2026, 12, 5)))
    story.session.flush()
    assert [a.last_known for a in accrued(story.session, rows[0].invoice_id)] == [False, False]
    assert balance(story, case).billed == D("101849.31")
