"""The visitor's walk through the five steps, kept in a row behind his code: back and forward lose nothing. Sealed by the caller."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, select

from models.booking import actions, rules
from models.booking.register import Office, Region
from models.booking.tables import Booking, Stage, Wizard
from models.booking.taking import Wish, release
from models.people.actions import hashed
from models.process.actor import Actor
from models.process.errors import Invalid

KEEP = timedelta(days=1)  # what was typed and not sent is forgotten after a day


def begin(
    session: Session, now: datetime, user_id: int | None = None, region_id: int | None = None
) -> tuple[str, Wizard]:
    """The code for the cookie (kept nowhere) and the row. A region that there is not is forgotten."""
    code = rules.link_code()
    region = session.get(Region, region_id) if region_id else None
    row = Wizard(
        token_hash=hashed(code),
        user_id=user_id,
        region_id=region.id if region else None,
        created_at=now,
        touched_at=now,
    )
    session.add(row)
    session.flush()
    return code, row


def find(session: Session, code: str, now: datetime, *, lock: bool = False) -> Wizard | None:
    """The walk of this code, while it is remembered."""
    query = select(Wizard).where(Wizard.token_hash == hashed(code), Wizard.touched_at > now - KEEP)
    if lock:
        query = query.with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first() if code else None


def choose_office(session: Session, row: Wizard, office_id: int, now: datetime) -> None:
    """Raises Invalid("office") for one that is not switched on. Another office forgets the time chosen."""
    office = session.get(Office, office_id)
    if office is None or not office.switched_on:
        raise Invalid("office", "Choose the office from the list")
    if row.office_id != office_id:
        _give_up(session, row)
    row.region_id, row.office_id = office.region_id, office_id
    _touch(session, row, now)


def choose_service(session: Session, row: Wizard, service_id: int, now: datetime) -> None:
    if row.service_id != service_id:
        _give_up(session, row)
    row.service_id = service_id
    _touch(session, row, now)


def choose_time(session: Session, row: Wizard, start: datetime, actor: Actor, now: datetime) -> Booking:
    """The place is held from now on. Raises PlaceLost, Invalid("starts_at"): roll back, then `remember` what was wanted."""
    if row.office_id is None or row.service_id is None:
        raise Invalid("service", "Choose the service")
    booking = actions.rehold(session, row.booking_id, Wish(row.office_id, row.service_id, start), actor, now)
    row.booking_id, row.wanted_at = booking.id, start
    _touch(session, row, now)
    return booking


def remember(session: Session, row: Wizard, start: datetime, now: datetime) -> None:
    """The time that was wanted and is lost: the nearest free ones are shown beside it."""
    row.wanted_at = start
    _touch(session, row, now)


def keep(session: Session, row: Wizard, typed: bytes, now: datetime) -> None:
    row.typed = typed
    _touch(session, row, now)


def held(session: Session, row: Wizard, now: datetime) -> Booking | None:
    """The place that this visitor still holds."""
    booking = session.get(Booking, row.booking_id, populate_existing=True) if row.booking_id else None
    if booking is None or booking.stage != Stage.HELD:
        return None
    return booking if booking.hold_until and now < booking.hold_until else None


def leave(session: Session, row: Wizard) -> None:
    """Row B-16, «Отменить»: the place is free, what was typed is gone."""
    if row.booking_id:
        release(session, row.booking_id)
    session.delete(row)
    session.flush()


def sweep(session: Session, now: datetime) -> int:
    """Forget walks that were left a day ago; their holds have lapsed long since."""
    done = session.execute(text("delete from booking_wizard where touched_at < :before"), {"before": now - KEEP})
    return int(done.rowcount)  # type: ignore[attr-defined]


def _give_up(session: Session, row: Wizard) -> None:
    booking_id, row.booking_id, row.wanted_at = row.booking_id, None, None
    session.add(row)
    session.flush()
    if booking_id:
        release(session, booking_id)


def _touch(session: Session, row: Wizard, now: datetime) -> None:
    row.touched_at = now
    session.add(row)
    session.flush()
