"""Bookings: the wizard that is open, the booking itself, the waiting list. What is personal and not needed for work is sealed."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, LargeBinary, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field, SQLModel

from models.process import columns
from models.process.history import GENESIS
from models.process.words import N_

PROCESS = "booking"


class Stage(StrEnum):
    """domain d. A hold that lapses is deleted: it has no history and nobody was promised anything."""

    HELD = "HELD"
    BOOKED = "BOOKED"
    CHECKED_IN = "CHECKED_IN"
    SERVED = "SERVED"
    REFUSED_DOCS = "REFUSED_DOCS"
    CANCELLED = "CANCELLED"
    NO_SHOW = "NO_SHOW"


TAKING_STAGES = frozenset({Stage.HELD, Stage.BOOKED, Stage.CHECKED_IN})  # these keep their place at the desk
FINAL_STAGES = frozenset({Stage.SERVED, Stage.REFUSED_DOCS, Stage.CANCELLED, Stage.NO_SHOW})
STAGE_NAMES = {
    Stage.HELD: N_("place is held"),
    Stage.BOOKED: N_("booked"),
    Stage.CHECKED_IN: N_("has come"),
    Stage.SERVED: N_("served"),
    Stage.REFUSED_DOCS: N_("papers refused"),
    Stage.CANCELLED: N_("visit cancelled"),
    Stage.NO_SHOW: N_("did not come"),
}


class Channel(StrEnum):
    """By which door a booking came."""

    SITE = "site"
    DESK = "desk"
    PHONE = "phone"
    WAITING = "waiting"


class Way(StrEnum):
    """How the visit is held."""

    OFFICE = "office"
    VIDEO = "video"
    PHONE = "phone"


WAY_NAMES = {Way.OFFICE: N_("in the office"), Way.VIDEO: N_("by video"), Way.PHONE: N_("by phone")}


class Remind(StrEnum):
    """By which channel the visitor is reminded, a day and two hours before."""

    EMAIL = "email"
    SMS = "sms"
    NONE = "none"


REMIND_NAMES = {
    Remind.EMAIL: N_("by e-mail"),
    Remind.SMS: N_("by SMS"),
    Remind.NONE: N_("do not remind me"),
}


class Booking(SQLModel, table=True):
    """One visit at one desk. The exclusion constraint is the wall: two bookings that take a place never overlap at a desk.
    Neither its expressions nor its predicate are words of any query, so none reads through it.

    `sealed` holds passport, birth, residents; `ticket` the PIN and the link's code for letters until the visit is over."""

    __tablename__ = "booking"
    __table_args__ = (
        ExcludeConstraint(
            (text("(desk_id + 0)"), "="),
            (func.tstzrange(text("starts_at"), text("busy_until")), "&&"),
            name="booking_wall",
            using="gist",
            where=text("stage || '' in ('HELD', 'BOOKED', 'CHECKED_IN')"),  # in words that no query has
        ),
        Index(  # what readers go by: nobody reads through the wall (docs/decisions/0017)
            "booking_one_start",
            "desk_id",
            "starts_at",
            unique=True,
            postgresql_where=text("stage in ('HELD', 'BOOKED', 'CHECKED_IN')"),
        ),
        Index("booking_by_office", "office_id", "starts_at", "desk_id"),  # its end tells the last desk taken at a time
        Index("booking_by_email", "email", postgresql_where=text("stage = 'BOOKED'")),
        Index("booking_open", "stage", "hold_until", postgresql_where=text("stage in ('HELD', 'BOOKED')")),
    )

    id: int | None = columns.identity()
    office_id: int = columns.link("booking_office.id", index=False)
    desk_id: int = columns.link("booking_desk.id", index=False)
    service_id: int = columns.link("booking_service.id", index=False)
    starts_at: datetime = columns.moment(...)
    ends_at: datetime = columns.moment(...)
    busy_until: datetime = columns.moment(...)  # with the buffer after the visit
    stage: str = Stage.HELD
    version: int = 0
    chain: str = GENESIS
    hold_until: datetime | None = columns.moment()
    channel: str = Channel.SITE
    way: str = Way.OFFICE
    remind_by: str = Field(default=Remind.EMAIL, sa_column_kwargs={"server_default": "email"})
    name: str = ""
    email: str = ""
    phone: str = ""
    account: str = ""
    address: str = ""  # in respect of which the visitor comes
    pin_hash: str = ""
    token_hash: str | None = Field(default=None, unique=True)
    sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    ticket: bytes | None = Field(default=None, sa_type=LargeBinary)
    user_id: int | None = columns.link("app_user.id", nullable=True)
    made_by: int | None = columns.link("app_user.id", nullable=True, index=False)
    created_at: datetime = columns.moment(...)
    changed_at: datetime = columns.moment(...)
    booked_at: datetime | None = columns.moment()
    consent_at: datetime | None = columns.moment()
    checked_in_at: datetime | None = columns.moment()
    ended_at: datetime | None = columns.moment()
    displaced_at: datetime | None = columns.moment()  # the desk closed and no other place was found yet
    notices: int = 0  # of moves and displacements: every one has its own letter
    reason: str = ""


