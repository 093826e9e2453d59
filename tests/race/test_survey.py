"""One person presses «Отправить» many times at once. The control drops the constraint and checks first: it must go wrong."""

import threading
from collections.abc import Callable

from sqlalchemy import text

from infra.database import Database
from models.content import actions
from models.content.tables import Kind, SurveyAnswer
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Actor
from models.process.errors import Invalid
from tests.conftest import NOW
from tests.models.content.items import item
from tests.models.story import Story
from tests.race.together import together

PRESSES = 12
GIVEN = [0, [1], 4, None]


def scene(database: Database) -> tuple[int, Actor]:
    with database.transaction() as session:
        anna: User = Story(session, NOW).house.applicant()
        return item(session, Kind.SURVEY).id or 0, actor_of(anna)


def kept(database: Database) -> int:
    with database.transaction() as session:
        return int(session.execute(text("select count(*) from survey_answer")).scalar_one())


def test_many_presses_at_once_are_one_answer(database: Database) -> None:
    survey, anna = scene(database)

    def press() -> None:
        with database.transaction() as session:
            actions.answer(session, survey, GIVEN, anna, NOW)

    faults = together(*[press] * PRESSES)
    assert {type(f) for f in faults} == {Invalid}, faults
    assert (kept(database), len(faults)) == (1, PRESSES - 1)


def test_control_without_the_constraint_a_check_before_the_insert_counts_twice(database: Database) -> None:
    survey, anna = scene(database)
    with database.transaction() as session:
        session.execute(text("alter table survey_answer drop constraint survey_answer_once"))
    looked = threading.Barrier(PRESSES)

    def naive() -> Callable[[], None]:
        def press() -> None:
            with database.transaction() as session:
                seen = session.execute(
                    text("select 1 from survey_answer where user_id = :u"), {"u": anna.person}
                ).first()
                looked.wait(10)
                if seen is None:
                    session.add(SurveyAnswer(item_id=survey, user_id=anna.person, given_at=NOW, given=GIVEN))

        return press

    assert together(*[naive() for _ in range(PRESSES)]) == []
    assert kept(database) > 1
