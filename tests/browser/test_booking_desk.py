"""The receptionist's day, the offices and their load in Chromium at both widths; axe-core on the light pages of booking."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from sqlmodel import select

from dashboard.public import booking_links
from infra import clock
from infra.database import Database
from infra.demo.booking import fill
from infra.keys import vault_keys
from models.booking import queries
from models.people.tables import User
from models.process.actor import Role
from signatures.secrets import Vault, hash_password
from tests.browser.conftest import PHONE, WIDE, picture, settle, sideways, sign_in
from tests.browser.test_booking import TYPED, sum_of
from tests.models.story import Story

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"


@pytest.fixture
def visits(database: Database) -> dict[str, int]:
    """Visits of the demonstration, staff with a password; the office with the nearest visit and that visit."""
    clock.forget()
    with database.transaction() as session:
        story = Story(session, clock.now())
        for role in (Role.OPERATOR, Role.MANAGER):
            story.staff(role)
        anna = story.house.applicant()
        for user in session.exec(select(User)):
            user.password_hash = hash_password(PASSWORD)
        fill(session, clock.now(), Vault(vault_keys()).lock, "secret")
        office = queries.offices(session)[0]
        visit = queries.visits(session, clock.now(), office_id=office.id)[0][0]
        visit.user_id = anna.id
        session.add(visit)
        return {"office": office.id or 0, "visit": visit.id or 0}


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_desk_fits_its_window(site: str, window, visits: dict[str, int], width: int) -> None:  # type: ignore[no-untyped-def]
    page: Page = window(width)
    sign_in(page, site, "manager", PASSWORD)
    asked = f"office={visits['office']}"
    for path in (f"reception?{asked}&q=visitor0&visit={visits['visit']}", f"offices?{asked}", "load?period=ahead"):
        page.goto(f"{site}/{path}")
        settle(page)
        assert sideways(page) <= 0, path
        assert "сломалось" not in page.inner_text("body"), path
        picture(page, f"booking-desk-{path.partition('?')[0]}")
    page.goto(f"{site}/reception?{asked}")
    settle(page)
    page.get_by_role("button", name="Записать посетителя").click()
    page.get_by_role("dialog").wait_for()
    page.get_by_text("Свободные времена").or_(
        page.locator("[role=dialog] [data-testid=stButtonGroup]").first
    ).first.wait_for()
    picture(page, "booking-desk-make")


def test_the_light_pages_have_no_serious_fault(site: str, window, visits: dict[str, int]) -> None:  # type: ignore[no-untyped-def]
    page: Page = window(PHONE)

    def clean(name: str) -> None:
        found = Axe().run(page).response["violations"]
        serious = [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]
        assert not serious, (name, serious)

    page.goto(f"{site}/booking")
    clean("landing")
    page.click("main button[type=submit]")
    page.select_option("#region", label="Ленинградская область")
    page.click("button[value=show]")
    page.select_option("#office", index=0)
    clean("office")
    page.click("button[value=next]")
    page.locator("input[name=service]").first.check()
    clean("service")
    page.click("button[value=next]")
    clean("time")
    page.goto(f"{site}/booking/waiting")
    clean("waiting")
    picture(page, "booking-waiting")
    page.goto(f"{site}/booking/time")
    page.locator("table.week input").nth(3).check(force=True)
    page.click("button[value=next]")
    clean("data")
    for name, value in TYPED.items():
        page.fill(f"#{name}", value)
    page.select_option("#utility", index=1)
    page.check("input[name=consent]")
    page.click("button[value=next]")
    page.wait_for_selector("#answer")
    clean("check")
    page.fill("#answer", sum_of(page))
    page.click("button[value=next]")
    page.wait_for_url("**/booking/done")
    clean("done")
    page.click("main a[href^='/booking/v/']")
    clean("visit")
    page.click("a[href$='/move']")
    clean("move")
    page.goto(site)
    clean("start")
    page.goto(f"{site}/booking/cancel")
    clean("cancel")
    page.goto(f"{site}/booking{booking_links.board(visits['office']).partition('/booking')[2]}")
    clean("board")
    picture(page, "booking-board")


def test_a_customer_moves_his_visit_in_the_cabinet(site: str, window, visits: dict[str, int]) -> None:  # type: ignore[no-untyped-def]
    page: Page = window(PHONE)
    sign_in(page, site, "11223344591", PASSWORD)
    page.get_by_text("Вы записаны на приём в офис").first.wait_for()
    page.goto(f"{site}/my_visits")
    settle(page)
    for width in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert sideways(page) <= 0
        picture(page, "booking-mine")
    page.get_by_role("button", name="Выбрать другое время").click()
    times = page.get_by_role("dialog").locator("[data-testid=stButtonGroup] button")
    times.last.wait_for()
    times.last.click()
    page.get_by_role("button", name="Перенести запись").wait_for()
    picture(page, "booking-mine-week")
    page.get_by_role("button", name="Перенести запись").click()
    page.get_by_text("Приём перенесён").first.wait_for()
