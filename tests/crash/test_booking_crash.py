"""A rush for places while everything is killed with -9: no place lost or doubled, every booking that was confirmed stands, every letter left."""

import logging
import random
import threading
import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import Session, select

from infra import clock
from infra.database import Database
from infra.keys import vault_keys
from models.booking import actions, layout, queries
from models.booking.register import Office, Service
from models.booking.rules import PlaceLost
from models.booking.tables import Booking
from models.booking.taking import Wish
from models.process.actor import Actor, Role
from models.process.errors import FeederError, Outage
from models.process.history import broken
from signatures.secrets import Vault
from tests.crash.installation import Installation
from tests.crash.test_crash import installation, kill_about
from tests.models.booking.office import NINE, NOW, booked, scene
from tests.race.test_booking import DOUBLES

__all__ = ["installation"]  # the fixture
VISITOR = Actor(Role.APPLICANT)
CLIENTS = 8


class Rush:
    """Visitors in threads who want the same few times. `confirmed` are those who were told that they are booked."""

    def __init__(self, db: Database) -> None:
        self.db, self.stop, self.guard = db, threading.Event(), threading.Lock()
        self.confirmed: list[int] = []
        self.told = Counter[str]()
        with db.transaction() as session:
            self.office, self.service, self.times = self._places(session)
        self.threads = [threading.Thread(target=self._client, args=(n,), daemon=True) for n in range(CLIENTS)]

    def _places(self, session: Session) -> tuple[int, int, list[datetime]]:
        """The times of the third and fourth day: nothing is reminded of and nobody is late while we look."""
        now = clock.now()
        office = session.exec(select(Office).where(Office.switched_on).order_by(Office.id)).first()  # type: ignore[arg-type]
        assert office is not None
        layout.lay_out(session, office, now)
        service: Service = queries.services(session, office.id or 0)[0]
        free = queries.starts(session, office, service.id or 0, now + timedelta(3), now + timedelta(9), now)
        return office.id or 0, service.id or 0, [at for at, fits in free if fits]

    def _client(self, seed: int) -> None:
        dice, number = random.Random(seed), 0
        while not self.stop.is_set():
            number += 1
            try:
                self._book(dice, f"r{seed}-{number}")
                self.told["booked"] += 1
            except PlaceLost:
                self.told["refused"] += 1
            except (SQLAlchemyError, Outage):  # a click may have been committed or not
                self.told["unsure"] += 1
                time.sleep(0.3)
            except FeederError as error:
                self.told[type(error).__name__] += 1
            time.sleep(dice.uniform(0.1, 0.4))

    def _book(self, dice: random.Random, name: str) -> None:
        wish, now = Wish(self.office, self.service, dice.choice(self.times)), clock.now()
        ticket = Vault(vault_keys()).lock({"pin": "7109", "code": name * 8})
        who = actions.Visitor(
            "Иванова Мария Петровна",
            f"{name}@pochta.example",
            "+79225550100",
            ticket=ticket,
            code=name * 8,
            consent_at=now,
        )
        with self.db.transaction() as session:
            held = actions.hold(session, wish, VISITOR, now).id or 0
        with self.db.transaction() as session:
            actions.book(session, held, VISITOR, who, now)
        with self.guard:
            self.confirmed.append(held)

    def begin(self) -> None:
        for thread in self.threads:
            thread.start()

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(20)


def unsettled(session: Session) -> list[str]:
    """Visits that are due or running now, letters under way or not ordered yet."""
    query = text("""
        select process || ' ' || subject_id || ' is ' || state || coalesce(': ' || error, '') as said from work
         where process in ('booking', 'delivery') and (state = 'running' or (state = 'due' and run_at < clock_timestamp()))
        union all
        select kind || ' is ' || state || ' ' || error from letter where state in ('ordered', 'rendered', 'sending', 'retrying')
        union all
        select 'booking ' || b.id || ' has no letter' from booking b where b.stage = 'BOOKED'
           and not exists (select 1 from letter where key = 'booking:' || b.id || '\\:booked')""")
    return list(session.execute(query).scalars())


