"""How work went in a stretch of time: times at stages, terms kept, ways between stages, why cases ended. Calendar days."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from models.connection.statistics.sliced import MINE, Slice, hashed
from models.connection.tables import CLOSED_STAGES

_WENT = f"s.left_at > :since and s.left_at <= :until and {MINE}"
_DAYS = "date_part('epoch', s.left_at - s.entered_at)"  # seconds; extract() would give numeric, three times as slow


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
    """Stage → figures of the cases that left it. Stays of the same hundredth of a day are counted together first: a year
    is some hundred thousand stays and a tenth of that in hundredths."""
    with hashed(session):
        rows = session.execute(text(_TIMES), of.facts).all()
    return {r.stage: StageTime(r.kept, r.broken, r.left, *_shares(r.left, r.below, r.above)) for r in rows}


_SHARES = (0.5, 0.8, 0.9)
_AT = ", ".join(f"min(span) filter (where upto > {{edge}}({share} * (whole - 1)))" for share in _SHARES)
_TIMES = f"""
    with spans as materialized (
        select s.stage, cast({_DAYS} / 864 as int) as span, count(*) as n, sum(s.kept) as kept, sum(s.broken) as broken
          from stay s where {_WENT} group by 1, 2),
    ranked as (
        select *, sum(n) over (partition by stage order by span) as upto, sum(n) over (partition by stage) as whole
          from spans)
    select stage, cast(max(whole) as int) as left, sum(kept) as kept, sum(broken) as broken,
           array[{_AT.format(edge="floor")}] as below, array[{_AT.format(edge="ceil")}] as above
      from ranked group by 1"""  # noqa: S608 - our own words


def _shares(count: int, below: Sequence[int], above: Sequence[int]) -> list[float]:
    """Days that half, four of five, nine of ten needed: between the two stays next to that place, as percentile_cont."""
    places = [share * (count - 1) % 1 for share in _SHARES]
    return [round((low + (high - low) * part) / 100, 2) for low, high, part in zip(below, above, places, strict=True)]


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
