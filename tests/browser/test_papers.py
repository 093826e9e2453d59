"""The register of issued documents and the editor of templates in Chromium: they fit a desk and a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.connection.tables import Stage
from models.people.tables import User
from signatures.secrets import hash_password
from tests.browser.conftest import PHONE, WIDE, picture, settle, sideways, sign_in
from tests.models.story import Story

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"


@pytest.fixture
def papers(database: Database) -> None:
    """Two cases with their offers."""
    with database.transaction() as session:
        story = Story(session, clock.now())
        story.to(Stage.OFFER_PLACED)
        story.to(Stage.COMPLETED)
        password = hash_password(PASSWORD)
        for user in session.exec(select(User)):
            user.password_hash = password


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_register_and_the_editor_fit_their_window(
    site: str, papers: None, window: Callable[..., Page], width: int
) -> None:
    page = window(width)
    sign_in(page, site, "manager", PASSWORD)
    settle(page)
    for name, address in (("register", "register"), ("templates", "templates"), ("template", "templates?kind=guide")):
        page.goto(f"{site}/{address}")
        settle(page)
        assert page.locator(".f-error").count() == 0, name
        if name == "template":
            page.get_by_role("button", name="Проверить и показать").click()
            page.get_by_text("Шаблон в порядке").wait_for(timeout=40_000)
            page.get_by_text("Страница 1 из").wait_for(timeout=40_000)
            settle(page)
        picture(page, f"papers-{name}")
        assert sideways(page) <= 0, name
