"""The wizard of booking in Chromium: a phone without scripts, both windows with them and with axe-core, and the keyboard alone."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.booking import layout
from models.booking.register import Office
from tests.browser import shared
from tests.browser.conftest import HEIGHTS, PATIENCE, PHONE, WIDE
from tests.browser.hands import fits

pytestmark = pytest.mark.browser
database, home, site = shared.database, shared.home, shared.site
Look = Callable[[str], None]
TYPED = {
    "name": "Иванова Мария Петровна", "phone": "+7 922 555-01-00", "email": "maria@pochta.example",
    "address": "г. Приозёрск, ул. Лесная, д. 1, кв. 5", "passport_series": "4108", "passport_number": "512340",
    "passport_issued": "02.04.2008", "passport_issuer": "ТП № 47 отдела УФМС России", "birth_date": "17.03.1984",
    "birth_place": "г. Приозёрск", "registered": "г. Приозёрск, ул. Лесная, д. 1", "lives": "там же", "area": "54,3", "rooms": "2",
}  # fmt: skip


@pytest.fixture(scope="module")
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
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def sum_of(page: Page) -> str:
    """The answer to the riddle of the page that checks."""
    riddle = page.locator("label[for=answer]")
    expect(riddle).to_contain_text(re.compile(r"\d"))
    return str(sum(int(n) for n in re.findall(r"\d+", riddle.inner_text())))


def onward(page: Page, name: str = "next") -> None:
    page.click(f"button[value={name}]")


def to_the_time(page: Page, site: str, look: Look) -> None:
    """From the landing page to the week."""
    page.goto(f"{site}/booking")
    look("landing")
    page.click("main button[type=submit]")
    page.select_option("#region", label="Ленинградская область")
    onward(page, "show")
    page.select_option("#office", index=0)
    look("office")
    onward(page)
    page.locator("input[name=service]").first.check()
    look("service")
    onward(page)
    page.locator("table.week input").nth(3).wait_for(state="attached")
    look("time")


def types_himself(page: Page, look: Look) -> None:
    """A time, an empty form that is refused, a whole one."""
    page.locator("table.week input").nth(3).check(force=True)
    onward(page)
    expect(page.locator("main")).to_contain_text("Держим место за вами до")
    onward(page)
    expect(page.locator("main [role=alert], main .err, main .errors").first).to_be_visible()
    look("data-wrong")
    for name, value in TYPED.items():
        page.fill(f"#{name}", value)
    page.select_option("#utility", index=1)
    page.check("input[name=consent]")
    look("data")
    onward(page)


def confirms_and_moves(page: Page, look: Look) -> str:
    """The PIN on the page that checks is that of the card; the visit gets another time."""
    page.fill("#answer", sum_of(page))
    look("check")
    pin = page.locator(".pin b").inner_text()
    onward(page)
    expect(page.locator("main")).to_contain_text("Регистрация успешно пройдена")
    expect(page.locator("main")).to_contain_text(pin)
    look("done")
    page.click("main a[href^='/booking/v/']")
    move = page.locator("a[href$='/move']")
    move.wait_for()
    look("visit")
    move.click()
    other = page.locator("table.week input:not(:checked)").last
    other.wait_for(state="attached")
    look("move")
    other.check(force=True)
    page.click("form.week-card button[type=submit]")
    expect(page.locator("main")).to_contain_text("Приём перенесён")
    return pin


def whole(page: Page, site: str, look: Look) -> str:
    to_the_time(page, site, look)
    types_himself(page, look)
    return confirms_and_moves(page, look)


@pytest.mark.rows("B-15", "B-47", "B-59")
def test_a_phone_without_scripts_books_and_cancels(places: None, site: str, bare: Page) -> None:
    pin = whole(bare, site, lambda _name: None)
    bare.goto(f"{site}/booking/cancel")
    bare.fill("#email", TYPED["email"])
    bare.fill("#pin", pin)
    bare.click("main button[type=submit]")
    bare.locator("#pin").wait_for(state="detached")
    bare.click("main button[type=submit]")
    expect(bare.locator("main")).to_contain_text("Запись отменена")


def test_with_scripts_nothing_stands_out_sideways_and_nothing_is_seriously_at_fault(
    places: None, site: str, window: Callable[..., Page]
) -> None:
    page, axe = window(PHONE), Axe()

    def look(name: str) -> None:
        fits(page, name, (WIDE, PHONE))
        faults = [v for v in axe.run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert not faults, (name, [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in faults])

    to_the_time(page, site, look)
    page.goto(f"{site}/booking/waiting")
    look("waiting")
    page.goto(f"{site}/booking/time")
    types_himself(page, look)
    confirms_and_moves(page, look)
    for name in ("ticket", "cancel"):
        page.goto(f"{site}/booking/{name}")
        look(name)


def test_the_whole_wizard_is_walked_by_the_keyboard_alone(places: None, site: str, window: Callable[..., Page]) -> None:
    """Tab, Shift+Tab, Enter, Space, arrows; no script puts the focus anywhere."""
    page = window(WIDE)
    page.goto(f"{site}/booking")
    expect(page.locator("h1")).to_be_visible()
    press(page, "main button[type=submit]")
    keys_choose_the_place(page)
    keys_choose_the_time(page)
    keys_type_the_data(page)
    answer = sum_of(page)
    reach(page, "input[name=remind]")
    page.keyboard.press("ArrowDown")
    reach(page, "#answer")
    page.keyboard.type(answer)
    press(page, "button[value=next]")
    expect(page.locator("main")).to_contain_text("Регистрация успешно пройдена")
    press(page, "a[href^='/booking/v/']")
    expect(page.locator("form[action$='/cancel']")).to_be_visible()
    press(page, "form[action$='/cancel'] button")
    expect(page.locator("h1")).to_have_text("Запись отменена")


def keys_choose_the_place(page: Page) -> None:
    expect(page.locator("#region")).to_be_visible()
    reach(page, "#region")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#region option:checked")).to_have_text("Ленинградская область")
    press(page, "button[value=show]")
    expect(page.locator("#office")).to_be_visible()
    reach(page, "#office")
    page.keyboard.press("ArrowDown")
    reach(page, "#region", "Shift+Tab")
    press(page, "button[value=next]")
    service = page.locator("input[name=service]")
    expect(service.first).to_be_visible()
    reach(page, "input[name=service]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(service.nth(1)).to_be_checked()
    press(page, "button[value=next]")


def keys_choose_the_time(page: Page) -> None:
    """Of the next week; the arrows go from time to time."""
    weeks = page.locator(".weeks b")
    expect(weeks).to_be_visible()
    first = weeks.inner_text()
    press(page, ".weeks a:last-child")
    expect(weeks).not_to_have_text(first)
    reach(page, "table.week input")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator("table.week input:checked")).to_have_count(1)
    press(page, "button[value=next]")
    expect(page.locator("#left")).to_contain_text(re.compile(r"\d:\d\d"))


def keys_type_the_data(page: Page) -> None:
    """Back and forth once: nothing is lost."""
    for name, value in TYPED.items():
        if name == "registered":
            reach(page, "#utility")
            page.keyboard.press("ArrowDown")
        reach(page, f"#{name}")
        page.keyboard.type(value)
    reach(page, "input[name=consent]")
    page.keyboard.press("Space")
    press(page, "button[value=back]")
    expect(page.locator("table.week input:checked")).to_have_count(1)
    press(page, "button[value=next]")
    expect(page.locator("#name")).to_have_value(TYPED["name"])
    press(page, "button[value=next]")


def reach(page: Page, wanted: str, key: str = "Tab") -> None:
    """From where the focus is, by this key alone, until it stands on what the selector means."""
    for _press in range(150):
        page.keyboard.press(key)
        if page.locator(f":is({wanted}):focus").count():
            return
    raise AssertionError(f"{key} does not lead to {wanted}")


def press(page: Page, wanted: str) -> None:
    reach(page, wanted)
    page.keyboard.press("Enter")
