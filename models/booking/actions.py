"""Verbs on bookings: hold, book, reschedule, cancel, receive. Take a session and `now`, flush, never commit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from models.booking import confirming, rules, taking, waiting
from models.booking.moving import door, lock, move, office_of, tell
from models.booking.register import Office, Service
from models.booking.tables import PROCESS, TAKING_STAGES, Booking, Channel, Remind, Stage, Way
from models.booking.taking import Asks, Taken, Visit, Wish
from models.people.actions import hashed
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotFound
from models.process.work import wake


@dataclass(frozen=True)
class Visitor:
    """Who comes. `sealed`: passport, birth, residents, locked by the caller; `ticket`: {"pin", "code"}, locked too."""

    name: str
    email: str
    phone: str
    address: str = ""
    account: str = ""
    sealed: bytes | None = None
    ticket: bytes | None = None
    pin_hash: str = ""
    code: str = ""
    consent_at: datetime | None = None
    remind: Remind = Remind.EMAIL
    way: Way | None = None  # chosen by the visitor among those of the service

    def fields(self) -> dict[str, Any]:
        """As the table's columns have them; how it is received is decided with the place."""
        return {
            "name": self.name.strip(), "email": rules.email_of(self.email), "phone": self.phone.strip(),
            "account": self.account.strip(), "address": self.address.strip(), "pin_hash": self.pin_hash,
            "token_hash": hashed(self.code) if self.code else None, "remind_by": self.remind,
            "sealed": self.sealed, "ticket": self.ticket, "consent_at": self.consent_at,
        }  # fmt: skip


class Promise(NamedTuple):
    """What the rules ask of a hold that is made and booked in one call."""

    hold_until: datetime


def hold(
    session: Session,
    wish: Wish,
    actor: Actor,
    now: datetime,
    *,
    until: datetime | None = None,
    channel: Channel = Channel.SITE,
    way: Way | None = None,
    wakes: bool = True,
) -> Taken:
    """A place is kept for ten minutes. Raises PlaceLost, NotFound (office or service off), Invalid("starts_at")."""
    user, clerk = _whose(actor)
    return taking.hold(
        session, wish, now, until=until, channel=channel, way=way, user_id=user, made_by=clerk, wakes=wakes,
        asks=_asks(actor),
    )  # fmt: skip


def _asks(actor: Actor) -> Asks:
    return Asks.DESK if actor.is_staff else Asks.VISITOR


def _whose(actor: Actor) -> tuple[int | None, int | None]:
    """(the customer whose visit it is, the member of staff who made it)"""
    return actor.user_id if actor.role == Role.APPLICANT else None, actor.user_id if actor.is_staff else None


def _receives(session: Session, wish: Wish, actor: Actor, now: datetime) -> None:
    """Visitors book switched-on offices only, an hour ahead (domain d); the desk books up to the last minute."""
    asked = select(Office.switched_on, Office.lead_minutes).join(Service, col(Service.id) == wish.service_id)
    found = session.exec(asked.where(Office.id == wish.office_id, Service.active)).first()
    if found is None:
        raise NotFound
    if not (found.switched_on or actor.is_staff):  # type: ignore[attr-defined]
        raise rules.NotReceiving
    lead = timedelta() if actor.is_staff else timedelta(minutes=found.lead_minutes)  # type: ignore[attr-defined]
    if wish.starts_at < now + lead:
        raise Invalid("starts_at", "Choose a later time: this one is too near")


def book(session: Session, booking_id: int, actor: Actor, visitor: Visitor, now: datetime) -> Booking:
    """A held place becomes a booking with its visitor. Raises HoldLapsed, NotFound, Invalid, IllegalMove."""
    booking = session.get(Booking, booking_id, populate_existing=True)
    if booking is None:
        raise NotFound
    _filled(actor, visitor)
    rules.MOVES.allow("book", booking.stage, actor, booking, now)
    fields = visitor.fields() | {"way": _way(session, booking, visitor.way)}
    changes = {"desk": booking.desk_id, "starts_at": booking.starts_at, "channel": booking.channel}
    if not confirming.write(session, booking, fields, door(actor, "book"), actor, changes, now):
        there = lock(session, booking_id)
        rules.MOVES.allow("book", there.stage, actor, there, now)
        raise rules.HoldLapsed
    tell(session, booking, "book", now)
    if actor.role != Role.SYSTEM:
        wake(session, PROCESS, booking_id, ring=False)
    return booking


def _way(session: Session, booking: Booking, chosen: Way | None) -> str:
    if chosen is None or chosen == booking.way:
        return booking.way
    if chosen not in session.get_one(Service, booking.service_id).ways:
        raise Invalid("way", "Choose how you want to be received")
    return chosen


def _filled(actor: Actor, visitor: Visitor) -> None:
    for field, value in (("name", visitor.name), ("email", visitor.email), ("phone", visitor.phone)):
        if not value.strip() and not (actor.is_staff and field == "email"):
            raise Invalid(field, "Fill in this field")


def book_for(
    session: Session, wish: Wish, actor: Actor, visitor: Visitor, now: datetime, *, channel: Channel = Channel.DESK,
    way: Way | None = None,
) -> Taken:  # fmt: skip
    """Staff book on behalf, at the desk or by phone: hold and book in one go. Raises as both."""
    _filled(actor, visitor)
    rules.MOVES.allow("book", Stage.HELD, actor, Promise(now + rules.HOLD), now)
    visit = Visit(visitor.fields(), actor, door(actor, "book"), visitor.way)
    user, clerk = _whose(actor)
    return taking.hold(
        session, wish, now, channel=channel, way=way, user_id=user, made_by=clerk, wakes=actor.role == Role.SYSTEM,
        asks=_asks(actor), visit=visit,
    )  # fmt: skip


