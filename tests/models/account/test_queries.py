"""What the cabinet shows of an account: the numbers of the manual, debts with later payments, meters and reports."""

from datetime import date
from decimal import Decimal

import pytest

from models.account import actions, queries
from models.account.tables import MeterKind, RegisterKind
from models.process.actor import Actor
from tests.models.account.billing import HOLDER, NUMBER, Billing, month
from tests.models.story import Story

D = Decimal
K = RegisterKind
ZERO = {"Услуга": "Обслуживание ВДГО", "Тариф": "0", "Объём": "0", "Начислено": "0", "Долг": "0", "Оплачено": "0",
        "Перерасчёт": "0", "Приборы учёта": "", "Ед. изм.": "кв.м"}  # fmt: skip


@pytest.fixture
def billing(story: Story) -> Billing:
    made = Billing(story)
    made.account()
    return made


@pytest.fixture
def anna(billing: Billing) -> Actor:
    found = billing.customer()
    assert actions.bind(billing.session, found, NUMBER, "Смирнова", billing.story.now)
    return found


def number(billing: Billing) -> int:
    row = queries.by_number(billing.session, NUMBER)
    assert row is not None
    return row.id or 0


def test_an_account_shows_the_newest_bill_the_debt_of_now_and_the_last_payment(billing: Billing, anna: Actor) -> None:
    billing.load(K.CHARGES, {"Месяц": "09.2026"}, {"Месяц": "10.2026"}, {"Месяц": "10.2026", **ZERO})
    billing.load(K.PAYMENTS, {"Дата": "25.10.2026"}, {"Дата": "01.11.2026", "Номер платежа": "2", "Сумма": "700"})
    (sight,) = queries.accounts(billing.session, anna.person)
    assert (sight.number, sight.holder) == (NUMBER, HOLDER)
    assert sight.charged == (month(10), D("686.00"))
    assert (sight.due, sight.due_on) == (D("28.50"), date(2026, 11, 2)), "less what came after the bill was formed"
    assert sight.last_payment == (date(2026, 11, 1), D(700))
    assert [(t.service, t.meters, t.tariff) for t in sight.tariffs] == [
        ("Электроэнергия", 1, D("3.43")), ("Обслуживание ВДГО", 0, D(0))
    ]  # fmt: skip
    assert (sight.tariffs[0].provider, sight.tariffs[0].details) == (
        "ООО «Озёрная сбытовая компания»",
        "ИНН 4712011225",
    )


def test_an_account_without_bills_and_payments_owes_nothing(billing: Billing, anna: Actor) -> None:
    (sight,) = queries.accounts(billing.session, anna.person)
    assert (sight.charged, sight.due, sight.last_payment, sight.tariffs) == (None, D(0), None, [])


@pytest.mark.rows("R-44")
def test_a_bill_is_the_sample_of_the_manual(billing: Billing) -> None:
    billing.load(K.CHARGES, {"Месяц": "01.2021"}, {"Месяц": "01.2021", **ZERO})
    bill = queries.bill(billing.session, number(billing), month(1, 2021))
    assert (bill.as_of, bill.total) == (date(2021, 2, 1), D("728.50"))
    assert [(line.service, line.due) for line in bill.lines] == [
        ("Электроэнергия", D("728.50")), ("Обслуживание ВДГО", D(0))
    ]  # fmt: skip
    first = bill.lines[0]
    assert (first.tariff, first.debt, first.paid, first.volume, first.unit) == (D("3.43"), 698, 698, 200, "кВт.ч")
    assert (first.charged, first.recalculated) == (686, D("42.50"))


def test_an_advance_is_below_zero(billing: Billing) -> None:
    billing.load(K.CHARGES, {"Долг": "-900", "Оплачено": "0", "Перерасчёт": "-10"})
    assert queries.due_now(billing.session, number(billing)) == D("-224.00")


def test_charges_of_a_period_stand_month_by_month(billing: Billing) -> None:
    billing.load(K.CHARGES, *({"Месяц": f"{n:02}.2026"} for n in range(1, 11)))
    assert queries.months(billing.session, number(billing)) == [month(n) for n in range(10, 0, -1)]
    found = queries.charges(billing.session, number(billing), month(3), month(5))
    assert [(b.month, b.total) for b in found] == [(month(n), D("728.50")) for n in (5, 4, 3)]


def test_payments_of_a_period_hold_both_its_days(billing: Billing) -> None:
    told = [{"Дата": f"{day:02}.10.2026", "Номер платежа": f"{day}"} for day in (1, 2, 3, 4)]
    billing.load(K.PAYMENTS, *told)
    found = queries.payments(billing.session, number(billing), date(2026, 10, 2), date(2026, 10, 3))
    assert [(p.paid_on.day, p.amount, p.place) for p in found] == [
        (3, D("144.55"), "Отделение почтовой связи 188760"), (2, D("144.55"), "Отделение почтовой связи 188760")
    ]  # fmt: skip


def test_a_meter_shows_the_reading_at_the_beginning_of_the_period_and_the_newest(billing: Billing, anna: Actor) -> None:
    billing.load(K.METERS, {"Дата показания": "25.10.2026", "Показание": "12301"})
    meter = billing.meter(**{"Дата показания": "01.11.2026"})
    actions.enter(billing.session, anna, meter.id or 0, "12445", billing.story.now)
    (sight,) = queries.meters(billing.session, number(billing), date(2026, 11, 2))
    assert sight.start is not None
    assert sight.last is not None
    assert (sight.start.value, sight.last.value, sight.refused) == (12345, 12445, "")
    assert (sight.serial, sight.verified_until, sight.unit) == ("01234567899876", date(2028, 1, 1), "кВт.ч")


def test_a_meter_says_why_it_takes_no_readings_and_a_removed_one_is_gone(billing: Billing) -> None:
    billing.load(K.METERS, {"Дата очередной поверки": "01.11.2026"}, {"№ счётчика": "2", "Снят": "01.11.2026"})
    (sight,) = queries.meters(billing.session, number(billing), date(2026, 11, 2))
    assert sight.refused.startswith("The verification of the meter has run out")


def test_readings_of_one_kind_tell_what_was_consumed_between_them(billing: Billing, anna: Actor) -> None:
    billing.load(
        K.METERS, {"Дата показания": "25.09.2026", "Показание": "99900"}, {"№ счётчика": "2", "Вид": "Общедомовой"}
    )
    meter = billing.meter(**{"Дата показания": "25.10.2026", "Показание": "40"})
    actions.enter(billing.session, anna, meter.id or 0, "140", billing.story.now)
    own = queries.readings(
        billing.session, number(billing), MeterKind.INDIVIDUAL, date(2026, 10, 1), date(2026, 11, 30)
    )
    assert [(r.value, r.consumed, r.source) for r in own] == [(140, 100, "cabinet"), (40, 140, "office")]
    common = queries.readings(billing.session, number(billing), MeterKind.COMMON, date(2026, 1, 1), date(2026, 11, 30))
    assert [(r.serial, r.consumed) for r in common] == [("2", None)]
