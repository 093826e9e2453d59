"""The office's registers: regions, offices, desks, services, working plans, closures, and the places laid out from them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.process import columns

TIMETABLE = "timetable"  # the process that lays out the places of an office


class Region(SQLModel, table=True):
    __tablename__ = "booking_region"

    id: int | None = columns.identity()
    name: str = Field(unique=True)


class Office(SQLModel, table=True):
    """A customer centre. Not switched on, it is shown to nobody outside (row B-14)."""

    __tablename__ = "booking_office"
    __table_args__ = (CheckConstraint("step_minutes between 5 and 240"),)

    id: int | None = columns.identity()
    region_id: int = columns.link("booking_region.id", index=False)
    branch_id: int | None = columns.link("branch.id", nullable=True, index=False)
    address: str = Field(unique=True)  # as visitors read it, with region and town
    phone: str = ""
    video_link: str = Field(default="", sa_column_kwargs={"server_default": ""})  # the room of visits by video
    time_zone: str
    switched_on: bool = False
    step_minutes: int = 30  # row B-22
    lead_minutes: int = 60  # domain d
    horizon_days: int = 30


class Desk(SQLModel, table=True):
    __tablename__ = "booking_desk"
    __table_args__ = (UniqueConstraint("office_id", "name"),)

    id: int | None = columns.identity()
    office_id: int = columns.link("booking_office.id")
    name: str
    active: bool = True


class Service(SQLModel, table=True):
    """What a visitor comes for. `papers`: what he has to bring, in the order of the list (row B-20)."""

    __tablename__ = "booking_service"
    __table_args__ = (
        CheckConstraint("minutes > 0 and buffer_minutes >= 0"),
        CheckConstraint("minutes + buffer_minutes <= 1440", name="booking_service_within_a_day"),  # taking relies on it
    )

    id: int | None = columns.identity()
    code: str = Field(unique=True)
    name: str
    minutes: int = 30
    buffer_minutes: int = 0  # the desk's rest after the visit
    papers: list[str] = columns.array()
    ways: list[str] = Field(  # how the visitor may choose to be received: office, phone, video
        default_factory=lambda: ["office"], sa_type=JSONB, sa_column_kwargs={"server_default": '["office"]'}
    )
    active: bool = True


class DeskService(SQLModel, table=True):
    """Which desk can serve what."""

    __tablename__ = "booking_desk_service"

    desk_id: int = columns.link("booking_desk.id", index=False, primary_key=True)
    service_id: int = columns.link("booking_service.id", primary_key=True)


class Plan(SQLModel, table=True):
    """Working hours of one day of the week, local time "HH:MM". A desk's own plan wins over its office's."""

    __tablename__ = "booking_plan"
    __table_args__ = (CheckConstraint("weekday between 0 and 6"), CheckConstraint("opens < closes"))

    id: int | None = columns.identity()
    office_id: int = columns.link("booking_office.id")
    desk_id: int | None = columns.link("booking_desk.id", nullable=True, index=False)
    weekday: int  # Monday is 0
    opens: str
    closes: str
    breaks: list[list[str]] = columns.array()  # [["13:00", "13:30"]]
    valid_from: date = date(2020, 1, 1)
    valid_to: date | None = None


class Closure(SQLModel, table=True):
    """An office or one desk does not receive from `starts_at` up to `ends_at`: "other reasons" of row B-23."""

    __tablename__ = "booking_closure"
    __table_args__ = (CheckConstraint("starts_at < ends_at"),)

    id: int | None = columns.identity()
    office_id: int = columns.link("booking_office.id")
    desk_id: int | None = columns.link("booking_desk.id", nullable=True, index=False)
    starts_at: datetime = columns.moment(...)
    ends_at: datetime = columns.moment(...)
    reason: str
    made_by: int | None = columns.link("app_user.id", nullable=True, index=False)
    made_at: datetime = columns.moment(...)


class Place(SQLModel, table=True):
    """A desk receives at this time. Whether somebody has taken it is told by bookings alone."""

    __tablename__ = "booking_place"
    __table_args__ = (
        UniqueConstraint("desk_id", "starts_at"),
        Index("booking_place_by_office", "office_id", "starts_at", "desk_id"),  # in the order in which desks are tried
    )

    id: int | None = columns.identity()
    office_id: int = columns.link("booking_office.id", index=False)
    desk_id: int = columns.link("booking_desk.id", index=False)
    starts_at: datetime = columns.moment(...)
    ends_at: datetime = columns.moment(...)


def shown(row: SQLModel) -> dict[str, Any]:
    """A register's row as plain values, for the audit."""
    return row.model_dump(mode="json")
