"""Papers we issue and files we receive. Bytes live in the object store, never here."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.people import sealing
from models.process import columns


class DocumentState(StrEnum):
    ORDERED = "ordered"  # the data are frozen, the bytes are not made yet
    STORED = "stored"  # made, hashed, sealed, stored
    PLACED = "placed"  # the applicant sees it
    ANNULLED = "annulled"
    REPLACED = "replaced"


class Document(SQLModel, table=True):
    """A paper: `data` is the frozen source; the same data give the same bytes, so that a hash can be proved again."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("application_id", "kind", "version"),
        Index("document_register", "issued_on", "id"),
        Index("document_by_sum", "pdf_sha256"),
        CheckConstraint("state = 'ordered' or state = 'replaced' or state = 'annulled' or pdf_sha256 is not null"),
    )

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    kind: str
    number: str
    version: int = 1
    title: str
    state: str = DocumentState.ORDERED
    data: dict[str, Any] = sealing.document()
    template_version: str = ""
    issued_on: date
    ordered_at: datetime = columns.moment(...)
    stored_at: datetime | None = columns.moment()
    placed_at: datetime | None = columns.moment()
    ended_at: datetime | None = columns.moment()  # annulled or replaced
    pdf_key: str | None = None
    pdf_sha256: str | None = None
    pdf_size: int = 0
    docx_key: str | None = None
    docx_sha256: str | None = None
    docx_size: int = 0
    seal_key: str | None = None  # detached CMS over the PDF
    sealed_by: str = ""
    check_token: str = Field(unique=True)


class Attachment(SQLModel, table=True):
    """A file an applicant or staff put to a case; its type was sniffed, not believed."""

    __tablename__ = "attachment"

    id: int | None = columns.identity()
    application_id: int = columns.link("connection.id")
    kind: str  # which paper of the closed list
    name: str
    media_type: str
    size: int
    sha256: str
    key: str
    uploaded_by: int = columns.link("app_user.id")
    uploaded_at: datetime = columns.moment(...)
    removed_at: datetime | None = columns.moment()


class TemplateState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    RETIRED = "retired"


class PaperTemplate(SQLModel, table=True):
    """A wording of a template that staff wrote. Published text is never changed: the database refuses."""

    __tablename__ = "paper_template"
    __table_args__ = (
        UniqueConstraint("kind", "version"),
        Index("paper_template_one_open", "kind", unique=True, postgresql_where=text("state in ('draft', 'submitted')")),
        CheckConstraint("approver_id <> author_id", name="paper_template_two_people"),
        CheckConstraint(
            "state in ('draft', 'submitted') or (approver_id is not null and effective_from is not null)",
            name="paper_template_published_whole",
        ),
    )

    id: int | None = columns.identity()
    kind: str  # the template's name: documents.issue.NAMES
    version: int
    text: str
    note: str = ""  # why it was changed
    state: str = TemplateState.DRAFT
    effective_from: date | None = None
    author_id: int = columns.link("app_user.id", index=False)
    approver_id: int | None = columns.link("app_user.id", index=False, nullable=True)
    remark: str = ""  # why it was sent back
    saved_at: datetime = columns.moment(...)
    submitted_at: datetime | None = columns.moment()
    published_at: datetime | None = columns.moment()
    retired_at: datetime | None = columns.moment()
