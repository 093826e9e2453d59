"""Signing: by the company's seal, by code, on paper, by certificate. Every signature keeps what proves it.

Order, time and way are asked here, at signing itself; a mail that came early opens nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from models.people.tables import SimpleCode
from models.process.actor import SYSTEM, Actor
from models.process.errors import Invalid, NotFound, NotReady, Stale
from models.signing import queries, rules
from models.signing.moving import allow, move, own, party, record, settle, voice
from models.signing.tables import (
    Envelope,
    Method,
    Paper,
    PartyState,
    Result,
    Signature,
    Signer,
    SigningTry,
)


@dataclass(frozen=True)
class Visit:
    """From where a person acts: for the evidence."""

    address: str = ""
    agent: str = ""
    sign_in_id: int | None = None


@dataclass(frozen=True)
class Proof:
    """A signature file over one paper, as it was judged. `verdict` is the plain form of a Verdict."""

    signature_key: str
    verdict: Mapping[str, Any] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        return self.verdict.get("status") == "valid"


# ------------------------------------------------------------------------------------------------ the four ways
def by_seal(session: Session, envelope: Envelope, now: datetime) -> None:
    """The company's own party: its seal is under every paper already."""
    papers = queries.papers(session, envelope.id or 0)
    if not all(p.seal_key for p in papers):
        return
    for signer in queries.signers(session, envelope.id or 0):
        if Method.SEAL in signer.methods and signer.state in (PartyState.WAITING, PartyState.SIGNED):
            have = _signed_papers(session, signer)
            fresh = [p for p in papers if p.document_id not in have]
            rows = [
                _row(envelope, signer, p, Method.SEAL, now, SYSTEM, Visit(), signature_key=p.seal_key, mark=p.sealed_by)
                for p in fresh
            ]
            _keep(session, envelope, signer, rows, SYSTEM, now, "seal")


def by_code(session: Session, signer_id: int, actor: Actor, code: SimpleCode, now: datetime, visit: Visit, *,
            agreement: str, letter_id: int | None) -> Envelope:  # fmt: skip
    """`code` has been used in this very transaction and is bound to all papers of the envelope."""
    envelope, signer = own(session, signer_id, actor)
    if code.used_at != now or code.user_id != actor.user_id or code.bound_to != bound_for(envelope, signer):
        raise Stale
    told = {
        "agreement": agreement,
        "channel": code.channel,
        "letter_id": letter_id,
        "code_sent_at": code.created_at,
    }
    return _sign(session, envelope, signer, Method.CODE, actor, now, visit, told)


def on_paper(session: Session, signer_id: int, actor: Actor, now: datetime, *, scan_id: int, signed_on: date,
             mark: str) -> Envelope:  # fmt: skip
    """Staff saw the signed paper: the scan is attached to the case, the mark says who signed and what was checked."""
    envelope, signer = party(session, signer_id)
    if not mark.strip():
        raise Invalid("mark", "Write who signed and how you made sure of it")
    if signed_on > now.date():
        raise Invalid("signed_on", "A paper cannot be signed later than today")
    told = {"scan_id": scan_id, "signed_on": signed_on, "mark": mark.strip()}
    return _sign(
        session, envelope, signer, Method.PAPER, actor, now, Visit(actor.address), told, move_name="record_paper"
    )


def confirm_paper(session: Session, signature_id: int, actor: Actor, now: datetime) -> Signature:
    """The second look: by another employee than the one who recorded it."""
    row = session.get(Signature, signature_id)
    if row is None or row.method != Method.PAPER:
        raise NotFound
    envelope, _ = party(session, row.party_id)
    row = session.exec(select(Signature).where(Signature.id == signature_id).with_for_update()).one()
    if row.confirmed_at is not None:
        raise Stale
    if row.user_id == actor.user_id:
        raise NotReady("Another employee has to look at it")
    row.confirmed_by, row.confirmed_at = actor.person, now
    move(session, envelope, "confirm_paper", actor, now, changes={"document": row.document_id, "party": row.party_id})
    session.add(row)
    return row


def by_certificate(session: Session, signer_id: int, actor: Actor, proofs: Mapping[int, Proof], now: datetime,
                   visit: Visit) -> Envelope:  # fmt: skip
    """One valid signature file for every paper of the envelope. Anything else raises Invalid("signature")."""
    envelope, signer = own(session, signer_id, actor)
    papers = queries.papers(session, envelope.id or 0)
    if {p.document_id for p in papers} - set(proofs):
        raise Invalid("signature", "A signature file is missing: every paper needs its own")
    if not all(proofs[p.document_id].valid for p in papers):
        raise Invalid("signature", "The signature was not accepted: look at the report")
    told = {p.document_id: {"signature_key": proofs[p.document_id].signature_key,
                            "verdict": dict(proofs[p.document_id].verdict)} for p in papers}  # fmt: skip
    return _sign(session, envelope, signer, Method.CERTIFICATE, actor, now, visit, {}, each=told)


