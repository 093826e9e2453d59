"""How a person comes in after he has shown who he is: the session, its cookie, the remembered browser; words for letters."""

import hmac
from datetime import datetime, timedelta

from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.requests import Request

from dashboard import session
from dashboard.public import device
from infra import clock, profiles
from infra.database import database
from models.people import actions as people
from models.people import sessions
from models.people.registration import Sender
from models.people.tables import SignIn, User
from models.process.actor import Actor, Role
from models.process.errors import NotAllowed
from models.process.words import N_


def sender(hours: int = 0) -> Sender:
    """Words of the utility for letters; links live as long as the profile says."""
    told = profiles.profile().utility
    return Sender(told.full_short, told.phone, timedelta(hours=hours or profiles.cabinet().links.hours))


def enter(request: Request, user: User, then: str) -> Response:
    """A session for whoever has just proved himself without a password (a confirmed registration)."""
    now = clock.now()
    token = session.new_token()
    with database().transaction() as db:
        life, _idle = profiles.session_life()
        address, agent = session.address_of(request), request.headers.get("user-agent", "")
        end_former(request, db, now)
        sessions.begin(db, user, token, now, life, address, agent)
        actor = Actor(Role(user.role), user.id, user.name, address=address)
        people.note(db, actor, "people:user:signed_in", now)
    response = RedirectResponse(session.local_path(then), 303)
    session.give(response, token)
    device.give(response, user.login)
    return response


def end_former(request: Request, db: Session, now: datetime) -> None:
    """A browser holds one session: signing in again ends the former one."""
    former = request.cookies.get(session.cookie_name())
    if former:
        people.sign_out(db, former, now)


def same_form(row: SignIn, csrf: str) -> None:
    """The token of a signed-in form is bound to the session. Raises NotAllowed."""
    if not hmac.compare_digest(row.csrf.encode(), csrf.encode()):
        raise NotAllowed(N_("The page has become out of date. Send it once more"))
