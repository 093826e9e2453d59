"""Planned visits and the sheets of the field, kept as they are typed. Shapes only."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.process import columns
from models.process.words import N_


class Kind(StrEnum):
    """What somebody comes for."""

    INSPECTION = "inspection"
    METERING = "metering"


class Hours(StrEnum):
    """The part of a day in which he comes: local time of the branch."""

    MORNING = "09-12"
    NOON = "12-15"
    EVENING = "15-18"


class VisitState(StrEnum):
    PROPOSED = "proposed"  # the applicant has not answered
    AGREED = "agreed"
    DONE = "done"
    CANCELLED = "cancelled"


ALIVE = (VisitState.PROPOSED, VisitState.AGREED)
KIND_NAMES = {Kind.INSPECTION: N_("inspection"), Kind.METERING: N_("admission of the meter")}
STATE_NAMES = {
    VisitState.PROPOSED: N_("time is proposed"),
    VisitState.AGREED: N_("time is agreed"),
    VisitState.DONE: N_("visit is over"),
    VisitState.CANCELLED: N_("visit is called off"),
}
_ALIVE = text("state in ('proposed', 'agreed')")


class Visit(SQLModel, table=True):
    """Who comes, when, for what. `place` is the seat among the visits of one part of a day: the database lets nobody be
    promised to more applicants than there are places. `route` orders the day."""

    __tablename__ = "visit"
    __table_args__ = (
        Index("visit_one_place", "inspector_id", "on", "hours", "place", unique=True, postgresql_where=_ALIVE),
        Index("visit_one_of_case", "application_id", "kind", unique=True, postgresql_where=_ALIVE),
        CheckConstraint("place between 1 and 4", name="visit_places"),
        CheckConstraint("hours in ('09-12', '12-15', '15-18')", name="visit_hours"),
    )

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    kind: str
    inspector_id: int = columns.link("app_user.id", index=False)
    on: date
    hours: str
    place: int
    route: int = 0
    state: str = VisitState.PROPOSED
    note: str = ""  # how to get there, whom to call: the inspector's own
    proposed_by: int = columns.link("app_user.id", index=False)
    proposed_at: datetime = columns.moment(...)
    agreed_at: datetime | None = columns.moment()
    moved: int = 0  # how often the applicant took another time
    ended_at: datetime | None = columns.moment()
    reason: str = ""  # why it was called off


class FieldSheet(SQLModel, table=True):
    """What an inspector has typed so far, before it is sent: one sheet a case and kind. `version` grows with each save."""

    __tablename__ = "field_sheet"

    application_id: int = Field(primary_key=True, foreign_key="connection.id", sa_type=columns.BIG)
    kind: str = Field(primary_key=True)
    values: dict[str, Any] = columns.document()
    version: int = 1
    saved_by: int = columns.link("app_user.id", index=False)
    saved_at: datetime = columns.moment(...)
