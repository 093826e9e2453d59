"""Sign in and out. One message for a wrong login or password; what was typed as a login stays in the form."""

import hmac
import threading
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from dashboard import session
from dashboard.faults import sentence_of
from dashboard.public import forms
from dashboard.public.pages import render
from infra import clock
from infra.database import database
from infra.wording import N_
from models.people import actions as people
from models.people.rules import login_of
from models.process.errors import FeederError, Invalid, NotAllowed, TooMany
from signatures.secrets import verify_password

router = APIRouter()
Text = Annotated[str, Form(max_length=300)]
_hashing = threading.BoundedSemaphore(4)  # Argon2id takes 64 MB a time


@router.get("/sign-in")
def form(request: Request, next: Annotated[str, Query(max_length=1000)] = "/") -> Response:  # noqa: A002 - its name in the address
    if session.from_connection(request):
        return RedirectResponse(session.local_path(next), 303)
    return _page(request, "", next)


@router.post("/sign-in")
def sign_in(request: Request, login: Text = "", password: Text = "", csrf: Text = "", next: Text = "/") -> Response:  # noqa: A002
    try:
        forms.check(request, csrf)
        token = _enter(request, login, password)
    except FeederError as error:
        return _page(request, login, next, error)
    response = RedirectResponse(session.local_path(next), 303)
    response.set_cookie(
        session.cookie_name(),
        token,
        max_age=int(people.SESSION_LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=session.secure(),
        path="/",
    )
    return response


@router.post("/sign-out")
def sign_out(request: Request, csrf: Text = "") -> Response:
    """The token is bound to the session: another site cannot send a person out."""
    who = session.from_connection(request)
    if who is None:
        return RedirectResponse("/sign-in", 303)
    if not hmac.compare_digest(who.sign_in.csrf.encode(), csrf.encode()):
        raise NotAllowed(N_("The page has become out of date. Send it once more"))
    with database().transaction() as db:
        people.sign_out(db, request.cookies[session.cookie_name()], clock.now())
    response = RedirectResponse("/sign-in?signed-out=1", 303)
    response.delete_cookie(session.cookie_name(), path="/", secure=session.secure(), httponly=True, samesite="lax")
    return response


def _enter(request: Request, login: str, password: str) -> str:
    """The token of the new session. The try is counted and committed before the password is looked at."""
    if not login.strip():
        raise Invalid("login", N_("Type the login: e-mail, СНИЛС or ИНН"))
    if not password:
        raise Invalid("password", N_("Type the password"))
    address, now = session.address_of(request), clock.now()
    keys = (("sign-in", login_of(login)), ("sign-in-address", address))
    with database().transaction() as db:
        for kind, key in keys:
            people.count_attempt(db, kind, key, now)
    with _hashing, database().transaction() as db:
        agent = request.headers.get("user-agent", "")
        token, _row = people.sign_in(db, login, password, now, verify=verify_password, address=address, agent=agent)
        for kind, key in keys:
            people.forgive_attempts(db, kind, key)
        _end_former(request, db, now)
    return token


def _end_former(request: Request, db: Session, now: datetime) -> None:
    """A browser holds one session: signing in again ends the former one."""
    former = request.cookies.get(session.cookie_name())
    if former:
        people.sign_out(db, former, now)


def _page(request: Request, login: str, then: str, error: FeederError | None = None) -> Response:
    status = (
        200
        if error is None
        else 429
        if isinstance(error, TooMany)
        else 403
        if isinstance(error, forms.StaleForm)
        else 422
    )
    return render(
        request,
        "sign-in.html",
        status,
        login=login,
        next=session.local_path(then),
        wrong=sentence_of(error) if error else "",
        field=error.field if isinstance(error, Invalid) else "",
        signed_out="signed-out" in request.query_params,
        asked=session.local_path(then) != "/",
    )
