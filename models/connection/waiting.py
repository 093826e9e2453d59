"""The desk's queue: open cases, the one with the least time left first, a page at a time. Read from stays, never counted anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.connection import search
from models.connection.tables import Application, Stage
from models.people.tables import User
from models.process.actor import Role
from models.process.keyset import After
from models.process.terms import calendar

GROUPS = ("all", "late", "soon", "client")
CLIENT = (Stage.AWAITING_INFO, Stage.OFFER_PLACED, Stage.CONTRACT_SENT)  # the applicant has the turn


@dataclass(frozen=True)
class Wish:
    """Which part of the queue. `engineer_id`: who wrote the conditions; `words`: as in the search; `group`: one of GROUPS."""

    stages: tuple[str, ...]
    branch_id: int | None = None
    engineer_id: int | None = None
    group: str = "all"
    words: str = ""


@dataclass(frozen=True)
class Page:
    """Cases in their order, and where the next page begins; None at the end."""

    cases: Sequence[Application]
    after: After | None


_LATE = "(s.ours_due_at < :now or s.due_at < :now)"
_GROUP = {
    "all": "true",
    "late": _LATE,
    "soon": f"(s.due_on <= :near and s.due_at is not null and not coalesce({_LATE}, false))",
    "client": """(s.stage = any(:client) or (s.stage = 'EXECUTION' and exists (select 1 from connection c
                   where c.id = s.application_id and c.grid_works_done_at is not null and c.own_works_done_at is null)))""",
}


def _facts(session: Session, wish: Wish, now: datetime, zone: ZoneInfo) -> tuple[str, dict[str, object]]:
    """(conditions over stay s, their parameters)"""
    facts: dict[str, object] = {
        "stages": [str(s) for s in wish.stages], "branch": wish.branch_id, "now": now, "client": [str(s) for s in CLIENT],
        "near": calendar(session).after_working_days(now.astimezone(zone).date(), 1),
    }  # fmt: skip
    where = (
        "s.left_at is null and s.stage = any(:stages) and (cast(:branch as bigint) is null or s.branch_id = :branch)"
    )
    if wish.engineer_id is not None:
        where += " and s.application_id in (select k.application_id from conditions k where k.author_id = :engineer)"
        facts["engineer"] = wish.engineer_id
    for number, word in enumerate(search.plain(wish.words)):
        where += f" and exists (select 1 from connection_search f where f.application_id = s.application_id and f.words like :word{number})"  # noqa: S608 - a number
        facts[f"word{number}"] = search.pattern(word)
    return where, facts


def page(
    session: Session, wish: Wish, now: datetime, zone: ZoneInfo, after: After | None = None, limit: int = 50
) -> Page:
    """Cases without a clock stand last."""
    where, facts = _facts(session, wish, now, zone)
    if after is not None:
        where += " and (s.due_on, s.application_id) > (:after_day, :after_case)"
        facts |= {"after_day": after.due_on, "after_case": after.row_id}
    rows = session.execute(
        text(f"""select s.application_id as id, s.due_on from stay s where {where} and {_GROUP[wish.group]}
                 order by s.due_on, s.application_id limit :limit"""),  # noqa: S608 - our own words
        {**facts, "limit": limit + 1},
    ).all()
    shown = rows[:limit]
    cases = {c.id: c for c in session.exec(select(Application).where(col(Application.id).in_([r.id for r in shown])))}
    ends = After(shown[-1].due_on, shown[-1].id) if len(rows) > limit else None
    return Page([cases[r.id] for r in shown], ends)


def counts(session: Session, wish: Wish, now: datetime, zone: ZoneInfo) -> dict[str, int]:
    """How many cases each group holds, whatever group is wished."""
    where, facts = _facts(session, replace(wish, group="all"), now, zone)
    asked = ", ".join(f'count(*) filter (where {how}) as "{group}"' for group, how in _GROUP.items())
    row = session.execute(text(f"select {asked} from stay s where {where}"), facts).one()  # noqa: S608 - our own words
    return dict(row._mapping)


def engineers(session: Session, branch_id: int | None) -> dict[int, str]:
    """Who may be asked for: engineers of the branch, or all of them, by name."""
    query = select(User).where(User.role == Role.ENGINEER, User.active)
    if branch_id is not None:
        query = query.where((col(User.branch_id) == branch_id) | col(User.branch_id).is_(None))
    return {u.id or 0: u.name for u in session.exec(query.order_by(col(User.name)))}


def everything(session: Session, wish: Wish, now: datetime, zone: ZoneInfo, most: int = 5000) -> list[Application]:
    """All pages in one list, for a file; not more than `most`."""
    found: list[Application] = []
    after: After | None = None
    while len(found) < most:
        part = page(session, wish, now, zone, after, limit=500)
        found += part.cases
        after = part.after
        if after is None:
            break
    return found[:most]
