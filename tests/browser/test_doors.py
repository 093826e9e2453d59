"""The doors in Chromium: sign-in, the dressed Streamlit, its weight, sign-out, faults a person can cause."""

import gzip
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response, expect
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.people.tables import SignIn, User
from signatures.secrets import hash_password
from tests.browser import shared
from tests.browser.conftest import PHONE, WIDE, picture, settle, sign_in
from tests.browser.hands import enters, fits
from tests.house import House

pytestmark = pytest.mark.browser
database, home, site = shared.database, shared.home, shared.site
PASSWORD = "Береговая-14"
BUDGET = 1_500_000  # bytes of a first visit behind the sign-in, as they travel
Window = Callable[..., Page]


@pytest.fixture(scope="module")
def people(database: Database) -> None:
    with database.transaction() as session:
        house = House(session, clock.now())
        house.applicant().login = "anna"
        password = hash_password(PASSWORD)
        for user in session.exec(select(User)):
            user.password_hash = password


def test_public_pages_fit_their_window(site: str, window: Window) -> None:
    page = window(WIDE)
    for path in ("/", "/sign-in", "/check", "/status", "/no-such-page"):
        page.goto(site + path)
        fits(page, path, (PHONE, WIDE))


@pytest.mark.parametrize(("login", "width"), [("manager", WIDE), ("anna", PHONE)])
def test_a_person_signs_in_stays_after_a_reload_and_signs_out(
    site: str, people: None, window: Window, login: str, width: int
) -> None:
    page = window(width)
    page.goto(f"{site}/mailbox")
    page.wait_for_url("**/sign-in?next=*")
    sign_in(page, site, login, PASSWORD)
    leave = page.get_by_role("button", name="Выйти")
    expect(leave).to_be_visible()
    settle(page)
    page.reload()
    expect(leave).to_be_visible()
    settle(page)
    fits(page, "home")
    assert page.evaluate("document.cookie.includes('feeder=')") is False, "scripts cannot see the session"
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    picture(page, "home-" + login)
    leave.click()
    page.wait_for_url("**/sign-in**")
    page.goto(f"{site}/mailbox")
    page.wait_for_url("**/sign-in?next=*")


def test_the_first_visit_behind_the_sign_in_keeps_its_budget_and_comes_from_this_site_only(
    site: str, people: None, window: Window
) -> None:
    page = window(WIDE)
    seen: list[Response] = []
    hosts: set[str] = set()
    page.on("response", lambda r: None if r.url.startswith("blob:") else seen.append(r))  # made in the page itself
    page.on("request", lambda r: hosts.add(urlsplit(r.url).netloc))
    sign_in(page, site, "manager", PASSWORD)
    expect(page.get_by_role("button", name="Выйти")).to_be_visible()
    settle(page)
    scripts = [r for r in seen if r.headers.get("content-type", "").startswith(("text/javascript", "text/css"))]
    assert scripts
    assert all(r.headers.get("content-encoding") == "gzip" for r in scripts)
    assert sum(_travelled(r) for r in seen) < BUDGET
    assert hosts - {""} == {urlsplit(site).netloc}


def _travelled(response: Response) -> int:
    if response.status != 200:
        return 0
    length = response.headers.get("content-length")
    return int(length) if length else len(gzip.compress(response.body()))


def test_a_session_that_ended_says_so_at_the_next_click(
    site: str, people: None, window: Window, database: Database
) -> None:
    page = window(WIDE)
    enters(page, site, "manager", "clock")
    with database.transaction() as session:
        for row in session.exec(select(SignIn)):
            row.ended_at = clock.now()
    page.get_by_role("button", name=re.compile("Вперёд: 1 дн")).click()
    expect(page.get_by_text("Сеанс закончился")).to_be_visible()
    settle(page)
    page.get_by_role("link", name="Войти").click()
    page.wait_for_url("**/sign-in?next=%2Fclock")


def test_a_made_up_address_gives_a_sentence_and_the_page_goes_on(site: str, people: None, window: Window) -> None:
    page = window(WIDE)
    enters(page, site, "manager", "mailbox?letter=<script>alert(1)</script>")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_role("button", name="Выйти")).to_be_visible()


def test_the_desk_turns_dark_with_the_system(site: str, people: None, window: Window) -> None:
    page = window(WIDE, dark=True)
    enters(page, site, "manager")
    expect(page.locator(".stApp")).to_have_css("background-color", "rgb(15, 22, 29)")


def test_english_is_one_click_away_and_comes_back(site: str, people: None, window: Window) -> None:
    page = window(WIDE)
    enters(page, site, "manager", "clock")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    settle(page)
    assert urlsplit(page.url).path == "/clock"
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Русский").click()
    expect(page.get_by_role("button", name="Выйти")).to_be_visible()
