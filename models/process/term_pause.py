"""Clocks that stand still and run on, and last days that move. What is over stays over."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.process.tables import Term
from models.process.term_look import running
from models.process.term_start import calendar
from models.process.workdays import Calendar, end_of_day


def pause(session: Session, process: str, subject_id: int, now: datetime) -> None:
    for term in running(session, process, subject_id):
        term.paused_at = term.paused_at or now
        session.add(term)


def resume(
    session: Session,
    process: str,
    subject_id: int,
    now: datetime,
    zone: ZoneInfo,
    only: Iterable[str] | None = None,
) -> None:
    """Suspension gives the days back: as many days (in the unit of the term) remain as when it was suspended. Of a term
    that had ended already, the rest of its grace remains. `only`: these rules, all when not said."""
    days = calendar(session)
    today = now.astimezone(zone).date()
    chosen = None if only is None else set(only)
    for term in running(session, process, subject_id):
        if term.paused_at is None or (chosen is not None and term.rule not in chosen):
            continue
        stopped = term.paused_at.astimezone(zone).date()
        if term.due_on < stopped:
            rest = days.working_days_left(stopped, _acts_on(term, zone))
            term.acts_at = end_of_day(days.after_working_days(today, max(rest, 0)), zone)
        elif term.unit == "wd":
            left = days.working_days_left(stopped, term.due_on)
            _move_end(term, days.after_working_days(today, left), zone, days)
        else:
            _move_end(term, days.working_on_or_after(term.due_on + (today - stopped)), zone, days)
        term.paused_at = None
        session.add(term)


def _acts_on(term: Term, zone: ZoneInfo) -> date:
    """The last day before the consequence."""
    return term.acts_at.astimezone(zone).date() - timedelta(days=1)


def _move_end(term: Term, last: date, zone: ZoneInfo, days: Calendar) -> None:
    grace = days.working_days_left(term.due_on, _acts_on(term, zone))
    moved = end_of_day(last, zone) - term.due_at
    term.reminders = [(datetime.fromisoformat(r) + moved).isoformat() for r in term.reminders]
    term.due_on, term.due_at = last, end_of_day(last, zone)
    term.acts_at = end_of_day(days.after_working_days(last, grace) if grace > 0 else last, zone)


def move_to(session: Session, term: Term, last: date, zone: ZoneInfo) -> None:
    """Another last day for one running clock: by an extension of the rules or by two people. Grace stays as it was."""
    _move_end(term, last, zone, calendar(session))
    session.add(term)


def hold(session: Session, process: str, subject_id: int, rules: Iterable[str], now: datetime) -> None:
    """Only these clocks stand still, while somebody outside has the turn."""
    for term in running(session, process, subject_id):
        if term.rule in set(rules) and term.paused_at is None:
            term.paused_at = now
            session.add(term)


def let_go(
    session: Session, process: str, subject_id: int, rules: Iterable[str], now: datetime, zone: ZoneInfo, least: int
) -> None:
    """Clocks that were held run on: to their old last day, or `least` working days from today when that is later."""
    earliest = calendar(session).after_working_days(now.astimezone(zone).date(), least)
    for term in running(session, process, subject_id):
        if term.rule in set(rules) and term.paused_at is not None:
            term.paused_at = None
            if term.due_on < earliest:
                move_to(session, term, earliest, zone)
            session.add(term)
