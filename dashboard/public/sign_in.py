"""Sign in and out. One message for a wrong login or password; what was typed as a login stays in the form.

Tries are counted by login and address together. When many addresses try one login, strangers type a code from a picture;
a browser that has signed in before does not notice anything."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from dashboard import session
from dashboard.faults import sentence_of
from dashboard.public import captcha, device, forms, hashing
from dashboard.public.entry import end_former, same_form
from dashboard.public.pages import render
from dashboard.public.registration import KINDS
from infra import clock, profiles
from infra.database import database
from infra.settings import settings
from infra.wording import N_, _
from models.people import actions as people
from models.people.rules import login_of
from models.people.tables import SignIn
from models.process.errors import FeederError, Invalid, TooMany

router = APIRouter()
Text = Annotated[str, Form(max_length=300)]
STEP = "/sign-in/step"  # where a session goes that still waits for something


@router.get("/sign-in")
def form(request: Request, next: Annotated[str, Query(max_length=1000)] = "/") -> Response:  # noqa: A002 - its name in the address
    if session.from_connection(request):
        return RedirectResponse(session.local_path(next), 303)
    return _page(request, {"login": "", "kind": ""}, next)


@router.post("/sign-in")
def sign_in(
    request: Request,
    login: Text = "",
    password: Text = "",
    kind: Text = "",
    captcha: Text = "",
    riddle: Text = "",
    renew: Text = "",
    csrf: Text = "",
    next: Text = "/",  # noqa: A002
) -> Response:
    typed = {"login": login, "kind": kind, "captcha": captcha, "riddle": riddle}
    try:
        forms.check(request, csrf)
        if renew:
            return _page(request, typed, next)
        token, row = _enter(request, typed, password)
    except FeederError as error:
        return _page(request, typed, next, error)
    then = session.local_path(next)
    response = RedirectResponse(session.with_next(STEP, then) if row.waits_for else then, 303)
    session.give(response, token)
    if not row.waits_for:
        device.give(response, login_of(login))
    return response


@router.post("/sign-out")
def sign_out(request: Request, csrf: Text = "") -> Response:
    """The token is bound to the session: another site cannot send a person out."""
    who = session.from_connection(request)
    if who is None:
        return RedirectResponse("/sign-in", 303)
    same_form(who.sign_in, csrf)
    with database().transaction() as db:
        people.sign_out(db, request.cookies[session.cookie_name()], clock.now())
    response = RedirectResponse("/sign-in?signed-out=1", 303)
    response.delete_cookie(session.cookie_name(), path="/", secure=session.secure(), httponly=True, samesite="lax")
    return response


def _enter(request: Request, typed: dict[str, str], password: str) -> tuple[str, SignIn]:
    """The token of the new session and its row. The try is counted and committed before the password is looked at."""
    login = login_of(typed["login"])
    if not login:
        raise Invalid("login", N_("Type the login"))
    if not password:
        raise Invalid("password", N_("Type the password"))
    known = device.mark(request, login)
    if not known and _besieged(login):
        _riddle(typed)
    keys = _count(request, login, known)
    now, address, agent = clock.now(), session.address_of(request), request.headers.get("user-agent", "")
    with hashing.place(known=bool(known)), database().transaction() as db:
        token, row = people.sign_in(
            db,
            login,
            password,
            now,
            verify=hashing.verify_password,
            address=address,
            agent=agent,
            logins=profiles.cabinet().sign_in.logins,
            kind=typed["kind"] if profiles.cabinet().sign_in.by_status else "",
            life=profiles.session_life()[0],
            staff_factor=settings().staff_factor,
        )
        for limit, key in keys:
            people.forgive_attempts(db, limit, key)
        end_former(request, db, now)
    return token, row


def _count(request: Request, login: str, known: str) -> list[tuple[str, str]]:
    """Note the try under its keys, before anything is looked at; gives those that a good sign-in forgives.

    A known browser is counted by itself. What strangers try against a login only brings the picture: nobody is shut out."""
    address, now = session.origin_of(request), clock.now()
    with database().transaction() as db:
        if known:
            keys = [("sign-in", f"{login}@{known}")]
            people.count_attempt(db, *keys[0], now)
            return keys
        keys = [("sign-in", f"{login}@{address}"), ("sign-in-address", address)]
        for kind, key in keys:
            people.count_attempt(db, kind, key, now)
        if not _crowded(people.tries(db, "sign-in-login", login, now)):
            people.count_attempt(db, "sign-in-login", login, now)
    return [*keys, ("sign-in-login", login)]


def _crowded(tries: int) -> bool:
    return tries >= people.LIMITS["sign-in-login"][0]


def _besieged(login: str) -> bool:
    with database().transaction() as db:
        return _crowded(people.tries(db, "sign-in-login", login_of(login), clock.now()))


def _riddle(typed: dict[str, str]) -> None:
    """Raises Invalid("captcha")."""
    try:
        with database().transaction() as db:
            captcha.check(db, "picture", typed["riddle"], typed["captcha"])
    except Invalid:
        captcha.spend(typed["riddle"])
        raise


def _page(request: Request, typed: dict[str, str], then: str, error: FeederError | None = None) -> Response:
    then = session.local_path(then)
    besieged = bool(typed["login"].strip()) and not device.mark(request, login_of(typed["login"]))
    riddle = captcha.fresh("picture") if besieged and _besieged(typed["login"]) else None
    told = profiles.cabinet()
    return render(
        request,
        "sign-in.html",
        _status(error),
        typed=typed,
        next=then,
        wrong=sentence_of(error) if error else "",
        field=error.field if isinstance(error, Invalid) else "",
        note=_note(request, then),
        told=told.sign_in,
        kinds=[(k.value, _(KINDS[k])) for k in told.registration.kinds],
        riddle=riddle,
    )


def _status(error: FeederError | None) -> int:
    if error is None:
        return 200
    if isinstance(error, TooMany):
        return 429
    return 503 if isinstance(error, hashing.Busy) else 403 if isinstance(error, forms.StaleForm) else 422


_NOTES = {
    "signed-out": N_("You have signed out."),
    "registered": N_("The registration is complete: sign in with your login and password."),
    "changed": N_("The password is changed, and all other sessions have ended. Sign in with the new one."),
}


def _note(request: Request, then: str) -> str:
    found = next((text for name, text in _NOTES.items() if name in request.query_params), "")
    return _(found) if found else _("Sign in, and the page you asked for opens.") if then != "/" else ""
