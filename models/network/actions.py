"""Verbs on feeding centres: add, edit, and hold, connect or give back the power of a case. Flush, never commit."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from models.network.rules import EDIT, EDITORS, Values, checked, differences
from models.network.tables import CENTRE, Centre, Held, Reservation
from models.process import history
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed, NotFound, Stale


def lock(session: Session, ids: Iterable[int]) -> dict[int, Centre]:
    """These centres in the order of their ids, locked until the transaction ends."""
    query = select(Centre).where(col(Centre.id).in_(set(ids))).order_by(col(Centre.id)).with_for_update()
    return {c.id or 0: c for c in session.exec(query.execution_options(populate_existing=True))}


# ------------------------------------------------------------------------------------------------ power of a case
def reserve(session: Session, centre_id: int, application_id: int, kw: Decimal, now: datetime) -> Reservation:
    """Hold `kw` for the case, in place of what it held before. The case is locked by whoever calls.

    Raises Invalid("centre") when the centre is closed or has not enough; the last word is a constraint of the table."""
    session.flush()
    held = standing(session, application_id)
    centres = lock(session, {centre_id} | ({held.centre_id} if held else set()))
    if centre_id not in centres:
        raise NotFound
    if held and (held.centre_id, held.kw) == (centre_id, kw):
        return held
    back = held.kw if held and held.centre_id == centre_id else Decimal(0)
    _must_carry(centres[centre_id], kw, back)
    if held:
        _end(session, held, Held.RELEASED, now)
    made = Reservation(centre_id=centre_id, application_id=application_id, kw=kw, made_at=now)
    _count(session, made)
    return made


def _must_carry(centre: Centre, kw: Decimal, back: Decimal) -> None:
    """`back`: what this very case gives back to the centre."""
    if kw <= 0:
        raise Invalid("centre", "There is no power to reserve: write it in kW")
    if centre.closed and not back:
        raise Invalid("centre", "«%(name)s» takes no new connections now: choose another centre", name=centre.name)
    free = centre.free_kw + back
    if kw > free:
        told = "«%(name)s» has %(free)s kW free, %(kw)s kW are needed: choose another centre"
        raise Invalid("centre", told, name=centre.name, free=f"{free:f}", kw=f"{kw:f}")


def release(session: Session, application_id: int, now: datetime) -> None:
    """Give back what the case holds; nothing when it holds nothing."""
    _finish(session, application_id, Held.RELEASED, now)


def settle(session: Session, application_id: int, now: datetime) -> None:
    """The reserved power is connected now; nothing when the case holds nothing."""
    _finish(session, application_id, Held.SETTLED, now)


def standing(session: Session, application_id: int) -> Reservation | None:
    """What the case holds now."""
    query = select(Reservation).where(Reservation.application_id == application_id, Reservation.state == Held.HELD)
    return session.exec(query).first()


def _finish(session: Session, application_id: int, state: Held, now: datetime) -> None:
    session.flush()
    held = standing(session, application_id)
    if held:
        lock(session, {held.centre_id})
        _end(session, held, state, now)


def _end(session: Session, held: Reservation, state: Held, now: datetime) -> None:
    held.state, held.ended_at = state, now
    _count(session, held)


def _count(session: Session, row: Reservation) -> None:
    """Written at once: the trigger counts, and the centre is read again when somebody asks for it."""
    session.add(row)
    session.flush()
    if centre := session.get(Centre, row.centre_id):
        session.expire(centre)


# ------------------------------------------------------------------------------------------------ the register
def add(session: Session, given: Values, actor: Actor, now: datetime) -> Centre:
    """A new centre. Raises NotAllowed, ManyInvalid, Invalid("name")."""
    _may_edit(actor)
    told = checked(given)
    _must_be_new(session, told.name)
    centre = Centre(**vars(told), changed_at=now)
    session.add(centre)
    session.flush()
    _write(session, centre, "added", actor, now, {name: str(value) for name, value in vars(told).items()})
    return centre


def edit(session: Session, centre_id: int, version: int, given: Values, actor: Actor, now: datetime) -> Centre:
    """Change what people know of a centre; `version` is the one they looked at. Raises Stale, ManyInvalid, NotAllowed."""
    _may_edit(actor)
    centre = lock(session, {centre_id}).get(centre_id)
    if centre is None:
        raise NotFound
    if centre.version != version:
        raise Stale
    told = checked(given, centre.reserved_kw)
    changes = differences(centre, told)
    if told.name != centre.name:
        _must_be_new(session, told.name)
    if changes:
        for field in changes:
            setattr(centre, field, getattr(told, field))
        centre.changed_at = now
        _write(session, centre, "edited", actor, now, changes)
    return centre


def _may_edit(actor: Actor) -> None:
    if actor.role not in EDITORS | {Role.SYSTEM}:
        raise NotAllowed(move=EDIT)


def _must_be_new(session: Session, name: str) -> None:
    if session.exec(select(Centre).where(Centre.name == name)).first():
        raise Invalid("name", "There is a feeding centre with this name already")


def _write(
    session: Session, centre: Centre, what: str, actor: Actor, now: datetime, changes: Mapping[str, object]
) -> None:
    source = "engine" if actor.role == Role.SYSTEM else "desk"
    history.record(session, CENTRE, centre, f"{source}:{CENTRE}:{what}", actor, now, changes=dict(changes))  # type: ignore[arg-type]
    session.add(centre)
    session.flush()
