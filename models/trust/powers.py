"""Verbs on powers of attorney: keep one with its report, record what the register answered, revoke, take off.

Whether a power holds is checked by signatures.poa; here are rows only."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models.people import actions as people
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed, NotFound, Stale
from models.process.words import N_
from models.trust import queries
from models.trust.tables import Power

SUBJECT = "power"  # of audit rows: nothing wakes a power
_READERS = frozenset({Role.OPERATOR, Role.MANAGER, Role.ADMIN})


def register(
    session: Session,
    actor: Actor,
    facts: Mapping[str, Any],
    keys: tuple[str, str],
    report: Mapping[str, Any],
    now: datetime,
) -> Power:
    """A power that could be read. `facts`: number, principal, principal_inn, representatives, powers, issued, until, parent;
    `keys`: XML and signature in the store. One with a refuted check is not kept: Invalid."""
    if report["status"] == "invalid":
        raise Invalid("file", "The power of attorney was not accepted: look at the report")
    if queries.revoked_anywhere(session, facts["number"]) is not None:
        raise Invalid("file", "This power of attorney was revoked")
    if any(p.number == facts["number"] for p in queries.powers_of(session, actor.person)):
        raise Invalid("file", "This power of attorney is registered already")
    row = Power(
        user_id=actor.person, xml_key=keys[0], signature_key=keys[1], status=report["status"], report=dict(report),
        registered_at=now, **facts,
    )  # fmt: skip
    session.add(row)
    session.flush()
    people.note(session, actor, "cabinet:power:register", now, process=SUBJECT, subject_id=row.id, number=row.number)
    return row


def answer(session: Session, actor: Actor, power_id: int, revoked: bool, now: datetime, why: str = "") -> Power:
    """An employee has asked the state register of powers and writes down what it said."""
    row = _for_staff(session, actor, power_id)
    row.asked_by, row.asked_at = actor.person, now
    session.add(row)
    if revoked:
        _revoke(session, actor, row, why or "register", now)
    people.note(session, actor, "desk:power:ask", now, process=SUBJECT, subject_id=row.id, revoked=revoked)
    return row


def read(session: Session, actor: Actor, power_id: int, now: datetime) -> Power:
    """An employee has read the powers that are written as text: they cover signing."""
    row = _for_staff(session, actor, power_id)
    row.read_by, row.read_at = actor.person, now
    session.add(row)
    people.note(session, actor, "desk:power:read", now, process=SUBJECT, subject_id=row.id)
    return row


def revoke(session: Session, actor: Actor, power_id: int, why: str, now: datetime) -> Power:
    """The principal or the customer takes the power back: from now on nobody signs by it. What was signed keeps its force."""
    row = session.exec(select(Power).where(Power.id == power_id).with_for_update()).first()
    if row is None or (actor.role not in _READERS and row.user_id != actor.user_id):
        raise NotFound
    if row.revoked_at is not None:
        raise Stale
    if not why.strip():
        raise Invalid("why", "Write why")
    _revoke(session, actor, row, why.strip(), now)
    return row


def _revoke(session: Session, actor: Actor, row: Power, why: str, now: datetime) -> None:
    row.revoked_at, row.revoked_why = row.revoked_at or now, why[:500]
    session.add(row)
    people.note(session, actor, "any:power:revoke", now, process=SUBJECT, subject_id=row.id, number=row.number, why=why)


def _for_staff(session: Session, actor: Actor, power_id: int) -> Power:
    if actor.role not in _READERS:
        raise NotAllowed(move=N_("Look after powers of attorney"))
    row = session.exec(select(Power).where(Power.id == power_id).with_for_update()).first()
    if row is None or row.withdrawn_at is not None:
        raise NotFound
    return row
