"""The one call that takes a place: it decides as the rules say, whatever the timetable, and writes what proves itself."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, select

from models.booking import actions, queries, taking
from models.booking.register import DeskService, Place, Service
from models.booking.rules import HOLD, PlaceLost
from models.booking.tables import PROCESS, Booking, Channel, Stage, Way
from models.booking.taking import Wish
from models.process.actor import SYSTEM, Actor, Role
from models.process.errors import FeederError, Invalid, NotAllowed, NotFound
from models.process.history import broken
from models.process.tables import Work
from tests.models.booking.office import CLERK, NINE, NOW, VISITOR, Scene, scene, visitor
from tests.models.booking.test_taking import refused

MINUTE = timedelta(minutes=1)


# ------------------------------------------------------------------------------------------------ the rules, in plain words
@dataclass(frozen=True)
class Span:
    """One visit that stands, or one place: a desk from a moment to another."""

    desk: int
    start: datetime
    end: datetime
    until: datetime | None = None


def laid_out(places: list[Span], desk: int, start: datetime, end: datetime) -> bool:
    """A place begins then, and the places after it follow without a gap to the end of the visit."""
    at = start
    while at < end:
        following = [p for p in places if p.desk == desk and p.start == at]
        if not following:
            return False
        at = following[0].end
    return True


def first_free(town: "Town", wish: Wish, standing: list[Span]) -> int | None:
    """The first desk in the order of numbers, beginning after the last one taken at that time."""
    service = town.services[wish.service_id]
    end = wish.starts_at + service.minutes * MINUTE
    busy = end + service.buffer_minutes * MINUTE
    last = max((s.desk for s in standing if s.start == wish.starts_at), default=0)
    for desk in sorted(wish.desks or town.made.desk_ids, key=lambda d: (d <= last, d)):
        meets = any(s.desk == desk and s.start < busy and wish.starts_at < s.end for s in standing)
        if (desk, wish.service_id) in town.serves and laid_out(town.places, desk, wish.starts_at, end) and not meets:
            return desk
    return None


@dataclass
class Town:
    """An office with a timetable that was drawn."""

    made: Scene
    places: list[Span]
    services: dict[int, Service]
    serves: set[tuple[int, int]]


@st.composite
def timetables(draw: st.DrawFn) -> dict[str, object]:
    step, desks = draw(st.sampled_from([15, 20, 30])), draw(st.integers(1, 4))
    return {
        "step": step, "desks": desks,
        "gaps": draw(st.sets(st.tuples(st.integers(0, desks - 1), st.integers(0, 9)), max_size=8)),
        "services": draw(st.lists(st.tuples(st.sampled_from([10, 15, 30, 45, 60, 90]), st.sampled_from([0, 5, 15])), min_size=2, max_size=2)),
        "unserved": draw(st.sets(st.tuples(st.integers(0, desks - 1), st.integers(0, 1)), max_size=2)),
        "wishes": draw(st.lists(
            st.tuples(st.integers(0, 1), st.integers(0, 9), st.sets(st.integers(0, desks - 1), max_size=2), st.booleans()),
            min_size=6, max_size=16,
        )),
    }  # fmt: skip


def build(session: Session, told: dict) -> Town:
    made = scene(session, desks=told["desks"])
    session.execute(text("delete from booking_place where office_id = :o"), {"o": made.office.id})
    session.execute(text("delete from booking_desk_service where service_id = :s"), {"s": made.service.id})
    step = told["step"] * MINUTE
    places = [
        Span(desk, NINE + n * step, NINE + (n + 1) * step)
        for k, desk in enumerate(made.desk_ids) for n in range(10) if (k, n) not in told["gaps"]
    ]  # fmt: skip
    services = [Service(code=f"s{made.office.id}-{n}", name="x", minutes=m, buffer_minutes=b)
                for n, (m, b) in enumerate(told["services"])]  # fmt: skip
    session.add_all(services)
    session.flush()
    serves = {(desk, s.id or 0) for k, desk in enumerate(made.desk_ids) for n, s in enumerate(services)
              if (k, n) not in told["unserved"]}  # fmt: skip
    session.add_all(DeskService(desk_id=d, service_id=s) for d, s in serves)
    session.add_all(
        Place(office_id=made.office.id or 0, desk_id=p.desk, starts_at=p.start, ends_at=p.end) for p in places
    )
    session.flush()
    return Town(made, places, {s.id or 0: s for s in services}, serves)


@given(timetables())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_call_takes_what_the_rules_give_and_the_grid_shows(session: Session, told: dict) -> None:
    with session.begin_nested() as all_of_it:
        town = build(session, told)
        ids, standing, step = list(town.services), [], told["step"] * MINUTE
        for turn, (service, number, desks, short) in enumerate(told["wishes"]):
            now = NOW + turn * MINUTE
            only = tuple(sorted(town.made.desk_ids[k] for k in desks))
            wish = Wish(town.made.office.id or 0, ids[service], NINE + number * step, only)
            standing = take(session, town, wish, standing, now, now + (3 * MINUTE if short else HOLD * 6))
        all_of_it.rollback()


def take(session: Session, town: Town, wish: Wish, standing: list[Span], now: datetime, until: datetime) -> list[Span]:
    """Takes it by the call and by the rules; the same desk, or by both none. What stands afterwards."""
    expected = first_free(town, wish, standing)
    if expected is None:  # what has lapsed is freed before "full" is said
        standing = [s for s in standing if s.until is None or now < s.until or s.end <= wish.starts_at]
        expected = first_free(town, wish, standing)
    if not wish.desks:
        times = queries.starts(
            session, town.made.office, wish.service_id, wish.starts_at, wish.starts_at + MINUTE, now, staff=True
        )
        assert [free for _, free in times] == ([expected is not None] if times else [])
    try:
        found = taking.hold(session, wish, now, until=until)
    except PlaceLost:
        assert expected is None
        return standing
    assert found.desk_id == expected
    return [*standing, Span(found.desk_id, found.starts_at, found.busy_until, until)]


# ------------------------------------------------------------------------------------------------ what it writes
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ['"\\u0000id"', "\\u0000desk", '"', "\\", "\u2028", "Ольга «О'Нил» 😀"]
)


@given(NAMES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_link_that_the_database_finishes_proves_as_every_other(session: Session, name: str) -> None:
    with session.begin_nested() as all_of_it:
        who = Actor(Role.OPERATOR, name=name)
        made = actions.book_for(session, scene(session).wish(), who, visitor(), NOW + timedelta(microseconds=7))
        booking = session.get_one(Booking, made.id, populate_existing=True)
        links = queries.history(session, made.id)
        assert broken(links, booking.chain) == []
        assert [(r.stage_before, r.stage_after, r.actor_name, r.changes["desk"]) for r in links] == [
            (Stage.HELD, Stage.BOOKED, name, made.desk_id)
        ]
        session.expunge_all()
        all_of_it.rollback()


def test_in_one_call_and_in_two_the_same_is_written(session: Session) -> None:
    made = scene(session, desks=2)
    one = session.get_one(
        Booking, actions.book_for(session, made.wish(), CLERK, visitor(1), NOW, channel=Channel.SITE).id
    )
    held = actions.hold(session, made.wish(), CLERK, NOW)
    two = actions.book(session, held.id, CLERK, replace(visitor(1), code="another"), NOW)
    session.refresh(two)
    own = {"id", "desk_id", "chain", "token_hash"}
    assert one.model_dump(exclude=own) == two.model_dump(exclude=own)
    first, second = (queries.history(session, b.id or 0)[0] for b in (one, two))
    own = {"subject_id", "hash", "changes"}
    assert first.model_dump(exclude=own) == second.model_dump(exclude=own)
    assert first.changes.keys() == second.changes.keys()
    assert {**first.changes, "desk": 0} == {**second.changes, "desk": 0}


def test_a_hold_has_its_alarm_and_a_booking_is_due_at_once(session: Session) -> None:
    made = scene(session, desks=3)
    clock = session.execute(text("select clock_timestamp()")).scalar_one()
    held, booked = (
        actions.hold(session, made.wish(), VISITOR, NOW),
        actions.book_for(session, made.wish(), CLERK, visitor(), NOW),
    )
    by_system = actions.book_for(session, made.wish(), SYSTEM, visitor(2), NOW)
    rows = {r.subject_id: r for r in session.exec(select(Work).where(Work.process == PROCESS))}
    assert rows[held.id].lane == rows[by_system.id].lane == 1
    assert rows[booked.id].lane == 0
    assert rows[held.id].run_at - clock >= HOLD
    assert rows[booked.id].run_at - clock < HOLD


def test_a_booking_does_not_begin_as_booked_without_its_history(session: Session) -> None:
    made = scene(session, desks=2)
    there = session.get_one(Booking, actions.book_for(session, made.wish(), CLERK, visitor(), NOW).id)
    twin = there.model_dump(exclude={"id", "token_hash", "desk_id"}) | {"desk_id": made.desk_ids[1]}
    assert "begins as a hold" in refused(session, lambda: session.add(Booking(**twin)))


def test_the_code_of_another_is_refused_and_nothing_is_left(session: Session) -> None:
    made = scene(session, desks=3)
    actions.book_for(session, made.wish(), CLERK, visitor(1), NOW)
    with pytest.raises(psycopg.errors.UniqueViolation, match="this code is taken"), session.begin_nested():
        actions.book_for(session, made.wish(), CLERK, visitor(1), NOW)
    assert session.execute(text("select count(*) from history where process = 'booking'")).scalar_one() == 1


def test_who_asks_decides_what_is_offered(session: Session) -> None:
    made = scene(session, on=False)
    near = made.wish(NOW + timedelta(minutes=59))
    with pytest.raises(NotFound):
        actions.hold(session, made.wish(), VISITOR, NOW)
    made.office.switched_on = True
    session.flush()
    with pytest.raises(Invalid):
        actions.hold(session, near, VISITOR, NOW)
    with pytest.raises(Invalid, match="received"):
        actions.book_for(session, made.wish(), CLERK, replace(visitor(), way=Way.VIDEO), NOW)
    with pytest.raises(NotAllowed):
        actions.book_for(session, made.wish(), Actor(Role.EDITOR), visitor(), NOW)
    made.service.active = False
    session.flush()
    with pytest.raises(NotFound):
        actions.hold(session, made.wish(), CLERK, NOW)


def test_a_wish_that_nothing_answers_is_lost_not_broken(session: Session) -> None:
    made = scene(session)
    for wish in (made.wish(NINE + MINUTE), Wish(made.office.id or 0, 0, NINE), Wish(0, made.service.id or 0, NINE)):
        with pytest.raises(FeederError):
            actions.hold(session, wish, CLERK, NOW)
        with pytest.raises(PlaceLost):
            taking.hold(session, wish, NOW)
