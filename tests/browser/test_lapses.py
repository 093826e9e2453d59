"""What every lapsed term does, in Chromium: the card of the desk names the lapse and its consequence, the applicant reads how his
application ended. Rules are those of the database: a new one without a case here is begun on the last one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from documents.wording import sentence
from infra import clock
from infra.database import Database
from infra.wording import _, speaking
from models.connection import lapses, queries
from models.connection.board import LAPSE_WORDS
from models.connection.rules import STAGE_NAMES
from models.connection.tables import PROCESS, Application, Stage
from models.people.tables import User
from models.process import terms
from models.process.actor import Role
from models.process.clock import move_clock
from models.process.tables import TermRule
from tests.browser.conftest import PHONE, WIDE
from tests.browser.hands import enters, fits, visits
from tests.models.story import LARGE, Story

pytestmark = [pytest.mark.browser, pytest.mark.soak]
FIGURES = {"TP-04S", "TU-PEN"}  # rows that hold a figure for another clock: they never run themselves
ENDED = {  # how the application ended when this term lapsed: (where it stood, the rest of what lapses on the way)
    "TP-02": (Stage.AWAITING_INFO, Stage.ANNULLED_NO_INFO, ("TP-02", "TP-03")),
    "TP-06X": (Stage.OFFER_PLACED, Stage.ANNULLED_NO_PAYMENT, ("TP-06R", "TP-06X")),
    "TP-07": (Stage.CONTRACT_SENT, Stage.ANNULLED_NOT_SIGNED, ("TP-06RO", "TP-06O", "TP-07")),
}
Window = Callable[..., Page]


@dataclass(frozen=True)
class Lapsed:
    """A case, whose it is, and the rules that have lapsed on it."""

    case: int
    login: str
    rules: tuple[str, ...]
    stage: Stage


def _let_lapse(story: Story, case: Application, rules: tuple[str, ...]) -> None:
    """One after another, as the leg does when their clocks ring."""
    for rule in rules:
        story.wait_for(case, rule)
        story.look(case)
        assert story.terms(case)[rule].lapsed_at is not None, rule


def _told(story: Story, case: Application, rules: tuple[str, ...], stage: Stage) -> Lapsed:
    assert case.stage == stage
    return Lapsed(case.id or 0, story.session.get_one(User, case.applicant_id).login, rules, stage)


def _begun(story: Story, case: Application, rules: dict[str, TermRule]) -> None:
    """Clocks of rules on a case of works; the walks of the models' tests prove which event begins which."""
    zone = queries.zone_of(story.session, case)
    last: date = story.now.astimezone(zone).date() + timedelta(days=3)
    for rule in rules.values():
        terms.begin(story.session, PROCESS, case.id or 0, rule, last, story.now, zone=zone)


@pytest.fixture
def rules(database: Database) -> dict[str, TermRule]:
    """Every rule of the connection, the newest edition."""
    with database.transaction() as session:
        found = session.exec(select(TermRule).where(TermRule.process == PROCESS).order_by(TermRule.valid_from))  # type: ignore[arg-type]
        return {r.rule: r for r in found if r.rule not in FIGURES}


@pytest.fixture
def cases(database: Database, rules: dict[str, TermRule]) -> list[Lapsed]:
    """Three that a lapse has ended, and one of works on which everything else is late."""
    start, found, latest = clock.now(), [], clock.now()
    with database.transaction() as session:
        story = Story(session, start)
        for stage, end, on_way in ENDED.values():
            story.house.now = start
            case = story.to(stage)
            _let_lapse(story, case, on_way)
            found.append(_told(story, case, on_way, end))
            latest = max(latest, story.now)
        found.append(
            _works(story, start, {r: rule for r, rule in rules.items() if not any(r in f.rules for f in found)})
        )
        _come_to(story, max(latest, story.now) - start)
    return found


def _works(story: Story, start: datetime, rest: dict[str, TermRule]) -> Lapsed:
    story.house.now = start
    case = story.to(Stage.EXECUTION, story.organisation(), **LARGE)
    running = story.running(case)
    story.move(
        case, "report_grid_works", Role.ENGINEER
    )  # so that late works are the applicant's: CTR-12 begins by itself
    _begun(story, case, {r: rule for r, rule in rest.items() if r not in running and r != "CTR-12"})
    for rule in sorted(set(rest) - {"CTR-12"}, key=lambda r: story.terms(case)[r].acts_at):
        _let_lapse_together(story, case, rule)
    _let_lapse_together(story, case, "CTR-12")
    return _told(story, case, tuple(rest), Stage.EXECUTION)


def _let_lapse_together(story: Story, case: Application, rule: str) -> None:
    if story.terms(case)[rule].lapsed_at is None:
        _let_lapse(story, case, (rule,))


def _come_to(story: Story, forward: timedelta) -> None:
    """The site's clock stands where the story ends."""
    step = timedelta(days=700)
    while forward > timedelta():
        move_clock(story.session, story.staff(Role.ADMIN), min(forward, step))
        forward -= step
    move_clock(story.session, story.staff(Role.ADMIN), timedelta(hours=1))


def _desk(page: Page, found: Lapsed, rules: dict[str, TermRule]) -> None:
    """The board says that it is late and what that does; the history has the lapse once for every rule."""
    visits(page, f"case?id={found.case}")
    board = page.get_by_role("table", name=_("Terms of the application"), exact=True).first
    for name in found.rules:
        if not rules[name].is_right:
            line = board.get_by_role("row").filter(has_text=f"{name} · ")
            expect(line.first).to_contain_text(sentence(_(LAPSE_WORDS[rules[name].on_lapse])))
    page.get_by_role("tab", name="История").click()
    for name in found.rules:
        said = _("The right has expired: %(rule)s") if rules[name].is_right else _("The term has passed: %(rule)s")
        expect(page.get_by_text(said % {"rule": name}, exact=True).first).to_be_visible()
    fits(page, found.stage)


def _applicant(page: Page, site: str, found: Lapsed) -> None:
    """On a phone: how the application ended."""
    enters(page, site, found.login, f"application?id={found.case}")
    status = _(STAGE_NAMES[found.stage])
    expect(page.get_by_test_id("stMain").get_by_text(status).first).to_be_visible()
    fits(page, found.stage)


def test_every_lapse_is_told_to_whom_it_concerns(
    cases: list[Lapsed], rules: dict[str, TermRule], site: str, window: Window
) -> None:
    assert {r for found in cases for r in found.rules} == set(rules)
    ends = {rules[r].on_lapse for r in ENDED}
    assert ends == set(lapses.CONSEQUENCES)
    with speaking("ru"):
        desk, phone = window(WIDE), window(PHONE)
        enters(desk, site, Role.MANAGER.lower())
        for found in cases:
            _desk(desk, found, rules)
            if found.stage != Stage.EXECUTION:
                _applicant(phone, site, found)