def settled(db: Database, limit: float) -> list[str]:
    """What is still under way after so many seconds; empty when all is done."""
    left, until = ["nothing was read"], time.monotonic() + limit
    while time.monotonic() < until:
        try:
            with db.transaction() as session:
                left = unsettled(session)
            if not left:
                break
        except (OperationalError, Outage):
            left = ["the database is away"]
        time.sleep(0.3)
    return left


def faults(session: Session, confirmed: list[int]) -> list[str]:
    """Everything that is not exactly as it should be; empty when all is well."""
    found = [f"{n} doubles"] if (n := session.execute(DOUBLES).scalar_one()) else []
    rows = {b.id: b for b in session.exec(select(Booking).where(Booking.stage == "BOOKED"))}
    found += [f"booking {i} was confirmed and is not there" for i in confirmed if i not in rows]
    letters = Counter(
        session.execute(text("select key from letter where state = 'sent' and kind = 'booking_booked'")).scalars()
    )
    for number, booking in rows.items():
        if letters[f"booking:{number}:booked"] != 1:
            found.append(f"booking {number} has {letters[f'booking:{number}:booked']} letters")
        found += broken(queries.history(session, number or 0), booking.chain)
    found += [
        f"letter {r.key} is {r.state}: {r.error}"
        for r in session.execute(text("select key, state, error from letter where state <> 'sent'"))
    ]
    found += [
        f"aside: {r.process} {r.error}"
        for r in session.execute(text("select process, error from work where state = 'aside'"))
    ]
    gone = text("""select b.id from booking b where b.stage = 'HELD' and not exists
                    (select 1 from work w where w.process = 'booking' and w.subject_id = b.id)""")
    return found + [f"hold {r.id} would never be freed" for r in session.execute(gone)]


def storm(installation: Installation, seconds: float, plan: list[tuple[float, str]], *, everything: int = 0) -> None:
    """A rush for `seconds` under the plan's kills; then, `everything` times, all at once and up again with the rush going on."""
    installation.start()
    db = Database(installation.postgres.url("feeder"), CLIENTS + 2)
    rush = Rush(db)
    rush.begin()
    try:
        kills = kill_about(installation, seconds, plan, random.Random(5))
        for _time in range(everything):
            installation.kill_all()
            installation.kill("postgres")
            kills["everything"] += 1
            installation.start()
            kills += kill_about(installation, seconds / 2, plan, random.Random(6))
    finally:
        rush.end()
    began = time.monotonic()
    left = settled(db, 150)
    told = f"killed {dict(kills)}; {dict(rush.told)}; settled in {time.monotonic() - began:.1f} s; left {left[:5]}"
    logging.getLogger("crash").warning(told)
    assert left == [], told
    with db.transaction() as session:
        assert faults(session, rush.confirmed) == [], told
    assert len(rush.confirmed) > 5, told
    assert kills["postgres"], told
    db.close()


@pytest.mark.soak
def test_no_place_is_lost_or_doubled_though_everything_is_killed(installation: Installation) -> None:
    storm(installation, 9, [(0.2, "web"), (0.35, "prefect"), (0.6, "postgres")])


def test_control_the_verdict_sees_what_is_missing(session: Session) -> None:
    made = scene(session)
    booking = booked(session, made)
    hold = actions.hold(session, made.wish(NINE + timedelta(hours=1)), VISITOR, NOW)
    session.execute(text("delete from work"))
    assert unsettled(session) == [f"booking {booking.id} has no letter"]
    said = faults(session, [booking.id or 0, 987654321])
    assert said == [
        "booking 987654321 was confirmed and is not there", f"booking {booking.id} has 0 letters", f"hold {hold.id} would never be freed",
    ]  # fmt: skip


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_long_rush_through_kills_of_everything(installation: Installation) -> None:
    plan = [(0.1, "web"), (0.25, "prefect"), (0.42, "postgres"), (0.55, "web"), (0.65, "prefect"), (0.82, "postgres")]
    storm(installation, 60, plan, everything=2)
