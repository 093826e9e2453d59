"""My visits to offices: a place is held for ten minutes, booked with the visitor's data, moved, cancelled. A person holds
one place at a time; what is personal is sealed, as by the pages."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, Field, create_model
from sqlmodel import Session

from dashboard.api.v1 import problems
from dashboard.api.v1.applications import After, Limit
from dashboard.api.v1.door import Caller, Holding
from dashboard.api.v1.offices import Looker
from dashboard.api.v1.replies import MaybeOnce, Once, Reply, carry, shown
from dashboard.api.v1.shapes import Id, Sent, Short
from dashboard.public import booking_form
from dashboard.public.booking_walk import box
from infra import clock
from infra.database import database
from infra.settings import settings
from infra.wording import N_, _
from models.booking import actions, rules, sight
from models.booking.moving import lock
from models.booking.tables import STAGE_NAMES, Booking, Stage
from models.booking.taking import Wish, release
from models.integration import queries
from models.integration.rules import Scope
from models.people import actions as people
from models.process.actor import Actor
from models.process.errors import Invalid, NotFound

router = APIRouter(tags=["bookings"])
Booker = Annotated[Caller, Depends(Holding(Scope.BOOKINGS_WRITE))]
_OPEN = ("name", "email", "phone", "address", "account")  # columns of their own; everything else is sealed
_FAR = 10  # years: a time beyond is a slip


class Place(Sent):
    """`starts_at`: one of the free times, with its zone."""

    office_id: Id
    service_id: Id
    starts_at: AwareDatetime


class Time(Sent):
    starts_at: AwareDatetime


class Visit(BaseModel):
    """`held_until`: until then the place waits for the visitor's data."""

    id: int
    stage: str
    stage_name: str
    office_id: int
    office: str
    service_id: int
    service: str
    starts_at: datetime
    ends_at: datetime
    held_until: datetime | None


class Visits(BaseModel):
    items: list[Visit]
    next: int | None


class Booked(Visit):
    """`pin` and `link` cancel and move the visit without a key; they come by letter too."""

    pin: str
    link: str


if TYPE_CHECKING:

    class Visitor(Sent):
        """For the type checker; made below."""

else:
    Visitor = create_model(
        "Visitor",
        __base__=Sent,
        __doc__="Who comes: the fields of the site's form, by the same rules. Days as 1984-03-17 or 17.03.1984.",
        consent=(bool, Field(False, description=N_("The visitor consents to the processing of his data"))),
        residents=(Annotated[list[Annotated[list[Short], Field(max_length=3)]], Field(max_length=6)], []),
        **{name: (Short, Field("", title=label)) for name, label, _required in sight.FIELDS},
    )


def _visit(db: Session, row: Booking) -> dict[str, Any]:
    told = sight.facts(db, row)
    return {
        "id": row.id, "stage": row.stage, "stage_name": _(STAGE_NAMES[Stage(row.stage)]), "office_id": row.office_id,
        "office": told.office.address, "service_id": row.service_id, "service": told.service.name,
        "starts_at": told.local(row.starts_at), "ends_at": told.local(row.ends_at),
        "held_until": row.hold_until if row.stage == Stage.HELD else None,
    }  # fmt: skip


@router.get("/bookings", summary=N_("My visits, the newest first"), response_model=Visits)
def bookings(request: Request, caller: Looker, after: After = None, limit: Limit = 50) -> Response:
    with caller.reading() as db:
        found = queries.bookings(db, caller.id, after, limit + 1)
        items = [Visit.model_validate(_visit(db, b)) for b in found[:limit]]
    return shown(request, Visits(items=items, next=items[-1].id if len(found) > limit else None))


@router.get("/bookings/{booking_id}", summary=N_("One visit"), response_model=Visit)
def booking(request: Request, caller: Looker, booking_id: Id) -> Response:
    with caller.reading() as db:
        return shown(request, Visit.model_validate(_visit(db, _mine(db, caller, booking_id))))


