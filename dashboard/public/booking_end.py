"""The fifth step and what follows: check, PIN, riddle, «Записаться»; then the card, the ticket on paper and by letter."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.public import booking_form, captcha
from dashboard.public.booking_step import checked, page, pressed
from dashboard.public.booking_visit import PAPERS, answer, visit_of
from dashboard.public.booking_walk import VISITOR, Sent, Walk, box, to, walking
from dashboard.public.pages import render
from documents.sheets.booking import attachments
from documents.visit import arrival, card, lines
from infra import profiles
from infra.settings import settings
from infra.storage import storage
from models.booking import actions, rules, sight, wizard
from models.booking.rules import HoldLapsed, PlaceLost
from models.booking.tables import REMIND_NAMES, Booking, Remind, Way
from models.delivery.actions import order
from models.process.errors import FeederError, Invalid, NotFound

router = APIRouter(prefix="/booking")
_SEALED = ("residents", "consent", *[n for n, _, _ in sight.FIELDS])
_OWN = frozenset({"name", "email", "phone", "address", "account"})
_AGAIN = 3  # letters that a visitor may ask for besides the first


@router.get("/check")
def check(request: Request) -> Response:
    with walking(request) as walk:
        if walk is None or walk.ready_for() != "check":
            return to(walk.ready_for() if walk else "")
        if not walk.typed.get("pin"):
            walk.keep(pin=rules.new_pin())
        return _check(request, walk, captcha.fresh("sum"))


def _check(request: Request, walk: Walk, riddle: captcha.Riddle, **values: Any) -> Response:
    return page(request, walk, "check", riddle=riddle, reminds=REMIND_NAMES, ways=walk.ways(), **values)


@router.post("/check")
def finish(request: Request, sent: Sent) -> Response:
    """«Записаться». A hold that has lapsed is taken again when nobody came between."""
    if gone := pressed(request, sent, lambda walk: _wishes(walk, sent)):
        return gone
    token = sent.get("riddle", "")
    try:
        with walking(request) as walk:
            assert walk is not None
            captcha.check(walk.db, "sum", token, sent.get("answer", ""))
            _book(walk)
    except PlaceLost:
        return to("time")
    except Invalid as error:
        return _wrong(request, token, error)
    return to("done")


def _wishes(walk: Walk, sent: dict[str, str]) -> Response | None:
    """How he is reminded and received is kept before the riddle is looked at."""
    if sent.get("remind", "") in set(Remind):
        walk.keep(remind=sent["remind"])
    if sent.get("way", "") in walk.ways():
        walk.keep(way=sent["way"])
    return None


def _wrong(request: Request, token: str, error: FeederError) -> Response:
    captcha.spend(token)
    with walking(request) as walk:
        if walk is None or walk.ready_for() != "check":
            return to(walk.ready_for() if walk else "")
        return _check(request, walk, captcha.fresh("sum"), errors=booking_form.beside(error), status=422)


def _book(walk: Walk) -> None:
    """The held place becomes a booking; the walk remembers the code of its link."""
    if not walk.typed.get("complete") or not walk.typed.get("pin"):
        raise PlaceLost
    if walk.held is None:
        if walk.row.wanted_at is None:
            raise PlaceLost
        wizard.choose_time(walk.db, walk.row, walk.row.wanted_at, VISITOR, walk.now)
    code = rules.link_code()
    try:
        booking = actions.book(walk.db, walk.row.booking_id or 0, VISITOR, _visitor(walk, code), walk.now)
    except (HoldLapsed, NotFound) as error:
        raise PlaceLost from error
    booking.user_id = walk.row.user_id
    walk.db.add(booking)
    walk.keep(code=code)


def _visitor(walk: Walk, code: str) -> actions.Visitor:
    typed = walk.typed
    sealed = {name: typed.get(name, "") for name in _SEALED if name not in _OWN}
    pin = str(typed["pin"])
    return actions.Visitor(
        typed["name"], typed["email"], typed["phone"], typed["address"], typed["account"],
        sealed=box().lock(sealed), ticket=box().lock({"pin": pin, "code": code}),
        pin_hash=rules.pin_hash(settings().secret_key, typed["email"], pin), code=code,
        consent_at=datetime.fromisoformat(typed["consented_at"]), remind=Remind(typed.get("remind", Remind.EMAIL)),
        way=Way(typed["way"]) if typed.get("way") in walk.ways() else None,
    )  # fmt: skip


def _done(walk: Walk | None) -> Booking | None:
    code = str(walk.typed.get("code", "")) if walk else ""
    return actions.by_code(walk.db, code) if walk and code else None


@router.get("/done")
def done(request: Request) -> Response:
    """Rows B-47, B-48, B-50, B-51."""
    with walking(request) as walk:
        booking = _done(walk)
        if walk is None or booking is None:
            return to(walk.ready_for() if walk and not walk.booked else "")
        told = visit_of(walk.db, booking)
        sent = int(walk.typed.get("sent", 0))
        values = {"card": card(told), "arrival": arrival(told), "number": told["number"], "comes": told["way"] == Way.OFFICE, "code": walk.typed["code"],
                  "email": booking.email, "sent": sent, "may_send": sent < _AGAIN, "titles_done": True}  # fmt: skip
        return page(request, walk, "done", **values)


@router.post("/send")
def send(request: Request, sent: Sent) -> Response:
    """Row B-50: the ticket once more to the address of the booking."""
    checked(request, sent)
    with walking(request) as walk:
        booking = _done(walk)
        if walk is None or booking is None:
            return to()
        number = int(walk.typed.get("sent", 0)) + 1
        if number <= _AGAIN:
            told = visit_of(walk.db, booking)
            letter = sight.letter_data(sight.facts(walk.db, booking), booking.name, f"/booking/v/{walk.typed['code']}")
            files = [[n, storage().put(data), media] for n, data, media in attachments(told, profiles.sender())]
            letter |= {"files": files, "what": told["service"], "details": lines(told), "then": arrival(told)}
            order(walk.db, f"booking:{booking.id}:again:{number}", "booking_booked", booking.email, letter, walk.now)
            walk.keep(sent=number)
    return to("done")


@router.get("/file/{name}")
def file(request: Request, name: str) -> Response:
    """A paper of the visit that was just booked."""
    with walking(request) as walk:
        booking = _done(walk)
        if walk is None or booking is None or name not in PAPERS:
            raise NotFound
        return answer(walk.db, booking, name)


@router.get("/ticket")
def ticket(request: Request) -> Response:
    """A page for printing, row B-51."""
    with walking(request) as walk:
        booking = _done(walk)
        if walk is None or booking is None:
            return to()
        told = visit_of(walk.db, booking)
        return render(
            request, "booking-ticket.html", card=card(told), arrival=arrival(told), papers=told["papers"], number=told["number"]
        )  # fmt: skip
