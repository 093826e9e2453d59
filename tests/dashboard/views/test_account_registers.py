"""«Реестры лицевых счетов», run without a browser: a file goes in, what was put aside comes back with reasons."""

import pytest

from dashboard import menu
from dashboard.views import account_registers as page
from infra import profiles
from infra.database import Database
from models.account import file, lines, queries
from models.account.tables import RegisterKind
from models.process.actor import Role
from tests.dashboard.views.desk import Desk, Page
from tests.models.account.billing import NUMBER

K = RegisterKind


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(database, monkeypatch)
    with made.writing():
        pass
    return made


def register(kind: RegisterKind, *told: dict[str, str]) -> bytes:
    titles = [c.title for c in lines.COLUMNS[kind]]
    samples = {c.title: c.sample for c in lines.COLUMNS[kind]}
    rows = [titles, *([(samples | one)[t] for t in titles] for one in told)]
    return "\r\n".join(";".join(row) for row in rows).encode("cp1251")


def sent(desk: Desk, kind: RegisterKind, data: bytes, role: Role = Role.BILLING) -> Page:
    shown = desk.open("account_registers", role)
    shown.app.radio(key="register-kind").set_value(kind).run()
    shown.app.file_uploader(key="register-file").set_value(("реестр.csv", data, "text/csv"))
    return shown.press("register-load")


def test_the_page_belongs_to_those_who_may_look_at_accounts() -> None:
    ours = {role for role in Role if "account_registers" in {v.entry.name for v in menu.views_of(role)}}
    assert ours == {Role.OPERATOR, Role.BILLING, Role.ADMIN, Role.MANAGER, Role.AUDITOR}


def test_a_utility_that_sells_no_electricity_has_no_such_page(monkeypatch: pytest.MonkeyPatch) -> None:
    told = profiles.cabinet()
    monkeypatch.setattr(profiles, "cabinet", lambda: told.model_copy(update={"modules": ["connection"]}))
    assert "account_registers" not in {v.entry.name for v in menu.views_of(Role.BILLING)}


def test_a_file_is_taken_and_told_of_and_its_faults_are_found_behind_its_name(desk: Desk) -> None:
    shown = sent(desk, K.ACCOUNTS, register(K.ACCOUNTS, {}, {"Лицевой счёт": "12"}))
    assert "Строк: 2. Новых: 1, изменено: 0, отложено: 1" in str([t.value for t in shown.app.toast]) + shown.text
    assert desk.reading(lambda db: queries.by_number(db, NUMBER)).holder == "Смирнова Анна Викторовна"
    shown = desk.open("account_registers", Role.BILLING)
    assert "реестр.csv" in shown.text
    (row,) = desk.reading(queries.registers)
    aside = desk.open("account_registers", Role.BILLING, register=row.id).text
    assert "Введите номер лицевого счёта цифрами, от 6 до 20" in aside
    assert "Исправьте эти строки в файле" in aside


def test_what_is_no_register_is_refused_beside_the_file(desk: Desk) -> None:
    shown = sent(desk, K.PAYMENTS, register(K.ACCOUNTS, {}))
    assert "«Номер платежа»" in shown.text
    shown = desk.open("account_registers", Role.BILLING).press("register-load")
    assert "Выберите файл, который выгрузил биллинг" in shown.text
    assert desk.reading(queries.registers) == []


def test_who_only_looks_finds_no_way_to_load(desk: Desk) -> None:
    shown = desk.open("account_registers", Role.MANAGER)
    assert "Реестров пока нет" in shown.text
    assert "Загрузить" not in shown.buttons


@pytest.mark.parametrize("kind", list(K))
def test_the_form_that_we_give_is_taken_back(kind: RegisterKind) -> None:
    (row,) = file.read(kind, page.sample(kind))
    assert lines.parse(kind, row.values).number == NUMBER


def test_a_register_that_is_not_there_is_said_to_be_not_there(desk: Desk) -> None:
    assert "По этому номеру ничего не нашли" in desk.open("account_registers", Role.ADMIN, register=10**9).text
