"""Tries of calls: claim one, record what came of it, decide when the next is due. Nothing here talks to the outside.

The waits are those of letters: rows of `retry_step` (models/delivery/rules.py)."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from models.delivery import actions as delivery
from models.delivery import queries
from models.delivery.rules import SUCCESS, ErrorClass, next_try
from models.integration.tables import OPEN_CALLS, PROCESS, Call, CallState, CallTry, Webhook
from models.process.errors import Stale
from models.process.words import N_
from models.process.work import TIMER, wake

GONE = 410  # the other side says by HTTP that it wants no more calls
LONGEST_WAIT = timedelta(hours=1)  # of those that the other side may wish
_ERROR = 500  # characters
_OFF_TITLE = "Вызовы вашей программы остановлены"


class Outcome(NamedTuple):
    """What came of a try. `wait`: seconds that the other side wants us to wait."""

    result: str  # ErrorClass
    status: int | None = None
    error: str = ""
    wait: float | None = None


def begin_try(session: Session, call: Call, webhook: Webhook, now: datetime) -> int | None:
    """Claim a locked call for one try; None when it is not to be made (made already, given up, not due)."""
    if call.state == CallState.CALLING:
        _close_lost(session, call, now)
    if call.state in OPEN_CALLS and not webhook.active:
        _end(session, call, CallState.UNDELIVERABLE, now, "the address is switched off")
        return None
    if call.state not in OPEN_CALLS or (call.next_at is not None and call.next_at > now):
        return None
    call.tries += 1
    call.state, call.first_try_at = CallState.CALLING, call.first_try_at or now
    session.add(call)
    session.add(CallTry(call_id=call.id or 0, number=call.tries, started_at=now))
    session.flush()
    return call.tries


def _close_lost(session: Session, call: Call, now: datetime) -> None:
    """A worker died while calling: nobody knows what came of it, so it is called again under the same key."""
    last = session.exec(select(CallTry).where(CallTry.call_id == call.id, CallTry.number == call.tries)).first()
    if last is not None and last.ended_at is None:
        last.ended_at, last.outcome, last.error = now, "lost", "the worker stopped before the outcome was known"
        session.add(last)
    call.state, call.next_at = CallState.RETRYING, now


def record_try(session: Session, call: Call, webhook: Webhook, number: int, came: Outcome, now: datetime) -> None:
    """Write what came of the try and decide: delivered, tried again at `next_at`, or undeliverable. Both rows locked."""
    if call.tries != number or call.state != CallState.CALLING:
        raise Stale
    row = session.exec(select(CallTry).where(CallTry.call_id == call.id, CallTry.number == number)).one()
    row.ended_at, row.outcome, row.status, row.error = now, came.result, came.status, came.error[:_ERROR]
    session.add(row)
    if came.result in SUCCESS:
        webhook.failing_since, webhook.last_ok_at = None, now
        _end(session, call, CallState.DELIVERED, now, "")
    elif came.result == ErrorClass.REFUSED:
        _end(session, call, CallState.UNDELIVERABLE, now, came.error)
        _switch_off(session, webhook, N_("The address asked us not to call it any more"), now)
    else:
        _again(session, call, webhook, came, now)
    session.add(webhook)


def _again(session: Session, call: Call, webhook: Webhook, came: Outcome, now: datetime) -> None:
    webhook.failing_since = webhook.failing_since or now
    first = call.first_try_at or now
    made = select(func.count()).where(CallTry.call_id == call.id, CallTry.started_at >= first)
    at = next_try(queries.policy(session, ErrorClass.RETRY), session.exec(made).one(), first, now)
    if at is None:
        _end(session, call, CallState.UNDELIVERABLE, now, came.error)
        _switch_off(session, webhook, N_("The address has not answered for three days"), now)
        return
    if came.wait is not None:
        at = now + min(timedelta(seconds=came.wait), LONGEST_WAIT)
    call.state, call.next_at, call.error = CallState.RETRYING, at, came.error[:_ERROR]
    session.add(call)


def _end(session: Session, call: Call, state: CallState, now: datetime, error: str) -> None:
    call.state, call.next_at, call.ended_at, call.error = state, None, now, error[:_ERROR]
    session.add(call)


def _switch_off(session: Session, webhook: Webhook, why: str, now: datetime) -> None:
    """Lasting failure: nothing more is ordered until its owner switches it on again. He is told in his notices."""
    if not webhook.active:
        return
    webhook.active, webhook.off_reason = False, why
    session.add(webhook)
    key = f"webhook:{webhook.id}:off:{now.isoformat()}"
    delivery.notify(session, key, webhook.user_id, None, "webhook_off", _OFF_TITLE, webhook.address, now)


def arm(session: Session, call: Call, now: datetime) -> None:
    """The alarm of the next try: it lives by the database's clock, in seconds from now."""
    if call.id and call.state == CallState.RETRYING:
        after = max((call.next_at or now) - now, timedelta(milliseconds=1))
        wake(session, PROCESS, call.id, after=after, lane=TIMER)


def owner_of(session: Session, call: Call) -> Webhook:
    """Locked after its call, in this order everywhere: tries of one webhook take turns while they are recorded."""
    query = select(Webhook).where(col(Webhook.id) == call.webhook_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()
