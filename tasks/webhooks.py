"""Units of calling webhooks: claim for one try, sign and call with no transaction open, record the outcome."""

import time

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from infra import clock, webhook
from infra.engine.leg import Leg
from infra.keys import vault_keys
from models.delivery.rules import ErrorClass
from models.integration import calls
from models.integration.calls import GONE, Outcome
from models.integration.rules import signature
from models.integration.tables import Call
from models.process import work
from models.process.work import Row
from signatures.secrets import Vault
from tasks.steps import outside

_LATER = frozenset({429, 503})  # with Retry-After the other side says when


def call(leg: Leg, row: Row) -> None:
    """One try of one call, if it is due."""
    try:
        with leg.db.transaction() as session:  # durable: a try is known before it is made
            parcel = _claim(session, row)
        if parcel is None:
            return
        number, address, headers, body = parcel
        came = outside(hand_over, address, headers, body)
        with leg.db.transaction() as session:
            _record(session, row, number, Outcome(*came))
    except Exception as error:  # noqa: BLE001 - a call's trouble is its own
        leg.fault(row, error)


def _claim(session: Session, row: Row) -> tuple[int, str, dict[str, str], str] | None:
    """(number of the try, address, headers, body); None when it is not due, then its alarm is set again."""
    found = session.get(Call, row.subject, with_for_update=True)
    work.fence(session, row)
    if found is None:
        return None
    hook, now = calls.owner_of(session, found), clock.now()
    number = calls.begin_try(session, found, hook, now)
    if number is None:
        calls.arm(session, found, now)
        return None
    secret = str(Vault(vault_keys()).open(hook.secret)["secret"])
    return number, hook.address, headers_of(found, secret, int(time.time())), found.body


def headers_of(found: Call, secret: str, timestamp: int) -> dict[str, str]:
    """`timestamp`: seconds of the real clock, by which the other side refuses what is old."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Feeder",
        "X-Feeder-Event": found.event,
        "X-Feeder-Delivery": found.key,
        "X-Feeder-Timestamp": str(timestamp),
        "X-Feeder-Signature": signature(secret, timestamp, found.body),
    }


@task(name="call a customer's program", persist_result=False, cache_policy=NO_CACHE)
def hand_over(address: str, headers: dict[str, str], body: str) -> tuple[str, int | None, str, float | None]:
    """An Outcome as a tuple. One try: trying again is a row with a time, never a sleeping worker."""
    answer = webhook.post(address, headers, body.encode())
    return outcome_of(answer)


def outcome_of(answer: webhook.Answer) -> tuple[str, int | None, str, float | None]:
    """2xx is a success; 410 and an address that must not be called are final; everything else is tried again."""
    status = answer.status
    if answer.unsafe or status == GONE:
        return ErrorClass.REFUSED, status, answer.error, None
    if status is not None and 200 <= status < 300:
        return ErrorClass.SENT, status, "", None
    later = status in _LATER and answer.wait is not None
    return ErrorClass.THROTTLED if later else ErrorClass.RETRY, status, answer.error, answer.wait if later else None


def _record(session: Session, row: Row, number: int, came: Outcome) -> None:
    found = session.get(Call, row.subject, with_for_update=True)
    work.fence(session, row)
    if found is not None:
        now = clock.now()
        calls.record_try(session, found, calls.owner_of(session, found), number, came, now)
        calls.arm(session, found, now)
