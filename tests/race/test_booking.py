"""Many people want the same time. Every race has a control with the wall down and a naive check, which must go wrong."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session

from infra.database import Database
from models.booking import actions, office, queries, waiting
from models.booking.rules import HOLD, PlaceLost
from models.booking.tables import Booking, Stage
from models.booking.taking import Wish, release_lapsed
from models.process.actor import SYSTEM, Actor
from models.process.errors import IllegalMove, Invalid, NotFound
from models.process.history import broken
from tests.models.booking.office import CHIEF, CLERK, NINE, NOW, VISITOR, Scene, scene, visitor
from tests.race.together import together

CLIENTS = 64
STEP = timedelta(minutes=30)
DOUBLES = text("""
    select count(*) from booking a join booking b on a.desk_id = b.desk_id and a.id < b.id
       and tstzrange(a.starts_at, a.busy_until) && tstzrange(b.starts_at, b.busy_until)
     where a.stage in ('HELD', 'BOOKED', 'CHECKED_IN') and b.stage in ('HELD', 'BOOKED', 'CHECKED_IN')""")


@dataclass
class Rush:
    """A database wide enough for all clients at once, and what the tests ask of it."""

    db: Database

    def scene(self, desks: int, **more: int) -> Scene:
        with self.db.transaction() as session:
            made = scene(session, desks, **more)  # type: ignore[arg-type]
            session.expunge_all()
            return made

    def doubles(self) -> int:
        with self.db.transaction() as session:
            return int(session.execute(DOUBLES).scalar_one())

    def count(self, stage: str = "HELD") -> int:
        with self.db.transaction() as session:
            return int(
                session.execute(text("select count(*) from booking where stage = :s"), {"s": stage}).scalar_one()
            )

    def taking(self, wish: Wish, who: Actor = VISITOR, now: datetime = NOW) -> Callable[[], None]:
        def job() -> None:
            with self.db.transaction() as session:
                actions.hold(session, wish, who, now)

        return job


@pytest.fixture
def rush(database: Database) -> Iterator[Rush]:
    wide = Database(database.url, CLIENTS)
    yield Rush(wide)
    wide.close()


def lost(faults: list[BaseException]) -> int:
    """How many were told that the time is taken; nothing else may have happened."""
    assert {type(f) for f in faults} <= {PlaceLost}, faults
    return len(faults)


def test_64_clients_and_one_place(rush: Rush) -> None:
    made = rush.scene(1)
    faults = together(*[rush.taking(made.wish()) for _ in range(CLIENTS)])
    assert (rush.count(), lost(faults), rush.doubles()) == (1, CLIENTS - 1, 0)


def test_64_clients_and_as_many_places_of_any_desk_all_find_one(rush: Rush) -> None:
    """ "Full" is never said while a desk is free."""
    made = rush.scene(CLIENTS)
    faults = together(*[rush.taking(made.wish()) for _ in range(CLIENTS)])
    assert (rush.count(), lost(faults), rush.doubles()) == (CLIENTS, 0, 0)


def test_64_clients_fill_500_places_and_not_one_more(rush: Rush) -> None:
    made = rush.scene(50)
    times = [NINE + n * STEP for n in range(10)]  # 50 desks, ten times each
    left = [12 * [t] for t in times for _ in range(6)]  # 720 wishes

    def client(mine: list[datetime]) -> Callable[[], None]:
        def job() -> None:
            for at in mine:
                try:
                    rush.taking(made.wish(at))()
                except PlaceLost:
                    with guard:
                        refused.append(at)

        return job

    refused: list[datetime] = []
    guard = threading.Lock()
    assert together(*[client(mine) for mine in left]) == []
    assert (rush.count(), len(refused), rush.doubles()) == (500, 220, 0)


def test_long_visits_that_overlap_by_half_never_meet(rush: Rush) -> None:
    made = rush.scene(2, minutes=60)
    times = [NINE + n * STEP for n in range(8)]
    faults = together(*[rush.taking(made.wish(times[n % 8])) for n in range(CLIENTS)])
    assert rush.doubles() == 0
    assert rush.count() + lost(faults) == CLIENTS
    assert 4 <= rush.count() <= 8


def test_staff_visitors_and_the_waiting_list_together(rush: Rush) -> None:
    made = rush.scene(4)

    def at_the_desk(n: int) -> Callable[[], None]:
        def job() -> None:
            with rush.db.transaction() as session:
                actions.book_for(session, made.wish(), CLERK, visitor(n), NOW)

        return job

    def offered() -> None:
        with rush.db.transaction() as session:
            waiting.join(
                session, office_id=made.office.id or 0, service_id=made.service.id or 0, days=(NINE.date(), NINE.date()),
                name="Ждущий", email="w@pochta.example", phone="", code=str(random.random()), ticket=None, now=NOW,
            )  # fmt: skip
            waiting.offer(session, made.office.id or 0, made.service.id or 0, NINE, NOW)

    jobs = [at_the_desk(n) for n in range(24)] + [rush.taking(made.wish()) for _ in range(24)] + [offered] * 8
    lost(together(*jobs))
    assert (rush.count() + rush.count("BOOKED"), rush.doubles()) == (4, 0)


def test_two_who_change_places_and_strangers_between_them(rush: Rush) -> None:
    made = rush.scene(1)
    with rush.db.transaction() as session:
        ids = []
        for n in (0, 1):
            held = actions.hold(session, made.wish(NINE + n * STEP), VISITOR, NOW)
            ids.append(actions.book(session, held.id or 0, VISITOR, visitor(n), NOW).id or 0)

    def change(booking: int, at: datetime) -> Callable[[], None]:
        def job() -> None:
            with rush.db.transaction() as session:
                actions.reschedule(session, booking, VISITOR, made.wish(at), NOW)

        return job

    times = [NINE + n * STEP for n in range(4)]
    jobs = [change(ids[n % 2], times[n % 4]) for n in range(16)] + [rush.taking(made.wish(t)) for t in times * 4]
    lost(together(*jobs))
    assert (rush.doubles(), rush.count("BOOKED")) == (0, 2)


def test_the_edge_of_a_hold_belongs_to_one_of_the_two(rush: Rush) -> None:
    """The holder books in the last moment, or the place is free: never both, whoever's clock is a little ahead."""
    for turn in range(12):
        made = rush.scene(1)
        with rush.db.transaction() as session:
            held = actions.hold(session, made.wish(), VISITOR, NOW).id or 0
        won: list[str] = []

        def confirm(booking: int = held, n: int = turn, told: list[str] = won) -> None:
            with rush.db.transaction() as session:
                actions.book(session, booking, VISITOR, visitor(n), NOW + HOLD - timedelta(microseconds=1))
            told.append("holder")

        def others(wish: Wish = made.wish(), told: list[str] = won) -> None:  # noqa: B008
            with rush.db.transaction() as session:
                actions.hold(session, wish, VISITOR, NOW + HOLD)
            told.append("other")

        def sweep(booking: int = held) -> None:
            with rush.db.transaction() as session:
                release_lapsed(session, booking, NOW + HOLD)

        faults = together(confirm, *[others] * 6, sweep)
        assert {type(f) for f in faults} <= {PlaceLost, NotFound}
        assert len(won) == 1
        assert rush.doubles() == 0


