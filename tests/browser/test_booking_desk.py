"""A visitor written in at the desk, the board of an office, a visit moved in the cabinet; in Chromium, at both widths."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard.public import booking_links
from infra import clock
from infra.database import Database
from infra.demo.booking import fill
from infra.keys import vault_keys
from models.booking import queries
from signatures.secrets import Vault
from tests.browser import shared
from tests.browser.conftest import PHONE, WIDE, settle
from tests.browser.hands import clicks, enters, fits
from tests.browser.hands import visits as goes
from tests.models.story import Story

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
database, home, site = shared.database, shared.home, shared.site


@pytest.fixture(scope="module")
def visits(database: Database) -> dict[str, int]:
    """Visits of the demonstration; the office with the nearest visit and that visit."""
    clock.forget()
    with database.transaction() as session:
        story = Story(session, clock.now())
        anna = story.house.applicant()
        fill(session, clock.now(), Vault(vault_keys()).lock, "secret")
        office = queries.offices(session)[0]
        visit = queries.visits(session, clock.now(), office_id=office.id)[0][0]
        visit.user_id = anna.id
        session.add(visit)
        return {"office": office.id or 0, "visit": visit.id or 0}


def test_a_visitor_is_written_in_at_the_desk(site: str, window: Window, visits: dict[str, int]) -> None:
    page = window(WIDE)
    enters(page, site, "manager", f"reception?office={visits['office']}")
    page.get_by_role("button", name="Записать посетителя").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Свободные времена").or_(dialog.get_by_test_id("stButtonGroup")).first).to_be_visible()
    settle(page)
    fits(page, "make", (PHONE, WIDE))


def test_the_board_of_the_office_has_no_serious_fault(site: str, window: Window, visits: dict[str, int]) -> None:
    page = window(PHONE)
    page.goto(f"{site}/booking{booking_links.board(visits['office']).partition('/booking')[2]}")
    fits(page, "board", (WIDE, PHONE))
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


def test_a_customer_moves_his_visit_in_the_cabinet(site: str, window: Window, visits: dict[str, int]) -> None:
    page = window(PHONE)
    enters(page, site, "11223344591")
    expect(page.get_by_text("Вы записаны на приём в офис").first).to_be_visible()
    goes(page, "my_visits")
    clicks(page.get_by_role("button", name="Выбрать другое время"))
    times = page.get_by_role("dialog").locator("[data-testid=stButtonGroup] button")
    expect(times.last).to_be_visible()
    clicks(times.last)
    expect(page.get_by_role("button", name="Перенести запись")).to_be_visible()
    fits(page, "week", (WIDE, PHONE))
    page.get_by_role("button", name="Перенести запись").click()
    expect(page.get_by_text("Приём перенесён").first).to_be_visible()
