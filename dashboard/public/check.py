"""Is this paper ours and in force: by the QR code's link, by its number, and by the sum of the file. Nothing personal."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from dashboard.public.limits import count
from dashboard.public.pages import render
from infra.database import database
from models.document import queries
from models.process.errors import NotFound

router = APIRouter()
Sum = Annotated[str, Query(max_length=300)]


@router.get("/check")
def by_number(request: Request, number: Annotated[str, Query(max_length=100)] = "", sha256: Sum = "") -> Response:
    if not number.strip():
        return render(request, "check-form.html", number="", missing=False)
    count(request, "check")
    with database().transaction() as session:
        card = queries.check_by_number(session, number)
    if card is None:
        return render(request, "check-form.html", 404, number=number, missing=True)
    return _page(request, card, sha256)


@router.get("/check/{token}")
def by_token(request: Request, token: str, sha256: Sum = "") -> Response:
    count(request, "check")
    with database().transaction() as session:
        card = queries.check_card(session, token[:200])
    if card is None:
        raise NotFound("We have not issued a document with this code")
    return _page(request, card, sha256)


def same_sum(typed: str, kept: str) -> bool | None:
    """None when nothing was typed. Spaces and capitals do not matter."""
    plain = re.sub(r"\s", "", typed).lower()
    return plain == kept if plain else None


def _page(request: Request, card: queries.CheckCard, typed: str) -> Response:
    groups = re.findall(r"\w{1,8}", card.sha256)
    same = same_sum(typed, card.sha256)
    return render(request, "check.html", card=card, groups=groups, typed=typed, same=same)
