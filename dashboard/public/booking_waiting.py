"""The waiting list for visitors: join it from the week grid, take or leave the place that was offered by letter."""

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from dashboard.faults import sentence_of
from dashboard.public import booking_form, forms
from dashboard.public.booking_data import prefill
from dashboard.public.booking_step import page
from dashboard.public.booking_walk import Sent, Walk, box, to, walking, zone
from dashboard.public.limits import count
from dashboard.public.pages import render
from infra import clock
from infra.database import database
from infra.settings import settings
from infra.wording import N_, _
from models.booking import rules, waiting
from models.booking.register import Office, Service
from models.booking.tables import TELL_NAMES, WAY_NAMES, Booking, Tell, Waiting, WaitState, Way
from models.process.errors import FeederError, Invalid, NotFound

router = APIRouter(prefix="/booking")
_NEEDED = ("name", "email", "phone", "first", "last")
_LONGEST = timedelta(days=365)  # nobody's data are kept for a longer wait


@router.get("/waiting")
def form(request: Request) -> Response:
    with walking(request) as walk:
        if walk is None or walk.office is None or walk.service is None:
            return to(walk.ready_for() if walk else "")
        prefill(request, walk)
        return _form(request, walk, {}, {})


def _form(request: Request, walk: Walk, sent: dict[str, str], errors: dict[str, str]) -> Response:
    office = walk.office
    assert office is not None
    today = walk.now.astimezone(zone(office)).date()
    kept = {n: str(walk.typed.get(n, "")) for n in ("name", "email", "phone")}
    ways, tells = walk.ways(), _tells(walk)
    chosen = {"way": next(iter(ways), ""), "tell": next(iter(tells))}
    values = {**dict.fromkeys(_NEEDED, ""), **kept, **chosen, "first": today.isoformat(), **sent}
    told = {"values": values, "errors": errors, "today": today, "ways": ways, "tells": tells}
    return page(request, walk, "waiting", 422 if errors else 200, **told)


def _tells(walk: Walk) -> dict[str, str]:
    """How he may be told of a free place; in the cabinet only whoever has one and is signed in."""
    return {t: TELL_NAMES[t] for t in Tell if t != Tell.CABINET or walk.row.user_id}


@router.post("/waiting")
def join(request: Request, sent: Sent) -> Response:
    """Name, address and days are kept; the link of the list is shown once and comes with every offer."""
    forms.check(request, sent.get("csrf", ""))
    count(request, "booking-hold")
    with walking(request) as walk:
        if walk is None or walk.office is None or walk.service is None:
            return to(walk.ready_for() if walk else "")
        today = walk.now.astimezone(zone(walk.office)).date()
        errors = _wrong(walk, sent, today)
        first, last = (booking_form.day_of(sent.get(n, "")) for n in ("first", "last"))
        if first is None or last is None:
            errors.setdefault("last", _("Choose the days"))
        elif not today <= last <= today + _LONGEST:
            errors.setdefault("last", _("Choose days from today on, not further than a year"))
        if errors or first is None or last is None:
            return _form(request, walk, sent, errors)
        code = rules.link_code()
        try:
            waiting.join(
                walk.db, office_id=walk.row.office_id or 0, service_id=walk.row.service_id or 0, days=(first, last),
                name=sent["name"], email=sent["email"], phone=sent["phone"], code=code, ticket=box().lock({"code": code}),
                now=walk.now, way=Way(sent["way"]) if sent.get("way") else None, tell=Tell(sent.get("tell", Tell.EMAIL)),
                user_id=walk.row.user_id,
            )  # fmt: skip
        except Invalid as error:
            return _form(request, walk, sent, {"last": booking_form.beside(error).popitem()[1]})
    return RedirectResponse(f"/booking/offer/{code}", 303)


def _wrong(walk: Walk, sent: dict[str, str], today: date) -> dict[str, str]:
    """An offer goes to the address or the phone: one that is none would wait for ever."""
    found = {n: _("Fill in this field: it is required") for n in _NEEDED if not sent.get(n, "").strip()}
    for name in ("name", "email", "phone"):
        if name not in found and (said := booking_form.fault(name, sent[name].strip(), today)):
            found[name] = said
    if sent.get("way", "") not in ("", *walk.ways()):
        found["way"] = _("Choose how you want to be received")
    if sent.get("tell", Tell.EMAIL) not in _tells(walk):
        found["tell"] = _("Choose how to tell you of a free place")
    if not sent.get("consent"):
        found["consent"] = _("Without your consent we cannot keep your data")
    return found


# ------------------------------------------------------------------------------------------------ the offer
def _found(db: Session, code: str) -> Waiting:
    row = waiting.find(db, code[:100])
    if row is None:
        raise NotFound(N_("This link leads to no waiting list. Take the whole link from the letter"))
    return row


@router.get("/offer/{code}")
def offer(request: Request, code: str) -> Response:
    count(request, "status")
    with database().transaction() as db:
        return _page(request, db, _found(db, code), code)


def _page(request: Request, db: Session, row: Waiting, code: str, status: int = 200, **values: Any) -> Response:
    office, service = db.get_one(Office, row.office_id), db.get_one(Service, row.service_id)
    found = waiting.open_offer(db, code)
    local = zone(office)
    at = until = None
    if found is not None and row.state == WaitState.OFFERED:
        booking: Booking = found[1]
        lives = booking.hold_until is not None and clock.now() < booking.hold_until
        at = booking.starts_at.astimezone(local) if lives else None
        until = booking.hold_until.astimezone(local) if lives and booking.hold_until else None
    told = {"row": row, "office": office, "service": service, "at": at, "until": until, "code": code, "error": "",
            "way": WAY_NAMES[Way(found[1].way if found else row.way)], "tell": TELL_NAMES[Tell(row.tell_by)],
            "open_still": row.state in (WaitState.WAITING, WaitState.OFFERED)}  # fmt: skip
    return render(request, "booking-offer.html", status, **(told | values))


@router.post("/offer/{code}/accept")
def accept(request: Request, code: str, sent: Sent) -> Response:
    """The offered place becomes a booking with its own PIN and link."""
    forms.check(request, sent.get("csrf", ""))
    count(request, "booking-hold")
    pin, link = rules.new_pin(), rules.link_code()
    try:
        with database().transaction() as db:
            row = _found(db, code)
            waiting.accept(
                db, row, clock.now(), ticket=box().lock({"pin": pin, "code": link}),
                pin_hash=rules.pin_hash(settings().secret_key, row.email, pin), code=link,
            )  # fmt: skip
    except FeederError as error:
        if isinstance(error, NotFound):
            raise
        with database().transaction() as db:
            return _page(request, db, _found(db, code), code, 409, error=sentence_of(error))
    return RedirectResponse(f"/booking/v/{link}", 303)


@router.post("/offer/{code}/leave")
def leave(request: Request, code: str, sent: Sent) -> Response:
    forms.check(request, sent.get("csrf", ""))
    with database().transaction() as db:
        waiting.leave(db, _found(db, code), clock.now())
    return RedirectResponse(f"/booking/offer/{code}", 303)
