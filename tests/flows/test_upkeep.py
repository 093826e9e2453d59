"""Upkeep tells staff about terms and orders the morning letters; however often it runs, each leaves once."""

from datetime import UTC, datetime

from sqlmodel import select

from infra import clock
from infra.database import Database
from infra.engine.inline import drain
from models.connection.tables import Stage
from models.delivery.tables import Letter, LetterState, Notice
from models.people.tables import User
from models.process.actor import Role
from tasks import upkeep
from tests.models.story import Story

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 30, 5, 35, tzinfo=UTC)  # a Monday, 8:35 in Moscow


def test_upkeep_tells_every_mark_and_writes_every_morning_once(database: Database) -> None:
    with database.transaction() as session:
        story = Story(session, MONDAY)
        case = story.to(Stage.ENGINEERING)
        number = case.number
        for user in session.exec(select(User).where(User.role == Role.MANAGER)):
            user.email = f"{user.login}@example.org"
    with clock.at(LATER):
        for _again in range(3):
            upkeep.tell_pressure.fn()
            upkeep.order_digests.fn()
        drain(database)
    with database.transaction() as session:
        managers = session.exec(select(User).where(User.role == Role.MANAGER)).all()
        letters = session.exec(select(Letter).where(Letter.kind == "staff_digest")).all()
        notices = session.exec(select(Notice).where(Notice.kind == "escalation")).all()
        assert sorted(m.recipient for m in letters) == sorted(u.email for u in managers)
        assert all(f"— {number}: Договор, технические условия и счёт" in m.body for m in letters)
        assert all(m.state in (LetterState.SENT, LetterState.RETRYING) for m in letters)
        assert len(notices) == len({n.key for n in notices}) >= len(managers)