# ------------------------------------------------------------------------------------------------ what all have in common
def bound_for(envelope: Envelope, signer: Signer) -> str:
    """What a code of this party is bound to: the hashes of all papers of the envelope."""
    return envelope.bound_to


def ready(session: Session, signer_id: int, actor: Actor, method: Method, now: datetime) -> tuple[Envelope, Signer]:
    """May this person sign in this way now? Asked before a code is sent or a file is judged. Raises as `move` does."""
    envelope, signer = own(session, signer_id, actor)
    _in_person(signer, actor, method)
    allow(session, envelope, "sign", actor, now, signer=signer, method=method)
    return envelope, signer


def note_try(session: Session, signer: Signer, method: Method, result: Result, actor: Actor, now: datetime,
             visit: Visit, **facts: Any) -> None:  # fmt: skip
    """A try that came to nothing stays in the record. Commit it in its own transaction."""
    session.add(
        SigningTry(
            envelope_id=signer.envelope_id,
            party_id=signer.id or 0,
            method=method,
            at=now,
            result=result,
            facts=facts,
            user_id=actor.user_id,
            address=visit.address or actor.address,
            agent=visit.agent[:300],
        )
    )
    session.flush()


def _sign(session: Session, envelope: Envelope, signer: Signer, method: Method, actor: Actor, now: datetime,
          visit: Visit, told: Mapping[str, Any], *, each: Mapping[int, Mapping[str, Any]] | None = None,
          move_name: str = "sign") -> Envelope:  # fmt: skip
    papers = queries.papers(session, envelope.id or 0)
    allow(session, envelope, move_name, actor, now, signer=signer, method=method)
    _in_person(signer, actor, method)
    if move_name == "sign" and (named := voice(session, envelope, signer, actor)) is not actor:
        actor, told = named, {**told, "mark": named.name}
    rows = [
        _row(envelope, signer, p, method, now, actor, visit, **told, **(each or {}).get(p.document_id, {}))
        for p in papers
    ]
    note_try(session, signer, method, Result.SIGNED, actor, now, visit)
    _keep(session, envelope, signer, rows, actor, now, move_name, visit.agent)
    settle(session, envelope, now)
    return envelope


def _in_person(signer: Signer, actor: Actor, method: Method) -> None:
    """A certificate proves its owner: for another person it needs a machine-readable power (63-ФЗ, ст. 17.2)."""
    if method == Method.CERTIFICATE and signer.user_id != actor.user_id:
        raise NotReady("A representative signs by a code here; by a certificate only the party itself signs")


def _keep(session: Session, envelope: Envelope, signer: Signer, rows: Sequence[Signature], actor: Actor,
          now: datetime, name: str, agent: str = "") -> None:  # fmt: skip
    """Rows, the party's new state and the link of the chain, with the hash of every paper."""
    if not rows:
        return
    told = {
        "party": signer.name,
        "method": rows[0].method,
        "agent": agent[:300],
        "sha256": {str(r.document_id): r.sha256 for r in rows},
    } | ({"by_agent": actor.name} if name == "sign" and actor.user_id != signer.user_id else {})
    if name == "seal":
        record(session, envelope, name, actor, now, changes=told)
    else:
        move(session, envelope, name, actor, now, signer=signer, method=rows[0].method, changes=told)
    signer.state, signer.acted_at = PartyState.SIGNED, now
    session.add_all([*rows, signer])
    session.flush()


def _row(envelope: Envelope, signer: Signer, paper: Paper, method: Method, now: datetime, actor: Actor, visit: Visit,
         **told: Any) -> Signature:  # fmt: skip
    return Signature(
        envelope_id=envelope.id or 0,
        party_id=signer.id or 0,
        document_id=paper.document_id,
        method=method,
        sha256=paper.sha256,
        streebog=paper.streebog,
        bound_to=envelope.bound_to,
        at=now,
        user_id=actor.user_id,
        address=visit.address or actor.address,
        agent=visit.agent[:300],
        sign_in_id=visit.sign_in_id,
        **told,
    )


def _signed_papers(session: Session, signer: Signer) -> set[int]:
    return set(session.exec(select(Signature.document_id).where(Signature.party_id == signer.id)).all())


def whose_turn(session: Session, envelope: Envelope) -> list[Signer]:
    return rules.whose_turn(queries.signers(session, envelope.id or 0))
