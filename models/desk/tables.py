"""What the desk keeps beside the cases: ready-made remarks, who stands in for whom, who works a case. Shapes only."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.process import columns


class RemarkTemplate(SQLModel, table=True):
    """A ready-made line of the notice of missing information. Russian: it goes into a paper. Never deleted: switched off."""

    __tablename__ = "remark_template"

    id: int | None = columns.identity()
    title: str  # what is missing
    ground: str  # paragraph of the Rules
    how: str  # how to correct
    active: bool = True
    changed_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    changed_at: datetime | None = columns.moment()


class StandIn(SQLModel, table=True):
    """Somebody away and who does his work meanwhile, both days included. Four eyes stay by person: the substitute acts
    in the role of the other, under his own id."""

    __tablename__ = "stand_in"
    __table_args__ = (
        CheckConstraint("absent_id <> substitute_id", name="stand_in_is_another"),
        CheckConstraint("starts_on <= ends_on", name="stand_in_days"),
    )

    id: int | None = columns.identity()
    absent_id: int = columns.link("app_user.id")
    substitute_id: int = columns.link("app_user.id")
    starts_on: date
    ends_on: date
    reason: str = ""
    made_by: int = columns.link("app_user.id", index=False)
    made_at: datetime = columns.moment(...)
    ended_at: datetime | None = columns.moment()
    ended_by: int | None = columns.link("app_user.id", index=False, nullable=True)


class Assignment(SQLModel, table=True):
    """Who works a case now; the history of the case keeps who it was before."""

    __tablename__ = "case_assignment"

    application_id: int = Field(primary_key=True, foreign_key="connection.id", sa_type=columns.BIG)
    user_id: int = columns.link("app_user.id")
    made_by: int = columns.link("app_user.id", index=False)
    made_at: datetime = columns.moment(...)
