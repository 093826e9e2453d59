"""The field at 390 px: the day, the sheet with photos, a closed phone, the act at the site, the applicant's answer."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
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
from tests.browser import shared
from tests.browser.conftest import PHONE, settle
from tests.browser.hands import acts, clicks, enters, fits, types, visits
from tests.models.story import HIGH, LARGE, Story

pytestmark = pytest.mark.browser
database, home, site = shared.database, shared.home, shared.site
Window = Callable[..., Page]
Cases = dict[str, int]


@pytest.fixture(scope="module")
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
    enters(page, site, "inspector", path)
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
        clicks(page.locator(".st-key-day-chosen").get_by_text(named))
    expect(page.get_by_role("button", name="Открыть лист").nth(2)).to_be_visible()
    fits(page, "day")
    assert small_targets(page) == []
    acts(page.get_by_role("button", name="Поехать раньше").first)
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
    fits(page, "sheet")
    assert small_targets(page) == []
    page.get_by_role("radio", name="Не соответствует").or_(
        page.get_by_role("button", name="Не соответствует")
    ).first.click()
    wrong = page.get_by_label("Что не так").first
    expect(wrong).to_be_visible()
    settle(page)
    types(wrong, "Не представлен протокол измерения сопротивления")
    page.locator("input[type=file]").first.set_input_files(shot)
    expect(page.locator("img.f-shot").first).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Вернуть заявителю с замечаниями").click()
    expect(page.get_by_test_id("stMain").get_by_text("Выберите день").first).to_be_visible()
    settle(page)
    fits(page, "sheet with faults", told=True)
    page.context.set_offline(True)  # no goodbye to the server: the phone just goes
    page.close()
    again = inspector_at(site, window, f"inspection?id={cases['first']}")
    expect(again.get_by_label("Что не так").first).to_have_value("Не представлен протокол измерения сопротивления")
    expect(again.locator("img.f-shot")).to_have_count(1)
    again.wait_for_function("() => document.querySelector('img.f-shot').naturalWidth === 1600")


def test_the_meter_and_the_act_fit_a_phone(site: str, cases: Cases, window: Window) -> None:
    page = inspector_at(site, window, f"metering?id={cases['meter']}")
    page.get_by_role("button", name="Допустить прибор").click()
    expect(page.locator(".f-err").nth(2)).to_be_visible()
    settle(page)
    fits(page, "meter", told=True)
    assert small_targets(page) == []
    visits(page, f"inspection?id={cases['act']}")
    expect(page.get_by_text("Заявитель подписывает акт").first).to_be_visible()
    fits(page, "act")
    assert small_targets(page) == []


def test_the_applicant_answers_from_his_phone(site: str, cases: Cases, window: Window, database: Database) -> None:
    page = window(PHONE)
    enters(page, site, "firm", "visits")
    clicks(page.get_by_text("Выбрать другое время").first)
    fits(page, "visit")
    acts(page.get_by_role("button", name="Согласовать это время"))
    expect(page.get_by_role("button", name="Согласовать это время")).to_have_count(0)
    with database.transaction() as db:
        found = queries.alive(db, cases["first"], Kind.INSPECTION)
        assert found is not None
        assert found.state == "agreed"
