"""Rights given by people to people, staff changes that wait for a second person, requests about personal data, retention
rules, and the look of a person's start page. Shapes only."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.process import columns


class AccessGrant(SQLModel, table=True):
    """A principal lets somebody read for him: everything he has (a representative) or one case (a user of a contract)."""

    __tablename__ = "access_grant"
    __table_args__ = (
        CheckConstraint("principal_id <> agent_id", name="access_grant_to_another"),
        Index("access_grant_live", "agent_id", postgresql_where=text("ended_at is null")),
    )

    id: int | None = columns.identity()
    principal_id: int = columns.link("app_user.id")
    agent_id: int = columns.link("app_user.id", index=False)
    application_id: int | None = columns.link("connection.id", nullable=True)
    ground: str  # power of attorney: number and day
    given_at: datetime = columns.moment(...)
    until: datetime = columns.moment(...)
    ended_at: datetime | None = columns.moment()


class StaffChange(SQLModel, table=True):
    """A role that is given only when a second administrator or a head agrees (four eyes)."""

    __tablename__ = "staff_change"
    __table_args__ = (
        CheckConstraint("decided_by is null or decided_by <> asked_by", name="staff_change_four_eyes"),
        Index("staff_change_open", "user_id", unique=True, postgresql_where=text("decided_at is null")),
    )

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id")
    role: str
    reason: str
    asked_by: int = columns.link("app_user.id", index=False)
    asked_at: datetime = columns.moment(...)
    decided_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    decided_at: datetime | None = columns.moment()
    agreed: bool | None = None


class RequestKind(StrEnum):
    TELL = "tell"  # what is held, why, who has it
    CORRECT = "correct"
    DELETE = "delete"


class DataRequest(SQLModel, table=True):
    """What a person asks of us about his data (152-ФЗ, ст. 14, 20, 21), and what we answered."""

    __tablename__ = "data_request"
    __table_args__ = (Index("data_request_open", "due_at", postgresql_where=text("answered_at is null")),)

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id")
    kind: str  # RequestKind
    text: str
    asked_at: datetime = columns.moment(...)
    due_at: datetime = columns.moment(...)
    answered_at: datetime | None = columns.moment()
    answered_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    answer: str = ""


class RetentionRule(SQLModel, table=True):
    """How long something is kept and why. `days` is null: for good. `act` says what happens then."""

    __tablename__ = "retention_rule"

    name: str = Field(primary_key=True)
    title: str  # Russian: the person reads it
    days: int | None = None
    basis: str = ""
    deletes: bool = True  # false: kept by law, only told
    last_run_at: datetime | None = columns.moment()
    last_count: int = 0


class PageWish(SQLModel, table=True):
    """How a person wants a part of a page: hidden, folded to the bottom, seen once. Facts of the look, nothing else."""

    __tablename__ = "page_wish"

    user_id: int = Field(primary_key=True, foreign_key="app_user.id", sa_type=columns.BIG)
    name: str = Field(primary_key=True)  # block:waiting, hint:home
    state: str
    facts: dict[str, Any] = columns.document()
