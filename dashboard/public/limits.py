"""Counts visits of pages whose addresses must not be guessed. The note is committed whatever the page answers."""

from starlette.requests import Request

from dashboard import session
from infra import clock
from infra.database import database
from models.people import actions as people


def count(request: Request, kind: str) -> None:
    """Raises TooMany."""
    with database().transaction() as db:
        people.count_attempt(db, kind, session.origin_of(request), clock.now())
