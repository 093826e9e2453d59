"""News for whoever comes: the list, one item, planned outages. What is for customers only is shown to them alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from markupsafe import Markup
from sqlmodel import Session

from dashboard import content_words, rich_text, session
from dashboard.public.pages import render
from infra import clock
from infra.database import database
from models.content import queries
from models.content.tables import Kind
from models.people.queries import branches

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
NOBODY = 0  # the wall of the database takes him for a visitor


@contextmanager
def reading(request: Request) -> Iterator[Session]:
    """Behind the wall: as the signed-in person, or as a visitor."""
    who = session.from_connection(request)
    if who is None:
        with database().reading(NOBODY) as db:
            yield db
    else:
        with session.reading(who) as db:
            yield db


def marked(text: str) -> Markup:
    return Markup(rich_text.html(text))  # noqa: S704 - made safe there


@router.get("/news")
def news(request: Request, before: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0) -> Response:
    with reading(request) as db:
        found = queries.shown(db, Kind.NEWS, clock.now(), queries.A_PAGE + 1, before)
        coming = queries.outages(db, clock.now(), limit=3)
    shown, more = found[: queries.A_PAGE], len(found) > queries.A_PAGE
    return render(
        request, "news.html", items=shown, after=shown[-1].id if more else None, before=before, coming=coming,
        words=content_words,
    )  # fmt: skip


@router.get("/news/{item_id}")
def one(request: Request, item_id: Id) -> Response:
    with reading(request) as db:
        found = queries.one(db, item_id, clock.now(), Kind.NEWS)
    return render(request, "news-one.html", item=found, text=marked(found.text), words=content_words)


@router.get("/outages")
def outages(
    request: Request, q: Annotated[str, Query(max_length=100)] = "", branch: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """«График ограничений»: by branch and by the words of an address."""
    now = clock.now()
    with reading(request) as db:
        known = {b.id or 0: b.name for b in branches(db)}
        chosen = int(branch) if branch.isascii() and branch.isdecimal() and int(branch) in known else None
        found = queries.outages(db, now, chosen, q)
    return render(
        request,
        "outages.html",
        items=found,
        branches=known,
        chosen=chosen,
        q=q,
        words=content_words,
        marked=marked,
        now=now,
    )
