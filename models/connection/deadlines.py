"""Clocks of all cases in one list, the one that ends first in front, a page at a time; and what waits for somebody's word.

Read side: changes nothing. `board.py` is the same for one case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.connection import cards, queries
from models.connection.board import LAPSE_WORDS
from models.connection.contract import Override, OverrideState
from models.connection.sight import Clock
from models.connection.tables import PROCESS, Application
from models.people.tables import User
from models.process.keyset import After
from models.process.tables import Term
from models.process.terms import calendar, pressure

GROUPS = ("all", "50", "80", "100", "late")  # marks that were passed; `late`: the last day is over


@dataclass(frozen=True)
class Asked:
    """Which clocks. Empty: all of them. `group`: one of GROUPS."""

    whose: str = ""
    rule: str = ""
    branch_id: int | None = None
    engineer_id: int | None = None  # who wrote the conditions
    group: str = "all"


@dataclass(frozen=True)
class Row:
    """One clock with its case. `then`: what a lapse does; `mark`: 0, 50, 80 or 100."""

    term: Term
    case: Application
    clock: Clock
    then: str
    mark: int


@dataclass(frozen=True)
class Page:
    rows: Sequence[Row]
    after: After | None


_SHARE = "t.paused_at is null and not t.is_right and :now >= t.starts_at + (t.due_at - t.starts_at) * {mark} / 100"
_GROUP = {
    "all": "true",
    **{mark: _SHARE.format(mark=mark) for mark in ("50", "80", "100")},
    "late": "t.paused_at is null and not t.is_right and t.due_at <= :now",
}


def _where(asked: Asked, now: datetime) -> tuple[str, dict[str, Any]]:
    """(conditions over term t and connection c, their parameters)"""
    where = [
        "t.process = 'connection' and t.done_at is null and t.cancelled_at is null",
        "not (t.is_right and t.lapsed_at is not null)",
    ]
    facts: dict[str, Any] = {"now": now}
    for column, name, value in (
        ("t.whose", "whose", asked.whose),
        ("t.rule", "rule", asked.rule),
        ("c.branch_id", "branch", asked.branch_id),
    ):
        if value:
            where.append(f"{column} = :{name}")
            facts[name] = value
    if asked.engineer_id:
        where.append("exists (select 1 from conditions k where k.application_id = c.id and k.author_id = :engineer)")
        facts["engineer"] = asked.engineer_id
    return " and ".join(where), facts


def page(session: Session, asked: Asked, now: datetime, after: After | None = None, limit: int = 50) -> Page:
    """Running clocks and those that are late and not fulfilled, the last day first that comes first."""
    where, facts = _where(asked, now)
    if after is not None:
        where += " and (t.due_on, t.id) > (:after_day, :after_term)"
        facts |= {"after_day": after.due_on, "after_term": after.row_id}
    found = session.execute(
        text(f"""select t.id, t.due_on from term t join connection c on c.id = t.subject_id
                  where {where} and {_GROUP[asked.group]} order by t.due_on, t.id limit :limit"""),  # noqa: S608 - our own words
        {**facts, "limit": limit + 1},
    ).all()
    shown = found[:limit]
    ends = After(shown[-1].due_on, shown[-1].id) if len(found) > limit else None
    return Page(rows_of(session, [r.id for r in shown], now), ends)


def rows_of(session: Session, term_ids: Sequence[int], now: datetime) -> list[Row]:
    """These clocks in this order, each with its case."""
    query = (
        select(Term, Application)
        .join(Application, col(Application.id) == Term.subject_id)
        .where(col(Term.id).in_(list(term_ids)), Term.process == PROCESS)
    )
    found = {term.id: (term, case) for term, case in session.exec(query)}
    days = calendar(session)
    return [
        Row(
            term=term, case=case, clock=cards.clock(term, days, now, queries.zone_of(session, case)),
            then=LAPSE_WORDS.get(term.on_lapse, term.on_lapse), mark=pressure(term, now),
        )
        for term, case in (found[i] for i in term_ids)
    ]  # fmt: skip


def counts(session: Session, asked: Asked, now: datetime) -> Mapping[str, int]:
    """How many clocks each group holds, whatever group is asked for."""
    where, facts = _where(asked, now)
    columns = ", ".join(f'count(*) filter (where {how}) as "{group}"' for group, how in _GROUP.items())
    query = f"select {columns} from term t join connection c on c.id = t.subject_id where {where}"  # noqa: S608 - our own words
    row = session.execute(text(query), facts).one()
    return dict(row._mapping)


def everything(session: Session, asked: Asked, now: datetime, most: int = 5000) -> list[Row]:
    """All pages in one list, for a file; not more than `most`."""
    found: list[Row] = []
    after: After | None = None
    while len(found) < most:
        part = page(session, asked, now, after, limit=500)
        found += part.rows
        after = part.after
        if after is None:
            break
    return found[:most]


def rules(session: Session) -> dict[str, str]:
    """Rules that have a clock in the list, by name with their title."""
    found = session.execute(
        text("""select rule, min(title) as title from term where process = 'connection' and done_at is null
                   and cancelled_at is null group by rule order by rule""")
    )
    return {r.rule: r.title for r in found}


# ------------------------------------------------------------------------------------------------ what waits for a word
def unexplained(session: Session, branch_id: int | None, now: datetime, limit: int = 200) -> list[Row]:
    """Clocks of ours that have lapsed with no reason beside them, also those fulfilled since; the oldest first.

    The branch is asked for row by row: a join would read every case of the branch behind the wall before the limit."""
    found = session.execute(
        text("""select t.id from term t
                 where t.process = 'connection' and t.whose = 'grid' and not t.is_right and t.lapsed_at is not null
                   and t.late_code = '' and (cast(:branch as bigint) is null
                        or (select c.branch_id from connection c where c.id = t.subject_id) = :branch)
                 order by t.due_on, t.id limit :limit"""),
        {"branch": branch_id, "limit": limit},
    )
    return rows_of(session, [r.id for r in found], now)


@dataclass(frozen=True)
class Proposed:
    """Another last day that waits for the second person."""

    override: Override
    row: Row
    by: str


def proposed(session: Session, branch_id: int | None, now: datetime) -> list[Proposed]:
    """The oldest first."""
    query = (
        select(Override, User.name)
        .join(User, col(User.id) == Override.proposed_by)
        .join(Application, col(Application.id) == Override.application_id)
        .where(Override.state == OverrideState.PROPOSED)
    )
    if branch_id is not None:
        query = query.where(Application.branch_id == branch_id)
    found = list(session.exec(query.order_by(col(Override.id))))
    rows = {r.term.id: r for r in rows_of(session, [o.term_id for o, _name in found], now)}
    return [Proposed(o, rows[o.term_id], name) for o, name in found]
