"""Read side of the staff page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from models.people.access_tables import StaffChange
from models.people.tables import Audit, Branch, SignIn, User
from models.process.actor import STAFF


@dataclass(frozen=True)
class Member:
    user: User
    branch: str
    factor: bool
    sessions: int  # that are open


def members(session: Session) -> list[Member]:
    """All staff, the blocked ones last, by name."""
    open_ones = dict(
        session.exec(
            select(SignIn.user_id, func.count()).where(col(SignIn.ended_at).is_(None)).group_by(col(SignIn.user_id))
        ).all()
    )
    held = set(session.execute(text("select unnest(people_with_factor())")).scalars())
    query = select(User, Branch.name).join(Branch, col(User.branch_id) == Branch.id, isouter=True)
    query = query.where(col(User.role).in_(list(STAFF))).order_by(col(User.active).desc(), col(User.name))
    return [
        Member(user, branch or "", user.id in held, open_ones.get(user.id or 0, 0))
        for user, branch in session.exec(query)
    ]


def waiting(session: Session) -> Sequence[tuple[StaffChange, User]]:
    """Changes of role that wait for a second person."""
    query = select(StaffChange, User).join(User, col(StaffChange.user_id) == User.id)
    return session.exec(query.where(col(StaffChange.decided_at).is_(None)).order_by(col(StaffChange.id))).all()


def done_to(session: Session, user_id: int, limit: int = 30) -> Sequence[Audit]:
    """What was done to this member of staff, newest first."""
    query = select(Audit).where(
        Audit.process == "people", Audit.subject_id == user_id, col(Audit.tag).startswith("people:staff:")
    )
    return session.exec(query.order_by(col(Audit.id).desc()).limit(limit)).all()
