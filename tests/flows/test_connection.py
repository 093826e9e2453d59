"""The whole story by the flows themselves, carried without Prefect on a real database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from infra import clock, mail
from infra.database import Database
from infra.engine.inline import drain
from models.connection import actions, queries
from models.connection.tables import Application, Stage
from models.delivery.tables import Letter, LetterState
from models.document.queries import papers
from models.document.tables import DocumentState
from models.payment import actions as payments
from models.process.actor import Role
from models.process.history import broken
from models.process.tables import Work
from tests.house import CONDITIONS, METER, House

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


class Story:
    """Drives a case as people would, and lets the engine carry what is due."""

    def __init__(self, db: Database, session: Session) -> None:
        self.db, self.session, self.now = db, session, START
        self.house = House(session, START)
        session.commit()

    def go(self, **delta: float) -> None:
        """Time passes; alarms come nearer by as much."""
        from models.process.work import shift_alarms

        self.session.commit()
        with self.db.transaction() as session:
            shift_alarms(session, timedelta(**delta))
        self.now += timedelta(**delta)
        self.house.now = self.now
        self.carry()

    def carry(self) -> None:
        self.session.commit()
        with clock.at(self.now):
            drain(self.db)
        self.session.expire_all()

    def filed(self, **typed: str) -> Application:
        case = self.house.submitted(**typed)
        self.carry()
        return case

    def offered(self, **typed: str) -> Application:
        case = self.filed(**typed)
        h, case_id = self.house, case.id or 0
        actions.simple_move(self.session, case_id, "accept", h.staff[Role.OPERATOR], self.now)
        actions.save_conditions(self.session, case_id, h.staff[Role.ENGINEER], CONDITIONS, self.now)
        actions.submit_conditions(self.session, case_id, h.staff[Role.ENGINEER], self.now)
        actions.approve(self.session, case_id, h.staff[Role.MANAGER], self.now)
        self.carry()
        return case

    def paid(self, **typed: str) -> Application:
        case = self.offered(**typed)
        order = payments.order_payment(self.session, case.id or 0, self.house.owner(case), self.now)
        payments.credit(self.session, order, self.now, self.now)
        self.carry()
        return case


@pytest.fixture
def story(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    monkeypatch.setattr(mail, "send", lambda letter, *_, **__: mail.Answer(mail.Outcome.SENT))
    with Session(database.engine, expire_on_commit=False) as session:
        yield Story(database, session)


def test_a_household_goes_from_an_application_to_voltage(story: Story) -> None:
    case = story.paid()
    assert case.stage == Stage.EXECUTION
    actions.simple_move(story.session, case.id or 0, "report_grid_works", story.house.staff[Role.ENGINEER], story.now)
    story.carry()
    assert case.stage == Stage.METERING
    inspector = story.house.staff[Role.METERING]
    actions.admit_meter(story.session, case.id or 0, inspector, "011873452026", METER, story.now.date(), story.now)
    story.carry()
    actions.simple_move(story.session, case.id or 0, "energise", inspector, story.now)
    story.carry()
    assert case.stage == Stage.COMPLETED
    placed = {p.kind for p in papers(story.session, case.id or 0) if p.state == DocumentState.PLACED}
    assert placed == {"application", "contract", "conditions", "invoice", "guide", "meter_act", "readiness_notice"}
    assert broken(queries.history(story.session, case.id or 0), case.chain) == []
    letters = story.session.exec(select(Letter)).all()
    assert {m.state for m in letters} == {LetterState.SENT}
    assert not story.session.exec(select(Work).where(Work.state == "aside")).all()
