"""Where open cases stand now, what is late among them, and what came and went. Read from stays: one index, no history."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

from models.connection.statistics.sliced import HALF_YEAR, MINE, MONTH, Slice, roomy
from models.connection.tables import CLOSED_STAGES, OPEN_STAGES
from models.process.terms import calendar
from models.process.workdays import end_of_day

OPEN = [str(s) for s in OPEN_STAGES]


@dataclass(frozen=True)
class StageCount:
    """Open cases at a stage; `late` has a term of ours that has passed, `soon` one that ends within two working days."""

    open: int
    late: int
    soon: int


def _counted(
    session: Session, by: str, now: datetime, zone: ZoneInfo, branch_id: int | None, category: str
) -> dict[str, StageCount]:
    near = calendar(session).after_working_days(now.astimezone(zone).date(), 2)
    query = f"""
        select s.{by} as key, count(*) as open, count(*) filter (where s.ours_due_at < :now) as late,
               count(*) filter (where s.ours_due_at >= :now and s.ours_due_at <= :near) as soon
          from stay s where s.left_at is null and s.stage = any(:open) and {MINE} group by 1"""  # noqa: S608 - our names
    facts = {"now": now, "near": end_of_day(near, zone), "open": OPEN, "branch": branch_id, "category": category}
    rows = session.execute(text(query), facts)
    return {str(r.key): StageCount(r.open, r.late, r.soon) for r in rows}


def by_stage(
    session: Session, now: datetime, zone: ZoneInfo, branch_id: int | None = None, category: str = ""
) -> dict[str, StageCount]:
    """Stage → how many cases; stages without cases are left out."""
    return _counted(session, "stage", now, zone, branch_id, category)


def by_branch(session: Session, now: datetime, zone: ZoneInfo, category: str = "") -> dict[int, StageCount]:
    return {int(k): v for k, v in _counted(session, "branch_id", now, zone, None, category).items()}


@dataclass(frozen=True)
class Passage:
    """How cases go through a stage: calendar days that half of them need, and how many left it lately."""

    median_days: float
    moved: int


def passages(session: Session, now: datetime, branch_id: int | None = None) -> dict[str, Passage]:
    """Median of the last half-year; `moved` counts the last 30 days."""
    roomy(session)
    rows = session.execute(
        text(f"""
        select s.stage, count(*) filter (where s.left_at > :month) as moved,
               percentile_cont(0.5) within group (order by date_part('epoch', s.left_at - s.entered_at)) / 86400 as days
          from stay s where s.left_at > :since and s.left_at <= :until and {MINE} group by 1"""),  # noqa: S608
        {"month": now - MONTH, **Slice(now - HALF_YEAR, now, branch_id).facts},
    )
    return {r.stage: Passage(float(r.days), r.moved) for r in rows}


def exits(session: Session, now: datetime, branch_id: int | None = None) -> dict[tuple[str, str], int]:
    """(stage left, way out) → cases of the last 30 days."""
    rows = session.execute(
        text(f"""
        select s.stage, s.stage_after, count(*) as n from stay s
         where s.left_at > :since and s.left_at <= :until and s.stage_after = any(:closed) and {MINE} group by 1, 2"""),  # noqa: S608
        {"closed": [str(s) for s in CLOSED_STAGES], **Slice(now - MONTH, now, branch_id).facts},
    )
    return {(r.stage, r.stage_after): r.n for r in rows}


@dataclass(frozen=True)
class Flow:
    """What came and went. `kept`: completed without one late term of ours. Offer days are working days, a median."""

    opened_week: int
    closed_week: int
    completed: int
    kept: int
    offers: int
    offer_days: float | None


def flow(session: Session, now: datetime, zone: ZoneInfo, branch_id: int | None = None, category: str = "") -> Flow:
    """The last week and the last 30 days."""
    slice_ = Slice(now - MONTH, now, branch_id, category)
    found = session.execute(
        text(f"""
        with gone as materialized (
            select s.application_id, s.left_at, s.stage, s.stage_after from stay s
             where s.left_at > :since and s.left_at <= :until and {MINE}
               and (s.stage_after = any(:closed) or s.stage_after in ('COMPLETED', 'CHECKING'))),
        ready as (select application_id from gone where stage_after = 'COMPLETED')
        select (select count(*) from gone where left_at > :week and stage_after <> 'CHECKING') as closed_week,
               (select count(*) from gone where left_at > :week and stage = 'SUBMITTED' and stage_after = 'CHECKING') as opened_week,
               (select count(*) from ready) as completed,
               (select count(*) from ready r where not exists (
                   select 1 from stay p where p.application_id = r.application_id and p.broken > 0)) as kept"""),  # noqa: S608
        {"week": now - timedelta(days=7), "closed": [str(s) for s in CLOSED_STAGES], **slice_.facts},
    ).one()
    days = _offer_days(session, slice_, zone)
    usual = float(median(days)) if days else None
    return Flow(found.opened_week, found.closed_week, found.completed, found.kept, len(days), usual)


def _offer_days(session: Session, of: Slice, zone: ZoneInfo) -> list[int]:
    """Working days from registration to the offer, for the offers of this time."""
    rows = session.execute(
        text(f"""
        select distinct c.id, c.registered_at, c.offer_placed_at from stay s join connection c on c.id = s.application_id
         where s.left_at > :since and s.left_at <= :until and s.stage_after in ('OFFER_PLACED', 'CONTRACT_SENT') and {MINE}
           and c.registered_at is not null and c.offer_placed_at is not null limit 2000"""),  # noqa: S608
        of.facts,
    )
    days = calendar(session)
    return [
        days.working_days_left(r.registered_at.astimezone(zone).date(), r.offer_placed_at.astimezone(zone).date())
        for r in rows
    ]
