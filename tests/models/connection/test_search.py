"""One field finds a case however it is typed; twins are named with what they share."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from models.connection import search
from models.connection.tables import Application, Stage
from models.process.actor import Actor, Role
from tests.models.story import Story


def found(story: Story, typed: str) -> list[int | None]:
    story.session.flush()
    return [c.id for c in search.find(story.session, typed)]


@pytest.mark.parametrize(
    "typed",
    ["смирнова", "СМИРНОВА анна", "Берёзка", "березка 47", "уч. 47", "47:03:0512004:118", "0512004", "8 (922) 555-01-23",
     "+7 922 555 01 23", "9225550123", "Лесное смирн", "«Берёзка», уч. 47"],
)  # fmt: skip
def test_whatever_is_known_of_a_case_finds_it(story: Story, typed: str) -> None:
    case = story.to(Stage.CHECKING)
    assert found(story, typed) == [case.id]


def test_the_number_is_found_whole_and_by_its_part(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    number = case.number or ""
    for typed in (number, number.lower(), number[3:], number[3:9].lstrip("0") + number[9:], f"  {number} "):
        assert found(story, typed) == [case.id], typed


def test_an_organisation_is_found_by_its_number_of_a_taxpayer(story: Story) -> None:
    case = story.to(Stage.CHECKING, story.organisation(), power_kw="50")
    story.to(Stage.CHECKING)
    assert found(story, "4712009314") == [case.id]
    assert found(story, "лесной двор") == [case.id]


@pytest.mark.parametrize("typed", ["", "  ", "%", "_____", "'; drop table connection; --", "«»", "---", "иванова"])
def test_nothing_and_nonsense_find_nothing(story: Story, typed: str) -> None:
    story.to(Stage.CHECKING)
    assert found(story, typed) == []


def test_drafts_stay_with_their_authors(story: Story) -> None:
    story.to(Stage.DRAFT)
    assert found(story, "смирнова") == []


def test_a_corrected_address_is_found_at_once_and_the_old_one_no_more(story: Story) -> None:
    case = story.to(Stage.CHECKING)
    case.object_address = "пос. Северный, ул. Карьерная, д. 9"
    story.session.add(case)
    assert found(story, "карьерная") == [case.id]
    assert found(story, "березка") == []


def test_the_newest_stands_first(story: Story) -> None:
    one, two = story.to(Stage.CHECKING), story.to(Stage.ENGINEERING)
    assert found(story, "смирнова") == [two.id, one.id]


def test_the_index_answers_and_not_the_table(story: Story) -> None:
    story.session.execute(text("set local enable_seqscan = off"))
    plan = story.session.execute(
        text("explain select application_id from connection_search where words like '%смирнова%'")
    )
    assert "connection_search_words" in " ".join(str(r[0]) for r in plan)


# ------------------------------------------------------------------------------------------------ twins
def twins(story: Story, case: Application) -> list[tuple[int | None, tuple[str, ...]]]:
    story.session.flush()
    return [(t.case.id, t.same) for t in search.duplicates(story.session, case, story.now)]


def test_the_same_request_filed_again_is_named_with_all_it_shares(story: Story) -> None:
    user = story.house.applicant()
    first, again = story.to(Stage.CHECKING, user), story.to(Stage.CHECKING, user)
    assert twins(story, again) == [(first.id, ("address", "cadastre", "person"))]
    assert twins(story, first) == [(again.id, ("address", "cadastre", "person"))]


def test_an_address_written_another_way_is_the_same_address(story: Story) -> None:
    other = story.organisation()
    other.phone = "+79215550000"
    first = story.to(Stage.CHECKING)
    second = story.to(
        Stage.CHECKING, other, power_kw="50", cadastre="47:03:0512004:999",
        object_address="Лесненский район, поселок ЛЕСНОЕ, Березка, участок 47",
    )  # fmt: skip
    assert twins(story, second) == [(first.id, ("address",))]


def test_strangers_on_other_plots_are_no_twins(story: Story) -> None:
    other = story.organisation()
    other.phone = "+79215550000"
    story.to(Stage.CHECKING)
    case = story.to(Stage.CHECKING, other, power_kw="50", cadastre="47:03:0512004:1", object_address="пос. Новый, д. 1")
    assert twins(story, case) == []


def test_what_ended_long_ago_is_no_twin(story: Story) -> None:
    user = story.house.applicant()
    old = story.to(Stage.WITHDRAWN, user)
    new = story.to(Stage.CHECKING, user)
    assert [i for i, _same in twins(story, new)] == [old.id]
    story.house.now += timedelta(days=400)
    assert twins(story, new) == []


def test_what_agrees_most_stands_first(story: Story) -> None:
    user = story.house.applicant()
    same = story.to(Stage.CHECKING, user)
    story.to(Stage.CHECKING, user, object_address="пос. Новый, д. 1", cadastre="47:03:0512004:1")
    it = story.to(Stage.CHECKING, user)
    assert twins(story, it)[0][0] == same.id


# ------------------------------------------------------------------------------------------------ whose eyes
@pytest.mark.parametrize(
    ("role", "own", "may"),
    [(Role.OPERATOR, True, True), (Role.OPERATOR, False, False), (Role.AUDITOR, True, False), (Role.ADMIN, True, False),
     (Role.MANAGER, None, True), (Role.ENGINEER, True, True)],
)  # fmt: skip
def test_names_are_for_those_who_work_with_the_case(role: Role, own: bool | None, may: bool) -> None:
    branch = None if own is None else 1 if own else 2
    assert search.works_with(Actor(role, 5, "Кто-то", branch), Application(branch_id=1)) is may
