"""Read side of the rule book: what is in force, the editions of one rule with who, when and why, and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from models.appeal.tables import AppealKind
from models.people.access_tables import RetentionRule
from models.people.tables import User
from models.process.tables import CalendarOverride
from models.rulebook import editions
from models.rulebook.editions import BOOKS
from models.rulebook.tables import ChangeState, Kind, RuleChange


@dataclass(frozen=True)
class Line:
    """One rule as a list shows it: the edition of the day, the next one if it is planned, and whether a change waits."""

    code: str
    now: Any | None
    next: Any | None
    last: Any  # the last edition there is, also one that is over
    waits: RuleChange | None


@dataclass(frozen=True)
class Told:
    """One edition with its story; `change` is empty for what came with the program."""

    row: Any
    last: date | None
    change: RuleChange | None


def lines(session: Session, kind: Kind, day: date) -> list[Line]:
    """Every rule of a kind, by its name."""
    table: Any = BOOKS[kind].table
    query = select(table).order_by(*(col(getattr(table, c)) for c in BOOKS[kind].key), col(table.valid_from))
    found: dict[str, list[Any]] = {}
    for row in session.exec(query):
        found.setdefault(editions.code_of(kind, row), []).append(row)
    open_ = {c.code: c for c in waiting(session) if c.kind == kind}
    return [
        Line(
            code, editions.on(rows, day), next((r for r in rows if r.valid_from > day), None), rows[-1], open_.get(code)
        )
        for code, rows in found.items()
    ]


def story(session: Session, kind: Kind, code: str) -> list[Told]:
    """The editions of one rule, the newest first, each with the change that made it."""
    rows = list(editions.of(session, kind, code))
    made = {c.valid_from: c for c in changes(session, kind, code) if c.state == ChangeState.CONFIRMED}
    told = [
        Told(row, editions.last_day(row, after), made.get(row.valid_from))
        for row, after in zip(rows, [*rows[1:], None], strict=False)
    ]
    return told[::-1]


def changes(session: Session, kind: Kind | None = None, code: str = "", limit: int = 200) -> Sequence[RuleChange]:
    """What was proposed, the newest first."""
    query = select(RuleChange)
    if kind is not None:
        query = query.where(RuleChange.kind == kind)
    if code:
        query = query.where(RuleChange.code == code)
    return session.exec(query.order_by(col(RuleChange.id).desc()).limit(limit)).all()


def waiting(session: Session) -> Sequence[RuleChange]:
    """What waits for the second person, the oldest first."""
    query = select(RuleChange).where(RuleChange.state == ChangeState.PROPOSED)
    return session.exec(query.order_by(col(RuleChange.id))).all()


def overridden(session: Session, since: date) -> Sequence[CalendarOverride]:
    """Days that differ from the country's calendar, from `since` on."""
    query = select(CalendarOverride).where(CalendarOverride.day >= since)
    return session.exec(query.order_by(col(CalendarOverride.day))).all()


def titles(session: Session) -> dict[str, str]:
    """What codes mean that stand in rows: of what is kept, and of kinds of appeals."""
    kept = session.exec(select(RetentionRule.name, RetentionRule.title)).all()
    return dict(kept) | dict(session.exec(select(AppealKind.code, AppealKind.title)).all())


def names(session: Session, found: Sequence[RuleChange]) -> dict[int, str]:
    """Names of whoever proposed and decided."""
    ids = {u for c in found for u in (c.proposed_by, c.decided_by) if u}
    return {u.id or 0: u.name for u in session.exec(select(User).where(col(User.id).in_(ids)))}
