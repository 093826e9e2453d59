"""The waiting list over HTTP, and what an office shows behind secret addresses: calendar feeds and the call board."""

import re
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from sqlmodel import Session, select

from dashboard.public import booking_links
from infra import clock
from models.booking import actions
from models.booking.register import Office, Service
from models.booking.tables import Booking, Stage, Waiting, WaitState
from models.process.actor import Actor, Role
from tests.dashboard.test_booking import Desk, Visitor, desk

__all__ = ["desk"]
ON_THE_LIST = {"name": "Ждущая Вера", "email": "vera@pochta.example", "phone": "+79225550101", "consent": "yes"}
CLERK = Actor(Role.OPERATOR, name="Оператор")


def joined(desk: Desk) -> tuple[Visitor, str]:
    who = desk.visitor()
    who.up_to_time()
    assert "Лист ожидания" in who.get("/waiting").text
    today = clock.now().date()
    answer = who.post("/waiting", first=str(today), last=str(today + timedelta(days=60)), **ON_THE_LIST)
    assert answer.status_code == 303
    return who, answer.headers["location"].removeprefix("/booking")


def only(session: Session) -> Booking:
    return session.exec(select(Booking).where(Booking.stage == Stage.BOOKED)).one()


def cancelled(desk: Desk) -> None:
    """The one booked visit is given up; its place is offered."""
    with desk.database.transaction() as session:
        actions.cancel(session, only(session).id or 0, CLERK, clock.now())


def test_the_letters_link_takes_the_offered_place(desk: Desk) -> None:
    desk.visitor().booked()
    who, link = joined(desk)
    assert "Вы в листе ожидания" in who.get(link).text
    cancelled(desk)
    assert "Освободилось время" in who.get(link).text
    taken = who.post(f"{link}/accept")
    assert taken.headers["location"].startswith("/booking/v/")
    assert who.get(taken.headers["location"].removeprefix("/booking")).status_code == 200
    assert "Вы заняли предложенное время" in who.get(link).text
    assert who.post(f"{link}/accept").status_code == 409
    with desk.database.transaction() as session:
        assert only(session).email == ON_THE_LIST["email"]


def test_whoever_leaves_the_list_is_offered_nothing(desk: Desk) -> None:
    desk.visitor().booked()
    who, link = joined(desk)
    assert who.post(f"{link}/leave").status_code == 303
    cancelled(desk)
    assert "Вы вышли из листа ожидания" in who.get(link).text
    with desk.database.transaction() as session:
        assert session.exec(select(Waiting)).one().state == WaitState.LEFT


def test_the_list_asks_for_everything_and_for_consent(desk: Desk) -> None:
    who = desk.visitor()
    who.up_to_time()
    answer = who.post("/waiting", name="Вера")
    assert answer.status_code == 422
    assert 'value="Вера"' in answer.text
    assert "Без согласия" in answer.text
    assert who.get("/offer/no-such-code").status_code == 404


@pytest.mark.parametrize(
    ("field", "typed"),
    [("email", "нет-почты"), ("phone", "12"), ("name", "Вера"), ("last", "9999-12-31"), ("last", "2020-01-01")],
)
def test_what_could_never_be_offered_is_told_beside_its_field(desk: Desk, field: str, typed: str) -> None:
    who = desk.visitor()
    who.up_to_time()
    today = clock.today().isoformat()
    sound = ON_THE_LIST | {"first": "2019-01-01" if field == "last" else today, "last": today}
    assert who.post("/waiting", **sound).status_code == 303
    answer = who.post("/waiting", **sound | {field: typed})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert answer.text.count('<div class="field bad">') == 1


def test_how_he_is_received_and_told_is_asked_kept_and_told_again(desk: Desk) -> None:
    with desk.database.transaction() as session:
        for service in session.exec(select(Service)):
            service.ways = ["office", "phone", "video"]
            session.add(service)
    who = desk.visitor()
    who.up_to_time()
    page = who.get("/waiting").text
    assert re.findall(r'name="way" value="(\w+)"( checked)?', page) == [("office", " checked"), ("phone", "")]
    assert re.findall(r'name="tell" value="(\w+)"( checked)?', page) == [("email", " checked"), ("sms", "")]
    sound = ON_THE_LIST | {
        "first": clock.today().isoformat(),
        "last": clock.today().isoformat(),
        "way": "phone",
        "tell": "sms",
    }
    for field, wrong in (("way", "video"), ("tell", "cabinet"), ("tell", "pigeon")):  # no room for video, no cabinet
        answer = who.post("/waiting", **sound | {field: wrong})
        assert answer.status_code == 422
        assert answer.text.count('<div class="field bad">') == 1
    answer = who.post("/waiting", **sound | {"name": ""})
    assert 'value="phone" checked' in answer.text
    assert 'value="sms" checked' in answer.text
    link = who.post("/waiting", **sound).headers["location"].removeprefix("/booking")
    assert "сообщим: по SMS" in who.get(link).text
    assert "по телефону" in who.get(link).text


def test_a_feed_shows_the_visits_to_whoever_has_its_address(desk: Desk) -> None:
    desk.visitor().booked()
    with desk.database.transaction() as session:
        visit = only(session)
        session.expunge_all()
    client = desk.visitor().client
    for kind, number in (("office", visit.office_id), ("desk", visit.desk_id)):
        path = booking_links.feed(kind, number).partition("/booking")[2]
        told = icalendar.Calendar.from_ical(client.get(f"/booking{path}").text)
        entry: Any = told.walk("VEVENT")[0]
        assert entry["dtstart"].dt == visit.starts_at
        assert "Иванова М. П." in entry["summary"].replace("\u00a0", " ")
        assert visit.phone not in client.get(f"/booking{path}").text
        wrong = re.sub(r"[0-9a-f]{32}", "0" * 32, path)
        assert client.get(f"/booking{wrong}").status_code == 404


def test_the_board_calls_by_number_and_names_nobody(desk: Desk) -> None:
    desk.visitor().booked()
    with desk.database.transaction() as session:
        visit = only(session)
        visit.starts_at = clock.now()
        session.flush()
        actions.check_in(session, visit.id or 0, CLERK, clock.now())
        office = session.get_one(Office, visit.office_id)
        path = booking_links.board(office.id or 0).partition("/booking")[2]
    text = desk.visitor().get(path).text
    assert f"№ {visit.id:06}" in text
    assert "Иванова" not in text
    assert desk.visitor().get(path[:-1] + ("0" if path[-1] != "0" else "1")).status_code == 404


@pytest.mark.rows("B-56")
def test_the_visitor_is_told_to_bring_the_papers_and_the_signed_attachments(desk: Desk) -> None:
    who = desk.visitor()
    who.booked()
    for page in ("/done", "/ticket"):
        text = who.get(page).text
        assert "предъявить документы, указанные в перечне для предоставления услуги" in text
        assert "направленные на электронную почту подписанные вложения в распечатанном виде" in text
