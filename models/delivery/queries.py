"""Read side of delivery."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.delivery.tables import OPEN_LETTERS, SECRET_LETTERS, Letter, LetterState, LetterTry, Notice, RetryStep


def policy(session: Session, error_class: str) -> Sequence[RetryStep]:
    return session.exec(
        select(RetryStep).where(RetryStep.error_class == error_class).order_by(col(RetryStep.seq))
    ).all()


def letters_of(session: Session, application_id: int) -> Sequence[Letter]:
    query = select(Letter).where(Letter.application_id == application_id)
    return session.exec(query.order_by(col(Letter.id))).all()


def tries_of(session: Session, letter_id: int) -> Sequence[LetterTry]:
    return session.exec(select(LetterTry).where(LetterTry.letter_id == letter_id).order_by(col(LetterTry.number))).all()


def tries_since(session: Session, letter_id: int, first: datetime) -> int:
    query = select(func.count()).where(LetterTry.letter_id == letter_id, LetterTry.started_at >= first)
    return session.exec(query).one()


def undelivered(session: Session, limit: int = 100) -> Sequence[Letter]:
    """Letters that were given up, newest first, then those that are being tried again."""
    query = select(Letter).where(col(Letter.state).in_([LetterState.UNDELIVERABLE, LetterState.RETRYING]))
    query = query.where(col(Letter.kind).not_in(SECRET_LETTERS))
    return session.exec(query.order_by(col(Letter.state).desc(), col(Letter.id).desc()).limit(limit)).all()


def by_state(session: Session) -> dict[str, int]:
    return dict(session.exec(select(Letter.state, func.count()).group_by(Letter.state)).all())


def oldest_open(session: Session) -> Letter | None:
    query = select(Letter).where(col(Letter.state).in_(list(OPEN_LETTERS)))
    return session.exec(query.order_by(col(Letter.ordered_at)).limit(1)).first()


def notices(
    session: Session, user_id: int, limit: int = 100, kinds: Sequence[str] | None = None, *, unread_only: bool = False
) -> Sequence[Notice]:
    """His, newest first, without those he has deleted. `kinds`: only these."""
    query = select(Notice).where(Notice.user_id == user_id, col(Notice.deleted_at).is_(None))
    if kinds is not None:
        query = query.where(col(Notice.kind).in_(list(kinds)))
    if unread_only:
        query = query.where(col(Notice.read_at).is_(None))
    return session.exec(query.order_by(col(Notice.at).desc()).limit(limit)).all()


def unread(session: Session, user_id: int) -> int:
    return session.exec(select(func.count()).where(Notice.user_id == user_id, col(Notice.read_at).is_(None))).one()
