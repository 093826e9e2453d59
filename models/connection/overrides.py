"""A due date moved by a manager and confirmed by a second one (four eyes), and why a term of ours is late. Rows only."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session

from models.connection import queries
from models.connection.contract import Override, OverrideState
from models.connection.tables import PROCESS, Application
from models.process import terms
from models.process.actor import Actor
from models.process.errors import Invalid
from models.process.tables import Term
from models.process.words import N_


class LateReason(StrEnum):
    """Why a term of the grid company is late, for the report to the regulator (domain b.5: a code is required)."""

    APPLICANT = "applicant"
    LAND = "land"
    ADJACENT_GRID = "adjacent_grid"
    SYSTEM_OPERATOR = "system_operator"
    CONTRACTOR = "contractor"
    SUPPLY = "supply"
    WEATHER = "weather"
    FORCE_MAJEURE = "force_majeure"
    OWN = "own"


LATE_REASONS = {
    LateReason.APPLICANT: N_("the applicant has not done his part"),
    LateReason.LAND: N_("rights to land, approvals of third persons"),
    LateReason.ADJACENT_GRID: N_("works of an adjacent grid company"),
    LateReason.SYSTEM_OPERATOR: N_("approval of the System Operator"),
    LateReason.CONTRACTOR: N_("fault of a contractor"),
    LateReason.SUPPLY: N_("delivery of equipment"),
    LateReason.WEATHER: N_("weather, season"),
    LateReason.FORCE_MAJEURE: N_("force majeure"),
    LateReason.OWN: N_("own fault of the grid company"),
}


def propose(
    session: Session, case: Application, actor: Actor, term_id: int, due_on: date, reason: str, now: datetime
) -> Override:
    """Another last day for one running clock; nothing moves until somebody else confirms. Raises Invalid("term"|"due_on")."""
    found = next((t for t in terms.running(session, PROCESS, case.id or 0) if t.id == term_id), None)
    if found is None:
        raise Invalid("term", "This term does not run any more")
    if due_on == found.due_on or due_on < now.astimezone(queries.zone_of(session, case)).date():
        raise Invalid("due_on", "Choose another day, today or later")
    row = Override(
        application_id=case.id or 0,
        term_id=term_id,
        rule=found.rule,
        due_before=found.due_on,
        due_on=due_on,
        reason=reason.strip(),
        proposed_by=actor.person,
        proposed_at=now,
    )
    session.add(row)
    session.flush()
    return row


def decide(session: Session, case: Application, agreed: bool, actor: Actor, now: datetime) -> None:
    """The second person's word on what is proposed."""
    row = queries.override(session, case.id or 0)
    assert row is not None, "the needs of the move see to it"
    row.state = OverrideState.APPLIED if agreed else OverrideState.DECLINED
    row.decided_by, row.decided_at = actor.user_id, now
    session.add(row)
    term = session.get(Term, row.term_id)
    open_still = term is not None and not (term.done_at or term.lapsed_at or term.cancelled_at)
    if agreed and term is not None and open_still:
        terms.move_to(session, term, row.due_on, queries.zone_of(session, case))
    session.flush()


def explain(session: Session, case: Application, term_id: int, code: str, note: str) -> Term:
    """Write the reason beside a late clock of ours. Raises Invalid("term"|"code"|"note")."""
    found = next((t for t in queries.late_terms(session, case.id or 0) if t.id == term_id), None)
    if found is None:
        raise Invalid("term", "This term is not late, or its reason is written down already")
    if code not in list(LateReason):
        raise Invalid("code", "Choose a reason from the list")
    found.late_code, found.late_note = code, note.strip()
    session.add(found)
    return found
