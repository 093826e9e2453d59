"""How work went in a stretch of time: times at stages, terms kept, ways between stages, why cases ended. Calendar days."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from models.connection.statistics.sliced import MINE, Slice, roomy
from models.connection.tables import CLOSED_STAGES

_WENT = f"s.left_at > :since and s.left_at <= :until and {MINE}"
_DAYS = "cast(extract(epoch from s.left_at - s.entered_at) as float8)"  # numeric sorts three times as long


@dataclass(frozen=True)
class Kept:
    """Terms of the grid company that were fulfilled: in time and late."""

    kept: int
    broken: int

    @property
    def share(self) -> float | None:
        """0…1; nothing when no term was fulfilled."""
        return self.kept / (self.kept + self.broken) if self.kept + self.broken else None


@dataclass(frozen=True)
class StageTime(Kept):
    """Cases that left a stage, the days that half, four of five and nine of ten of them needed."""

    left: int
    half: float
    most: float
    nearly: float


def times(session: Session, of: Slice) -> dict[str, StageTime]:
    """Stage → figures of the cases that left it."""
    roomy(session)
    rows = session.execute(
        text(f"""
        select s.stage, count(*) as left, sum(s.kept) as kept, sum(s.broken) as broken,
               percentile_cont(array[0.5, 0.8, 0.9]) within group (order by {_DAYS}) as days
          from stay s where {_WENT} group by 1"""),  # noqa: S608 - our own words
        of.facts,
    )
    return {r.stage: StageTime(r.kept, r.broken, r.left, *(round(d / 86400, 2) for d in r.days)) for r in rows}


def kept_by_branch(session: Session, of: Slice) -> dict[int, Kept]:
    query = (
        f"select s.branch_id as key, sum(s.kept) as kept, sum(s.broken) as broken from stay s where {_WENT} group by 1"  # noqa: S608
    )
    return {int(r.key): Kept(r.kept, r.broken) for r in session.execute(text(query), of.facts)}


@dataclass(frozen=True)
class Person(Kept):
    """One engineer: the stays that he ended and how long half of them took."""

    name: str
    ended: int
    half: float


def engineers(session: Session, of: Slice, limit: int = 50) -> list[Person]:
    """Who ended stages as an engineer, the one who ended most first."""
    rows = session.execute(
        text(f"""
        select u.name, e.ended, e.kept, e.broken, e.half from (
            select s.actor_id, count(*) as ended, sum(s.kept) as kept, sum(s.broken) as broken,
                   percentile_cont(0.5) within group (order by {_DAYS}) / 86400 as half
              from stay s where {_WENT} and s.actor_role = 'ENGINEER' group by 1) e
          join app_user u on u.id = e.actor_id order by e.ended desc, u.name limit :limit"""),  # noqa: S608
        {**of.facts, "limit": limit},
    )
    return [Person(r.kept, r.broken, r.name, r.ended, round(float(r.half), 2)) for r in rows]


def ways(session: Session, of: Slice) -> dict[tuple[str, str], int]:
    """(from, to) → how many cases went this way."""
    query = f"select s.stage, s.stage_after, count(*) as n from stay s where {_WENT} group by 1, 2"  # noqa: S608
    return {(r.stage, r.stage_after): r.n for r in session.execute(text(query), of.facts)}


def funnel(session: Session, of: Slice) -> dict[str, int]:
    """Of the applications that came in this time: how many have reached each stage by now."""
    query = f"""
        with came as materialized (select s.application_id from stay s
             where s.stage = 'SUBMITTED' and s.entered_at > :since and s.entered_at <= :until and {MINE})
        select p.stage, count(distinct p.application_id) as n from came join stay p using (application_id) group by 1"""  # noqa: S608
    return {r.stage: r.n for r in session.execute(text(query), of.facts)}


@dataclass(frozen=True)
class Cause:
    """Why cases ended without a connection: the way out, the words of whoever decided, how many."""

    way: str
    reason: str
    cases: int


def causes(session: Session, of: Slice, limit: int = 12) -> list[Cause]:
    """Returns, redirections, withdrawals, annulments and terminations, the most frequent first."""
    rows = session.execute(
        text(f"""
        with gone as materialized (select s.application_id, s.left_at, s.stage_after from stay s
             where {_WENT} and s.stage_after = any(:closed))
        select g.stage_after as way, coalesce(h.reason, '') as reason, count(*) as n
          from gone g left join history h on h.process = 'connection' and h.subject_id = g.application_id
               and h.at = g.left_at and h.stage_after = g.stage_after and h.stage_before <> h.stage_after
         group by 1, 2 order by 3 desc, 1, 2 limit :limit"""),  # noqa: S608
        {**of.facts, "closed": [str(s) for s in CLOSED_STAGES], "limit": limit},
    )
    return [Cause(r.way, r.reason, r.n) for r in rows]
