"""Booking a visit, the first two of five steps: office and service. Light pages; everything stands in a row, nothing in memory."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.public.booking_entry import region_of
from dashboard.public.booking_step import checked, number, page, pressed
from dashboard.public.booking_walk import Sent, Walk, begin, to, walking
from dashboard.public.pages import render
from infra.database import database
from infra.wording import _
from models.booking import queries, wizard

router = APIRouter(prefix="/booking")


@router.get("")
def landing(request: Request) -> Response:
    """Rows B-01…B-14. While few offices receive, the footnote names them."""
    with database().transaction() as db:
        offices, every = queries.offices(db), queries.offices(db, all_of_them=True)
    region = region_of(request, [o.region_id for o in offices])
    return render(request, "booking.html", offices=offices, piloted=len(offices) < len(every), region=region)


@router.post("")
def start(request: Request, sent: Sent) -> Response:
    checked(request, sent)
    return begin(request, number(sent, "region"))


# ------------------------------------------------------------------------------------------------ office
@router.get("/office")
def office(request: Request) -> Response:
    with walking(request) as walk:
        return _offices(request, walk, walk.row.region_id) if walk else to()


def _offices(request: Request, walk: Walk, region: int | None, **values: Any) -> Response:
    regions = queries.regions(walk.db)
    chosen = region or (regions[0].id if len(regions) == 1 else None)
    offices = queries.offices(walk.db, chosen) if chosen else []
    return page(request, walk, "office", regions=regions, region=chosen, offices=offices, **values)


@router.post("/office")
def choose_office(request: Request, sent: Sent) -> Response:
    return pressed(request, sent, lambda walk: _office_chosen(request, walk, sent))


def _office_chosen(request: Request, walk: Walk, sent: dict[str, str]) -> Response:
    region, chosen = number(sent, "region"), number(sent, "office")
    if region is None:
        return _offices(request, walk, None, errors={"region": _("Choose the region")}, status=422)
    if sent.get("go") == "show" or chosen not in [o.id for o in queries.offices(walk.db, region)]:
        told = {} if sent.get("go") == "show" or chosen is None else {"office": _("Choose the office from the list")}
        return _offices(request, walk, region, errors=told)
    wizard.choose_office(walk.db, walk.row, chosen or 0, walk.now)
    return to("service")


# ------------------------------------------------------------------------------------------------ service
@router.get("/service")
def service(request: Request) -> Response:
    with walking(request) as walk:
        return _services(request, walk) if walk and walk.office else to("office" if walk else "")


def _services(request: Request, walk: Walk, **values: Any) -> Response:
    return page(request, walk, "service", services=queries.services(walk.db, walk.row.office_id or 0), **values)


@router.post("/service")
def choose_service(request: Request, sent: Sent) -> Response:
    return pressed(request, sent, lambda walk: _service_chosen(request, walk, sent))


def _service_chosen(request: Request, walk: Walk, sent: dict[str, str]) -> Response:
    if walk.office is None:
        return to()
    chosen = number(sent, "service")
    if chosen not in [s.id for s in queries.services(walk.db, walk.row.office_id or 0)]:
        return _services(request, walk, errors={"service": _("Choose the service")}, status=422)
    wizard.choose_service(walk.db, walk.row, chosen or 0, walk.now)
    return to("time")