class Wizard(SQLModel, table=True):
    """One visitor's walk through the five steps, behind the code of his cookie. Everything typed is sealed."""

    __tablename__ = "booking_wizard"

    id: int | None = columns.identity()
    token_hash: str = Field(unique=True)
    region_id: int | None = columns.link("booking_region.id", nullable=True, index=False)
    office_id: int | None = columns.link("booking_office.id", nullable=True, index=False)
    service_id: int | None = columns.link("booking_service.id", nullable=True, index=False)
    wanted_at: datetime | None = columns.moment()  # the time chosen, kept when the hold is lost
    booking_id: int | None = Field(
        default=None, sa_type=BigInteger
    )  # no link: whoever frees a hold must not wait for its walk
    typed: bytes | None = Field(default=None, sa_type=LargeBinary)
    user_id: int | None = columns.link("app_user.id", nullable=True, index=False)
    created_at: datetime = columns.moment(...)
    touched_at: datetime = columns.moment(..., index=True)


class Tell(StrEnum):
    """By which channel whoever waits is told of a place that is offered."""

    EMAIL = "email"
    SMS = "sms"
    CABINET = "cabinet"  # of whoever joined while signed in


TELL_NAMES = {
    Tell.EMAIL: N_("by e-mail"),
    Tell.SMS: N_("by SMS"),
    Tell.CABINET: N_("in the cabinet"),
}


class WaitState(StrEnum):
    WAITING = "WAITING"
    OFFERED = "OFFERED"  # a freed place is held for this person
    TAKEN = "TAKEN"
    EXPIRED = "EXPIRED"  # the days have passed
    LEFT = "LEFT"


class Waiting(SQLModel, table=True):
    """Somebody who waits for a freed place; places are offered in the order of coming."""

    __tablename__ = "booking_waiting"
    __table_args__ = (
        Index("booking_waiting_open", "office_id", "service_id", "id", postgresql_where=text("state = 'WAITING'")),
    )

    id: int | None = columns.identity()
    office_id: int = columns.link("booking_office.id", index=False)
    service_id: int = columns.link("booking_service.id", index=False)
    first_day: date
    last_day: date
    name: str
    email: str
    phone: str = ""
    state: str = WaitState.WAITING
    token_hash: str = Field(unique=True)
    ticket: bytes | None = Field(default=None, sa_type=LargeBinary)  # the link's code, for letters
    booking_id: int | None = columns.link("booking.id", nullable=True, ondelete="SET NULL")
    offers: int = 0
    way: str = Field(default=Way.OFFICE, sa_column_kwargs={"server_default": "office"})
    tell_by: str = Field(default=Tell.EMAIL, sa_column_kwargs={"server_default": "email"})
    user_id: int | None = columns.link("app_user.id", nullable=True)
    created_at: datetime = columns.moment(...)
    changed_at: datetime = columns.moment(...)
