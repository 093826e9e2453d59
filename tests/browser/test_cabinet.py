"""The cabinet in Chromium: pages fit their window, what is typed goes on in another browser, a double click does one thing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from infra import clock
from infra.database import Database
from infra.keys import vault_keys
from models.connection.tables import Application, Message, Stage
from models.document.tables import Attachment
from models.people.tables import User
from signatures.secrets import hash_password
from tests.browser.conftest import PHONE, WIDE, picture, settle, sideways, sign_in
from tests.models.story import Story

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"
Window = Callable[..., Page]
PLACES = {
    "home": ("/", None),
    "applications": ("/applications", None),
    "notices": ("/notices", None),
    "profile": ("/profile", None),
    "appeal": ("/appeal", None),
    "before-the-form": ("/filing", None),
    "filing": ("/filing", Stage.DRAFT),
    "offer": ("/application", Stage.OFFER_PLACED),
    "missing": ("/application", Stage.AWAITING_INFO),
    "works": ("/application", Stage.EXECUTION),
}


@pytest.fixture
def cases(database: Database) -> dict[Stage, Application]:
    """Cases of one applicant «anna», and a stranger."""
    with database.transaction() as session:
        story = Story(session, clock.now())
        anna, stranger = story.house.applicant(), story.house.applicant()
        anna.login, stranger.login = "anna", "stranger"
        stages = (Stage.AWAITING_INFO, Stage.OFFER_PLACED, Stage.EXECUTION)
        found = {stage: story.to(stage, anna) for stage in stages}
        found[Stage.DRAFT] = story.house.draft(anna)
        password = hash_password(PASSWORD)
        for user in session.exec(select(User)):
            user.password_hash = password
    return found


@pytest.fixture(autouse=True)
def same_key(tmp_path: Path) -> None:
    """The site's home is another one than that of the test: it opens what the test has locked."""
    (tmp_path / "vault.key").write_text(vault_keys()[0])


def enter(window: Window, site: str, login: str = "anna", width: int = WIDE) -> Page:
    page = window(width)
    sign_in(page, site, login, PASSWORD)
    settle(page)
    return page


def go(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)


@pytest.mark.rows("G-40")
def test_pages_fit_a_wide_window(cases: dict[Stage, Application], site: str, window: Window) -> None:
    page = enter(window, site, width=WIDE)
    expect(page.get_by_text("8 800 555-01-47").locator("visible=true").first).to_be_visible()
    for name, (path, stage) in PLACES.items():
        go(page, f"{site}{path}" + (f"?id={cases[stage].id}" if stage else ""))
        assert sideways(page) <= 0, name
        assert page.locator(".f-error").count() == 0, name
        picture(page, f"cabinet-{name}")


def test_what_is_typed_goes_on_in_another_browser(cases: dict[Stage, Application], site: str, window: Window) -> None:
    address = f"{site}/filing?id={cases[Stage.DRAFT].id}"
    here = enter(window, site)
    go(here, address)
    field = here.get_by_label("Почтовый адрес")
    field.fill("до востребования")
    field.press("Tab")
    settle(here)
    here.get_by_role("button", name="Дальше", exact=True).click()
    expect(here.get_by_role("heading", name="Шаг 2 из 5")).to_be_visible()
    there = enter(window, site, width=PHONE)
    go(there, address)
    expect(there.get_by_role("heading", name="Шаг 2 из 5")).to_be_visible()
    there.get_by_role("button", name="Назад", exact=True).click()
    expect(there.get_by_label("Почтовый адрес")).to_have_value("до востребования")


def test_somebody_elses_case_is_not_found(cases: dict[Stage, Application], site: str, window: Window) -> None:
    page = enter(window, site, "stranger")
    for path in (f"/application?id={cases[Stage.OFFER_PLACED].id}", f"/filing?id={cases[Stage.DRAFT].id}"):
        go(page, site + path)
        expect(page.get_by_text("По этому номеру ничего не нашли")).to_be_visible()
        assert "Садовый дом" not in page.inner_text("body")


def test_a_double_click_sends_one_message(
    cases: dict[Stage, Application], site: str, window: Window, database: Database
) -> None:
    page = enter(window, site)
    go(page, f"{site}/application?id={cases[Stage.EXECUTION].id}")
    page.get_by_label("Ваше сообщение").fill("Когда начнёте?")
    page.get_by_role("button", name="Отправить сообщение").dblclick()
    expect(page.locator(".f-msg")).to_have_count(1)
    settle(page)
    with database.transaction() as session:
        assert len(session.exec(select(Message)).all()) == 1


def test_files_of_one_choice_are_all_taken_and_the_bad_ones_named(
    cases: dict[Stage, Application], site: str, window: Window, database: Database
) -> None:
    case = cases[Stage.AWAITING_INFO]
    page = enter(window, site)
    go(page, f"{site}/application?id={case.id}")
    pdf = "application/pdf"
    chosen = [
        ("план.pdf", b"%PDF-1.4 a"),
        ("вирус.pdf", b"MZ" + b"0" * 99),
        ("право.pdf", b"%PDF-1.4 b"),
        ("пусто.pdf", b""),
    ]
    page.locator("input[type=file]").first.set_input_files(
        [{"name": name, "mimeType": pdf, "buffer": data} for name, data in chosen]
    )
    expect(page.get_by_role("link", name="право.pdf").first).to_be_visible()
    expect(page.get_by_text("«вирус.pdf» — не PDF")).to_be_visible()
    expect(page.get_by_text("Файл «пусто.pdf» пустой")).to_be_visible()
    with database.transaction() as session:
        mine = select(Attachment.name).where(Attachment.application_id == case.id, Attachment.kind == "reply")
        assert sorted(session.exec(mine.order_by(col(Attachment.id))).all()) == ["план.pdf", "право.pdf"]


def test_a_window_is_closed_by_its_deed(
    cases: dict[Stage, Application], site: str, window: Window, database: Database
) -> None:
    case = cases[Stage.OFFER_PLACED]
    page = enter(window, site, width=PHONE)
    go(page, f"{site}/application?id={case.id}")
    page.get_by_role("button", name="Отозвать заявку").click()
    ask = page.get_by_role("dialog")
    expect(ask.get_by_text("Договор, технические условия и счёт утратят силу", exact=False)).to_be_visible()
    ask.get_by_role("button", name="Отозвать заявку").click()
    expect(page.get_by_text("Заявка отозвана").first).to_be_visible()
    with database.transaction() as session:
        found = session.get(Application, case.id)
        assert found is not None
        assert found.stage == Stage.WITHDRAWN
