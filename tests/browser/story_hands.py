"""What a person's hands do on a Streamlit page: type, choose, press, look; each waits for the page to come to rest."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import picture, sideways, sign_in

PATIENCE = 30_000  # milliseconds: machines of tests are busy
SOON = 60_000  # for what the processes behind the page have to do first


def rest(page: Page) -> None:
    """The script has run to its end and no other run was asked for."""
    page.wait_for_selector("[data-testid=stMain] [data-ready]", state="attached", timeout=PATIENCE)
    page.wait_for_timeout(150)
    page.wait_for_selector("[data-test-script-state=notRunning]", state="attached", timeout=PATIENCE)


def enter(page: Page, site: str, login: str, password: str) -> None:
    """By the sign-in form, like everybody."""
    sign_in(page, site, login, password)
    rest(page)


def field(page: Page, label: str, nth: int = 0) -> Locator:
    """A field by its label, with or without the star of required ones."""
    return page.get_by_label(re.compile(rf"^{re.escape(label)}\*?$")).nth(nth)


def type_in(page: Page, label: str, text: str, nth: int = 0) -> None:
    found = field(page, label, nth)
    found.fill(text, timeout=PATIENCE)
    found.press("Tab")
    rest(page)


def choose(page: Page, label: str, option: str, nth: int = 0) -> None:
    """In a list that drops down."""
    box = page.locator("[data-testid=stSelectbox]").filter(has=page.get_by_text(re.compile(rf"^{re.escape(label)}\*?$")))
    box.nth(nth).get_by_role("combobox").click(timeout=PATIENCE)
    page.get_by_role("option").filter(has_text=option).first.click(timeout=PATIENCE)
    rest(page)


def tick(page: Page, label: str) -> None:
    page.get_by_text(label).first.click(timeout=PATIENCE)
    rest(page)


def press(page: Page, name: str, *, exact: bool = False) -> None:
    page.get_by_role("button", name=name, exact=exact).first.click(timeout=PATIENCE)
    rest(page)


def press_in_window(page: Page, name: str) -> None:
    """The button of the window that asks once more."""
    page.get_by_role("dialog").get_by_role("button", name=name).click(timeout=PATIENCE)
    rest(page)


def sees(page: Page, *texts: str, within: float = PATIENCE) -> None:
    for text in texts:
        expect(page.get_by_test_id("stMain").get_by_text(text).first).to_be_visible(timeout=within)


def keep(page: Page, name: str) -> Path:
    """A picture of the whole page, which must not be wider than its window."""
    rest(page)
    assert sideways(page) <= 0, f"{name}: the page is wider than its window"
    return picture(page, f"story-{name}")
