"""Every refusal of the open interface as application/problem+json (RFC 9457), in the reader's language. Never says what broke."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dashboard import incident
from dashboard.api.v1 import misfits
from dashboard.faults import sentence_of
from infra.database import is_outage
from infra.wording import N_, _
from models.booking.rules import HoldLapsed, PlaceLost
from models.integration.rules import NotThisKey, OtherRequest, Running
from models.process.errors import (
    FeederError,
    IllegalMove,
    Invalid,
    ManyInvalid,
    NotAllowed,
    NotFound,
    NotReady,
    Outage,
    Stale,
    TooMany,
)

MEDIA_TYPE = "application/problem+json"
_LOCKED = ("55P03", "40P01")  # waited in vain for somebody else's lock; one of two that waited for each other
_TITLES = {
    400: N_("The request is not understood"),
    401: N_("A key is needed"),
    403: N_("This key may not do that"),
    404: N_("There is nothing here"),
    405: N_("This address has no such method"),
    406: N_("This form cannot be given"),
    409: N_("Not possible in the present state"),
    412: N_("Somebody has changed this meanwhile"),
    413: N_("Too much was sent at once"),
    415: N_("Send JSON, files as multipart/form-data"),
    422: N_("Check the named fields"),
    429: N_("Too many requests"),
    500: N_("Something broke on our side"),
    503: N_("The service is away for a moment"),
}
_STATUS: dict[type[FeederError], int] = {
    NotFound: 404, NotThisKey: 403, NotAllowed: 403, TooMany: 429, OtherRequest: 422, Invalid: 422, ManyInvalid: 422,
    Stale: 409, IllegalMove: 409, NotReady: 409, Running: 409, PlaceLost: 409, HoldLapsed: 409,
}  # fmt: skip


class FieldFault(BaseModel):
    """What is wrong with one field: a JSON pointer into the request, and what to do."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """RFC 9457. `errors` stands where single fields are wrong."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[FieldFault] = []


def reply(
    status: int, detail: str = "", faults: Iterable[FieldFault] = (), headers: dict[str, str] | None = None
) -> Response:
    title = _(_TITLES[status]) if status in _TITLES else HTTPStatus(status).phrase
    told = Problem(title=title, status=status, detail=detail, errors=list(faults))
    return Response(told.model_dump_json(), status, {"Cache-Control": "no-store"} | (headers or {}), MEDIA_TYPE)


def pointer_of(field: str) -> str:
    """The form's name of a field as a pointer: a paper that is missing is named by its kind."""
    return f"/attachments/{field.removeprefix('file_')}" if field.startswith("file_") else f"/{field}"


def of_fields(found: dict[str, str]) -> Response:
    """Field → what to do, as forms of the pages tell it."""
    return reply(422, faults=[FieldFault(pointer=pointer_of(name), detail=said) for name, said in found.items()])


def business(_request: Request, error: Exception) -> Response:
    assert isinstance(error, FeederError)
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 409)
    faults = error.errors if isinstance(error, ManyInvalid) else [error] if isinstance(error, Invalid) else []
    named = [FieldFault(pointer=pointer_of(f.field), detail=sentence_of(f)) for f in faults]
    headers = {"Retry-After": str(int(str(error.facts.get("minutes", 1))) * 60)} if isinstance(error, TooMany) else {}
    return reply(status, "" if named else sentence_of(error), named, headers)


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return reply(error.status_code, _detail(error), headers=dict(error.headers or {}))


def _detail(error: HTTPException) -> str:
    """Words of the framework are not for the reader; ours are translated already."""
    return "" if error.detail == HTTPStatus(error.status_code).phrase else str(error.detail)


def _not_understood(_request: Request, error: Exception) -> Response:
    """What does not fit the shape: named by where it stands, told in the reader's language."""
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(e["type"] in ("json_invalid", "json_type") for e in found):
        return reply(400, _("The body is not JSON"))
    return reply(422, faults=[FieldFault(pointer=_path(e["loc"]), detail=misfits.sentence(e)) for e in found[:50]])


def _path(place: tuple[Any, ...]) -> str:
    """('body', 'power_stages', 0, 'kw') → '/power_stages/0/kw'; a parameter of the address keeps where it stands."""
    names = place[1:] if place and place[0] == "body" else place
    return "".join(f"/{str(name).replace('~', '~0').replace('/', '~1')}" for name in names)


def _anything(request: Request, error: Exception) -> Response:
    if isinstance(error, Outage) or is_outage(error):
        return reply(503, headers={"Retry-After": "30"})
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in _LOCKED:
        return reply(409, sentence_of(Running()), headers={"Retry-After": "1"})
    number = incident.record(error, f"{request.method} {request.url.path}")
    return reply(500, _("Tell us the number %(number)s") % {"number": number})


def install(api: FastAPI) -> None:
    api.add_exception_handler(FeederError, business)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(RequestValidationError, _not_understood)
    api.add_exception_handler(Outage, _anything)
    api.add_exception_handler(DBAPIError, _anything)
    api.add_exception_handler(Exception, _anything)


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"description": HTTPStatus(status).phrase,
             "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status in (400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 500, 503)
}  # fmt: skip
