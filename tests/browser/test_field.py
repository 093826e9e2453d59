"""The field at 390 px: the day, the sheet with photos, a closed phone, the act at the site, the applicant's answer."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.connection.tables import Application, Stage
from models.document import queries as documents
from models.people.tables import User
from models.process.actor import Role
from models.process.terms import calendar
from models.visit import actions, queries
from models.visit.tables import Hours, Kind
from signatures.secrets import hash_password
from tests.browser.conftest import PHONE, picture, settle, sideways, sign_in
from tests.models.story import HIGH, LARGE, Story

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"
Window = Callable[..., Page]
Cases = dict[str, int]


@pytest.fixture
def cases(database: Database) -> Cases:
    """Three to inspect (one promised for today), one meter, one act that waits for the applicant."""
    with database.transaction() as session:
        story = Story(session, clock.now())
        story.later(hours=-1)
        found = {}
        for name in ("first", "second", "third"):
            found[name] = story.to(Stage.INSPECTION, story.organisation(), **HIGH).id or 0
        found["meter"] = story.to(Stage.METERING).id or 0
        act = story.to(Stage.METERING, story.organisation(), **LARGE)
        story.store(act, "tu_act")
        assert documents.current(session, act.id or 0, "tu_act")
        story.move(act, "place_tu_act")
        found["act"] = act.id or 0
        inspector = story.staff(Role.INSPECTOR)
        day = calendar(session).working_on_or_after(clock.today())
        for name, hours in (("first", Hours.MORNING), ("second", Hours.MORNING), ("third", Hours.NOON)):
            actions.propose(session, found[name], Kind.INSPECTION, inspector.person, day, hours, inspector, clock.now())
        password = hash_password(PASSWORD)
        for user in session.exec(select(User)):
            user.password_hash = password
        owner = session.get_one(User, session.get_one(Application, found["first"]).applicant_id)
        owner.login = "firm"
    return found


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    made = Image.new("RGB", (3000, 2000), (96, 110, 122))
    draw = ImageDraw.Draw(made)
    draw.rectangle((900, 400, 2100, 1700), fill=(225, 228, 230), outline=(40, 50, 60), width=20)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:22 11:20:05"
    out = io.BytesIO()
    made.save(out, "JPEG", exif=exif)
    path = tmp_path / "IMG_20261122.jpg"
    path.write_bytes(out.getvalue())
    return path


def inspector_at(site: str, window: Window, path: str) -> Page:
    page = window(PHONE)
    sign_in(page, site, "inspector", PASSWORD)
    settle(page)
    page.goto(f"{site}/{path}")
    settle(page)
    return page


def small_targets(page: Page) -> list[str]:
    """Buttons of the page that a thumb misses: lower than 44 px (links in a line of text do not count)."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] button[kind=primary], [data-testid=stMain] button[kind=secondary],'
             + ' [data-testid=stMain] [data-testid=stButtonGroup] button')]
            .filter(b => b.offsetParent && b.getBoundingClientRect().height < 44).map(b => b.innerText)"""
    )
    return found


def test_the_day_lists_visits_in_the_order_of_the_route(
    site: str, cases: Cases, window: Window, database: Database
) -> None:
    page = inspector_at(site, window, "day")
    with database.transaction() as db:
        day = calendar(db).working_on_or_after(clock.today())
        who = db.exec(select(User.id).where(User.login == "inspector")).one() or 0
    if day != clock.today():
        named = "завтра" if (day - clock.today()).days == 1 else f"{day:%d.%m}"
        page.locator(".st-key-day-chosen").get_by_text(named).click()
        settle(page)
    picture(page, "field-day")
    assert sideways(page) <= 0
    assert small_targets(page) == []
    assert page.get_by_role("button", name="Открыть лист").count() >= 3
    page.get_by_role("button", name="Поехать раньше").first.click()
    settle(page)
    with database.transaction() as db:
        assert [v.application_id for v, _ in queries.day(db, who, day)] == [
            cases["second"],
            cases["first"],
            cases["third"],
        ]


def test_the_sheet_is_filled_at_the_site_and_outlives_a_closed_phone(
    site: str, cases: Cases, window: Window, shot: Path
) -> None:
    page = inspector_at(site, window, f"inspection?id={cases['first']}")
    assert sideways(page) <= 0
    assert small_targets(page) == []
    page.get_by_role("radio", name="Не соответствует").or_(
        page.get_by_role("button", name="Не соответствует")
    ).first.click()
    page.get_by_label("Что не так").first.wait_for()
    settle(page)
    page.get_by_label("Что не так").first.fill("Не представлен протокол измерения сопротивления")
    page.get_by_label("Что не так").first.blur()
    settle(page)
    page.locator("input[type=file]").first.set_input_files(shot)
    page.locator("img.f-shot").first.wait_for()
    settle(page)
    page.get_by_role("button", name="Вернуть заявителю с замечаниями").click()
    settle(page)
    picture(page, "field-sheet")
    assert sideways(page) <= 0
    assert "Выберите день" in page.inner_text("[data-testid=stMain]")
    page.context.set_offline(True)  # no goodbye to the server: the phone just goes
    page.close()
    again = inspector_at(site, window, f"inspection?id={cases['first']}")
    assert again.get_by_label("Что не так").first.input_value() == "Не представлен протокол измерения сопротивления"
    assert again.locator("img.f-shot").count() == 1
    assert again.evaluate("() => document.querySelector('img.f-shot').naturalWidth") == 1600


def test_the_meter_and_the_act_fit_a_phone(site: str, cases: Cases, window: Window) -> None:
    page = inspector_at(site, window, f"metering?id={cases['meter']}")
    page.get_by_role("button", name="Допустить прибор").click()
    page.locator(".f-err").nth(2).wait_for()
    settle(page)
    picture(page, "field-meter")
    assert sideways(page) <= 0
    assert small_targets(page) == []
    page.goto(f"{site}/inspection?id={cases['act']}")
    settle(page)
    picture(page, "field-act")
    assert sideways(page) <= 0
    assert small_targets(page) == []
    assert page.get_by_text("Заявитель подписывает акт").is_visible()


def test_the_applicant_answers_from_his_phone(site: str, cases: Cases, window: Window, database: Database) -> None:
    page = window(PHONE)
    sign_in(page, site, "firm", PASSWORD)
    settle(page)
    page.goto(f"{site}/visits")
    settle(page)
    page.get_by_text("Выбрать другое время").first.click()
    page.wait_for_timeout(500)
    picture(page, "field-visit")
    assert sideways(page) <= 0
    page.get_by_role("button", name="Согласовать это время").click()
    settle(page)
    with database.transaction() as db:
        found = queries.alive(db, cases["first"], Kind.INSPECTION)
        assert found is not None
        assert found.state == "agreed"
