"""What the five steps of booking share: titles, the page with its bar and the minutes that are left, numbers out of forms."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import Response

from dashboard.public import forms
from dashboard.public.booking_walk import Walk, left, to, walking, zone
from dashboard.public.pages import render
from infra import clock
from infra.wording import N_

T = TypeVar("T")
_FAR = 10  # years: beyond is no time of the grid, and PostgreSQL would not take it
TITLES = {
    "office": N_("Choice of the office"),
    "service": N_("Choice of the service"),
    "time": N_("Choice of date and time"),
    "data": N_("Data of the client"),
    "check": N_("Completion of the registration"),
}
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def page(request: Request, walk: Walk, step: str, status: int = 200, **values: Any) -> Response:
    """One step with its bar and, once a place is held, until when. Whoever goes back after the booking sees its card."""
    if walk.booked and step in TITLES:
        return to("done")
    office, held = walk.office, walk.held
    until = held.hold_until.astimezone(zone(office)) if held and office and held.hold_until else None
    seconds = int((held.hold_until - walk.now).total_seconds()) if held and held.hold_until else 0
    start = held.starts_at.astimezone(zone(office)) if held and office else None
    told = {
        "step": step, "titles": TITLES, "until": until, "seconds": seconds, "office": office, "service": walk.service,
        "start": start, "weekdays": WEEKDAYS, "errors": {}, "typed": walk.typed,
    }  # fmt: skip
    answer = render(request, f"booking-{step}.html", status, **(told | values))
    if until:  # the one script of the light pages: it counts the minutes, and nothing fails without it
        policy = answer.headers["Content-Security-Policy"]
        answer.headers["Content-Security-Policy"] = f"{policy}; script-src 'self'"
    return answer


def checked(request: Request, sent: dict[str, str]) -> None:
    forms.check(request, sent.get("csrf", ""))


def pressed(request: Request, sent: dict[str, str], then: Callable[[Walk], T]) -> Response | T:
    """A button of a step: the form is ours; without a walk back to the beginning; after the booking to its
    card; «Отменить» gives up everything; else what `then` says, in the same transaction. Raises what `then` raises, and nothing of it stays."""
    checked(request, sent)
    with walking(request) as walk:
        if walk is None:
            return to()
        if walk.booked:  # the button of a page from before: the visit stays booked
            return to("done")
        if sent.get("go") == "leave":
            return left(walk)
        return then(walk)


def time_of(text: str) -> datetime | None:
    """A time of the grid as its button sends it; None for anything else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo and abs(at.year - clock.now().year) <= _FAR else None


def number(sent: dict[str, str], name: str) -> int | None:
    value = sent.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 16 else None  # noqa: PLR2004
