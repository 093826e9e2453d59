"""Two windows, two people, two quick clicks: what was done meanwhile is told, nothing typed is written over, nothing is done twice."""

from datetime import timedelta
from typing import Any

import pytest
import streamlit as st
from sqlmodel import select

from dashboard.views import desk_bulk
from infra import clock
from models.connection import actions, queries
from models.connection.tables import Application, Message, Stage
from models.integration.tables import ApiKey
from models.process.actor import Role
from models.process.errors import Stale
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.dashboard.views.desk import Desk, Page
from tests.dashboard.views.test_desk_tools import desk  # noqa: F401
from tests.dashboard.views.test_keys import PASSWORD, owner, send  # noqa: F401
from tests.house import CONDITIONS
from tests.models.story import Story


def at(desk: Desk, stage: Stage) -> Application:  # noqa: F811
    with desk.writing() as story:
        return story.to(stage)


def stored(desk: Desk, case_id: int) -> dict[str, Any]:  # noqa: F811
    row = desk.reading(lambda db: queries.conditions(db, case_id))
    assert row is not None
    return dict(row.values)


# ------------------------------------------------------------------------------------------------ the editor of conditions
def both(desk: Desk, case_id: int) -> tuple[Page, Page]:  # noqa: F811
    """Two windows on one draft, which the first has begun."""
    first = desk.open("conditions", Role.ENGINEER, id=case_id).fill(f"tu-{case_id}-source", "ПС Озёрная")
    second = desk.open("conditions", Role.ENGINEER, id=case_id)
    first.fill(f"tu-{case_id}-feeder", "Ф-7")
    return first, second


def test_a_draft_is_never_written_over_by_a_window_that_has_not_seen_it(desk: Desk) -> None:  # noqa: F811
    case_id = at(desk, Stage.ENGINEERING).id or 0
    _first, second = both(desk, case_id)
    second.fill(f"tu-{case_id}-source", "ПС Лесная")
    assert "сохранены в другом окне" in second.text
    assert "Ф-7" in second.text, "what differs is shown"
    assert "submit-conditions" not in [b.key for b in second.app.button]
    assert (stored(desk, case_id)["source"], stored(desk, case_id)["feeder"]) == ("ПС Озёрная", "Ф-7")
    assert second.app.text_input(key=f"tu-{case_id}-source").value == "ПС Лесная", "what was typed stays"


def test_the_saved_draft_is_taken_and_goes_on(desk: Desk) -> None:  # noqa: F811
    case_id = at(desk, Stage.ENGINEERING).id or 0
    _first, second = both(desk, case_id)
    second.fill(f"tu-{case_id}-source", "ПС Лесная").press("take-saved")
    assert "в другом окне" not in second.text
    assert second.app.text_input(key=f"tu-{case_id}-1-source").value == "ПС Озёрная"
    second.fill(f"tu-{case_id}-1-source", "ПС Лесная")
    assert (stored(desk, case_id)["source"], stored(desk, case_id)["feeder"]) == ("ПС Лесная", "Ф-7")


def test_or_what_stands_here_is_kept_and_the_other_window_is_told(desk: Desk) -> None:  # noqa: F811
    case_id = at(desk, Stage.ENGINEERING).id or 0
    first, second = both(desk, case_id)
    second.fill(f"tu-{case_id}-source", "ПС Лесная").press("keep-mine")
    assert (stored(desk, case_id)["source"], stored(desk, case_id)["feeder"]) == ("ПС Лесная", "")
    first.fill(f"tu-{case_id}-point", "опора № 3")
    assert "сохранены в другом окне" in first.text


def test_the_verb_refuses_a_draft_that_was_not_read(desk: Desk) -> None:  # noqa: F811
    with desk.writing() as story:
        case_id, engineer = story.to(Stage.ENGINEERING).id or 0, story.staff(Role.ENGINEER)
        row = actions.save_conditions(story.session, case_id, engineer, CONDITIONS, story.now)
        read = row.saved_at
        actions.save_conditions(story.session, case_id, engineer, CONDITIONS, story.later(minutes=1), read)
        with pytest.raises(Stale):
            actions.save_conditions(story.session, case_id, engineer, CONDITIONS, story.later(minutes=1), read)


def test_a_draft_that_another_window_threw_away_or_sent_says_so(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.DRAFT)
    page, other = cabinet.shows("filing", id=case), cabinet.shows("filing", id=case)
    other.decide("filing-drop", "filing-drop-sure")
    page.fill(f"filing-{case}-name", "Орлова Вера")
    assert "Черновик удалён в другом окне" in page.text
    assert "отправлена" not in page.text