def test_whoever_asks_while_a_lapsed_hold_is_swept_away_finds_the_place(rush: Rush) -> None:
    """The place is looked at, held; the sweep that frees it has not committed yet: "full" would be wrong a moment later."""
    made = rush.scene(1)
    with rush.db.transaction() as session:
        held = actions.hold(session, made.wish(), VISITOR, NOW).id
    asking = threading.Thread(target=rush.taking(made.wish(), now=NOW + HOLD))
    with rush.db.transaction() as session:
        assert release_lapsed(session, held, NOW + HOLD)
        asking.start()
        waits_for_another(rush.db)
    asking.join()
    assert rush.count() == 1


def waits_for_another(db: Database) -> None:
    query = text(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    )
    for _try in range(400):
        with db.transaction() as session:
            if session.execute(query).scalar_one():
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


def test_a_hold_is_booked_once_however_often_it_is_pressed(rush: Rush) -> None:
    made = rush.scene(1)
    with rush.db.transaction() as session:
        held = actions.hold(session, made.wish(), VISITOR, NOW).id

    def press(n: int) -> Callable[[], None]:
        def job() -> None:
            with rush.db.transaction() as session:
                actions.book(session, held, VISITOR, visitor(n), NOW)

        return job

    faults = together(*[press(n) for n in range(16)])
    assert [type(f) for f in faults] == [IllegalMove] * 15
    with rush.db.transaction() as session:
        booking = session.get_one(Booking, held)
        assert broken(queries.history(session, held), booking.chain) == []
        assert booking.stage == Stage.BOOKED


