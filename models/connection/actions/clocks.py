"""Verbs on terms: another due date by two people, the reason of a delay. Each checks the right, flushes, never commits."""

from datetime import date, datetime

from sqlmodel import Session

from models.connection import overrides
from models.connection.moving import lock, move, ready
from models.connection.tables import Application
from models.process.actor import Actor
from models.process.errors import Invalid


def propose_override(
    session: Session, case_id: int, actor: Actor, term_id: int, due_on: date, reason: str, now: datetime
) -> Application:
    """A manager proposes another last day of one running term. Raises Invalid("term"|"due_on"|"reason")."""
    case = lock(session, case_id, actor)
    ready(session, case, "propose_override", actor, now)
    if not reason.strip():
        raise Invalid("reason", "Write the reason: the applicant will read it")
    row = overrides.propose(session, case, actor, term_id, due_on, reason, now)
    told = {row.rule: [row.due_before.isoformat(), row.due_on.isoformat()]}
    return move(session, case, "propose_override", actor, now, reason=reason, changes=told, checked=True)


def explain_delay(
    session: Session, case_id: int, actor: Actor, term_id: int, code: str, note: str, now: datetime
) -> Application:
    """Why a term of ours is late, by the list of the regulator. Raises Invalid("term"|"code")."""
    case = lock(session, case_id, actor)
    ready(session, case, "explain_delay", actor, now)
    term = overrides.explain(session, case, term_id, code, note)
    told = {"rule": term.rule, "code": code, "note": term.late_note}
    return move(session, case, "explain_delay", actor, now, changes=told, checked=True)
