"""The desk in Chromium: every page fits its window, the queue opens by keyboard, a stage of the picture opens its queue."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlmodel import select

from infra import clock
from infra.database import Database
from infra.keys import vault_keys
from models.connection.tables import Application, Stage
from models.people.tables import User
from models.process.actor import Role
from signatures.secrets import hash_password
from tests.browser.conftest import WIDE, picture, settle, sideways, sign_in
from tests.models.story import HIGH, Story

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"
Window = Callable[..., Page]
PLACES = {
    Role.OPERATOR: {"queue": Stage.CHECKING, "case": Stage.CHECKING},
    Role.ENGINEER: {"conditions": Stage.ENGINEERING},
    Role.MANAGER: {"approvals": Stage.APPROVAL, "wall": None, "process": None, "letters": None, "failed": None,
                   "people_looks": None, "clock": None},
    Role.INSPECTOR: {"inspection": Stage.INSPECTION},
    Role.METERING: {"metering": Stage.METERING},
}  # fmt: skip


@pytest.fixture
def cases(database: Database) -> dict[Stage, Application]:
    """One case at each stage where somebody of the desk acts."""
    with database.transaction() as session:
        story = Story(session, clock.now())
        found = {}
        for stage in (Stage.CHECKING, Stage.ENGINEERING, Stage.APPROVAL, Stage.OFFER_PLACED, Stage.METERING):
            found[stage] = story.to(stage)
        found[Stage.INSPECTION] = story.to(Stage.INSPECTION, story.organisation(), **HIGH)
        password = hash_password(PASSWORD)
        for user in session.exec(select(User)):
            user.password_hash = password
    return found


@pytest.mark.timeout(600)
def test_pages_of_every_role_fit_a_wide_window(site: str, cases: dict[Stage, Application], window: Window) -> None:
    for role, places in PLACES.items():
        page = window(WIDE)
        sign_in(page, site, role.lower(), PASSWORD)
        settle(page)
        for name, stage in places.items():
            case = cases.get(stage) if stage and name != "queue" else None
            page.goto(f"{site}/{'' if name == 'queue' else name}{f'?id={case.id}' if case else ''}")
            settle(page)
            assert page.locator("h1").first.is_visible(), name
            assert page.locator(".f-error").count() == 0, name
            assert sideways(page) <= 0, name
            picture(page, f"desk-{name}")


def test_a_case_is_opened_and_accepted_by_keyboard(site: str, cases: dict[Stage, Application], window: Window) -> None:
    page, case = window(), cases[Stage.CHECKING]
    sign_in(page, site, "operator", PASSWORD)
    settle(page)
    page.get_by_role("button", name=case.number or "").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/case?id={case.id}*")
    settle(page)
    page.get_by_role("button", name="Принять как полную").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Принять как полную").press("Enter")
    page.locator(".f-done").wait_for()
    assert "Сделано" in page.inner_text(".f-done")
    page.reload()
    settle(page)
    assert "подготовка ТУ" in page.inner_text(".f-head")


def test_a_stage_of_the_picture_opens_its_queue(site: str, cases: dict[Stage, Application], window: Window) -> None:
    page = window()
    sign_in(page, site, "manager", PASSWORD)
    settle(page)
    page.goto(f"{site}/process")
    settle(page)
    page.locator("svg [data-id=ENGINEERING]").click()
    page.get_by_role("heading", name="Моя очередь").wait_for()
    settle(page)
    assert page.get_by_role("button", name=cases[Stage.ENGINEERING].number or "").is_visible()
    assert page.get_by_role("button", name=cases[Stage.CHECKING].number or "").count() == 0


def test_personal_data_close_again_with_the_page(
    site: str, cases: dict[Stage, Application], window: Window, tmp_path: Path
) -> None:
    page, case = window(), cases[Stage.CHECKING]
    (tmp_path / "vault.key").write_text(vault_keys()[0])  # the site's home is another one than that of the test
    sign_in(page, site, "operator", PASSWORD)
    settle(page)
    page.goto(f"{site}/case?id={case.id}")
    settle(page)
    page.get_by_role("tab", name="Данные").click()
    assert page.get_by_text("4108 512340").count() == 0
    page.get_by_role("button", name="Показать персональные данные").click()
    page.get_by_text("4108 512340").wait_for()
    page.reload()
    settle(page)
    page.get_by_role("tab", name="Данные").click()
    assert page.get_by_text("4108 512340").count() == 0
