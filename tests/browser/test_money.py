"""Money in Chromium: the calculator, a statement loaded and matched, a return agreed to by a second person; at a desk and on a phone."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.connection.tables import Application, Stage
from models.payment import queries
from models.people.tables import User
from signatures.secrets import hash_password
from tests.browser import shared
from tests.browser.conftest import PHONE, WIDE, settle
from tests.browser.hands import clicks, enters, fits, types, visits
from tests.infra.test_statement import document, file
from tests.models.story import Story

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"
BOTH = (PHONE, WIDE)
Window = Callable[..., Page]
database, home, site = shared.database, shared.home, shared.site


@pytest.fixture(scope="module")
def numbers(database: Database) -> tuple[int, str, str]:
    """(case, its number, its invoice)."""
    with database.transaction() as session:
        case = Story(session, clock.now()).to(Stage.OFFER_PLACED)
        invoice = queries.invoice_of(session, case.id or 0)
        assert invoice is not None
        return case.id or 0, case.number or "", invoice.number


@pytest.mark.rows("D-02")
def test_a_visitor_counts_his_fee(site: str, window: Window) -> None:
    page = window(WIDE)
    page.goto(f"{site}/")
    page.get_by_role("link", name="Рассчитать плату и срок").click()
    count = page.get_by_role("button", name="Рассчитать плату и срок")
    page.fill("#kw", "много")
    fits(page, "empty", BOTH)
    count.click()
    expect(page.locator("#kw-e")).to_be_visible()
    expect(page.locator("#kw")).to_have_value("много")
    fits(page, "wrong", BOTH, told=True)
    page.fill("#kw", "15")
    page.fill("#distance", "200")
    count.click()
    expect(page.locator("#answer-h")).to_contain_text("99 000,00")
    fits(page, "counted", BOTH)


def test_what_was_counted_fills_the_application(
    site: str, numbers: tuple[int, str, str], database: Database, window: Window
) -> None:
    with database.transaction() as session:
        user = session.exec(select(User).where(User.role == "APPLICANT")).one()
        login, user.password_hash = user.login, hash_password(PASSWORD)
    page = window(WIDE)
    page.goto(f"{site}/calculator?kw=12,5&distance=40")
    page.get_by_role("button", name="Подать заявку с этими данными").click()
    page.wait_for_url("**/sign-in?next=*")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/filing?estimate=*")
    expect(page.get_by_test_id("stMain").get_by_text("Из калькулятора").first).to_be_visible()
    settle(page)
    clicks(page.get_by_text("Лесное").first)
    page.get_by_role("button", name="Начать заявку").click()
    page.wait_for_url("**/filing?id=*")
    expect(page.get_by_role("heading", name="Шаг 1 из 5")).to_be_visible()
    with database.transaction() as session:
        draft = session.exec(select(Application).where(Application.stage == Stage.DRAFT)).one().draft
    assert (draft["power_kw"], draft["voltage_kv"]) == ("12.5", "0.4")


@pytest.mark.soak
@pytest.mark.rows("D-20")
def test_billing_loads_a_statement_and_matches_the_rest(
    site: str, numbers: tuple[int, str, str], database: Database, window: Window
) -> None:
    case_id, number, invoice = numbers
    page = window(WIDE)
    _loads(page, site, number, invoice)
    clicks(page.get_by_role("button", name=f"Зачесть в {number}"))
    expect(page.get_by_text("зачтены в заявку").first).to_be_visible()
    with database.transaction() as session:
        assert queries.balance(session, case_id).overpaid == Decimal("5850.00")
    _asks_to_return(page, case_id)
    enters(page, site, "manager", "statements")
    page.get_by_role("button", name=number).first.click()
    page.wait_for_url("**/statements?refund=*")
    agree = page.get_by_role("button", name="Согласовать возврат")
    expect(agree).to_be_visible()
    settle(page)
    agree.click()
    expect(page.get_by_text("Возврат отправлен в работу").first).to_be_visible()
    settle(page)
    fits(page, "refund", BOTH)


def _loads(page: Page, site: str, number: str, invoice: str) -> None:
    """Three documents: one finds its invoice, one is opened to be matched by hand."""
    text = file(
        document("1", "14850.00", f"Оплата по счёту {invoice}", ПлательщикИНН=""),
        document("2", "90000.00", f"доплата по заявке {number}", ПлательщикИНН=""),
        document("3", "700.00", "за электроэнергию", Плательщик1="ООО «Лесной двор»"),
    )
    enters(page, site, "billing", "statements")
    _chooses(page, "kl_to_1c.txt", text.encode("cp1251"))
    expect(page.get_by_text("Документов: 3").first).to_be_visible()
    settle(page)
    fits(page, "statements", BOTH)
    page.get_by_role("button", name="Смирнова Анна Викторовна").first.click()
    page.wait_for_url("**/statements?line=*")
    expect(page.get_by_role("button", name=f"Зачесть в {number}")).to_be_visible()
    settle(page)
    fits(page, "line", BOTH)


def _chooses(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/plain", "buffer": content})
    load = page.get_by_role("button", name="Загрузить выписку")
    expect(load).to_be_enabled()
    settle(page)
    load.click()


def _asks_to_return(page: Page, case_id: int) -> None:
    visits(page, f"case?id={case_id}")
    page.get_by_role("tab", name="Оплата").click()
    clicks(page.get_by_text("Вернуть деньги"))
    types(page.get_by_label("Сумма, ₽"), "5850,00")
    types(page.get_by_label("Основание"), "заявление от 22.11.2026")
    page.get_by_role("button", name="Запросить возврат").click()
    expect(page.get_by_text("должен согласовать второй человек").first).to_be_visible()
    settle(page)
    page.get_by_role("tab", name="Оплата").click()
    settle(page)
    fits(page, "case", BOTH)


def test_a_file_that_is_no_statement_is_refused_in_plain_words(
    site: str, numbers: tuple[int, str, str], window: Window
) -> None:
    page = window(WIDE)
    enters(page, site, "billing", "statements")
    _chooses(page, "a.txt", file(document(amount="много")).encode())
    expect(page.get_by_text("Строка 11").first).to_be_visible()
