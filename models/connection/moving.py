"""The one door: lock, look, allow, change the stage, write history, start and end terms, order effects, wake the leg."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models.connection import agreements, changes, effects, queries, rules
from models.connection.moves import OFFER
from models.connection.rules import MOVES
from models.connection.tables import CLOSED_STAGES, FINAL_STAGES, PROCESS, Application, Stage
from models.integration import events
from models.people import branches
from models.people import represent_queries as powers
from models.people.represent_tables import Act
from models.process import history, terms
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotFound
from models.process.moves import Move
from models.process.work import wake

AFTER_END = ("TP-03", "TP-22")  # clocks that go on when an application is annulled


def lock(session: Session, case_id: int, actor: Actor, *acts: Act) -> Application:
    """The case, locked until the transaction ends. An applicant finds his own, and those that a power in force covers:
    NotFound otherwise. `acts`: what a representative must be allowed to do here; raises BeyondPower. Staff of another
    branch: raises OtherBranch."""
    query = select(Application).where(Application.id == case_id).with_for_update()
    case = session.exec(query.execution_options(populate_existing=True)).first()
    if case is None or not powers.reaches(session, case.applicant_id, case_id, actor):
        raise NotFound
    branches.need(session, actor, case.branch_id)
    if acts:
        powers.need(session, case.applicant_id, case_id, actor, *acts)
    return case


def ready(session: Session, case: Application, name: str, actor: Actor, now: datetime) -> Move:
    """The move, if it is open now; raises as `move` does. For verbs that write rows before they move."""
    powers.need_move(session, case.applicant_id, case.id or 0, actor, name, now)
    known = queries.known(session, case, actor) if MOVES[name].needs else rules.Known(case)
    return MOVES.allow(name, case.stage, actor, known, now, suspended=case.suspended_at is not None)


def move(
    session: Session,
    case: Application,
    name: str,
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
    changes: dict[str, Any] | None = None,
    request_id: str = "",
    checked: bool = False,
) -> Application:
    """Make one legal move of a locked case. Raises NotAllowed, IllegalMove, NotReady, Invalid("reason").

    `checked`: the verb has asked `ready` before it wrote rows that close the move behind it."""
    found = MOVES[name] if checked else ready(session, case, name, actor, now)
    if found.reason and not reason.strip():
        raise Invalid("reason", "Write the reason: the applicant will read it")
    actor = powers.voice(session, case.applicant_id, case.id or 0, actor, now)
    before = case.stage
    if found.target is not None:
        case.stage = found.target
    case.changed_at = now
    history.record(
        session,
        PROCESS,
        case,
        f"{'cabinet' if actor.role == Role.APPLICANT else 'engine' if found.automatic else 'desk'}:connection:{name}",
        actor,
        now,
        before=before,
        changes=changes,
        reason=reason.strip(),
        request_id=request_id,
    )
    _clocks(session, case, found, now)
    _milestones(case, name, now)
    if case.stage != before:
        facts = {"application_id": case.id, "number": case.number, "stage_before": before, "stage": case.stage}
        events.tell(session, case.applicant_id, events.Event.STAGE_CHANGED, facts, now)
    for effect in found.effects:
        effects.carry(session, case, effect, now, reason.strip(), actor)
    if case.stage in CLOSED_STAGES and found.target is not None:
        effects.close(session, case, now)
    if case.stage == Stage.COMPLETED != before:
        effects.finish(session, case, now)
    session.add(case)
    session.flush()
    if not found.automatic:
        wake(session, PROCESS, case.id or 0)
    return case


def _clocks(session: Session, case: Application, made: Move, now: datetime) -> None:
    case_id = case.id or 0
    session.flush()
    terms.fulfil(session, PROCESS, case_id, made.ends, now)
    terms.drop(session, PROCESS, case_id, made.drops, now)
    if case.stage in CLOSED_STAGES and made.target is not None:
        running = {t.rule for t in terms.running(session, PROCESS, case_id)} - set(AFTER_END)
        terms.drop(session, PROCESS, case_id, running, now)
    if made.name == "request_info":
        terms.hold(session, PROCESS, case_id, OFFER, now)
    for event in made.starts:
        start(session, case, event, now)


def start(session: Session, case: Application, event: str, now: datetime) -> None:
    """Clocks that an event starts for this case. When the applicant has answered, the clock of the offer goes on with the
    days it had left (law 6: it counts from the receipt of the application)."""
    zone, case_id = queries.zone_of(session, case), case.id or 0
    known, column = rules.facts(case), rules.column(case)
    if event == "info.supplied":
        terms.resume(session, PROCESS, case_id, now, zone, OFFER)
        if not terms.unfulfilled(session, PROCESS, case_id, OFFER):  # dropped by an earlier version of this program
            terms.start(session, PROCESS, case_id, "offer.restarted", now, zone=zone, facts=known, category=column)
    terms.start(session, PROCESS, case_id, event, now, zone=zone, facts=known, category=column)
    if event == "contract.concluded":
        session.flush()
        changes.lengthen(session, case, now)
        changes.set_validity(session, case, agreements.years_of(session, case))


_DATES = {
    "submit": "submitted_at",
    "register": "registered_at",
    "accept": "checked_at",
    "approve": "approved_at",
    "place_offer": "offer_placed_at",
    "send_contract": "offer_placed_at",
    "conclude_signed": "concluded_at",
    "note_tu_act": "tu_act_signed_at",
    "complete_signed": "papers_placed_at",
    "complete_reissue": "papers_placed_at",
    "report_grid_works": "grid_works_done_at",
    "report_own_works": "own_works_done_at",
    "pass_inspection": "inspected_at",
    "admit_meter": "meter_admitted_at",
    "energise": "energised_at",
    "complete": "papers_placed_at",
    "suspend": "suspended_at",
}


def _milestones(case: Application, name: str, now: datetime) -> None:
    if name in _DATES:
        setattr(case, _DATES[name], now)
    if name in ("return_conditions", "revise_offer"):
        case.approved_at = None
    if name == "resume":
        case.suspended_at, case.suspension_reason = None, ""
    if name == "fail_inspection":
        case.own_works_done_at = None
    if case.stage in FINAL_STAGES and case.ended_at is None:
        case.ended_at = now
