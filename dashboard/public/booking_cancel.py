"""Cancelling by e-mail and PIN in two steps (rows B-57…B-60). Guessing is counted before it is looked at, five an hour."""

import hashlib
import hmac
import time

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard import session as sessions
from dashboard.public import booking_form, forms
from dashboard.public.booking_visit import visit_of
from dashboard.public.booking_walk import VISITOR, Sent
from dashboard.public.pages import render
from documents.visit import card
from infra import clock
from infra.database import database
from infra.settings import settings
from infra.wording import _
from models.booking import actions, moving
from models.booking.rules import WrongPin, email_of
from models.people.actions import count_attempt
from models.process.errors import FeederError

router = APIRouter(prefix="/booking")
_LIFE = 15 * 60  # seconds between the two steps


@router.get("/cancel")
def form(request: Request) -> Response:
    return _form(request, "", {})


def _form(request: Request, email: str, errors: dict[str, str], status: int = 200) -> Response:
    return render(request, "booking-cancel.html", status, email=email, errors=errors)


@router.post("/cancel")
def confirm(request: Request, sent: Sent) -> Response:
    """«Внесение данных клиента» → «Подтверждение отмены». The try is committed whatever comes of it."""
    forms.check(request, sent.get("csrf", ""))
    email, pin = sent.get("email", "").strip(), sent.get("pin", "").strip()
    empty = {name: _("Fill in this field: it is required") for name, v in (("email", email), ("pin", pin)) if not v}
    if empty:
        return _form(request, email, empty, 422)
    address, now = sessions.origin_of(request), clock.now()
    with database().transaction() as db:
        count_attempt(db, "booking-pin", f"{email_of(email)}|{address}", now)
        count_attempt(db, "booking-pin-address", address, now)
        count_attempt(db, "booking-pin-email", email_of(email), now)
    try:
        with database().transaction() as db:
            booking = actions.by_pin(db, email, pin, settings().secret_key, now)
            return render(request, "booking-cancel-confirm.html", card=card(visit_of(db, booking))[:-1],
                          proof=_proof(booking.id or 0, int(time.time()) + _LIFE))  # fmt: skip
    except WrongPin as error:
        return _form(request, email, booking_form.beside(error), 422)


@router.post("/cancel/confirm")
def cancel(request: Request, sent: Sent) -> Response:
    forms.check(request, sent.get("csrf", ""))
    booking_id = _proved(sent.get("proof", ""))
    if booking_id is None:
        return _form(
            request, "", {"": _("A quarter of an hour has passed: write the e-mail and the PIN once more")}, 422
        )
    try:
        with database().transaction() as db:
            booking = actions.cancel(db, booking_id, VISITOR, clock.now())
            return render(
                request, "booking-cancelled.html", card=card(visit_of(db, booking))[1:-1], email=booking.email
            )
    except FeederError as error:
        with database().transaction() as db:
            booking = moving.lock(db, booking_id)
        return _form(request, booking.email, booking_form.beside(error), 409)


def _proof(booking_id: int, until: int) -> str:
    """That the PIN of this booking was given, for a quarter of an hour."""
    body = f"{booking_id}-{until}"
    return f"{body}.{_seal(body)}"


def _proved(proof: str) -> int | None:
    body, _dot, seal = proof.partition(".")
    number, _dash, until = body.partition("-")
    fine = hmac.compare_digest(_seal(body).encode(), seal.encode()) and until.isdecimal() and int(until) > time.time()
    return int(number) if fine and number.isdecimal() else None


def _seal(body: str) -> str:
    return hmac.new(settings().secret_key.encode(), f"booking-cancel:{body}".encode(), hashlib.sha256).hexdigest()[:32]
