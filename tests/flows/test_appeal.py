"""The process of an appeal by the flow itself: receipt, reminders, the author's silence, closing; letters through the engine."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from infra import clock, mail
from infra.database import Database
from infra.engine import names
from infra.engine.inline import drain
from infra.storage import storage
from models.appeal import actions, clocks, desk
from models.appeal.actions import File
from models.appeal.moving import lock
from models.appeal.tables import Appeal, Stage
from models.delivery.tables import Letter, LetterState
from models.process.actor import SYSTEM, Actor, Role
from models.process.tables import History, Work
from models.process.work import Row, shift_alarms
from tests.conftest import NOW
from tests.house import House
from tests.models.appeal.desk import sent


class Desk:
    """One appeal in a database; time passes and the engine carries what is due."""

    def __init__(self, db: Database) -> None:
        self.db, self.now = db, NOW
        with db.transaction() as session:
            house = House(session, NOW)
            anna = house.applicant()
            self.author = Actor(Role.APPLICANT, anna.id, anna.name)
            self.operator = house.staff[Role.OPERATOR]
            self.id = actions.register(session, self.author, sent("complaint"), NOW).id or 0
        self.carry()

    def carry(self) -> None:
        with clock.at(self.now), mail.through(lambda _message: mail.Answer(mail.Outcome.SENT)):
            drain(self.db)

    def go(self, to: datetime) -> None:
        with self.db.transaction() as session:
            shift_alarms(session, to - self.now)
        self.now = to
        self.carry()

    @property
    def stage(self) -> str:
        with self.db.transaction() as session:
            return session.get_one(Appeal, self.id).stage

    def letters(self, kind: str) -> list[Letter]:
        with self.db.transaction() as session:
            return list(session.exec(select(Letter).where(Letter.kind == kind).order_by(col(Letter.id))))

    def due(self, rule: str) -> datetime:
        with self.db.transaction() as session:
            found = clocks.end_of(session, session.get_one(Appeal, self.id), rule)
        assert found is not None
        return found


@pytest.fixture
def office(database: Database) -> Desk:
    return Desk(database)


def test_an_appeal_lives_through_the_engine_to_its_end(office: Desk) -> None:
    received = office.letters("appeal_received")
    assert [m.state for m in received] == [LetterState.SENT]
    assert "Вопросы: 8 800 555-01-47, круглосуточно. Назовите номер обращения." in received[0].body
    with office.db.transaction() as session:
        desk.take(session, office.id, office.operator, office.now)
        desk.ask(session, office.id, office.operator, "Номер опоры?", office.now)
    office.carry()
    assert "Номер опоры?" in office.letters("appeal_question")[0].body
    office.go(office.due("AP-REPLY") - timedelta(hours=9))
    assert len(office.letters("appeal_question_due")) == 1
    office.go(office.due("AP-REPLY") + timedelta(seconds=1))
    assert office.stage == Stage.IN_WORK, "without a reply we go on"
    key = storage().put(b"%PDF-1.7 answer")
    paper = File("ответ.pdf", "application/pdf", 15, key, key)
    with office.db.transaction() as session:
        desk.answer(session, office.id, office.operator, "Опору заменим\nв декабре", [paper], office.now)
    office.carry()
    answer = office.letters("appeal_answered")[0]
    assert answer.state == LetterState.SENT
    assert "Опору заменим\nв декабре" in answer.body
    office.go(office.due("AP-CLOSE") + timedelta(seconds=1))
    assert office.stage == Stage.CLOSED
    with office.db.transaction() as session:
        assert session.exec(select(Work).where(Work.process == "appeal")).all() == [], "nothing waits any more"


def test_an_early_alarm_changes_nothing_and_is_set_again(office: Desk) -> None:
    with office.db.transaction() as session:
        before = session.exec(select(History).where(History.process == "appeal")).all()
        row = session.exec(select(Work).where(Work.process == "appeal")).one()
        row.run_at = NOW - timedelta(days=1)
    office.carry()
    with office.db.transaction() as session:
        assert len(session.exec(select(History).where(History.process == "appeal")).all()) == len(before)
        assert session.exec(select(Work).where(Work.process == "appeal")).one().state == "due"


def test_a_run_is_called_by_number_and_stage(office: Desk) -> None:
    with office.db.transaction() as session:
        appeal = lock(session, office.id, SYSTEM)
        name, tags = names.label(session, "appeal", [Row(1, office.id, 1)])
    assert name == f"{appeal.number} · registered"
    assert "appeal" in tags
