"""The door to the scan of a power: for both sides of it, and for the desk that checks it. Always a download."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from dashboard import session
from dashboard.api.files import Id, stream
from infra import clock
from models.people import actions as people
from models.people.represent import LOOK, LOOKERS
from models.people.represent_tables import Representative
from models.process.errors import NotFound

router = APIRouter()


@router.get("/files/powers/{power_id}")
def scan(request: Request, power_id: Id) -> Response:
    """The wall of the database says whose it is; an offer is seen by who has proved the contact it names."""
    who = session.from_connection(request)
    if who is None:
        return RedirectResponse(session.sign_in_address(request.url.path), 303)
    if who.is_staff and who.user.role not in LOOKERS:
        raise NotFound
    with session.reading(who) as db:
        row = db.get(Representative, power_id)
        if row is None:
            raise NotFound
        if who.is_staff:
            whose, now = row.principal_id, clock.now()
            people.note(db, who.actor, LOOK, now, process="people", subject_id=whose, representative=row.id)
    return stream(row.scan_key, row.scan_type, row.scan_name, inline=False)
