"""What leaves us: letters with their tries, and notices in the cabinet."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.process import columns


class LetterState(StrEnum):
    ORDERED = "ordered"
    RENDERED = "rendered"
    SENDING = "sending"
    RETRYING = "retrying"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"


SECRET_LETTERS = frozenset(
    {"signature_code", "registration_link", "registration_link_sms", "registration_code", "registration_code_sms"}
    | {"recovery_link", "recovery_link_sms", "recovery_code", "recovery_code_sms", "email_link", "phone_code_sms"}
    | {
        "booking_booked",
        "booking_moved",
        "booking_displaced",
        "booking_reminder",
        "booking_reminder_sms",
        "booking_offer",
        "booking_offer_sms",
        "booking_offer_due",
        "booking_offer_due_sms",
    }
)  # shown to nobody, emptied when they have gone
OPEN_LETTERS = frozenset({LetterState.ORDERED, LetterState.RENDERED, LetterState.SENDING, LetterState.RETRYING})


class Letter(SQLModel, table=True):
    """One letter to one address. `key` makes ordering twice ordering once."""

    __tablename__ = "letter"
    __table_args__ = (
        Index(
            "letter_open",
            "state",
            "ordered_at",
            postgresql_where=text("state in ('ordered', 'rendered', 'sending', 'retrying')"),
        ),
    )

    id: int | None = columns.identity()
    key: str = Field(unique=True)
    application_id: int | None = columns.link("connection.id", nullable=True)
    kind: str
    recipient: str
    data: dict[str, Any] = columns.document()
    documents: list[int] = columns.array()  # ids of papers to attach
    subject: str = ""
    body: str = ""
    message_id: str = Field(unique=True)
    state: str = LetterState.ORDERED
    tries: int = 0
    ordered_at: datetime = columns.moment(...)
    rendered_at: datetime | None = columns.moment()
    first_try_at: datetime | None = columns.moment()
    next_at: datetime | None = columns.moment()
    sent_at: datetime | None = columns.moment()
    error_class: str = ""
    error: str = ""


class LetterTry(SQLModel, table=True):
    """One try to hand a letter over, with what came of it."""

    __tablename__ = "letter_try"
    __table_args__ = (UniqueConstraint("letter_id", "number"),)

    id: int | None = columns.identity()
    letter_id: int = columns.link("letter.id")
    number: int
    started_at: datetime = columns.moment(...)
    ended_at: datetime | None = columns.moment()
    outcome: str = ""  # sent | retry | throttled | refused | duplicate; empty: nothing was recorded
    error: str = ""


class Notice(SQLModel, table=True):
    """A line in the applicant's «Уведомления»."""

    __tablename__ = "notice"
    __table_args__ = (Index("notice_by_user", "user_id", "at"),)

    id: int | None = columns.identity()
    key: str = Field(unique=True)
    user_id: int = columns.link("app_user.id", index=False)
    application_id: int | None = columns.link("connection.id", nullable=True)
    kind: str
    title: str
    text: str = ""
    at: datetime = columns.moment(...)
    read_at: datetime | None = columns.moment()
    deleted_at: datetime | None = columns.moment()  # by its reader; swept later


class NoticeWish(SQLModel, table=True):
    """Whether a person wants news of a theme by a channel. No row: as wishes.DEFAULT says."""

    __tablename__ = "notice_wish"

    user_id: int = Field(primary_key=True, foreign_key="app_user.id", sa_type=columns.BIG)
    theme: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    wanted: bool


class NoticeHours(SQLModel, table=True):
    """Local hours in which no message may ring, and the hour of one letter a day instead of many."""

    __tablename__ = "notice_hours"
    __table_args__ = (
        CheckConstraint("(quiet_from is null) = (quiet_to is null)", name="notice_hours_both"),
        CheckConstraint(
            "quiet_from between 0 and 23 and quiet_to between 0 and 23 and digest_hour between 0 and 23",
            name="notice_hours_of_day",
        ),
    )

    user_id: int = Field(primary_key=True, foreign_key="app_user.id", sa_type=columns.BIG)
    quiet_from: int | None = None
    quiet_to: int | None = None
    digest_hour: int | None = None


class RetryStep(SQLModel, table=True):
    """The retry policy as data: for `error_class`, wait `every_s`; used once, or while
    less than `until_s` has passed since the first try."""

    __tablename__ = "retry_step"
    __table_args__ = (UniqueConstraint("error_class", "seq"),)

    id: int | None = columns.identity()
    error_class: str
    seq: int
    every_s: int
    until_s: int
