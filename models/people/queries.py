"""Read side of people."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.people.tables import Audit, Branch, User
from models.process.actor import STAFF


def user(session: Session, user_id: int) -> User | None:
    return session.get(User, user_id)


def by_login(session: Session, login: str) -> User | None:
    return session.exec(select(User).where(User.login == login)).first()


def branches(session: Session) -> Sequence[Branch]:
    return session.exec(select(Branch).order_by(col(Branch.name))).all()


def staff(session: Session, role: str | None = None) -> Sequence[User]:
    query = select(User).where(col(User.role).in_([role] if role else list(STAFF)), User.active)
    return session.exec(query.order_by(col(User.name))).all()


def looks_at(session: Session, process: str, subject_id: int, limit: int = 50) -> Sequence[Audit]:
    """Who looked at the personal data of this case."""
    query = select(Audit).where(Audit.process == process, Audit.subject_id == subject_id)
    return session.exec(query.order_by(col(Audit.at).desc()).limit(limit)).all()
