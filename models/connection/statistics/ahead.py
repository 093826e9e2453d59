"""What comes: terms by week, what will be late if work goes on as usual, what lateness costs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.connection.moves import TABLE, WORKS
from models.connection.statistics.passing import StageTime
from models.connection.statistics.sliced import MINE
from models.connection.tables import CLOSED_STAGES, MAIN_LINE, OPEN_STAGES, PROCESS, UNDER_CONTRACT, Application, Stage
from models.process.tables import Term
from models.process.terms import calendar
from models.process.workdays import end_of_day

NOT_OURS = ("TU-EXP", "TP-05", "TP-05A")  # clocks that do not hurry this desk
DAY = timedelta(days=1)


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
    rows = session.execute(
        text(f"""select s.application_id, s.ours_rule from stay s where s.left_at is null and s.stage = any(:open)
                 and s.ours_due_at < :now and {MINE} order by s.ours_due_at, s.application_id limit :limit"""),  # noqa: S608
        {"open": [str(s) for s in OPEN_STAGES], "now": now, "limit": limit, "branch": branch_id, "category": ""},
    )
    found = []
    for row in rows:
        query = select(Term).where(
            Term.process == PROCESS, Term.subject_id == row.application_id, Term.rule == row.ours_rule
        )
        term = session.exec(query.where(col(Term.done_at).is_(None)).order_by(col(Term.due_at))).first()
        case = session.get(Application, row.application_id)
        if case and term:
            found.append((case, term))
    return found


# ------------------------------------------------------------------------------------------------ what will be late
@dataclass(frozen=True)
class Risk:
    """Terms of ours that end on this day: how many there are, how many will be late if each further stage takes as long as
    half of the cases needed, and how many if as long as four of five needed."""

    day: date
    due: int
    likely: int
    possible: int


def ends_at(rule: str) -> Stage | None:
    """The last stage of the line on which somebody fulfils this clock: by the table of moves."""
    found = [s for s in MAIN_LINE for m in TABLE if rule in m.ends and s in m.sources and m.target not in CLOSED_STAGES]
    return found[-1] if found else None


def remaining(rule: str, stage: str, times: dict[str, StageTime], most: bool) -> float:
    """Days from entering `stage` to the end of this clock's stage, along the line, if every stage takes its usual time."""
    last = ends_at(rule)
    if last is None or stage not in MAIN_LINE:
        return 0.0
    ahead = MAIN_LINE[MAIN_LINE.index(Stage(stage)) : MAIN_LINE.index(last) + 1]
    usual = [times[s] for s in ahead if s in times and s not in (Stage.DISAGREEMENT, Stage.AWAITING_INFO)]
    return sum(t.most if most else t.half for t in usual)


def risks(
    session: Session, now: datetime, zone: ZoneInfo, times: dict[str, StageTime], days: int = 10,
    branch_id: int | None = None, category: str = "",
) -> list[Risk]:  # fmt: skip
    """The next working days, each with its terms. `times`: of a past stretch, long enough to be usual."""
    today = now.astimezone(zone).date()
    known = calendar(session)
    ahead = [known.after_working_days(today, n) for n in range(1, days + 1)]
    rows = session.execute(
        text(f"""
        select cast(s.ours_due_at - interval '1 second' as date) as day, s.ours_rule, s.stage, s.ours_due_at, s.entered_at
          from stay s where s.left_at is null and s.stage = any(:open) and s.ours_due_at >= :now and s.ours_due_at <= :end
           and s.ours_rule <> all(:others) and {MINE}"""),  # noqa: S608
        {
            "open": [str(s) for s in OPEN_STAGES], "now": now, "end": end_of_day(ahead[-1], zone), "others": list(NOT_OURS),
            "branch": branch_id, "category": category,
        },
    ).all()  # fmt: skip
    return _by_day(rows, now, zone, times, [today, *ahead])


def _by_day(rows: "object", now: datetime, zone: ZoneInfo, times: dict[str, StageTime], days: list[date]) -> list[Risk]:
    counted = {day: [0, 0, 0] for day in days}
    spans: dict[tuple[str, str, bool], float] = {}
    for r in rows:  # type: ignore[attr-defined]
        day = (r.ours_due_at - timedelta(seconds=1)).astimezone(zone).date()
        row = counted.setdefault(day, [0, 0, 0])
        row[0] += 1
        for place, most in ((1, False), (2, True)):
            key = (r.ours_rule, r.stage, most)
            if key not in spans:
                spans[key] = remaining(*key[:2], times, most)
            row[place] += max(now, r.entered_at + DAY * spans[key]) > r.ours_due_at
    return [Risk(day, *counts) for day, counts in sorted(counted.items())]


# ------------------------------------------------------------------------------------------------ what lateness costs
@dataclass(frozen=True)
class Penalties:
    """Неустойка of the grid company for works not done in time: cases late now, roubles so far, roubles a further day costs,
    and contracts whose works end within the next ten working days with what each day after it would cost."""

    cases: int
    roubles: Decimal
    daily: Decimal
    near_cases: int
    near_daily: Decimal


def penalties(
    session: Session, now: datetime, zone: ZoneInfo, percent: Decimal, branch_id: int | None = None, category: str = ""
) -> Penalties:
    """`percent` of the whole fee a day, without a cap. Source: ПП 861, п. 16 в); row TU-PEN."""
    horizon = end_of_day(calendar(session).after_working_days(now.astimezone(zone).date(), 10), zone)
    found = session.execute(
        text(f"""
        with due as materialized (
            select t.due_at, greatest(cast(:today as date) - t.due_on, 0) as days, i.total
              from stay s join term t on t.process = 'connection' and t.subject_id = s.application_id and t.rule = any(:works)
               and t.done_at is null and t.cancelled_at is null and t.paused_at is null and t.due_at <= :horizon
              join lateral (select i.total from invoice i where i.application_id = s.application_id and i.annulled_at is null
                             order by i.version desc limit 1) i on true
             where s.left_at is null and s.stage = any(:stages) and {MINE})
        select count(*) filter (where due_at < :now) as cases,
               coalesce(sum(round(total * :percent / 100 * days, 2)) filter (where due_at < :now), 0) as roubles,
               coalesce(sum(round(total * :percent / 100, 2)) filter (where due_at < :now), 0) as daily,
               count(*) filter (where due_at >= :now) as near_cases,
               coalesce(sum(round(total * :percent / 100, 2)) filter (where due_at >= :now), 0) as near_daily from due"""),  # noqa: S608
        {
            "now": now, "today": now.astimezone(zone).date(), "horizon": horizon, "works": list(WORKS), "percent": percent,
            "stages": [str(s) for s in UNDER_CONTRACT], "branch": branch_id, "category": category,
        },
    ).one()  # fmt: skip
    return Penalties(found.cases, found.roubles, found.daily, found.near_cases, found.near_daily)
