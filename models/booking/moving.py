"""The one door: lock a booking, allow the move, change the stage, write history, wake the leg."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models.booking.register import Office
from models.booking.rules import MOVES
from models.booking.tables import FINAL_STAGES, PROCESS, Booking
from models.integration import events
from models.people import branches
from models.process import history
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotFound
from models.process.work import wake


def lock(session: Session, booking_id: int) -> Booking:
    """Locked until the transaction ends. Raises NotFound: a lapsed hold is deleted."""
    query = select(Booking).where(Booking.id == booking_id).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound
    return found


def office_of(session: Session, booking_id: int) -> int:
    """Where it is booked, unlocked: what is to be entered before the booking is locked. Raises NotFound."""
    found = session.exec(select(Booking.office_id).where(Booking.id == booking_id)).first()
    if found is None:
        raise NotFound
    return found


def door(actor: Actor, name: str) -> str:
    """The tag of a link: by which door the move came."""
    source = {Role.APPLICANT: "site", Role.SYSTEM: "engine"}.get(actor.role, "desk")
    return f"{source}:{PROCESS}:{name}"


def move(
    session: Session,
    booking: Booking,
    name: str,
    actor: Actor,
    now: datetime,
    *,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> Booking:
    """Make one legal move of a locked booking. Raises NotAllowed, IllegalMove, NotReady, HoldLapsed, Invalid("reason"),
    OtherBranch."""
    found = MOVES.allow(name, booking.stage, actor, booking, now)
    if name != "book":  # a caller is booked into any office
        _own_branch(session, booking, actor)
    if found.reason and not reason.strip():
        raise Invalid("reason", "Write the reason: the visitor will read it")
    before = booking.stage
    if found.target is not None:
        booking.stage = found.target
    booking.changed_at = now
    if booking.stage in FINAL_STAGES:
        booking.ended_at = booking.ended_at or now
    history.record(
        session, PROCESS, booking, door(actor, name), actor, now, before=before, changes=changes, reason=reason.strip()
    )
    session.add(booking)
    session.flush()
    tell(session, booking, name, now)
    if actor.role != Role.SYSTEM:
        wake(session, PROCESS, booking.id or 0)
    return booking


def tell(session: Session, booking: Booking, name: str, now: datetime) -> None:
    """The programs of the customer whose visit it is hear of a move."""
    if booking.user_id is not None:
        facts = {
            "booking_id": booking.id,
            "move": name,
            "stage": booking.stage,
            "starts_at": booking.starts_at.isoformat(),
        }
        events.tell(session, booking.user_id, events.Event.BOOKING_CHANGED, facts, now)


def _own_branch(session: Session, booking: Booking, actor: Actor) -> None:
    """An office is run by the staff of its branch."""
    if actor.is_staff:
        office = session.get(Office, booking.office_id)
        branches.need(session, actor, office.branch_id if office else None)
