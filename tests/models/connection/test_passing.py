"""Figures of the wall over a stretch of time, from cases whose story is known; what comes; what is published."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from models.connection import statistics
from models.connection.statistics import Kept, Slice, StageTime
from models.connection.statistics.ahead import ends_at, remaining
from models.connection.statistics.disclosure import Quarter, report
from models.connection.tables import Stage
from models.payment import queries as payments
from models.people.tables import Audit
from models.process.actor import Role
from models.process.errors import Invalid, NotAllowed
from tests.models.story import Story

ZONE = ZoneInfo("Europe/Moscow")


def of(story: Story, **more: object) -> Slice:
    story.session.flush()
    return Slice.last(90, story.now, **more)  # type: ignore[arg-type]


def checked(story: Story, days: float) -> None:
    case = story.to(Stage.CHECKING)
    story.later(days=days)
    story.move(case, "accept", Role.OPERATOR)


def test_times_at_a_stage_are_days_of_half_of_most_and_of_nearly_all(story: Story) -> None:
    for days in (1, 1, 1, 1, 11):
        checked(story, days)
    found = statistics.times(story.session, of(story))["CHECKING"]
    assert (found.left, found.half) == (5, 1.0)
    assert 1.0 < found.most < found.nearly < 11.0


def test_terms_are_kept_or_broken_by_stage_branch_and_engineer(story: Story) -> None:
    checked(story, 1)
    checked(story, 20)
    assert Kept(*_kept(statistics.times(story.session, of(story))["CHECKING"])) == Kept(1, 1)
    assert statistics.kept_by_branch(story.session, of(story))[story.house.branch.id or 0].share == 0.5
    assert statistics.engineers(story.session, of(story)) == []
    story.to(Stage.APPROVAL)
    (person,) = statistics.engineers(story.session, of(story))
    assert (person.name, person.ended) == ("Сотрудник Engineer Петрович", 1)


def _kept(found: StageTime) -> tuple[int, int]:
    return found.kept, found.broken


def test_a_slice_leaves_out_other_times_branches_and_categories(story: Story) -> None:
    checked(story, 1)
    mine = story.house.branch.id or 0
    assert statistics.times(story.session, of(story, branch_id=mine))
    assert not statistics.times(story.session, of(story, branch_id=mine + 1))
    assert statistics.times(story.session, of(story, category="IND_15"))
    assert not statistics.times(story.session, of(story, category="LE_150"))
    story.later(days=91)
    assert not statistics.times(story.session, of(story))


def test_the_funnel_counts_each_case_once_at_each_stage_it_reached(story: Story) -> None:
    story.to(Stage.CHECKING)
    story.to(Stage.DISAGREEMENT)
    found = statistics.funnel(story.session, of(story))
    assert (found["SUBMITTED"], found["CHECKING"], found["ENGINEERING"], found["DISAGREEMENT"]) == (2, 2, 1, 1)


def test_ways_and_causes_say_where_cases_went_and_why(story: Story) -> None:
    for reason in ("не та сеть", "не та сеть", "повторная"):
        case = story.to(Stage.CHECKING)
        story.move(case, "return", Role.OPERATOR, reason=reason)
    story.to(Stage.ANNULLED_NO_PAYMENT)
    ways = statistics.ways(story.session, of(story))
    assert ways["CHECKING", "RETURNED"] == 3
    causes = [(c.way, c.reason, c.cases) for c in statistics.causes(story.session, of(story))]
    assert causes[0] == ("RETURNED", "не та сеть", 2)
    assert ("RETURNED", "повторная", 1) in causes
    assert ("ANNULLED_NO_PAYMENT", "", 1) in causes


# ------------------------------------------------------------------------------------------------ capacity
def test_work_stands_against_people_times_norm(story: Story) -> None:
    story.to(Stage.CHECKING)
    story.to(Stage.ENGINEERING)
    story.session.flush()
    found = {x.role: x for x in statistics.load(story.session)}
    assert (found[Role.OPERATOR].open, found[Role.OPERATOR].people) == (1, 1)
    assert found[Role.MANAGER].people == 2
    assert found[Role.ENGINEER].capacity == found[Role.ENGINEER].norm


def test_a_manager_sets_a_norm_and_it_is_written_down(story: Story) -> None:
    boss = story.staff(Role.MANAGER)
    statistics.set_norm(story.session, Role.ENGINEER, 7, boss, story.now)
    assert statistics.norms(story.session)[Role.ENGINEER] == 7
    (row,) = story.session.exec(select(Audit).where(Audit.tag == "desk:norm:set")).all()
    assert row.facts["after"] == 7
    with pytest.raises(NotAllowed):
        statistics.set_norm(story.session, Role.ENGINEER, 8, story.staff(Role.ENGINEER), story.now)
    with pytest.raises(Invalid):
        statistics.set_norm(story.session, Role.ENGINEER, 0, boss, story.now)


# ------------------------------------------------------------------------------------------------ what comes
def test_a_clock_ends_at_the_last_stage_that_fulfils_it() -> None:
    assert ends_at("TP-04X") == Stage.APPROVAL
    assert ends_at("TP-10") == Stage.METERING
    assert ends_at("no such") is None


def test_what_remains_is_the_usual_time_of_the_stages_ahead() -> None:
    times = {
        s: StageTime(0, 0, 9, d, 2 * d, 3 * d) for s, d in (("CHECKING", 1.0), ("ENGINEERING", 5.0), ("APPROVAL", 2.0))
    }
    assert remaining("TP-04X", "CHECKING", times, most=False) == 8.0
    assert remaining("TP-04X", "ENGINEERING", times, most=True) == 14.0
    assert remaining("TP-04X", "METERING", times, most=False) == 0.0


def test_who_has_not_the_usual_time_left_will_be_late(story: Story) -> None:
    story.to(Stage.CHECKING)
    story.later(days=10)
    story.session.flush()
    slow = {"ENGINEERING": StageTime(0, 0, 9, 20.0, 30.0, 40.0)}
    quick = {"ENGINEERING": StageTime(0, 0, 9, 0.1, 30.0, 40.0)}

    def due(times: dict[str, StageTime]) -> list[tuple[int, int, int]]:
        found = statistics.risks(story.session, story.now, ZONE, times)
        return [(r.due, r.likely, r.possible) for r in found if r.due]

    story.to(Stage.ENGINEERING)
    story.session.flush()
    assert due(slow) == [(1, 1, 1)]
    assert due(quick) == [(1, 0, 1)]


def test_lateness_of_works_costs_a_quarter_of_a_per_cent_a_day(story: Story) -> None:
    case = story.to(Stage.EXECUTION)
    works = next(t for rule, t in story.terms(case).items() if rule in ("TP-10", "TP-11", "TP-12"))
    invoice = payments.invoice_of(story.session, case.id or 0)
    assert invoice is not None
    before = statistics.penalties(story.session, story.now, ZONE, Decimal("0.25"))
    assert (before.cases, before.roubles) == (0, 0)
    story.house.now = works.due_at + timedelta(days=3, hours=1)
    found = statistics.penalties(story.session, story.now, ZONE, Decimal("0.25"))
    days = (story.now.astimezone(ZONE).date() - works.due_on).days
    assert found.cases == 1
    assert found.roubles == round(invoice.total * Decimal("0.0025") * days, 2)
    assert found.daily == round(invoice.total * Decimal("0.0025"), 2)


# ------------------------------------------------------------------------------------------------ what is published
def test_quarters_follow_each_other_and_are_read_from_an_address() -> None:
    assert Quarter.read("2026-1").before == Quarter(2025, 4)  # type: ignore[union-attr]
    assert Quarter.of(Quarter(2026, 4).first) == Quarter(2026, 4)
    assert Quarter(2026, 4).next_first == Quarter(2027, 1).first
    assert [Quarter.read(t) for t in ("2026-5", "x", "2026-12", "")] == [None] * 4


def test_the_report_counts_what_happened_in_its_quarter_and_names_nobody(story: Story) -> None:
    story.to(Stage.COMPLETED)
    story.to(Stage.WITHDRAWN)
    story.session.flush()
    found = report(story.session, Quarter.of(story.now.date()), ZONE)
    (line,) = found.lines
    assert (line.category, line.filed, line.concluded, line.ended, line.connected) == ("IND_15", 2, 1, 1, 1)
    assert (line.filed_kw, found.total("connected_kw")) == (30, 15)
    assert "Смирнова" not in str(found)
    assert not report(story.session, Quarter.of(story.now.date()).before, ZONE).lines
