"""Questions and answers, by section, found by their words; blank forms to be downloaded."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard import content_words
from dashboard.api.files import stream
from dashboard.public.news import Id, marked, reading
from dashboard.public.pages import render
from infra import clock
from models.content import queries
from models.content.tables import Kind
from models.process.errors import NotFound

router = APIRouter()


@router.get("/faq")
def faq(request: Request, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    with reading(request) as db:
        found = queries.answers_to(db, clock.now(), q)
    return render(request, "faq.html", sections=found, q=q, marked=marked)


@router.get("/forms")
def forms(request: Request) -> Response:
    with reading(request) as db:
        found = [item for item in queries.forms(db, clock.now()) if item.file_key]
    return render(request, "forms.html", items=found, words=content_words, marked=marked)


@router.get("/forms/{item_id}")
def file(request: Request, item_id: Id) -> Response:
    """The link «Скачать» beside a form (row G-21)."""
    with reading(request) as db:
        found = queries.one(db, item_id, clock.now(), Kind.FORM)
    if not found.file_key:
        raise NotFound
    return stream(found.file_key, found.file_type, found.file_name, inline=False)
