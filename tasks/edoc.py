"""Units of a customer's own document: the company's signature over its bytes, verified before it counts; the outcome."""

import hashlib

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from infra import clock
from infra.engine.leg import Leg
from infra.storage import storage
from models.document.tables import Document
from models.edoc import actions, queries
from models.edoc.tables import Edoc, EdocState
from models.process import work
from models.process.work import Row
from tasks.sealing import sealed
from tasks.steps import outside


def counter_sign(leg: Leg, row: Row) -> None:
    """Only where an employee ordered it and the customer has signed. A fault is shown to the desk and tried again."""
    try:
        with leg.db.transaction() as session:
            told = _wanted(session, row)
        if told is None:
            return
        key, owner = outside(seal_bytes, *told)
    except Exception as error:  # noqa: BLE001 - whatever happened belongs to this row
        with leg.db.transaction() as session:
            actions.failed(session, actions.lock(session, row.subject), f"{type(error).__name__}: {error}")
        leg.fault(row, error)
        return
    leg.each(lambda session, r: _record(session, r, key, owner), [row])


def _wanted(session: Session, row: Row) -> tuple[str, str] | None:
    """(key, sha256) of the bytes to sign."""
    found = session.get(Edoc, row.subject)
    if found is None or found.state != EdocState.SIGNING or found.counter_at is None:
        return None
    if not queries.company_turn(session, found):
        return None
    paper = session.get_one(Document, found.document_id)
    return paper.pdf_key or "", paper.pdf_sha256 or ""


@task(name="sign a customer's document", retries=1, retry_delay_seconds=1, persist_result=False, cache_policy=NO_CACHE)
def seal_bytes(key: str, sha256: str) -> tuple[str, str]:
    """(key of the signature in the store, owner of the seal). Raises SealBroken; ValueError when the bytes are not those registered."""
    data = storage().get(key)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError("the stored bytes are not those that were registered")
    proof, owner = sealed(data)
    return storage().put(proof), owner


def _record(session: Session, row: Row, key: str, owner: str) -> None:
    found = actions.lock(session, row.subject)
    work.fence(session, row)
    found.error = ""
    actions.countersigned(session, found, key, owner, clock.now())


def settle(leg: Leg) -> None:
    """The envelope's outcome becomes the document's."""
    leg.each(_settle)


def _settle(session: Session, row: Row) -> None:
    found = actions.lock(session, row.subject)
    work.fence(session, row)
    actions.settle(session, found, clock.now())
