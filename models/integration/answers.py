"""Requests that are sent twice: the first answer is kept in the transaction of its effect, and given again.

The unique key has the last word: a second request with the same key waits for the first, and then reads its answer."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, select

from models.integration.rules import OtherRequest, Running
from models.integration.tables import ApiAnswer

_PATIENCE = "5s"  # how long a second request waits for the first
_CLAIM = text("""
    insert into api_answer (user_id, key, fingerprint, status, location, at)
    values (:user, :key, :fingerprint, 0, '', :now) on conflict (user_id, key) do nothing returning id""")


def claim(session: Session, user_id: int, key: str, fingerprint: str, now: datetime) -> ApiAnswer | None:
    """None: nobody has sent this key, and it is ours until this transaction ends. Otherwise the answer that was given.

    Raises OtherRequest when the key stood with another body, Running when the first does not come to its end."""
    session.execute(text(f"set local lock_timeout = '{_PATIENCE}'"))
    told = {"user": user_id, "key": key, "fingerprint": fingerprint, "now": now}
    made = session.execute(_CLAIM, told).scalar_one_or_none()
    session.execute(text("set local lock_timeout = default"))
    if made is not None:
        return None
    found = session.exec(select(ApiAnswer).where(ApiAnswer.user_id == user_id, ApiAnswer.key == key)).first()
    if found is None:
        raise Running
    if found.fingerprint != fingerprint:
        raise OtherRequest
    return found


def keep(session: Session, user_id: int, key: str, status: int, body: bytes, location: str) -> None:
    """What is answered from now on, as long as answers are kept."""
    row = session.exec(select(ApiAnswer).where(ApiAnswer.user_id == user_id, ApiAnswer.key == key)).one()
    row.status, row.body, row.location = status, body, location
    session.add(row)
    session.flush()
