"""The way to the record from the start page: region, the block of services, the record; what is read before and where remarks go."""

import re

import pytest
from sqlmodel import select

from dashboard import session as sessions
from infra import clock
from models.booking.tables import Booking
from models.people.rules import actor_of
from models.people.tables import SignIn, User
from tests.dashboard.test_booking import TYPED, Desk, desk

__all__ = ["desk"]  # the fixture


@pytest.mark.rows("B-07", "B-08", "B-57")
def test_region_then_services_for_the_population_then_the_record(desk: Desk) -> None:
    who = desk.visitor()
    start = who.client.get("/").text
    region = re.search(r'<option value="(\d+)"[^>]*>Республика Карелия', start)
    assert region
    chosen = who.client.get(f"/?region={region[1]}").text
    assert f'<option value="{region[1]}" selected>' in chosen
    block = chosen.partition("Онлайн-сервисы для населения")[2]
    link = re.search(r'<a href="(/booking[^"]*)">Предварительная запись</a>', block)
    assert link
    landing = who.client.get(link[1]).text
    assert "Записаться на прием" in landing
    assert "Отменить запись" in landing
    hidden = re.search(r'name="region" value="(\d+)"', landing)
    assert hidden
    who.post("", region=hidden[1])
    office = who.get("/office").text
    assert f'<option value="{region[1]}" selected>' in office
    assert "Республика Карелия" in office.partition('id="office"')[2]


def test_a_region_that_there_is_not_is_forgotten(desk: Desk) -> None:
    who = desk.visitor()
    assert who.client.get("/?region=999999").status_code == 200
    assert 'name="region"' not in who.get("?region=999999").text
    assert who.post("", region="999999").headers["location"] == "/booking/office"


@pytest.mark.rows("B-02", "B-03")
def test_the_manual_is_read_before_and_remarks_go_to_the_web_reception(desk: Desk) -> None:
    who = desk.visitor()
    page = who.get("").text
    manual = re.search(r'<a href="(/manual[^"]*)">([^<]+)</a>', page)
    assert manual
    assert "предварительн" in who.client.get(manual[1]).text.lower()
    assert '<a href="/web-reception">Интернет-приемной</a>' in page
    assert who.client.get("/web-reception").status_code == 200


def test_a_signed_in_customer_does_not_type_what_we_know_and_finds_the_visit_in_his_cabinet(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    with desk.database.transaction() as session:
        user = User(
            login="anna", role="APPLICANT", name="Смирнова Анна Викторовна", email="anna@pochta.example",
            phone="+79225550123", address="пос. Лесное, ул. Озёрная, д. 5", password_hash="", created_at=now,
        )  # fmt: skip
        session.add(user)
        session.flush()
        session.expunge_all()
    row = SignIn(token_hash="", user_id=user.id or 0, created_at=now, seen_at=now, expires_at=now, csrf="")
    monkeypatch.setattr(sessions, "from_connection", lambda _request: sessions.Who(user, row, actor_of(user)))
    who = desk.visitor()
    who.up_to_time()
    who.post("/time", start=who.times()[0], go="next")
    page = who.get("/data").text
    for known in (user.name, "anna@pochta.example", "+79225550123", user.address):
        assert f'value="{known}"' in page
    who.post("/data", go="next", **TYPED)
    who.finish()
    with desk.database.transaction() as session:
        assert session.exec(select(Booking)).one().user_id == user.id


def test_what_a_customer_typed_is_shown_to_nobody_else_at_the_same_computer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    here: list[sessions.Who] = []
    with desk.database.transaction() as session:
        people = [
            User(login=f"c{n}", role="APPLICANT", name=f"Смирнова Анна {n}", password_hash="", created_at=now)
            for n in (1, 2)
        ]
        session.add_all(people)
        session.flush()
        session.expunge_all()
    row = SignIn(token_hash="", user_id=people[0].id or 0, created_at=now, seen_at=now, expires_at=now, csrf="")
    first, second = (sessions.Who(user, row, actor_of(user)) for user in people)
    monkeypatch.setattr(sessions, "from_connection", lambda _request: here[0] if here else None)
    who = desk.visitor()
    who.up_to_time()
    here.append(first)
    assert who.post("").headers["location"] == "/booking/time", "whoever signs in on the way goes on with his walk"
    who.post("/time", start=who.times()[0], go="next")
    who.post("/data", go="next", **TYPED)
    assert TYPED["name"] in who.get("/check").text
    for other in ([second], []):
        here[:] = other
        assert who.get("/check").headers["location"] == "/booking"
        assert who.get("/data").headers["location"] == "/booking"
    who.post("")
    assert TYPED["name"] not in who.get("/office").text
