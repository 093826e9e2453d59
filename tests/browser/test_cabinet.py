"""The cabinet in Chromium: what is typed goes on in another browser, a double click does one thing, a window is closed by its deed.
That its pages fit their windows: test_widths.py."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from infra import clock
from infra.database import Database
from models.connection.tables import Application, Message, Stage
from models.document.tables import Attachment
from tests.browser import shared
from tests.browser.conftest import PHONE, WIDE, settle
from tests.browser.hands import enters, visits
from tests.models.story import Story

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
database, home, site = shared.database, shared.home, shared.site


@pytest.fixture(scope="module")
def cases(database: Database) -> dict[Stage, Application]:
    """Cases of one applicant «anna», and a stranger."""
    with database.transaction() as session:
        story = Story(session, clock.now())
        anna, stranger = story.house.applicant(), story.house.applicant()
        anna.login, stranger.login = "anna", "stranger"
        stages = (Stage.DRAFT, Stage.AWAITING_INFO, Stage.OFFER_PLACED, Stage.EXECUTION)
        return {stage: story.to(stage, anna) for stage in stages}


def test_what_is_typed_goes_on_in_another_browser(cases: dict[Stage, Application], site: str, window: Window) -> None:
    address = f"filing?id={cases[Stage.DRAFT].id}"
    here, there = window(WIDE), window(PHONE)
    enters(here, site, "anna", address)
    field = here.get_by_label("Почтовый адрес")
    field.fill("до востребования")
    field.press("Tab")
    settle(here)
    here.get_by_role("button", name="Дальше", exact=True).click()
    expect(here.get_by_role("heading", name="Шаг 2 из 5")).to_be_visible()
    enters(there, site, "anna", address)
    expect(there.get_by_role("heading", name="Шаг 2 из 5")).to_be_visible()
    there.get_by_role("button", name="Назад", exact=True).click()
    expect(there.get_by_label("Почтовый адрес")).to_have_value("до востребования")


def test_somebody_elses_case_is_not_found(cases: dict[Stage, Application], site: str, window: Window) -> None:
    page = window(WIDE)
    enters(page, site, "stranger")
    for address in (f"application?id={cases[Stage.OFFER_PLACED].id}", f"filing?id={cases[Stage.DRAFT].id}"):
        visits(page, address)
        expect(page.get_by_text("По этому номеру ничего не нашли")).to_be_visible()
        expect(page.get_by_text("Садовый дом")).to_have_count(0)


def test_a_double_click_sends_one_message(
    cases: dict[Stage, Application], site: str, window: Window, database: Database
) -> None:
    page = window(WIDE)
    enters(page, site, "anna", f"application?id={cases[Stage.EXECUTION].id}")
    page.get_by_label("Ваше сообщение").fill("Когда начнёте?")
    page.get_by_role("button", name="Отправить сообщение").dblclick()
    expect(page.locator(".f-msg")).to_have_count(1)
    settle(page)
    expect(page.locator(".f-msg")).to_have_count(1)
    with database.transaction() as session:
        assert len(session.exec(select(Message)).all()) == 1


def test_files_of_one_choice_are_all_taken_and_the_bad_ones_named(
    cases: dict[Stage, Application], site: str, window: Window, database: Database
) -> None:
    case = cases[Stage.AWAITING_INFO]
    page = window(WIDE)
    enters(page, site, "anna", f"application?id={case.id}")
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
    page = window(PHONE)
    enters(page, site, "anna", f"application?id={case.id}")
    page.get_by_role("button", name="Отозвать заявку").click()
    ask = page.get_by_role("dialog")
    expect(ask.get_by_text("Договор, технические условия и счёт утратят силу", exact=False)).to_be_visible()
    settle(page)
    ask.get_by_role("button", name="Отозвать заявку").click()
    expect(page.get_by_text("Заявка отозвана").first).to_be_visible()
    expect(ask).to_have_count(0)
    with database.transaction() as session:
        found = session.get(Application, case.id)
        assert found is not None
        assert found.stage == Stage.WITHDRAWN
