"""Verbs of the desk: ask for what is missing, conditions, approval, suspension. Each checks the right, changes rows,
flushes, never commits."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.connection import queries, rules
from models.connection.moves import OFFER
from models.connection.moving import lock, move, ready
from models.connection.tables import (
    PROCESS,
    Application,
    Approval,
    ApprovalState,
    Category,
    Conditions,
    ConditionsState,
    Stage,
)
from models.process import terms
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotReady, Stale
from models.process.typed import whole
from models.process.words import N_


def request_info(
    session: Session, case_id: int, actor: Actor, missing: list[dict[str, str]], now: datetime
) -> Application:
    """Name what is missing: {what, ground, how} each (п. 15). The notice is made, placed and delivered by the leg."""
    case = lock(session, case_id, actor)
    case.missing = [
        {key: m.get(key, "").strip() for key in ("what", "ground", "how")} for m in missing if m.get("what", "").strip()
    ]
    return move(session, case, "request_info", actor, now, changes={"missing": [m["what"] for m in case.missing]})


def save_conditions(
    session: Session, case_id: int, actor: Actor, values: dict[str, Any], now: datetime, read: datetime | None = None
) -> Conditions:
    """The engineer's draft of technical conditions and of the site; a new version after an approved one. `read`: when the
    draft that he looked at was saved; raises Stale when another one stands there since."""
    case = lock(session, case_id, actor)
    if actor.role != Role.ENGINEER:
        raise NotAllowed(move=N_("Edit the technical conditions"))
    if case.stage != Stage.ENGINEERING:
        raise NotReady("Technical conditions are edited only while they are being prepared")
    row = queries.conditions(session, case_id)
    if row is not None and read is not None and row.saved_at != read:
        raise Stale
    if row is None or row.state == ConditionsState.APPROVED:
        version = row.version + 1 if row else 1
        row = Conditions(application_id=case_id, version=version, saved_at=now)
    row.values, row.author_id, row.saved_at = values, actor.person, now
    row.state = ConditionsState.DRAFT
    _site(case, values)
    session.add(row)
    session.add(case)
    session.flush()
    return row


def _site(case: Application, values: dict[str, Any]) -> None:
    """The engineer's findings on which terms and fee depend."""
    distance = whole(values.get("distance_m") or 0)
    if distance is None:
        raise Invalid("distance_m", "The distance is a whole number of metres")
    if not 0 <= distance <= 50_000:
        raise Invalid("distance_m", "Check the distance: it is given in metres")
    case.distance_m = distance
    case.town = bool(values.get("town"))
    case.land_relations = bool(values.get("land_relations"))
    case.investment_works = bool(values.get("investment_works"))
    case.adjacent = bool(values.get("adjacent"))
    centre = str(values.get("centre_id") or "").strip()
    if centre and not (centre.isascii() and centre.isdigit() and len(centre) < 19):
        raise Invalid("centre", "Choose a feeding centre from the list")
    case.centre_id = int(centre) if centre else None


def submit_conditions(session: Session, case_id: int, actor: Actor, now: datetime) -> Application:
    """Send the conditions to a second person. Raises ManyInvalid with what is not filled in."""
    case = lock(session, case_id, actor)
    row = queries.conditions(session, case_id)
    if row and actor.role == Role.ENGINEER:
        faults = rules.conditions_faults(
            row.values, queries.most_years(session, row.saved_at.date())
        ) + rules.points_faults(case, row.values)
        if case.category == Category.REISSUE and case.previous.get("kind") != "conditions":
            faults += rules.reissue_faults(row.values)
        if faults:
            raise ManyInvalid(faults)
    case = move(session, case, "submit_conditions", actor, now)
    if row:
        row.state = ConditionsState.SUBMITTED
        session.add(row)
    _wait_for_parties(session, case, now)
    return case


def _wait_for_parties(session: Session, case: Application, now: datetime) -> None:
    """While somebody else is asked, the clock of the draft contract stands still (п. 15)."""
    if _asked(session, case):
        terms.hold(session, PROCESS, case.id or 0, OFFER, now)


