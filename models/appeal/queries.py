"""Read side of appeals: lists of the author and of the desk, one appeal whole, promised calls, counts. Changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from models.appeal import clocks
from models.appeal.rules import WORKERS
from models.appeal.tables import (
    OPEN_STAGES,
    PROCESS,
    Appeal,
    AppealCall,
    AppealFile,
    AppealKind,
    AppealLine,
    CallState,
    Stage,
)
from models.people.tables import User
from models.process.errors import NotFound
from models.process.tables import Term

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """What the register shows. `group`: open | mine | free | late | answered | all."""

    group: str = "open"
    kind: str = ""
    channel: str = ""
    branch_id: int | None = None
    assignee_id: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the register: the clock that is nearest, nothing where none runs."""

    appeal: Appeal
    kind: str
    assignee: str
    term: Term | None
    call: AppealCall | None


@dataclass(frozen=True)
class Whole:
    """One appeal with everything that belongs to it."""

    appeal: Appeal
    kind: AppealKind
    lines: Sequence[AppealLine]
    files: Sequence[AppealFile]
    terms: Sequence[Term]
    calls: Sequence[AppealCall]
    assignee: str

    @property
    def answer_by(self) -> Term | None:
        """The clock of the answer that counts now: the newest one."""
        return next((t for t in self.terms if t.rule == "AP-ANSWER" and t.cancelled_at is None), None)

    @property
    def turn(self) -> Term | None:
        """The clock of whoever has the turn."""
        wanted = {Stage.ASKED: "AP-REPLY", Stage.REGISTERED: "AP-REVIEW"}.get(Stage(self.appeal.stage), "AP-ANSWER")
        return next((t for t in self.terms if t.rule == wanted and _runs(t)), None)


def _runs(term: Term) -> bool:
    return term.done_at is None and term.cancelled_at is None


def whole(session: Session, appeal_id: int) -> Whole:
    """Raises NotFound; under row-level security also for somebody else's."""
    appeal = session.get(Appeal, appeal_id)
    if appeal is None:
        raise NotFound
    assignee = session.get(User, appeal.assignee_id) if appeal.assignee_id else None
    return Whole(
        appeal,
        session.get_one(AppealKind, appeal.kind),
        session.exec(select(AppealLine).where(AppealLine.appeal_id == appeal_id).order_by(col(AppealLine.id))).all(),
        session.exec(select(AppealFile).where(AppealFile.appeal_id == appeal_id).order_by(col(AppealFile.id))).all(),
        clocks.of_appeal(session, appeal_id),
        session.exec(
            select(AppealCall).where(AppealCall.appeal_id == appeal_id).order_by(col(AppealCall.id).desc())
        ).all(),
        assignee.name if assignee else "",
    )


def by_token(session: Session, token: str) -> Appeal | None:
    return session.exec(select(Appeal).where(Appeal.status_token == token)).first()


def of_author(session: Session, user_id: int, limit: int = 200) -> Sequence[tuple[Appeal, str]]:
    """«История обращений»: the newest first, with the title of their kind."""
    query = select(Appeal, AppealKind.title).join(AppealKind, col(AppealKind.code) == Appeal.kind)
    return session.exec(query.where(Appeal.author_id == user_id).order_by(col(Appeal.id).desc()).limit(limit)).all()


def of_case(session: Session, application_id: int) -> Sequence[Appeal]:
    """Whatever was written about an application, the newest first."""
    query = select(Appeal).where(Appeal.application_id == application_id)
    return session.exec(query.order_by(col(Appeal.id).desc()).limit(20)).all()


# ------------------------------------------------------------------------------------------------ the register
def _late(now: datetime) -> ColumnElement[bool]:
    late = select(Term.id).where(
        Term.process == PROCESS, Term.subject_id == Appeal.id, Term.whose == "grid", col(Term.done_at).is_(None),
        col(Term.cancelled_at).is_(None), col(Term.paused_at).is_(None), col(Term.due_at) <= now,
    )  # fmt: skip
    return late.exists()


def _group(group: str, me: int, now: datetime) -> list[ColumnElement[bool]]:
    is_open = col(Appeal.stage).in_(list(OPEN_STAGES))
    found: dict[str, list[ColumnElement[bool]]] = {
        "open": [is_open],
        "mine": [is_open, col(Appeal.assignee_id) == me],
        "free": [is_open, col(Appeal.assignee_id).is_(None)],
        "late": [is_open, _late(now)],
        "answered": [col(Appeal.stage) == Stage.ANSWERED],
    }
    return found.get(group, [])


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.kind:
        found.append(col(Appeal.kind) == asked.kind)
    if asked.channel:
        found.append(col(Appeal.channel) == asked.channel)
    if asked.branch_id:
        found.append(or_(col(Appeal.branch_id) == asked.branch_id, col(Appeal.branch_id).is_(None)))
    if asked.assignee_id:
        found.append(col(Appeal.assignee_id) == asked.assignee_id)
    told = (col(Appeal.number), col(Appeal.name), col(Appeal.phone), col(Appeal.email))
    return found + [or_(*(c.icontains(word, autoescape=True) for c in told)) for word in asked.text.split()]


