"""The waiting list: a freed place is held for the first who waits for it, then for the next. Nobody is passed over."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from models.booking import rules, taking
from models.booking.moving import lock, move
from models.booking.register import Office, Service
from models.booking.tables import PROCESS, Booking, Channel, Remind, Stage, Tell, Waiting, WaitState, Way
from models.booking.taking import Wish
from models.people.actions import hashed
from models.process.actor import SYSTEM
from models.process.errors import Invalid, NotFound
from models.process.work import wake

OPEN = frozenset({WaitState.WAITING, WaitState.OFFERED})
_AT_LEAST = timedelta(minutes=10)  # an offer shorter than a hold would be a mockery


def join(
    session: Session, *, office_id: int, service_id: int, days: tuple[date, date], name: str, email: str, phone: str,
    code: str, ticket: bytes | None, now: datetime, way: Way | None = None, tell: Tell = Tell.EMAIL,
    user_id: int | None = None,
) -> Waiting:  # fmt: skip
    """Wait for a place on one of these days, first and last included. `way=None`: as the service is given first.
    Raises Invalid("days" | "way" | "tell")."""
    if days[0] > days[1]:
        raise Invalid("days", "The last day is before the first one")
    ways = session.get_one(Service, service_id).ways
    if way is not None and way not in ways:
        raise Invalid("way", "Choose how you want to be received")
    if (tell == Tell.CABINET and user_id is None) or (tell == Tell.SMS and not rules.mobile(phone)):
        raise Invalid("tell", "Choose how to tell you of a free place")
    row = Waiting(
        office_id=office_id, service_id=service_id, first_day=days[0], last_day=days[1], name=name.strip(),
        email=rules.email_of(email), phone=phone, token_hash=hashed(code), ticket=ticket, created_at=now, changed_at=now,
        way=way or next((w for w in Way if w in ways), Way.OFFICE), tell_by=tell, user_id=user_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def leave(session: Session, row: Waiting, now: datetime) -> None:
    """Waits no longer. A place that was kept for him goes to the next one. Does nothing twice."""
    if row.state not in OPEN:
        return
    taking.enter_alone(session, row.office_id)
    held = session.get(Booking, row.booking_id) if row.state == WaitState.OFFERED and row.booking_id else None
    start = held.starts_at if held is not None and held.stage == Stage.HELD else None
    since = held.created_at if held is not None else None
    if held is not None and start is not None:
        session.expunge(held)
        taking.release(session, row.booking_id or 0)
        session.refresh(row)
    row.booking_id = None
    _become(session, row, WaitState.LEFT, now)
    if start is not None:
        offer(session, row.office_id, row.service_id, start, now, since)


def find(session: Session, code: str) -> Waiting | None:
    """By the long code of the link."""
    return session.exec(select(Waiting).where(Waiting.token_hash == hashed(code))).first()


def offer(
    session: Session, office_id: int, service_id: int, start: datetime, now: datetime, since: datetime | None = None
) -> Waiting | None:
    """A place has become free: hold it for the first who waits for that day. None: nobody waits, or it is gone again.

    `since`: it goes round the list from this moment on, and goes round once. Whoever let it pass is not asked again, and after
    the last one it is free for everybody."""
    office = session.get_one(Office, office_id)
    lead = timedelta(minutes=office.lead_minutes)
    until = min(now + rules.OFFER, start - lead)
    if not office.switched_on or until < now + _AT_LEAST:
        return None
    day = start.astimezone(ZoneInfo(office.time_zone)).date()
    row = _first(session, office_id, service_id, day, since)
    if row is None:
        return None
    try:
        with session.begin_nested():
            held = taking.hold(
                session, Wish(office_id, service_id, start), now, until=until, channel=Channel.WAITING,
                way=_way(session, row), user_id=row.user_id,
            )  # fmt: skip
    except rules.PlaceLost:
        return None
    if since is not None:
        session.get_one(Booking, held.id).created_at = since
    row.booking_id, row.offers = held.id, row.offers + 1
    _become(session, row, WaitState.OFFERED, now)
    wake(session, PROCESS, held.id or 0)  # the letter
    return row


def _way(session: Session, row: Waiting) -> Way | None:
    """As he wished, while the service is still given so: the offer tells him how he is received."""
    return Way(row.way) if row.way in session.get_one(Service, row.service_id).ways else None


def _first(session: Session, office_id: int, service_id: int, day: date, since: datetime | None) -> Waiting | None:
    """Who has been offered least often, then who came first; nobody whose offer has ended `since`."""
    query = select(Waiting).where(
        Waiting.office_id == office_id, Waiting.service_id == service_id, Waiting.state == WaitState.WAITING,
        Waiting.first_day <= day, Waiting.last_day >= day,
    )  # fmt: skip
    if since is not None:
        query = query.where(or_(Waiting.offers == 0, col(Waiting.changed_at) < since))
    return session.exec(
        query.order_by(col(Waiting.offers), col(Waiting.id)).limit(1).with_for_update(skip_locked=True)
    ).first()


def accept(session: Session, row: Waiting, now: datetime, *, ticket: bytes | None, pin_hash: str, code: str) -> Booking:
    """The offered place is booked. Raises HoldLapsed when the offer is over."""
    if row.state != WaitState.OFFERED or row.booking_id is None:
        raise rules.HoldLapsed
    try:
        booking = lock(session, row.booking_id)
    except NotFound:
        raise rules.HoldLapsed from None
    rules.MOVES.allow("book", booking.stage, SYSTEM, booking, now)
    booking.name, booking.email, booking.phone = row.name, row.email, row.phone
    booking.ticket, booking.pin_hash, booking.token_hash = ticket, pin_hash, hashed(code)
    booking.booked_at, booking.consent_at = now, row.created_at  # consent was given with the wish
    booking.remind_by = Remind.SMS if row.tell_by == Tell.SMS else Remind.EMAIL
    move(session, booking, "book", SYSTEM, now, changes={"waiting": row.id})
    _become(session, row, WaitState.TAKEN, now)
    return booking


def lapse(session: Session, booking_id: int, now: datetime) -> None:
    """A hold is about to be freed: whoever it was offered to waits on, at the end of those who were offered less."""
    for row in session.exec(select(Waiting).where(Waiting.booking_id == booking_id).with_for_update()):
        if row.state == WaitState.OFFERED:
            row.booking_id = None
            _become(session, row, WaitState.WAITING, now)


def expire(session: Session, today: date, now: datetime) -> int:
    """The days have passed without a place."""
    query = select(Waiting).where(Waiting.state == WaitState.WAITING, Waiting.last_day < today).with_for_update()
    rows = session.exec(query).all()
    for row in rows:
        _become(session, row, WaitState.EXPIRED, now)
    return len(rows)


def _become(session: Session, row: Waiting, state: WaitState, now: datetime) -> None:
    """Whoever waits no more is forgotten: the count stays, his name and contacts go."""
    row.state, row.changed_at = state, now
    if state not in OPEN:
        row.name, row.email, row.phone, row.ticket = "", "", "", None
    session.add(row)
    session.flush()


def listed(session: Session, office_id: int) -> list[tuple[Waiting, str]]:
    """Who waits at this office with the name of the service, in the order in which places are offered."""
    query = select(Waiting, Service.name).join(Service, col(Waiting.service_id) == Service.id)
    query = query.where(Waiting.office_id == office_id, col(Waiting.state).in_(OPEN))
    return list(session.exec(query.order_by(col(Waiting.offers), col(Waiting.id))).all())


def open_offer(session: Session, code: str) -> tuple[Waiting, Booking] | None:
    """The offer behind the link of a letter, while it stands."""
    row = find(session, code)
    booking = session.get(Booking, row.booking_id) if row and row.booking_id else None
    return (row, booking) if row and booking and booking.stage == Stage.HELD else None


def of_customer(session: Session, user_id: int) -> list[tuple[Waiting, Booking | None]]:
    """What somebody waits for who joined while signed in, with the place that is kept for him."""
    query = select(Waiting, Booking).join(Booking, col(Waiting.booking_id) == Booking.id, isouter=True)
    query = query.where(Waiting.user_id == user_id, col(Waiting.state).in_(OPEN))
    return list(session.exec(query.order_by(col(Waiting.id))).all())
