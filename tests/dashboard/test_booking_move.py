"""Another time for a booked visit by the link of its letter: the week grid, the same rules as for taking, nothing lost."""

import re
from datetime import datetime, timedelta

from sqlmodel import Session, select

from dashboard.public import booking_visit
from infra import clock
from models.booking import actions
from models.booking.register import Office
from models.booking.tables import Booking
from tests.dashboard.test_booking import Desk, Visitor, desk
from tests.models.booking.office import NINE, NOW, VISITOR, booked, scene

__all__ = ["desk"]  # the fixture
FREE = re.compile(r'<input type="radio" name="start" value="([^"]+)"')


def visit(desk: Desk) -> tuple[Visitor, str, Booking]:
    """Somebody who is booked, the path of his link, and the row."""
    who = desk.visitor()
    who.booked()
    link = re.search(r'href="/booking(/v/[^"]+)"', who.get("/done").text)
    assert link
    return who, link[1], booking(desk)


def booking(desk: Desk) -> Booking:
    with desk.database.transaction() as session:
        found = session.exec(select(Booking).where(Booking.stage == "BOOKED").order_by(Booking.id)).first()  # type: ignore[arg-type]
        assert found
        session.expunge_all()
        return found


def test_the_whole_week_is_shown_and_another_time_is_taken(desk: Desk) -> None:
    who, link, before = visit(desk)
    assert f'href="/booking{link}/move"' in who.get(link).text
    page = who.get(f"{link}/move").text
    times = FREE.findall(page)
    own = re.findall(r'name="start" value="([^"]+)" aria-label="[^"]+" checked', page)
    assert [datetime.fromisoformat(t) for t in own] == [before.starts_at]
    assert len(re.findall(r"<tr><td", page)) == 18
    assert "week=" in page
    other = next(t for t in times if t not in own)
    assert "Приём перенесён" in who.post(f"{link}/move", start=other).text
    after = booking(desk)
    assert (after.id, after.pin_hash, after.token_hash) == (before.id, before.pin_hash, before.token_hash)
    assert after.starts_at == datetime.fromisoformat(other)


def test_his_own_time_changes_nothing(desk: Desk) -> None:
    who, link, before = visit(desk)
    assert who.post(f"{link}/move", start=before.starts_at.isoformat()).status_code == 200
    assert booking(desk).version == before.version


def test_his_own_time_is_no_other_time_though_another_desk_is_free_then(session: Session) -> None:
    mine = booked(session, scene(session, desks=2))
    assert NINE not in booking_visit._others(session, mine, NOW)
    mine.displaced_at = NOW
    assert NINE in booking_visit._others(session, mine, NOW)


def test_a_time_that_somebody_took_shows_the_nearest_and_the_visit_stays(desk: Desk) -> None:
    who, link, before = visit(desk)
    stranger = desk.visitor()
    stranger.up_to_time()
    taken = stranger.times()[5]
    stranger.post("/time", start=taken, go="next")
    lost = who.post(f"{link}/move", start=taken)
    assert lost.status_code == 409
    assert len(re.findall(r'<button class="btn quiet" type="submit" name="start"', lost.text)) == 3
    assert booking(desk).starts_at == before.starts_at


def test_no_time_a_time_without_its_zone_and_a_week_that_is_none_are_told(desk: Desk) -> None:
    who, link, before = visit(desk)
    for wrong in ({}, {"start": "завтра"}, {"start": "2026-11-03T09:00:00"}, {"start": "9999-12-31T23:59:59-23:00"}):
        said = who.post(f"{link}/move", **wrong)
        assert said.status_code == 422
        assert "Выберите свободное время" in said.text
    assert who.get(f"{link}/move?week=never").status_code == 400
    assert who.get("/v/nobodys-code/move").status_code == 404
    assert booking(desk).version == before.version


def test_a_visit_of_an_office_that_is_switched_off_stands_and_is_moved_by_a_call(desk: Desk) -> None:
    who, link, before = visit(desk)
    with desk.database.transaction() as session:
        office = session.get_one(Office, before.office_id)
        office.switched_on = False
        session.add(office)
    assert who.get(f"{link}/move").headers["location"] == f"/booking{link}"
    page = who.get(link).text
    assert "ваша запись остаётся в силе" in page
    assert 'name="start"' not in page
    other = (before.starts_at + timedelta(minutes=30)).isoformat()
    assert "Этот офис сейчас не принимает записи на сайте" in who.post(f"{link}/move", start=other).text


def test_a_cancelled_visit_has_no_other_time(desk: Desk) -> None:
    who, link, before = visit(desk)
    with desk.database.transaction() as session:
        actions.cancel(session, before.id or 0, VISITOR, clock.now())
    assert who.get(f"{link}/move").headers["location"] == f"/booking{link}"
    assert who.post(f"{link}/move", start=before.starts_at.isoformat()).status_code == 409
