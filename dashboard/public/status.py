"""Where an application is, by the secret link of a letter: the name masked, the address to the settlement, no papers."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.public.limits import count
from dashboard.public.pages import render
from infra import clock
from infra.database import database
from models.connection.cards import status_card
from models.process.errors import NotFound

router = APIRouter()


@router.get("/s/{token}")
def status(request: Request, token: str) -> Response:
    count(request, "status")
    with database().transaction() as session:
        card = status_card(session, token[:200], clock.now())
    if card is None:
        raise NotFound("This link leads to no application. Take the whole link from the letter")
    return render(request, "status.html", card=card)
