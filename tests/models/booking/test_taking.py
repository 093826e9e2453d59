"""Taking places: what is free, what is held, what the wall refuses."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from models.booking import actions, moving, office, queries, taking, waiting
from models.booking.register import Place
from models.booking.rules import HOLD, HoldLapsed, NotReceiving, PlaceLost, WrongPin
from models.booking.tables import Booking, Stage, WaitState, Way
from models.process.actor import SYSTEM
from models.process.errors import IllegalMove, Invalid, NotAllowed, NotFound, NotReady
from models.process.history import broken
from tests.models.booking.office import CHIEF, CLERK, NINE, NOW, SECRET, VISITOR, booked, scene, visitor

MINUTE = timedelta(minutes=1)


def refused(session: Session, verb: Callable[[], object]) -> str:
    """What the database says against it, at the latest at the commit; the rest of the test goes on."""
    try:
        with session.begin_nested():
            verb()
            session.flush()
            session.execute(text("set constraints all immediate"))
    except IntegrityError as error:
        return str(error)
    return ""


def test_a_place_is_held_for_ten_minutes_and_then_belongs_to_the_next(session: Session) -> None:
    made = scene(session)
    first = actions.hold(session, made.wish(), VISITOR, NOW)
    with pytest.raises(PlaceLost):
        actions.hold(session, made.wish(), VISITOR, NOW + HOLD - timedelta(microseconds=1))
    second = actions.hold(session, made.wish(), VISITOR, NOW + HOLD)
    assert second.id != first.id


def test_a_hold_is_booked_up_to_its_last_moment_and_not_after(session: Session) -> None:
    made = scene(session, desks=2)
    held = actions.hold(session, made.wish(), VISITOR, NOW)
    late = actions.hold(session, made.wish(), VISITOR, NOW)
    with pytest.raises(HoldLapsed):
        actions.book(session, late.id or 0, VISITOR, visitor(), NOW + HOLD)
    done = actions.book(session, held.id or 0, VISITOR, visitor(), NOW + HOLD - timedelta(microseconds=1))
    assert done.stage == Stage.BOOKED


@pytest.mark.parametrize(
    ("ways", "asked", "way"),
    [
        (["office", "phone"], None, "office"),
        (["phone"], None, "phone"),
        ([], None, "office"),
        (["office"], "video", "video"),
    ],
)
def test_a_visit_is_held_as_its_service_is_given_unless_the_desk_says_otherwise(
    session: Session, ways: list[str], asked: str | None, way: str
) -> None:
    made = scene(session)
    made.service.ways = ways
    session.flush()
    assert actions.hold(session, made.wish(), CLERK, NOW, way=Way(asked) if asked else None).way == way


def test_any_desk_that_serves_it_will_do_until_all_are_taken(session: Session) -> None:
    made = scene(session, desks=3)
    desks = {actions.hold(session, made.wish(), VISITOR, NOW).desk_id for _ in range(3)}
    assert desks == set(made.desk_ids)
    with pytest.raises(PlaceLost):
        actions.hold(session, made.wish(), VISITOR, NOW)


def test_a_long_visit_takes_the_places_after_it_and_its_buffer(session: Session) -> None:
    made = scene(session, minutes=60, buffer=15)
    actions.hold(session, made.wish(NINE + 60 * MINUTE), VISITOR, NOW)
    for minutes in (0, 30, 60, 90, 120):  # ten to eleven, and the desk rests until a quarter past
        with pytest.raises(PlaceLost):
            actions.hold(session, made.wish(NINE + minutes * MINUTE), VISITOR, NOW)
    actions.hold(session, made.wish(NINE + 150 * MINUTE), VISITOR, NOW)


def test_a_long_visit_does_not_reach_over_a_break_or_the_end_of_the_day(session: Session) -> None:
    made = scene(session, minutes=60, breaks=(("13:00", "14:00"),))
    grid = queries.week(session, made.office, made.service.id or 0, date(2026, 11, 9), NOW)
    free = {t.strftime("%H:%M") for (d, t), cell in grid.cells.items() if d == date(2026, 11, 9) and cell.free}
    assert "12:00" in free
    assert not {"12:30", "13:00", "17:30"} & free


@pytest.mark.rows("B-21", "B-22", "B-23")
def test_the_week_has_five_days_of_eighteen_times_and_a_holiday_is_closed(session: Session) -> None:
    made = scene(session)
    grid = queries.week(session, made.office, made.service.id or 0, date(2026, 11, 2), NOW)
    assert [d.weekday() for d in grid.days] == [0, 1, 2, 3, 4]
    assert [t.strftime("%-H:%M") for t in grid.times] == [f"{h}:{m}" for h in range(9, 18) for m in ("00", "30")]
    holiday = date(2026, 11, 4)
    assert not any(grid.cell(holiday, t).free for t in grid.times)
    short = [t for t in grid.times if grid.cell(date(2026, 11, 3), t).free]
    assert short[-1].strftime("%H:%M") == "16:30"  # an hour less before the holiday
    assert not grid.earlier
    assert grid.later


def test_what_is_too_near_is_not_free_and_is_refused(session: Session) -> None:
    made = scene(session)
    today = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)
    now = today - timedelta(minutes=59)
    grid = queries.week(session, made.office, made.service.id or 0, date(2026, 11, 2), now)
    assert not grid.cells[date(2026, 11, 2), datetime(2026, 1, 1, 9, 30).time()].free
    with pytest.raises(Invalid):
        actions.hold(session, made.wish(today), VISITOR, now)
    assert actions.hold(session, made.wish(today), CLERK, now).stage == Stage.HELD  # the desk may


@pytest.mark.rows("B-14")
def test_an_office_that_is_not_switched_on_takes_nobody_from_outside(session: Session) -> None:
    made = scene(session, on=False)
    with pytest.raises(NotFound):
        actions.hold(session, made.wish(), VISITOR, NOW)
    assert made.office not in queries.offices(session)
    office.switch(session, made.office, True, CHIEF, NOW)
    assert actions.hold(session, made.wish(), VISITOR, NOW).stage == Stage.HELD
    with pytest.raises(NotAllowed):
        office.switch(session, made.office, False, VISITOR, NOW)


def test_the_wall_stands_without_our_care(session: Session) -> None:
    made = scene(session)
    held = actions.hold(session, made.wish(), VISITOR, NOW)
    there = session.get_one(Booking, held.id)
    twin = Booking(**there.model_dump(exclude={"id"}) | {"starts_at": held.starts_at + 29 * MINUTE})
    assert "booking_wall" in refused(session, lambda: session.add(twin))


def test_a_booking_is_not_deleted_and_does_not_begin_as_one(session: Session) -> None:
    made = scene(session)
    booking = booked(session, made)
    for command in ("delete from booking where id = :id", "update booking set stage = 'SERVED' where id = :id"):
        assert refused(session, lambda c=command: session.execute(text(c), {"id": booking.id}))  # type: ignore[misc]
    twin = Booking(**booking.model_dump(exclude={"id", "token_hash"}) | {"version": 0, "chain": "0" * 64})
    assert "begins as a hold" in refused(session, lambda: session.add(twin))


@pytest.mark.rows("B-49")
@pytest.mark.parametrize(
    ("minutes", "seconds", "fits"), [(-15, 0, True), (5, 0, True), (-15, -1, False), (5, 1, False)]
)
def test_check_in_is_from_15_minutes_before_to_5_after_both_ends_in(
    session: Session, minutes: int, seconds: int, fits: bool
) -> None:
    booking = booked(session, scene(session))
    now = NINE + timedelta(minutes=minutes, seconds=seconds)
    if fits:
        assert actions.check_in(session, booking.id or 0, CLERK, now).stage == Stage.CHECKED_IN
    else:
        with pytest.raises(NotReady):
            actions.check_in(session, booking.id or 0, CLERK, now)


def test_nobody_came_only_when_the_window_is_over(session: Session) -> None:
    booking = booked(session, scene(session))
    with pytest.raises(NotReady):
        moving.move(session, booking, "miss", SYSTEM, NINE + 5 * MINUTE)
    missed = moving.move(session, booking, "miss", SYSTEM, NINE + 5 * MINUTE + timedelta(seconds=1))
    assert missed.stage == Stage.NO_SHOW


@pytest.mark.rows("B-13")
def test_papers_are_refused_with_a_reason_and_the_history_proves(session: Session) -> None:
    booking = booked(session, scene(session))
    actions.check_in(session, booking.id or 0, CLERK, NINE)
    with pytest.raises(Invalid):
        actions.refuse(session, booking.id or 0, CLERK, " ", NINE)
    actions.refuse(session, booking.id or 0, CLERK, "нет паспорта", NINE)
    with pytest.raises(IllegalMove):
        actions.serve(session, booking.id or 0, CLERK, NINE)
    assert broken(queries.history(session, booking.id or 0), booking.chain) == []


def test_the_wrong_line_that_was_clicked_waits_for_its_visitor_again(session: Session) -> None:
    booking = booked(session, scene(session))
    actions.check_in(session, booking.id or 0, CLERK, NINE - 15 * MINUTE)
    with pytest.raises(NotAllowed):
        actions.uncheck(session, booking.id or 0, VISITOR, NINE)
    actions.uncheck(session, booking.id or 0, CLERK, NINE)
    assert (booking.stage, booking.checked_in_at) == (Stage.BOOKED, None)
    moving.move(session, booking, "miss", SYSTEM, NINE + 6 * MINUTE)
    assert broken(queries.history(session, booking.id or 0), booking.chain) == []


def test_a_visit_that_we_displaced_gets_another_time_or_its_end_however_late(session: Session) -> None:
    made = scene(session, horizon=3)
    rows = [booked(session, made, NINE + n * 30 * MINUTE, n=n) for n in range(2)]
    for booking in rows:
        actions.displace(session, booking, CHIEF, "авария", NOW, [])
    late = NINE + timedelta(hours=3)
    actions.reschedule(session, rows[0].id or 0, CLERK, made.wish(NINE + timedelta(days=2)), late)
    assert (rows[0].displaced_at, rows[0].starts_at) == (None, NINE + timedelta(days=2))
    actions.cancel(session, rows[1].id or 0, CLERK, late, "не придёт")
    assert queries.displaced(session, made.office.id or 0) == []


def test_an_office_that_is_switched_off_moves_its_visits_by_the_desk_alone(session: Session) -> None:
    made = scene(session)
    booking = booked(session, made)
    made.office.switched_on = False
    with pytest.raises(NotReceiving):
        actions.reschedule(session, booking.id or 0, VISITOR, made.wish(NINE + 30 * MINUTE), NOW)
    actions.reschedule(session, booking.id or 0, CLERK, made.wish(NINE + 30 * MINUTE), NOW)
    assert booking.starts_at == NINE + 30 * MINUTE


def test_another_time_keeps_the_booking_and_frees_the_old_place(session: Session) -> None:
    made = scene(session, minutes=60)
    booking = booked(session, made)
    near = NINE + 30 * MINUTE  # overlaps its own present time
    actions.reschedule(session, booking.id or 0, VISITOR, made.wish(near), NOW)
    assert (booking.starts_at, booking.busy_until, booking.stage) == (near, near + 60 * MINUTE, Stage.BOOKED)
    assert broken(queries.history(session, booking.id or 0), booking.chain) == []
    assert len(session.exec(select(Booking).where(Booking.office_id == made.office.id)).all()) == 1


def test_another_time_that_is_taken_changes_nothing(session: Session) -> None:
    made = scene(session)
    booking, other = booked(session, made), booked(session, made, NINE + 30 * MINUTE, n=2)
    with pytest.raises(PlaceLost):
        actions.reschedule(session, booking.id or 0, VISITOR, made.wish(other.starts_at), NOW)
    session.refresh(booking)
    assert (booking.starts_at, booking.busy_until) == (NINE, NINE + 30 * MINUTE)


@pytest.mark.rows("B-59")
def test_a_booking_is_found_by_address_and_pin_only(session: Session) -> None:
    booking = booked(session, scene(session))
    assert actions.by_pin(session, " V1@pochta.example", "7109", SECRET, NOW) == booking
    for email, pin, secret in (("v1@pochta.example", "7108", SECRET), ("v2@pochta.example", "7109", SECRET),
                               ("v1@pochta.example", "7109", "other")):  # fmt: skip
        with pytest.raises(WrongPin):
            actions.by_pin(session, email, pin, secret, NOW)
    assert "7109" not in booking.pin_hash


def test_a_cancelled_place_is_free_again_and_is_offered_in_order(session: Session) -> None:
    made = scene(session)
    booking = booked(session, made)
    rows = [
        waiting.join(
            session, office_id=made.office.id or 0, service_id=made.service.id or 0, days=(NINE.date(), NINE.date()),
            name=f"Ждущий {n}", email=f"w{n}@pochta.example", phone="", code=f"wait-{n}", ticket=None, now=NOW,
        )
        for n in (1, 2)
    ]  # fmt: skip
    actions.cancel(session, booking.id or 0, VISITOR, NOW)
    assert [r.state for r in rows] == [WaitState.OFFERED, WaitState.WAITING]
    held = session.get_one(Booking, rows[0].booking_id)
    assert (held.stage, held.starts_at) == (Stage.HELD, NINE)
    waiting.lapse(session, held.id or 0, held.hold_until or NOW)
    assert taking.release_lapsed(session, held.id or 0, held.hold_until or NOW)
    waiting.offer(session, made.office.id or 0, made.service.id or 0, NINE, NOW + timedelta(hours=2))
    assert [r.state for r in rows] == [WaitState.WAITING, WaitState.OFFERED]
    done = waiting.accept(session, rows[1], NOW + timedelta(hours=3), ticket=None, pin_hash="x", code="c")
    assert (done.stage, done.email, rows[1].state) == (Stage.BOOKED, "w2@pochta.example", WaitState.TAKEN)


def test_a_closure_moves_everybody_or_leaves_a_mark_and_frees_holds(session: Session) -> None:
    made = scene(session, horizon=1)  # today and the short Tuesday: 18 and 16 places
    times = [
        p.starts_at
        for p in session.exec(select(Place).where(Place.office_id == made.office.id).order_by(col(Place.starts_at)))
    ]
    tuesday = [at for at in times if at >= NINE]
    assert len(tuesday) == 16
    bookings = [booked(session, made, at, n=i) for i, at in enumerate(times[1:])]
    late = bookings[-1]
    actions.cancel(session, bookings[0].id or 0, VISITOR, NOW)
    moved, left = office.close(
        session, made.office, tuesday[-2], tuesday[-1] + 30 * MINUTE, "авария", CHIEF, NOW + 2 * MINUTE
    )
    assert (len(moved), len(left)) == (1, 1)
    for booking in session.exec(select(Booking).where(col(Booking.id).in_(moved + left))):
        session.refresh(booking)
        assert booking.stage == Stage.BOOKED
        assert (booking.displaced_at is not None) == (booking.id in left)
        assert booking.notices == 1
    assert late.id in moved + left
    assert [b.id for b in queries.displaced(session, made.office.id or 0)] == left
    with pytest.raises(NotReady):
        moving.move(session, session.get_one(Booking, left[0]), "miss", SYSTEM, NINE + timedelta(days=1))


def test_laying_out_again_changes_nothing_and_a_changed_plan_is_followed(session: Session) -> None:
    made = scene(session)
    ids = [p.id for p in session.exec(select(Place).where(Place.office_id == made.office.id))]
    from models.booking import layout

    assert layout.lay_out(session, made.office, NOW) == len(ids)
    assert [p.id for p in session.exec(select(Place).where(Place.office_id == made.office.id))] == ids
    booking = booked(session, made)
    office.set_plan(session, made.office, 1, "10:00", "18:00", [["13:00", "14:00"]], CHIEF, NOW)
    layout.lay_out(session, made.office, NOW)
    assert queries.homeless(session, made.office.id or 0, NOW) == [booking.id]
    assert office.rehouse(session, made.office, CHIEF, "новые часы", NOW) == ([booking.id], [])
    assert booking.starts_at != NINE


@pytest.mark.parametrize(
    ("opens", "closes", "breaks"),
    [("9", "18:00", []), ("18:00", "09:00", []), ("09:00", "18:00", [["08:00", "10:00"]]),
     ("09:00", "18:00", [["12:00", "13:00"], ["12:30", "14:00"]])],
)  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(session: Session, opens: str, closes: str, breaks: list[list[str]]) -> None:
    with pytest.raises(Invalid):
        office.set_plan(session, scene(session).office, 0, opens, closes, breaks, CHIEF, NOW)