def _mine(db: Session, caller: Caller, booking_id: int) -> Booking:
    """Raises NotFound for another's; a hold that has lapsed is gone."""
    row = db.get(Booking, booking_id)
    if row is None or row.user_id != caller.id:
        raise NotFound
    return row


@router.post("/bookings", summary=N_("Hold a free time for ten minutes"), status_code=201, response_model=Visit)
def hold(request: Request, caller: Booker, sent: Place, key: Once) -> Response:
    """Whatever was held before is given up."""
    _soon(sent.starts_at)
    with database().transaction() as db:
        people.count_attempt(db, "booking-hold", f"user:{caller.id}", clock.now())

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        wish = Wish(sent.office_id, sent.service_id, sent.starts_at)
        row = actions.rehold(db, queries.held(db, caller.id), wish, actor, now)
        return Reply(201, Visit.model_validate(_visit(db, row)), f"/api/v1/bookings/{row.id}")

    return carry(request, caller, work, sent, key)


@router.post("/bookings/{booking_id}/visitor", summary=N_("Book the held time"), response_model=Booked)
def book(request: Request, caller: Booker, booking_id: Id, sent: Visitor, key: MaybeOnce = None) -> Response:
    """The ticket and the papers come by letter, as from the site."""
    _seen(caller, booking_id)
    typed = booking_form.read({k: str(v) for k, v in sent.model_dump(exclude={"residents", "consent"}).items()})
    given = sent.model_dump()
    typed |= {"residents": [r + [""] * (3 - len(r)) for r in given["residents"]], "consent": given["consent"]}
    if faults := booking_form.wrong(typed, clock.today()):
        return problems.of_fields(faults)
    pin, code = rules.new_pin(), rules.link_code()

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        row = actions.book(db, booking_id, actor, _visitor(typed, pin, code, now), now)
        more = {"pin": pin, "link": f"{settings().site}/booking/v/{code}"}
        return Reply(200, Booked.model_validate(_visit(db, row) | more))

    return carry(request, caller, work, sent, key)


def _visitor(typed: dict[str, Any], pin: str, code: str, now: datetime) -> actions.Visitor:
    return actions.Visitor(
        **{name: typed[name] for name in _OPEN},
        sealed=box().lock({name: value for name, value in typed.items() if name not in _OPEN}),
        ticket=box().lock({"pin": pin, "code": code}),
        pin_hash=rules.pin_hash(settings().secret_key, typed["email"], pin),
        code=code,
        consent_at=now,
    )


@router.post("/bookings/{booking_id}/move", summary=N_("Move a visit to another free time"), response_model=Visit)
def move(request: Request, caller: Booker, booking_id: Id, sent: Time, key: MaybeOnce = None) -> Response:
    """The same office, service, PIN and link. 409: somebody else has the time, and everything stays as it was."""
    _soon(sent.starts_at)
    row = _seen(caller, booking_id)

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        wish = Wish(row.office_id, row.service_id, sent.starts_at)
        return Reply(200, Visit.model_validate(_visit(db, actions.reschedule(db, booking_id, actor, wish, now))))

    return carry(request, caller, work, sent, key)


@router.delete("/bookings/{booking_id}", summary=N_("Cancel a visit, give a held time up"), status_code=204)
def cancel(request: Request, caller: Booker, booking_id: Id) -> Response:
    _seen(caller, booking_id)

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        if not release(db, booking_id):
            lock(db, booking_id)
            actions.cancel(db, booking_id, actor, now)
        return Reply(204)

    return carry(request, caller, work)


def _seen(caller: Caller, booking_id: int) -> Booking:
    """The second wall before an action."""
    with caller.reading() as db:
        return _mine(db, caller, booking_id)


def _soon(at: datetime) -> None:
    """Raises Invalid for a time that PostgreSQL would not take."""
    if abs(at.year - clock.now().year) > _FAR:
        raise Invalid("starts_at", "Choose a day of these years")
