"""The register of issued papers as a table for people who calculate, and its filters as they stand in an address."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, StringConstraints
from sqlmodel import Session

from documents import lists
from infra.wording import N_, _
from models.document import register
from models.document.tables import DocumentState
from models.process.actor import Role

STATES = {
    DocumentState.ORDERED: N_("being made"),
    DocumentState.STORED: N_("made"),
    DocumentState.PLACED: N_("in force"),
    DocumentState.ANNULLED: N_("annulled"),
    DocumentState.REPLACED: N_("replaced"),
}
_HEAD = (
    (N_("Number"), 18), (N_("Version"), 8), (N_("Document"), 44), (N_("Issued"), 12), (N_("State"), 14), (N_("Application"), 16),
    (N_("Applicant"), 36), (N_("Object address"), 60), (N_("Template version"), 22),
)  # fmt: skip
READERS = frozenset(
    {Role.OPERATOR, Role.ENGINEER, Role.MANAGER, Role.ADMIN, Role.AUDITOR}
)  # of the page and of the table
Short = Annotated[str, StringConstraints(max_length=200)]


class Looked(BaseModel):
    """Filters of the page as they travel in its address."""

    number: Short = ""
    kind: Short = ""
    applicant: Short = ""
    address: Short = ""
    state: Short = ""
    since: date | None = None
    until: date | None = None

    def wanted(self) -> register.Wanted:
        return register.Wanted(**self.model_dump())


def made(db: Session, wanted: register.Wanted) -> bytes:
    rows = (
        (row.number, row.version, row.title, row.issued_on, _(STATES[DocumentState(row.state)]), row.application, row.applicant,
         row.address, row.template_version)
        for row in register.every(db, wanted)
    )  # fmt: skip
    return lists.workbook(_("Register of issued documents"), [(_(name), width) for name, width in _HEAD], rows)