def counts(session: Session, asked: Asked, me: int, now: datetime) -> dict[str, int]:
    """How many stand in each group under the other filters."""
    groups = ("open", "mine", "free", "late", "answered")
    columns: list[Any] = [func.count(case((and_(*_group(g, me, now)), 1))).label(g) for g in groups]
    query = sql_select(*columns, func.count().label("all")).select_from(Appeal).where(*_wanted(asked))
    row = session.execute(query).mappings().one()
    return {str(name): int(value) for name, value in row.items()}


def page(session: Session, asked: Asked, me: int, now: datetime, skip: int = 0) -> list[Row]:
    """PAGE lines, the least time left first; what nobody has to answer stands at the end, the newest first."""
    nearest = (
        select(func.min(Term.due_at))
        .where(Term.process == PROCESS, Term.subject_id == Appeal.id, Term.whose == "grid", col(Term.done_at).is_(None),
               col(Term.cancelled_at).is_(None), col(Term.paused_at).is_(None))
        .correlate(Appeal).scalar_subquery()
    )  # fmt: skip
    query = select(Appeal, AppealKind.title, User.name).join(AppealKind, col(AppealKind.code) == Appeal.kind)
    query = query.outerjoin(User, col(User.id) == Appeal.assignee_id).where(
        *_group(asked.group, me, now), *_wanted(asked)
    )
    query = query.order_by(nearest.asc().nulls_last(), col(Appeal.id).desc()).offset(skip).limit(PAGE)
    rows = session.exec(query).all()
    ids = [a.id or 0 for a, _, _ in rows]
    clock, call = _clocks(session, ids), _calls(session, ids)
    return [Row(a, kind, name or "", clock.get(a.id or 0), call.get(a.id or 0)) for a, kind, name in rows]


def _clocks(session: Session, ids: Sequence[int]) -> dict[int, Term]:
    """The nearest clock that runs, ours before the author's."""
    query = select(Term).where(
        Term.process == PROCESS, col(Term.subject_id).in_(ids), col(Term.done_at).is_(None), col(Term.cancelled_at).is_(None),
        col(Term.rule).in_(["AP-REVIEW", "AP-ANSWER", "AP-REPLY"]),
    )  # fmt: skip
    found: dict[int, Term] = {}
    for term in session.exec(query.order_by(col(Term.paused_at).is_(None), col(Term.due_at).desc())):
        found[term.subject_id] = term
    return found


def _calls(session: Session, ids: Sequence[int]) -> dict[int, AppealCall]:
    query = select(AppealCall).where(col(AppealCall.appeal_id).in_(ids), AppealCall.state == CallState.PROMISED)
    return {c.appeal_id: c for c in session.exec(query)}


def workers(session: Session, branch_id: int | None = None) -> dict[int, str]:
    """Who may answer: of the branch first."""
    query = select(User).where(col(User.role).in_(list(WORKERS)), User.active)
    order = query.order_by(col(User.branch_id).is_distinct_from(branch_id), col(User.name))
    return {u.id or 0: f"{u.name}, {u.post}" if u.post else u.name for u in session.exec(order)}


# ------------------------------------------------------------------------------------------------ calls
@dataclass(frozen=True)
class Promise:
    call: AppealCall
    appeal: Appeal
    kind: str
    assignee: str


def promises(session: Session, first: date, last: date) -> list[Promise]:
    """Calls of these days in their order, made ones too; of earlier days whatever was forgotten."""
    query = (
        select(AppealCall, Appeal, AppealKind.title, User.name)
        .join(Appeal, col(Appeal.id) == AppealCall.appeal_id)
        .join(AppealKind, col(AppealKind.code) == Appeal.kind)
        .outerjoin(User, col(User.id) == Appeal.assignee_id)
        .where(AppealCall.state != CallState.CANCELLED, AppealCall.on <= last)
        .where(or_(col(AppealCall.on) >= first, col(AppealCall.state) == CallState.PROMISED))
    )
    rows = session.exec(query.order_by(col(AppealCall.on), col(AppealCall.hours), col(AppealCall.id)))
    return [Promise(call, appeal, kind, name or "") for call, appeal, kind, name in rows]


def file(session: Session, file_id: int) -> AppealFile:
    """Raises NotFound; under row-level security also for a file of somebody else's appeal."""
    found = session.get(AppealFile, file_id)
    if found is None or session.get(Appeal, found.appeal_id) is None:
        raise NotFound
    return found


def kinds(session: Session, *, site: bool = False) -> list[AppealKind]:
    """What may be written about, in order. `site`: without a sign-in."""
    query = select(AppealKind).where(AppealKind.enabled)
    if site:
        query = query.where(AppealKind.on_site)
    return list(session.exec(query.order_by(AppealKind.seq)).all())  # type: ignore[arg-type]
