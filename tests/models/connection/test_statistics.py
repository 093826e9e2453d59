"""Numbers of the wall: counted from cases whose story is known."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from models.connection import actions, statistics
from models.connection.statistics import StageCount
from models.connection.tables import Stage
from models.delivery import actions as delivery
from models.delivery.tables import Letter
from models.people import actions as people
from models.people.tables import Branch
from models.process.actor import Role
from tests.models.story import Story

ZONE = ZoneInfo("Europe/Moscow")


def counts(story: Story, branch_id: int | None = None) -> dict[str, StageCount]:
    story.session.flush()
    return statistics.by_stage(story.session, story.now, ZONE, branch_id)


def test_open_cases_are_counted_by_stage_and_drafts_are_not(story: Story) -> None:
    story.to(Stage.DRAFT)
    story.to(Stage.CHECKING)
    story.to(Stage.CHECKING)
    story.to(Stage.ENGINEERING)
    found = counts(story)
    assert {stage: c.open for stage, c in found.items()} == {"CHECKING": 2, "ENGINEERING": 1}


def test_a_case_is_soon_then_late_then_neither_while_it_is_suspended(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    assert counts(story)["CHECKING"] == StageCount(1, 0, 0)
    story.later(days=2)
    assert counts(story)["CHECKING"] == StageCount(1, 0, 1)
    story.later(days=7)
    assert counts(story)["CHECKING"] == StageCount(1, 1, 0)
    actions.suspend(story.session, case.id or 0, story.staff(Role.MANAGER), "паводок", story.now)
    assert counts(story)["CHECKING"] == StageCount(1, 0, 0)


def test_the_applicants_delay_is_not_ours(story: Story) -> None:
    case = story.to(Stage.AWAITING_INFO)
    story.terms(case)["TP-22"].done_at = story.now  # the letter with the notice has gone
    story.later(days=60)
    assert story.terms(case)["TP-02"].due_at < story.now
    assert counts(story)["AWAITING_INFO"] == StageCount(1, 0, 0)


def test_branches_are_counted_apart(story: Story) -> None:
    story.to(Stage.CHECKING)
    other = story.session.exec(select(Branch).where(Branch.id != story.house.branch.id)).first()
    assert other is not None
    story.house.branch = other
    story.to(Stage.CHECKING)
    story.session.flush()
    found = statistics.by_branch(story.session, story.now, ZONE)
    assert {c.open for c in found.values()} == {1}
    assert len(found) == 2
    assert counts(story, other.id)["CHECKING"].open == 1


def test_the_median_time_of_a_stage_comes_from_the_history(story: Story) -> None:
    for days in (2, 4, 9):
        case = story.to(Stage.CHECKING)
        story.later(days=days)
        story.move(case, "accept", Role.OPERATOR)
    story.session.flush()
    found = statistics.passages(story.session, story.now)
    assert round(found["CHECKING"].median_days, 2) == 4
    assert found["CHECKING"].moved == 3
    story.later(days=40)
    assert statistics.passages(story.session, story.now)["CHECKING"].moved == 0
    story.later(days=400)
    assert "CHECKING" not in statistics.passages(story.session, story.now)


def test_ways_out_are_counted_for_thirty_days(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    actions.simple_move(story.session, case.id or 0, "redirect", story.staff(Role.OPERATOR), story.now, "не наша сеть")
    assert statistics.exits(story.session, story.now) == {("CHECKING", "REDIRECTED"): 1}
    story.later(days=31)
    assert statistics.exits(story.session, story.now) == {}


def test_the_flow_counts_what_came_went_and_was_kept(story: Story) -> None:
    story.to(Stage.COMPLETED)
    story.to(Stage.CHECKING)
    story.session.flush()
    found = statistics.flow(story.session, story.now, ZONE)
    assert (found.opened_week, found.closed_week, found.completed, found.offers) == (2, 1, 1, 1)
    assert found.offer_days == 0


def test_terms_that_end_are_told_by_week(story: Story) -> None:
    story.to(Stage.CHECKING)
    story.session.flush()
    today = story.now.astimezone(ZONE).date()
    weeks = statistics.forecast(story.session, today, 4)
    assert weeks[0].monday.weekday() == 0
    assert [w.due for w in weeks] == [1, 0, 1, 0]  # the check on Friday, the offer after ten working days


def test_the_longest_late_stands_first_and_each_case_once(story: Story) -> None:
    first = story.to(Stage.CHECKING)
    story.later(days=3)
    second = story.to(Stage.CHECKING)
    story.later(days=40)
    found = statistics.longest_late(story.session, story.now)
    assert [c.id for c, _term in found] == [first.id, second.id]


def test_letters_are_counted_by_what_became_of_them(story: Story) -> None:
    story.to(Stage.OFFER_PLACED)
    story.session.flush()
    first, *_rest = story.session.exec(select(Letter)).all()
    delivery.rendered(story.session, first, "Тема", "Текст", story.now)
    number = delivery.begin_try(story.session, first, story.now)
    assert number is not None
    delivery.record_try(story.session, first, number, "refused", "550", story.now)
    story.session.flush()
    story.later(minutes=10)
    found = statistics.letters(story.session, story.now)
    assert (found.undeliverable, found.day_sent, found.open) == (1, 0, len(_rest))
    assert found.oldest >= 600


def test_a_case_is_found_by_part_of_number_name_or_address_and_percent_is_no_wildcard(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    story.to(Stage.DRAFT)
    story.session.flush()
    for words in (case.number or "", "смирнова", "берёзка"):
        assert [c.id for c in statistics.find(story.session, words)] == [case.id]
    assert statistics.find(story.session, "%") == []
    assert statistics.find(story.session, "_____") == []


def test_remarks_on_closed_papers_come_back_to_the_operator(story: Story) -> None:
    case = story.to(Stage.COMPLETED)
    assert statistics.with_open_term(story.session, "TP-20") == []
    story.move(case, "remark", Role.APPLICANT, reason="ошибка в адресе")
    story.session.flush()
    assert [c.id for c in statistics.with_open_term(story.session, "TP-20")] == [case.id]


def test_looks_name_the_reader_and_the_case(story: Story) -> None:
    case, operator = story.to(Stage.CHECKING), story.staff(Role.OPERATOR)
    people.note(story.session, operator, "desk:person:read", story.now, process="connection", subject_id=case.id)
    people.note(story.session, operator, "people:user:signed_in", story.now)
    story.session.flush()
    (look,) = statistics.looks(story.session)
    assert (look.row.user_name, look.number) == (operator.name, case.number)
    assert statistics.looks(story.session, "нет такого") == []
    assert len(statistics.looks(story.session, case.number or "")) == 1


def test_the_next_terms_stand_in_their_order(story: Story) -> None:
    story.to(Stage.CHECKING)
    story.session.flush()
    found = statistics.next_terms(story.session, story.now, 10)
    assert [t.rule for _case, t in found] == ["TP-01", "TP-04X"]
    assert statistics.next_terms(story.session, story.now + timedelta(days=90), 10) == []
