"""The way in from the start page (rows B-07, B-08): the region, then «Онлайн-сервисы для населения», then the record. Reads only."""

from typing import Any

from fastapi import Request

from infra import profiles
from infra.database import database
from models.booking import queries
from models.process.errors import Outage


def entry(request: Request) -> dict[str, Any]:
    """For the start page: regions where visitors are received, and the one that was chosen; none without the module."""
    if "booking" not in profiles.cabinet().modules:
        return {"regions": [], "region": None}
    try:
        with database().transaction() as db:
            regions = queries.regions(db)
    except Outage:
        return {"regions": [], "region": None}  # the start page stands while the database is away
    return {"regions": regions, "region": region_of(request, [r.id or 0 for r in regions])}


def region_of(request: Request, known: list[int]) -> int | None:
    """Out of the address; a strange one is none."""
    asked = request.query_params.get("region", "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 and int(asked) in known else None  # noqa: PLR2004
