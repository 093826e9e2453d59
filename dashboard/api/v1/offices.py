"""Offices, their services and free times: everybody's knowledge. Of taken places nothing but «taken» is told."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from dashboard.api.v1.door import Caller, Holding
from dashboard.api.v1.replies import shown
from dashboard.api.v1.shapes import BIGGEST, Id
from infra import clock
from infra.database import database
from infra.wording import N_
from models.booking import queries
from models.booking.register import Office
from models.integration.rules import Scope
from models.process.errors import Invalid, NotFound

router = APIRouter(tags=["bookings"])
Looker = Annotated[Caller, Depends(Holding(Scope.BOOKINGS_READ))]
LONGEST = timedelta(days=31)


class Service(BaseModel):
    id: int
    name: str
    minutes: int
    papers: list[str]


class Desk(BaseModel):
    id: int
    address: str
    phone: str
    time_zone: str
    services: list[Service]


class Offices(BaseModel):
    items: list[Desk]


class Slots(BaseModel):
    """Free times, in the office's own time."""

    office_id: int
    service_id: int
    free: list[datetime]


@router.get("/offices", summary=N_("Offices and what they serve"), response_model=Offices)
def offices(request: Request, caller: Looker) -> Response:
    with caller.reading() as db:
        found = [(o, queries.services(db, o.id or 0)) for o in queries.offices(db)]
    items = [
        Desk(id=o.id or 0, address=o.address, phone=o.phone, time_zone=o.time_zone,
             services=[Service(id=s.id or 0, name=s.name, minutes=s.minutes, papers=list(s.papers)) for s in served])
        for o, served in found
    ]  # fmt: skip
    return shown(request, Offices(items=items))


@router.get("/offices/{office_id}/slots", summary=N_("Free times of an office"), response_model=Slots)
def slots(
    request: Request,
    _caller: Looker,
    office_id: Id,
    service_id: Annotated[int, Query(ge=1, le=BIGGEST)],
    first: date | None = None,
    last: date | None = None,
) -> Response:
    """`first` and `last`: days of the office, at most 31; without them the next seven. Whether a place is free is seen
    without the wall of the database: behind it everybody sees only his own visits."""
    with database().transaction() as db:
        office, now = db.get(Office, office_id), clock.now()
        if (
            office is None
            or not office.switched_on
            or service_id not in {s.id for s in queries.services(db, office_id)}
        ):
            raise NotFound
        zone = ZoneInfo(office.time_zone)
        since = _least(first, now.astimezone(zone).date())
        until = last or since + timedelta(days=6)
        if not since <= until <= since + LONGEST:
            raise Invalid("last", "Choose up to 31 days, the last not before the first")
        begin, end = (datetime.combine(day, time(), zone) for day in (since, until))
        found = queries.starts(db, office, service_id, begin, end + timedelta(days=1), now)
    free = [at.astimezone(zone) for at, fits in found if fits]
    return shown(request, Slots(office_id=office_id, service_id=service_id, free=free))


def _least(asked: date | None, today: date) -> date:
    """Raises Invalid for a day that no calendar of ours knows."""
    if asked is not None and abs((asked - today).days) > 3660:
        raise Invalid("first", "Choose a day of these years")
    return max(asked or today, today)
