"""The rule editor in Chromium: a change goes from one person to another. That it and the deadline board fit: test_widths.py."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from infra import clock
from infra.database import Database
from tests.browser.conftest import PHONE, WIDE, settle
from tests.browser.hands import enters, fits, types, visits
from tests.house import House

pytestmark = pytest.mark.browser
Window = Callable[..., Page]


def test_a_rule_is_changed_by_two_people(database: Database, site: str, window: Window) -> None:
    with database.transaction() as session:
        House(session, clock.now())
    first = window(WIDE)
    enters(first, site, "manager", "rules?kind=term&code=TP-01")
    types(first.get_by_label("Только если"), "near,moon")
    expect(first.get_by_text("Признака «moon» нет")).to_be_visible()
    types(first.get_by_label("Только если"), "")
    expect(first.get_by_text("Признака «moon» нет")).to_have_count(0)
    types(first.get_by_label("Длительность", exact=True), "5")
    types(first.get_by_label("Почему меняется правило"), "Приказ № 12 от 20.11.2026")
    fits(first, "preview", (PHONE, WIDE))
    first.get_by_role("button", name="Отправить второму человеку").click()
    expect(first.locator(".f-done")).to_be_visible()
    second = window(WIDE)
    enters(second, site, "admin", "rules")
    fits(second, "waiting", (PHONE, WIDE))
    second.get_by_role("button", name="Подтвердить").click()
    expect(second.locator(".f-done")).to_be_visible()
    settle(second)
    visits(second, "rules?kind=term&code=TP-01")
    expect(second.get_by_test_id("stMain").get_by_text("Приказ № 12").first).to_be_visible()
