"""Lists that cross cases: clocks that wait, clocks that act next, looks at personal data; and the state of the letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, text
from sqlmodel import Session, col, select

from models.connection.tables import OPEN_STAGES, PROCESS, Application, Stage
from models.people.tables import Audit
from models.process.tables import Term


@dataclass(frozen=True)
class Letters:
    """Delivery of the last day and what still waits. Age in seconds of the oldest letter that has not gone."""

    day_sent: int
    undeliverable: int
    retrying: int
    open: int
    oldest: float


def letters(session: Session, now: datetime) -> Letters:
    found = session.execute(
        text("""
        select count(*) filter (where sent_at > :day) as day_sent,
               count(*) filter (where state = 'undeliverable') as undeliverable,
               count(*) filter (where state = 'retrying') as retrying,
               count(*) filter (where state in ('ordered', 'rendered', 'sending', 'retrying')) as open,
               coalesce(extract(epoch from cast(:now as timestamptz) - min(ordered_at)
                   filter (where state in ('ordered', 'rendered', 'sending', 'retrying'))), 0)::float as oldest
          from letter where state <> 'sent' or sent_at > :day"""),
        {"now": now, "day": now - timedelta(days=1)},
    ).one()
    return Letters(found.day_sent, found.undeliverable, found.retrying, found.open, max(float(found.oldest), 0.0))


# ------------------------------------------------------------------------------------------------ lists
def with_open_term(session: Session, rule: str, branch_id: int | None = None) -> Sequence[Application]:
    """Cases of any stage on which this clock is not fulfilled: papers with remarks (TP-20), the supplier's contract (TP-05)."""
    query = (
        select(Application)
        .join(Term, (col(Term.subject_id) == Application.id) & (col(Term.process) == PROCESS))
        .where(Term.rule == rule, col(Term.done_at).is_(None), col(Term.cancelled_at).is_(None))
        .where(or_(col(Application.stage).in_(list(OPEN_STAGES)), col(Application.stage) == Stage.COMPLETED))
    )
    if branch_id is not None:
        query = query.where(Application.branch_id == branch_id)
    return session.exec(query.order_by(col(Term.due_at)).limit(500)).unique().all()


def next_terms(session: Session, now: datetime, limit: int) -> list[tuple[Application, Term]]:
    """Running clocks of everybody, the one that acts first in front."""
    query = (
        select(Application, Term)
        .join(Term, (col(Term.subject_id) == Application.id) & (col(Term.process) == PROCESS))
        .where(col(Term.done_at).is_(None), col(Term.lapsed_at).is_(None), col(Term.cancelled_at).is_(None))
        .where(col(Term.paused_at).is_(None), col(Term.acts_at) > now)
    )
    return [(case, term) for case, term in session.exec(query.order_by(col(Term.acts_at)).limit(limit)).all()]


@dataclass(frozen=True)
class Look:
    """Somebody opened personal data."""

    row: Audit
    number: str


def looks(session: Session, words: str = "", limit: int = 200) -> list[Look]:
    """Who looked at whose personal data, newest first; `words`: a part of the reader's name or of the case's number."""
    query = (
        select(Audit, Application.number)
        .join(Application, col(Audit.subject_id) == Application.id, isouter=True)
        .where(Audit.tag == "desk:person:read")
    )
    if words.strip():
        like = f"%{words.strip()}%"
        query = query.where(or_(col(Audit.user_name).ilike(like), col(Application.number).ilike(like)))
    rows = session.exec(query.order_by(col(Audit.at).desc()).limit(limit)).all()
    return [Look(audit, number or "") for audit, number in rows]
