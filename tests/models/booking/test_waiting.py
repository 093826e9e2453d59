"""The waiting list: offered in order, taken once, left at any time without losing the place for the others."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models.booking import actions, office, rules, waiting
from models.booking.register import Closure
from models.booking.rules import HOLD, HoldLapsed
from models.booking.tables import Booking, Remind, Stage, Tell, Waiting, WaitState, Way
from models.process.errors import FeederError, Invalid
from tests.models.booking.office import CHIEF, CLERK, NINE, NOW, VISITOR, Scene, booked, scene


def joined(session: Session, made: Scene, n: int, **wish: Any) -> Waiting:
    return waiting.join(
        session, office_id=made.office.id or 0, service_id=made.service.id or 0, days=(NINE.date(), NINE.date()),
        name=f"Ждущий {n}", email=f"w{n}@pochta.example", phone="+79225550101", code=f"wait-{n}", ticket=b"1", now=NOW,
        **wish,
    )  # fmt: skip


def test_whoever_leaves_with_an_offer_gives_the_place_to_the_next(session: Session) -> None:
    made = scene(session)
    visit = booked(session, made)
    first, second = joined(session, made, 1), joined(session, made, 2)
    actions.cancel(session, visit.id or 0, VISITOR, NOW)
    assert (first.state, second.state) == (WaitState.OFFERED, WaitState.WAITING)
    waiting.leave(session, first, NOW)
    waiting.leave(session, first, NOW)
    assert (first.state, second.state) == (WaitState.LEFT, WaitState.OFFERED)
    assert session.get_one(Booking, second.booking_id).starts_at == NINE


def test_an_offer_is_taken_once_with_the_consent_of_the_wish(session: Session) -> None:
    made = scene(session)
    visit = booked(session, made)
    row = joined(session, made, 1)
    actions.cancel(session, visit.id or 0, VISITOR, NOW)
    told = {"ticket": b"1", "pin_hash": "h", "code": "mine"}
    taken = waiting.accept(session, row, NOW + HOLD, **told)  # type: ignore[arg-type]
    assert (taken.stage, taken.name, taken.consent_at) == (Stage.BOOKED, "Ждущий 1", NOW)
    with pytest.raises(FeederError):
        waiting.accept(session, row, NOW, **told)  # type: ignore[arg-type]


def test_a_closure_puts_whoever_was_offered_the_place_back_on_the_list(session: Session) -> None:
    made = scene(session)
    visit = booked(session, made)
    row = joined(session, made, 1)
    actions.cancel(session, visit.id or 0, VISITOR, NOW)
    office.close(session, made.office, NINE, NINE + timedelta(minutes=30), "авария", CHIEF, NOW)
    assert (row.state, row.booking_id) == (WaitState.WAITING, None)
    with pytest.raises(HoldLapsed):
        waiting.accept(session, row, NOW, ticket=None, pin_hash="", code="x")
    assert CLERK.is_staff


def test_places_of_a_desk_that_is_open_again_are_offered(session: Session) -> None:
    made = scene(session)
    office.close(session, made.office, NINE, NINE + timedelta(minutes=30), "авария", CHIEF, NOW)
    rows = [joined(session, made, n) for n in (1, 2)]
    office.reopen(session, session.exec(select(Closure)).one(), CHIEF, NOW)
    assert [r.state for r in rows] == [WaitState.OFFERED, WaitState.WAITING]
    assert session.get_one(Booking, rows[0].booking_id).starts_at == NINE


def test_places_are_offered_in_the_order_of_coming_whatever_was_wished(session: Session) -> None:
    made = scene(session)
    made.service.ways = ["phone", "office"]
    visit = booked(session, made)
    wishes = ({"tell": Tell.SMS}, {"way": Way.PHONE}, {"way": Way.OFFICE, "tell": Tell.SMS})
    rows = [joined(session, made, n, **wish) for n, wish in enumerate(wishes)]
    assert [r.way for r in rows] == [Way.OFFICE, Way.PHONE, Way.OFFICE]
    actions.cancel(session, visit.id or 0, VISITOR, NOW)
    for row in rows:
        assert row.state == WaitState.OFFERED
        assert session.get_one(Booking, row.booking_id).way == row.way
        waiting.leave(session, row, NOW)
        assert (row.name, row.email, row.phone, row.ticket) == ("", "", "", None), "nobody who has left is remembered"


def test_a_way_that_is_given_no_more_falls_back_and_the_reminders_follow_the_channel(session: Session) -> None:
    made = scene(session)
    made.service.ways = ["office", "phone"]
    visit = booked(session, made)
    row = joined(session, made, 1, way=Way.PHONE, tell=Tell.SMS)
    made.service.ways = ["office"]
    actions.cancel(session, visit.id or 0, VISITOR, NOW)
    taken = waiting.accept(session, row, NOW, ticket=None, pin_hash="h", code="mine")
    assert (taken.way, taken.remind_by, taken.phone) == (Way.OFFICE, Remind.SMS, "+79225550101")


def test_what_cannot_be_given_or_told_is_refused(session: Session) -> None:
    made = scene(session)
    for wish in ({"way": Way.VIDEO}, {"tell": Tell.CABINET}):
        with pytest.raises(Invalid):
            joined(session, made, 1, **wish)


def test_a_short_offer_has_no_reminder(session: Session) -> None:
    made = scene(session)
    visit = booked(session, made)
    row = joined(session, made, 1)
    near = NINE - timedelta(hours=1) - timedelta(minutes=59)  # an hour before the visit the offer ends
    actions.cancel(session, visit.id or 0, VISITOR, near)
    held = session.get_one(Booking, row.booking_id)
    assert held.hold_until == NINE - timedelta(hours=1)
    assert rules.offer_due(held, row) is None
    row.changed_at -= timedelta(minutes=1)
    assert rules.offer_due(held, row) == NINE - timedelta(hours=1, minutes=30)
