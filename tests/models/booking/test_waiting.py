"""The waiting list: offered in order, taken once, left at any time without losing the place for the others."""

from datetime import timedelta

import pytest
from sqlmodel import Session

from models.booking import actions, office, waiting
from models.booking.rules import HOLD, HoldLapsed
from models.booking.tables import Booking, Stage, Waiting, WaitState
from models.process.errors import FeederError
from tests.models.booking.office import CHIEF, CLERK, NINE, NOW, VISITOR, Scene, booked, scene


def joined(session: Session, made: Scene, n: int) -> Waiting:
    return waiting.join(
        session, office_id=made.office.id or 0, service_id=made.service.id or 0, days=(NINE.date(), NINE.date()),
        name=f"Ждущий {n}", email=f"w{n}@pochta.example", phone="1", code=f"wait-{n}", ticket=b"1", now=NOW,
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
