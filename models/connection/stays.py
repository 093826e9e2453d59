"""A case's stay at each stage, from the history: the desk's queues and the manager's figures read it instead of counting.

Nobody writes here but triggers of the database (migration 0009): a stay opens and closes with its history row, in the same
transaction, and the open one always knows the nearest clock of its case."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.process import columns

NEVER = date(9999, 12, 31)  # no clock: stands last
NOT_HURRYING = ("TU-EXP",)  # clocks of both sides that hurry nobody at this desk; the supplier's never do


class Stay(SQLModel, table=True):
    """One case at one stage, from `entered_at` to `left_at`. `kept` and `broken` count clocks of the grid company that were
    fulfilled meanwhile, in time and late. While it is open: the nearest clock of grid company or applicant, and of ours."""

    __tablename__ = "stay"
    __table_args__ = (
        Index("stay_open", "application_id", unique=True, postgresql_where=text("left_at is null")),
        Index("stay_queue", "stage", "branch_id", "due_on", "application_id", postgresql_where=text("left_at is null")),
        Index("stay_path", "application_id", "entered_at"),
        Index(
            "stay_left",
            "left_at",
            postgresql_include=[
                "entered_at", "stage", "stage_after", "branch_id", "category", "kept", "broken", "actor_id", "actor_role",
                "application_id",
            ],
            postgresql_where=text("left_at is not null"),
        ),
    )  # fmt: skip

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id", index=False)
    stage: str
    entered_at: datetime = columns.moment(...)
    left_at: datetime | None = columns.moment()
    stage_after: str = ""
    branch_id: int = Field(sa_type=columns.BIG)
    category: str = ""
    actor_id: int | None = Field(default=None, sa_type=columns.BIG)  # who ended it
    actor_role: str = ""
    kept: int = 0
    broken: int = 0
    rule: str = ""  # the nearest clock
    starts_at: datetime | None = columns.moment()
    due_on: date = NEVER
    due_at: datetime | None = columns.moment()  # nothing while the clock is stopped
    ours_rule: str = ""  # the nearest one of the grid company that runs
    ours_starts_at: datetime | None = columns.moment()
    ours_due_at: datetime | None = columns.moment()
