"""A customer's own document. Its bytes and hash stand in a row of `document` of the kind «own», so that it is signed like any paper."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import SQLModel

from models.process import columns

PROCESS = "edoc"
PURPOSE = "edoc"  # of its envelope


class EdocState(StrEnum):
    REGISTERED = "registered"  # may be signed or deleted
    SIGNING = "signing"
    SIGNED = "signed"  # by both sides
    RETURNED = "returned"  # somebody declined, or the company sent it back
    DELETED = "deleted"  # marked: the bytes stay


class EdocKind(StrEnum):
    LETTER = "letter"
    METER_STATEMENT = "meter_statement"  # акт снятия показаний (ПРОМ10)
    AGREEMENT = "agreement"  # on electronic documents with a signature: flags its case
    OTHER = "other"


class Edoc(SQLModel, table=True):
    """`counter_by` ordered the company's signature; its flow makes it."""

    __tablename__ = "edoc"
    __table_args__ = (
        CheckConstraint("state in ('registered', 'signing', 'signed', 'returned', 'deleted')"),
        Index("edoc_to_counter", "id", postgresql_where=text("state = 'signing'")),
    )

    id: int | None = columns.identity()
    owner_id: int = columns.link("app_user.id")
    application_id: int = columns.link("connection.id")
    document_id: int = columns.link("document.id", unique=True, index=False)
    kind: str
    state: str = EdocState.REGISTERED
    registered_at: datetime = columns.moment(...)
    sent_at: datetime | None = columns.moment()
    ended_at: datetime | None = columns.moment()
    counter_by: int | None = columns.link("app_user.id", index=False, nullable=True)
    counter_at: datetime | None = columns.moment()
    error: str = ""  # why the company's signature could not be made
    deleted_at: datetime | None = columns.moment()
