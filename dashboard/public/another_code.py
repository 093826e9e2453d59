"""The click «send another code» of the pages on which a code is typed: registration and recovery."""

from starlette.requests import Request

from dashboard.public import forms
from dashboard.public.entry import sender
from dashboard.public.limits import count
from infra import clock
from infra.database import database
from models.people import resending
from models.people.proof_tables import Purpose


def send(request: Request, handle: str, purpose: Purpose, csrf: str) -> str:
    """The handle of the new page; "" when the earlier promise is over. Raises StaleForm, TooMany."""
    forms.check(request, csrf)
    count(request, "proof")
    with database().transaction() as db:
        made = resending.again(db, handle, purpose, clock.now(), sender())
    return made.handle if made else ""
