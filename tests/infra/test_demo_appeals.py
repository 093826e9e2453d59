"""Appeals of the demonstration: every state is there, made through the verbs, and the record proves."""

from sqlmodel import Session, select

from infra.demo import appeals
from models.appeal.tables import Appeal, AppealCall, Channel, Stage
from models.process.history import broken
from models.process.tables import History
from tests.conftest import NOW
from tests.house import House


def test_every_state_and_every_door_is_there_and_the_record_proves(session: Session) -> None:
    house = House(session, NOW)
    for _again in range(3):
        house.applicant()
    assert appeals.fill(session, NOW) == len(appeals.LIVES)
    found = session.exec(select(Appeal)).all()
    assert {a.stage for a in found} == set(Stage)
    assert {a.channel for a in found} >= {Channel.CABINET, Channel.SITE, Channel.PHONE}
    assert any(a.reopened for a in found)
    assert any(a.mark for a in found)
    assert session.exec(select(AppealCall)).all()
    for appeal in found:
        rows = session.exec(
            select(History).where(History.process == "appeal", History.subject_id == appeal.id).order_by(History.seq)  # type: ignore[arg-type]
        ).all()
        assert broken(rows, appeal.chain) == []
        assert all(before.at <= after.at for before, after in zip(rows, rows[1:], strict=False))
        assert rows[-1].at <= NOW


def test_numbers_follow_days_and_nobody_writes_where_there_are_no_people(session: Session) -> None:
    assert appeals.fill(session, NOW) == 0
    house = House(session, NOW)
    house.applicant()
    appeals.fill(session, NOW)
    found = sorted(session.exec(select(Appeal)).all(), key=lambda a: a.number)
    assert [a.registered_at for a in found] == sorted(a.registered_at for a in found)
