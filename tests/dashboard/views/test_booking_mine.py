"""The customer's own visits in the cabinet: what he sees, moves and cancels; nobody else's."""

from datetime import timedelta

import pytest
from sqlmodel import select

from infra import clock
from infra.database import Database
from infra.keys import vault_keys
from models.booking import actions, queries, waiting
from models.booking.tables import Booking, Stage, Tell
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Role
from models.process.errors import NotFound
from signatures.secrets import Vault
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


def test_what_he_waits_for_and_the_place_that_is_offered_are_shown_to_him_alone(desk: Desk) -> None:
    number, _other = visits(desk)
    box = Vault(vault_keys())
    with desk.database.transaction() as session:
        visit, user = session.get_one(Booking, number), session.exec(select(User).where(User.login == LOGIN)).one()
        day = visit.starts_at.date()
        for code, who in (("mine", user.id), ("stranger", None)):
            waiting.join(
                session, office_id=visit.office_id, service_id=visit.service_id, days=(day, day + timedelta(days=1)),
                name=code, email=f"{code}@pochta.example", phone="", code=code, ticket=box.lock({"code": code}),
                now=clock.now(), user_id=who, tell=Tell.CABINET if who else Tell.EMAIL,
            )  # fmt: skip
    page = desk.open("my_visits", Role.APPLICANT, LOGIN).text
    assert "Лист ожидания" in page
    assert page.count("Сообщаем") == 1
    assert "предложено время" not in page
    with desk.database.transaction() as session:
        late = session.get_one(Booking, number)
        late.starts_at, late.ends_at, late.busy_until = (
            t + timedelta(days=1) for t in (late.starts_at, late.ends_at, late.busy_until)
        )
        session.flush()
        assert waiting.offer(session, late.office_id, late.service_id, late.starts_at - timedelta(days=1), clock.now())
    assert "предложено время" in desk.open("my_visits", Role.APPLICANT, LOGIN).text
