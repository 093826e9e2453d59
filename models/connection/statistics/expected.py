"""When a case will probably be complete: how long cases like it took from the stage where it stands. Real lives only: with
too few of them it says so and names no day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from models.connection.queries import zone_of
from models.connection.tables import FINAL_STAGES, Application, Stage

YEAR = timedelta(days=365)
ENOUGH = 10  # completed cases below which a median would be a guess


@dataclass(frozen=True)
class Expected:
    """`half` of the like cases were complete by then, `most`: four of five. `cases`: how many there were. Without days when
    there were too few. `alike`: of the same category, not only of the same path."""

    cases: int
    alike: bool
    half: date | None = None
    most: date | None = None


_LIKE = text("""
    select count(*) as n, percentile_cont(array[0.5, 0.8]) within group (order by d.days) as days
      from (select extract(epoch from e.left_at - s.entered_at) / 86400 as days
              from stay e join stay s on s.application_id = e.application_id and s.stage = :stage
              join connection c on c.id = e.application_id
             where e.left_at > :since and e.left_at <= :now and e.stage_after = 'COMPLETED'
               and (case when :alike then e.category = :category else c.path = :path end)) d
     where d.days > :gone""")


def of_case(session: Session, case: Application, now: datetime) -> Expected | None:
    """From the stage where the case stands to its completion, of cases completed within a year; only those that took
    longer than this one has waited already. Nothing for a draft, a closed or a suspended case."""
    if case.stage in (*FINAL_STAGES, Stage.DRAFT) or case.suspended_at is not None:
        return None
    entered = _entered(session, case) or now
    facts = {
        "stage": case.stage, "since": now - YEAR, "now": now, "category": case.category or "", "path": case.path,
        "gone": (now - entered).total_seconds() / 86400,
    }  # fmt: skip
    found = Expected(0, False)
    for alike in (True, False):
        row = session.execute(_LIKE, facts | {"alike": alike}).one()
        if row.n >= ENOUGH:
            zone = zone_of(session, case)
            half, most = ((entered + timedelta(days=float(d))).astimezone(zone).date() for d in row.days)
            return Expected(row.n, alike, half, most)
        found = Expected(max(found.cases, row.n), False)
    return found


def _entered(session: Session, case: Application) -> datetime | None:
    query = text("select entered_at from stay where application_id = :id and left_at is null")
    return session.execute(query, {"id": case.id}).scalar()
