"""Read side of people."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.people.rules import digits, login_of
from models.people.tables import Audit, Branch, User
from models.process.actor import STAFF


def user(session: Session, user_id: int) -> User | None:
    return session.get(User, user_id)


def by_login(session: Session, login: str) -> User | None:
    return session.exec(select(User).where(User.login == login)).first()


def by_any_number(session: Session, typed: str) -> User | None:
    """For the customer centre: by login, registration number, or СНИЛС when it is one person's alone."""
    number = typed.strip()
    for which in (User.login == login_of(number), User.registration_number == number):
        if (found := session.exec(select(User).where(which, User.active)).first()) is not None:
            return found
    if len(digits(number)) != 11:  # of СНИЛС
        return None
    same = session.exec(select(User).where(User.snils == digits(number), User.active).limit(2)).all()
    return same[0] if len(same) == 1 else None


def granted(session: Session, now: datetime, days: int = 30) -> Sequence[tuple[Audit, str]]:
    """Temporary accesses of the last days with the names of those who got them, newest first."""
    query = select(Audit, User.name).join(User, col(User.id) == Audit.subject_id)
    query = query.where(Audit.tag == "people:user:temporary_access", Audit.at > now - timedelta(days=days))
    return session.exec(query.order_by(col(Audit.at).desc()).limit(50)).all()


def branches(session: Session) -> Sequence[Branch]:
    return session.exec(select(Branch).order_by(col(Branch.name))).all()


def staff(session: Session, role: str | None = None) -> Sequence[User]:
    query = select(User).where(col(User.role).in_([role] if role else list(STAFF)), User.active)
    return session.exec(query.order_by(col(User.name))).all()


def looks_at(session: Session, process: str, subject_id: int, limit: int = 50) -> Sequence[Audit]:
    """Who looked at the personal data of this case."""
    query = select(Audit).where(Audit.process == process, Audit.subject_id == subject_id)
    return session.exec(query.order_by(col(Audit.at).desc()).limit(limit)).all()
