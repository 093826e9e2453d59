"""Verbs on visits and sheets: propose, agree, take another time, call off, reorder, save. They flush, never commit."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from models.connection import letters
from models.connection import queries as connection
from models.connection.moving import lock
from models.connection.tables import PROCESS, Application
from models.people import represent_queries as powers
from models.people.represent_tables import Act
from models.people.tables import User
from models.process import history
from models.process.actor import SYSTEM, Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound, NotReady, Stale
from models.process.terms import calendar
from models.process.words import N_
from models.visit import queries, rules
from models.visit.tables import ALIVE, FieldSheet, Hours, Kind, Visit, VisitState


def propose(
    session: Session, case_id: int, kind: Kind, inspector_id: int, on: date, hours: Hours, actor: Actor, now: datetime, *,
    note: str = "",
) -> Visit:  # fmt: skip
    """Promise a visit and write to the applicant. One that is planned already is called off first.

    Raises NotAllowed, NotReady, Invalid("inspector"), ManyInvalid beside "on" and "hours"."""
    if actor.role not in rules.PLANNERS:
        raise NotAllowed(move=N_("Plan a visit"))
    case = lock(session, case_id, actor)
    _open(case, kind)
    _timely(session, case, on, hours, now)
    inspector = session.get(User, inspector_id)
    if inspector is None or not inspector.active or inspector.role not in rules.GOES[kind]:
        raise Invalid("inspector", "Choose somebody who goes to such visits")
    older = queries.alive(session, case_id, kind)
    if older is not None:
        _end(session, older, VisitState.CANCELLED, now, "назначено другое время")
    row = Visit(
        application_id=case_id, kind=kind, inspector_id=inspector_id, on=on, hours=hours, note=note.strip()[:500],
        place=_place(session, inspector_id, on, hours), proposed_by=actor.person, proposed_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    row.route = row.id or 0
    _tell(session, case, row, actor, now, "proposed", older)
    return row


def _open(case: Application, kind: str) -> None:
    if case.stage != rules.STAGES[Kind(kind)] or case.suspended_at is not None:
        raise NotReady("The application does not wait for this visit now")


def _timely(session: Session, case: Application, on: date, hours: str, now: datetime) -> None:
    local = now.astimezone(connection.zone_of(session, case))
    if faults := rules.time_faults(calendar(session), local, on, hours):
        raise ManyInvalid(faults)


def _place(session: Session, inspector_id: int, on: date, hours: str) -> int:
    """A free seat in this part of the day; the inspector's row is locked, the database has the last word."""
    session.get(User, inspector_id, with_for_update=True)
    query = select(Visit.place).where(Visit.inspector_id == inspector_id, Visit.on == on, Visit.hours == hours)
    taken = set(session.exec(query.where(col(Visit.state).in_(ALIVE))).all())
    found = next((n for n in range(1, rules.PLACES + 1) if n not in taken), None)
    if found is None:
        raise Invalid("hours", "Every place of this time is taken meanwhile. Choose another time")
    return found


def agree(session: Session, visit_id: int, actor: Actor, now: datetime) -> Visit:
    """The applicant takes the proposed time, or staff note that he did so by phone. Raises Stale when it is over."""
    case, row = _locked(session, visit_id, actor)
    if row.state == VisitState.AGREED:
        return row
    row.state, row.agreed_at = VisitState.AGREED, now
    _record(session, case, row, actor, now, "agreed")
    session.add(row)
    return row


def take(session: Session, visit_id: int, on: date, hours: Hours, actor: Actor, now: datetime) -> Visit:
    """The applicant takes another time of the same inspector: agreed at once. Raises as `propose` does."""
    case, row = _locked(session, visit_id, actor)
    _open(case, row.kind)
    _timely(session, case, on, hours, now)
    if (row.on, row.hours) == (on, hours):
        return agree(session, visit_id, actor, now)
    row.place = _place(session, row.inspector_id, on, hours)
    row.on, row.hours, row.moved = on, hours, row.moved + 1
    row.state, row.agreed_at = VisitState.AGREED, now
    session.add(row)
    session.flush()
    _record(session, case, row, actor, now, "moved")
    return row


def call_off(session: Session, visit_id: int, reason: str, actor: Actor, now: datetime) -> Visit:
    """The visit does not take place; the applicant reads why. Raises Invalid("reason")."""
    if not reason.strip():
        raise Invalid("reason", "Write why the visit does not take place: the applicant reads it")
    case, row = _locked(session, visit_id, actor)
    if actor.role not in rules.PLANNERS:
        raise NotAllowed(move=N_("Call off a visit"))
    _end(session, row, VisitState.CANCELLED, now, reason.strip()[:300])
    _tell(session, case, row, actor, now, "called_off", None)
    return row


def done(session: Session, case_id: int, kind: Kind, actor: Actor, now: datetime) -> None:
    """What he came for is written down: the visit is over and the typed sheet is not needed any more."""
    lock(session, case_id, actor)
    if (row := queries.alive(session, case_id, kind)) is not None:
        _end(session, row, VisitState.DONE, now, "")
    if (sheet := queries.sheet(session, case_id, kind)) is not None:
        session.delete(sheet)
        session.flush()


