"""What a manager looks at: how many appeals came, how many were answered and looked at in time, what marks they got."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.appeal.rules import mean, share
from models.appeal.tables import OPEN_STAGES, PROCESS, Appeal, AppealKind
from models.process.tables import Term


@dataclass(frozen=True)
class Counts:
    """Of the appeals registered since a day. Shares are whole per cent; None: there was nothing to count."""

    came: int
    open: int
    late: int
    answered_in_time: int | None
    looked_in_time: int | None
    mark: float | None
    marked: int
    reopened: int


@dataclass(frozen=True)
class KindCount:
    title: str
    came: int
    answered: int
    in_time: int | None
    mark: float | None


def since(session: Session, day: datetime, now: datetime) -> Counts:
    rows = session.exec(select(Appeal).where(Appeal.registered_at >= day)).all()
    ids = [a.id or 0 for a in rows]
    answers, looks = _terms(session, ids, "AP-ANSWER"), _terms(session, ids, "AP-REVIEW")
    marks = [a.mark for a in rows if a.mark is not None]
    late = {t.subject_id for t in (*answers, *looks) if not t.done_at and not t.paused_at and t.due_at <= now}
    return Counts(
        came=len(rows), open=sum(a.stage in OPEN_STAGES for a in rows), late=len(late),
        answered_in_time=_kept(answers, now), looked_in_time=_kept(looks, now), mark=mean(marks), marked=len(marks),
        reopened=sum(a.reopened > 0 for a in rows),
    )  # fmt: skip


def by_kind(session: Session, day: datetime, now: datetime) -> list[KindCount]:
    found = []
    for kind in session.exec(select(AppealKind).order_by(col(AppealKind.seq))):
        rows = session.exec(select(Appeal).where(Appeal.registered_at >= day, Appeal.kind == kind.code)).all()
        if not rows:
            continue
        answers = _terms(session, [a.id or 0 for a in rows], "AP-ANSWER")
        marks = [a.mark for a in rows if a.mark is not None]
        answered = sum(a.answered_at is not None for a in rows)
        found.append(KindCount(kind.title, len(rows), answered, _kept(answers, now), mean(marks)))
    return found


def _kept(terms: Sequence[Term], now: datetime) -> int | None:
    """The share fulfilled in time, of those that are over: fulfilled, or late already."""
    over = [t for t in terms if t.done_at or (not t.paused_at and t.due_at <= now)]
    return share(sum(t.done_at is not None and t.done_at <= t.due_at for t in over), len(over))


def _terms(session: Session, ids: Sequence[int], rule: str) -> Sequence[Term]:
    query = select(Term).where(Term.process == PROCESS, Term.rule == rule, col(Term.cancelled_at).is_(None))
    return session.exec(query.where(col(Term.subject_id).in_(list(ids)))).all()


def waiting(session: Session) -> int:
    """Open appeals that this session may see."""
    return session.exec(select(func.count()).where(col(Appeal.stage).in_(list(OPEN_STAGES)))).one()
