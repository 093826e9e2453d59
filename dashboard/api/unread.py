"""How many notices wait unread: asked by an open cabinet every few seconds. Never counts as a click: an idle session ends."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from dashboard import session
from infra import clock, profiles
from infra.database import database
from models.delivery import queries
from models.people import sessions

router = APIRouter()
_FRESH = {"Cache-Control": "no-store"}


@router.get("/notices/unread")
def unread(request: Request) -> JSONResponse:
    """{"unread": 3}; 401 without a living session."""
    token, now = request.cookies.get(session.cookie_name(), ""), clock.now()
    with database().transaction() as db:
        found = sessions.of_token(db, token) if token else None
        alive = found is not None and not found[1].waits_for and found[1].expires_at > now
        if found is None or not alive or found[1].seen_at + profiles.session_life()[1] <= now:
            return JSONResponse({}, 401, headers=_FRESH)
        count = queries.unread(db, found[0].id or 0)
    return JSONResponse({"unread": count}, headers=_FRESH)
