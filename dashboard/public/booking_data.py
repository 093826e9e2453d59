"""The fourth step: data of the client. Right or wrong, what was typed is kept sealed; the consent is a document of its own."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard import session as sessions
from dashboard.public import booking_form
from dashboard.public.booking_step import page, pressed
from dashboard.public.booking_walk import Sent, Walk, to, walking, zone
from dashboard.public.pages import render
from documents.visit import CONSENT_DATA, CONSENT_PURPOSE
from models.booking.sight import UTILITIES

router = APIRouter(prefix="/booking")


@router.get("/data")
def data(request: Request) -> Response:
    with walking(request) as walk:
        if walk is None or walk.ready_for() in ("office", "service", "time"):
            return to(walk.ready_for() if walk else "")
        prefill(request, walk)
        return _form(request, walk)


def prefill(request: Request, walk: Walk) -> None:
    """A signed-in customer does not type what we know."""
    who = sessions.from_connection(request)
    if who is None or who.is_staff:
        return
    user = who.user
    known = {"name": user.name, "email": user.email or "", "phone": user.phone or "", "registered": user.address or ""}
    walk.typed = {n: v for n, v in known.items() if v} | walk.typed


def _form(request: Request, walk: Walk, **values: Any) -> Response:
    rows = walk.typed.get("residents", [])
    residents = [*rows, *[["", "", ""]] * (booking_form.RESIDENTS - len(rows))]
    blank = dict.fromkeys(booking_form.LABELS, "")
    told = {
        "typed": {**blank, "consent": False, **walk.typed}, "fields": booking_form.fields(), "residents": residents, "resident_fields": booking_form.RESIDENT_FIELDS,
        "resident_labels": booking_form.RESIDENT_LABELS, "utilities": UTILITIES,
    }  # fmt: skip
    return page(request, walk, "data", **(told | values))


@router.post("/data")
def save_data(request: Request, sent: Sent) -> Response:
    return pressed(request, sent, lambda walk: _typed(request, walk, sent))


def _typed(request: Request, walk: Walk, sent: dict[str, str]) -> Response:
    """Right or wrong, what was typed is kept; `back` asks for nothing."""
    values = booking_form.read(sent)
    office = walk.office
    today = walk.now.astimezone(zone(office)).date() if office else walk.now.date()
    errors = booking_form.wrong(values, today)
    consented = walk.typed.get("consented_at") or walk.now.isoformat() if values["consent"] else ""
    walk.keep(**values, complete=not errors, consented_at=consented)
    if sent.get("go") == "back":
        return to("time")
    if errors:
        return _form(request, walk, errors=errors, status=422)
    return to(walk.ready_for())


@router.get("/consent")
def consent(request: Request) -> Response:
    """Purposes and the list of data, a document of its own (row B-42)."""
    return render(request, "booking-consent.html", purpose=CONSENT_PURPOSE, data=CONSENT_DATA)
