"""Surveys: what an answer may be, one a person, results without people."""

from typing import Any

import pytest
from sqlmodel import select

from models.content import actions, queries, rules
from models.content.tables import Kind, SurveyAnswer
from models.people.rules import actor_of
from models.process.actor import Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound
from tests.conftest import NOW
from tests.models.content.items import QUESTIONS, editor, item
from tests.models.story import Story


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ([1, [2, 0, 2], 5, " быстрее "], [1, [0, 2], 5, "быстрее"]),
        ([0, [], 1, ""], [0, None, 1, None]),
        ([0, [7, -1, True, "1"], 1, None], [0, None, 1, None]),
    ],
)
def test_an_answer_keeps_only_what_was_offered(typed: list[Any], kept: list[Any]) -> None:
    assert rules.answer(QUESTIONS, typed) == (kept, [])


@pytest.mark.parametrize(
    "typed", [[], [2, [], 6, ""], [-1, None, 0, None], ["0", None, "5", None], [True, None, False, 0]]
)
def test_made_up_answers_to_needed_questions_are_refused_each(typed: list[Any]) -> None:
    _kept, found = rules.answer(QUESTIONS, typed)
    assert [fault.field for fault in found] == ["answer.0", "answer.2"]


@pytest.mark.rows("J-029", "M-14")
def test_a_person_answers_once(story: Story) -> None:
    made, anna = item(story.session, Kind.SURVEY), actor_of(story.house.applicant())
    assert [done for _s, done in queries.surveys(story.session, anna.person, NOW)] == [False]
    actions.answer(story.session, made.id or 0, [0, [1], 4, ""], anna, NOW)
    with pytest.raises(Invalid, match="already"):
        actions.answer(story.session, made.id or 0, [1, [], 1, ""], anna, NOW)
    assert story.session.exec(select(SurveyAnswer.given)).all() == [[0, [1], 4, None]]
    assert [done for _s, done in queries.surveys(story.session, anna.person, NOW)] == [True]


def test_half_an_answer_is_not_kept(story: Story) -> None:
    made, anna = item(story.session, Kind.SURVEY), actor_of(story.house.applicant())
    with pytest.raises(ManyInvalid):
        actions.answer(story.session, made.id or 0, [0], anna, NOW)
    free = item(story.session, Kind.SURVEY, questions=[q | {"needed": False} for q in QUESTIONS])
    with pytest.raises(Invalid, match="at least one"):
        actions.answer(story.session, free.id or 0, [None, [], None, " "], anna, NOW)
    assert story.session.exec(select(SurveyAnswer)).all() == []


def test_staff_and_strangers_to_the_survey_do_not_answer(story: Story) -> None:
    anna, draft = actor_of(story.house.applicant()), item(story.session, Kind.SURVEY, published=False)
    with pytest.raises(NotAllowed):
        actions.answer(story.session, draft.id or 0, [0, [], 1, ""], story.staff(Role.OPERATOR), NOW)
    with pytest.raises(NotFound):
        actions.answer(story.session, draft.id or 0, [0, [], 1, ""], anna, NOW)
    news = item(story.session, Kind.NEWS)
    with pytest.raises(NotFound):
        actions.answer(story.session, news.id or 0, [0], anna, NOW)


def test_results_are_counted_by_question(story: Story) -> None:
    made = item(story.session, Kind.SURVEY)
    for given in ([0, [0, 1], 4, "быстрее"], [0, [1], 5, ""], [1, [], 3, "спасибо"]):
        actions.answer(story.session, made.id or 0, given, actor_of(story.house.applicant()), NOW)
    found = rules.tally(made.questions, [g.given for g in queries.given(story.session, made.id or 0)])
    assert [t.answered for t in found] == [3, 2, 3, 2]
    assert [dict(t.counts) for t in found[:3]] == [{0: 2, 1: 1}, {0: 1, 1: 2}, {4: 1, 5: 1, 3: 1}]
    assert found[2].mean == 4
    assert found[3].texts == ["быстрее", "спасибо"]
    assert queries.counted(story.session, [made.id or 0]) == {made.id: 3}


def test_a_withdrawn_survey_takes_no_answers(story: Story) -> None:
    made, anna = item(story.session, Kind.SURVEY), actor_of(story.house.applicant())
    actions.withdraw(story.session, made.id or 0, "закончен", editor(story.session), NOW)
    with pytest.raises(NotFound):
        actions.answer(story.session, made.id or 0, [0, [], 1, ""], anna, NOW)