def _asked(session: Session, case: Application) -> list[Approval]:
    row = queries.conditions(session, case.id or 0)
    found = queries.approvals(session, case.id or 0, row.version) if row else ()
    return [a for a in found if a.state == ApprovalState.ASKED]


def record_answer(
    session: Session, case_id: int, actor: Actor, party: str, agreed: bool, remark: str, now: datetime
) -> Application:
    """The answer of the System Operator or the adjacent grid, written down by the desk. When the last one has answered
    the clock of the draft runs on, with at least the days of TP-04S left. Raises Invalid("party"|"remark")."""
    case = lock(session, case_id, actor)
    ready(session, case, "record_answer", actor, now)
    row = next((a for a in _asked(session, case) if a.party == party), None)
    if row is None:
        raise Invalid("party", "This party is not asked, or has answered already")
    if not agreed and not remark.strip():
        raise Invalid("remark", "Write why the party refuses")
    row.state = ApprovalState.AGREED if agreed else ApprovalState.REFUSED
    row.answered_at, row.answered_by, row.remark = now, actor.user_id, remark.strip()
    session.add(row)
    case = move(
        session,
        case,
        "record_answer",
        actor,
        now,
        changes={"party": party, "agreed": agreed, "remark": remark},
        checked=True,
    )
    if not _asked(session, case):
        zone = queries.zone_of(session, case)
        least = queries.rules_today(session, now.astimezone(zone).date())["TP-04S"].length or 0
        terms.let_go(session, PROCESS, case_id, OFFER, now, zone, least)
    return case


def approve(session: Session, case_id: int, actor: Actor, now: datetime) -> Application:
    """The second person approves: fee, invoice and papers of the offer are ordered in this transaction."""
    case = lock(session, case_id, actor)
    row = queries.conditions(session, case_id)
    if row is not None:
        row.approver_id = actor.user_id
    case = move(session, case, "approve", actor, now, changes={"conditions": row.version if row else None})
    if row is not None:
        row.state, row.approved_at = ConditionsState.APPROVED, now
        session.add(row)
    return case


def return_conditions(session: Session, case_id: int, actor: Actor, reason: str, now: datetime) -> Application:
    case = lock(session, case_id, actor)
    case = move(session, case, "return_conditions", actor, now, reason=reason)
    if row := queries.conditions(session, case_id):
        row.state, row.remark = ConditionsState.RETURNED, reason.strip()
        session.add(row)
        _forget_answers(session, case, row, now)
    return case


def _forget_answers(session: Session, case: Application, row: Conditions, now: datetime) -> None:
    """The next text is approved anew: answers belong to the version that was sent back."""
    asked = queries.approvals(session, case.id or 0, row.version)
    if not asked:
        return
    zone = queries.zone_of(session, case)
    terms.let_go(session, PROCESS, case.id or 0, OFFER, now, zone, 0)
    fresh = Conditions(application_id=case.id or 0, version=row.version + 1, saved_at=now, values=row.values,
                       author_id=row.author_id, remark=row.remark)  # fmt: skip
    session.add(fresh)
    session.flush()


def suspend(session: Session, case_id: int, actor: Actor, reason: str, now: datetime) -> Application:
    case = lock(session, case_id, actor)
    case = move(session, case, "suspend", actor, now, reason=reason)
    case.suspension_reason = reason.strip()
    terms.pause(session, "connection", case_id, now)
    return case


def resume(session: Session, case_id: int, actor: Actor, now: datetime) -> Application:
    """The terms run on, the days of the pause are given back."""
    case = lock(session, case_id, actor)
    paused = {t.rule: t.due_on.isoformat() for t in terms.running(session, "connection", case_id) if t.paused_at}
    terms.resume(session, "connection", case_id, now, queries.zone_of(session, case))
    if case.stage == Stage.AWAITING_INFO or _asked(session, case):
        terms.hold(session, "connection", case_id, OFFER, now)
    moved = {t.rule: [paused.get(t.rule), t.due_on.isoformat()] for t in terms.running(session, "connection", case_id)}
    return move(session, case, "resume", actor, now, changes=moved)
