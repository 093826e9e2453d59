"""The third step: the week grid, the held place, and what is said of a time that is lost. Full or free is the rules' word."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.public import booking_form
from dashboard.public.booking_step import page, pressed, time_of
from dashboard.public.booking_walk import VISITOR, Sent, Walk, to, walking, zone
from dashboard.public.limits import count
from infra.wording import N_
from models.booking import advice, queries, timetable, wizard
from models.booking.register import Office
from models.booking.rules import NotReceiving, PlaceLost
from models.process.errors import FeederError, Invalid, NotFound

router = APIRouter(prefix="/booking")
NEAREST = 3
_COUNTDOWN = """(function () {
  var place = document.getElementById("left"), all = +place.dataset.seconds, words = place.textContent.split(":")[0];
  var began = performance.now();
  function tick() {
    var left = Math.max(0, Math.round(all - (performance.now() - began) / 1000));
    place.textContent = words + ": " + Math.floor(left / 60) + ":" + ("0" + (left % 60)).slice(-2);
    if (left) setTimeout(tick, 1000);
  }
  tick();
})();
"""


@router.get("/countdown.js")
def countdown() -> Response:
    """Minutes and seconds that are left, by what the server said: the visitor's own clock may be wrong."""
    return Response(_COUNTDOWN, media_type="text/javascript", headers={"Cache-Control": "public, max-age=86400"})


Week = Annotated[str, Query(max_length=10)]


@router.get("/time")
def time(request: Request, week: Week = "") -> Response:
    with walking(request) as walk:
        if walk is None or walk.office is None or walk.service is None:
            return to(walk.ready_for() if walk else "")
        return _times(request, walk, _monday(walk, week))


def _monday(walk: Walk, asked: str) -> date:
    """The week asked for, else that of the time chosen, else the first with something free."""
    office = walk.office
    assert office is not None
    today = walk.now.astimezone(zone(office)).date()
    if asked:
        return week_asked(office, asked, today)
    at = walk.row.wanted_at or queries.first_free(walk.db, office, walk.row.service_id or 0, walk.now)
    return timetable.week_of(max(at, walk.now).astimezone(zone(office)).date() if at else today)


def week_asked(office: Office, asked: str, today: date) -> date:
    """The Monday of a day, inside what the office has laid out. Raises Invalid("week")."""
    try:
        found = timetable.week_of(date.fromisoformat(asked))
    except ValueError:
        raise Invalid("week", "There is no such week") from None
    last = today + timedelta(days=office.horizon_days)
    return min(max(found, timetable.week_of(today)), timetable.week_of(last))


def _times(request: Request, walk: Walk, monday: date, **values: Any) -> Response:
    """The week grid; a time that is lost stands with the nearest free ones."""
    office, service_id, held = walk.office, walk.row.service_id or 0, walk.held
    assert office is not None
    mine = held.id or 0 if held else 0
    grid = queries.week(walk.db, office, service_id, monday, walk.now, mine)
    lost, near = None, []
    if walk.row.wanted_at and held is None:
        lost = walk.row.wanted_at.astimezone(zone(office))
        found = queries.nearest(walk.db, office.id or 0, service_id, walk.row.wanted_at, walk.now, NEAREST)
        near = [at.astimezone(zone(office)) for at in found]
    free = [at.astimezone(zone(office)) for at in advice.free(walk.db, office, service_id, walk.now, mine)]
    told = {
        "grid": grid, "lost": lost, "near": near, "chosen": held.starts_at if held else None, "step_week": timedelta(7),
        "first_free": free[0] if free else None, "advised": [] if held or near else advice.advised(free, zone(office)),
    }  # fmt: skip
    return page(request, walk, "time", **(told | values))


@router.post("/time")
def choose_time(request: Request, sent: Sent) -> Response:
    if gone := pressed(request, sent, lambda _walk: None):
        return gone
    at = time_of(sent.get("start", ""))
    if at is None:
        return _again(request, sent, None, Invalid("start", N_("Choose a free time in the grid")))
    try:
        count(request, "booking-hold")
        with walking(request) as walk:
            if walk is None:
                return to()
            wizard.choose_time(walk.db, walk.row, at, VISITOR, walk.now)
    except FeederError as error:  # rolled back: what was held before is held still
        return _again(request, sent, at, error)
    return to("data")


def _again(request: Request, sent: dict[str, str], at: datetime | None, error: FeederError) -> Response:
    with walking(request) as walk:
        if walk is None or walk.office is None or walk.service is None:
            return to(walk.ready_for() if walk else "")
        if at is not None and isinstance(error, PlaceLost):
            if walk.held is None:
                wizard.remember(walk.db, walk.row, at, walk.now)
            near = queries.nearest(walk.db, walk.office.id or 0, walk.row.service_id or 0, at, walk.now, NEAREST)
            where = zone(walk.office)
            told = {"lost": at.astimezone(where), "near": [n.astimezone(where) for n in near]}
            return _times(request, walk, timetable.week_of(at.astimezone(where).date()), status=409, **told)
        monday = _monday(walk, sent.get("week", ""))
        error = NotReceiving() if isinstance(error, NotFound) else error  # the office was switched off meanwhile
        return _times(request, walk, monday, status=422, errors={"start": booking_form.beside(error).popitem()[1]})
