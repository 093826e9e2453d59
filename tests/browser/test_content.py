"""The start page in Chromium: blocks folded, taken off and returned, hints, and the count of notices that lives by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.connection.tables import Stage
from models.content.tables import Kind
from models.delivery import actions as delivery
from models.people.tables import User
from tests.browser.conftest import PATIENCE, PHONE, WIDE, settle
from tests.browser.hands import clicks, enters, fits, visits
from tests.models.content.items import item
from tests.models.story import Story

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
BADGE = """() => [...document.querySelectorAll('[data-testid=stTopNavLink]')].filter(a => a.href.endsWith('/notices'))
    .map(a => getComputedStyle(a, '::after').content.replaceAll('"', ''))[0]"""


@pytest.fixture
def anna(database: Database) -> int:
    with database.transaction() as session:
        story = Story(session, clock.now() - timedelta(hours=1))
        user = story.house.applicant()
        user.login = "anna"
        story.to(Stage.CHECKING, user)
        item(session, Kind.NEWS, clock.now() - timedelta(minutes=5))
        item(session, Kind.SURVEY, clock.now() - timedelta(minutes=5))
        return user.id or 0


def press(page: Page, key: str) -> None:
    clicks(page.locator(f".st-key-{key} button:visible").first)  # with help Streamlit draws it twice


@pytest.mark.rows("J-030", "J-039", "J-057", "J-058", "J-059", "J-080", "M-04")
def test_a_person_arranges_the_start_page_and_sees_the_count_live(
    site: str, anna: int, database: Database, window: Window
) -> None:
    page = window(WIDE)
    enters(page, site, "anna")
    expect(page.get_by_text("Подсказка 1 из")).to_be_visible()
    press(page, "hint-next-home")
    expect(page.get_by_text("Подсказка 2 из")).to_be_visible()
    press(page, "hint-home")
    expect(page.get_by_text("Подсказка")).to_have_count(0)

    news = page.get_by_role("button", name="Открыт офис в Лесном")
    expect(news).to_be_visible()
    press(page, "fold-home-news")
    expect(news).to_have_count(0)
    expect(page.get_by_role("heading", name="Новости")).to_be_visible()
    press(page, "away-home-news")
    expect(page.get_by_role("heading", name="Новости")).to_have_count(0)
    panel = page.locator(".st-key-panel-home")
    expect(panel.get_by_role("button", name="Раскрыть «Новости»")).to_be_visible()
    page.reload()
    settle(page)
    expect(panel).to_be_visible()
    clicks(panel.get_by_role("button"))
    expect(news).to_be_visible()
    expect(page.get_by_role("link", name="Все контакты")).to_have_attribute("href", "/contacts")

    page.locator("[data-testid=stTopNavLink][href$='/notices']").wait_for(state="attached")
    shown = str(page.evaluate(BADGE))
    before = int(shown) if shown.isdecimal() else 0
    with database.transaction() as session:
        delivery.notify(session, "live", anna, None, "message", "Ответ на вопрос", "", clock.now())
    page.wait_for_function(f"() => ({BADGE})() === '{before + 1}'", timeout=PATIENCE)
    expect(page.locator("[role=status]").filter(has_text=f"Новых уведомлений: {before + 1}")).to_have_count(1)

    news.click()
    expect(page.get_by_role("heading", level=1, name="Открыт офис в Лесном")).to_be_visible()
    settle(page)
    for address in ("", "bulletin", "schedule", "answers", "surveys"):
        visits(page, address)
        fits(page, address, (PHONE,))
    with database.transaction() as session:
        assert session.exec(select(User.id).where(User.login == "anna")).one() == anna
