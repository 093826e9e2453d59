"""Every page behind the sign-in fits a desk and a phone: each is opened once, by the first role that has it, and looked at in both
windows; the homes and the case card, which differ, by every role. And the keyboard alone is enough."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from dashboard import menu
from infra import clock
from infra.database import Database
from infra.demo.booking import fill
from infra.keys import vault_keys
from models.account import actions as verbs
from models.booking import queries as bookings
from models.connection import actions, escalation, moving
from models.connection.tables import Application, Stage
from models.content.tables import Kind
from models.people.rules import actor_of
from models.people.tables import PersonKind, User
from models.process.actor import STAFF, Role
from signatures.secrets import Vault, hash_password
from tests.browser import shared
from tests.browser.conftest import HEIGHTS, PHONE, WIDE, settle
from tests.browser.hands import enters, fits, visits
from tests.dashboard.views import accounts
from tests.models.content.items import item
from tests.models.story import HIGH, HUGE, LARGE, Story

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"
database, home, site = shared.database, shared.home, shared.site
Numbers = dict[str, int]
Place = tuple[str, str]  # the name of a page and an address of it
HERS = (Stage.DRAFT, Stage.CHECKING, Stage.AWAITING_INFO, Stage.ENGINEERING, Stage.APPROVAL, Stage.OFFER_PLACED,
        Stage.EXECUTION, Stage.METERING, Stage.COMPLETED)  # fmt: skip
FIRMS = (Stage.CONTRACT_SENT, Stage.DISAGREEMENT)
AT = {  # with what a page is opened, where its bare address says little
    "conditions": ["?id={ENGINEERING}"],
    "approvals": ["", "?id={APPROVAL}"],
    "inspection": ["?id={INSPECTION}"],
    "metering": ["?id={METERING}"],
    "filing": ["", "?id={DRAFT}"],
    "application": ["?id={AWAITING_INFO}", "?id={OFFER_PLACED}", "?id={EXECUTION}", "?id={COMPLETED}"],
    "case": ["?id={CHECKING}"],
    "rules": ["", "?kind=rate", "?kind=calendar", "?kind=term&code=TP-01", "?kind=term&code=TP-11"],
    "templates": ["", "?kind=guide"],
    "reception": ["?office={office}&q=visitor0&visit={visit}"],
    "offices": ["?office={office}"],
    "load": ["?period=ahead"],
    "content_edit": [],
    "account_reports": ["?id={account}&report=charges&first=2020-01-01&last=2090-01-01"],
}
OF_THE_FIRM = ("filing?id={FIRM_DRAFT}", "application?id={CONTRACT_SENT}", "application?id={DISAGREEMENT}",
               "application?id={FIRM_EXECUTION}", "edocs", "certificates", "visits")  # fmt: skip
OF_THE_MANAGER = (
    "case?id={OFFER_PLACED}",
    "case?id={COMPLETED}",
    "case?id={LATE}",
    "case?id={HUGE}",
    "case?id={DISAGREEMENT}",
)
SAYS_NO = ("identity",)  # is not asked for under this profile
MINE = ("case",)  # pages that every role sees in its own way, besides its home
FIRST = (Role.APPLICANT, Role.MANAGER, Role.OPERATOR)  # who sees most of a page that several have


@pytest.fixture(scope="module")
def crowd(database: Database) -> Numbers:
    """A case at every place, of a person and of a firm; a late one, a rule that waits, visits of the booking, news."""
    clock.forget()
    with database.transaction() as session:
        now = clock.now()
        story = Story(session, now - timedelta(days=40))
        found = {"LATE": _id(story.to(Stage.ENGINEERING))}
        story.house.now = now - timedelta(days=2)
        anna, firm = story.house.applicant(), story.house.applicant(PersonKind.LEGAL_ENTITY)
        anna.login, firm.login = "anna", "firm"
        found |= {stage.value: _id(story.to(stage, anna)) for stage in HERS}
        found |= {stage.value: _id(story.to(stage, firm, **LARGE)) for stage in FIRMS}
        found["FIRM_EXECUTION"] = _id(story.to(Stage.EXECUTION, firm, **LARGE))
        found["INSPECTION"] = _id(story.to(Stage.INSPECTION, firm, **HIGH))
        found["HUGE"] = _id(story.to(Stage.APPROVAL, firm, **HUGE))
        typed = LARGE | {"power_kw": "", "step": "object", "object_address": "пос. Лесное, 7"}
        found["FIRM_DRAFT"] = _id(story.house.draft(firm, **typed))
        story.house.now = now
        _late(story, found, now)
        return found | _around(story, anna, now)


def _id(case: Application) -> int:
    return case.id or 0


def _late(story: Story, found: Numbers, now: datetime) -> None:
    """One offer is late, for one clock another day is proposed."""
    story.look(moving.lock(story.session, found["LATE"], story.staff(Role.MANAGER)))
    term = story.terms(story.session.get_one(Application, found["CHECKING"]))["TP-04X"]
    actions.propose_override(
        story.session, found["CHECKING"], story.staff(Role.MANAGER), term.id or 0, term.due_on + timedelta(days=10),
        "Подъезд к опоре размыло, дорога откроется через неделю", now,
    )  # fmt: skip
    escalation.press(story.session, now)


def _around(story: Story, anna: User, now: datetime) -> Numbers:
    """What stands beside the applications; the number of an office and of a visit in it, and of a personal account."""
    item(story.session, Kind.NEWS, now - timedelta(minutes=5))
    item(story.session, Kind.SURVEY, now - timedelta(minutes=5))
    fill(story.session, now, Vault(vault_keys()).lock, "secret")
    office = bookings.offices(story.session)[0].id or 0
    visit = bookings.visits(story.session, now, office_id=office)[0][0]
    visit.user_id = anna.id
    story.session.add(visit)
    account = accounts.load(story)
    assert verbs.bind(story.session, actor_of(anna), accounts.NUMBER, "Смирнова", now)
    return {"office": office, "visit": visit.id or 0, "account": account}


def pages_of(role: Role, crowd: Numbers) -> Iterator[Place]:
    """Every page this role may open, once for every way to look at it; its first one is its home and lives at `/`."""
    views = menu.views_of(role)
    for view in views:
        name = view.entry.name
        for query in AT.get(name, [""]):
            yield name, "/" if view is views[0] else f"{name}{query.format_map(crowd)}"


def tour(crowd: Numbers) -> Iterator[tuple[str, list[Place]]]:
    """(login, what he opens after his home): no page twice, but for those that every role sees in its own way."""
    seen: set[str] = set()
    for role in (*FIRST, *sorted(STAFF - set(FIRST))):
        pages = list(pages_of(role, crowd))
        yield login_of(role), [place for place in pages if place[0] not in seen or place[0] in MINE]
        seen |= {name for name, _address in pages}
    for login, more in (("firm", OF_THE_FIRM), ("manager", OF_THE_MANAGER)):
        yield login, [("", address.format_map(crowd)) for address in more]


def login_of(role: Role) -> str:
    return "anna" if role == Role.APPLICANT else role.lower()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window that becomes a phone and a desk again; faults of scripts fail the test."""
    faults: list[object] = []
    context = browser.new_context(
        viewport={"width": WIDE, "height": HEIGHTS[WIDE]}, locale="ru-RU", timezone_id="Europe/Moscow", has_touch=True
    )
    page = context.new_page()
    page.on("pageerror", lambda fault: faults.append(fault))
    yield page
    context.close()
    assert faults == []


