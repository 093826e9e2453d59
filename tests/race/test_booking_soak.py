"""The long races for a place: rounds of many clients on fresh places, a count of doubles after each, and a control whose wall is down."""

import logging
import os
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from models.booking import actions, waiting
from models.booking.rules import HOLD, HoldLapsed, PlaceLost
from models.booking.taking import release_lapsed
from models.process.errors import IllegalMove, NotFound
from tests.models.booking.office import CLERK, NINE, NOW, VISITOR, Scene, visitor
from tests.race.test_booking import CLIENTS, STEP, Rush, rush
from tests.race.together import together

__all__ = ["rush"]  # the fixture
TIMES = [NINE + n * STEP for n in range(10)]
WANTED = int(os.environ.get("FEEDER_ATTEMPTS", "100000"))
Told = Counter[str]
EXPECTED = (PlaceLost, IllegalMove, NotFound, HoldLapsed)  # taken by another, or changed by another meanwhile


class Client:
    """One thread with a dice of its own; counts what it tried and what it was refused."""

    def __init__(self, rush: Rush, made: Scene, seed: int, told: Told) -> None:
        self.rush, self.made, self.seed, self.told = rush, made, seed, told
        self.dice = random.Random(seed)
        self.count = 0

    def tries(self, what: Callable[[], object]) -> bool:
        self.count += 1
        self.told["tried"] += 1
        try:
            what()
        except EXPECTED:
            self.told["refused"] += 1
            return False
        return True

    def person(self) -> actions.Visitor:
        return visitor(self.seed * 1_000 + self.count)

    def hold(self, at: datetime, now: datetime = NOW) -> int:
        with self.rush.db.transaction() as session:
            return actions.hold(session, self.made.wish(at), VISITOR, now).id or 0

    def book(self, at: datetime) -> None:
        held = self.hold(at)
        with self.rush.db.transaction() as session:
            actions.book(session, held, VISITOR, self.person(), NOW)

    def desk_books(self, at: datetime) -> None:
        with self.rush.db.transaction() as session:
            actions.book_for(session, self.made.wish(at), CLERK, self.person(), NOW)

    def moves(self, at: datetime) -> None:
        if found := self.somebody():
            with self.rush.db.transaction() as session:
                actions.reschedule(session, found, VISITOR, self.made.wish(at), NOW)

    def cancels(self, _at: datetime) -> None:
        if found := self.somebody():
            with self.rush.db.transaction() as session:
                actions.cancel(session, found, CLERK, NOW)

    def waits(self, at: datetime) -> None:
        office, service = self.made.office.id or 0, self.made.service.id or 0
        with self.rush.db.transaction() as session:
            waiting.join(
                session, office_id=office, service_id=service, days=(at.date(), at.date()), name="Ждущий",
                email="w@pochta.example", phone="", code=str(self.dice.random()), ticket=None, now=NOW,
            )  # fmt: skip
            waiting.offer(session, office, service, at, NOW)

    def somebody(self) -> int | None:
        query = text("select id from booking where stage = 'BOOKED' and office_id = :office order by random() limit 1")
        with self.rush.db.transaction() as session:
            found = session.execute(query, {"office": self.made.office.id}).first()
        return int(found.id) if found else None


def one_slot(client: Client) -> None:
    client.tries(lambda: client.hold(NINE))


def any_desk(client: Client) -> None:
    for at in client.dice.sample(TIMES, 10) + client.dice.choices(TIMES, k=2):
        client.tries(lambda at=at: client.hold(at))  # type: ignore[misc]


def staff_and_public(client: Client) -> None:
    for _n in range(6):
        verb = client.dice.choice(
            [client.book] * 3 + [client.desk_books] * 3 + [client.moves, client.cancels, client.waits]
        )
        at = client.dice.choice(TIMES[:4])
        client.tries(lambda verb=verb, at=at: verb(at))  # type: ignore[misc]


def edge_of_a_hold(client: Client) -> None:
    """Clocks differ by a microsecond around the end of the holds that stand."""
    end = NOW + HOLD
    for _n in range(4):
        now = end + client.dice.choice((-1, 0, 1)) * timedelta(microseconds=1)
        client.tries(lambda now=now: confirm(client, now) if client.dice.random() < 0.4 else client.hold(NINE, now))  # type: ignore[misc]


def confirm(client: Client, now: datetime) -> None:
    """The holder presses in the last moment while a sweep frees what has lapsed."""
    query = text("select id from booking where stage = 'HELD' and office_id = :office order by random() limit 1")
    with client.rush.db.transaction() as session:
        found = session.execute(query, {"office": client.made.office.id}).first()
    if found is None:
        return
    with client.rush.db.transaction() as session:
        if client.dice.random() < 0.3:
            release_lapsed(session, found.id, now)
        else:
            actions.book(session, found.id, VISITOR, client.person(), now)


ARMS: dict[str, tuple[Callable[[Client], None], int]] = {
    "one slot": (one_slot, 1), "any desk, 500 slots": (any_desk, 50), "staff and public": (staff_and_public, 4),
    "edge of a hold": (edge_of_a_hold, 3),
}  # fmt: skip


def rounds(rush: Rush, arm: str, attempts: int, clients: int = CLIENTS) -> Told:
    """Fresh places a round until so many were tried; doubles are counted after every round."""
    act, desks = ARMS[arm]
    told = Counter[str]()
    while told["tried"] < attempts:
        made = rush.scene(desks)
        people = [Client(rush, made, told["rounds"] * 1_000 + n, told) for n in range(clients)]
        if act is edge_of_a_hold:
            for client in people[:desks]:
                client.hold(NINE)
        faults = together(*[lambda c=c: act(c) for c in people])  # type: ignore[misc]
        assert faults == [], faults[:3]
        told["rounds"] += 1
        told["taken"] += rush.count() + rush.count("BOOKED")
        told["doubles"] += rush.doubles()
        with rush.db.transaction() as session:
            session.execute(text("set local session_replication_role = replica"))
            session.execute(text("truncate booking, booking_waiting, work, history cascade"))
    return told


def test_a_thousand_contested_attempts_double_nothing(rush: Rush) -> None:
    refused = 0
    for arm in ARMS:
        told = rounds(rush, arm, 200, 32)
        refused += told["refused"]
        assert told["doubles"] == 0, arm
    assert refused > 200


def test_control_the_same_verbs_without_the_walls_double(rush: Rush) -> None:
    """Locks of places and looks alone are not enough: what they have seen may be older than what stands."""
    _down(rush)
    found = Counter[str]()
    for _turn in range(30):
        found += rounds(rush, "any desk, 500 slots", 64 * 12)
        if found["doubles"]:
            return
    raise AssertionError("the control has shown no double: these races prove nothing")


def _down(rush: Rush) -> None:
    with rush.db.transaction() as session:
        session.execute(text("alter table booking drop constraint booking_wall"))
        session.execute(text("drop index booking_one_start"))


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("arm", list(ARMS))
def test_a_hundred_thousand_contested_attempts_double_nothing(rush: Rush, arm: str) -> None:
    told = rounds(rush, arm, WANTED // len(ARMS))
    logging.getLogger("race").warning("%s: %s", arm, dict(told))
    assert told["tried"] >= WANTED // len(ARMS)
    assert told["doubles"] == 0


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("arm", list(ARMS))
def test_control_of_the_long_run(rush: Rush, arm: str) -> None:
    _down(rush)
    with suppress(AssertionError):
        told = rounds(rush, arm, WANTED // 40)
        logging.getLogger("race").warning("control, %s: %s", arm, dict(told))