def sweep(session: Session, now: datetime) -> int:
    """Visits to cases that have left the stage (withdrawn, ended) free their places. Gives how many.

    Each case is locked before its visits, in the order of cases; one that somebody works on now waits for the next time."""
    freed = 0
    for case_id in sorted({row.application_id for row in queries.stale(session)}):
        case = _idle(session, case_id)
        if case is None:
            continue
        for row in queries.stale(session, case_id):
            _end(session, row, VisitState.CANCELLED, now, "заявка больше не ждёт выезда")
            _record(session, case, row, SYSTEM, now, "called_off")
            freed += 1
    return freed


def _idle(session: Session, case_id: int) -> Application | None:
    """The case, locked; nothing when somebody has it."""
    query = select(Application).where(Application.id == case_id).with_for_update(skip_locked=True)
    return session.exec(query.execution_options(populate_existing=True)).first()


def go_earlier(session: Session, visit_id: int, actor: Actor) -> None:
    """Change places with the visit before it in the same part of the day. Promises are kept: the hours stay."""
    row = session.get(Visit, visit_id)
    if row is None or actor.user_id != row.inspector_id:
        raise NotFound
    session.get(User, row.inspector_id, with_for_update=True)
    query = select(Visit).where(
        Visit.inspector_id == row.inspector_id,
        Visit.on == row.on,
        Visit.hours == row.hours,
        col(Visit.state).in_(ALIVE),
    )
    rows = session.exec(query.order_by(col(Visit.route), col(Visit.id)).execution_options(populate_existing=True)).all()
    at = next((n for n, v in enumerate(rows) if v.id == visit_id), 0)
    if at:
        rows[at - 1].route, rows[at].route = rows[at].route, rows[at - 1].route
        session.add_all(rows)
        session.flush()


# ------------------------------------------------------------------------------------------------ the sheet
def keep(
    session: Session, case_id: int, kind: Kind, values: Mapping[str, Any], version: int, actor: Actor, now: datetime
) -> int:
    """Save what is typed. `version` is what was read, 0 for a new sheet. Raises Stale when it was saved elsewhere."""
    if actor.role not in rules.GOES[kind]:
        raise NotAllowed(move=N_("Fill in the sheet"))
    case = lock(session, case_id, actor)
    if case.stage != rules.STAGES[kind]:
        raise NotReady("The application does not wait for this visit now")
    row = queries.sheet(session, case_id, kind)
    if (row.version if row else 0) != version:
        raise Stale
    if row is None:
        row = FieldSheet(application_id=case_id, kind=kind, version=0, saved_by=actor.person, saved_at=now)
    row.values, row.version = dict(values), version + 1
    row.saved_by, row.saved_at = actor.person, now
    session.add(row)
    session.flush()
    return row.version


# ------------------------------------------------------------------------------------------------ what all have in common
def _locked(session: Session, visit_id: int, actor: Actor) -> tuple[Application, Visit]:
    """The case first, then the visit. Somebody else's is not found; one that is over is Stale."""
    found = session.get(Visit, visit_id)
    if found is None or actor.role not in rules.PLANNERS | {Role.APPLICANT}:
        raise NotFound
    case = lock(session, found.application_id, actor, Act.CORRESPOND)
    query = select(Visit).where(Visit.id == visit_id).with_for_update()
    row = session.exec(query.execution_options(populate_existing=True)).one()
    if row.state not in ALIVE:
        raise Stale
    return case, row


def _end(session: Session, row: Visit, state: VisitState, now: datetime, reason: str) -> None:
    row.state, row.ended_at, row.reason = state, now, reason
    session.add(row)
    session.flush()


def _record(session: Session, case: Application, row: Visit, actor: Actor, now: datetime, event: str) -> None:
    door = {Role.APPLICANT: "cabinet", Role.SYSTEM: "engine"}.get(actor.role, "desk")
    facts: dict[str, Any] = {"on": row.on.isoformat(), "hours": row.hours, "kind": row.kind}
    tag = f"{door}:connection:visit_{event}"
    named = powers.voice(session, case.applicant_id, case.id or 0, actor, now)
    history.record(session, PROCESS, case, tag, named, now, changes=facts, reason=row.reason)
    session.add(case)
    session.flush()


def _tell(
    session: Session, case: Application, row: Visit, actor: Actor, now: datetime, event: str, older: Visit | None
) -> None:
    """Into the history, and to the applicant by letter and in his notices: Russian, like every letter."""
    _record(session, case, row, actor, now, event)
    what = "Осмотр электроустановки" if row.kind == Kind.INSPECTION else "Допуск прибора учёта"
    start, end = rules.clock_hours(row.hours)
    when = f"{row.on:%d.%m.%Y}, с {start} до {end}"
    if event == "called_off":
        text = f"{what}: выезд {when} не состоится. Причина: {row.reason}. Мы предложим другое время."
    else:
        began = "время изменилось, предлагаем" if older else "предлагаем"
        text = (
            f"{what}: {began} {when}. Подтвердите время или выберите другое в кабинете на странице «Выезд инспектора»."
        )
    letters.letter(session, case, "message", now, text=text, ref=f":visit{row.id}")
