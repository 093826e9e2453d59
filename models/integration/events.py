"""Tells webhooks that something happened: one row a webhook, in the transaction of what happened. Calls nobody.

The body names ids, stages and numbers, never a person: whoever is called reads the rest with his key."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.integration.rules import Event
from models.integration.tables import PROCESS, Webhook
from models.process.work import TIMER, wake

__all__ = ["Event", "tell", "tell_one"]

_ORDER = text("""
    insert into webhook_call (webhook_id, event, key, body, state, tries, ordered_at, error)
    select w.id, cast(:event as text), :key || '-' || w.id, :body, 'ordered', 0, :now, ''
      from webhook w
     where w.user_id = :user and w.active and w.removed_at is null and jsonb_exists(w.events, cast(:event as text))
    returning id""")
_KEY = text("select gen_random_uuid()::text")
_HEARD = text("""select exists (select 1 from webhook where user_id = :user and active and removed_at is null
                                   and jsonb_exists(events, cast(:event as text)))""")


def tell(session: Session, user_id: int, event: Event, facts: dict[str, Any], now: datetime) -> int:
    """Order the calls; how many. One short select where nobody listens. `facts`: pure JSON, times and sums as text."""
    if not session.execute(_HEARD, {"user": user_id, "event": event}).scalar_one():
        return 0
    key = str(session.execute(_KEY).scalar_one())
    told = {"user": user_id, "event": event, "key": key, "body": body_of(key, event, facts, now), "now": now}
    made = session.execute(_ORDER, told).scalars().all()
    for call in made:
        wake(session, PROCESS, int(call), lane=TIMER)  # nobody waits before a screen: clicks go first
    return len(made)


def tell_one(session: Session, webhook: Webhook, event: Event, facts: dict[str, Any], now: datetime) -> None:
    """To this webhook alone, whatever it has chosen: the trial call of the page."""
    key = str(session.execute(_KEY).scalar_one())
    values = {"key": f"{key}-{webhook.id}", "event": event, "now": now, "id": webhook.id}
    made = session.execute(
        text("""insert into webhook_call (webhook_id, event, key, body, state, tries, ordered_at, error)
            values (:id, :event, :key, :body, 'ordered', 0, :now, '') returning id"""),
        values | {"body": body_of(key, event, facts, now)},
    ).scalar_one()
    wake(session, PROCESS, int(made))


def body_of(key: str, event: Event, facts: dict[str, Any], now: datetime) -> str:
    """The bytes that are signed and sent, for every try the same."""
    told = {"id": key, "event": event, "at": now.isoformat(), "data": facts}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
