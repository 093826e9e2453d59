"""The talk: our first look within four hours; a message is read when the other side has it before its eyes."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from models.connection import actions, queries, talk
from models.connection.tables import Stage
from models.people.rules import actor_of
from models.process.actor import Role
from models.process.errors import NotFound
from models.rulebook.tables import DatedLimit
from tests.models.story import Story

ZONE = ZoneInfo("Europe/Moscow")


def test_the_clock_begins_with_the_first_unanswered_message_and_ends_with_our_answer(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    case_id, owner = case.id or 0, story.house.owner(case)
    asked = story.now
    actions.say(story.session, case_id, owner, "Когда?", asked)
    actions.say(story.session, case_id, owner, "И сколько?", story.later(hours=1))
    look = talk.first_look(story.session, queries.messages(story.session, case_id), story.now, ZONE)
    assert look == talk.Look(asked, asked + timedelta(hours=4), None, late=False)
    late = talk.first_look(story.session, queries.messages(story.session, case_id), asked + timedelta(hours=5), ZONE)
    assert late is not None
    assert late.late
    actions.say(story.session, case_id, story.staff(Role.OPERATOR), "Завтра", story.later(hours=1))
    assert talk.first_look(story.session, queries.messages(story.session, case_id), story.now, ZONE) is None


def test_what_was_promised_on_the_day_of_asking_holds(story: Story) -> None:
    case, s = story.to(Stage.CHECKING), story.session
    (was,) = s.exec(select(DatedLimit).where(DatedLimit.name == "first_look_hours")).all()
    actions.say(s, case.id or 0, story.house.owner(case), "Когда?", story.now)
    asked, was.valid_to = story.now, story.now.date()
    s.add(DatedLimit(name=was.name, value=Decimal(8), valid_from=story.now.date() + timedelta(days=1)))
    s.flush()
    look = talk.first_look(s, queries.messages(s, case.id or 0), story.later(days=1), ZONE)
    assert look is not None
    assert look.due_at == asked + timedelta(hours=4)
    assert talk.promised(s, story.now.date()) == 8


def test_each_side_marks_the_words_of_the_other_as_read(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    case_id, owner, desk = case.id or 0, story.house.owner(case), story.staff(Role.OPERATOR)
    actions.say(story.session, case_id, owner, "Когда?", story.now)
    assert talk.read(story.session, case_id, owner, story.now) == 0, "his own words he has not read"
    assert talk.read(story.session, case_id, story.staff(Role.AUDITOR), story.now) == 0, (
        "who only watches marks nothing"
    )
    seen = story.later(minutes=30)
    assert talk.read(story.session, case_id, desk, seen) == 1
    look = talk.first_look(story.session, queries.messages(story.session, case_id), story.later(hours=9), ZONE)
    assert look is not None
    assert (look.seen_at, look.late) == (seen, False)


def test_a_stranger_marks_nothing(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    with pytest.raises(NotFound):
        talk.read(story.session, case.id or 0, actor_of(story.organisation()), story.now)
