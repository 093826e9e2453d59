"""Who calls: the key of the request, its scope, its limit. Cookies open nothing here, and a key is never written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlmodel import Session
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import session as sessions
from infra import clock, wording
from infra.database import database
from infra.wording import N_, _
from models.connection.tables import Application
from models.integration import actions
from models.integration.rules import PER_MINUTE, WINDOW, NotThisKey
from models.integration.rules import Scope as Right
from models.integration.tables import ApiKey
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Actor
from models.process.errors import NotFound

bearer = HTTPBearer(auto_error=False, scheme_name="key", description="A personal key: Authorization: Bearer fdr_…")


@dataclass(frozen=True)
class Caller:
    """The owner of the key (detached), as whom everything is done."""

    user: User
    key: ApiKey
    actor: Actor

    @property
    def id(self) -> int:
        return self.user.id or 0

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Behind the wall of the database: only his rows are there."""
        with database().reading(self.id) as session:
            yield session

    @contextmanager
    def acting(self) -> Iterator[tuple[Session, Actor, datetime]]:
        """One transaction of one request; the actions ask whose things they are."""
        with database().transaction() as session:
            yield session, self.actor, clock.now()

    def sees(self, case_id: int) -> None:
        """The second wall before an action: raises NotFound for a case that the database does not show him."""
        with self.reading() as session:
            if session.get(Application, case_id) is None:
                raise NotFound


Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def known(request: Request, given: Credentials) -> Caller:
    """Whoever holds a living key, within its limit of requests. Raises 401, 429."""
    now, address = clock.now(), sessions.address_of(request)
    with database().transaction() as session:
        found = actions.use_key(session, given.credentials, now, address) if given else None
    if found is None:
        raise HTTPException(401, _("Send a living key as «Authorization: Bearer …»"), {"WWW-Authenticate": "Bearer"})
    begun = found.key.window_at or now
    left = max(1, int((begun + WINDOW - now).total_seconds()))
    request.state.limit = {
        "RateLimit-Limit": str(PER_MINUTE),
        "RateLimit-Remaining": str(max(0, PER_MINUTE - found.number)),
        "RateLimit-Reset": str(left),
    }
    if found.number > PER_MINUTE:
        raise HTTPException(429, _("At most %(count)s requests a minute") % {"count": PER_MINUTE},
                            {"Retry-After": str(left)})  # fmt: skip
    return Caller(found.user, found.key, actor_of(found.user, address))


Known = Annotated[Caller, Depends(known)]


class Holding:
    """Whoever's key has this scope. Raises NotThisKey."""

    def __init__(self, right: Right) -> None:
        self.right = right

    def __call__(self, caller: Known) -> Caller:
        if self.right not in caller.key.scopes:
            raise NotThisKey(scope=str(self.right))
        return caller


def json_only(request: Request) -> None:
    """415 for a body in another form: nothing is guessed."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    wanted = "multipart/form-data" if request.method == "POST" and request.url.path.endswith("/attachments") else ""
    if body and request.method in ("POST", "PUT", "PATCH") and kind != (wanted or "application/json"):
        raise HTTPException(415, _("Send JSON, files as multipart/form-data"))


class Manners:
    """The reader's language by Accept-Language, and on every answer how much of the limit is left."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        asked = next((v for n, v in scope["headers"] if n == b"accept-language"), b"ru").decode("latin-1").lower()
        wording.use("en" if asked.startswith("en") else "ru")
        state = scope.setdefault("state", {})

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in state.get("limit", {}).items():
                    headers[name] = value
                headers["Content-Language"] = wording.language()
                headers.setdefault("Vary", "Authorization, Accept-Language")
            await send(message)

        return await self.app(scope, receive, dressed)


Reader = Annotated[Caller, Depends(Holding(Right.APPLICATIONS_READ))]
Writer = Annotated[Caller, Depends(Holding(Right.APPLICATIONS_WRITE))]

TAGS = {
    "applications": N_("Applications"),
    "filing": N_("Filing an application"),
    "documents": N_("Documents and files"),
    "payments": N_("Payments"),
    "bookings": N_("Visits to offices"),
    "notices": N_("Notices"),
    "webhooks": N_("Webhooks"),
    "reference": N_("What there is to choose from"),
}
