"""Units of trust: fetch a list of revoked certificates (the only place that asks the network for one), warn before a certificate ends.

A list that is broken, older than ours or signed by nobody we trust never takes the place of the one we have."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session, select

from infra import clock
from infra.engine.leg import Leg
from infra.settings import settings
from models.process import work
from models.process.errors import Invalid
from models.process.work import Row
from models.trust import actions, letters, queries, rules
from models.trust.tables import RevocationList, UserCertificate
from signatures import demo_centre, lists
from signatures.trust import Trust
from signatures.verdict import Unusable
from tasks.steps import outside

TIMEOUT = httpx.Timeout(30.0, connect=5.0)
CENTRE_FILE, CENTRE_PASSWORD = "demo-centre.p12", "demonstration"  # noqa: S105 - proves nothing to anybody
_REFUSED = (httpx.HTTPError, httpx.InvalidURL, OSError, Unusable, Invalid, ValueError)


def refresh(leg: Leg, row: Row) -> None:
    """One list, whole. An error of the other side is recorded and asked again later; it is no fault of the row."""
    with leg.db.transaction() as session:
        found = session.get(RevocationList, row.subject)
        address = found.address if found is not None and found.removed_at is None else ""
        trust = trusted(session)
    if not address:
        return
    try:
        facts, der = lists.read(outside(fetch, address), trust)
    except _REFUSED as error:
        said = _told(error)
        leg.each(lambda session, r: _failed(session, r, said), [row])
        return
    except Exception as error:  # noqa: BLE001 - whatever else happened belongs to this row
        leg.fault(row, error)
        return
    leg.each(lambda session, r: _record(session, r, asdict(facts), der), [row])


def trusted(session: Session) -> Trust:
    told = queries.believed(session)
    return Trust.of(told.roots, told.between, told.lists)


@task(name="fetch a list of revoked certificates", retries=2, retry_delay_seconds=2, persist_result=False, cache_policy=NO_CACHE)  # fmt: skip
def fetch(address: str) -> bytes:
    """The bytes at the address, at most LARGEST_LIST. Raises httpx errors, ValueError."""
    if address.startswith(rules.DEMONSTRATION):
        return _demonstration()
    with _answer(address) as answer:
        answer.raise_for_status()
        parts, size = [], 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > rules.LARGEST_LIST:
                raise ValueError("the list is too large")
            parts.append(part)
    return b"".join(parts)


@contextmanager
def _answer(address: str) -> Iterator[httpx.Response]:
    with (
        httpx.Client(timeout=TIMEOUT, follow_redirects=True, max_redirects=3) as client,
        client.stream("GET", address) as answer,
    ):
        yield answer


def _demonstration() -> bytes:
    """A fresh list of the demonstration centre, in development only."""
    if not settings().development:
        raise ValueError("the demonstration centre exists in development only")
    made = demo_centre.opened(Path(settings().home, CENTRE_FILE).read_bytes(), CENTRE_PASSWORD)
    return demo_centre.crl(made, at=clock.now())


def _told(error: Exception) -> str:
    return error.template if isinstance(error, Unusable | Invalid) else f"{type(error).__name__}: {error}"


def _locked(session: Session, row: Row) -> RevocationList:
    found = session.exec(select(RevocationList).where(RevocationList.id == row.subject).with_for_update()).one()
    work.fence(session, row)
    return found


def _record(session: Session, row: Row, facts: dict[str, Any], der: bytes) -> None:
    found, now = _locked(session, row), clock.now()
    try:
        actions.fetched(session, found, facts, der, now)
    except Invalid as older:
        actions.not_fetched(session, found, older.template, now)
    actions.arm_list(session, found, now)


def _failed(session: Session, row: Row, said: str) -> None:
    found, now = _locked(session, row), clock.now()
    actions.not_fetched(session, found, said, now)
    actions.arm_list(session, found, now)


# ------------------------------------------------------------------------------------------------ before a certificate ends
def warn(leg: Leg) -> None:
    leg.each(_warn)


def _warn(session: Session, row: Row) -> None:
    query = select(UserCertificate).where(UserCertificate.id == row.subject).with_for_update()
    found, now = session.exec(query).one(), clock.now()
    work.fence(session, row)
    due = rules.due_warnings(found, now)
    if due:
        letters.ends(session, found, min(due), now)
        found.warned = sorted({*found.warned, *due})
        session.add(found)
    _next(session, found, now)


def _next(session: Session, found: UserCertificate, now: datetime) -> None:
    if (at := rules.next_warning(found, now)) is not None:
        work.alarm(session, "certificate", found.id or 0, at, now)