# ------------------------------------------------------------------------------------------------ decisions
def test_a_manager_approves_only_the_text_that_stood_before_him(desk: Desk) -> None:  # noqa: F811
    case_id = at(desk, Stage.APPROVAL).id or 0
    page = desk.open("approvals", Role.MANAGER, id=case_id)
    with desk.writing() as story:
        engineer = story.staff(Role.ENGINEER)
        now = clock.now()
        actions.return_conditions(story.session, case_id, story.staff(Role.MANAGER), "фидер не тот", now)
        actions.save_conditions(story.session, case_id, engineer, CONDITIONS | {"feeder": "Ф-9"}, clock.now())
        actions.submit_conditions(story.session, case_id, engineer, clock.now())
    page.press("approve")
    assert "инженер направил новый текст" in page.text
    assert desk.reading(lambda db: db.get(Application, case_id)).approved_at is None
    page.press("approve-read").press("approve")
    assert desk.reading(lambda db: db.get(Application, case_id)).approved_at is not None


def test_a_click_that_came_too_late_is_told_who_was_faster(desk: Desk) -> None:  # noqa: F811
    case_id = at(desk, Stage.CHECKING).id or 0
    page = desk.open("case", Role.OPERATOR, id=case_id)
    assert "Пока страница была открыта" not in page.text
    with desk.writing() as story:
        other = story.staff(Role.MANAGER)
        actions.simple_move(story.session, case_id, "return", other, clock.now(), "не наша сеть")
        name = other.name
    page.press("move-accept")
    assert "Пока страница была открыта" in page.text
    assert name in page.text.split("Пока страница была открыта")[1].split("Ниже")[0]


def test_ones_own_step_is_no_news_in_the_window_that_made_it(desk: Desk) -> None:  # noqa: F811
    case_id = at(desk, Stage.CHECKING).id or 0
    page, other = desk.open("case", Role.OPERATOR, id=case_id), desk.open("case", Role.OPERATOR, id=case_id)
    page.decide("move-accept", "do-accept")
    assert "Пока страница была открыта" not in page.text
    other.press("move-accept")
    assert "вы в другом окне" in other.text


# ------------------------------------------------------------------------------------------------ second clicks
def test_the_same_words_a_moment_later_are_a_second_click(desk: Desk) -> None:  # noqa: F811
    with desk.writing() as story:
        case = story.to(Stage.CHECKING)
        said(story, case, "Когда ждать?", 0, 1, 12)
        said(story, case, "И сколько?", 13)
        said(story, case, "Когда ждать?", 14)
        rows = story.session.exec(select(Message).order_by(Message.id)).all()  # type: ignore[arg-type]
        assert [m.text for m in rows] == ["Когда ждать?", "Когда ждать?", "И сколько?", "Когда ждать?"]


def said(story: Story, case: Application, words: str, *seconds: int) -> None:
    for after in seconds:
        actions.say(story.session, case.id or 0, story.house.owner(case), words, story.now + timedelta(seconds=after))


def test_a_batch_that_another_click_has_stopped_goes_on_and_forgets_no_result(
    desk: Desk,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with desk.writing() as story:
        cases = [story.to(Stage.CHECKING) for _n in range(3)]
    page = desk.open("bulk", Role.OPERATOR)
    for case in cases:
        page.fill(f"bulk-accept-{case.id}", True)
    one = desk_bulk._one

    def stopped(verb: Any, case_id: int, number: str) -> desk_bulk.Result:
        if case_id == cases[1].id:
            st.stop()
        return one(verb, case_id, number)

    monkeypatch.setattr(desk_bulk, "_one", stopped)
    page.press("bulk-go")
    monkeypatch.setattr(desk_bulk, "_one", one)
    page.press("bulk-go")
    assert "Сделано: 3 из 3" in page.text
    page.app.run()
    assert "Сделано" not in page.text


def test_a_second_key_waits_until_the_first_is_saved(cabinet: Cabinet, owner: Any) -> None:  # noqa: F811
    page = cabinet.shows("keys")
    for _click in range(2):
        send(page, "Создать ключ", key__name="Наша 1С", key__password=PASSWORD, **{"key-scope-notices:read": True})
    assert "Сначала сохраните ключ" in page.text
    assert len(cabinet.read(lambda db: db.exec(select(ApiKey)).all())) == 1
