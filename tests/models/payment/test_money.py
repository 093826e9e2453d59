"""Where money goes: schedules with open days, interest, balance under any order of payments and returns, returns by two people."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from infra.database import Database
from models.connection.tables import Application, Stage
from models.payment import actions, queries, returns, settling
from models.payment.instalments import due_words, interest, parts, stretches
from models.payment.ledger_tables import BankLine, BankStatement, Receipt, Refund, RefundState, StatementState
from models.payment.rules import Method, Rates, Site, fee, options
from models.payment.tables import FeeRate, Instalment
from models.process.actor import Role
from models.process.errors import Invalid, NotAllowed, NotReady
from tests.models.payment.test_fee import DAY, LINE, company, person
from tests.models.story import Story

D = Decimal
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def rates(session: Session) -> Rates:
    return queries.rates_on(session, DAY)


@pytest.fixture
def case(story: Story) -> Application:
    return story.to(Stage.OFFER_PLACED)


def issue(story: Story, case: Application, template: str, total: str = "605831.06", **more: Any) -> list[Instalment]:
    made = replace(
        fee(company(distance_m=450), queries.rates_on(story.session, DAY)), total=D(total), vat=D(total) * 22 / 122
    )
    made = replace(made, vat=made.vat.quantize(D("0.01")))
    day = story.now.date()
    invoice = actions.issue_invoice(
        story.session, case.id or 0, f"n-{template}", made, day, story.now, template=template, first_days=5, **more
    )
    return list(queries.instalments(story.session, invoice.id or 0))


def transfer(story: Story, case: Application, amount: str) -> Receipt:
    """Money by a line of a statement."""
    count = len(story.session.exec(select(BankLine)).all())
    by = case.applicant_id
    statement = BankStatement(name="f", sha256=f"{count}", account="1", imported_by=by, imported_at=story.now)
    story.session.add(statement)
    story.session.flush()
    line = BankLine(statement_id=statement.id or 0, key=f"k{count}{story.now}", row=1, number="1", day=story.now.date(), amount=D(amount),
                    state=StatementState.CREDITED)  # fmt: skip
    story.session.add(line)
    story.session.flush()
    found = Receipt(
        application_id=case.id or 0, amount=D(amount), line_id=line.id, paid_at=story.now, credited_at=story.now
    )
    settling.receive(story.session, found, story.now)
    return found


def balance(story: Story, case: Application) -> queries.Balance:
    found = queries.balance(story.session, case.id or 0)
    assert found.paid - found.returned + found.due == found.billed + found.overpaid
    assert min(found.billed, found.paid, found.returned, found.due, found.overpaid, found.returnable) >= 0
    return found


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
        assert s.percent == max(r for r in rates_ if r[0] <= s.first)[1] + 4


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
    assert balance(story, case).billed == D("101849.31")


# ------------------------------------------------------------------------------------------------ balance
def test_a_part_payment_an_advance_and_too_much(story: Story, case: Application) -> None:
    transfer(story, case, "10000.00")
    (first, *_) = queries.unpaid(story.session, case.id or 0)
    assert (first.seq, first.left) == (1, D("4850.00"))
    transfer(story, case, "10000.00")
    (second, *_) = queries.unpaid(story.session, case.id or 0)
    assert (second.seq, second.covered) == (2, D("5150.00"))
    transfer(story, case, "80000.00")
    found = balance(story, case)
    assert (found.due, found.overpaid, found.returnable) == (D(0), D("1000.00"), D("1000.00"))


@pytest.mark.rows("D-20")
def test_a_part_that_is_paid_twice_is_an_advance_and_can_go_back(story: Story, case: Application) -> None:
    owner = story.house.owner(case)
    first = actions.order_payment(story.session, case.id or 0, owner, story.now)
    story.later(minutes=20)
    second = actions.order_payment(story.session, case.id or 0, owner, story.now)
    for order in (first, second):
        actions.credit(story.session, order, story.now, story.now)
    found = balance(story, case)
    assert (found.paid, found.due, found.returnable) == (D("29700.00"), D("69300.00"), D("14850.00"))


@pytest.mark.parametrize("stage", [Stage.ANNULLED_NO_PAYMENT, Stage.TERMINATED, Stage.WITHDRAWN])
def test_after_the_end_nothing_is_ordered_and_late_money_can_go_back(story: Story, stage: Stage) -> None:
    case = story.to(stage)
    before = balance(story, case)
    with pytest.raises(NotReady):
        actions.order_payment(story.session, case.id or 0, story.house.owner(case), story.now)
    transfer(story, case, "14850.00")
    found = balance(story, case)
    assert found.due == 0
    assert found.returnable - before.returnable == D("14850.00")


def test_money_of_a_refused_offer_goes_to_the_corrected_one(story: Story, case: Application) -> None:
    transfer(story, case, "20000.00")
    issue(story, case, "PAY-X25", "80000.00")
    unpaid = queries.unpaid(story.session, case.id or 0)
    assert [i.seq for i in unpaid] == [2, 3, 4]
    assert balance(story, case).due == D("60000.00")


STEP = st.tuples(st.sampled_from(["pay", "pay", "back", "undo", "void"]), st.integers(1, 4_000_000))


@many
@given(steps=st.lists(STEP, max_size=8))
def test_the_balance_adds_up_under_any_order_of_payments_and_returns(
    session: Session, now: Any, steps: list[tuple[str, int]]
) -> None:
    with session.begin_nested() as point:
        story = Story(session, now)
        case = story.to(Stage.OFFER_PLACED)
        for verb, kopecks in steps:
            story.later(minutes=1)
            _do(story, case, verb, D(kopecks) / 100)
            found = balance(story, case)
            invoice = queries.invoice_of(session, case.id or 0)
            rows = queries.instalments(session, invoice.id or 0) if invoice else ()
            assert sum((r.covered for r in rows), D(0)) == min(found.paid - found.returned, found.billed)
            assert all((r.credited_at is not None) == (r.covered == r.whole) for r in rows)
            credited = [r.credited_at is not None for r in rows]
            assert credited == sorted(credited, reverse=True)  # no hole
        point.rollback()


def _do(story: Story, case: Application, verb: str, sum_: Decimal) -> None:
    session, case_id = story.session, case.id or 0
    if verb == "pay":
        transfer(story, case, str(sum_))
    elif verb == "back" and queries.balance(session, case_id).returnable > 0:
        rows = returns.refund(
            session, case_id, min(sum_, queries.balance(session, case_id).returnable), "по заявлению", story.now
        )
        settled = rows[0]
        settled.state = RefundState.DONE if int(sum_) % 2 else RefundState.REFUSED
        session.add(settled)
        session.flush()
        settling.settle(session, case_id, settling.newest(session, case_id))
    elif (
        verb == "undo" and (last := settling.newest(session, case_id)) and queries.pool(session, case_id) >= last.amount
    ):
        settling.reverse(session, last, "чужие деньги", story.now)
    elif verb == "void":
        actions.annul_invoice(session, case_id, story.now)
        assert queries.invoice_of(session, case_id) is None


# ------------------------------------------------------------------------------------------------ returns
def overpaid(story: Story, case: Application) -> None:
    """Card payment of everything, then 5 000 ₽ by a transfer."""
    story.pay(case, [1, 2, 3, 4])
    transfer(story, case, "5000.00")


def test_a_return_needs_two_people(story: Story, case: Application) -> None:
    overpaid(story, case)
    billing, manager = story.staff(Role.BILLING), story.staff(Role.MANAGER)
    (row,) = returns.refund(story.session, case.id or 0, D("5000"), "заявление от 02.11.2026", story.now, actor=billing)
    assert row.state == RefundState.PROPOSED
    assert balance(story, case).returned == D("5000.00")  # promised: it is not given twice
    with pytest.raises(NotAllowed):
        returns.approve(story.session, row.id or 0, billing, story.now)
    returns.approve(story.session, row.id or 0, manager, story.now)
    assert row.state == RefundState.TRANSFER
    with pytest.raises(Invalid):
        returns.transferred(story.session, row.id or 0, billing, " ", story.now)
    returns.transferred(story.session, row.id or 0, billing, "№ 118 от 02.11.2026", story.now)
    assert row.state == RefundState.DONE
    assert balance(story, case).overpaid == 0


def test_the_manager_who_asked_does_not_agree_with_himself(story: Story, case: Application) -> None:
    overpaid(story, case)
    manager = story.staff(Role.MANAGER)
    (row,) = returns.refund(story.session, case.id or 0, D("1"), "основание", story.now, actor=manager)
    with pytest.raises(NotAllowed):
        returns.approve(story.session, row.id or 0, manager, story.now)


@pytest.mark.parametrize(
    ("amount", "ground", "field"),
    [("5000.01", "g", "amount"), ("0", "g", "amount"), ("-1", "g", "amount"), ("1", " ", "ground")],
)
def test_more_than_is_free_and_returns_without_a_ground_are_refused(
    story: Story, case: Application, amount: str, ground: str, field: str
) -> None:
    overpaid(story, case)
    with pytest.raises(Invalid) as fault:
        actions.refund(story.session, case.id or 0, D(amount), ground, story.now)
    assert fault.value.field == field
    assert story.session.exec(select(Refund)).all() == []


def test_a_return_after_an_end_goes_the_ways_the_money_came(story: Story) -> None:
    case = story.to(Stage.EXECUTION)  # the first part came by card
    transfer(story, case, "1000.00")
    story.move(case, "terminate", Role.MANAGER, reason="по соглашению")
    rows = actions.refund(story.session, case.id or 0, D("15850"), "расторжение", story.now)
    assert [(r.amount, r.state) for r in rows] == [
        (D("1000.00"), RefundState.TRANSFER),
        (D("14850.00"), RefundState.ORDERED),
    ]
    with pytest.raises(Invalid):
        actions.refund(story.session, case.id or 0, D("0.01"), "расторжение", story.now)


def test_the_banks_refusal_frees_the_money_and_can_be_tried_again(story: Story) -> None:
    case = story.to(Stage.EXECUTION)
    story.move(case, "terminate", Role.MANAGER, reason="по соглашению")
    (row,) = actions.refund(story.session, case.id or 0, D("14850"), "расторжение", story.now)
    returns.settled(story.session, row, story.now, refused="Операция отклонена")
    assert (row.state, row.error) == (RefundState.REFUSED, "Операция отклонена")
    assert balance(story, case).returnable == D("14850.00")
    returns.again(story.session, row.id or 0, story.staff(Role.BILLING), story.now)
    returns.settled(story.session, row, story.now)
    returns.settled(story.session, row, story.now, refused="поздний ответ")  # twice is once
    assert (row.state, row.tries) == (RefundState.DONE, 2)
    assert balance(story, case).returnable == 0


@pytest.mark.parametrize(("typed", "sum_"), [("14 850,00", "14850.00"), ("14850 ₽", "14850.00"), ("0,01", "0.01")])
def test_a_sum_is_read_as_people_write_it(typed: str, sum_: str) -> None:
    assert returns.typed_sum(typed) == D(sum_)


@pytest.mark.parametrize("typed", ["", "много", "-1", "0", "1,001", "1e5x", "NaN", "٣"])
def test_what_is_no_sum_is_refused(typed: str) -> None:
    with pytest.raises(Invalid):
        returns.typed_sum(typed)


# ------------------------------------------------------------------------------------------------ walls
def test_a_customer_sees_his_money_and_nobody_elses(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        story = Story(session, now)
        case = story.to(Stage.OFFER_PLACED)
        overpaid(story, case)
        returns.refund(session, case.id or 0, D("5000"), "по заявлению", now)
        stranger = story.house.applicant().id or 0
        owner, case_id = case.applicant_id, case.id or 0
    with database.reading(owner) as session:
        assert (len(queries.receipts(session, case_id)), len(queries.refunds(session, case_id))) == (2, 1)
        assert queries.balance(session, case_id).paid == D("104000.00")
        assert queries.key_rates(session)
    with database.reading(stranger) as session:
        assert (list(queries.receipts(session, case_id)), list(queries.refunds(session, case_id))) == ([], [])
    for table in ("bank_line", "bank_statement", "estimate"):
        with pytest.raises(DBAPIError), database.reading(owner) as session:
            session.execute(text(f"select * from {table}"))
