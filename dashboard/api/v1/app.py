"""The open interface as one application under /api/v1: routes, refusals, description. `docs` is a page without scripts."""

import re
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response
from starlette.routing import Mount

from dashboard.api.v1 import (
    applications,
    bookings,
    fields,
    filing,
    notices,
    offices,
    papers,
    payments,
    problems,
    reference,
    webhooks,
)
from dashboard.api.v1.door import TAGS, Holding, Manners, json_only
from dashboard.public.pages import render
from infra.wording import N_, _, catalogue, language
from models.integration.rules import EVENTS, PER_MINUTE, SCOPES

VERSION = "1.0"
ABOUT = N_(
    "What a customer does in the cabinet, by program: applications for connection, their documents, payments, visits, notices. Every key acts as its owner and sees what he sees."
)
_ROUTERS = (reference, applications, filing, papers, payments, offices, bookings, notices, webhooks)

api = FastAPI(
    docs_url=None,
    redoc_url=None,
    openapi_url=None,
    dependencies=[Depends(json_only)],
    responses=problems.REFUSALS,
    redirect_slashes=False,
)
api.add_middleware(Manners)
problems.install(api)
for part in _ROUTERS:
    api.include_router(part.router)


@api.get("/openapi.json", include_in_schema=False)
def openapi() -> JSONResponse:
    return JSONResponse(description(), headers={"Cache-Control": "no-cache"})


@api.get("/docs", include_in_schema=False)
def docs(request: Request) -> Response:
    """The description as a page, drawn here: no script, nothing from elsewhere."""
    told = description()
    groups: dict[str, list[dict[str, Any]]] = {tag: [] for tag in TAGS}
    for path, methods in told["paths"].items():
        for method, what in methods.items():
            groups[what["tags"][0]].append({"method": method.upper(), "path": path, **what})
    return render(
        request, "api.html", groups=[(_(TAGS[tag]), calls) for tag, calls in groups.items()], about=_(ABOUT),
        scopes=[(str(s), _(words)) for s, words in SCOPES.items()], schemas=told["components"]["schemas"],
        events=[(str(e), _(words)) for e, words in EVENTS.items()], per_minute=PER_MINUTE, said=_said,
    )  # fmt: skip


def _said(text: str) -> str:
    """Words of the form in the reader's language; what is only in the source's English is left to openapi.json."""
    if text.startswith(fields.ONE_OF):
        return f"{_(fields.ONE_OF)} {text.removeprefix(fields.ONE_OF).strip()}"
    return _(text) if language() == "en" or text in catalogue(language()) else ""


def description() -> dict[str, Any]:
    """OpenAPI 3.1 in the reader's language."""
    told = get_openapi(
        title=_("Open interface of the cabinet"),
        version=VERSION,
        description=_(ABOUT),
        routes=api.routes,
        servers=[{"url": "/api/v1"}],
        tags=[{"name": tag, "description": _(words)} for tag, words in TAGS.items()],
    )
    told["components"]["schemas"]["Problem"] = _schema(problems.Problem)
    told["components"]["schemas"]["FieldFault"] = problems.FieldFault.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        told["components"]["schemas"].pop(name, None)
    rights = {(next(iter(r.methods)).lower(), r.path): _right(r) for r in _routes()}
    for path, methods in told["paths"].items():
        for method, what in methods.items():
            what["summary"] = _(what["summary"])
            what["x-scope"] = rights[method, path]
    return told


def _schema(shape: type[problems.Problem]) -> dict[str, Any]:
    found = shape.model_json_schema(ref_template="#/components/schemas/{model}")
    found.pop("$defs", None)
    return found


def _routes() -> list[Any]:
    return [route for part in _ROUTERS for route in part.router.routes]


def _right(route: Any) -> str:
    """The scope that a route asks for; empty where any living key will do."""
    calls = [d.call for d in route.dependant.dependencies]
    return next((str(c.right) for c in calls if isinstance(c, Holding)), "")


def mounted() -> Mount:
    """Everything below /api/v1, also an address with a line break in it: programs are answered in their own form."""
    found = Mount("/api/v1", api)
    found.path_regex = re.compile(found.path_regex.pattern, re.DOTALL)
    return found


def doors() -> dict[str, str]:
    """«GET /applications» → its scope: for the table of the doors."""
    return {f"{method} {r.path}": _right(r) for r in _routes() for method in r.methods - {"HEAD"}}
