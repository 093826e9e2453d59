"""The connection case and what hangs on it: technical conditions, inspections, the meter, messages. Shapes only; what the
ordinary path adds stands in contract.py."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Numeric, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.connection.contract import (
    Answer,
    Approval,
    ApprovalState,
    Change,
    ChangeKind,
    ChangeState,
    Disagreement,
    Override,
    OverrideState,
    Party,
)
from models.connection.stages import (
    ANNULLED,
    BEFORE_CONTRACT,
    CABINET,
    CLOSED_STAGES,
    FINAL_STAGES,
    MAIN_LINE,
    OPEN_STAGES,
    UNDER_CONTRACT,
    Category,
    Path,
    Stage,
)
from models.people import sealing
from models.process import columns
from models.process.history import GENESIS

__all__ = ["ANNULLED", "BEFORE_CONTRACT", "CABINET", "CLOSED_STAGES", "FINAL_STAGES", "MAIN_LINE", "OPEN_STAGES",
           "PROCESS", "UNDER_CONTRACT", "Answer", "Application", "Approval", "ApprovalState", "Category", "Change",
           "ChangeKind", "ChangeState", "Conditions", "ConditionsState", "Disagreement", "Inspection", "Message", "Meter",
           "Override", "OverrideState", "Party", "Path", "Stage"]  # fmt: skip

PROCESS = "connection"
POWER = Numeric(8, 2)


class Application(SQLModel, table=True):
    """One connection case. `stage` changes only through models.connection.actions; the database refuses otherwise."""

    __tablename__ = "connection"
    __table_args__ = (
        Index("connection_by_stage", "stage", "branch_id"),
        Index("connection_of_branch", "branch_id", "id"),
    )

    id: int | None = columns.identity()
    stage: str = Stage.DRAFT
    version: int = 0
    chain: str = GENESIS
    number: str | None = Field(default=None, unique=True)
    applicant_id: int = columns.link("app_user.id")
    branch_id: int = columns.link("branch.id", index=False)
    created_at: datetime = columns.moment(...)
    changed_at: datetime = columns.moment(...)
    status_token: str = Field(unique=True)
    draft: dict[str, Any] = sealing.document()  # as typed, saved as it goes

    # who applies: frozen at filing
    person: dict[str, Any] = sealing.document()
    passport: bytes | None = None  # encrypted
    signature: dict[str, Any] = columns.document()  # evidence of the simple signature
    # what for
    category: str | None = None
    path: str = Path.X
    reason: str = "new"
    object_name: str = ""
    object_address: str = ""
    cadastre: str = ""
    fias: str = ""  # code of the address in the state register (ГАР)
    landmark: str = ""  # for a plot without an address
    devices: str = ""
    purpose: str = ""
    power_kw: Decimal = Field(default=Decimal(0), sa_type=POWER)
    prior_kw: Decimal = Field(default=Decimal(0), sa_type=POWER)
    generation_kw: Decimal = Field(default=Decimal(0), sa_type=POWER)
    voltage_kv: Decimal = Field(default=Decimal("0.4"), sa_type=Numeric(6, 2))
    phases: int = 3
    reliability: str = "III"
    design: str = ""  # when the design is ready: quarter and year
    commissioning: str = ""  # quarter and year, as typed
    supplier: str = ""
    procurement_law: bool = False
    social: bool = False
    split_kw: dict[str, str] = (
        columns.document()
    )  # power by reliability category: {"I": "40", "II": "60"}, the rest is III
    points: int = 1  # points of connection
    sources: int = 1  # independent sources: two for the first and second reliability category
    generation_kind: str = ""
    temporary: str = ""  # mobile | construction
    temporary_until: date | None = None
    partner: dict[str, Any] = columns.document()  # who gives power away: name, inn, contract
    previous: dict[str, Any] = columns.document()  # reissue: which kind, earlier papers
    power_stages: list[dict[str, str]] = columns.array()  # power by quarters: {kw, quarter, design, reliability}
    # the site, as the engineer found it
    distance_m: int | None = None
    town: bool = False
    land_relations: bool = False
    investment_works: bool = False
    adjacent: bool = False  # works of an adjacent grid are needed: it approves the conditions
    centre_id: int | None = Field(default=None, sa_type=columns.BIG)  # feeding centre the power is taken from

    missing: list[dict[str, str]] = columns.array()  # what the completeness check found: what, ground, how
    approved_at: datetime | None = columns.moment()
    suspended_at: datetime | None = columns.moment()
    suspension_reason: str = ""
    end_reason: str = ""
    # milestones: the eight fields of the card (G-31…G-38) are derived from them
    submitted_at: datetime | None = columns.moment()
    registered_at: datetime | None = columns.moment()
    checked_at: datetime | None = columns.moment()
    offer_placed_at: datetime | None = columns.moment()
    concluded_at: datetime | None = columns.moment()
    contract_number: str | None = None
    supply: dict[str, Any] = columns.document()  # of the supplier (TP-05): kind, number, on
    grid_works_done_at: datetime | None = columns.moment()
    own_works_done_at: datetime | None = columns.moment()
    inspected_at: datetime | None = columns.moment()
    tu_act_signed_at: datetime | None = columns.moment()
    rtn: dict[str, Any] = columns.document()  # Rostekhnadzor: kind, number, day
    meter_admitted_at: datetime | None = columns.moment()
    energised_at: datetime | None = columns.moment()
    papers_placed_at: datetime | None = columns.moment()
    ended_at: datetime | None = columns.moment()


class ConditionsState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class Conditions(SQLModel, table=True):
    """Technical conditions: what the engineer fills and a second person approves."""

    __tablename__ = "conditions"
    __table_args__ = (UniqueConstraint("application_id", "version"),)

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    version: int = 1
    state: str = ConditionsState.DRAFT
    values: dict[str, Any] = columns.document()
    author_id: int | None = columns.link("app_user.id", nullable=True)
    approver_id: int | None = columns.link("app_user.id", nullable=True)
    saved_at: datetime = columns.moment(...)
    approved_at: datetime | None = columns.moment()
    remark: str = ""


class Inspection(SQLModel, table=True):
    """A visit to the applicant's installation (above 0.4 kV on this path): п. 82–90, 102."""

    __tablename__ = "inspection"
    __table_args__ = (UniqueConstraint("application_id", "seq"),)

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    seq: int = 1
    on: date
    inspector_id: int = columns.link("app_user.id", index=False)
    passed: bool
    values: dict[str, Any] = columns.document()  # devices, checks, remarks
    at: datetime = columns.moment(...)


class Meter(SQLModel, table=True):
    """The meter admitted to operation (п. 109)."""

    __tablename__ = "meter"

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id", unique=True)
    serial: str
    admitted_on: date
    inspector_id: int = columns.link("app_user.id", index=False)
    values: dict[str, Any] = columns.document()  # model, accuracy, verified, seals, readings, place, …


class Message(SQLModel, table=True):
    """A line of the talk on a case."""

    __tablename__ = "message"

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    author_id: int = columns.link("app_user.id", index=False)
    from_staff: bool
    author: str
    text: str
    at: datetime = columns.moment(...)
    read_at: datetime | None = columns.moment()
