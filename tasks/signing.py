"""Units of signing: ask whose turn it is, remind, end what is too late, hash anew what was signed, order the protocol,
verify its seal. Bytes are read with no transaction open; every step locks the envelope and looks at its work row."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from infra import clock
from infra.engine.leg import Leg
from infra.storage import storage
from models.document.tables import Document, DocumentState
from models.process import work
from models.process.actor import SYSTEM
from models.process.work import Row
from models.signing import actions, letters, protocol, queries, replacing, rules
from models.signing.moving import lock, record
from models.signing.tables import CLOSED, PROCESS, Envelope, EnvelopeState
from signatures import digests, verify
from signatures.trust import Trust
from signatures.verdict import Outcome, overall
from tasks.sealing import utility_seal
from tasks.steps import outside

Body = Callable[[Session, Envelope, datetime], None]
_LOOK_AGAIN = timedelta(seconds=30)  # the paper wakes the envelope when it is made; this is for a lost wake-up
_STREEBOG_256 = "1.2.643.7.1.1.2.2"
_PROVES = frozenset(
    {"form", "attributes", "document", "signature", "named"}
)  # made by our own key over these very bytes


class Altered(Exception):
    """Stored bytes are not those that were signed: nothing goes on until a person has looked."""


def _on(leg: Leg, body: Body) -> None:
    def act(session: Session, row: Row) -> None:
        envelope = lock(session, row.subject)
        work.fence(session, row)
        body(session, envelope, clock.now())

    leg.each(act)


# ------------------------------------------------------------------------------------------------ while it is open
def expire(leg: Leg) -> None:
    """Too late to sign: the envelope ends, its case is woken."""
    _on(leg, _expire)


def _expire(session: Session, envelope: Envelope, now: datetime) -> None:
    if envelope.state == EnvelopeState.OPEN and envelope.expires_at and envelope.expires_at <= now:
        actions.expire(session, envelope, now)


def ask(leg: Leg) -> None:
    """A letter to everybody whose turn has come and who was not asked yet."""
    _on(leg, _ask)


def _ask(session: Session, envelope: Envelope, now: datetime) -> None:
    if envelope.state != EnvelopeState.OPEN or replacing.waits(session, envelope):
        return
    for signer in rules.whose_turn(queries.signers(session, envelope.id or 0)):
        if signer.asked_at is None:
            signer.asked_at = now
            letter = letters.request(session, envelope, signer, now)
            record(session, envelope, "request", SYSTEM, now, changes={"party": signer.name, "letter": letter})
            session.add(signer)


def remind(leg: Leg) -> None:
    """Who was asked and keeps silent is reminded, a few times."""
    _on(leg, _remind)


def _remind(session: Session, envelope: Envelope, now: datetime) -> None:
    if envelope.state != EnvelopeState.OPEN or replacing.waits(session, envelope):
        return
    for signer in rules.whose_turn(queries.signers(session, envelope.id or 0)):
        at = rules.next_reminder(signer)
        if at is not None and at <= now:
            fresh = actions.remind(session, signer.id or 0, now)
            letters.request(session, envelope, fresh, now, again=fresh.reminders)


def replace(leg: Leg) -> None:
    """A paper that was made anew takes its place; who was asked for the old one is asked again."""
    _on(leg, replacing.put_in_place)


# ------------------------------------------------------------------------------------------------ when it is over
def order_protocol(leg: Leg, row: Row) -> None:
    """Everybody has signed: read the stored bytes anew, prove that they are those that were signed, order the protocol."""
    try:
        with leg.db.transaction() as session:
            envelope = session.get(Envelope, row.subject)
            if envelope is None or envelope.state != EnvelopeState.COMPLETED or envelope.protocol_id:
                return
            keys = {p.document_id: p.pdf_key for p in queries.papers(session, row.subject)}
        found = outside(hash_anew, keys)
    except Exception as error:  # noqa: BLE001 - whatever happened belongs to this row
        leg.fault(row, error)
        return
    leg.each(lambda session, r: _order(session, r, found), [row])


@task(name="hash signed papers anew", retries=1, retry_delay_seconds=1, persist_result=False, cache_policy=NO_CACHE)
def hash_anew(keys: dict[int, str]) -> dict[int, tuple[str, str]]:
    """document → (sha256, Streebog-256) of the stored bytes, both in hex."""
    store = storage()
    found = {}
    for document_id, key in keys.items():
        data = store.get(key)
        found[document_id] = (hashlib.sha256(data).hexdigest(), _streebog(data))
    return found


def _streebog(data: bytes) -> str:
    """ГОСТ Р 34.11-2012, 256 bits; "" where only the slow way exists (250 KB/s)."""
    return digests.of(_STREEBOG_256, data).hex() if digests.fast() else ""


def _order(session: Session, row: Row, found: dict[int, tuple[str, str]]) -> None:
    envelope = lock(session, row.subject)
    work.fence(session, row)
    if envelope.state != EnvelopeState.COMPLETED or envelope.protocol_id:
        return
    for paper in queries.papers(session, row.subject):
        sha, paper.streebog = found[paper.document_id]
        if sha != paper.sha256:
            raise Altered(f"document {paper.document_id}: {sha} is stored, {paper.sha256} was signed")
        session.add(paper)
    protocol.order(session, envelope, {k: v[0] for k, v in found.items()}, clock.now())


def verify_seal(leg: Leg, row: Row) -> None:
    """The protocol was made and sealed by the issuing process: it counts only when its seal has been verified."""
    try:
        with leg.db.transaction() as session:
            made = _made(session, session.get(Envelope, row.subject))
            keys = (made.pdf_key or "", made.seal_key or "") if made else None
        if keys is None:
            return
        verdict = outside(check_seal, *keys)
    except Exception as error:  # noqa: BLE001 - whatever happened belongs to this row
        leg.fault(row, error)
        return
    leg.each(lambda session, r: _sealed(session, r, verdict), [row])


def _made(session: Session, envelope: Envelope | None) -> Document | None:
    """The protocol, when its bytes are made and its seal was not verified yet."""
    if envelope is None or envelope.protocol_id is None or envelope.sealed_at is not None:
        return None
    found = session.get(Document, envelope.protocol_id)
    return found if found is not None and found.state == DocumentState.STORED else None


@task(
    name="verify the seal of a protocol", retries=1, retry_delay_seconds=1, persist_result=False, cache_policy=NO_CACHE
)
def check_seal(pdf_key: str, seal_key: str) -> dict[str, Any]:
    """The plain form of the verdict on the company's own seal. Raises ValueError when it does not hold."""
    store = storage()
    # a certificate lives by the world's clock: demonstration data are sealed today for days gone by
    return seal_verdict(store.get(pdf_key), store.get(seal_key), max(clock.now(), datetime.now(UTC)))


