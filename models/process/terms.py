"""Running clocks: started by events from the dated rules, frozen, fulfilled, lapsed once, suspended with days given back.

Starting stands in term_start, looking in term_look, standing still in term_pause; who uses terms asks here."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from models.process.term_look import MARKS, due_reminders, lapsed, next_alarm, pressure, running, unfulfilled
from models.process.term_pause import hold, let_go, move_to, pause, resume
from models.process.term_start import REMINDER_HOUR, begin, calendar, holds, length_of, rules_on, start
from models.process.work import alarm

__all__ = [
    "MARKS",
    "REMINDER_HOUR",
    "arm",
    "begin",
    "calendar",
    "drop",
    "drop_all",
    "due_reminders",
    "fulfil",
    "hold",
    "holds",
    "lapsed",
    "length_of",
    "let_go",
    "move_to",
    "next_alarm",
    "next_number",
    "pause",
    "pressure",
    "resume",
    "rules_on",
    "running",
    "start",
    "unfulfilled",
]


def fulfil(
    session: Session, process: str, subject_id: int, rules: Iterable[str], now: datetime, ref: str | None = None
) -> None:
    for term in unfulfilled(session, process, subject_id, rules):
        if ref is None or term.ref == ref:
            term.done_at, term.reminders = now, []
            session.add(term)


def drop(session: Session, process: str, subject_id: int, rules: Iterable[str], now: datetime) -> None:
    """Clocks that lost their object: neither kept nor broken. A lapsed one stays in the record."""
    for term in unfulfilled(session, process, subject_id, rules):
        if term.lapsed_at is None:
            term.cancelled_at, term.reminders = now, []
            session.add(term)


def drop_all(session: Session, process: str, subject_id: int, now: datetime) -> None:
    drop(session, process, subject_id, {t.rule for t in running(session, process, subject_id)}, now)


def arm(session: Session, process: str, subject_id: int, now: datetime) -> None:
    """Level-triggered: every leg ends by arming the nearest timer again."""
    session.flush()
    if at := next_alarm(running(session, process, subject_id)):
        alarm(session, process, subject_id, at, now)


def next_number(session: Session, scope: str, year: int) -> int:
    """Gapless: the row is locked until the transaction that uses the number ends."""
    return int(
        session.execute(
            text("""insert into counter (scope, year, value) values (:scope, :year, 1)
                on conflict (scope, year) do update set value = counter.value + 1 returning value"""),
            {"scope": scope, "year": year},
        ).scalar_one()
    )
