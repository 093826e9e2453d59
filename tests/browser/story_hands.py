"""What a person's hands do on a Streamlit page: type, choose, press, look; each waits for the page to come to rest."""

import re
import time
from pathlib import Path

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.conftest import picture, sign_in
from tests.browser.hands import fits, listens, looks_again

PATIENCE = 90_000  # milliseconds: machines of tests are busy
SOON = 120_000  # for what the processes behind the page have to do first


def rest(page: Page) -> None:
    """The script has run to its end and no other run was asked for."""
    page.wait_for_selector("[data-testid=stMain] [data-ready]", state="attached", timeout=PATIENCE)
    for _ in range(2):
        page.wait_for_timeout(120)
        page.wait_for_selector("[data-test-script-state=notRunning]", state="attached", timeout=PATIENCE)


def enter(page: Page, site: str, login: str, password: str) -> None:
    """By the sign-in form, like everybody."""
    listens(page)
    sign_in(page, site, login, password)
    expect(page.get_by_role("button", name="Выйти")).to_be_visible(timeout=PATIENCE)
    rest(page)


def field(page: Page, label: str, nth: int = 0) -> Locator:
    """A field by its label, with or without the star of required ones."""
    return page.get_by_label(re.compile(rf"^{re.escape(label)}\*?$")).nth(nth)


def type_in(page: Page, label: str, text: str, nth: int = 0) -> None:
    found = field(page, label, nth)
    found.fill(text, timeout=PATIENCE)
    found.press("Tab")
    rest(page)


def type_day(page: Page, label: str, digits: str) -> None:
    """Day, month and year stand apart: the first one takes what is typed and passes it on."""
    page.get_by_role("spinbutton", name=f"day, {label}").click(timeout=PATIENCE)
    page.keyboard.type(digits, delay=30)
    page.keyboard.press("Tab")
    rest(page)


def choose(page: Page, label: str, option: str) -> None:
    """In a list that drops down."""
    named = page.get_by_text(re.compile(rf"^{re.escape(label)}\*?$"))
    _choose(page, page.locator("[data-testid=stSelectbox]").filter(has=named).first, option)


def choose_in(page: Page, where: str, option: str) -> None:
    """The same, where several lists bear one label."""
    _choose(page, page.locator(where).first, option)


def _choose(page: Page, box: Locator, option: str) -> None:
    """A list that the page's own run closes again is opened once more, as a person would."""
    line = page.get_by_role("option").filter(has_text=option).first
    for _ in range(4):
        box.get_by_role("combobox").click(timeout=PATIENCE)
        try:
            line.click(timeout=4_000)
            return rest(page)
        except PlaywrightTimeout:
            page.keyboard.press("Escape")
    raise AssertionError(f"no such line in the list: {option}")


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


def goes_to(page: Page, title: str) -> None:
    """By the menu, which a phone keeps folded."""
    unfold = page.get_by_test_id("stExpandSidebarButton")
    if unfold.count() and unfold.is_visible():
        unfold.click()
    page.get_by_role("link", name=re.compile(rf"^{title}\s*\d*$")).first.click(timeout=PATIENCE)  # a count may follow
    page.get_by_role("heading", level=1).wait_for(timeout=PATIENCE)
    rest(page)


def sees(page: Page, *texts: str, within: float = PATIENCE) -> None:
    for text in texts:
        expect(page.get_by_test_id("stMain").get_by_text(text).first).to_be_visible(timeout=within)


def until(page: Page, *wanted: tuple[Locator, str]) -> None:
    """Looks again and again until the processes behind the page have come there: each place says its words."""
    begun = time.monotonic()
    while True:
        try:
            for place, words in wanted:
                expect(place).to_contain_text(words, timeout=1500)
            return
        except AssertionError:
            if time.monotonic() - begun > SOON / 1000:
                raise
            looks_again(page)


def looks(page: Page, name: str) -> None:
    """The page must not be wider than its window."""
    rest(page)
    fits(page, name, told=True)


def keep(page: Page, name: str) -> Path:
    """The same, and a picture of the whole page."""
    looks(page, name)
    return picture(page, f"story-{name}")
