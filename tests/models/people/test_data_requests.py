"""Requests about personal data have their days by dated rules; only who may answers."""

from datetime import timedelta

import pytest

from models.people import data_requests, my_data
from models.people.access_tables import RequestKind
from models.people.rules import actor_of
from models.process.actor import Role
from models.process.errors import ManyInvalid, NotAllowed
from tests.models.story import Story


@pytest.mark.parametrize(
    ("kind", "days"), [(RequestKind.TELL, 15), (RequestKind.CORRECT, 10), (RequestKind.DELETE, 30)]
)
def test_the_last_day_comes_from_the_dated_rule(story: Story, kind: RequestKind, days: int) -> None:
    """10 and 7 working days from Monday, 2 November 2026, with 4 November off; 30 days."""
    row = my_data.ask(story.session, kind, "прошу", actor_of(story.house.applicant()), story.now)
    assert (row.due_at - timedelta(seconds=1)).astimezone().date() - story.now.date() == timedelta(days=days)


def test_a_wrong_correction_changes_nothing_and_answers_nothing(story: Story) -> None:
    anna = story.house.applicant()
    row = my_data.ask(story.session, RequestKind.CORRECT, "прошу", actor_of(anna), story.now)
    typed = {"name": " ", "birth_date": "вчера", "address": "новый"}
    with pytest.raises(ManyInvalid) as raised:
        data_requests.correct(story.session, row.id or 0, typed, "да", story.staff(Role.OPERATOR), story.now)
    assert {fault.field for fault in raised.value.errors} == {"name", "birth_date"}
    assert (anna.address, row.answered_at) == ("пос. Лесное, ул. Озёрная, д. 5", None)


def test_only_a_head_refuses_to_delete(story: Story) -> None:
    row = my_data.ask(story.session, RequestKind.DELETE, "прошу", actor_of(story.house.applicant()), story.now)
    with pytest.raises(NotAllowed):
        my_data.answer(story.session, row.id or 0, "нет", story.staff(Role.OPERATOR), story.now)
    my_data.answer(story.session, row.id or 0, "Договор исполняется", story.staff(Role.MANAGER), story.now)
    assert row.answered_at == story.now
