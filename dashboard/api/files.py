"""The file door: papers and attachments, streamed from the store after the question who asks. Nothing has a public address.

A member of staff who opens somebody's papers leaves an audit row in the same transaction that permitted it."""

from collections.abc import Iterator
from typing import Annotated, BinaryIO, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from sqlmodel import Session

from dashboard import session
from infra import clock
from infra.storage import storage
from models.connection.tables import PROCESS
from models.document import queries
from models.document.tables import Document
from models.people import actions as people
from models.process.errors import NotFound

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Form = Literal["pdf", "docx", "seal"]
_CHUNK = 1 << 16
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FORMS: dict[str, tuple[str, str]] = {  # form: ending, media type
    "pdf": ("pdf", "application/pdf"),
    "docx": ("docx", _WORD),
    "seal": ("pdf.p7s", "application/pkcs7-signature"),
}


@router.get("/files/{document_id}")
def document(request: Request, document_id: Id, form: Form = "pdf") -> Response:
    """A paper: its PDF in the browser, or the .docx (staff) or the detached seal as a download."""
    who = session.from_connection(request)
    if who is None:
        return RedirectResponse(session.sign_in_address(_here(request)), 303)
    with session.reading(who) as db:
        found = queries.readable_by(db, who.user, document_id)
        if found is None or (form == "docx" and not who.is_staff):
            raise NotFound
        _note(db, who, "files:document:read", found.application_id, document=document_id, form=form)
    key = {"pdf": found.pdf_key, "docx": found.docx_key, "seal": found.seal_key}[form]
    if not key:
        raise NotFound
    ending, media_type = _FORMS[form]
    return _stream(key, media_type, f"{_name(found)}.{ending}", inline=form == "pdf")


@router.get("/attachments/{attachment_id}")
def attachment(request: Request, attachment_id: Id) -> Response:
    """What somebody has sent us: always a download, never shown inside our pages."""
    who = session.from_connection(request)
    if who is None:
        return RedirectResponse(session.sign_in_address(_here(request)), 303)
    with session.reading(who) as db:
        found = queries.attachment_readable_by(db, who.user, attachment_id)
        if found is None:
            raise NotFound
        _note(db, who, "files:attachment:read", found.application_id, attachment=attachment_id)
    return _stream(found.key, found.media_type, found.name, inline=False)


def disposition(name: str, *, inline: bool) -> str:
    """RFC 6266: a plain name for old browsers, the real one in UTF-8."""
    clean = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in name) or "file"
    plain = "".join(c if c.isascii() else "_" for c in clean)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


def _name(paper: Document) -> str:
    return f"{paper.title} {paper.number}".replace("/", "-")


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _note(db: Session, who: session.Who, tag: str, case_id: int, **facts: object) -> None:
    if who.is_staff:
        people.note(db, who.actor, tag, clock.now(), process=PROCESS, subject_id=case_id, **facts)


def _stream(key: str, media_type: str, name: str, *, inline: bool) -> Response:
    headers = {"Content-Disposition": disposition(name, inline=inline), "Cache-Control": "private, no-store"}
    if not inline:
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return StreamingResponse(_chunks(storage().open(key)), media_type=media_type, headers=headers)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
