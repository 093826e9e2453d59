"""A booked visit behind the long code of its letter: what it is, its papers, another time, and the end of it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from dashboard.public import forms
from dashboard.public.booking_walk import VISITOR, Sent, box, zone
from dashboard.public.limits import count
from dashboard.public.pages import render
from documents.sheets import booking as sheets
from documents.visit import Visit, calendar, card, ticket_pdf
from infra import clock, profiles
from infra.database import database
from infra.settings import settings
from infra.wording import N_
from models.booking import actions, queries, sight
from models.booking.register import Office
from models.booking.tables import FINAL_STAGES, STAGE_NAMES, Booking, Stage
from models.process.errors import NotFound
from models.process.tables import Setting

router = APIRouter(prefix="/booking")
PAPERS = {
    "ticket.pdf": "Талон.pdf",
    "ticket.xlsx": "Талон.xlsx",
    "form.xlsx": "Печатная форма.xlsx",
    "consent.xlsx": "Согласие на обработку.xlsx",
    "visit.ics": "Приём.ics",
}
NEAREST = 6


def visit_of(db: Session, booking: Booking) -> Visit:
    """What papers say of this visit; the sealed part is opened here."""
    ticket = box().open(booking.ticket) if booking.ticket else {}
    sealed = box().open(booking.sealed) if booking.sealed else {}
    link = f"{settings().site}/booking/v/{ticket['code']}" if ticket else ""
    return sight.visit(sight.facts(db, booking), booking, sealed, str(ticket.get("pin", "")), link)  # type: ignore[return-value]


def answer(db: Session, booking: Booking, name: str) -> Response:
    """One paper as a download. Raises NotFound."""
    told = visit_of(db, booking)
    org = db.get(Setting, "org")
    house = dict(org.value.get("utility", {})) if org else {}
    house["site"] = settings().site.partition("://")[2]
    makers: dict[str, Callable[[], bytes]] = {
        "ticket.pdf": lambda: ticket_pdf(told, house, clock.now().astimezone(clock.zone()).date().isoformat()),
        "ticket.xlsx": lambda: sheets.ticket(told),
        "form.xlsx": lambda: sheets.print_form(told),
        "consent.xlsx": lambda: sheets.consent(told),
        "visit.ics": lambda: calendar(told, profiles.sender()),
    }
    if name not in makers:
        raise NotFound
    media = {"pdf": "application/pdf", "xlsx": sheets.MEDIA_TYPE, "ics": "text/calendar"}[name.rpartition(".")[2]]
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(PAPERS[name])}",
        "Cache-Control": "no-store",
    }
    return Response(makers[name](), media_type=media, headers=headers)


def found(db: Session, code: str) -> Booking:
    """The booking of a letter's link. Raises NotFound."""
    booking = actions.by_code(db, code[:100])
    if booking is None or booking.stage == Stage.HELD:
        raise NotFound(N_("This link leads to no booking. Take the whole link from the letter"))
    return booking


@router.get("/v/{code}")
def visit(request: Request, code: str) -> Response:
    count(request, "status")
    with database().transaction() as db:
        return page(request, db, found(db, code), code)


def page(request: Request, db: Session, booking: Booking, code: str, status: int = 200, **values: Any) -> Response:
    """The visit with what may still be done about it."""
    now, office = clock.now(), db.get_one(Office, booking.office_id)
    displaced = booking.displaced_at is not None
    open_still = booking.stage == Stage.BOOKED and (displaced or now < booking.starts_at)
    near = _others(db, booking, now) if open_still and office.switched_on else []
    told = {
        "card": card(visit_of(db, booking))[1:-1], "state": STAGE_NAMES[Stage(booking.stage)], "code": code,
        "open_still": open_still, "near": [at.astimezone(zone(office)) for at in near], "error": "",
        "displaced": displaced, "papers": PAPERS, "cancelled": booking.stage == Stage.CANCELLED, "number": f"{booking.id:06}",
        "receives": office.switched_on,
        "reason": sight.last_reason(db, booking.id or 0, "cancel", "refuse") if booking.stage in FINAL_STAGES else "",
    }  # fmt: skip
    return render(request, "booking-visit.html", status, **(told | values))


def _others(db: Session, booking: Booking, now: datetime) -> list[datetime]:
    """The nearest free times but his own: another desk may be free then, but that is no other time."""
    near = queries.nearest(db, booking.office_id, booking.service_id, booking.starts_at, now, NEAREST + 1)
    return [at for at in near if at != booking.starts_at or booking.displaced_at][:NEAREST]


@router.get("/v/{code}/{name}")
def paper(request: Request, code: str, name: str) -> Response:
    count(request, "status")
    with database().transaction() as db:
        return answer(db, found(db, code), name)


@router.post("/v/{code}/cancel")
def cancel(request: Request, code: str, sent: Sent) -> Response:
    forms.check(request, sent.get("csrf", ""))
    count(request, "status")
    with database().transaction() as db:
        booking = found(db, code)
        actions.cancel(db, booking.id or 0, VISITOR, clock.now())
        return render(request, "booking-cancelled.html", card=card(visit_of(db, booking))[1:-1], email=booking.email)
