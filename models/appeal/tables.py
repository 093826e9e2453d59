"""Appeals with their talk, files and promised calls; kinds of appeals as data. Shapes only."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.process import columns
from models.process.history import GENESIS
from models.process.words import N_

PROCESS = "appeal"
SETTING = "appeals"  # the row of settings: office hours, prefix of numbers, parts of a day for calls


class Stage(StrEnum):
    REGISTERED = "REGISTERED"
    REVIEWED = "REVIEWED"  # somebody of ours has read it and given it to whoever answers
    IN_WORK = "IN_WORK"
    ASKED = "ASKED"  # the author has the turn
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"
    REDIRECTED = "REDIRECTED"


OURS = frozenset({Stage.REGISTERED, Stage.REVIEWED, Stage.IN_WORK})  # the turn is ours
OPEN_STAGES = OURS | {Stage.ASKED}
DONE_STAGES = frozenset({Stage.ANSWERED, Stage.CLOSED})
FINAL_STAGES = frozenset({Stage.CLOSED, Stage.WITHDRAWN, Stage.REDIRECTED})
STAGE_NAMES = {
    Stage.REGISTERED: N_("appeal registered"),
    Stage.REVIEWED: N_("looked at"),
    Stage.IN_WORK: N_("answer is being prepared"),
    Stage.ASKED: N_("author was asked"),
    Stage.ANSWERED: N_("answered"),
    Stage.CLOSED: N_("appeal closed"),
    Stage.WITHDRAWN: N_("appeal withdrawn"),
    Stage.REDIRECTED: N_("appeal redirected"),
}


class Channel(StrEnum):
    """By which door an appeal came."""

    CABINET = "cabinet"
    SITE = "site"
    PHONE = "phone"
    OFFICE = "office"


CHANNEL_NAMES = {
    Channel.CABINET: N_("cabinet"),
    Channel.SITE: N_("web reception"),
    Channel.PHONE: N_("by phone"),
    Channel.OFFICE: N_("at a visit"),
}


class AppealKind(SQLModel, table=True):
    """What may be written about. Rows, not code: a utility has its own list. `error` and `case` are known to the pages."""

    __tablename__ = "appeal_kind"

    code: str = Field(primary_key=True)
    title: str  # Russian: the utility's own word
    hint: str = ""
    seq: int = 0
    answers: bool = True  # an answer is owed; thanks need none
    on_site: bool = True  # offered to visitors without a sign-in
    about_case: bool = False  # belongs to an application
    enabled: bool = True


class Appeal(SQLModel, table=True):
    """One appeal. Its stage moves by models.appeal.moving alone. `person` fields are what the author gave for the answer."""

    __tablename__ = "appeal"
    __table_args__ = (
        CheckConstraint("mark between 1 and 5", name="appeal_mark"),
        CheckConstraint("channel in ('cabinet', 'site', 'phone', 'office')", name="appeal_channel"),
        Index(
            "appeal_open",
            "stage",
            "id",
            postgresql_where=text("stage in ('REGISTERED', 'REVIEWED', 'IN_WORK', 'ASKED')"),
        ),
        Index("appeal_by_time", "registered_at", "id"),
    )

    id: int | None = columns.identity()
    number: str = Field(unique=True)
    stage: str = Stage.REGISTERED
    version: int = 0
    chain: str = GENESIS
    kind: str = Field(foreign_key="appeal_kind.code")
    channel: str
    author_id: int | None = columns.link("app_user.id", nullable=True)
    application_id: int | None = columns.link("connection.id", nullable=True)
    branch_id: int | None = columns.link("branch.id", nullable=True, index=False)
    contract: str = ""  # number of a contract or an account, as the author told it
    name: str
    email: str = ""
    phone: str = ""
    address: str = ""
    text: str
    status_token: str = Field(unique=True)
    made_by: int | None = columns.link("app_user.id", nullable=True, index=False)  # staff, for a call or a visit
    assignee_id: int | None = columns.link("app_user.id", nullable=True)
    registered_at: datetime = columns.moment(...)
    changed_at: datetime = columns.moment(...)
    reviewed_at: datetime | None = columns.moment()
    answered_at: datetime | None = columns.moment()
    reopen_until: datetime | None = columns.moment()
    ended_at: datetime | None = columns.moment()
    reopened: int = 0
    mark: int | None = None
    mark_comment: str = ""
    marked_at: datetime | None = columns.moment()
    redirected_to: str = ""


class LineKind(StrEnum):
    QUESTION = "question"  # ours, to the author
    REPLY = "reply"  # the author's
    ANSWER = "answer"
    REOPENING = "reopening"  # why the answer was not enough
    NOTICE = "notice"  # ours: redirected, closed without an answer


class AppealLine(SQLModel, table=True):
    """A line of the talk after the appeal itself."""

    __tablename__ = "appeal_line"

    id: int | None = columns.identity()
    appeal_id: int = columns.link("appeal.id")
    kind: str
    from_staff: bool
    author: str
    author_id: int | None = columns.link("app_user.id", nullable=True, index=False)
    text: str
    at: datetime = columns.moment(...)


class AppealFile(SQLModel, table=True):
    """A file of the author or of ours: sniffed, stored; bytes live in the object store. Without a line: of the appeal."""

    __tablename__ = "appeal_file"

    id: int | None = columns.identity()
    appeal_id: int = columns.link("appeal.id")
    line_id: int | None = columns.link("appeal_line.id", nullable=True, index=False)
    from_staff: bool
    name: str
    media_type: str
    size: int
    sha256: str
    key: str
    uploaded_at: datetime = columns.moment(...)


class CallState(StrEnum):
    PROMISED = "promised"
    DONE = "done"
    NOT_REACHED = "not_reached"
    CANCELLED = "cancelled"


CALL_NAMES = {
    CallState.PROMISED: N_("call promised"),
    CallState.DONE: N_("call made"),
    CallState.NOT_REACHED: N_("not reached"),
    CallState.CANCELLED: N_("call not needed"),
}
_PROMISED = text("state = 'promised'")


class AppealCall(SQLModel, table=True):
    """A promised call: a day and a part of it, local time. One promise an appeal at a time."""

    __tablename__ = "appeal_call"
    __table_args__ = (
        Index("appeal_call_one", "appeal_id", unique=True, postgresql_where=_PROMISED),
        Index("appeal_call_by_day", "on", "hours"),
        CheckConstraint("state in ('promised', 'done', 'not_reached', 'cancelled')", name="appeal_call_state"),
    )

    id: int | None = columns.identity()
    appeal_id: int = columns.link("appeal.id")
    on: date
    hours: str  # "09-12"
    state: str = CallState.PROMISED
    promised_at: datetime = columns.moment(...)
    caller_id: int | None = columns.link("app_user.id", nullable=True, index=False)
    ended_at: datetime | None = columns.moment()
    note: str = ""
