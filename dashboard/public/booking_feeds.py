"""What an office shows behind a secret address: calendar feeds of desks and offices, and the call board of the waiting room."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.public.booking_links import fits
from dashboard.public.booking_walk import zone
from dashboard.public.limits import count
from dashboard.public.pages import render
from documents.visit import feed as written
from documents.wording import person_short
from infra import clock
from infra.database import database
from models.booking import queries
from models.booking.register import Desk, Office
from models.process.errors import NotFound

router = APIRouter(prefix="/booking")
_BEFORE = timedelta(days=7)


@router.get("/feed/{kind}/{number}/{token}.ics")
def feed(request: Request, kind: str, number: int, token: str) -> Response:
    """Visits from a week ago on, for the calendar program of an office or of one desk. Names in short, no other data."""
    count(request, "status")
    if kind not in ("office", "desk") or not fits(kind, number, token):
        raise NotFound
    with database().transaction() as db:
        owner: Office | Desk | None = db.get(Office, number) if kind == "office" else db.get(Desk, number)
        if owner is None:
            raise NotFound
        rows = queries.visits(db, clock.now() - _BEFORE, **{f"{kind}_id": number})
        name = owner.address if isinstance(owner, Office) else owner.name
        entries = [
            (f"booking-{b.id:06}@feeder", b.starts_at, b.ends_at, f"{service}: {person_short(b.name)}", desk)
            for b, desk, service in rows
        ]
        body = written(name, entries, clock.now())
    return Response(body, media_type="text/calendar", headers={"Cache-Control": "private, max-age=300"})


@router.get("/board/{number}/{token}")
def board(request: Request, number: int, token: str) -> Response:
    """Who is called to which desk, by number only; the page renews itself."""
    if not fits("board", number, token):
        raise NotFound
    with database().transaction() as db:
        office = db.get(Office, number)
        if office is None:
            raise NotFound
        now = clock.now()
        called, coming = queries.board(db, office, now)
        local = zone(office)
        values: dict[str, Any] = {
            "office": office, "now": now.astimezone(local), "called": called,
            "coming": [(b.starts_at.astimezone(local), f"{b.id:06}", desk) for b, desk in coming],
        }  # fmt: skip
        answer = render(request, "booking-board.html", **values)
        answer.headers["Refresh"] = "15"  # no script: the screen of the waiting room renews itself
        return answer
