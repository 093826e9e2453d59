"""Feeding centres and the power that open cases hold in them. Counters of power are kept by the database alone."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Numeric, text
from sqlmodel import Field, SQLModel

from models.process import columns
from models.process.history import GENESIS

CENTRE = "centre"  # the subject's name in the history; the table's name too
POWER = Numeric(12, 2)  # kW


class Held(StrEnum):
    """What became of a reservation: it stands, it was connected, it was given back."""

    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"


class Centre(SQLModel, table=True):
    """A feeding centre. `reserved_kw` changes only through `power_reservation`: a trigger counts, another refuses the rest.

    The check is the last word: what is connected and reserved never exceeds what is installed."""

    __tablename__ = "centre"
    __table_args__ = (
        CheckConstraint("connected_kw >= 0 and reserved_kw >= 0 and installed_kw >= 0", name="centre_is_not_negative"),
        CheckConstraint("connected_kw + reserved_kw <= installed_kw", name="centre_is_not_oversold"),
    )

    id: int | None = columns.identity()
    name: str = Field(unique=True)
    voltage: str  # as it is written: «110/10 кВ»
    installed_kw: Decimal = Field(sa_type=POWER)
    connected_kw: Decimal = Field(default=Decimal(0), sa_type=POWER)
    reserved_kw: Decimal = Field(default=Decimal(0), sa_type=POWER)
    branch_id: int = columns.link("branch.id")
    location: str = ""
    closed: bool = False  # takes no new connections now
    version: int = 0
    chain: str = GENESIS
    changed_at: datetime = columns.moment(...)

    @property
    def free_kw(self) -> Decimal:
        return self.installed_kw - self.connected_kw - self.reserved_kw

    @property
    def stage(self) -> str:
        """For the history: a centre has no process, only this."""
        return "closed" if self.closed else "open"


class Reservation(SQLModel, table=True):
    """Power held for one case in one centre. A case holds at most one; an ended row stays as the record."""

    __tablename__ = "power_reservation"
    __table_args__ = (
        CheckConstraint("kw > 0"),
        CheckConstraint("state in ('held', 'settled', 'released')"),
        Index("reservation_held_once", "application_id", unique=True, postgresql_where=text("state = 'held'")),
    )

    id: int | None = columns.identity()
    centre_id: int = columns.link("centre.id")
    application_id: int = columns.link("connection.id")
    kw: Decimal = Field(sa_type=POWER)
    state: str = Held.HELD
    made_at: datetime = columns.moment(...)
    ended_at: datetime | None = columns.moment()
