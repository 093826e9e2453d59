"""Read side of keys, webhooks and their calls. Plain selects; the wall of the database shows each only his own."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.booking.tables import Booking, Stage
from models.connection.tables import Application
from models.delivery.tables import Notice
from models.integration.tables import ApiKey, Call, CallTry, Webhook


def keys_of(session: Session, user_id: int) -> Sequence[ApiKey]:
    """Newest first, those that have ended too: their owner sees when they were used last."""
    query = select(ApiKey).where(ApiKey.user_id == user_id)
    return session.exec(query.order_by(col(ApiKey.id).desc()).limit(50)).all()


def living(key: ApiKey, now: datetime) -> bool:
    return key.revoked_at is None and key.expires_at > now


def webhooks_of(session: Session, user_id: int) -> Sequence[Webhook]:
    query = select(Webhook).where(Webhook.user_id == user_id, col(Webhook.removed_at).is_(None))
    return session.exec(query.order_by(col(Webhook.id))).all()


def calls_of(session: Session, webhook_id: int, limit: int = 20) -> Sequence[Call]:
    query = select(Call).where(Call.webhook_id == webhook_id)
    return session.exec(query.order_by(col(Call.id).desc()).limit(limit)).all()


def tries_of(session: Session, call_ids: Sequence[int]) -> dict[int, list[CallTry]]:
    """Of many calls in one select, in their order."""
    found: dict[int, list[CallTry]] = {i: [] for i in call_ids}
    query = select(CallTry).where(col(CallTry.call_id).in_(list(call_ids)))
    for row in session.exec(query.order_by(col(CallTry.number))):
        found[row.call_id].append(row)
    return found


# ------------------------------------------------------------------------------------------------ pages of lists
def applications(
    session: Session, user_id: int, after: int | None, limit: int, stages: Sequence[str] = ()
) -> Sequence[Application]:
    """His, drafts too, newest first, those with a smaller id than `after`."""
    query = select(Application).where(Application.applicant_id == user_id)
    if after is not None:
        query = query.where(col(Application.id) < after)
    if stages:
        query = query.where(col(Application.stage).in_([str(s) for s in stages]))
    return session.exec(query.order_by(col(Application.id).desc()).limit(limit)).all()


def notices(
    session: Session, user_id: int, after: int | None, limit: int, *, unread_only: bool = False
) -> Sequence[Notice]:
    query = select(Notice).where(Notice.user_id == user_id, col(Notice.deleted_at).is_(None))
    if after is not None:
        query = query.where(col(Notice.id) < after)
    if unread_only:
        query = query.where(col(Notice.read_at).is_(None))
    return session.exec(query.order_by(col(Notice.id).desc()).limit(limit)).all()


def bookings(session: Session, user_id: int, after: int | None, limit: int) -> Sequence[Booking]:
    query = select(Booking).where(Booking.user_id == user_id)
    if after is not None:
        query = query.where(col(Booking.id) < after)
    return session.exec(query.order_by(col(Booking.id).desc()).limit(limit)).all()


def held(session: Session, user_id: int) -> int | None:
    """The place that he holds and has not booked yet."""
    query = select(Booking.id).where(Booking.user_id == user_id, Booking.stage == Stage.HELD)
    return session.exec(query.order_by(col(Booking.id).desc())).first()
