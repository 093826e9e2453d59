"""The desk's part of the ordinary path in Chromium: checked, prepared by the standard, approved, remarks answered; and what the
desk looks at beside that. That its pages fit their windows: test_widths.py."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from infra import clock, storage
from infra.database import Database
from models.connection import actions, queries
from models.connection.tables import Application, Stage
from models.document import actions as documents
from models.process.actor import Role
from tests.browser import shared
from tests.browser.conftest import PHONE, WIDE, settle
from tests.browser.hands import clicks, enters, fits, types
from tests.models.story import HUGE, LARGE, REMARKS, Story

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
database, home, site = shared.database, shared.home, shared.site


class Household:
    """One story whose every chapter is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as db:
            self.story = Story(db, clock.now())

    def tell(self, chapter: Callable[[Story], Application]) -> Application:
        with self.database.transaction() as db:
            self.story.session = self.story.house.session = db
            self.story.house.now = clock.now()
            return chapter(self.story)


@pytest.fixture(scope="module")
def household(database: Database) -> Household:
    return Household(database)


def opened(page: Page, site: str, role: Role, address: str) -> None:
    enters(page, site, role.lower(), address)


def by_standard(page: Page) -> None:
    page.get_by_role("button", name="Заполнить по образцу").click()
    page.locator(".f-done").wait_for()
    settle(page)
    for label, text in {
        "Питающий центр": "ПС 110/10 «Озёрная»", "Фидер": "Ф-7 10 кВ", "Трансформаторная подстанция": "КТП-214", "Точка присоединения": "яч. 7",
        "До границы участка, м": "120",
    }.items():  # fmt: skip
        types(page.get_by_label(label, exact=True), text)
    types(page.get_by_label("Количество, км").first, "0.12")


def sent(story: Story, case_id: int) -> Application:
    """What the legs do after the approval, and the applicant after that."""
    case = story.session.get_one(Application, case_id)
    story.store(case)
    story.move(case, "send_contract")
    return actions.raise_remarks(story.session, case_id, story.house.owner(case), REMARKS, story.now)


@pytest.mark.soak
def test_the_desk_leads_a_signed_contract_from_the_check_to_the_answered_protocol(
    site: str, household: Household, window: Window, database: Database
) -> None:
    page = window(WIDE)
    case = household.tell(lambda s: s.to(Stage.CHECKING, s.organisation(), **LARGE))
    card = f"case?id={case.id}"
    opened(page, site, Role.OPERATOR, card)
    page.get_by_text("договор подписывают обе стороны").wait_for()
    fits(page, "checking")
    clicks(page.get_by_role("button", name="Принять как полную"))
    page.get_by_role("dialog").get_by_role("button", name="Принять как полную").click()
    page.locator(".f-done").wait_for()
    settle(page)

    opened(page, site, Role.ENGINEER, f"conditions?id={case.id}")
    by_standard(page)
    fits(page, "conditions")
    page.get_by_role("button", name="Отправить на утверждение").click()
    expect(page.get_by_text("Условия отправлены на утверждение").first).to_be_visible()
    settle(page)

    opened(page, site, Role.MANAGER, f"approvals?id={case.id}")
    fits(page, "approval")
    page.get_by_role("button", name="Утвердить технические условия").click()
    page.locator(".f-done").wait_for()
    settle(page)

    household.tell(lambda s: sent(s, case.id or 0))
    opened(page, site, Role.OPERATOR, card)
    _answers(page)
    with database.transaction() as db:
        assert [d.answer for d in queries.disagreements(db, case.id or 0)] == ["edited", "accepted"]


def _answers(page: Page) -> None:
    """The first remark by a wording of our own, whose reason must be named; the second one is accepted."""
    page.get_by_role("tab", name="Разногласия").click()
    fits(page, "protocol")
    clicks(page.get_by_text("Предложить свою редакцию").first)
    page.get_by_role("button", name="Ответить на замечание").first.click()
    page.get_by_role("alert").first.wait_for()
    settle(page)
    types(page.get_by_role("textbox", name="Наша редакция").first, "Срок мероприятий — шесть месяцев")
    types(page.get_by_role("textbox", name="Причина").first, "Материалы поставляются пять месяцев")
    page.get_by_role("button", name="Ответить на замечание").first.click()
    page.get_by_text("без ответа: 1").wait_for()
    settle(page)
    clicks(page.get_by_text("Принять редакцию заявителя").first)
    page.get_by_role("button", name="Ответить на замечание").first.click()
    expect(page.get_by_text("без ответа")).to_have_count(0)
    settle(page)


def test_a_scan_is_looked_at_and_the_windows_of_an_approval_open(
    site: str, household: Household, window: Window, home: Path
) -> None:
    store = storage.FolderStorage(home / "objects")
    checking = household.tell(lambda s: with_scan(s, store))
    waiting = household.tell(lambda s: s.to(Stage.APPROVAL, s.organisation(), **HUGE))
    page = window(WIDE)
    opened(page, site, Role.OPERATOR, f"case?id={checking.id}")
    page.get_by_test_id("stMain").get_by_text("План", exact=True).first.click()
    page.locator("img[alt^='План']").wait_for()
    fits(page, "scan", (PHONE, WIDE))
    opened(page, site, Role.MANAGER, f"case?id={waiting.id}")
    for title in ("Записать ответ согласующей стороны", "Предложить другой срок"):
        clicks(page.get_by_role("button", name=title))
        expect(page.get_by_role("dialog").get_by_role("button").last).to_be_visible()
        fits(page, title, (PHONE, WIDE))
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        settle(page)


def with_scan(story: Story, store: storage.FolderStorage) -> Application:
    case = story.to(Stage.CHECKING)
    picture_, out = Image.new("RGB", (900, 1200), "white"), io.BytesIO()
    ImageDraw.Draw(picture_).rectangle((80, 80, 820, 1120), outline="black", width=6)
    picture_.save(out, "PNG")
    key = store.put(out.getvalue())
    documents.attach(
        story.session, case.id or 0, story.house.owner(case), story.now, kind="plan", name="plan.png", media_type="image/png",
        size=len(out.getvalue()), sha256=key, key=key,
    )  # fmt: skip
    return case
