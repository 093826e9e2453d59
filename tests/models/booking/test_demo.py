"""The visits of the demonstration are made by the verbs, overlap nowhere, and are the same every time."""

from collections import Counter
from datetime import timedelta

from sqlmodel import Session, select

from infra.demo import booking_past
from infra.demo.booking import EACH, fill
from models.booking import load, queries
from models.booking.tables import FINAL_STAGES, Booking, Channel, Stage
from models.process.queries import verify_chain
from models.process.tables import Work
from tests.models.booking.office import NOW, SECRET


def test_every_office_that_receives_has_visits(session: Session) -> None:
    made = fill(session, NOW, lambda value: repr(value).encode(), SECRET)
    offices = queries.offices(session)
    bookings = session.exec(select(Booking)).all()
    assert made == EACH * len(offices) == len(bookings)
    assert {b.stage for b in bookings} == {Stage.BOOKED}
    assert {b.office_id for b in bookings} == {o.id for o in offices}


def _past(session: Session) -> list[tuple[object, ...]]:
    return [
        (b.name, b.starts_at, b.booked_at, b.stage, b.channel)
        for b in session.exec(select(Booking).order_by(Booking.id))
    ]


def test_the_last_weeks_had_visits_of_every_end_by_the_moves_and_nothing_is_left_to_do(session: Session) -> None:
    with session.begin_nested() as first:
        booking_past.fill(session, NOW, weeks=2)
        told = _past(session)
        first.rollback()
    made = booking_past.fill(session, NOW, weeks=2)
    assert _past(session) == told, "the same every time"
    bookings = session.exec(select(Booking)).all()
    assert made == len(bookings) > 50
    ends = Counter(b.stage for b in bookings)
    assert set(ends) == FINAL_STAGES
    assert ends[Stage.SERVED] > len(bookings) / 2
    assert {b.channel for b in bookings} == {Channel.SITE, Channel.PHONE}
    assert all(b.reason for b in bookings if b.stage == Stage.REFUSED_DOCS)
    assert any(b.notices for b in bookings), "some were moved"
    assert all(b.starts_at < NOW for b in bookings)
    assert {b.office_id for b in bookings} == {o.id for o in queries.offices(session)}
    assert not session.exec(select(Work).where(Work.process == "booking")).all()
    assert not verify_chain(session)
    month = load.load(session, NOW - timedelta(days=30), NOW)
    assert {r["stage"] for r in month} == set(FINAL_STAGES)
    assert len({r["hour"] for r in month}) > 7
