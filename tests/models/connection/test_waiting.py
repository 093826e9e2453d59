"""The queue: in the order of the last days, cut into pages that neither repeat nor lose a line; and stays kept by triggers."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from models.connection import cards, waiting
from models.connection.stays import NEVER
from models.connection.tables import OPEN_STAGES, Stage
from models.connection.waiting import Wish
from models.process.actor import Role
from models.process.errors import Invalid
from models.process.keyset import After
from tests.models.story import Story

ZONE = ZoneInfo("Europe/Moscow")
EVERYTHING = Wish(tuple(map(str, OPEN_STAGES)))


def pages(story: Story, wish: Wish, size: int) -> list[list[int | None]]:
    story.session.flush()
    found, after = [], None
    while True:
        part = waiting.page(story.session, wish, story.now, ZONE, after, size)
        found.append([c.id for c in part.cases])
        after = part.after
        if after is None:
            return found


def test_the_least_time_left_stands_first(story: Story) -> None:
    late = story.to(Stage.CHECKING)
    story.later(days=3)
    later = story.to(Stage.CHECKING)
    assert pages(story, EVERYTHING, 10) == [[late.id, later.id]]


def test_pages_neither_repeat_nor_lose_a_line(story: Story) -> None:
    cases = []
    for _n in range(7):
        cases.append(story.to(Stage.CHECKING).id)
        story.later(hours=9)
    whole = pages(story, EVERYTHING, 100)[0]
    cut = pages(story, EVERYTHING, 3)
    assert [len(p) for p in cut] == [3, 3, 1]
    assert [i for p in cut for i in p] == whole
    assert sorted(i or 0 for i in whole) == sorted(i or 0 for i in cases)


def test_the_order_is_the_one_of_the_lines(story: Story) -> None:
    for stage in (Stage.EXECUTION, Stage.CHECKING, Stage.OFFER_PLACED, Stage.AWAITING_INFO):
        story.to(stage)
        story.later(days=1)
    page = waiting.page(story.session, EVERYTHING, story.now, ZONE)
    lines = cards.lines(story.session, page.cases, story.now)
    assert [r.case.id for r in lines] == [c.id for c in page.cases]


def test_groups_are_counted_and_shown_alike(story: Story) -> None:
    story.to(Stage.CHECKING)
    story.to(Stage.AWAITING_INFO)
    story.later(days=10)
    story.to(Stage.CHECKING)
    story.session.flush()
    counts = waiting.counts(story.session, EVERYTHING, story.now, ZONE)
    assert counts["all"] == 3
    assert counts["client"] == 1
    assert counts["late"] >= 1
    for group, count in counts.items():
        shown = waiting.page(story.session, Wish(EVERYTHING.stages, group=group), story.now, ZONE)
        assert len(shown.cases) == count, group


def test_a_suspended_case_is_not_late(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    story.move(case, "suspend", Role.MANAGER, reason="паводок")
    case.suspended_at = story.now
    story.session.execute(
        text("update term set paused_at = :now where subject_id = :id"), {"now": story.now, "id": case.id}
    )
    story.later(days=60)
    assert waiting.counts(story.session, EVERYTHING, story.now, ZONE)["late"] == 0


def test_the_engineer_of_the_conditions_is_a_filter(story: Story) -> None:
    case = story.to(Stage.EXECUTION)
    story.to(Stage.CHECKING)
    me = story.staff(Role.ENGINEER).user_id
    assert pages(story, Wish(EVERYTHING.stages, engineer_id=me), 10) == [[case.id]]
    assert pages(story, Wish(EVERYTHING.stages, engineer_id=story.staff(Role.MANAGER).user_id), 10) == [[]]
    assert me in waiting.engineers(story.session, story.house.branch.id)


def test_words_narrow_the_queue(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    story.to(Stage.CHECKING, object_address="пос. Новый, ул. Карьерная, д. 1")
    assert pages(story, Wish(EVERYTHING.stages, words="березка"), 10) == [[case.id]]


@pytest.mark.parametrize("typed", ["x", "2026-11-25", "2026-13-01.5", "2026-11-25.", "2026-11-25.1; drop table stay"])
def test_a_page_that_somebody_made_up_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Invalid):
        After.read(typed)


def test_a_mark_reads_as_it_is_written() -> None:
    mark = After(date(2026, 11, 25), 1234)
    assert After.read(str(mark)) == mark
    assert After.read("") is None


# ------------------------------------------------------------------------------------------------ stays
_STAYS = """select application_id, stage, entered_at, left_at, stage_after, branch_id, category, actor_id, actor_role, kept, broken, rule,
    starts_at, due_on, due_at, ours_rule, ours_starts_at, ours_due_at from stay order by application_id, entered_at, left_at"""


def test_stays_kept_by_triggers_are_those_made_from_the_history(story: Story) -> None:
    for stage in Stage:
        if stage not in (Stage.DRAFT, Stage.INSPECTION, Stage.CONTRACT_SENT, Stage.ANNULLED_NOT_SIGNED):
            story.to(stage)
            story.later(hours=5)
    late = story.to(Stage.CHECKING)
    story.later(days=30)
    story.move(late, "accept", Role.OPERATOR)
    story.session.flush()
    kept = story.session.execute(text(_STAYS)).all()
    assert any(r.broken for r in kept)
    assert any(r.kept for r in kept)
    story.session.execute(text("select rebuild_stays()"))
    assert story.session.execute(text(_STAYS)).all() == kept


def test_a_case_stands_at_one_stage_and_knows_its_nearest_clock(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    story.session.flush()
    row = story.session.execute(
        text("select * from stay where application_id = :i and left_at is null"), {"i": case.id}
    ).one()
    nearest = min((t for t in story.terms(case).values() if t.whose == "grid"), key=lambda t: t.due_on)
    assert (row.stage, row.due_on, row.ours_rule) == (Stage.CHECKING, nearest.due_on, nearest.rule)
    story.move(case, "return", Role.OPERATOR, reason="не та сеть")
    ended = story.session.execute(
        text("select * from stay where application_id = :i and left_at is null"), {"i": case.id}
    ).one()
    assert (ended.stage, ended.due_on) == (Stage.RETURNED, NEVER)
    assert story.now - ended.entered_at < timedelta(minutes=1)
