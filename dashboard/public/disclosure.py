"""What the grid company must publish: how it works on applications, by quarters. Sums only, for anybody, kept for a while."""

import time
from threading import Lock

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.api.files import disposition
from dashboard.public.pages import render
from dashboard.utility import utility
from documents.sheets import disclosure as sheets
from documents.sheets.statistics import MEDIA_TYPE
from infra import clock
from infra.database import database
from infra.wording import _, speaking
from models.connection.rules import CATEGORY_NAMES, STAGE_NAMES
from models.connection.statistics.disclosure import Quarter, Report, report
from models.connection.tables import Category, Stage
from models.process.errors import NotFound

router = APIRouter()
SHOWN = 8  # quarters offered
_FRESH = 600.0  # seconds: strangers do not make the database count again
_kept: dict[Quarter, tuple[float, Report]] = {}
_one = Lock()


def quarters() -> list[Quarter]:
    """The running one, then the ones before it."""
    found = [Quarter.of(clock.today())]
    while len(found) < SHOWN:
        found.append(found[-1].before)
    return found


def _report(typed: str) -> Report:
    """Raises NotFound for what is not offered."""
    quarter = Quarter.read(typed)
    if quarter is None or quarter not in quarters():
        raise NotFound
    with _one:  # one at a time: whoever comes meanwhile finds it kept
        kept = _kept.get(quarter)
        if kept is None or time.monotonic() - kept[0] > _FRESH:
            with database().transaction() as session:
                _kept[quarter] = kept = (time.monotonic(), report(session, quarter, clock.zone()))
    return kept[1]


def forget() -> None:
    """The next visit counts anew."""
    _kept.clear()


def category(code: str) -> str:
    return _(CATEGORY_NAMES[Category(code)]) if code else _("not set yet")


def stage(code: str) -> str:
    return _(STAGE_NAMES[Stage(code)])


@router.get("/disclosure")
def newest(request: Request) -> Response:
    """The last whole quarter."""
    return page(request, str(quarters()[1]))


@router.get("/disclosure/{quarter}.xlsx")
def file(quarter: str) -> Response:
    found = _report(quarter)
    with speaking("ru"):
        names = {c: category(c) for c in ["", *map(str, Category)]}
        body = sheets.make(found, utility().full_short, names, {s: stage(s) for s in Stage})
    headers = {"Content-Disposition": disposition(f"Раскрытие информации {quarter}.xlsx", inline=False)}
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


@router.get("/disclosure/{quarter}")
def page(request: Request, quarter: str) -> Response:
    found = _report(quarter)
    return render(
        request, "disclosure.html", report=found, quarters=quarters(), words=sheets.quarter_words(found), basis=sheets.BASIS,
        category=category, stage=stage,
    )  # fmt: skip
