"""What all processes share: work rows, terms and their dated rules, history, counters, the calendar's exceptions."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.process import columns


class WorkState(StrEnum):
    DUE = "due"
    RUNNING = "running"
    ASIDE = "aside"  # failed too often: a person has to look


class Work(SQLModel, table=True):
    """One row per subject over all states: the row is the subject's mutex, its alarm and its retry.

    `attempt` is the fence and never falls; `tries` counts towards poison. `next_at` keeps what came during a leg."""

    __tablename__ = "work"
    __table_args__ = (
        UniqueConstraint("process", "subject_id"),
        CheckConstraint("state in ('due', 'running', 'aside')"),
        Index("work_due", "lane", "run_at", postgresql_where=text("state = 'due'")),
        Index("work_leased", "lease_until", postgresql_where=text("state = 'running'")),
        {"postgresql_with": {"fillfactor": 70}},
    )

    id: int | None = columns.identity()
    process: str
    subject_id: int = Field(sa_type=columns.BIG)
    state: str = WorkState.DUE
    lane: int = Field(default=0, sa_type=SmallInteger)
    run_at: datetime = columns.moment(...)
    next_at: datetime | None = columns.moment()
    attempt: int = 0
    tries: int = 0
    lease_until: datetime | None = columns.moment()
    worker: str | None = None
    error: str | None = None


class WorkerBeat(SQLModel, table=True):
    """A worker says that it lives; `/readyz` and the manager's wall look here."""

    __tablename__ = "worker_beat"

    worker: str = Field(primary_key=True)
    started_at: datetime = columns.moment(...)
    seen_at: datetime = columns.moment(...)
    legs: int = 0
    without_prefect: bool = False


class LegReport(SQLModel, table=True):
    """A leg that ran while Prefect was away, to be told to it later."""

    __tablename__ = "leg_report"

    id: int | None = columns.identity()
    process: str
    name: str
    rows: list[Any] = columns.array()
    started_at: datetime = columns.moment(...)
    finished_at: datetime = columns.moment(...)
    error: str | None = None
    reported_at: datetime | None = columns.moment(index=True)


class History(SQLModel, table=True):
    """Append-only, chained by hash per subject; UPDATE, DELETE and TRUNCATE are refused by the database."""

    __tablename__ = "history"
    __table_args__ = (Index("history_by_time", "at"),)

    process: str = Field(primary_key=True)
    subject_id: int = Field(primary_key=True, sa_type=columns.BIG)
    seq: int = Field(primary_key=True)
    tag: str  # source:subject:action
    actor_role: str
    actor_id: int | None = Field(default=None, sa_type=columns.BIG)
    actor_name: str = ""
    at: datetime = columns.moment(...)
    stage_before: str
    stage_after: str
    changes: dict[str, Any] = columns.document()
    reason: str = ""
    request_id: str = ""
    previous: str
    hash: str


class TermRule(SQLModel, table=True):
    """A legal term as a dated row: never a constant. `basis` names the paragraph, `confidence` how it was checked."""

    __tablename__ = "term_rule"
    __table_args__ = (UniqueConstraint("process", "rule", "valid_from"),)

    id: int | None = columns.identity()
    process: str
    rule: str
    title: str
    starts_on: list[str] = columns.array()  # events
    length: int | None = None
    unit: str = "wd"  # wd working day, d calendar day, m month, y year
    lengths: dict[str, str] = columns.document()  # by category: {"LE_150": "4m"}; wins over length and unit
    alternative: dict[str, Any] = columns.document()  # {"if": fact, "length": 15}
    whose: str = "grid"  # grid | applicant | supplier
    condition: str = ""  # facts joined by commas, "!" negates
    on_lapse: str = "escalate"
    reminders: list[int] = columns.array()  # days before the end, in the unit of the term (wd or d)
    grace: int = 0  # working days between the end of the term and its consequence
    is_right: bool = False  # a right that expires silently
    basis: str = ""
    confidence: str = "confirmed"
    contested: str = ""
    enabled: bool = True
    valid_from: date = date(2020, 1, 1)
    valid_to: date | None = None


class Term(SQLModel, table=True):
    """A running clock: its end is frozen when it starts. Only a suspension moves it, and gives the days back."""

    __tablename__ = "term"
    __table_args__ = (
        UniqueConstraint("process", "subject_id", "rule", "ref", "starts_at"),
        Index(
            "term_open",
            "process",
            "due_at",
            postgresql_where=text("done_at is null and lapsed_at is null and cancelled_at is null"),
        ),
        Index(
            "term_unfulfilled",
            "process",
            "due_on",
            "id",
            postgresql_where=text("done_at is null and cancelled_at is null"),
        ),
        Index(
            "term_unexplained",
            "due_on",
            "id",
            postgresql_where=text(
                "process = 'connection' and whose = 'grid' and not is_right and lapsed_at is not null and late_code = ''"
            ),
        ),
    )

    id: int | None = columns.identity()
    process: str
    subject_id: int = Field(sa_type=columns.BIG, index=True)
    rule: str
    ref: str = ""  # which of several: the number of an instalment
    title: str
    whose: str
    on_lapse: str
    is_right: bool = False
    basis: str = ""
    starts_at: datetime = columns.moment(...)
    due_on: date  # the last day, local
    due_at: datetime = columns.moment(...)  # its end
    acts_at: datetime = columns.moment(...)  # the consequence, after the days of grace
    unit: str = "wd"
    reminders: list[str] = columns.array()  # ISO times still to come
    done_at: datetime | None = columns.moment()
    lapsed_at: datetime | None = columns.moment()
    cancelled_at: datetime | None = columns.moment()
    paused_at: datetime | None = columns.moment()
    late_code: str = ""  # why it is late, by the list the regulator asks for
    late_note: str = ""


class Counter(SQLModel, table=True):
    """Gapless numbers: taken under a row lock in the transaction that uses them."""

    __tablename__ = "counter"

    scope: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    value: int = 0


class CalendarOverride(SQLModel, table=True):
    """Days that differ from the country's calendar here: regional days off, days closed by the utility."""

    __tablename__ = "calendar_override"

    day: date = Field(primary_key=True)
    working: bool
    note: str = ""


class ClockShift(SQLModel, table=True):
    """Development only: how far the business clock was moved forward."""

    __tablename__ = "clock_shift"

    id: int = Field(default=1, primary_key=True)
    seconds: Decimal = columns.money(Decimal(0))


class Setting(SQLModel, table=True):
    """Facts of the installation that people change: requisites of the utility, marks of what was done once."""

    __tablename__ = "setting"

    name: str = Field(primary_key=True)
    value: dict[str, Any] = columns.document()
