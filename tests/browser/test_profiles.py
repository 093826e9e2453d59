"""Each utility's doors in Chromium: its customer signs in, a new one registers by its card, as its manual tells."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlmodel import col, select

from dashboard.public import captcha
from infra import profiles
from infra.database import Database
from infra.keys import vault_keys
from infra.settings import settings
from models.delivery.tables import Letter
from models.people.tables import PersonKind
from tests.browser.conftest import PHONE, ROOT, WIDE, picture, serving, settle, sideways
from tests.browser.nursery import Nursery

pytestmark = pytest.mark.browser
EVERY = ("drsk", "oreloblenergo", "vostok", "moek", "mosenergosbyt", "demo")
WORD = "Маячная2026"


@pytest.fixture(params=EVERY)
def doors(
    request: pytest.FixtureRequest,
    database: Database,
    nursery: Nursery,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """Address of a server of this utility, with its people."""
    name = request.param
    given = settings().model_copy(update={"profile": name, "home": tmp_path})
    for module in ("infra.profiles", "infra.settings"):
        monkeypatch.setattr(f"{module}.settings", lambda: given)
    profiles.profile.cache_clear()
    if name != "demo":
        environment = os.environ | {
            "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
            "FEEDER_HOME": str(tmp_path),
            "FEEDER_VAULT_KEYS": ",".join(vault_keys()),
            "FEEDER_PROFILE": name,
        }
        subprocess.run([sys.executable, "-m", "infra.cli", "demo"], cwd=ROOT, env=environment, check=True, timeout=120)
    with serving(nursery, database, tmp_path, FEEDER_PROFILE=name) as address:
        yield address
    profiles.profile.cache_clear()


def test_a_person_registers_and_signs_in_as_the_manual_tells(
    doors: str, database: Database, window: Callable[..., Page]
) -> None:
    name = settings_profile()
    photograph(doors, window, name)
    page = window()
    kind = profiles.cabinet().registration.kinds[0]
    fill_card(page, doors, kind)
    confirm(page, doors, database)
    lands = profiles.cabinet().registration.lands
    if lands == "cabinet":
        settle(page)
        assert "/sign-in" not in page.url
    else:
        assert page.url.endswith("/sign-in?registered=1")
        login(page, kind)
        settle(page)
    assert page.locator(".f-who").count() == 1


def settings_profile() -> str:
    from infra import profiles as module

    return str(module.settings().profile)


def photograph(address: str, window: Callable[..., Page], name: str) -> None:
    """Sign-in, registration and recovery at both widths, none wider than its window."""
    kind = profiles.cabinet().registration.kinds[0]
    for width in (WIDE, PHONE):
        page = window(width)
        for what, path in (
            ("sign-in", "/sign-in"),
            ("registration", f"/registration/{kind}"),
            ("recovery", "/recovery"),
        ):
            page.goto(address + path)
            assert sideways(page) == 0
            picture(page, f"profile-{name}-{what}")


def values(kind: PersonKind) -> dict[str, str]:
    told = {"last_name": "Маякова", "first_name": "Анна", "middle_name": "Петровна", "name": "Анна", "snils": "112-233-445 95",
            "organisation": "ООО «Маяк»", "login": "110022334456", "email": "mayak@pochta.example", "phone": "+7 922 555-01-24",
            "password": WORD, "repeat": WORD}  # fmt: skip
    return told | ({"inn": "7707083893"} if kind == PersonKind.LEGAL_ENTITY else {})


def fill_card(page: Page, address: str, kind: PersonKind) -> None:
    page.goto(f"{address}/registration/{kind}")
    if page.locator("input[name=channel]").count():
        page.check("input[name=channel][value=email]")
    for name, value in values(kind).items():
        if page.locator(f"input#{name}:visible").count():
            page.fill(f"#{name}", value)
    if page.locator("select#city").count():
        page.select_option("#city", index=1)
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    if page.locator("input[name=riddle]").count():
        how = profiles.cabinet().registration.captcha
        page.fill("#captcha", captcha.answer(how, page.locator("input[name=riddle]").get_attribute("value") or ""))
    page.click("form.card .btns button[type=submit]")


def confirm(page: Page, address: str, database: Database) -> None:
    """By what the letter carries."""
    assert re.search(r"/registration/(code|sent)\?h=", page.url), page.inner_text("main")
    with database.transaction() as session:
        letter = session.exec(
            select(Letter).where(Letter.recipient == "mayak@pochta.example").order_by(col(Letter.id).desc())
        ).first()
    assert letter is not None
    if "/code" in page.url:
        page.fill("#code", str(letter.data["what"]))
        page.click("form.card button[type=submit]")
    else:
        page.goto(address + str(letter.data["link"]))


def login(page: Page, kind: PersonKind) -> None:
    field = profiles.cabinet().registration.login[kind]
    if page.locator("select#kind").count():
        page.select_option("#kind", kind.value)
    page.fill("#login", values(kind)[field])
    page.fill("#password", WORD)
    page.click("main form.card .btns button[type=submit]")
