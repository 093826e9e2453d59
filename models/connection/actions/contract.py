"""Verbs of the ordinary path and of a running contract: protocol of disagreements, conclusion, changes. Each checks the
right, changes rows, flushes, never commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from models.connection import changes, form, queries, rules
from models.connection.moving import lock, move, ready
from models.connection.tables import (
    PROCESS,
    Answer,
    Application,
    Category,
    Change,
    ChangeKind,
    Disagreement,
)
from models.document import queries as documents
from models.people.tables import User
from models.process.actor import SYSTEM, Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed
from models.process.words import N_
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


# ------------------------------------------------------------------------------------------------ changes of the contract
def ask_change(
    session: Session, case_id: int, actor: Actor, kind: str, values: Mapping[str, Any], reason: str, now: datetime
) -> Change:
    """Ask to change a running contract. values: extension {years}, power {power_kw}, fee {project_net,
    project_basis}, owner {login}, termination {costs}.

    Raises Invalid beside the field: "kind", "reason", "years", "power_kw", "project_net", "project_basis", "login",
    "costs"; NotAllowed where staff alone may ask."""
    case = lock(session, case_id, actor)
    ready(session, case, "ask_change", actor, now)
    if kind not in list(ChangeKind):
        raise Invalid("kind", "Choose what is to be changed")
    if not reason.strip():
        raise Invalid("reason", "Write the reason: the other side will read it")
    checked = _CHECKS[ChangeKind(kind)](session, case, actor, values)
    row = Change(
        application_id=case_id, kind=kind, values=checked, reason=reason.strip(), asked_by=actor.person, asked_at=now
    )
    session.add(row)
    session.flush()
    move(session, case, "ask_change", actor, now, changes={"kind": kind} | checked, checked=True)
    return row


def _years(session: Session, case: Application, _: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    typed = str(values.get("years", "")).strip()
    if typed not in ("3", "4", "5", "6") or int(typed) <= changes.years_of(session, case):
        raise Invalid("years", "Technical conditions are valid from 2 to 6 years (п. 24): choose more years than now")
    return {"years": int(typed)}


def _kw(session: Session, case: Application, _: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """The category must stay: another one is another application."""
    new = form.kilowatts(str(values.get("power_kw", "")))
    if new is None or new <= 0 or new == case.power_kw:
        raise Invalid("power_kw", "Power is a number of kW from %(low)s to %(high)s, for example 15 or 7,5", low="0.1", high=form.MOST_KW)  # fmt: skip
    choice = rules.choose(form.told(case, new), rules.Switches.of(queries.org(session)))
    if choice.category != case.category and case.category not in (Category.TEMP, Category.REDISTRIBUTE):
        raise Invalid("power_kw", "With this power other rules apply: a new application is needed")
    return {"power_kw": str(new)}


def _project(session: Session, case: Application, actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """The regulator's fee of an individual project, without VAT, and its decision (п. 30(5)); staff tell it."""
    if not actor.is_staff:
        raise NotAllowed(move=N_("Write down the fee of an individual project"))
    net = form.kilowatts(str(values.get("project_net") or ""))
    if net is None or net <= 0:
        raise Invalid("project_net", "Write the sum as roubles and kopecks, for example 14850,00")
    basis = str(values.get("project_basis") or "").strip()
    if not basis:
        raise Invalid("project_basis", "Write the decision of the regulator: its number and day")
    return {"project_net": f"{net:.2f}", "project_basis": basis}


def _successor(session: Session, case: Application, _: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    from sqlmodel import select

    login = str(values.get("login", "")).strip()
    user = session.exec(select(User).where(User.login == login, User.role == Role.APPLICANT)).first()
    if user is None or user.id == case.applicant_id:
        raise Invalid("login", "The new owner needs a cabinet of his own: write its login")
    return {"user_id": user.id, "name": user.name}


def _costs(session: Session, case: Application, actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the grid company has spent already is named by its staff only."""
    typed = form.kilowatts(str(values.get("costs", "0") or "0")) if actor.is_staff else Decimal(0)
    if typed is None or typed < 0:
        raise Invalid("costs", "Write a number, for example 15 or 7,5")
    return {"costs": str(typed)}


_CHECKS = {
    ChangeKind.EXTENSION: _years,
    ChangeKind.POWER: _kw,
    ChangeKind.FEE: _project,
    ChangeKind.OWNER: _successor,
    ChangeKind.TERMINATION: _costs,
}
