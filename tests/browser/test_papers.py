"""The editor of templates in Chromium: a template is checked and shown page by page, at a desk and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from infra import clock
from infra.database import Database
from tests.browser.conftest import PHONE, WIDE, settle
from tests.browser.hands import enters, fits
from tests.house import House

pytestmark = pytest.mark.browser


def test_the_editor_shows_a_template_and_fits_its_window(
    database: Database, site: str, window: Callable[..., Page]
) -> None:
    with database.transaction() as session:
        House(session, clock.now())
    page = window(WIDE)
    enters(page, site, "manager", "templates?kind=guide")
    page.get_by_role("button", name="Проверить и показать").click()
    expect(page.get_by_text("Шаблон в порядке")).to_be_visible()
    expect(page.get_by_text("Страница 1 из")).to_be_visible()
    settle(page)
    fits(page, "template", (PHONE, WIDE))
