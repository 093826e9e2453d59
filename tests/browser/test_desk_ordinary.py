"""The desk's part of the ordinary path in Chromium: checked, prepared by the standard, approved, remarks answered; and every
tool of the desk fits its window."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from infra import clock, storage
from infra.database import Database
from models.connection import actions, queries
from models.connection.tables import Application, Stage
from models.document import actions as documents
from models.people.tables import User
from models.process.actor import Role
from signatures.secrets import hash_password
from tests.browser.conftest import PHONE, WIDE, picture, settle, sideways, sign_in
from tests.models.story import HUGE, LARGE, REMARKS, Story

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"
Window = Callable[..., Page]


class Household:
    """One story whose every chapter is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as db:
            self.story = Story(db, clock.now())
            password = hash_password(PASSWORD)
            for user in db.exec(select(User)):
                user.password_hash = password

    def tell(self, chapter: Callable[[Story], Application]) -> Application:
        with self.database.transaction() as db:
            self.story.session = self.story.house.session = db
            self.story.house.now = clock.now()
            return chapter(self.story)


@pytest.fixture
def household(database: Database) -> Household:
    return Household(database)


def opened(page: Page, site: str, role: Role, address: str, login: str = "") -> None:
    page.context.clear_cookies()
    sign_in(page, site, login or role.lower(), PASSWORD)
    settle(page)
    page.goto(f"{site}/{address}")
    settle(page)


def looks(page: Page, name: str) -> None:
    assert page.locator(".f-error").count() == 0, name
    assert sideways(page) <= 0, name
    picture(page, f"desk-{name}")


def by_standard(page: Page) -> None:
    page.get_by_role("button", name="Заполнить по образцу").click()
    page.locator(".f-done").wait_for()
    settle(page)
    for label, text in {
        "Питающий центр": "ПС 110/10 «Озёрная»", "Фидер": "Ф-7 10 кВ", "Трансформаторная подстанция": "КТП-214", "Точка присоединения": "яч. 7",
        "До границы участка, м": "120",
    }.items():  # fmt: skip
        field = page.get_by_label(label, exact=True)
        field.fill(text)
        field.press("Tab")
        settle(page)
    page.get_by_label("Количество, км").first.fill("0.12")
    page.get_by_label("Количество, км").first.press("Tab")
    settle(page)


def sent(story: Story, case_id: int) -> Application:
    """What the legs do after the approval, and the applicant after that."""
    case = story.session.get_one(Application, case_id)
    story.store(case)
    story.move(case, "send_contract")
    return actions.raise_remarks(story.session, case_id, story.house.owner(case), REMARKS, story.now)


def test_the_desk_leads_a_signed_contract_from_the_check_to_the_answered_protocol(
    site: str, household: Household, window: Window, database: Database
) -> None:
    page = window(WIDE)
    case = household.tell(lambda s: s.to(Stage.CHECKING, s.organisation(), **LARGE))
    card = f"case?id={case.id}"
    opened(page, site, Role.OPERATOR, card)
    page.get_by_text("договор подписывают обе стороны").wait_for()
    looks(page, "ordinary-checking")
    page.get_by_role("button", name="Принять как полную").click()
    page.get_by_role("dialog").get_by_role("button", name="Принять как полную").click()
    page.locator(".f-done").wait_for()

    opened(page, site, Role.ENGINEER, f"conditions?id={case.id}")
    by_standard(page)
    looks(page, "ordinary-conditions")
    page.get_by_role("button", name="Отправить на утверждение").click()
    page.locator(".f-done").wait_for()

    opened(page, site, Role.MANAGER, f"approvals?id={case.id}")
    looks(page, "ordinary-approval")
    page.get_by_role("button", name="Утвердить технические условия").click()
    page.locator(".f-done").wait_for()

    household.tell(lambda s: sent(s, case.id or 0))
    opened(page, site, Role.OPERATOR, card)
    page.get_by_role("tab", name="Разногласия").click()
    looks(page, "ordinary-protocol")
    page.get_by_text("Предложить свою редакцию").first.click()
    settle(page)
    page.get_by_role("button", name="Ответить на замечание").first.click()
    page.get_by_role("alert").first.wait_for()
    page.get_by_role("textbox", name="Наша редакция").first.fill("Срок мероприятий — шесть месяцев")
    page.get_by_role("textbox", name="Причина").first.fill("Материалы поставляются пять месяцев")
    page.get_by_role("button", name="Ответить на замечание").first.click()
    page.get_by_text("без ответа: 1").wait_for()
    settle(page)
    page.get_by_text("Принять редакцию заявителя").first.click()
    settle(page)
    page.get_by_role("button", name="Ответить на замечание").first.click()
    expect(page.get_by_text("без ответа")).to_have_count(0)
    with database.transaction() as db:
        assert [d.answer for d in queries.disagreements(db, case.id or 0)] == ["edited", "accepted"]


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_tools_of_the_desk_fit_their_window(
    site: str, household: Household, window: Window, width: int, tmp_path: Path
) -> None:
    store = storage.FolderStorage(tmp_path / "objects")
    checking = household.tell(lambda s: with_scan(s, store))
    waiting = household.tell(lambda s: s.to(Stage.APPROVAL, s.organisation(), **HUGE))
    page = window(width)
    opened(page, site, Role.OPERATOR, f"case?id={checking.id}")
    page.get_by_test_id("stMain").get_by_text("План", exact=True).first.click()
    page.locator("img[alt^='План']").wait_for()
    looks(page, "checking")
    for name in ("paper", "bulk", "away", "remarks"):
        page.goto(f"{site}/{name}")
        settle(page)
        assert page.locator("h1").first.is_visible(), name
        looks(page, name)
    opened(page, site, Role.MANAGER, f"case?id={waiting.id}")
    looks(page, "approval-chain")
    for title in ("Записать ответ согласующей стороны", "Предложить другой срок"):
        page.get_by_role("button", name=title).click()
        page.get_by_role("dialog").wait_for()
        page.wait_for_timeout(600)
        picture(page, f"desk-window-{'answer' if title.startswith('Запис') else 'override'}")
        page.keyboard.press("Escape")
        settle(page)


def with_scan(story: Story, store: storage.FolderStorage) -> Application:
    import io

    from PIL import Image, ImageDraw

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
