"""Verbs of the ordinary path: protocol of disagreements, conclusion. Each checks the right, changes rows, flushes, never
commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from models.connection import queries
from models.connection.moving import lock, move, ready
from models.connection.tables import PROCESS, Answer, Application, Disagreement
from models.document import queries as documents
from models.process.actor import SYSTEM, Actor
from models.process.errors import Invalid, ManyInvalid
from models.signing import queries as envelopes


def raise_remarks(
    session: Session, case_id: int, actor: Actor, remarks: Sequence[Mapping[str, str]], now: datetime
) -> Application:
    """The protocol of disagreements (п. 15): {clause, proposed, ground} each. Raises Invalid("remarks") for an empty one."""
    case = lock(session, case_id, actor)
    told = [{k: str(r.get(k, "")).strip() for k in ("clause", "proposed", "ground")} for r in remarks]
    told = [r for r in told if any(r.values())]
    if not told or any(not r["clause"] or not r["proposed"] for r in told):
        raise Invalid("remarks", "Name the clause and write your wording in every line of the protocol")
    ready(session, case, "raise_remarks", actor, now)
    number = 1 + max(queries.protocols(session, case_id), default=0)
    for seq, row in enumerate(told, start=1):
        session.add(
            Disagreement(
                application_id=case_id,
                round=number,
                seq=seq,
                clause=row["clause"],
                proposed=row["proposed"],
                ground=row["ground"],
                raised_at=now,
            )
        )
    session.flush()
    return move(session, case, "raise_remarks", actor, now, changes={"round": number, "remarks": told})


def answer_remark(
    session: Session, case_id: int, actor: Actor, seq: int, answer: str, text: str, reason: str, now: datetime
) -> Application:
    """Our answer to one line: accepted, declined with a reason, or edited with our own text and a reason."""
    case = lock(session, case_id, actor)
    ready(session, case, "answer_remark", actor, now)
    row = next((d for d in queries.disagreements(session, case_id) if d.seq == seq and not d.answer), None)
    if row is None:
        raise Invalid("seq", "This remark has its answer already")
    faults = []
    if answer not in list(Answer):
        faults.append(Invalid("answer", "Choose: accepted, declined or edited"))
    if answer == Answer.EDITED and not text.strip():
        faults.append(Invalid("text", "Write the wording that you propose instead"))
    if answer in (Answer.DECLINED, Answer.EDITED) and not reason.strip():
        faults.append(Invalid("reason", "Write the reason: the applicant will read it"))
    if faults:
        raise ManyInvalid(faults)
    row.answer, row.text, row.reason = answer, text.strip(), reason.strip()
    row.answered_at, row.answered_by = now, actor.user_id
    session.add(row)
    return move(
        session,
        case,
        "answer_remark",
        actor,
        now,
        changes={"seq": seq, "answer": answer, "reason": reason},
        checked=True,
    )


def conclude_signed(session: Session, case: Application, now: datetime) -> Application:
    """The signed copy has come: the contract is concluded from that day (п. 15); with the switch, from the day of payment."""
    envelope = envelopes.newest(session, PROCESS, case.id or 0, "contract")
    whole = envelope is not None and envelope.state == "COMPLETED" and envelope.ended_at is not None
    case.concluded_at = envelope.ended_at if whole and envelope is not None else _first_paid(session, case)
    case.contract_number = next(
        (d.number for d in documents.papers(session, case.id or 0) if d.kind == "contract"), None
    )
    return move(session, case, "conclude_signed", SYSTEM, now)


def _first_paid(session: Session, case: Application) -> datetime | None:
    from models.payment import queries as payments

    invoice = payments.invoice_of(session, case.id or 0)
    parts = payments.instalments(session, invoice.id) if invoice and invoice.id else []
    return parts[0].paid_at if parts else None
