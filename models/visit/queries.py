"""Read side of visits: the day of an inspector, what waits for a visit, which times are free. Plain selects."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from models.connection.tables import Application
from models.visit import rules
from models.visit.tables import ALIVE, FieldSheet, Hours, Kind, Visit

Time = tuple[date, Hours]


def day(session: Session, inspector_id: int, on: date) -> list[tuple[Visit, Application]]:
    """His visits of a day in the order of the route; those that were called off are not there."""
    query = select(Visit, Application).join(Application, col(Application.id) == Visit.application_id)
    query = query.where(Visit.inspector_id == inspector_id, Visit.on == on, Visit.state != "cancelled")
    return list(session.exec(query.order_by(col(Visit.hours), col(Visit.route), col(Visit.id))).all())


def coming_days(session: Session, inspector_id: int, today: date) -> dict[date, int]:
    """Days from today on which he is promised, with how many visits."""
    query = select(Visit).where(Visit.inspector_id == inspector_id, Visit.on >= today, col(Visit.state).in_(ALIVE))
    return dict(Counter(v.on for v in session.exec(query.order_by(col(Visit.on))).all()))


def overdue(session: Session, inspector_id: int, today: date) -> list[tuple[Visit, Application]]:
    """Promised for a day that has passed, and nobody said what became of it."""
    query = select(Visit, Application).join(Application, col(Application.id) == Visit.application_id)
    query = query.where(Visit.inspector_id == inspector_id, Visit.on < today, col(Visit.state).in_(ALIVE))
    return list(session.exec(query.order_by(col(Visit.on))).all())


def stale(session: Session, case_id: int | None = None, limit: int = 200) -> list[Visit]:
    """Promised visits to cases that do not wait for them any more; suspended cases keep theirs. Those of one case are
    locked: whoever asks has locked the case before."""
    query = select(Visit).join(Application, col(Application.id) == Visit.application_id)
    gone = or_(*(and_(col(Visit.kind) == k, col(Application.stage) != stage) for k, stage in rules.STAGES.items()))
    query = (
        query.where(col(Visit.state).in_(ALIVE), gone).order_by(col(Visit.application_id), col(Visit.id)).limit(limit)
    )
    if case_id is not None:
        query = query.where(Visit.application_id == case_id).with_for_update(of=Visit)
    return list(session.exec(query.execution_options(populate_existing=True)).all())


def alive(session: Session, application_id: int, kind: str) -> Visit | None:
    query = select(Visit).where(Visit.application_id == application_id, Visit.kind == kind)
    return session.exec(query.where(col(Visit.state).in_(ALIVE))).first()


def coming(session: Session) -> list[Visit]:
    """Promised visits that this session may see: for an applicant, under row-level security, his own."""
    return list(session.exec(select(Visit).where(col(Visit.state).in_(ALIVE)).order_by(col(Visit.on))).all())


def of_cases(session: Session, application_ids: Sequence[int]) -> list[Visit]:
    """All visits of these cases, the newest first."""
    query = select(Visit).where(col(Visit.application_id).in_(list(application_ids)))
    return list(session.exec(query.order_by(col(Visit.on).desc(), col(Visit.id).desc())).all())


def without(session: Session, branch_id: int | None, kinds: Sequence[Kind]) -> list[tuple[Kind, Application]]:
    """Cases that stand where somebody has to come, and nobody has a day yet: the longest waiting first."""
    stages = {rules.STAGES[k]: k for k in kinds}
    query = select(Application).where(col(Application.stage).in_(list(stages)), col(Application.suspended_at).is_(None))
    if branch_id is not None:
        query = query.where(Application.branch_id == branch_id)
    found = session.exec(query.order_by(col(Application.changed_at))).all()
    promised = select(Visit).where(col(Visit.application_id).in_([c.id for c in found]), col(Visit.state).in_(ALIVE))
    planned = {(v.application_id, v.kind) for v in session.exec(promised).all()}
    pairs = [(stages[next(s for s in stages if s == c.stage)], c) for c in found if c.meter_admitted_at is None]
    return [(kind, case) for kind, case in pairs if (case.id, str(kind)) not in planned]


def free(session: Session, inspector_id: int, days: Sequence[date]) -> list[Time]:
    """Parts of these days in which he has a place left."""
    query = select(Visit).where(Visit.inspector_id == inspector_id, col(Visit.state).in_(ALIVE))
    taken = Counter((v.on, v.hours) for v in session.exec(query.where(col(Visit.on).in_(list(days)))).all())
    return [(on, hours) for on in days for hours in Hours if taken[on, hours.value] < rules.PLACES]


def sheet(session: Session, application_id: int, kind: str) -> FieldSheet | None:
    return session.get(FieldSheet, (application_id, str(kind)))
