"""Keys of the open interface, answers kept for repeated requests, webhooks and the calls made to them. Shapes only.

Of a key only its hash is kept; the secret of a webhook is sealed by the caller."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.process import columns

PROCESS = "webhooks"


class ApiKey(SQLModel, table=True):
    """A personal key: who has it acts as its owner, within its scopes and until its end."""

    __tablename__ = "api_key"

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id")
    name: str  # what its owner calls it
    prefix: str = Field(unique=True)  # the beginning of the key, by which it is recognised
    key_hash: str = Field(unique=True)
    scopes: list[str] = columns.array()
    created_at: datetime = columns.moment(...)
    expires_at: datetime = columns.moment(...)
    revoked_at: datetime | None = columns.moment()
    last_used_at: datetime | None = columns.moment()
    last_address: str = ""
    window_at: datetime | None = columns.moment()  # the minute whose requests are counted
    window_count: int = 0


class ApiAnswer(SQLModel, table=True):
    """The answer to a request with an Idempotency-Key: the same request gets it again instead of a second effect."""

    __tablename__ = "api_answer"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id", index=False)
    key: str
    fingerprint: str  # sha256 of method, path and body
    status: int = 0
    body: bytes | None = Field(default=None, sa_type=LargeBinary)  # sealed by the caller: it may speak of a person
    location: str = ""
    at: datetime = columns.moment(..., index=True)


class Webhook(SQLModel, table=True):
    """An address of a customer's program that we call when something happens."""

    __tablename__ = "webhook"

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id")
    address: str
    secret: bytes = Field(sa_type=LargeBinary)
    events: list[str] = columns.array()
    active: bool = True
    off_reason: str = ""  # English source text: why we have switched it off
    failing_since: datetime | None = columns.moment()
    last_ok_at: datetime | None = columns.moment()
    created_at: datetime = columns.moment(...)
    removed_at: datetime | None = columns.moment()


class CallState(StrEnum):
    ORDERED = "ordered"
    CALLING = "calling"
    RETRYING = "retrying"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"


OPEN_CALLS = frozenset({CallState.ORDERED, CallState.CALLING, CallState.RETRYING})


class Call(SQLModel, table=True):
    """One event for one webhook. `body` is frozen: every try sends the same bytes."""

    __tablename__ = "webhook_call"
    __table_args__ = (
        Index(
            "webhook_call_open",
            "state",
            "ordered_at",
            postgresql_where=text("state in ('ordered', 'calling', 'retrying')"),
        ),
    )

    id: int | None = columns.identity()
    webhook_id: int = columns.link("webhook.id")
    event: str
    key: str = Field(unique=True)  # told to the other side, who may see it twice
    body: str
    state: str = CallState.ORDERED
    tries: int = 0
    ordered_at: datetime = columns.moment(...)
    first_try_at: datetime | None = columns.moment()
    next_at: datetime | None = columns.moment()
    ended_at: datetime | None = columns.moment()
    error: str = ""


class CallTry(SQLModel, table=True):
    """One try of a call, with what came of it."""

    __tablename__ = "webhook_try"
    __table_args__ = (UniqueConstraint("call_id", "number"),)

    id: int | None = columns.identity()
    call_id: int = columns.link("webhook_call.id")
    number: int
    started_at: datetime = columns.moment(...)
    ended_at: datetime | None = columns.moment()
    outcome: str = ""  # models.delivery.rules.ErrorClass; lost: the worker died; empty: nothing was recorded
    status: int | None = None  # of HTTP
    error: str = ""
