"""Verbs of the desk's tools. Each checks the right, changes rows, flushes, never commits."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from models.connection import effects, queries
from models.connection.moving import lock
from models.connection.tables import FINAL_STAGES, PROCESS, Application, Stage
from models.desk import rules
from models.desk.tables import Assignment, RemarkTemplate, StandIn
from models.people import actions as people
from models.people.tables import User
from models.process import history, terms
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound, NotReady
from models.process.words import N_


def _allow(actor: Actor, roles: frozenset[Role], what: str) -> None:
    if actor.role not in roles:
        raise NotAllowed(move=what)


# ------------------------------------------------------------------------------------------------ remark templates
def keep_template(
    session: Session,
    template_id: int | None,
    title: str,
    ground: str,
    how: str,
    active: bool,
    actor: Actor,
    now: datetime,
) -> RemarkTemplate:
    """Add or change a ready-made remark. Raises ManyInvalid beside "title", "ground", "how"."""
    _allow(actor, rules.EDITORS, N_("Edit remark templates"))
    if faults := rules.template_faults(title, ground, how):
        raise ManyInvalid(faults)
    row = session.get(RemarkTemplate, template_id) if template_id else RemarkTemplate(title="", ground="", how="")
    if row is None:
        raise NotFound
    before = [row.title, row.ground, row.how, row.active] if template_id else []
    row.title, row.ground, row.how, row.active = title.strip(), ground.strip(), how.strip(), active
    row.changed_by, row.changed_at = actor.person, now
    session.add(row)
    session.flush()
    after = [row.title, row.ground, row.how, row.active]
    people.note(session, actor, "desk:remark_template:kept", now, template=row.id, before=before, after=after)
    return row


# ------------------------------------------------------------------------------------------------ substitution
def appoint(
    session: Session, absent_id: int, substitute_id: int, starts: date, ends: date, reason: str, actor: Actor,
    now: datetime, zone: ZoneInfo,
) -> StandIn:  # fmt: skip
    """From `starts` to `ends` the substitute may do the work of the other. A head appoints, or who goes away himself."""
    _appoints(session, actor, absent_id)
    absent = session.get(User, absent_id, with_for_update=True)
    faults = rules.stand_in_faults(absent, session.get(User, substitute_id), starts, ends, now.astimezone(zone).date())
    overlapping = select(StandIn).where(
        StandIn.absent_id == absent_id, StandIn.substitute_id == substitute_id, col(StandIn.ended_at).is_(None),
        StandIn.starts_on <= ends, StandIn.ends_on >= starts,
    )  # fmt: skip
    if not faults and session.exec(overlapping).first():
        faults.append(Invalid("substitute", "This substitution stands already for these days"))
    if faults:
        raise ManyInvalid(faults)
    row = StandIn(
        absent_id=absent_id, substitute_id=substitute_id, starts_on=starts, ends_on=ends, reason=reason.strip()[:300],
        made_by=actor.person, made_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    people.note(
        session, actor, "desk:stand_in:appointed", now, stand_in=row.id, absent=absent_id, substitute=substitute_id
    )
    return row


def take_back(session: Session, stand_in_id: int, actor: Actor, now: datetime) -> StandIn:
    """The substitution ends at once."""
    row = session.get(StandIn, stand_in_id, with_for_update=True)
    if row is None:
        raise NotFound
    _appoints(session, actor, row.absent_id)
    if row.ended_at is None:
        row.ended_at, row.ended_by = now, actor.person
        session.add(row)
        people.note(session, actor, "desk:stand_in:ended", now, stand_in=row.id)
    return row


def _appoints(session: Session, actor: Actor, absent_id: int) -> None:
    """By the role that is his own: a hat that is worn for somebody would make itself last for ever. Raises NotAllowed."""
    own = session.get(User, actor.person)
    if actor.person != absent_id and (own is None or own.role not in rules.APPOINTERS):
        raise NotAllowed(move=N_("Appoint a substitute"))


# ------------------------------------------------------------------------------------------------ who works a case
def assign(session: Session, case_id: int, user_id: int, actor: Actor, now: datetime) -> Application:
    """Give a case to somebody of the desk; the history names both. Raises Invalid("user"), NotReady for a closed case."""
    _allow(actor, rules.ASSIGNERS, N_("Assign an application"))
    case = _open(session, case_id, actor)
    user = session.get(User, user_id)
    if user is None or not user.active or user.role not in rules.WORKERS:
        raise Invalid("user", "Choose somebody who handles applications")
    row = session.get(Assignment, case_id)
    before = session.get(User, row.user_id) if row else None
    if before is not None and before.id == user_id:
        return case
    if row is None:
        row = Assignment(application_id=case_id, user_id=user_id, made_by=actor.person, made_at=now)
    row.user_id, row.made_by, row.made_at = user_id, actor.person, now
    session.add(row)
    changes = {"assignee": [before.name if before else "", user.name]}
    history.record(session, PROCESS, case, "desk:connection:assigned", actor, now, changes=changes)
    session.add(case)
    session.flush()
    return case


def _open(session: Session, case_id: int, actor: Actor) -> Application:
    case = lock(session, case_id, actor)
    if case.stage in (*FINAL_STAGES, Stage.DRAFT):
        raise NotReady("The application is closed already")
    return case


# ------------------------------------------------------------------------------------------------ reminders
REMINDERS = {  # the applicant has the turn: the letter that reminds him, and the clock it names
    Stage.AWAITING_INFO: ("info_due", ("TP-02",)),
    Stage.OFFER_PLACED: ("payment_due", ("TP-06X",)),
    Stage.CONTRACT_SENT: ("contract_due", ("TP-06O", "TP-07")),
}


def remind(session: Session, case_id: int, actor: Actor, now: datetime) -> Application:
    """A letter to the applicant about what is his to do, once a day at most. Raises NotReady where nothing waits for him."""
    _allow(actor, rules.ASSIGNERS, N_("Remind the applicant"))
    case = _open(session, case_id, actor)
    found = REMINDERS.get(Stage(case.stage))
    running = {t.rule: t for t in terms.running(session, PROCESS, case_id)}
    term = next((running[r] for r in found[1] if r in running), None) if found else None
    if found is None or term is None or case.suspended_at:
        raise NotReady("Nothing waits for the applicant: there is nothing to remind of")
    zone = queries.zone_of(session, case)
    told = [h for h in queries.history(session, case_id) if h.tag == "desk:connection:reminded"]
    if any(h.at.astimezone(zone).date() == now.astimezone(zone).date() for h in told):
        raise NotReady("The applicant was reminded today already")
    history.record(
        session, PROCESS, case, "desk:connection:reminded", actor, now, changes={"due_on": term.due_on.isoformat()}
    )
    effects.letter(session, case, found[0], now, text=term.title, due=term.due_on.isoformat(), ref=":desk")
    session.add(case)
    session.flush()
    return case
