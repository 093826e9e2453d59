"""Verbs of people on a connection: what a click does. Each checks the right, changes rows, flushes, never commits."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from models.connection import effects, queries
from models.connection.actions.after import CHOSEN_AT, FAULTS, awaits_number, choose, note_supply, report_fault
from models.connection.actions.applicant import (
    begin,
    check_draft,
    correct,
    refuse_offer,
    report_own_works,
    save_draft,
    say,
    submit,
    supply_info,
)
from models.connection.actions.change import ask_change, remake_change
from models.connection.actions.clocks import explain_delay, propose_override
from models.connection.actions.contract import answer_remark, conclude_signed, raise_remarks
from models.connection.actions.desk import (
    approve,
    record_answer,
    request_info,
    resume,
    return_conditions,
    save_conditions,
    submit_conditions,
    suspend,
)
from models.connection.actions.ends import ask_refund, goes_by_transfer, terminate
from models.connection.actions.field import METER_REQUIRED, admit_meter, inspect, record_rtn
from models.connection.moving import lock, move
from models.connection.rules import MOVES
from models.connection.tables import Application
from models.process.actor import Actor
from models.process.errors import NotAllowed

__all__ = ["CHOSEN_AT", "FAULTS", "METER_REQUIRED", "admit_meter", "answer_remark", "approve", "ask_change", "ask_refund",
           "awaits_number", "begin", "check_draft", "choose", "conclude_signed", "correct", "effects", "explain_delay",
           "goes_by_transfer", "inspect", "note_supply", "propose_override", "queries", "raise_remarks", "remake_change",
           "record_answer", "record_rtn", "refuse_offer", "report_fault", "report_own_works", "request_info", "resume",
           "return_conditions", "save_conditions", "save_draft", "say", "simple_move", "submit", "submit_conditions",
           "supply_info", "suspend", "terminate"]  # fmt: skip


def simple_move(
    session: Session, case_id: int, name: str, actor: Actor, now: datetime, reason: str = ""
) -> Application:
    """A move that carries nothing but itself and perhaps a reason: withdraw, accept, approve, return, …"""
    if MOVES[name].carries:
        raise NotAllowed(move=MOVES[name].title)
    if verb := _OWN_VERBS.get(name):
        return verb(session, case_id, actor, reason, now)
    case = lock(session, case_id, actor)
    if name in _ENDS:
        case.end_reason = reason.strip()
    return move(session, case, name, actor, now, reason=reason)


_ENDS = {"withdraw", "return", "redirect"}
# moves that change more than the case: by whatever door they come, their own verb does them
_OWN_VERBS: dict[str, Callable[[Session, int, Actor, str, datetime], Application]] = {
    "submit_conditions": lambda session, case_id, actor, _, now: submit_conditions(session, case_id, actor, now),
    "approve": lambda session, case_id, actor, _, now: approve(session, case_id, actor, now),
    "return_conditions": return_conditions,
    "report_own_works": lambda session, case_id, actor, _, now: report_own_works(session, case_id, actor, now),
    "suspend": suspend,
    "terminate": terminate,
    "resume": lambda session, case_id, actor, _, now: resume(session, case_id, actor, now),
}
