"""Upkeep tells staff about terms and orders the morning letters; however often it runs, each leaves once."""

from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlmodel import select

from infra import clock
from infra.database import Database
from infra.engine.inline import drain
from models.connection.tables import Stage
from models.delivery.tables import Letter, LetterState, Notice
from models.people.represent_tables import Act, Representative, State
from models.people.tables import User
from models.process.actor import Role
from models.visit import actions as visits
from models.visit.tables import Hours, Kind, Visit, VisitState
from tasks import upkeep
from tests.architecture.source import ROOT
from tests.models.people.powers import power
from tests.models.story import HIGH, Story

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 30, 5, 35, tzinfo=UTC)  # a Monday, 8:35 in Moscow


def test_upkeep_notes_the_powers_whose_term_has_ended(database: Database) -> None:
    with database.transaction() as session:
        story = Story(session, clock.now())
        principal, agent = story.house.applicant(), story.house.applicant()
        clerk = story.staff(Role.OPERATOR)
        over, alive = (power(session, principal, agent, [Act.PAY], clerk, story.now) for _ in range(2))
        session.flush()
        session.execute(
            text("update representative set until = :now where id = :id"), {"now": clock.now(), "id": over.id}
        )
        ids = [over.id, alive.id]
    assert (upkeep.expire_powers.fn(), upkeep.expire_powers.fn()) == (1, 0)
    with database.transaction() as session:
        assert [session.get_one(Representative, i).state for i in ids] == [State.EXPIRED, State.ACTIVE]


def test_upkeep_frees_visits_that_nobody_waits_for(database: Database) -> None:
    with database.transaction() as session:
        story = Story(session, MONDAY)
        case = story.to(Stage.INSPECTION, story.organisation(), **HIGH)
        inspector = story.staff(Role.INSPECTOR)
        row = visits.propose(session, case.id or 0, Kind.INSPECTION, inspector.person, date(2026, 11, 3), Hours.NOON, inspector, story.now)  # fmt: skip
        story.move(case, "terminate", Role.MANAGER, reason="по заявлению")
        visit = row.id
    flow = (ROOT / "flows" / "upkeep.py").read_text("utf-8")
    assert "step.free_visits()" in flow
    with clock.at(LATER):
        assert upkeep.free_visits.fn() == 1
    with database.transaction() as session:
        found = session.get(Visit, visit)
        assert found is not None
        assert found.state == VisitState.CANCELLED


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
