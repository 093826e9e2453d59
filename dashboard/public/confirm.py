"""The link of a letter or a message: completes a registration, opens the new password, confirms a new address.

Looking at a link changes nothing that matters: programs that check letters follow links too. The one exception is the
browser in which the registration was begun (row J-054: following the link completes it)."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from dashboard import session
from dashboard.faults import sentence_of
from dashboard.public import forms, recovery, registration_end
from dashboard.public.entry import sender
from dashboard.public.limits import count
from dashboard.public.pages import render
from infra import clock
from infra.database import database
from models.people import proofs
from models.people import recovery as recovering
from models.people.proof_tables import Proof, Purpose
from models.process.errors import FeederError, Invalid

router = APIRouter()
Text = Annotated[str, Form(max_length=300)]


@router.get("/c/{token}")
def opened(request: Request, token: str) -> Response:
    count(request, "proof")
    row = _followed(token)
    if row is None:
        return _over(request, token)
    if row.purpose == Purpose.RECOVER:
        return recovery.password_page(request, row, f"t:{token}")
    if row.purpose == Purpose.REGISTER and _same_browser(request, row):
        return registration_end.complete(request, token=token)
    return _ask(request, row, token)


@router.post("/c/{token}")
def confirmed(request: Request, token: str, csrf: Text = "") -> Response:
    forms.check(request, csrf)
    count(request, "proof")
    row = _followed(token)
    if row is None:
        return _over(request, token)
    if row.purpose == Purpose.REGISTER:
        return registration_end.complete(request, token=token)
    if row.purpose != Purpose.EMAIL:
        return RedirectResponse(f"/c/{token}", 303)
    login = ""
    try:
        with database().transaction() as db:
            found = proofs.by_token(db, token, clock.now())
            if found is not None:
                changed = recovering.change_contact(db, found, clock.now(), sender(), session.address_of(request))
                login = changed.login
    except Invalid as error:
        return _ask(request, row, token, error)
    return render(request, "contact-changed.html", contact=row.contact, is_login=login == row.contact)


def _followed(token: str) -> Proof | None:
    """The living promise of this link; its owner reads this address from now on."""
    with database().transaction() as db:
        row = proofs.by_token(db, token[:200], clock.now())
        if row is not None:
            proofs.followed(db, row, clock.now())
        return row


_BEGIN: dict[str, str] = {Purpose.REGISTER: "/registration", Purpose.EMAIL: "/profile"}  # recovery otherwise (row G-07)


def _over(request: Request, token: str) -> Response:
    with database().transaction() as db:
        purpose = proofs.purpose_behind(db, token[:200])
    return render(request, "link-old.html", 410, again=_BEGIN.get(purpose, "/recovery"), what=purpose)


def _same_browser(request: Request, row: Proof) -> bool:
    kept = request.cookies.get(forms.cookie_name(), "")
    bound = str(row.data.get("browser", ""))
    return bool(bound) and hmac.compare_digest(proofs.hashed(kept), bound)


def _ask(request: Request, row: Proof, token: str, error: FeederError | None = None) -> Response:
    return render(
        request,
        "confirm.html",
        422 if error else 200,
        token=token,
        registration=row.purpose == Purpose.REGISTER,
        login=row.data.get("login", "") if row.purpose == Purpose.REGISTER else row.contact,
        said=sentence_of(error) if error else "",
    )
