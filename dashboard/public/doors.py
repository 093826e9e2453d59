"""Start page, language, and the way from a letter's code to the status page."""

import re
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from dashboard import assets, promises, session
from dashboard.public import booking_entry
from dashboard.public.pages import render
from infra.wording import LANGUAGES
from models.process.errors import NotFound

router = APIRouter()
_CODE = re.compile(r"[A-Za-z0-9_-]{8,100}$")
_YEAR = 365 * 24 * 3600  # seconds


@router.get("/start")
def start(request: Request) -> Response:
    """Shown at / to whoever is not signed in."""
    return render(request, "start.html", promised=promises.of_the_start(), **booking_entry.entry(request))


@router.get("/language/{name}")
def language(request: Request, name: str) -> Response:
    """Remembers the language and goes back to the page it was asked from."""
    if name not in LANGUAGES:
        raise NotFound
    back = urlsplit(request.headers.get("referer", "/"))
    there = back.path + (f"?{back.query}" if back.query else "") if back.netloc == request.headers.get("host") else "/"
    response = RedirectResponse(session.local_path(there), 303)
    response.set_cookie(
        session.LANGUAGE_COOKIE, name, max_age=_YEAR, httponly=True, samesite="lax", secure=session.secure(), path="/"
    )
    return response


@router.get("/status")
def ask_status(request: Request, link: Annotated[str, Query(max_length=500)] = "") -> Response:
    """For whoever cannot press the link of a letter: it can be pasted here."""
    code = _CODE.search(urlsplit(link.strip()).path.rpartition("/")[2])
    if code:
        return RedirectResponse("/s/" + quote(code[0]), 303)
    return render(request, "ask-status.html", link=link, wrong=bool(link.strip()))


@router.get("/assets/{name}")
def asset(request: Request, name: str) -> Response:
    found = assets.serve(name)
    if found is None:
        raise NotFound
    return assets.respond(found, request.headers.get("accept-encoding", ""))
