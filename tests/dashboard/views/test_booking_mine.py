"""The customer's own visits in the cabinet: what he sees, moves and cancels; nobody else's."""

import pytest
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.booking import actions, queries
from models.booking.tables import Booking, Stage
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Role
from models.process.errors import NotFound
from tests.dashboard.views.desk import Desk
from tests.dashboard.views.test_booking_pages import choose, stage
from tests.models.booking.office import booked, scene

LOGIN = "11223344591"


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = Desk(database, monkeypatch)
    with found.writing() as story:
        assert story.house.applicant().login == LOGIN
    return found


def visits(desk: Desk) -> tuple[int, int]:
    """(a visit that the applicant booked while signed in, a stranger's)"""
    with desk.database.transaction() as session:
        made = scene(session, desks=2, now=clock.now())
        free = queries.nearest(session, made.office.id or 0, made.service.id or 0, clock.now(), clock.now(), 1)[0]
        mine, other = (booked(session, made, free, clock.now(), n) for n in (1, 2))
        mine.user_id = session.exec(select(User.id).where(User.login == LOGIN)).one()
        session.add(mine)
        session.flush()
        return mine.id or 0, other.id or 0


def test_nobody_is_booked_at_first(desk: Desk) -> None:
    assert "Вы никуда не записаны" in desk.open("my_visits", Role.APPLICANT, LOGIN).text


def test_his_own_visit_is_shown_and_moved_by_the_week_grid(desk: Desk) -> None:
    number, other = visits(desk)
    before = desk.reading(lambda db: db.get_one(Booking, number).starts_at)
    page = desk.open("my_visits", Role.APPLICANT, LOGIN)
    assert "Проверка" in page.text
    assert not [b for b in page.app.button if str(b.key).endswith(f"-{other}")]
    page.press(f"my-reschedule-{number}")
    choose(page, "my-another-")
    page.app.button(key=f"my-reschedule-{number}").click()
    page.app.run()
    page.app.button(key=f"my-reschedule-{number}").click()
    page.press("my-another-yes")
    after = desk.reading(lambda db: db.get_one(Booking, number))
    assert after.starts_at != before
    assert after.stage == Stage.BOOKED


def test_he_cancels_his_own_visit(desk: Desk) -> None:
    number, _other = visits(desk)
    desk.open("my_visits", Role.APPLICANT, LOGIN).press(f"my-cancel-{number}")
    page = desk.open("my_visits", Role.APPLICANT, LOGIN)
    page.decide(f"my-cancel-{number}", "my-cancel-yes")
    assert stage(desk, number) == Stage.CANCELLED
    assert "Прошлые визиты" in desk.open("my_visits", Role.APPLICANT, LOGIN).text


def test_a_strangers_visit_is_not_found(desk: Desk, database: Database) -> None:
    _number, other = visits(desk)
    with database.transaction() as session:
        who = actor_of(session.exec(select(User).where(User.login == LOGIN)).one())
        with pytest.raises(NotFound):
            actions.own(session, other, who)
