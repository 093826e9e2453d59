"""Looking at clocks: which run, which ring next, whose reminder or consequence is due, whom they press. Changes no term
but the list of its reminders."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.process.tables import Term

MARKS = (100, 80, 50)  # per cent of a term at which somebody higher up is told


def running(session: Session, process: str, subject_id: int) -> Sequence[Term]:
    """Clocks neither fulfilled, lapsed nor dropped, the nearest first; paused ones too."""
    query = select(Term).where(
        Term.process == process,
        Term.subject_id == subject_id,
        col(Term.done_at).is_(None),
        col(Term.lapsed_at).is_(None),
        col(Term.cancelled_at).is_(None),
    )
    return session.exec(query.order_by(col(Term.due_at), col(Term.id))).all()


def unfulfilled(session: Session, process: str, subject_id: int, rules: Iterable[str]) -> list[Term]:
    """Running or already lapsed clocks of these rules: a late act still fulfils its term."""
    wanted = list(rules)
    if not wanted:
        return []
    query = select(Term).where(
        Term.process == process,
        Term.subject_id == subject_id,
        col(Term.rule).in_(wanted),
        col(Term.done_at).is_(None),
        col(Term.cancelled_at).is_(None),
    )
    return list(session.exec(query).all())


def next_alarm(terms: Iterable[Term]) -> datetime | None:
    """When the nearest reminder, end or consequence comes; suspended clocks are silent."""
    times = []
    for term in terms:
        if term.paused_at is None:
            times.append(term.acts_at)
            times += [datetime.fromisoformat(r) for r in term.reminders[:1]]
    return min(times, default=None)


def due_reminders(terms: Iterable[Term], now: datetime) -> list[Term]:
    """Clocks with a reminder to send now. Of several missed ones only one is sent: `reminders` is cut here."""
    found = []
    for term in terms:
        past = [r for r in term.reminders if datetime.fromisoformat(r) <= now]
        if past and term.paused_at is None:
            term.reminders = [r for r in term.reminders if r not in past]
            found.append(term)
    return found


def lapsed(terms: Iterable[Term], now: datetime) -> list[Term]:
    """Clocks whose consequence is due. A term found not yet passed is left alone: the alarm rang early."""
    return [t for t in terms if t.acts_at <= now and t.paused_at is None]


def pressure(term: Term, now: datetime) -> int:
    """The escalation mark that a clock has passed: 0, 50, 80 or 100. Fulfilled, dropped and suspended ones press nobody.

    Source: domain b.5: amber at 50 %, red at 80 %, the head at 100 %."""
    if term.done_at or term.cancelled_at or term.paused_at or term.is_right:
        return 0
    whole = (term.due_at - term.starts_at).total_seconds()
    share = 100.0 if whole <= 0 and now >= term.due_at else (now - term.starts_at).total_seconds() / max(whole, 1) * 100
    return next((mark for mark in MARKS if share >= mark), 0)
