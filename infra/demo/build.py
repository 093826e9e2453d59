"""Fills an empty development database with the demonstration: every step is a click or a leg at its own moment of the past.

Applications are filed in the order of time, so that numbers follow days. Then each lives on by itself, on as many
processes as there are cores: nothing that one of them does concerns another."""

import importlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, select

from infra import clock
from infra.database import database
from infra.demo import accounts, appeals, booking, booking_past, cast, content, doors
from infra.demo.agenda import Moment, agenda
from infra.demo.crew import Crew, Filed, crew, engine_on
from infra.demo.filing import Locker, submit
from infra.demo.lives import LIVES, Life
from infra.demo.people import person
from infra.demo.scene import Scene, email_of, lot
from infra.demo.sign_ins import PASSWORD, SIGN_INS
from infra.demo.steps import STEPS
from infra.settings import settings
from infra.trouble import Trouble
from infra.wording import _
from models.connection.tables import Stage
from models.people.tables import User
from models.process.tables import Setting
from models.process.terms import calendar

__all__ = ["SIGN_INS", "build", "is_empty"]

Say = Callable[[str], None]
MARK, BUILDING, DONE = "demo", "building", "done"
_LOCK = 7_130_863
_HANDS = 4  # processes at most: more would only wait for the database
_PROFILE = timedelta(minutes=25)  # before the first application of a person


def is_empty() -> bool:
    """Nobody has worked here yet: no people and so no applications, or only a demonstration that was never finished."""
    with database().transaction() as session:
        return _mark(session) == BUILDING or session.exec(select(User.id)).first() is None


def build(say: Say | None = None, lives: Sequence[Life] = LIVES, hands: int = 0) -> None:
    """The whole demonstration, up to this minute. `hands`: processes; 0 chooses. A half-built one is begun anew.

    Raises Trouble in production and when there is data that is not ours to remove; RuntimeError when the engine fails at
    a step: then it is a bug."""
    say = say or _print
    if not settings().development:
        raise Trouble(_("Demonstration data are made in development only."))
    with _alone():
        if not is_empty():
            raise Trouble(_("There is data already. Choose another folder with FEEDER_HOME for a demonstration."))
        _begin_anew()
        if settings().profile != "demo":
            doors.build(_signatures()[0])
            _set_mark(DONE)
            return
        now = clock.now()
        with crew(database(), hands or min(os.cpu_count() or 1, _HANDS)) as hands_on:
            filed = _file_all(lives, now)
            say(_("Demonstration: people and %(count)s applications are filed") % {"count": len(filed)})
            _live_all(hands_on, filed, now, say)
        with database().transaction() as session:
            weeks = round(booking_past.WEEKS * len(lives) / len(LIVES))  # a small demonstration has a short past
            booking_past.fill(session, now, weeks)
            booking.fill(session, now, _signatures()[1], settings().secret_key)
            appeals.fill(session, now)
            content.fill(session, now)
            accounts.fill(session, now)
        _set_mark(DONE)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


# ------------------------------------------------------------------------------------------------ beginning and end
def _mark(session: Session) -> str:
    row = session.get(Setting, MARK)
    return str(row.value.get("state", "")) if row else ""


def _set_mark(state: str) -> None:
    with database().transaction() as session:
        session.merge(Setting(name=MARK, value={"state": state, "at": clock.now().isoformat()}))


@contextmanager
def _alone() -> Iterator[None]:
    """Two builds at once come one after the other; the second finds the work done."""
    with database().engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.commit()
        try:
            yield
        finally:
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _LOCK})
            connection.commit()


def _begin_anew() -> None:
    """A demonstration that was interrupted is taken away whole, its append-only history with it: nobody has worked on
    it. Nothing is ever removed without its mark."""
    with database().transaction() as session:
        half = _mark(session) == BUILDING
    if half:
        _remove_all()
    _set_mark(BUILDING)


def _remove_all() -> None:
    from infra.migrations import upgrade

    with database().transaction() as session:
        session.execute(text("drop schema public cascade"))
        session.execute(text("create schema public"))
    shutil.rmtree(settings().home / "mail", ignore_errors=True)  # its links lead nowhere now
    upgrade(database().url)


def _signatures() -> tuple[str, Locker]:
    """(hash of the common password, lock of the vault). Passwords and passports are made as the dashboard makes them, but
    this room does not see `signatures`: the door is opened here, by name, and nowhere else."""
    from infra.keys import vault_keys

    room = importlib.import_module("signatures.secrets")
    return room.hash_password(PASSWORD), room.Vault(vault_keys()).lock


# ------------------------------------------------------------------------------------------------ filing and living
def _file_all(lives: Sequence[Life], now: datetime) -> list[Filed]:
    """Staff, applicants, drafts, and every application up to its number: in the order of time."""
    password_hash, lock = _signatures()
    engine = engine_on(database())
    with database().transaction() as session:
        cast.hire(session, now, password_hash)
        days = calendar(session)
    plans = [(i, life, agenda(life.route, now, days, clock.zone(), lot(i, "agenda"))) for i, life in enumerate(lives)]
    found: list[Filed] = []
    known: set[str] = set()
    for number, life, moments in sorted(plans, key=lambda p: p[2][0].at):
        first, *rest = moments
        with database().transaction() as session:
            if life.who not in known:
                who = person(life.who)
                cast.enrol(session, who, email_of(life, who), first.at - _PROFILE, password_hash)
                known.add(life.who)
            case_id = _file(session, number, life, first, lock)
        engine.settle(case_id, first.at, ("connection",))
        found.append(Filed(number, life, case_id, first.at, tuple(rest)))
    return found


def _file(session: Session, number: int, life: Life, first: Moment, lock: Locker) -> int:
    who = person(life.who)
    scene = Scene(number, life, who, cast.applicants(session, [who])[life.who], cast.staff(session))
    if first.word == "submit":
        submit(session, scene, first.at, lock)
    else:
        STEPS[first.word](session, scene, first.at)
    return scene.case_id


def _live_all(hands_on: Crew, filed: Sequence[Filed], now: datetime, say: Say) -> None:
    alive = [f for f in filed if f.life.stage != Stage.DRAFT]
    for done, _case in enumerate(hands_on.live_all(alive, now), 1):
        if done % 20 == 0 or done == len(alive):
            told = {"done": done, "all": len(alive)}
            say(_("Demonstration: %(done)s of %(all)s applications are ready") % told)