def looked_at(page: Page, where: str) -> list[object]:
    """In both windows, the wide one last; what was cut off on the phone, and an error that stands there unasked."""
    page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
    fits(page, where, told=True)
    cut = page.evaluate(CUT, PHONE)
    page.set_viewport_size({"width": WIDE, "height": HEIGHTS[WIDE]})
    fits(page, where, told=True)
    errors = [] if where in SAYS_NO else page.locator(".f-error").all_inner_texts()
    return [(where, cut, errors)] if cut or errors else []


@pytest.mark.rows("G-40")
def test_no_page_is_wider_than_a_desk_or_a_phone(site: str, crowd: Numbers, page: Page) -> None:
    cut: list[object] = []
    for login, places in tour(crowd):
        enters(page, site, login)
        if login in ("anna", "firm"):
            expect(page.get_by_text("8 800 555-01-47").locator("visible=true").first).to_be_visible()
        cut += looked_at(page, f"home of {login}")
        for _name, address in places:
            visits(page, address)
            cut += looked_at(page, address)
    assert cut == []


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("role", [Role.APPLICANT, *sorted(STAFF)])
def test_no_page_of_any_role_is_wider_than_a_phone(site: str, crowd: Numbers, page: Page, role: Role) -> None:
    """The same pages once more, for every role that has them."""
    enters(page, site, login_of(role))
    cut: list[object] = []
    for _name, address in pages_of(role, crowd):
        visits(page, address)
        cut += looked_at(page, address)
    assert cut == []


def test_every_page_of_the_menu_is_on_the_tour(crowd: Numbers) -> None:
    """So that a page that is made tomorrow is looked at without anybody's doing; `content_edit` wants what it edits."""
    named = {name for _login, places in tour(crowd) for name, _address in places}
    assert named - {""} | {"content_edit"} == {view.entry.name for view in menu.all_views()}


def test_the_keyboard_alone_signs_in_and_opens_an_application(
    site: str, crowd: Numbers, database: Database, page: Page
) -> None:
    with database.transaction() as session:
        session.exec(select(User).where(User.login == "anna")).one().password_hash = hash_password(PASSWORD)
    page.goto(f"{site}/sign-in")
    tab_to(page, "login")
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".f-person").wait_for()
    settle(page)
    tab_to(page, "Заявки")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Мои заявки").wait_for()
    settle(page)
    tab_to(page, "ТП-")
    page.keyboard.press("Enter")
    page.wait_for_url("**/application?id=*")
    page.locator("h1").filter(has_text="ТП-").wait_for()


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until that control is in focus, by its id or by how its words begin; every stop must be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        assert stop["seen"], stop
        if stop["id"] == wanted or stop["text"].startswith(wanted):
            return
    raise AssertionError(f"the keyboard does not come to {wanted}")


CUT = """width => [...document.querySelectorAll("[data-testid=stMain] :is(p, b, a, button, td, dd, dt, h1, h2, h3, small, span)")]
  .filter(e => e.innerText && e.getBoundingClientRect().right > width + 1 && !e.closest(".f-hide, [data-testid=stTabs]"))
  .map(e => e.innerText.slice(0, 60)).slice(0, 5)"""
FOCUS = """() => {
  const at = document.activeElement, look = e => getComputedStyle(e);
  const seen = e => e && (look(e).outlineStyle !== "none" || look(e).boxShadow !== "none" || e.matches(":has(:focus-visible)") && seen(e.parentElement));
  return {id: at.id, text: (at.innerText || "").trim(), tag: at.tagName, html: at.outerHTML.slice(0, 200),
          seen: at === document.body || at.id === "stMain" || seen(at) || look(at.parentElement).boxShadow !== "none"};
}"""
