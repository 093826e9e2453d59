"""Another time for a booked visit, behind the code of its letter: the week grid of the third step, the same rules as for taking."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from dashboard.faults import sentence_of
from dashboard.public import forms
from dashboard.public.booking_step import WEEKDAYS, time_of
from dashboard.public.booking_time import NEAREST, Week, week_asked
from dashboard.public.booking_visit import found, page
from dashboard.public.booking_walk import VISITOR, Sent, zone
from dashboard.public.limits import count
from dashboard.public.pages import render
from infra import clock
from infra.database import database
from infra.wording import N_
from models.booking import actions, queries, rules, timetable
from models.booking.register import Office, Service
from models.booking.tables import Booking, Stage
from models.booking.taking import Wish
from models.process.errors import FeederError, Invalid, NotFound

router = APIRouter(prefix="/booking")


@router.get("/v/{code}/move")
def times(request: Request, code: str, week: Week = "") -> Response:
    """The week of the visit, or the week asked for. A visit that is over has no other time."""
    count(request, "status")
    with database().transaction() as db:
        booking = found(db, code)
        receives = db.get_one(Office, booking.office_id).switched_on  # if not, the visit's page says what to do
        if booking.stage != Stage.BOOKED or rules.over(booking, clock.now()) or not receives:
            return RedirectResponse(f"/booking/v/{code}", 303)
        return _grid(request, db, booking, code, week)


def _grid(
    request: Request, db: Session, booking: Booking, code: str, week: str, status: int = 200, **values: Any
) -> Response:
    now, office = clock.now(), db.get_one(Office, booking.office_id)
    here, own = zone(office), booking.id or 0
    at = booking.starts_at.astimezone(here)
    today = now.astimezone(here).date()
    monday = week_asked(office, week, today) if week else timetable.week_of(max(at.date(), today))
    free = queries.first_free(db, office, booking.service_id, now)
    told = {
        "grid": queries.week(db, office, booking.service_id, monday, now, own), "office": office, "code": code,
        "service": db.get_one(Service, booking.service_id), "now_at": at, "weekdays": WEEKDAYS, "step_week": timedelta(7),
        "first_free": free.astimezone(here) if free else None, "near": [], "error": "",
    }  # fmt: skip
    return render(request, "booking-move.html", status, **(told | values))


@router.post("/v/{code}/move")
def move(request: Request, code: str, sent: Sent) -> Response:
    """Taken as every place is; a time that is lost stands with the nearest free ones, and the visit stays where it was."""
    forms.check(request, sent.get("csrf", ""))
    count(request, "booking-hold")
    at = time_of(sent.get("start", ""))
    try:
        if at is None:
            raise Invalid("start", N_("Choose a free time in the grid"))
        with database().transaction() as db:
            booking = found(db, code)
            if _stays(booking, at):
                return page(request, db, booking, code)
            wish = Wish(booking.office_id, booking.service_id, at)
            actions.reschedule(db, booking.id or 0, VISITOR, wish, clock.now())
            return page(request, db, booking, code, moved=True)
    except NotFound:
        raise
    except FeederError as error:
        return _lost(request, code, sent.get("week", ""), at, error)


def _stays(booking: Booking, at: datetime) -> bool:
    """His own time, which stands marked in the grid."""
    return at == booking.starts_at and booking.stage == Stage.BOOKED and booking.displaced_at is None


def _lost(request: Request, code: str, week: str, at: datetime | None, error: FeederError) -> Response:
    with database().transaction() as db:
        booking, said = found(db, code), sentence_of(error)
        status = 422 if isinstance(error, Invalid) else 409
        if booking.stage != Stage.BOOKED or rules.over(booking, clock.now()):
            return page(request, db, booking, code, 409, error=said)
        here = zone(db.get_one(Office, booking.office_id))
        near = queries.nearest(db, booking.office_id, booking.service_id, at, clock.now(), NEAREST) if at else []
        shown = week if not at or status == 422 else at.astimezone(here).date().isoformat()  # noqa: PLR2004
        return _grid(request, db, booking, code, shown, status, error=said, near=[n.astimezone(here) for n in near])
