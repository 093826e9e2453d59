"""Numbers of the manager's wall and lists that cross cases: plain selects, a handful however many cases there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import or_, text
from sqlmodel import Session, col, func, select

from models.connection.tables import CLOSED_STAGES, OPEN_STAGES, PROCESS, Application, Stage
from models.people.tables import Audit
from models.process.tables import Term
from models.process.terms import calendar
from models.process.workdays import end_of_day

MONTH = timedelta(days=30)
NOT_OURS = ("TU-EXP", "TP-05", "TP-05A")  # clocks that do not hurry this desk
_OURS = """t.process = 'connection' and t.subject_id = c.id and t.whose = 'grid' and not t.is_right
           and t.done_at is null and t.cancelled_at is null and t.paused_at is null and t.rule <> all(:others)"""


@dataclass(frozen=True)
class StageCount:
    """Open cases at a stage; `late` has a term of ours that has passed, `soon` one that ends within two working days."""

    open: int
    late: int
    soon: int


def _edges(session: Session, now: datetime, zone: ZoneInfo) -> dict[str, object]:
    near = calendar(session).after_working_days(now.astimezone(zone).date(), 2)
    return {"now": now, "near": end_of_day(near, zone), "others": list(NOT_OURS), "open": [str(s) for s in OPEN_STAGES]}


def _counted(session: Session, by: str, now: datetime, zone: ZoneInfo, branch_id: int | None) -> dict[str, StageCount]:
    query = f"""
        select key, count(*) as open, count(*) filter (where due < :now) as late,
               count(*) filter (where due >= :now and due <= :near) as soon
          from (select c.{by} as key, (select min(t.due_at) from term t where {_OURS}) as due
                  from connection c
                 where c.stage = any(:open) and (cast(:branch as bigint) is null or c.branch_id = :branch)) as found
         group by key"""  # noqa: S608 - `by` is one of our two names
    rows = session.execute(text(query), _edges(session, now, zone) | {"branch": branch_id})
    return {str(r.key): StageCount(r.open, r.late, r.soon) for r in rows}


def by_stage(session: Session, now: datetime, zone: ZoneInfo, branch_id: int | None = None) -> dict[str, StageCount]:
    """Stage → how many cases; stages without cases are left out."""
    return _counted(session, "stage", now, zone, branch_id)


def by_branch(session: Session, now: datetime, zone: ZoneInfo) -> dict[int, StageCount]:
    return {int(k): v for k, v in _counted(session, "branch_id", now, zone, None).items()}


@dataclass(frozen=True)
class Passage:
    """How cases go through a stage: calendar days that half of them need, and how many left it lately."""

    median_days: float
    moved: int


def passages(session: Session, now: datetime, branch_id: int | None = None) -> dict[str, Passage]:
    """From the history of the last twelve months; `moved` counts the last 30 days."""
    rows = session.execute(
        text("""
        with step as (
            select h.stage_before, h.at, lag(h.at) over (partition by h.subject_id order by h.seq) as entered
              from history h join connection c on c.id = h.subject_id
             where h.process = 'connection' and h.stage_before <> h.stage_after
               and (cast(:branch as bigint) is null or c.branch_id = :branch))
        select stage_before, count(*) filter (where at > :month and at <= :now) as moved,
               percentile_cont(0.5) within group (order by extract(epoch from at - entered)) / 86400 as days
          from step where entered is not null and at > :year and at <= :now group by 1"""),
        {"now": now, "month": now - MONTH, "year": now - timedelta(days=365), "branch": branch_id},
    )
    return {r.stage_before: Passage(float(r.days), r.moved) for r in rows}


def exits(session: Session, now: datetime, branch_id: int | None = None) -> dict[tuple[str, str], int]:
    """(stage left, way out) → cases of the last 30 days."""
    rows = session.execute(
        text("""
        select h.stage_before, h.stage_after, count(*) as n from history h join connection c on c.id = h.subject_id
         where h.process = 'connection' and h.stage_after = any(:closed) and h.stage_before <> h.stage_after
           and h.at > :month and h.at <= :now and (cast(:branch as bigint) is null or c.branch_id = :branch)
         group by 1, 2"""),
        {"now": now, "month": now - MONTH, "closed": [str(s) for s in CLOSED_STAGES], "branch": branch_id},
    )
    return {(r.stage_before, r.stage_after): r.n for r in rows}


@dataclass(frozen=True)
class Flow:
    """What came and went. `kept`: completed without one late term of ours. Offer days are working days, a median."""

    opened_week: int
    closed_week: int
    completed: int
    kept: int
    offers: int
    offer_days: float | None


def flow(session: Session, now: datetime, zone: ZoneInfo, branch_id: int | None = None) -> Flow:
    found = session.execute(
        text("""
        select count(*) filter (where c.registered_at > :week and c.registered_at <= :now) as opened_week,
               count(*) filter (where c.ended_at > :week and c.ended_at <= :now) as closed_week,
               count(*) filter (where c.stage = 'COMPLETED' and c.papers_placed_at > :month) as completed,
               count(*) filter (where c.stage = 'COMPLETED' and c.papers_placed_at > :month and not exists (
                   select 1 from term t where t.process = 'connection' and t.subject_id = c.id and t.whose = 'grid'
                      and not t.is_right and t.cancelled_at is null
                      and coalesce(t.done_at, t.lapsed_at, t.due_at) > t.due_at)) as kept
          from connection c where cast(:branch as bigint) is null or c.branch_id = :branch"""),
        {"now": now, "week": now - timedelta(days=7), "month": now - MONTH, "branch": branch_id},
    ).one()
    days = _offer_days(session, now, zone, branch_id)
    usual = float(median(days)) if days else None
    return Flow(found.opened_week, found.closed_week, found.completed, found.kept, len(days), usual)


def _offer_days(session: Session, now: datetime, zone: ZoneInfo, branch_id: int | None) -> list[int]:
    """Working days from registration to the offer, for the offers of the last 30 days."""
    query = select(Application.registered_at, Application.offer_placed_at).where(
        col(Application.offer_placed_at) > now - MONTH, col(Application.registered_at).is_not(None)
    )
    if branch_id is not None:
        query = query.where(Application.branch_id == branch_id)
    days = calendar(session)
    pairs = session.exec(query.limit(2000)).all()
    return [days.working_days_left(a.astimezone(zone).date(), b.astimezone(zone).date()) for a, b in pairs if a and b]


@dataclass(frozen=True)
class Week:
    """Terms of ours that end in the week that begins on this Monday."""

    monday: date
    due: int


def forecast(session: Session, today: date, weeks: int = 6, branch_id: int | None = None) -> list[Week]:
    """Clocks that run now, by the week of their last day; this week and the next ones."""
    first = today - timedelta(days=today.weekday())
    rows = session.execute(
        text("""
        select (t.due_on - cast(:first as date)) / 7 as week, count(*) as n
          from term t join connection c on c.id = t.subject_id
         where t.process = 'connection' and t.whose = 'grid' and not t.is_right and t.rule <> all(:others)
           and t.done_at is null and t.lapsed_at is null and t.cancelled_at is null and t.paused_at is null
           and t.due_on >= :today and t.due_on < cast(:first as date) + 7 * :weeks
           and (cast(:branch as bigint) is null or c.branch_id = :branch)
         group by 1"""),
        {"first": first, "today": today, "weeks": weeks, "others": list(NOT_OURS), "branch": branch_id},
    )
    found = {int(r.week): int(r.n) for r in rows}
    return [Week(first + timedelta(weeks=n), found.get(n, 0)) for n in range(weeks)]


def kept_weekly(session: Session, now: datetime, weeks: int = 12) -> float | None:
    """Terms of ours fulfilled in a usual week: the median of the last weeks; nothing before there are any."""
    rows = session.execute(
        text("""
        select floor(extract(epoch from cast(:now as timestamptz) - t.done_at) / 604800) as week, count(*) as n from term t
         where t.process = 'connection' and t.whose = 'grid' and not t.is_right and t.rule <> all(:others)
           and t.done_at > :since and t.done_at <= :now group by 1"""),
        {"now": now, "since": now - timedelta(weeks=weeks), "others": list(NOT_OURS)},
    )
    counts = [int(r.n) for r in rows]
    return float(median(counts)) if counts else None


def longest_late(
    session: Session, now: datetime, limit: int = 5, branch_id: int | None = None
) -> list[tuple[Application, Term]]:
    """Open cases whose term of ours passed first, each once."""
    query = (
        select(Application, Term)
        .join(Term, (col(Term.subject_id) == Application.id) & (col(Term.process) == PROCESS))
        .where(col(Application.stage).in_(list(OPEN_STAGES)), Term.whose == "grid", col(Term.is_right).is_(False))
        .where(col(Term.rule).not_in(NOT_OURS), col(Term.done_at).is_(None), col(Term.cancelled_at).is_(None))
        .where(col(Term.paused_at).is_(None), col(Term.due_at) < now)
    )
    if branch_id is not None:
        query = query.where(Application.branch_id == branch_id)
    found: dict[int, tuple[Application, Term]] = {}
    for case, term in session.exec(query.order_by(col(Term.due_at)).limit(limit * 4)).all():
        found.setdefault(case.id or 0, (case, term))
    return list(found.values())[:limit]


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


def find(session: Session, words: str, limit: int = 50) -> Sequence[Application]:
    """Cases of every branch and stage by a part of number, name or address, newest first; drafts stay with their authors."""
    like = "%" + words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    query = (
        select(Application)
        .where(Application.stage != Stage.DRAFT)
        .where(
            or_(
                col(Application.number).ilike(like),
                func.jsonb_extract_path_text(Application.person, "name").ilike(like),
                col(Application.object_address).ilike(like),
            )
        )
    )
    return session.exec(query.order_by(col(Application.id).desc()).limit(limit)).all()


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
