"""Who acts for a customer: the power with its basis, limits, term and scan. Shapes only.

A power of attorney in machine-readable form, by which a certificate signs, is another thing: models/trust."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.process import columns
from models.process.words import N_


class Act(StrEnum):
    """What a representative may be allowed to do. Each is given by name; what is not given is not allowed."""

    FILE = "file"  # prepare applications, attach papers, correct data
    SIGN = "sign"  # sign applications, contracts and acts; refuse them
    PAY = "pay"
    CORRESPOND = "correspond"  # messages, answers to notices, reports on own works
    WITHDRAW = "withdraw"
    RECEIVE = "receive"  # read the papers and the letters


ACTS = {
    Act.FILE: N_("prepare applications and attach papers"),
    Act.SIGN: N_("sign and send"),
    Act.PAY: N_("see invoices and pay"),
    Act.CORRESPOND: N_("write messages and answer"),
    Act.WITHDRAW: N_("withdraw applications"),
    Act.RECEIVE: N_("receive papers and letters"),
}


class Basis(StrEnum):
    """ГК РФ, ст. 185 (a power of attorney), ст. 53 (a body of a legal entity), ст. 26, 28, 32 (law itself)."""

    POWER = "power"
    HEAD = "head"
    LAW = "law"


BASES = {
    Basis.POWER: N_("power of attorney"),
    Basis.HEAD: N_("head of the firm, by the register of legal entities"),
    Basis.LAW: N_("law: a parent, a guardian"),
}


class State(StrEnum):
    OFFERED = "offered"  # waits for the representative's consent, for the desk's look, or for both
    ACTIVE = "active"
    REFUSED = "refused"
    REVOKED = "revoked"
    EXPIRED = "expired"


STATES = {
    State.OFFERED: N_("waits"),
    State.ACTIVE: N_("in force"),
    State.REFUSED: N_("refused"),
    State.REVOKED: N_("revoked"),
    State.EXPIRED: N_("the term has ended"),
}
OPEN_STATES = (State.OFFERED, State.ACTIVE)


class Representative(SQLModel, table=True):
    """One power. `agent_id` is empty until the person with this contact agrees: an offer tells nobody whether there is
    a cabinet. `until` is the first moment at which the power is over."""

    __tablename__ = "representative"
    __table_args__ = (
        CheckConstraint("principal_id <> agent_id", name="representative_is_another"),
        CheckConstraint("starts_at < until", name="representative_has_a_term"),
        CheckConstraint("jsonb_array_length(acts) > 0", name="representative_may_something"),
        CheckConstraint(
            "state in ('offered', 'active', 'refused', 'revoked', 'expired')", name="representative_states"
        ),
        CheckConstraint(
            "state <> 'active' or (agent_id is not null and accepted_at is not null and checked_at is not null)",
            name="representative_active_is_whole",
        ),
        Index("representative_live", "agent_id", postgresql_where=text("state = 'active'")),
        Index("representative_offers", "contact", postgresql_where=text("state = 'offered'")),
        Index("representative_ends", "until", postgresql_where=text("state in ('offered', 'active')")),
    )

    id: int | None = columns.identity()
    principal_id: int = columns.link("app_user.id")
    principal_name: str
    agent_id: int | None = columns.link("app_user.id", index=False, nullable=True)
    agent_name: str  # as the power says
    contact: str  # e-mail, phone (E.164) or registration number, as it was named
    application_id: int | None = columns.link("connection.id", nullable=True)  # nothing: every application
    basis: str  # Basis
    number: str
    issued_on: date
    notary: str = ""
    acts: list[str] = columns.array()
    starts_at: datetime = columns.moment(...)
    until: datetime = columns.moment(...)
    scan_key: str  # sha256 of the bytes: the key of the store too
    scan_name: str
    scan_type: str
    scan_size: int
    state: str = Field(default=State.OFFERED)
    offered_at: datetime = columns.moment(...)
    accepted_at: datetime | None = columns.moment()
    checked_at: datetime | None = columns.moment()
    checked_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    ended_at: datetime | None = columns.moment()
    ended_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    reason: str = ""  # why it was refused or revoked
