"""The doors in Chromium: sign-in, the dressed Streamlit, its weight, sign-out, faults a person can cause."""

import gzip
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.people.tables import SignIn, User
from signatures.secrets import hash_password
from tests.browser.conftest import PHONE, WIDE, picture, settle, sideways, sign_in
from tests.house import House

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"
BUDGET = 1_500_000  # bytes of a first visit behind the sign-in, as they travel
Window = Callable[..., Page]


@pytest.fixture
def people(database: Database) -> None:
    with database.transaction() as session:
        house = House(session, clock.now())
        house.applicant()
        password = hash_password(PASSWORD)
        for user in session.exec(select(User)):
            user.password_hash = password


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_public_pages_fit_their_window(site: str, window: Window, width: int) -> None:
    page = window(width)
    for path in ("/", "/sign-in", "/check", "/status", "/no-such-page"):
        page.goto(site + path)
        assert sideways(page) == 0
        picture(page, "public-" + (path.strip("/") or "start"))


@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("login", ["manager", "11223344591"])
def test_a_person_signs_in_stays_after_a_reload_and_signs_out(
    site: str, people: None, window: Window, login: str, width: int
) -> None:
    page = window(width)
    page.goto(f"{site}/mailbox")
    assert urlsplit(page.url).path == "/sign-in"
    sign_in(page, site, login, PASSWORD)
    settle(page)
    page.reload()
    settle(page)
    assert sideways(page) == 0
    assert page.evaluate("document.cookie.includes('feeder=')") is False, "scripts cannot see the session"
    assert page.evaluate("document.documentElement.lang") == "ru"
    picture(page, "home-" + login)
    page.get_by_role("button", name="Выйти").click()
    page.wait_for_url("**/sign-in**")
    page.goto(f"{site}/mailbox")
    assert urlsplit(page.url).path == "/sign-in"


def test_the_first_visit_behind_the_sign_in_keeps_its_budget(site: str, people: None, window: Window) -> None:
    page = window()
    seen: list[Response] = []
    page.on("response", lambda r: seen.append(r))
    sign_in(page, site, "manager", PASSWORD)
    settle(page)
    scripts = [r for r in seen if r.headers.get("content-type", "").startswith(("text/javascript", "text/css"))]
    assert scripts
    assert all(r.headers.get("content-encoding") == "gzip" for r in scripts)
    assert sum(_travelled(r) for r in seen) < BUDGET


def _travelled(response: Response) -> int:
    if response.status != 200:
        return 0
    length = response.headers.get("content-length")
    return int(length) if length else len(gzip.compress(response.body()))


def test_everything_is_fetched_from_this_site_only(site: str, people: None, window: Window) -> None:
    page = window()
    hosts: set[str] = set()
    page.on("request", lambda r: hosts.add(urlsplit(r.url).netloc))
    sign_in(page, site, "manager", PASSWORD)
    settle(page)
    assert hosts - {""} == {urlsplit(site).netloc}


def test_a_session_that_ended_says_so_at_the_next_click(
    site: str, people: None, window: Window, database: Database
) -> None:
    page = window()
    sign_in(page, site, "manager", PASSWORD)
    settle(page)
    page.goto(f"{site}/clock")
    settle(page)
    with database.transaction() as session:
        for row in session.exec(select(SignIn)):
            row.ended_at = clock.now()
    page.get_by_role("button", name=re.compile("Вперёд: 1 дн")).click()
    page.get_by_text("Сеанс закончился").wait_for()
    page.get_by_role("link", name="Войти").click()
    page.wait_for_url("**/sign-in?next=%2Fclock")


def test_a_made_up_address_gives_a_sentence_and_the_page_goes_on(site: str, people: None, window: Window) -> None:
    page = window()
    sign_in(page, site, "manager", PASSWORD)
    settle(page)
    page.goto(f"{site}/mailbox?letter=<script>alert(1)</script>")
    settle(page)
    page.get_by_role("alert").wait_for()
    picture(page, "fault-business")


def test_the_desk_turns_dark_with_the_system(site: str, people: None, window: Window) -> None:
    page = window(dark=True)
    sign_in(page, site, "manager", PASSWORD)
    settle(page)
    ground = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert ground == "rgb(15, 22, 29)"
    picture(page, "home-dark")


def test_english_is_one_click_away_and_comes_back(site: str, people: None, window: Window) -> None:
    page = window()
    sign_in(page, site, "manager", PASSWORD)
    settle(page)
    page.goto(f"{site}/clock")
    settle(page)
    page.get_by_role("link", name="English").click()
    page.get_by_role("button", name="Sign out").wait_for()
    settle(page)
    assert urlsplit(page.url).path == "/clock"
    assert page.evaluate("document.documentElement.lang") == "en"
    page.get_by_role("link", name="Русский").click()
    page.get_by_role("button", name="Выйти").wait_for()
