"""What hangs on a case of the ordinary path and on a running contract: approving parties, disagreements, changes of the
contract, due dates moved by two people. Shapes only."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.process import columns


class Party(StrEnum):
    """Who approves technical conditions besides the manager (п. 15, 21 of the Rules)."""

    SYSTEM_OPERATOR = "system_operator"
    ADJACENT_GRID = "adjacent_grid"


class ApprovalState(StrEnum):
    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"


class Approval(SQLModel, table=True):
    """One party asked to approve one version of the conditions, and its answer."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("application_id", "conditions_version", "party"),)

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    conditions_version: int
    party: str
    state: str = ApprovalState.ASKED
    asked_at: datetime = columns.moment(...)
    answered_at: datetime | None = columns.moment()
    answered_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    remark: str = ""


class Answer(StrEnum):
    """What the grid company says to one remark of the protocol."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EDITED = "edited"


class Disagreement(SQLModel, table=True):
    """One line of the protocol of disagreements: the clause, what the applicant proposes, our answer."""

    __tablename__ = "disagreement"
    __table_args__ = (UniqueConstraint("application_id", "round", "seq"),)

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    round: int  # a protocol to each version of the draft contract
    seq: int
    clause: str
    proposed: str
    ground: str = ""
    raised_at: datetime = columns.moment(...)
    answer: str = ""
    text: str = ""  # our wording, when edited
    reason: str = ""
    answered_at: datetime | None = columns.moment()
    answered_by: int | None = columns.link("app_user.id", index=False, nullable=True)


class ChangeKind(StrEnum):
    """What may be changed in a running contract."""

    EXTENSION = "extension"  # of the conditions' validity (п. 27)
    POWER = "power"  # supplementary agreement with a new fee
    FEE = "fee"  # the regulator has set the fee by an individual project (п. 30(5))
    OWNER = "owner"  # a new owner takes the contract over
    TERMINATION = "termination"  # by agreement


class ChangeState(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"  # the paper is being made
    OFFERED = "offered"  # placed, both sides sign
    DONE = "done"
    DECLINED = "declined"
    CANCELLED = "cancelled"


OPEN_CHANGES = (ChangeState.ASKED, ChangeState.ACCEPTED, ChangeState.OFFERED)


class Change(SQLModel, table=True):
    """One change of a running contract, from the request to its effect. At most one is open in a case."""

    __tablename__ = "contract_change"
    __table_args__ = (
        Index(
            "contract_change_open",
            "application_id",
            unique=True,
            postgresql_where=text("state in ('asked', 'accepted', 'offered')"),
        ),
    )

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    kind: str
    state: str = ChangeState.ASKED
    values: dict[str, Any] = columns.document()
    reason: str = ""
    asked_by: int = columns.link("app_user.id", index=False)
    asked_at: datetime = columns.moment(...)
    decided_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    decided_at: datetime | None = columns.moment()
    remark: str = ""
    done_at: datetime | None = columns.moment()
    document_id: int | None = columns.link(
        "document.id", index=False, nullable=True
    )  # its agreement, the newest version


class OverrideState(StrEnum):
    PROPOSED = "proposed"
    APPLIED = "applied"
    DECLINED = "declined"


class Override(SQLModel, table=True):
    """A due date moved by a manager with a reason, in force only when a second person has confirmed it."""

    __tablename__ = "term_override"
    __table_args__ = (
        Index("term_override_open", "application_id", unique=True, postgresql_where=text("state = 'proposed'")),
    )

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    term_id: int = columns.link("term.id", index=False)
    rule: str
    due_before: date
    due_on: date
    reason: str
    state: str = Field(default=OverrideState.PROPOSED)
    proposed_by: int = columns.link("app_user.id", index=False)
    proposed_at: datetime = columns.moment(...)
    decided_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    decided_at: datetime | None = columns.moment()
