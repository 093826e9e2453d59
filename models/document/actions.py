"""Verbs on papers: order (freeze the data), record the stored bytes, place, annul, replace; keep files people send."""

import json
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select

from models.connection.tables import Application, Stage
from models.document import queries
from models.document.tables import Attachment, Document, DocumentState
from models.integration import events
from models.payment.queries import local_day
from models.people import represent_queries as powers
from models.people.represent_tables import Act
from models.process.actor import Actor
from models.process.errors import Invalid, NotFound
from models.process.work import wake
from models.rulebook.limits import limit

PROCESS = "issuing"
FILE_LIMIT = 10 * 1024 * 1024
FILES_A_CASE = 40
BESIDE = frozenset(
    {"supplement", "refund_request"}
)  # each is a paper of its own: a newer one leaves the older in force
ENDED = (DocumentState.REPLACED, DocumentState.ANNULLED)
MEDIA_TYPES = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
}


def new_token() -> str:
    """Of the public check page: cannot be guessed, fits a QR."""
    return secrets.token_urlsafe(12)


def order(
    session: Session,
    application_id: int,
    kind: str,
    number: str,
    title: str,
    data: dict[str, Any],
    day: date,
    now: datetime,
    *,
    token: str,
    replaces: bool = True,
    instead: Document | None = None,
) -> Document:
    """Freeze the data of a paper; the issuing process makes the bytes. A newer version replaces the older one, unless
    both stay in force (`replaces` False, or papers that stand beside each other: those get a number of their own).
    `instead`: the very paper that is made anew; it is replaced and gives its number."""
    version = (
        1
        + session.exec(
            select(func.coalesce(func.max(Document.version), 0)).where(
                Document.application_id == application_id, Document.kind == kind
            )
        ).one()
    )
    if instead is not None or (kind in BESIDE and version > 1):
        number = instead.number if instead is not None else f"{number}{version}"
        data = data | {kind: data[kind] | {"number": number}}
    older = instead or (queries.current(session, application_id, kind) if replaces and kind not in BESIDE else None)
    if older is not None and older.state not in ENDED:
        older.state, older.ended_at = DocumentState.REPLACED, now
        session.add(older)
    row = Document(
        application_id=application_id,
        kind=kind,
        number=number,
        version=version,
        title=title,
        data=json.loads(json.dumps(data, default=str)),
        issued_on=day,
        ordered_at=now,
        check_token=token,
    )
    session.add(row)
    session.flush()
    wake(session, PROCESS, row.id or 0)
    return row


def stored(
    session: Session,
    row: Document,
    now: datetime,
    *,
    template_version: str,
    pdf: tuple[str, str, int],
    docx: tuple[str, str, int],
    seal: tuple[str, str],
) -> None:
    """The bytes are made: (key, sha256, size) of each form, (key, who) of the seal. The case is woken."""
    row.state, row.stored_at, row.template_version = DocumentState.STORED, now, template_version
    row.pdf_key, row.pdf_sha256, row.pdf_size = pdf
    row.docx_key, row.docx_sha256, row.docx_size = docx
    row.seal_key, row.sealed_by = seal
    session.add(row)
    wake(session, "connection", row.application_id)
    if row.kind == "signing_protocol":
        wake(session, "signing", row.data["protocol"]["envelope"])


def place(session: Session, rows: list[Document], now: datetime) -> None:
    """From now on the applicant sees them."""
    for row in rows:
        if row.state == DocumentState.STORED:
            row.state, row.placed_at = DocumentState.PLACED, now
            session.add(row)
            facts = {
                "document_id": row.id,
                "application_id": row.application_id,
                "kind": row.kind,
                "number": row.number,
            }
            case = session.get(Application, row.application_id)
            if case is not None:
                events.tell(session, case.applicant_id, events.Event.DOCUMENT_PLACED, facts, now)


def annul(session: Session, application_id: int, kinds: set[str], now: datetime) -> None:
    """The offer's papers lose force; they stay readable and say so."""
    query = select(Document).where(Document.application_id == application_id, col(Document.kind).in_(kinds))
    lose_force(session, list(session.exec(query)), now)


def lose_force(session: Session, rows: Sequence[Document], now: datetime) -> None:
    """These papers are annulled; what was replaced or annulled before stays as it is."""
    for row in rows:
        if row.state not in ENDED:
            row.state, row.ended_at = DocumentState.ANNULLED, now
            session.add(row)


def check_file(
    name: str, media_type: str, size: int, count: int, megabytes: int = FILE_LIMIT >> 20, most: int = FILES_A_CASE
) -> None:
    """Refuse what cannot be a paper: type as sniffed, size in bytes, how many the case has already.

    `megabytes` and `most`: limits of the day, where they are at hand (models/rulebook/limits.py)."""
    if size == 0:
        raise Invalid("file", "The file «%(name)s» is empty. Choose another one", name=name)
    if size > megabytes << 20:
        raise Invalid(
            "file",
            "The file «%(name)s» is larger than %(limit)s MB. Make it smaller or split it",
            name=name,
            limit=megabytes,
        )
    if media_type not in MEDIA_TYPES:
        raise Invalid(
            "file", "«%(name)s» is not a PDF, JPG, PNG or DOCX file. Save it in one of these forms", name=name
        )
    if count >= most:
        raise Invalid("file", "An application takes %(limit)s files at most", limit=most)


def allowed(session: Session, application_id: int, now: datetime) -> tuple[int, int]:
    """(MB of one file, files of one application) by the dated limits of the case's day."""
    day = local_day(session, application_id, now)
    return int(limit(session, "file_mb", day)), int(limit(session, "files_a_case", day))


def attach(
    session: Session,
    application_id: int,
    actor: Actor,
    now: datetime,
    *,
    kind: str,
    name: str,
    media_type: str,
    size: int,
    sha256: str,
    key: str,
) -> Attachment:
    """Keep a file that was checked and stored. The same bytes twice under one kind are one file."""
    case = session.get(Application, application_id)
    if case is None:
        raise NotFound
    powers.need(session, case.applicant_id, application_id, actor, _needed(case, kind))
    mine = queries.attachments(session, application_id)
    check_file(name, media_type, size, len(mine), *allowed(session, application_id, now))
    if same := next((a for a in mine if a.kind == kind and a.sha256 == sha256), None):
        return same
    row = Attachment(
        application_id=application_id,
        kind=kind,
        name=name[-200:],
        media_type=media_type,
        size=size,
        sha256=sha256,
        key=key,
        uploaded_by=actor.person,
        uploaded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _needed(case: Application, kind: str) -> Act:
    """What a representative must be allowed to do to attach this."""
    if kind == "signed":
        return Act.SIGN
    return Act.FILE if case.stage == Stage.DRAFT else Act.CORRESPOND


def remove_attachment(session: Session, row: Attachment, now: datetime) -> None:
    row.removed_at = now
    session.add(row)
