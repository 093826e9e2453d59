"""Money in Chromium: the calculator without a script, a statement loaded and matched, a return agreed to by a second person."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.connection.tables import Stage
from models.payment import queries
from models.people.tables import User
from signatures.secrets import hash_password
from tests.browser.conftest import PHONE, WIDE, picture, settle, sideways, sign_in
from tests.infra.test_statement import document, file
from tests.models.story import Story

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"
Window = Callable[..., Page]


@pytest.fixture
def numbers(database: Database) -> tuple[int, str, str]:
    """(case, its number, its invoice)."""
    with database.transaction() as session:
        case = Story(session, clock.now()).to(Stage.OFFER_PLACED)
        invoice = queries.invoice_of(session, case.id or 0)
        password = hash_password(PASSWORD)
        for user in session.exec(select(User)):
            user.password_hash = password
        assert invoice is not None
        return case.id or 0, case.number or "", invoice.number


@pytest.mark.rows("D-02")
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_visitor_counts_his_fee(site: str, window: Window, width: int) -> None:
    page = window(width)
    page.goto(f"{site}/")
    page.get_by_role("link", name="Рассчитать плату и срок").click()
    picture(page, "money-calculator-empty")
    page.fill("#kw", "много")
    page.get_by_role("button", name="Рассчитать плату и срок").click()
    assert page.locator("#kw-e").is_visible()
    assert page.input_value("#kw") == "много"
    picture(page, "money-calculator-wrong")
    page.fill("#kw", "15")
    page.fill("#distance", "200")
    page.get_by_role("button", name="Рассчитать плату и срок").click()
    assert "99 000,00" in page.locator("#answer-h").inner_text().replace("\u00a0", " ")
    assert sideways(page) <= 0
    picture(page, "money-calculator")


def test_what_was_counted_fills_the_application(
    site: str, numbers: tuple[int, str, str], database: Database, window: Window
) -> None:
    page = window()
    page.goto(f"{site}/calculator?kw=12,5&distance=40")
    page.get_by_role("button", name="Подать заявку с этими данными").click()
    page.wait_for_url("**/sign-in?next=*")
    with database.transaction() as session:
        login = session.exec(select(User.login).where(User.role == "APPLICANT")).first()
    page.fill("#login", str(login))
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/filing?estimate=*")
    settle(page)
    assert "Из калькулятора" in page.inner_text("[data-testid=stMain]")
    picture(page, "money-filing")
    page.get_by_text("Лесное").first.click()
    settle(page)
    page.get_by_role("button", name="Начать заявку").click()
    page.wait_for_url("**/filing?id=*")
    settle(page)
    from models.connection.tables import Application

    with database.transaction() as session:
        draft = session.exec(select(Application).where(Application.stage == Stage.DRAFT)).one().draft
    assert (draft["power_kw"], draft["voltage_kv"]) == ("12.5", "0.4")


@pytest.mark.rows("D-20")
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_billing_loads_a_statement_and_matches_the_rest(
    site: str, numbers: tuple[int, str, str], database: Database, window: Window, width: int
) -> None:
    case_id, number, invoice = numbers
    text = file(
        document("1", "14850.00", f"Оплата по счёту {invoice}", ПлательщикИНН=""),
        document("2", "90000.00", f"доплата по заявке {number}", ПлательщикИНН=""),
        document("3", "700.00", "за электроэнергию", Плательщик1="ООО «Лесной двор»"),
    )
    page = window(width)
    sign_in(page, site, "billing", PASSWORD)
    settle(page)
    page.goto(f"{site}/statements")
    settle(page)
    page.set_input_files(
        "input[type=file]", {"name": "kl_to_1c.txt", "mimeType": "text/plain", "buffer": text.encode("cp1251")}
    )
    settle(page)
    page.get_by_role("button", name="Загрузить выписку").click()
    page.get_by_text("Документов: 3").wait_for()
    settle(page)
    assert sideways(page) <= 0
    picture(page, "money-statements")
    page.get_by_role("button", name="Смирнова Анна Викторовна").first.click()
    page.wait_for_url("**/statements?line=*")
    settle(page)
    picture(page, "money-line")
    assert sideways(page) <= 0
    page.get_by_role("button", name=f"Зачесть в {number}").click()
    page.get_by_text("зачтены в заявку").wait_for()
    with database.transaction() as session:
        assert queries.balance(session, case_id).overpaid == Decimal("5850.00")
    page.goto(f"{site}/case?id={case_id}")
    settle(page)
    page.get_by_role("tab", name="Оплата").click()
    page.get_by_text("Вернуть деньги").click()
    page.get_by_label("Сумма, ₽").fill("5850,00")
    page.get_by_label("Основание").fill("заявление от 22.11.2026")
    page.get_by_label("Основание").press("Tab")
    settle(page)
    page.get_by_role("button", name="Запросить возврат").click()
    page.get_by_text("должен согласовать второй человек").wait_for()
    page.get_by_role("tab", name="Оплата").click()
    settle(page)
    picture(page, "money-case")
    assert sideways(page) <= 0
    page.context.clear_cookies()
    sign_in(page, site, "manager", PASSWORD)
    settle(page)
    page.goto(f"{site}/statements")
    settle(page)
    page.get_by_role("button", name=number).first.click()
    page.wait_for_url("**/statements?refund=*")
    settle(page)
    page.get_by_role("button", name="Согласовать возврат").click()
    page.get_by_text("Возврат отправлен в работу").wait_for()
    settle(page)
    picture(page, "money-refund")


def test_a_file_that_is_no_statement_is_refused_in_plain_words(
    site: str, numbers: tuple[int, str, str], window: Window
) -> None:
    page = window()
    sign_in(page, site, "billing", PASSWORD)
    settle(page)
    page.goto(f"{site}/statements")
    settle(page)
    broken = file(document(amount="много")).encode()
    page.set_input_files("input[type=file]", {"name": "a.txt", "mimeType": "text/plain", "buffer": broken})
    settle(page)
    page.get_by_role("button", name="Загрузить выписку").click()
    page.get_by_text("Строка 11").wait_for()
    picture(page, "money-refused")
