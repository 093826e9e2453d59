"""Staff changes that wait for a second person, requests about personal data, retention rules, and the look of a person's
start page. Shapes only."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.process import columns


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
    """Something that is kept for a time. How long and why: the edition of the day."""

    __tablename__ = "retention_rule"

    name: str = Field(primary_key=True)
    title: str  # Russian: the person reads it
    deletes: bool = True  # false: kept by law, only told
    last_run_at: datetime | None = columns.moment()
    last_count: int = 0


class RetentionEdition(SQLModel, table=True):
    """How long, from a day on. `days` is null: for good. `confidence`: how the basis was checked, empty where the company set
    the time itself. Two editions never overlap: a constraint of the database."""

    __tablename__ = "retention_edition"

    id: int | None = columns.identity()
    name: str = Field(foreign_key="retention_rule.name")
    days: int | None = None
    basis: str
    confidence: str = ""
    valid_from: date
    valid_to: date | None = None


class ObjectRemoval(SQLModel, table=True):
    """Bytes of the store that nobody may keep any longer: asked for by retention, removed by its flow. `outcome` is empty
    while they wait."""

    __tablename__ = "object_removal"
    __table_args__ = (Index("object_removal_open", "key", postgresql_where=text("done_at is null")),)

    key: str = Field(primary_key=True)  # sha256
    ground: str  # the rule of retention
    asked_at: datetime = columns.moment(...)
    done_at: datetime | None = columns.moment()
    outcome: str = ""  # Removal


class Removal(StrEnum):
    REMOVED = "removed"
    HELD = "held"  # another row points at the same bytes: it keeps them


class PageWish(SQLModel, table=True):
    """How a person wants a part of a page: hidden, folded to the bottom, seen once. Facts of the look, nothing else."""

    __tablename__ = "page_wish"

    user_id: int = Field(primary_key=True, foreign_key="app_user.id", sa_type=columns.BIG)
    name: str = Field(primary_key=True)  # block:waiting, hint:home
    state: str
    facts: dict[str, Any] = columns.document()
