"""The receptionist's day, the offices' registers and the load, run without a browser: what staff see and may press."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard import menu
from dashboard.views import booking_load
from infra import clock
from infra.database import Database
from models.booking import actions, hours, queries, waiting
from models.booking.register import Office
from models.booking.tables import Booking, Stage
from models.process.actor import Role
from tests.dashboard.views.desk import Desk, Page
from tests.models.booking.office import CLERK, VISITOR, Scene, booked, scene, visitor


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = Desk(database, monkeypatch)
    with found.writing():
        pass
    return found


def place(desk: Desk, *, comes: timedelta = timedelta(), zone: str = "Europe/Moscow") -> tuple[Scene, int]:
    """An office with one visit whose time is now and something."""
    with desk.database.transaction() as session:
        made = scene(session, desks=2, zone=zone, now=clock.now())
        free = queries.nearest(session, made.office.id or 0, made.service.id or 0, clock.now(), clock.now(), 1)[0]
        held = actions.hold(session, made.wish(free), VISITOR, clock.now())
        visit = actions.book(session, held.id or 0, VISITOR, visitor(), clock.now())
        visit.starts_at = clock.now() + comes
        visit.ends_at = visit.busy_until = visit.starts_at + timedelta(minutes=30)
        session.add(visit)
        session.flush()
        number = visit.id or 0
        session.expunge_all()
    return made, number


def stage(desk: Desk, number: int) -> Stage:
    return Stage(desk.reading(lambda db: db.get_one(Booking, number).stage))


def choose(page: Page, key: str) -> str:
    """The first free time of the last day that has one in a week grid."""
    pills = [p for p in page.app.pills if str(p.key).startswith(key)][-1]
    pills.set_value(pills.options[0])
    return str(pills.options[0])


def test_the_pages_belong_to_those_who_receive_and_those_who_keep() -> None:
    def may(name: str) -> set[Role]:
        return {role for role in Role if name in {v.entry.name for v in menu.views_of(role)}}

    assert may("reception") == {Role.OPERATOR, Role.MANAGER, Role.ADMIN}
    assert may("offices") == {Role.MANAGER, Role.ADMIN}
    assert may("load") == {Role.OPERATOR, Role.MANAGER, Role.ADMIN}


@pytest.mark.rows("B-49")
def test_who_has_come_in_time_is_received_and_served(desk: Desk) -> None:
    made, number = place(desk)
    page = desk.open("reception", Role.OPERATOR, office=made.office.id, visit=number)
    assert "можно принять, осталось" in page.text
    page.press("visit-check_in")
    assert stage(desk, number) == Stage.CHECKED_IN
    desk.open("reception", Role.OPERATOR, office=made.office.id, visit=number).press("visit-serve")
    assert stage(desk, number) == Stage.SERVED


@pytest.mark.rows("B-49")
def test_who_comes_too_early_is_not_received_yet(desk: Desk) -> None:
    made, number = place(desk, comes=timedelta(minutes=20))
    page = desk.open("reception", Role.OPERATOR, office=made.office.id, visit=number)
    assert "рано" in page.text.lower()
    assert not [b for b in page.app.button if b.key == "visit-check_in"]


@pytest.mark.rows("B-13")
def test_papers_are_refused_with_a_reason(desk: Desk) -> None:
    made, number = place(desk)
    with desk.database.transaction() as session:
        actions.check_in(session, number, CLERK, clock.now())
    page = desk.open("reception", Role.OPERATOR, office=made.office.id, visit=number)
    page.decide("visit-refuse", "visit-refuse-yes", visit_refuse_reason="нет паспорта")
    assert stage(desk, number) == Stage.REFUSED_DOCS
    assert desk.reading(lambda db: db.get_one(Booking, number).reason) == "нет паспорта"


def test_an_administrator_sees_the_day_and_presses_nothing(desk: Desk) -> None:
    made, number = place(desk)
    page = desk.open("reception", Role.ADMIN, office=made.office.id, visit=number)
    assert "Иванова" in page.text
    assert not [b for b in page.app.button if str(b.key).startswith("visit-")]


def test_the_desk_books_for_somebody_on_the_phone(desk: Desk) -> None:
    made, _number = place(desk)
    key = f"make-{made.office.id}"
    page = desk.open("reception", Role.OPERATOR, office=made.office.id).press("reception-book")
    choose(page, f"{key}-at-")
    page.app.text_input(key=f"{key}-name").set_value("Петров Пётр Петрович")
    page.app.text_input(key=f"{key}-phone").set_value("+79225550102")
    page.app.button(key="reception-book").click()
    page.app.button(key=f"{key}-yes").click().run()
    found = desk.reading(lambda db: [b.channel for b in queries.find(db, "петров пётр")])
    assert found == ["phone"]


def test_a_visit_is_found_by_name_phone_or_number(desk: Desk) -> None:
    _made, number = place(desk)
    for words in ("иванова", "9225550100", str(number)):
        assert f"№ {number:06}" in desk.open("reception", Role.OPERATOR, q=words).text
    assert "Записей не нашлось" in desk.open("reception", Role.OPERATOR, q="нетникого").text


def test_a_found_visit_has_the_time_of_its_own_office_and_names_it(desk: Desk) -> None:
    made, number = place(desk, zone="Asia/Vladivostok")
    at = desk.reading(lambda db: db.get_one(Booking, number).starts_at).astimezone(ZoneInfo("Asia/Vladivostok"))
    said = desk.open("reception", Role.OPERATOR, q=str(number)).text
    assert f"{at:%d.%m.%Y, %H:%M}" in said
    assert made.office.address in said


@pytest.mark.rows("B-14")
def test_an_office_is_switched_off_and_its_visits_stay(desk: Desk) -> None:
    made, number = place(desk)
    desk.open("offices", Role.MANAGER, office=made.office.id).press("office-switch")
    assert not desk.reading(lambda db: db.get_one(Office, made.office.id).switched_on)
    assert stage(desk, number) == Stage.BOOKED


def test_working_hours_are_set_for_several_days(desk: Desk) -> None:
    made, _number = place(desk)
    before = len(desk.reading(lambda db: hours.plans(db, made.office.id or 0)))
    page = desk.open("offices", Role.MANAGER, office=made.office.id).press("plan-set")
    page.app.text_input(key="plan-breaks").set_value("13:00-13:30")
    page.app.button(key="plan-set").click()
    page.app.button(key="plan-save").click().run()
    plans = desk.reading(lambda db: hours.plans(db, made.office.id or 0))
    assert len(plans) == before + 5
    assert ["13:00", "13:30"] in plans[-1].breaks


def test_a_closure_moves_or_lists_everybody(desk: Desk) -> None:
    with desk.database.transaction() as session:
        made = scene(session, desks=1, now=clock.now())
        free = queries.nearest(session, made.office.id or 0, made.service.id or 0, clock.now(), clock.now(), 1)[0]
        visit = booked(session, made, free, clock.now())
        number, office_id = visit.id or 0, made.office.id
        session.expunge_all()
    page = desk.open("offices", Role.MANAGER, office=office_id).press("closure-add")
    page.app.date_input(key="closure-last").set_value(free.date())
    page.app.text_input(key="closure-reason").set_value("ремонт")
    page.app.button(key="closure-add").click().run()
    assert "Записано на это время: 1" in page.text, "what it will touch is seen before the click"
    page.app.button(key="closure-add").click()
    page.app.button(key="closure-save").click().run()
    after = desk.reading(lambda db: db.get_one(Booking, number))
    assert after.starts_at.date() > free.date() or after.displaced_at is not None
    assert len(desk.reading(lambda db: hours.closures(db, office_id, clock.now()))) == 1


def test_the_desk_sees_who_waits_in_the_order_of_offers(desk: Desk) -> None:
    made, _number = place(desk)
    today = clock.now().date()
    assert "Ждущая" not in desk.open("reception", Role.OPERATOR, office=made.office.id).text
    with desk.database.transaction() as session:
        for n, name in enumerate(("Ждущая Анна Ивановна", "Другая Вера Ивановна")):
            waiting.join(
                session, office_id=made.office.id or 0, service_id=made.service.id or 0, days=(today, today), name=name,
                email=f"w{n}@pochta.example", phone="", code=f"wait{n}", ticket=None, now=clock.now(),
            )  # fmt: skip
    text = desk.open("reception", Role.OPERATOR, office=made.office.id).text
    assert text.index("Ждущая") < text.index("Другая")


def test_the_load_counts_visits_and_the_share_of_no_shows(desk: Desk) -> None:
    place(desk)
    text = desk.open("load", Role.MANAGER, period="30").text
    assert "По часам" in text
    assert "Проверка" in text
    line = booking_load.Line("о", "у", 9, Stage.SERVED, 3)
    missed = booking_load.Line("о", "у", 9, Stage.NO_SHOW, 1)
    gone = booking_load.Line("о", "у", 9, Stage.CANCELLED, 5)
    assert booking_load.no_show([line, missed, gone]) == 0.25
    assert booking_load.no_show([gone]) is None
    assert booking_load.sheets([line], "всё")[0].rows == [("о", "у", 9, "обслужен", 3)]


def test_nobody_is_found_on_an_empty_day(desk: Desk) -> None:
    with desk.database.transaction() as session:
        made = scene(session, now=clock.now())
        office_id = made.office.id
    assert "На этот день никто не записан" in desk.open("reception", Role.OPERATOR, office=office_id).text


def test_the_desk_moves_a_visit_by_the_week_grid(desk: Desk) -> None:
    made, number = place(desk, comes=timedelta(hours=3))
    before = desk.reading(lambda db: db.get_one(Booking, number).starts_at)
    page = desk.open("reception", Role.OPERATOR, office=made.office.id, visit=number).press("visit-reschedule")
    choose(page, "visit-another-")
    page.app.button(key="visit-reschedule").click()
    page.app.run()
    page.app.button(key="visit-reschedule").click()
    page.press("visit-another-yes")
    assert desk.reading(lambda db: db.get_one(Booking, number).starts_at) != before