def test_a_closure_and_visitors_at_once_leave_nobody_at_a_closed_desk(rush: Rush) -> None:
    made = rush.scene(2)

    def shut() -> None:
        with rush.db.transaction() as session:
            office.close(session, made.office, NINE, NINE + STEP, "авария", CHIEF, NOW)

    def book(n: int) -> Callable[[], None]:
        def job() -> None:
            with rush.db.transaction() as session:
                actions.book_for(session, made.wish(), CLERK, visitor(n), NOW)

        return job

    faults = together(shut, *[book(n) for n in range(12)])
    lost(faults)
    with rush.db.transaction() as session:
        stood = "select count(*) from booking where starts_at = :at and displaced_at is null"
        assert session.execute(text(stood), {"at": NINE}).scalar_one() == 0
    assert rush.doubles() == 0


# ------------------------------------------------------------------------------------------------ control
def naive(session: Session, wish: Wish, desk: int) -> bool:
    """What everybody writes first: look, then insert."""
    told = {"desk": desk, "at": wish.starts_at, "office": wish.office_id, "service": wish.service_id, "now": NOW}
    seen = text("select 1 from booking where desk_id = :desk and starts_at = :at and stage in ('HELD', 'BOOKED')")
    if session.execute(seen, told).first():
        return False
    session.execute(
        text("""insert into booking (office_id, desk_id, service_id, starts_at, ends_at, busy_until, stage, version, chain,
                hold_until, channel, way, name, email, phone, account, address, pin_hash, created_at, changed_at, notices, reason)
            values (:office, :desk, :service, :at, :at + interval '30 min', :at + interval '30 min', 'HELD', 0, '', :now,
                'site', 'office', '', '', '', '', '', '', :now, :now, 0, '')"""),
        told,
    )
    return True


def test_control_without_the_wall_a_check_before_the_insert_doubles(rush: Rush) -> None:
    with rush.db.transaction() as session:
        session.execute(text("alter table booking drop constraint booking_wall"))
        session.execute(text("drop index booking_one_start"))
    for _turn in range(20):
        made = rush.scene(1)

        def job(wish: Wish = made.wish(), desk: int = made.desk_ids[0]) -> None:  # noqa: B008
            with rush.db.transaction() as session:
                naive(session, wish, desk)

        assert together(*[job] * 16) == []
        if rush.doubles():
            return
    raise AssertionError("the control has shown no double: these races prove nothing")


def test_what_is_refused_before_the_race_is_a_wrong_wish(rush: Rush) -> None:
    made = rush.scene(1)
    with pytest.raises(Invalid):
        rush.taking(made.wish(NOW + timedelta(minutes=59)))()
    assert SYSTEM.role not in {VISITOR.role, CLERK.role}
