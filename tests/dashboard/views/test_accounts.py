"""«Лицевые счета»: the window «Привязать адрес», what is shown of an account, nobody else's; the menu of the manual."""

import pytest
from sqlmodel import select

from dashboard import menu
from dashboard.views import account_pick
from documents.wording import day, money
from infra import profiles
from models.people.tables import User
from models.process.actor import Role
from tests.dashboard.views import accounts
from tests.dashboard.views import cabinet as house
from tests.dashboard.views.accounts import ADDRESS, LINE, bound, told
from tests.dashboard.views.cabinet import Cabinet
from tests.dashboard.views.desk import Page
from tests.models.account.billing import NUMBER, OTHER

cabinet = house.cabinet  # the fixture
SECTIONS = ["Лицевые счета", "Начисления и платежи", "Ввод показаний", "Отчеты", "Настройки"]


def asked(page: Page, number: str, proof: str) -> Page:
    page.app.text_input(key="bind-number").set_value(number)
    page.app.text_input(key="bind-proof").set_value(proof)
    return page.press("bind-send")


@pytest.mark.rows("R-25")
def test_vostok_has_the_five_sections_of_the_manual_first(monkeypatch: pytest.MonkeyPatch) -> None:
    named = profiles.profile("vostok").cabinet
    monkeypatch.setattr(profiles, "cabinet", lambda: named)
    shown = [v.entry for v in menu.views_of(Role.APPLICANT, "individual") if not v.entry.hidden]
    assert [e.title for e in shown[:5]] == SECTIONS
    assert shown[0].name == "accounts", "it is where a client comes to after the sign-in"


def test_a_utility_without_retail_has_no_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    named = profiles.profile("drsk").cabinet
    monkeypatch.setattr(profiles, "cabinet", lambda: named)
    assert not {v.entry.name for v in menu.views_of(Role.APPLICANT)} & {
        "accounts",
        "bills",
        "readings",
        "account_reports",
    }


@pytest.mark.rows("R-21", "R-22")
def test_who_has_no_account_binds_the_address_by_number_and_proof(cabinet: Cabinet) -> None:
    told(cabinet, bound=False)
    with cabinet.writing() as story:
        story.session.exec(select(User).where(User.login == "anna")).one().login = NUMBER
    page = cabinet.shows("accounts", NUMBER)
    assert "Привязать адрес" in page.text
    assert page.app.text_input(key="bind-number").value == NUMBER, "a login that is a number of an account stands there"
    assert ADDRESS not in page.text
    page = asked(page, "1100 2233 4455", "смирнова")
    assert ADDRESS in page.text
    assert bound(cabinet, NUMBER) == []
    assert "Данные верны, продолжить" in page.buttons
    page.press("bind-yes")
    assert page.went[-1] == ("accounts", {})
    assert bound(cabinet, NUMBER) == [NUMBER]


@pytest.mark.rows("R-23")
def test_wrong_data_are_changed_and_what_was_typed_stays(cabinet: Cabinet) -> None:
    told(cabinet, bound=False)
    page = asked(cabinet.shows("accounts"), NUMBER, "Смирнова")
    assert "Изменить параметры регистрации" in page.buttons
    page.press("bind-number-again")
    assert page.app.text_input(key="bind-number").value == NUMBER
    page = asked(page, NUMBER, "Смирнова")
    page.press("bind-profile")
    assert page.went[-1] == ("profile", {})
    assert bound(cabinet) == []


def test_the_number_alone_a_wrong_proof_and_an_unknown_number_open_nothing_and_are_told_alike(cabinet: Cabinet) -> None:
    told(cabinet, bound=False)
    page = asked(cabinet.shows("accounts"), NUMBER, "")
    assert "Впишите фамилию собственника" in page.text
    for number, proof in ((NUMBER, "Иванова"), ("999999999999", "Смирнова")):
        page = asked(page, number, proof)
        assert "Под такой номер с такими сведениями лицевого счёта нет" in page.text
        assert page.app.text_input(key="bind-number").value == number
        assert ADDRESS not in page.text
    page = asked(page, "12", "Смирнова")
    assert "от 6 до 20" in page.text


@pytest.mark.rows("R-26")
def test_whom_nobody_asked_for_a_name_the_head_names_by_his_account(cabinet: Cabinet) -> None:
    told(cabinet)
    cabinet.signed_in("anna")
    who = account_pick.session.current()
    assert account_pick.owner(who) == who.user.name
    who.user.name = who.user.login
    assert account_pick.owner(who) == "Смирнова Анна Викторовна"


@pytest.mark.rows("R-27", "R-28", "R-29", "R-30", "R-31", "R-32", "R-33", "R-34")
def test_an_account_shows_what_the_manual_names(cabinet: Cabinet) -> None:
    told(cabinet)
    text = cabinet.shows("accounts").text
    last = accounts.paid_on(7)
    for part in (
        LINE, "Ф.И.О. собственника", "Смирнова Анна Викторовна", "Начислено за", str(accounts.bill_month().year), money("686"),
        "К оплате на", "(текущая задолженность)", money("728.50"), "Дата последнего платежа", day(last), "Сумма последнего платежа",
        money("700.50"), "Тарифы", "Услуга", "Приборы учёта", "Поставщик", "Тариф, руб", "3,43", "Реквизиты поставщиков услуг",
        "ИНН 4712011225", "позвоните в Единую справочную службу",
        "Внимание! Информация об оплате, произведенная через ЛК, отображается мгновенно. В остальных случаях в течение пяти рабочих дней.",
    ):  # fmt: skip
        assert part in text, part
    assert OTHER not in text


def test_an_unbound_account_leaves_the_cabinet(cabinet: Cabinet) -> None:
    number = told(cabinet)
    page = cabinet.shows("accounts")
    page.decide(f"unbind-{number}", "unbind-yes")
    assert bound(cabinet) == []


def test_other_sections_lead_to_binding_and_show_no_stranger(cabinet: Cabinet) -> None:
    number = told(cabinet)
    page = cabinet.shows("bills", "stranger")
    assert "Лицевой счёт ещё не привязан" in page.text
    page.press("to-bind")
    assert page.went[-1] == ("accounts", {})
    accounts.bind(cabinet, "stranger", OTHER, "Чужой")
    for name in ("accounts", "bills", "readings", "account_reports"):
        assert ADDRESS not in cabinet.shows(name, "stranger").text
    for name in ("bills", "readings", "account_reports"):
        assert "ничего не нашли" in cabinet.shows(name, "stranger", id=number).text, "somebody else's is not found"


def test_a_second_account_is_bound_and_the_active_link_chooses_one(cabinet: Cabinet) -> None:
    number = told(cabinet)
    asked(cabinet.shows("accounts", bind=1), OTHER, "Чужой").press("bind-yes")
    assert bound(cabinet) == [NUMBER, OTHER]
    text = cabinet.shows("bills").text
    assert LINE in text
    assert "Нажмите адрес" in text
    assert "Информация о начислениях" not in text
    assert "Информация о начислениях" in cabinet.shows("bills", id=number).text