def seal_verdict(pdf: bytes, proof: bytes, at: datetime) -> dict[str, Any]:
    """The plain form of the verdict. Only the company's own certificate is believed here; whether it was revoked is
    asked by those who check papers. Raises ValueError when anything fails."""
    own = utility_seal().chain
    found = overall(verify.detached(pdf, proof, Trust.of(own[:1], own[1:]), at))
    passed = {c.code for c in found.checks if c.outcome is Outcome.PASSED}
    failed = [c.code for c in found.checks if c.outcome is Outcome.FAILED]
    if failed or _PROVES - passed:
        raise ValueError(f"the seal of the protocol does not hold: {found.reason}: {failed or _PROVES - passed}")
    plain: dict[str, Any] = json.loads(json.dumps(asdict(found), default=str))
    return plain


def _sealed(session: Session, row: Row, verdict: dict[str, Any]) -> None:
    envelope = lock(session, row.subject)
    work.fence(session, row)
    made = _made(session, envelope)
    if made is not None:
        protocol.sealed(session, envelope, made, clock.now(), verdict)


def tell(leg: Leg) -> None:
    """The outcome to everybody who was asked; of a signed envelope when its protocol is sealed."""
    _on(leg, _tell)


def _tell(session: Session, envelope: Envelope, now: datetime) -> None:
    if envelope.state in CLOSED and (envelope.state != EnvelopeState.COMPLETED or envelope.sealed_at):
        letters.ended(session, envelope, now)


def arm(leg: Leg) -> None:
    """The next alarm: the end of the time, the next reminder, a protocol that is being made."""
    _on(leg, _arm)


def _arm(session: Session, envelope: Envelope, now: datetime) -> None:
    if envelope.state == EnvelopeState.COMPLETED and envelope.sealed_at is None:
        work.wake(session, PROCESS, envelope.id or 0, after=_LOOK_AGAIN, lane=work.TIMER)
    if envelope.state == EnvelopeState.OPEN and replacing.waits(session, envelope):
        work.wake(session, PROCESS, envelope.id or 0, after=_LOOK_AGAIN, lane=work.TIMER)
    elif envelope.state == EnvelopeState.OPEN:
        turn = rules.whose_turn(queries.signers(session, envelope.id or 0))
        times = [t for t in (envelope.expires_at, *(rules.next_reminder(s) for s in turn)) if t is not None]
        if times:
            work.alarm(session, PROCESS, envelope.id or 0, min(times), now)
