"""Each utility's doors in Chromium: its customer signs in, a new one registers by its card, as its manual tells."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from dashboard.public import captcha
from infra import clock, profiles
from infra.database import Database
from infra.keys import vault_keys
from infra.settings import settings
from models.delivery.tables import Letter
from models.people import proofs
from models.people.proof_tables import Channel, Purpose
from models.people.tables import PersonKind
from tests.browser.conftest import PHONE, ROOT, WIDE, serving, settle
from tests.browser.hands import fits
from tests.browser.nursery import Nursery
from tests.house import House

pytestmark = pytest.mark.browser
WALKED = (
    "vostok",
    "mosenergosbyt",
)  # one lands in the cabinet, one at the sign-in; tests/dashboard/test_registration.py has all
REST = ("drsk", "oreloblenergo", "moek", "moesk", "demo")
EVERY = (*WALKED, *REST)
WORD = "Маячная2026"


@pytest.fixture
def doors(
    request: pytest.FixtureRequest,
    database: Database,
    nursery: Nursery,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """Address of a server of this utility."""
    name = request.param
    given = settings().model_copy(update={"profile": name, "home": tmp_path})
    for module in ("infra.profiles", "infra.settings"):
        monkeypatch.setattr(f"{module}.settings", lambda: given)
    profiles.profile.cache_clear()
    with serving(nursery, database, tmp_path, FEEDER_PROFILE=name) as address:
        yield address
    profiles.profile.cache_clear()


def peopled(database: Database, home: Path, name: str) -> None:
    """Its own people, as `feeder demo` lets them in."""
    environment = os.environ | {
        "DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
        "FEEDER_HOME": str(home),
        "FEEDER_VAULT_KEYS": ",".join(vault_keys()),
        "FEEDER_PROFILE": name,
    }
    subprocess.run([sys.executable, "-m", "infra.cli", "demo"], cwd=ROOT, env=environment, check=True, timeout=300)


@pytest.mark.parametrize("doors", EVERY, indirect=True)
def test_sign_in_registration_and_recovery_fit_their_window(
    doors: str, database: Database, window: Callable[..., Page]
) -> None:
    page, kind = window(WIDE), profiles.cabinet().registration.kinds[0]
    for path in ("sign-in", f"registration/{kind}", "recovery", promised(database)):
        page.goto(f"{doors}/{path}")
        fits(page, path, (PHONE, WIDE))


def promised(database: Database) -> str:
    """What a letter of recovery leads to."""
    with database.transaction() as session:
        ids = [House(session, clock.now()).applicant().id]
        life = timedelta(hours=1)
        made = proofs.promise(session, Purpose.RECOVER, Channel.EMAIL, "", clock.now(), life, data={"users": ids})
        return f"c/{made.token}"


@pytest.mark.parametrize("doors", [*WALKED, *(pytest.param(n, marks=pytest.mark.soak) for n in REST)], indirect=True)
def test_a_person_registers_and_signs_in_as_the_manual_tells(
    request: pytest.FixtureRequest, doors: str, database: Database, window: Callable[..., Page], tmp_path: Path
) -> None:
    name = request.node.callspec.params["doors"]
    if name != "demo":
        peopled(database, tmp_path, name)
    page = window(WIDE)
    kind = profiles.cabinet().registration.kinds[0]
    fill_card(page, doors, kind)
    confirm(page, doors, database)
    if profiles.cabinet().registration.lands == "sign_in":
        page.wait_for_url("**/sign-in?registered=1")
        login(page, kind)
    expect(page.get_by_role("button", name=profiles.cabinet().sign_in.leave or "Выйти", exact=True)).to_be_visible()
    settle(page)
    expect(page).not_to_have_url(re.compile("/sign-in"))
    if name == "vostok":  # row R-21: the third step of its registration
        expect(page.get_by_role("heading", name="Привязать адрес")).to_be_visible()


def values(kind: PersonKind) -> dict[str, str]:
    told = {"last_name": "Маякова", "first_name": "Анна", "middle_name": "Петровна", "name": "Анна", "snils": "112-233-445 95",
            "organisation": "ООО «Маяк»", "login": "110022334456", "email": "mayak@pochta.example", "phone": "+7 922 555-01-24",
            "password": WORD, "repeat": WORD}  # fmt: skip
    return told | ({"inn": "7707083893"} if kind == PersonKind.LEGAL_ENTITY else {})


def fill_card(page: Page, address: str, kind: PersonKind) -> None:
    page.goto(f"{address}/registration/{kind}")
    page.locator("form.card .btns button[type=submit]").wait_for()
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
    page.wait_for_url(re.compile(r"/registration/(code|sent)\?h="))
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
    page.locator("#login").wait_for()
    if page.locator("select#kind").count():
        page.select_option("#kind", kind.value)
    page.fill("#login", values(kind)[field])
    page.fill("#password", WORD)
    page.click("main form.card .btns button[type=submit]")
