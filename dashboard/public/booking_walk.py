"""The visitor's walk of booking: the row behind his cookie, what he typed, the place he holds. Opens nothing to anybody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from dashboard import session as sessions
from infra import clock
from infra.database import database
from infra.keys import vault_keys
from models.booking import wizard
from models.booking.register import Office, Service
from models.booking.tables import WAY_NAMES, Booking, Way, Wizard
from models.process.actor import Actor, Role
from signatures.secrets import Vault

_DAY = 24 * 3600  # seconds
VISITOR = Actor(Role.APPLICANT)
STEPS = ("office", "service", "time", "data", "check")


@dataclass
class Walk:
    """One open wizard inside one transaction."""

    db: Session
    row: Wizard
    now: datetime
    typed: dict[str, Any]

    @property
    def office(self) -> Office | None:
        return self.db.get(Office, self.row.office_id) if self.row.office_id else None

    @property
    def service(self) -> Service | None:
        return self.db.get(Service, self.row.service_id) if self.row.service_id else None

    @property
    def held(self) -> Booking | None:
        return wizard.held(self.db, self.row, self.now)

    def ways(self) -> dict[str, str]:
        """How this service may be given, in the order of the enum; by video only where the office has a room for it."""
        service, office = self.service, self.office
        there = service.ways if service else []
        return {w: WAY_NAMES[w] for w in Way if w in there and (w != Way.VIDEO or (office and office.video_link))}

    def keep(self, **values: Any) -> None:
        """What was typed is sealed and kept, right or wrong."""
        self.typed = {**self.typed, **values}
        wizard.keep(self.db, self.row, box().lock(self.typed), self.now)

    @property
    def booked(self) -> bool:
        """This walk has come to its end: another visit is another walk."""
        return bool(self.typed.get("code"))

    def ready_for(self) -> str:
        """The furthest step that makes sense now."""
        if self.booked:
            return "done"
        if self.office is None:
            return "office"
        if self.service is None:
            return "service"
        if self.held is None:
            return "time"
        return "check" if self.typed.get("complete") else "data"


def box() -> Vault:
    return Vault(vault_keys())


def cookie_name() -> str:
    return "__Secure-feeder-booking" if sessions.secure() else "feeder-booking"


@contextmanager
def walking(request: Request) -> Iterator[Walk | None]:
    """The walk of this browser in one transaction; None: there is none, it was left a day ago, or a customer began it who is
    not signed in here any more: what he typed is shown to nobody else."""
    now, who = clock.now(), customer(request)
    with database().transaction() as db:
        row = wizard.find(db, request.cookies.get(cookie_name(), ""), now, lock=request.method == "POST")
        if row is not None and row.user_id not in (None, who):
            row = None
        yield Walk(db, row, now, box().open(row.typed) if row.typed else {}) if row else None


def customer(request: Request) -> int | None:
    """The customer who is signed in; guests and staff are none."""
    who = sessions.from_connection(request)
    return who.id if who and not who.is_staff else None


def begin(request: Request, region: int | None = None) -> Response:
    """A new walk, or the one that is open already, at its furthest step: whoever signed in meanwhile goes on with it as
    himself. `region`: chosen on the start page (row B-07)."""
    user = customer(request)
    with walking(request) as walk:
        if walk is not None and not walk.booked:
            walk.row.user_id = user
            walk.db.add(walk.row)
            return to(walk.ready_for())
    with database().transaction() as db:
        code, _row = wizard.begin(db, clock.now(), user, region)
    response = to("office")
    response.set_cookie(
        cookie_name(), code, max_age=_DAY, httponly=True, samesite="lax", secure=sessions.secure(), path="/booking"
    )
    return response


def to(step: str = "") -> RedirectResponse:
    return RedirectResponse(f"/booking/{step}".rstrip("/"), 303)


def left(walk: Walk) -> Response:
    """«Отменить»: the place is free, what was typed is gone."""
    wizard.leave(walk.db, walk.row)
    response = to()
    response.delete_cookie(cookie_name(), path="/booking", secure=sessions.secure(), httponly=True, samesite="lax")
    return response


async def _sent(request: Request) -> dict[str, str]:
    """Fields of a small form; the gate has limited its size already."""
    return {name: str(value)[:500] for name, value in (await request.form()).items()}


Sent = Annotated[dict[str, str], Depends(_sent)]


def zone(office: Office) -> ZoneInfo:
    return ZoneInfo(office.time_zone)
