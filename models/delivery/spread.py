"""A new notice goes where its reader wants it: not counted as unread, a short message, a line of the day's letter."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

from models.delivery import actions, wishes
from models.delivery.tables import Notice
from models.delivery.wishes import Channel, Wishes
from models.people.tables import Branch, User
from models.process.tables import Setting

_LONGEST = 200  # characters of a short message's news


def spread(session: Session, notice_id: int, now: datetime) -> None:
    """Called once, when the notice is made."""
    notice = session.get(Notice, notice_id)
    user = session.get(User, notice.user_id) if notice else None
    if notice is None or user is None:
        return
    wished = wishes.of_user(session, notice.user_id)
    if not wished.wants(notice.kind, Channel.CABINET):
        notice.read_at = now
        session.add(notice)
    zone = _zone(session)
    if wished.wants(notice.kind, Channel.SMS) and user.phone and user.phone_confirmed_at:
        at = wishes.loud_at(wished.quiet, now, zone)
        told = _letter_data(session, user) | {"what": notice.title[:_LONGEST]}
        actions.order(session, f"{notice.key}:sms", "notice_sms", user.phone, told, now, not_before=at)
    if gathers(wished, notice.kind) and user.email:
        _gather(session, user, notice, wished.digest or 0, now, zone)


def gathers(wished: Wishes, kind: str) -> bool:
    """Whether this kind waits for the letter of the day."""
    return wished.digest is not None and kind in wishes.FREE and wished.wants(kind, Channel.EMAIL)


def letter_goes(session: Session, user_id: int, kind: str) -> bool:
    """Whether a letter of this kind leaves by itself. What the law wants told always does."""
    if kind not in wishes.FREE:
        return True
    wished = wishes.of_user(session, user_id)
    return wished.wants(kind, Channel.EMAIL) and not gathers(wished, kind)


def _gather(session: Session, user: User, notice: Notice, hour: int, now: datetime, zone: ZoneInfo) -> None:
    """One more line in the letter of the day; the first one orders it."""
    at = wishes.digest_at(hour, now, zone)
    key = f"notice_digest:{user.id}:{at:%Y-%m-%d}"
    told = _letter_data(session, user) | {"details": []}
    actions.order(session, key, "notice_digest", user.email, told, now, not_before=at)
    line = f"{notice.at.astimezone(zone):%d.%m, %H:%M} {notice.title}"
    session.execute(
        text("""update letter set data = jsonb_set(data, '{details}', (data -> 'details') || cast(:line as jsonb))
            where key = :key and state = 'ordered'"""),
        {"key": key, "line": json.dumps([line], ensure_ascii=False)},
    )


def _letter_data(session: Session, user: User) -> dict[str, Any]:
    org = session.get(Setting, "org")
    ours: Mapping[str, Any] = org.value.get("utility", {}) if org else {}
    empty = dict.fromkeys(("number", "date", "object", "address", "what", "due", "turn", "then"), "")
    words = {"name": user.name, "link": "/notices", "phone": ours.get("phone", ""), "details": []}
    return empty | words | {"utility": ours.get("full_short", "")}


def _zone(session: Session) -> ZoneInfo:
    """Of the first branch: hours of a person are those of his grid company."""
    key = ("zone", "first branch")
    if key not in session.info:
        branch = session.execute(text("select time_zone from branch order by id limit 1")).scalar_one_or_none()
        session.info[key] = ZoneInfo(str(branch or Branch.model_fields["time_zone"].default))
    found: ZoneInfo = session.info[key]
    return found
