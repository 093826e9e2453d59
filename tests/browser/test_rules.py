"""The rule editor and the deadline board in Chromium: both fit wide and phone; a change goes from one person to another."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.connection import actions, escalation, moving
from models.connection.tables import Application, Stage
from models.people.tables import User
from models.process.actor import Role
from signatures.secrets import hash_password
from tests.browser.conftest import PHONE, WIDE, picture, settle, sideways, sign_in
from tests.models.story import Story

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"
Window = Callable[..., Page]
PAGES = {
    "deadlines": "deadlines",
    "rules": "rules-list",
    "rules?kind=rate": "rules-rates",
    "rules?kind=calendar": "rules-calendar",
    "rules?kind=term&code=TP-01": "rules-term",
    "rules?kind=term&code=TP-11": "rules-categories",
}


@pytest.fixture
def cases(database: Database) -> dict[str, Application]:
    """One offer that is late, one clock with another day proposed, one that is young; a change of a rule that waits."""
    now = clock.now()
    with database.transaction() as session:
        story = Story(session, now - timedelta(days=40))
        late = story.to(Stage.ENGINEERING)
        story.house.now = now - timedelta(days=2)
        found = {"late": late, "moved": story.to(Stage.CHECKING), "young": story.to(Stage.OFFER_PLACED)}
        story.house.now = now
        story.look(moving.lock(session, late.id or 0, story.staff(Role.MANAGER)))
        term = story.terms(found["moved"])["TP-04X"]
        actions.propose_override(
            session, found["moved"].id or 0, story.staff(Role.MANAGER), term.id or 0, term.due_on + timedelta(days=10),
            "Подъезд к опоре размыло, дорога откроется через неделю", now,
        )  # fmt: skip
        escalation.press(session, now)
        password = hash_password(PASSWORD)
        for user in session.exec(select(User)):
            user.password_hash = password
    return found


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_board_and_the_editor_fit_their_window(
    site: str, cases: dict[str, Application], window: Window, width: int
) -> None:
    page = window(width)
    sign_in(page, site, "manager", PASSWORD)
    settle(page)
    for address, name in PAGES.items():
        page.goto(f"{site}/{address}")
        settle(page)
        assert page.locator("h1").first.is_visible(), name
        assert page.locator(".f-error").count() == 0, name
        assert sideways(page) <= 0, name
        picture(page, name)


def test_a_rule_is_changed_by_two_people(site: str, cases: dict[str, Application], window: Window) -> None:
    first = window()
    sign_in(first, site, "manager", PASSWORD)
    settle(first)
    first.goto(f"{site}/rules?kind=term&code=TP-01")
    settle(first)
    first.get_by_label("Только если").fill("near,moon")
    first.get_by_label("Только если").press("Tab")
    first.get_by_text("Признака «moon» нет").wait_for()
    picture(first, "rules-wrong")
    first.get_by_label("Только если").fill("")
    first.get_by_label("Длительность", exact=True).fill("5")
    first.get_by_label("Длительность", exact=True).press("Tab")
    first.get_by_label("Почему меняется правило").fill("Приказ № 12 от 20.11.2026")
    first.get_by_label("Почему меняется правило").press("Tab")
    settle(first)
    picture(first, "rules-preview")
    first.get_by_role("button", name="Отправить второму человеку").click()
    first.locator(".f-done").wait_for()
    second = window()
    sign_in(second, site, "admin", PASSWORD)
    settle(second)
    second.goto(f"{site}/rules")
    settle(second)
    picture(second, "rules-waiting")
    second.get_by_role("button", name="Подтвердить").click()
    second.locator(".f-done").wait_for()
    second.goto(f"{site}/rules?kind=term&code=TP-01")
    settle(second)
    assert "Приказ № 12" in second.inner_text("main, [data-testid=stMain]")
    picture(second, "rules-history")
