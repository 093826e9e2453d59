"""Is the process alive, can the installation work. For supervisors and load balancers, without a session."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse

from infra import health

router = APIRouter()
_FRESH = {"Cache-Control": "no-store"}


@router.get("/healthz")
def alive() -> PlainTextResponse:
    return PlainTextResponse("ok", headers=_FRESH)


@router.get("/readyz")
def ready() -> JSONResponse:
    """503 as long as one part is not "ok"; the answer names every part."""
    found = health.checks()
    fine = all(said == health.FINE for said in found.values())
    return JSONResponse(found, 200 if fine else 503, headers=_FRESH)
