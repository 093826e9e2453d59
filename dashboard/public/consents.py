"""Texts of consents, each on a page of its own, word for word as it is agreed to."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.public.pages import render
from infra import profiles
from models.process.errors import NotFound

router = APIRouter()


@router.get("/consents/{kind}")
def text(request: Request, kind: str) -> Response:
    found = next((w for w in profiles.consents() if w.kind == kind), None)
    if found is None:
        raise NotFound
    return render(request, "consent.html", wording=found, paragraphs=[p for p in found.text.split("\n") if p.strip()])
