"""The visits of the demonstration are made by the verbs and overlap nowhere."""

from sqlmodel import Session, select

from infra.demo.booking import EACH, fill
from models.booking import queries
from models.booking.tables import Booking, Stage
from tests.models.booking.office import NOW, SECRET


def test_every_office_that_receives_has_visits(session: Session) -> None:
    made = fill(session, NOW, lambda value: repr(value).encode(), SECRET)
    offices = queries.offices(session)
    bookings = session.exec(select(Booking)).all()
    assert made == EACH * len(offices) == len(bookings)
    assert {b.stage for b in bookings} == {Stage.BOOKED}
    assert {b.office_id for b in bookings} == {o.id for o in offices}
