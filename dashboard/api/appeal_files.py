"""The file door of appeals: what an author sent and what went with our answer. Always a download; a look of staff is written down."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from dashboard import session
from dashboard.api.files import Id, stream
from infra import clock
from models.appeal import queries
from models.appeal.rules import READERS
from models.appeal.tables import PROCESS
from models.people import actions as people
from models.process.errors import NotFound

router = APIRouter()


@router.get("/appeal-files/{file_id}")
def appeal_file(request: Request, file_id: Id) -> Response:
    """For the author, and for staff who answer appeals of this branch."""
    who = session.from_connection(request)
    if who is None:
        return RedirectResponse(session.sign_in_address(request.url.path), 303)
    if who.is_staff and who.user.role not in READERS:
        raise NotFound
    with session.reading(who) as db:
        found = queries.file(db, file_id)
        if who.is_staff:
            people.note(
                db,
                who.actor,
                "files:appeal:read",
                clock.now(),
                process=PROCESS,
                subject_id=found.appeal_id,
                file=file_id,
            )
    return stream(found.key, found.media_type, found.name, inline=False)
