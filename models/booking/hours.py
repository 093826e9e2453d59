"""Read side of the registers: working plans, closures ahead, what each desk serves. Plain selects."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.booking.register import Closure, Desk, DeskService, Plan, Region, Service


def plans(session: Session, office_id: int) -> Sequence[Plan]:
    return session.exec(
        select(Plan).where(Plan.office_id == office_id).order_by(col(Plan.weekday), col(Plan.desk_id), col(Plan.id))
    ).all()


def closures(session: Session, office_id: int, now: datetime) -> Sequence[Closure]:
    """Those that are not over."""
    query = select(Closure).where(Closure.office_id == office_id, Closure.ends_at > now)
    return session.exec(query.order_by(col(Closure.starts_at))).all()


def served(session: Session, office_id: int) -> dict[int, list[int]]:
    """Desk → services it can serve."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    query = select(DeskService).join(Desk, col(DeskService.desk_id) == Desk.id).where(Desk.office_id == office_id)
    for row in session.exec(query):
        found[row.desk_id].append(row.service_id)
    return found


def regions(session: Session) -> Sequence[Region]:
    return session.exec(select(Region).order_by(Region.name)).all()


def services(session: Session) -> Sequence[Service]:
    return session.exec(select(Service).order_by(Service.code)).all()
