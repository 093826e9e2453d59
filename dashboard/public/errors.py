"""Error pages in our look: they say what to do, and never what broke."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from dashboard import incident
from dashboard.faults import sentence_of
from dashboard.public.pages import render
from infra.database import is_outage
from infra.wording import N_, _
from models.process.errors import FeederError, NotAllowed, NotFound, Outage, TooMany

_WORDS = {
    400: (N_("The address or the form is not understood"), N_("Go back and try once more.")),
    403: (N_("This is closed for you"), N_("Sign in as somebody who may see it, or ask the office.")),
    404: (N_("There is no such page"), N_("Check the address, or begin at the start page.")),
    405: (N_("The address or the form is not understood"), N_("Go back and try once more.")),
    413: (N_("Too much was sent at once"), N_("Attach files up to 10 MB each.")),
    429: (N_("Too many attempts"), N_("Wait a quarter of an hour and try again.")),
    500: (N_("Something broke on our side"), N_("Try once more. If it happens again, tell us the number below.")),
    503: (N_("The service is away for a moment"), N_("Nothing is lost. Try again in a minute.")),
}
_STATUS: dict[type[FeederError], int] = {NotFound: 404, NotAllowed: 403, TooMany: 429}


def page(request: Request, status: int, said: str = "", number: str = "") -> Response:
    title, advice = _WORDS.get(status, _WORDS[400])
    return render(request, "error.html", status, title=_(title), advice=said or _(advice), number=number)


async def refuse(scope: Scope, status: int) -> Response:
    """For the gate, which has no request of FastAPI's."""
    return await run_in_threadpool(page, Request(scope), status)


def _business(request: Request, error: Exception) -> Response:
    assert isinstance(error, FeederError)
    said = (
        "" if type(error) in (NotFound, NotAllowed) and error.template == type(error).template else sentence_of(error)
    )
    return page(request, _STATUS.get(type(error), 400), said)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return page(request, error.status_code)


def _not_understood(request: Request, _error: Exception) -> Response:
    return page(request, 404 if request.method == "GET" else 400)


def _away(request: Request, _error: Exception) -> Response:
    return page(request, 503)


def _anything(request: Request, error: Exception) -> Response:
    if isinstance(error, Outage) or is_outage(error):
        return page(request, 503)
    route = getattr(request.scope.get("route"), "path", "") or "?"  # the pattern: an address may hold a one-time link
    return page(request, 500, number=incident.record(error, f"{request.method} {route}"))


def install(web: FastAPI) -> None:
    web.add_exception_handler(FeederError, _business)
    web.add_exception_handler(HTTPException, _http)
    web.add_exception_handler(RequestValidationError, _not_understood)
    web.add_exception_handler(Outage, _away)
    web.add_exception_handler(Exception, _anything)
