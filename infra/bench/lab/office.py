"""An office for the bench of booking: its desks, its places, the visits of before. Made anew for every part."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import TextClause, text
from sqlmodel import Session, select

from infra.database import Database
from models.booking.register import Desk, DeskService, Office, Region, Service

STEP = timedelta(minutes=30)
_BARE = {
    "booking": "id",
    "history": "process, subject_id, seq",
    "work": "id",
}  # copies without walls, links and triggers
PAST = 100  # visits of each desk before the clock starts


class Numbers(Protocol):
    @property
    def times(self) -> int: ...
    @property
    def desks(self) -> int: ...


def scene(
    db: Database, numbers: Numbers, inserts: tuple[TextClause, TextClause], *, walled: bool
) -> tuple[int, int, list[int], datetime]:
    """A fresh office with all its places; the wall stands or is taken down. `inserts`: one visit into booking_bare, one into booking.
    (office, service, desks, the first time)"""
    first = (datetime.now(UTC) + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    with db.transaction() as session:
        session.execute(text("set local session_replication_role = replica"))
        session.execute(text("truncate booking, booking_wizard, booking_waiting, work, history cascade"))
        for table, key in _BARE.items():
            session.execute(text(f"drop table if exists {table}_bare"))
            session.execute(text(f"create table {table}_bare (like {table} including defaults)"))
            session.execute(text(f"alter table {table}_bare add primary key ({key})"))
        if not walled:
            session.execute(text("alter table booking drop constraint if exists booking_wall"))
            session.execute(text("drop index if exists booking_one_start"))
        region = session.exec(select(Region)).first()
        office = Office(
            region_id=(region.id or 0) if region else 0, address=str(time.time()), time_zone="UTC", switched_on=True
        )
        service = Service(code=str(time.time()), name="bench")
        session.add_all([office, service])
        session.flush()
        desks = [Desk(office_id=office.id or 0, name=str(n)) for n in range(numbers.desks)]
        session.add_all(desks)
        session.flush()
        session.add_all(DeskService(desk_id=d.id or 0, service_id=service.id or 0) for d in desks)
        session.flush()
        session.execute(
            text("""insert into booking_place (office_id, desk_id, starts_at, ends_at)
                select :office, d.id, :first + n * interval '30 min', :first + (n + 1) * interval '30 min'
                  from booking_desk d, generate_series(0, :times - 1) n where d.office_id = :office"""),
            {"office": office.id, "first": first, "times": numbers.times},
        )
        found = (office.id or 0, service.id or 0, [d.id or 0 for d in desks], first)
        _past(session, inserts, found[2], {"office": office.id, "service": service.id, "now": first})
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze booking_place, booking_desk_service, booking, booking_bare"))
    return found


def _past(session: Session, inserts: tuple[TextClause, TextClause], desks: list[int], facts: dict[str, Any]) -> None:
    """The office has received for a while: both tables hold the visits of before, so that plans are those of a working office."""
    for table, query in zip(("booking_bare", "booking"), inserts, strict=True):
        session.execute(
            query,
            [facts | {"desk": desk, "at": at, "end": at + STEP} for desk in desks
             for at in (facts["now"] - timedelta(days=90) + n * STEP for n in range(PAST))],
        )  # fmt: skip
        session.execute(text(f"update {table} set stage = 'SERVED'"))  # noqa: S608
