"""Changes of rules that people propose and confirm, and limits as dated rows. The editions themselves are rows of other nouns."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, Numeric, text
from sqlmodel import Field, SQLModel

from models.process import columns


class Kind(StrEnum):
    """What may be changed."""

    TERM = "term"  # a dated deadline
    RATE = "rate"  # a rate of the fee
    VAT = "vat"
    KEY_RATE = "key_rate"
    RETENTION = "retention"  # how long something is kept
    LIMIT = "limit"  # a size or a count that the cabinet allows
    CALENDAR = "calendar"  # a day moved by decree


class ChangeState(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"  # its edition stands in the rows of the rule
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # taken back by whoever proposed it


class RuleChange(SQLModel, table=True):
    """One proposed edition. Nothing changes until somebody else confirms; the database refuses one person twice."""

    __tablename__ = "rule_change"
    __table_args__ = (
        CheckConstraint("state <> 'confirmed' or decided_by <> proposed_by", name="rule_change_four_eyes"),
        Index("rule_change_open", "kind", "code", unique=True, postgresql_where=text("state = 'proposed'")),
        Index("rule_change_of_rule", "kind", "code", "valid_from"),
    )

    id: int | None = columns.identity()
    kind: str
    code: str  # which rule: "TP-01", "C8.1|0.4", "vat", "appeal", "file_mb", "2027-01-11"
    values: dict[str, Any] = columns.document()  # what the new edition says
    before: dict[str, Any] = columns.document()  # what was in force when it was proposed
    valid_from: date
    reason: str
    state: str = ChangeState.PROPOSED
    proposed_by: int = columns.link("app_user.id", index=False)
    proposed_at: datetime = columns.moment(...)
    decided_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    decided_at: datetime | None = columns.moment()
    remark: str = ""


class DatedLimit(SQLModel, table=True):
    """A size or a count that the cabinet allows, from a day on. Two editions never overlap: a constraint of the database."""

    __tablename__ = "dated_limit"

    id: int | None = columns.identity()
    name: str
    value: Decimal = Field(sa_type=Numeric(12, 2))
    basis: str = ""
    valid_from: date
    valid_to: date | None = None
