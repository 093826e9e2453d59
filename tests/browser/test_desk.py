"""The desk in Chromium: a case is opened and accepted by keyboard, a stage of the picture opens its queue, personal data close
again. That its pages fit their windows: test_widths.py."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from infra import clock
from infra.database import Database
from models.connection.tables import Application, Stage
from tests.browser import shared
from tests.browser.conftest import WIDE, settle
from tests.browser.hands import enters
from tests.models.story import Story

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
database, home, site = shared.database, shared.home, shared.site


@pytest.fixture(scope="module")
def cases(database: Database) -> dict[str, Application]:
    """One to accept, one to look at, one with the engineer."""
    with database.transaction() as session:
        story = Story(session, clock.now())
        return {name: story.to(stage) for name, stage in (
            ("accepted", Stage.CHECKING), ("checking", Stage.CHECKING), ("engineering", Stage.ENGINEERING),
        )}  # fmt: skip


def test_a_stage_of_the_picture_opens_its_queue(site: str, cases: dict[str, Application], window: Window) -> None:
    page = window(WIDE)
    enters(page, site, "manager", "process")
    page.locator("svg [data-id=ENGINEERING]").click()
    expect(page.get_by_role("heading", name="Моя очередь")).to_be_visible()
    settle(page)
    expect(page.get_by_role("button", name=cases["engineering"].number or "")).to_be_visible()
    expect(page.get_by_role("button", name=cases["checking"].number or "")).to_have_count(0)


def test_a_case_is_opened_and_accepted_by_keyboard(site: str, cases: dict[str, Application], window: Window) -> None:
    page, case = window(WIDE), cases["accepted"]
    enters(page, site, "operator")
    page.get_by_role("button", name=case.number or "").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/case?id={case.id}*")
    expect(page.get_by_role("heading", name=case.number or "").first).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Принять как полную").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Принять как полную").press("Enter")
    expect(page.locator(".f-done")).to_contain_text("Сделано")
    settle(page)
    page.reload()
    expect(page.locator(".f-head")).to_contain_text("подготовка ТУ")


def test_personal_data_close_again_with_the_page(site: str, cases: dict[str, Application], window: Window) -> None:
    page, passport = window(WIDE), "4108 512340"
    enters(page, site, "operator", f"case?id={cases['checking'].id}")
    page.get_by_role("tab", name="Данные").click()
    show = page.get_by_role("button", name="Показать персональные данные")
    expect(show).to_be_visible()
    expect(page.get_by_text(passport)).to_have_count(0)
    show.click()
    expect(page.get_by_text(passport)).to_be_visible()
    settle(page)
    page.reload()
    settle(page)
    page.get_by_role("tab", name="Данные").click()
    expect(show).to_be_visible()
    expect(page.get_by_text(passport)).to_have_count(0)
