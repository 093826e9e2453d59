"""Read side of the desk's tools. Plain selects."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from models.desk.rules import WORKERS, login_of
from models.desk.tables import Assignment, RemarkTemplate, StandIn
from models.people.rules import digits
from models.people.tables import PersonKind, User
from models.process.actor import Role


def templates(session: Session, active_only: bool = True) -> Sequence[RemarkTemplate]:
    query = select(RemarkTemplate).order_by(col(RemarkTemplate.id))
    return session.exec(query.where(RemarkTemplate.active) if active_only else query).all()


def stand_ins(session: Session, today: date) -> Sequence[StandIn]:
    """Those of today and ahead, the nearest first."""
    query = select(StandIn).where(col(StandIn.ended_at).is_(None), StandIn.ends_on >= today)
    return session.exec(query.order_by(col(StandIn.starts_on), col(StandIn.id))).all()


def past_stand_ins(session: Session, today: date, limit: int = 50) -> Sequence[StandIn]:
    """Over or taken back, newest first."""
    query = select(StandIn).where((col(StandIn.ends_on) < today) | col(StandIn.ended_at).is_not(None))
    return session.exec(query.order_by(col(StandIn.id).desc()).limit(limit)).all()


def absent_for(session: Session, user_id: int, today: date) -> Sequence[User]:
    """Whose work this person may do today. Who has become an administrator meanwhile is stood in for no more."""
    query = select(User).join(StandIn, col(StandIn.absent_id) == User.id).where(col(User.role).in_(WORKERS))
    query = query.where(StandIn.substitute_id == user_id, col(StandIn.ended_at).is_(None), User.active)
    return session.exec(
        query.where(StandIn.starts_on <= today, StandIn.ends_on >= today).order_by(col(User.name))
    ).all()


def assignee(session: Session, case_id: int) -> User | None:
    """Who works the case."""
    query = select(User).join(Assignment, col(Assignment.user_id) == User.id)
    return session.exec(query.where(Assignment.application_id == case_id)).first()


def assignees(session: Session, case_ids: Sequence[int]) -> dict[int, User]:
    query = select(Assignment.application_id, User).join(User, col(User.id) == Assignment.user_id)
    return dict(session.exec(query.where(col(Assignment.application_id).in_(list(case_ids)))).all())


def person(session: Session, kind: str, snils: str, inn: str) -> User | None:
    """The applicant with this СНИЛС or ИНН, if he has a cabinet: by login, or by the number when it is one person's alone."""
    login = login_of(kind, snils, inn)
    if not login:
        return None
    mine = select(User).where(User.role == Role.APPLICANT, User.active)
    if found := session.exec(mine.where(User.login == login)).first():
        return found
    column = User.snils if kind == PersonKind.INDIVIDUAL else User.inn
    same = session.exec(mine.where(column == digits(login), User.kind == kind).limit(2)).all()
    return same[0] if len(same) == 1 else None
