"""Content: what may be published, every change kept, outages told to whom they touch."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.connection.tables import Stage
from models.content import actions, queries, rules
from models.content.tables import ContentItem, Kind, State
from models.delivery.tables import Notice
from models.process.actor import STAFF, Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound, Stale
from tests.conftest import NOW
from tests.models.content.items import QUESTIONS, WHOLE, editor, item
from tests.models.story import Story


def fields(refused: pytest.ExceptionInfo[ManyInvalid]) -> set[str]:
    return {fault.field for fault in refused.value.errors}


@pytest.mark.parametrize("kind", list(Kind))
def test_an_item_goes_from_draft_to_published_to_withdrawn_and_every_step_is_kept(story: Story, kind: Kind) -> None:
    db, who = story.session, editor(story.session)
    made = item(db, kind, published=False)
    assert (made.state, rules.shown(made, NOW)) == (State.DRAFT, False)
    actions.publish(db, made.id or 0, who, NOW)
    assert rules.shown(made, NOW)
    with pytest.raises(Stale):
        actions.publish(db, made.id or 0, who, NOW)
    with pytest.raises(Invalid, match="why"):
        actions.withdraw(db, made.id or 0, " ", who, NOW)
    actions.withdraw(db, made.id or 0, "ошибка в дате", who, NOW)
    assert not rules.shown(made, NOW)
    actions.publish(db, made.id or 0, who, NOW)
    told = [(e.verb, e.remark) for e in queries.editions(db, made.id or 0)][::-1]
    assert told == [("begin", ""), ("publish", ""), ("withdraw", "ошибка в дате"), ("publish", "")]


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        (Kind.NEWS, {"text": " "}, "text"),
        (Kind.FAQ, {"section": ""}, "section"),
        (Kind.OUTAGE, {"places": []}, "places"),
        (Kind.OUTAGE, {"branches": []}, "branches"),
        (Kind.OUTAGE, {"outage": "x"}, "outage"),
        (Kind.OUTAGE, {"ends_at": None}, "begins_at"),
        (Kind.SURVEY, {"questions": []}, "questions"),
        (Kind.SURVEY, {"questions": [QUESTIONS[0] | {"options": ["да", "да"]}]}, "questions.0"),
        (Kind.SURVEY, {"questions": [QUESTIONS[2] | {"steps": 11}]}, "questions.0"),
        (Kind.SURVEY, {"questions": [QUESTIONS[3] | {"text": ""}]}, "questions.0"),
        (Kind.FORM, {"fill": ""}, "file"),
        (Kind.FORM, {"fill": "staff"}, "fill"),
    ],
)
def test_what_is_not_whole_stays_a_draft(story: Story, kind: Kind, wrong: dict[str, Any], field: str) -> None:
    made = item(story.session, kind, published=False, **wrong)
    with pytest.raises(ManyInvalid) as refused:
        actions.publish(story.session, made.id or 0, editor(story.session), NOW)
    assert field in fields(refused)
    assert made.state == State.DRAFT


def test_a_published_item_cannot_be_changed_into_half_a_one(story: Story) -> None:
    made = item(story.session, Kind.FAQ)
    with pytest.raises(ManyInvalid) as refused:
        actions.change(story.session, made.id or 0, made.version, {"section": ""}, editor(story.session), NOW)
    assert fields(refused) == {"section"}
    assert made.section == "Подключение"


def test_two_editors_do_not_overwrite_each_other(story: Story) -> None:
    made = item(story.session, Kind.NEWS)
    read = made.version
    actions.change(story.session, made.id or 0, read, {"lead": "первая правка"}, editor(story.session), NOW)
    with pytest.raises(Stale):
        actions.change(story.session, made.id or 0, read, {"lead": "вторая правка"}, editor(story.session), NOW)
    assert made.lead == "первая правка"


def test_dates_decide_from_when_and_until_when_it_is_seen(story: Story) -> None:
    made = item(story.session, Kind.NEWS, shown_from=NOW + timedelta(days=1), shown_until=NOW + timedelta(days=2))
    seen = [rules.shown(made, NOW + timedelta(hours=h)) for h in (0, 23, 24, 47, 48)]
    assert seen == [False, False, True, True, False]
    with pytest.raises(NotFound):
        queries.one(story.session, made.id or 0, NOW)
    late = item(story.session, Kind.NEWS, published=False, shown_until=NOW - timedelta(days=1))
    with pytest.raises(Invalid, match="nobody would see it"):
        actions.publish(story.session, late.id or 0, editor(story.session), NOW)


def test_the_questions_of_a_published_survey_are_fixed_and_a_copy_is_a_new_wave(story: Story) -> None:
    made = item(story.session, Kind.SURVEY)
    with pytest.raises(Invalid, match="fixed"):
        actions.change(
            story.session, made.id or 0, made.version, {"questions": QUESTIONS[:1]}, editor(story.session), NOW
        )
    again = actions.copy(story.session, made.id or 0, editor(story.session), NOW)
    actions.change(
        story.session, again.id or 0, again.version, {"questions": QUESTIONS[:1]}, editor(story.session), NOW
    )
    assert (again.state, len(again.questions), len(made.questions)) == (State.DRAFT, 1, 4)


@pytest.mark.parametrize("role", [Role.APPLICANT, *sorted(STAFF - {Role.EDITOR, Role.MANAGER})])
def test_nobody_else_writes_or_publishes(story: Story, role: Role) -> None:
    made = item(story.session, Kind.NEWS)
    who = story.staff(role) if role != Role.APPLICANT else Actor(role, 1)
    with pytest.raises(NotAllowed):
        actions.begin(story.session, Kind.NEWS, WHOLE[Kind.NEWS], who, NOW)
    with pytest.raises(NotAllowed):
        actions.change(story.session, made.id or 0, made.version, {"title": "x"}, who, NOW)
    with pytest.raises(NotAllowed):
        actions.withdraw(story.session, made.id or 0, "x", who, NOW)


# ------------------------------------------------------------------------------------------------ search, pages
@pytest.mark.rows("J-041")
def test_answers_are_found_by_their_words_whatever_the_letter_yo(story: Story) -> None:
    item(story.session, Kind.FAQ, title="Сколько стоит счётчик?", section="Учёт", text="Счётчик ставит сеть.")
    item(story.session, Kind.FAQ)
    assert list(queries.answers_to(story.session, NOW)) == ["Подключение", "Учёт"]
    assert list(queries.answers_to(story.session, NOW, "СЧЕТЧИК сеть")) == ["Учёт"]
    assert queries.answers_to(story.session, NOW, "100%_") == {}


def test_pages_of_news_follow_each_other_without_gaps(story: Story) -> None:
    made = [item(story.session, Kind.NEWS, title=f"Новость {n}", now=NOW).id for n in range(5)]
    found: list[int | None] = []
    while page := queries.shown(story.session, Kind.NEWS, NOW, 2, found[-1] or 0 if found else 0):
        found += [row.id for row in page]
    assert found == made[::-1]


# ------------------------------------------------------------------------------------------------ outages
@pytest.mark.parametrize(
    ("place", "address", "touched"),
    [
        ("пос. Лесное, ул. Озёрная", "Лесненский р-н, пос. Лесное, ул. Озерная, д. 5", True),
        ("пос. Лесное, ул. Озёрная, д. 1–9", "пос. Лесное, ул. Озёрная, д. 40", True),
        ("пос. Лесное", "пос. Лесное, СНТ «Берёзка», уч. 47", True),
        ("пос. Лесное, ул. Озёрная", "пос. Лесное, ул. Лесная, д. 2", False),
        ("г. Приозёрск", "пос. Лесное, ул. Приозёрская", False),
        ("ул., д. 5", "ул. Озёрная, д. 5", False),
    ],
)
def test_an_outage_touches_an_address_by_its_telling_words(place: str, address: str, touched: bool) -> None:
    assert rules.touches([place], address) is touched


@pytest.mark.rows("M-09", "H-05")
def test_whoever_an_outage_touches_is_told_once(story: Story) -> None:
    near = story.to(Stage.EXECUTION, object_address="пос. Лесное, ул. Озёрная, д. 5")
    story.to(Stage.EXECUTION, object_address="пос. Лесное, ул. Лесная, д. 2")
    made = item(story.session, Kind.OUTAGE, branches=[near.branch_id])
    assert told(story, made) == [near.applicant_id]
    actions.withdraw(story.session, made.id or 0, "перенос", editor(story.session), NOW)
    actions.publish(story.session, made.id or 0, editor(story.session), NOW)
    assert told(story, made) == [near.applicant_id]


def told(story: Story, made: ContentItem) -> list[int]:
    query = select(Notice).where(Notice.kind == "outage", Notice.title == made.title)
    return [n.user_id for n in story.session.exec(query)]


@pytest.mark.rows("J-043")
def test_the_schedule_shows_running_and_coming_outages_the_nearest_first(story: Story) -> None:
    later = item(story.session, Kind.OUTAGE)
    day = timedelta(days=1)
    running = item(story.session, Kind.OUTAGE, begins_at=NOW - day, ends_at=NOW + day, places=["ул. Вокзальная"])
    item(story.session, Kind.OUTAGE, begins_at=NOW - 2 * day, ends_at=NOW - day)
    assert [o.id for o in queries.outages(story.session, NOW)] == [running.id, later.id]
    assert [o.id for o in queries.outages(story.session, NOW, typed="вокзальная")] == [running.id]
    assert queries.outages(story.session, NOW, branch_id=10**6) == []
    assert len(queries.outages(story.session, NOW, branch_id=later.branches[0])) == 2
