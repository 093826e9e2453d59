"""A register is taken once however often it comes; a wrong line is put aside with a reason that a person can act on."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import SQLModel, col, select

from infra.wording import catalogue
from models.account import lines, queries
from models.account.tables import Account, AccountPayment, Charge, Meter, Reading, Register, RegisterKind
from models.people.tables import Audit, Branch
from models.process.actor import Role
from models.process.errors import NotAllowed
from tests.models.account.billing import HOLDER, NUMBER, OTHER, Billing, month, rows
from tests.models.story import Story

K = RegisterKind
D = Decimal
TABLES = {K.ACCOUNTS: Account, K.CHARGES: Charge, K.PAYMENTS: AccountPayment, K.METERS: Meter}
TODAY = {"Дата показания": "01.11.2026", "Дата": "30.10.2026"}


@pytest.fixture
def billing(story: Story) -> Billing:
    return Billing(story)


def everything(billing: Billing, *tables: type[SQLModel]) -> list[dict[str, Any]]:
    found = [row for table in tables for row in billing.session.exec(select(table)).all()]
    return [row.model_dump(exclude={"updated_at", "entered_at"}) for row in found]


@pytest.mark.parametrize("kind", list(K))
def test_the_same_file_twice_changes_nothing(billing: Billing, kind: RegisterKind) -> None:
    billing.account()
    billing.account(OTHER)
    given = rows(kind, TODAY, {"Лицевой счёт": OTHER, **TODAY})
    once = billing.take(kind, given)
    assert (once.lines, once.made + (2 if kind is K.ACCOUNTS else 0), once.refused) == (2, 2, [])
    before = everything(billing, TABLES[kind], Reading)
    again = billing.take(kind, given)
    assert (again.lines, again.made, again.changed, again.refused) == (2, 0, 0, [])
    assert everything(billing, TABLES[kind], Reading) == before


CHANGES = {
    K.ACCOUNTS: {"Собственник": "Ильин Пётр Сергеевич"},
    K.CHARGES: {"Долг": "-12,00"},
    K.PAYMENTS: {"Сумма": "145,00"},
    K.METERS: {"Дата очередной поверки": "2030-05-01"},
}


@pytest.mark.parametrize("kind", list(K))
def test_what_the_billing_says_otherwise_is_changed_and_never_doubled(billing: Billing, kind: RegisterKind) -> None:
    billing.account()
    billing.load(kind, TODAY)
    told = billing.load(kind, TODAY | CHANGES[kind])
    assert (told.made, told.changed, told.refused) == (0, 1, [])
    assert len(billing.session.exec(select(TABLES[kind])).all()) == 1  # type: ignore[arg-type]


def test_a_line_of_the_sample_is_kept_to_the_kopeck(billing: Billing) -> None:
    account = billing.account()
    billing.load(K.CHARGES, {"Месяц": "01.2021"})
    (row,) = billing.session.exec(select(Charge)).all()
    assert (row.account_id, row.month, row.service) == (account.id, month(1, 2021), "Электроэнергия")
    assert (row.tariff, row.volume, row.charged, row.recalculated) == (D("3.43"), D(200), D("686.00"), D("42.50"))


def test_another_value_of_the_same_day_replaces_a_reading_and_both_stay(billing: Billing) -> None:
    meter = billing.meter(**TODAY)
    told = billing.load(K.METERS, TODAY | {"Показание": "12400"})
    assert (told.made, told.changed) == (0, 1)
    found = billing.session.exec(select(Reading).order_by(col(Reading.id))).all()
    assert [(r.value, r.replaced_at is None) for r in found] == [(D(12345), False), (D(12400), True)]
    assert {r.meter_id for r in found} == {meter.id}


def test_a_reading_of_another_day_is_new_though_its_meter_is_known(billing: Billing) -> None:
    billing.meter(**TODAY)
    told = billing.load(K.METERS, {"Дата показания": "02.11.2026", "Показание": "12400"})
    assert (told.made, told.changed) == (1, 0)


def test_a_meter_of_two_tariffs_is_two_counters(billing: Billing) -> None:
    billing.account()
    told = billing.load(K.METERS, TODAY | {"Зона": "день"}, TODAY | {"Зона": "ночь", "Показание": "4410"})
    assert told.made == 2
    assert [m.zone for m in billing.session.exec(select(Meter).order_by(col(Meter.id)))] == ["день", "ночь"]


REFUSED: list[tuple[RegisterKind, Mapping[str, str], str]] = [
    (K.ACCOUNTS, {"Собственник": " "}, "Заполните столбец «Собственник»"),
    (K.ACCOUNTS, {"Лицевой счёт": "12-А"}, "от 6 до 20"),
    (K.ACCOUNTS, {"Филиал": "Луга"}, "Филиала «Луга» нет"),
    (K.CHARGES, {"Лицевой счёт": "99999999"}, "Лицевого счёта 99999999 нет"),
    (K.CHARGES, {"Месяц": "13.2026"}, "Столбец «Месяц»"),
    (K.CHARGES, {"Месяц": "01.2027"}, "ещё не наступил"),
    (K.CHARGES, {"Тариф": "три"}, "Столбец «Тариф»"),
    (K.CHARGES, {"Начислено": "700,00"}, "Начислено 700, а тариф на объём — 686"),
    (K.PAYMENTS, {"Сумма": "-5"}, "больше нуля"),
    (K.PAYMENTS, {"Дата": "31.02.2026"}, "Столбец «Дата»"),
    (K.PAYMENTS, {"Дата": "03.11.2026"}, "03.11.2026 ещё не наступил"),
    (K.METERS, {"Вид": "чужой"}, "индивидуальный, общедомовой"),
    (K.METERS, {"Знаков": "2"}, "от 3 до 10"),
    (K.METERS, {"Показание": "123456", "Дата показания": "01.11.2026"}, "5 знаков до запятой"),
    (K.METERS, {"Дата показания": "03.11.2026"}, "ещё не наступил"),
]


@pytest.mark.parametrize(("kind", "told", "words"), REFUSED, ids=[f"{row[0]}-{n}" for n, row in enumerate(REFUSED)])
def test_a_wrong_line_says_what_to_do_and_the_others_are_taken(
    billing: Billing, kind: RegisterKind, told: Mapping[str, str], words: str
) -> None:
    billing.account()
    good = TODAY | {"Номер платежа": "7", "Услуга": "Отопление", "№ счётчика": "77", "Лицевой счёт": NUMBER}
    found = billing.load(kind, TODAY | told, good)
    (aside,) = found.refused
    assert (aside.line, found.lines) == (2, 2)
    assert words in catalogue("ru")[aside.template] % aside.facts
    left = billing.session.exec(select(TABLES[kind])).all()  # type: ignore[arg-type]
    assert len(left) == 1, "the good line alone"
    (kept,) = [r for r in billing.session.exec(select(Register)).all() if r.refused_count]
    assert (kept.lines, kept.refused[0]["line"], kept.refused[0]["number"]) == (2, 2, aside.number)


def test_a_line_told_twice_in_one_file_is_put_aside_and_a_refused_one_does_not_count(billing: Billing) -> None:
    billing.account()
    told = billing.load(K.PAYMENTS, {"Сумма": "0", **TODAY}, TODAY, TODAY | {"Сумма": "9"})
    assert [(r.line, "%(first)s" in r.template) for r in told.refused] == [(2, False), (4, True)]
    assert told.refused[1].facts == {"first": "3"}
    assert billing.session.exec(select(AccountPayment.amount)).one() == D("144.55")


def test_staff_of_a_branch_load_their_own_accounts_alone(billing: Billing) -> None:
    here, there = billing.session.exec(select(Branch).order_by(col(Branch.id))).all()[:2]
    clerk = billing.story.staff(Role.OPERATOR)
    assert clerk.branch_id == here.id
    billing.story.house._user(
        "operator9",
        Role.OPERATOR,
        "Там",
    ).branch_id = there.id
    billing.session.flush()
    told = billing.load(K.ACCOUNTS, {"Филиал": there.name}, {"Лицевой счёт": OTHER, "Филиал": ""}, actor=clerk)
    assert [(r.line, r.facts) for r in told.refused] == [(2, {"branch": there.name})]
    assert queries.by_number(billing.session, OTHER).branch_id == here.id  # type: ignore[union-attr]
    billing.account(Филиал=there.name)
    assert billing.load(K.PAYMENTS, TODAY, actor=clerk).refused[0].facts == {"branch": there.name}
    assert billing.load(K.ACCOUNTS, {"Филиал": here.name}, actor=clerk).refused, "nor takes it over"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OPERATOR, Role.BILLING, Role.ADMIN, Role.SYSTEM}))
def test_nobody_else_loads_registers(billing: Billing, role: Role) -> None:
    actor = billing.customer() if role is Role.APPLICANT else billing.story.staff(role)
    with pytest.raises(NotAllowed):
        billing.load(K.ACCOUNTS, {}, actor=actor)


def test_a_load_is_in_the_history_and_in_the_audit_without_names_of_people(billing: Billing) -> None:
    billing.load(K.ACCOUNTS, {})
    (row,) = queries.registers(billing.session)
    assert (row.kind, row.name, row.lines, row.made, row.loaded_by) == (
        "accounts",
        "реестр.csv",
        1,
        1,
        billing.actor.person,
    )
    (told,) = billing.session.exec(select(Audit).where(Audit.tag == "billing:account:register")).all()
    assert told.facts["made"] == 1
    assert HOLDER not in str(told.facts)


def test_the_sample_of_every_form_is_a_line_that_is_taken() -> None:
    for kind in K:
        assert lines.parse(kind, {lines.plain(c.title): c.sample for c in lines.COLUMNS[kind]}).number == NUMBER
