"""Promised calls of an appeal: promised, made, not reached, no longer needed. The appeal is locked by whoever calls this."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from models.appeal import clocks, rules
from models.appeal.tables import PROCESS, Appeal, AppealCall, CallState
from models.process import history
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotReady
from models.process.terms import calendar
from models.process.words import N_

_TITLE = N_("Call the author")


def promised(session: Session, appeal_id: int) -> AppealCall | None:
    return session.exec(
        select(AppealCall).where(AppealCall.appeal_id == appeal_id, AppealCall.state == CallState.PROMISED)
    ).first()


def faults(session: Session, on: date | None, hours: str, now: datetime) -> list[Invalid]:
    """What is wrong with a wish to be called. Beside "call_on" and "call_hours"."""
    local = now.astimezone(clocks.zone_of(session))
    return rules.call_faults(calendar(session), clocks.hours(session), local, on, hours)


def promise(session: Session, appeal: Appeal, on: date | None, hours: str, actor: Actor, now: datetime) -> AppealCall:
    """A day and a part of it; a promise that stood is replaced. Raises ManyInvalid, Invalid("phone"), NotReady."""
    found = faults(session, on, hours, now)
    if found or on is None:
        raise ManyInvalid(found)
    if not appeal.phone:
        raise Invalid("phone", N_("Write the phone number on which we call"))
    if appeal.ended_at is not None:
        raise NotReady(N_("The appeal is closed: nobody is called"))
    drop(session, appeal, actor, now)
    row = AppealCall(appeal_id=appeal.id or 0, on=on, hours=hours, promised_at=now)
    session.add(row)
    session.flush()
    _note(session, appeal, "call_promised", actor, now, on=on.isoformat(), hours=hours)
    return row


def end(session: Session, appeal: Appeal, reached: bool, note: str, actor: Actor, now: datetime) -> AppealCall:
    """Somebody of ours has called. Raises NotAllowed, NotReady when no call is promised."""
    if actor.role not in rules.WORKERS:
        raise NotAllowed(move=_TITLE)
    row = promised(session, appeal.id or 0)
    if row is None:
        raise NotReady(N_("No call is promised: the list has changed meanwhile"))
    row.state = CallState.DONE if reached else CallState.NOT_REACHED
    row.ended_at, row.caller_id, row.note = now, actor.user_id, note.strip()[:500]
    session.add(row)
    _note(session, appeal, "call_made" if reached else "call_not_reached", actor, now, note=row.note)
    return row


def drop(session: Session, appeal: Appeal, actor: Actor, now: datetime) -> None:
    """A promise that has lost its object: the appeal is over, or another time is promised."""
    row = promised(session, appeal.id or 0)
    if row is not None:
        row.state, row.ended_at = CallState.CANCELLED, now
        session.add(row)
        session.flush()


def _note(session: Session, appeal: Appeal, verb: str, actor: Actor, now: datetime, **facts: Any) -> None:
    door = {Role.APPLICANT: "cabinet", Role.SYSTEM: "engine"}.get(actor.role, "desk")
    history.record(session, PROCESS, appeal, f"{door}:{PROCESS}:{verb}", actor, now, changes=facts)
    appeal.changed_at = now
    session.add(appeal)
    session.flush()