def rehold(session: Session, booking_id: int | None, wish: Wish, actor: Actor, now: datetime) -> Booking:
    """The visitor chose: what he held before is given up, unless it is this very time. Raises as `hold`; then the caller
    rolls back and he still holds what he held."""
    taking.enter(session, wish.office_id)
    old = session.get(Booking, booking_id) if booking_id else None
    if old is not None and old.stage == Stage.HELD:
        same = (old.office_id, old.service_id, old.starts_at) == wish[:3]
        if same and old.hold_until and now < old.hold_until:
            return old
        if taking.release(session, old.id or 0):
            session.expunge(old)
    return session.get_one(Booking, hold(session, wish, actor, now).id)


def reschedule(session: Session, booking_id: int, actor: Actor, wish: Wish, now: datetime) -> Booking:
    """Another time, the same booking, PIN and link. Raises PlaceLost and leaves everything as it was."""
    taking.enter_alone(session, wish.office_id, office_of(session, booking_id))
    booking = lock(session, booking_id)
    rules.MOVES.allow("reschedule", booking.stage, actor, booking, now)
    _receives(session, wish, actor, now)
    return _moved(session, booking, actor, wish, now, "")


def _moved(session: Session, booking: Booking, actor: Actor, wish: Wish, now: datetime, reason: str) -> Booking:
    before = {"starts_at": booking.starts_at, "desk": booking.desk_id}
    office, service, start = booking.office_id, booking.service_id, booking.starts_at
    taking.shift(session, booking, wish, now)
    booking.displaced_at, booking.notices = None, booking.notices + 1
    changes = {name: [old, getattr(booking, f"{name}_id" if name == "desk" else name)] for name, old in before.items()}
    made = move(session, booking, "reschedule", actor, now, reason=reason, changes=changes)
    wake(session, PROCESS, booking.id or 0)
    waiting.offer(session, office, service, start, now)
    return made


def cancel(session: Session, booking_id: int, actor: Actor, now: datetime, reason: str = "") -> Booking:
    """The place is free at once and is offered to whoever waits."""
    taking.enter_alone(session, office_of(session, booking_id))
    booking = move(session, lock(session, booking_id), "cancel", actor, now, reason=reason)
    waiting.offer(session, booking.office_id, booking.service_id, booking.starts_at, now)
    return booking


def by_pin(session: Session, email: str, pin: str, secret: str, now: datetime) -> Booking:
    """The nearest booking of this address with this PIN. Count the attempt before. Raises WrongPin."""
    query = select(Booking).where(
        Booking.email == rules.email_of(email), Booking.pin_hash == rules.pin_hash(secret, email, pin),
        Booking.stage == Stage.BOOKED, Booking.starts_at >= now - rules.LATE,
    )  # fmt: skip
    found = session.exec(query.order_by(Booking.starts_at)).first()  # type: ignore[arg-type]
    if found is None:
        raise rules.WrongPin
    return found


def by_code(session: Session, code: str) -> Booking | None:
    """By the long code of the letter's link."""
    return session.exec(select(Booking).where(Booking.token_hash == hashed(code))).first()


def own(session: Session, booking_id: int, actor: Actor) -> Booking:
    """A customer changes his own bookings alone. Raises NotFound for everybody else's."""
    found = session.get(Booking, booking_id)
    if found is None or actor.user_id is None or found.user_id != actor.user_id:
        raise NotFound
    return found


def check_in(session: Session, booking_id: int, actor: Actor, now: datetime) -> Booking:
    """From 15 minutes before to 5 minutes after, both ends in (row B-49). Raises NotReady outside."""
    return _marked(session, move(session, lock(session, booking_id), "check_in", actor, now), checked_in_at=now)


def uncheck(session: Session, booking_id: int, actor: Actor, now: datetime) -> Booking:
    """The wrong line was clicked: the visit waits for its visitor again. After its window it ends as one to which nobody came."""
    return _marked(session, move(session, lock(session, booking_id), "uncheck", actor, now), checked_in_at=None)


def _marked(session: Session, booking: Booking, **fields: Any) -> Booking:
    booking.sqlmodel_update(fields)
    session.add(booking)
    session.flush()
    return booking


def serve(session: Session, booking_id: int, actor: Actor, now: datetime) -> Booking:
    return move(session, lock(session, booking_id), "serve", actor, now)


def refuse(session: Session, booking_id: int, actor: Actor, reason: str, now: datetime) -> Booking:
    """Papers are wrong or incomplete (row B-13). Raises Invalid("reason")."""
    made = move(session, lock(session, booking_id), "refuse", actor, now, reason=reason)
    return _marked(session, made, reason=reason.strip())


def displace(session: Session, booking: Booking, actor: Actor, reason: str, now: datetime, places: list[Wish]) -> bool:
    """The desk is closed at this time: the locked booking goes to the first of `places` that is free, else it waits for a
    person with its mark. Nobody is dropped silently: both ways a letter follows. False: no place was found."""
    assert booking.stage in TAKING_STAGES
    for wish in places:
        try:
            _moved(session, booking, actor, wish, now, reason)
        except rules.PlaceLost:
            continue
        return True
    booking.displaced_at, booking.notices = booking.displaced_at or now, booking.notices + 1
    move(session, booking, "displace", actor, now, reason=reason)
    wake(session, PROCESS, booking.id or 0)
    return False
