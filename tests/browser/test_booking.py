"""The wizard of booking in Chromium: a phone without scripts, a wide window with them, and the keyboard alone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.booking import layout
from models.booking.register import Office
from tests.browser.conftest import HEIGHTS, PHONE, WIDE, picture, sideways

pytestmark = pytest.mark.browser
TYPED = {
    "name": "Иванова Мария Петровна", "phone": "+7 922 555-01-00", "email": "maria@pochta.example",
    "address": "г. Приозёрск, ул. Лесная, д. 1, кв. 5", "passport_series": "4108", "passport_number": "512340",
    "passport_issued": "02.04.2008", "passport_issuer": "ТП № 47 отдела УФМС России", "birth_date": "17.03.1984",
    "birth_place": "г. Приозёрск", "registered": "г. Приозёрск, ул. Лесная, д. 1", "lives": "там же", "area": "54,3", "rooms": "2",
}  # fmt: skip


@pytest.fixture
def places(database: Database) -> None:
    clock.forget()
    with database.transaction() as session:
        for office in session.exec(select(Office)):
            layout.lay_out(session, office, clock.now())


@pytest.fixture
def bare(browser: Browser) -> Iterator[Page]:
    """A phone without scripts."""
    context = browser.new_context(
        viewport={"width": PHONE, "height": HEIGHTS[PHONE]}, locale="ru-RU", java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def shot(page: Page, name: str) -> None:
    """Pictures and widths need scripts; a page without them is photographed only."""
    page.screenshot(path=f"artifacts/{name}-{page.viewport_size['width']}.png", full_page=True)  # type: ignore[index]


def sum_of(page: Page) -> str:
    words = page.locator("label[for=answer]").inner_text()
    return str(sum(int(n) for n in re.findall(r"\d+", words)))


def onward(page: Page, name: str, *, wide: bool) -> None:
    if wide:
        assert sideways(page) <= 0, name
        picture(page, f"booking-{name}")
    else:
        shot(page, f"booking-{name}")


def whole(page: Page, site: str, *, wide: bool) -> str:
    """From the landing page to the card; the PIN."""
    page.goto(f"{site}/booking")
    onward(page, "landing", wide=wide)
    page.click("main button[type=submit]")
    page.select_option("#region", label="Ленинградская область")
    page.click("button[value=show]")
    page.select_option("#office", index=0)
    onward(page, "office", wide=wide)
    page.click("button[value=next]")
    page.locator("input[name=service]").first.check()
    onward(page, "service", wide=wide)
    page.click("button[value=next]")
    page.locator("table.week input").nth(3).check(force=True)
    onward(page, "time", wide=wide)
    page.click("button[value=next]")
    assert "Держим место за вами до" in page.inner_text("main")
    page.click("button[value=next]")
    onward(page, "data-wrong", wide=wide)
    for name, value in TYPED.items():
        page.fill(f"#{name}", value)
    page.select_option("#utility", index=1)
    page.check("input[name=consent]")
    onward(page, "data", wide=wide)
    page.click("button[value=next]")
    page.fill("#answer", sum_of(page))
    onward(page, "check", wide=wide)
    pin = page.inner_text(".pin b")
    page.click("button[value=next]")
    assert pin in page.inner_text("main")
    assert "Регистрация успешно пройдена" in page.inner_text("main")
    onward(page, "done", wide=wide)
    page.click("main a[href^='/booking/v/']")
    onward(page, "visit", wide=wide)
    page.click("a[href$='/move']")
    page.locator("table.week input:not(:checked)").last.check(force=True)
    onward(page, "move", wide=wide)
    page.click("form.week-card button[type=submit]")
    assert "Приём перенесён" in page.inner_text("main")
    return pin


@pytest.mark.rows("B-15", "B-47", "B-59")
def test_a_phone_without_scripts_books_and_cancels(places: None, site: str, bare: Page) -> None:
    pin = whole(bare, site, wide=False)
    bare.goto(f"{site}/booking/cancel")
    shot(bare, "booking-cancel")
    bare.fill("#email", TYPED["email"])
    bare.fill("#pin", pin)
    bare.click("main button[type=submit]")
    shot(bare, "booking-cancel-confirm")
    bare.click("main button[type=submit]")
    assert "Запись отменена" in bare.inner_text("main")


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_with_scripts_the_minutes_count_and_nothing_stands_out_sideways(
    places: None,
    site: str,
    window,
    width: int,  # type: ignore[no-untyped-def]
) -> None:
    page = window(width)
    whole(page, site, wide=True)
    page.goto(f"{site}/booking/ticket")
    assert sideways(page) <= 0


def test_the_keyboard_alone_chooses_a_time(places: None, site: str, window) -> None:  # type: ignore[no-untyped-def]
    page = window(WIDE)
    page.goto(f"{site}/booking")
    page.locator("main button[type=submit]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#region")
    page.select_option("#region", label="Республика Карелия")
    page.locator("button[value=show]").press("Enter")
    page.locator("#office").wait_for()
    page.locator("button[value=next]").press("Enter")
    page.locator("input[name=service]").first.press("Space")
    page.locator("button[value=next]").press("Enter")
    page.locator("table.week input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.locator("table.week input:checked").count() == 1
    page.locator("button[value=next]").press("Enter")
    page.wait_for_selector("#name")
    assert re.search(r"\d:\d\d", page.inner_text("#left"))
    by_tab(page, TYPED)
    page.wait_for_selector("#answer")
    by_tab(page, {"answer": sum_of(page)})
    page.wait_for_url("**/booking/done")


def by_tab(page: Page, typed: dict[str, str]) -> None:
    """Fills a form as somebody without a mouse does: from field to field, then the button."""
    page.locator("main h1").evaluate("e => { e.tabIndex = -1; e.focus(); }")
    for _press in range(120):
        page.keyboard.press("Tab")
        name, kind, value = page.evaluate(
            "() => { const e = document.activeElement; return [e.id || e.name, e.type || '', e.value || '']; }"
        )
        if name in typed:
            page.keyboard.type(typed[name])
        elif kind == "select-one":
            page.keyboard.press("ArrowDown")
        elif kind == "checkbox":
            page.keyboard.press("Space")
        elif kind == "submit" and value == "next":
            page.keyboard.press("Enter")
            return
    raise AssertionError("the button was not reached")
