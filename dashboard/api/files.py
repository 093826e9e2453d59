"""The file door: papers and attachments, streamed from the store after the question who asks. Nothing has a public address.

A member of staff who opens somebody's papers leaves an audit row in the same transaction that permitted it."""

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from sqlmodel import Session

from dashboard import evidence, register_sheet, sealed_copy, session
from dashboard.register_sheet import Looked
from infra import clock
from infra.database import database
from infra.storage import storage
from infra.wording import _
from models.connection.tables import PROCESS, Application
from models.document import queries
from models.document.tables import Document
from models.people import actions as people
from models.process.errors import NotFound

router = APIRouter()
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Form = Literal["pdf", "docx", "seal", "signed"]
_CHUNK = 1 << 16
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS: dict[str, tuple[str, str]] = {  # form: ending, media type
    "pdf": ("pdf", "application/pdf"),
    "docx": ("docx", _WORD),
    "seal": ("pdf.p7s", "application/pkcs7-signature"),
}


@router.get("/files/register.xlsx")
def register(request: Request, wanted: Annotated[Looked, Query()]) -> Response:
    """The register of issued papers that the page shows, as a table, for whom the page is."""
    who = session.from_connection(request)
    if who is None:
        return RedirectResponse(session.sign_in_address(_here(request)), 303)
    if who.user.role not in register_sheet.READERS:
        raise NotFound
    with session.reading(who) as db:
        made = register_sheet.made(db, wanted.wanted())
        people.note(db, who.actor, "files:register:read", clock.now())
    name = f"{_('Register of issued documents')} {clock.today():%Y-%m-%d}.xlsx"
    return Response(made, media_type=_SHEET, headers=_headers(name, inline=False))


@router.get("/files/evidence/{application_id}")
def evidence_pack(request: Request, application_id: Id) -> Response:
    """Everything about a case in one ZIP that proves itself: for staff, and for the applicant whose case it is."""
    who = session.from_connection(request)
    if who is None:
        return RedirectResponse(session.sign_in_address(_here(request)), 303)
    with session.reading(who) as db:
        case = db.get(Application, application_id)
        if case is None or case.number is None or not (who.is_staff or case.applicant_id == who.id):
            raise NotFound
        number = case.number
    with database().transaction() as db:
        plan = evidence.collect(db, application_id, clock.now(), staff=who.is_staff, by=who.user.name)
        _note(db, who, "files:evidence:read", application_id)
    made = tempfile.TemporaryFile()  # noqa: SIM115 - closed by what streams it
    try:
        evidence.write(plan, storage(), made)
    except BaseException:
        made.close()
        raise
    made.seek(0)
    headers = _headers(f"{number.replace('/', '-')} {clock.today():%Y-%m-%d}.zip", inline=False)
    return StreamingResponse(_chunks(made), media_type="application/zip", headers=headers)


@router.get("/files/{document_id}")
def document(request: Request, document_id: Id, form: Form = "pdf") -> Response:
    """A paper: its PDF in the browser, or as a download the .docx (staff), the detached seal, a copy with the signature inside."""
    who = session.from_connection(request)
    if who is None:
        return RedirectResponse(session.sign_in_address(_here(request)), 303)
    with session.reading(who) as db:
        found = queries.readable_by(db, who.user, document_id)
        if found is None or (form == "docx" and not who.is_staff):
            raise NotFound
        _note(db, who, "files:document:read", found.application_id, document=document_id, form=form)
    if form == "signed":
        return _signed(found)
    key = {"pdf": found.pdf_key, "docx": found.docx_key, "seal": found.seal_key}[form]
    if not key:
        raise NotFound
    ending, media_type = FORMS[form]
    return stream(key, media_type, f"{name_of(found)}.{ending}", inline=form == "pdf")


def _signed(paper: Document) -> Response:
    """Raises NotFound where no such copy is made, NotReady."""
    if not sealed_copy.may(paper):
        raise NotFound
    name = f"{name_of(paper)} {_('with a signature')}.pdf"
    return Response(
        sealed_copy.made(paper, storage()), media_type=FORMS["pdf"][1], headers=_headers(name, inline=False)
    )


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
    return stream(found.key, found.media_type, found.name, inline=False)


def disposition(name: str, *, inline: bool) -> str:
    """RFC 6266: a plain name for old browsers, the real one in UTF-8."""
    clean = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in name) or "file"
    plain = "".join(c if c.isascii() else "_" for c in clean)
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


def name_of(paper: Document) -> str:
    return f"{paper.title} {paper.number}".replace("/", "-")


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _note(db: Session, who: session.Who, tag: str, case_id: int, **facts: object) -> None:
    if who.is_staff:
        people.note(db, who.actor, tag, clock.now(), process=PROCESS, subject_id=case_id, **facts)


def stream(key: str, media_type: str, name: str, *, inline: bool) -> Response:
    headers = _headers(name, inline=inline)
    return StreamingResponse(_chunks(storage().open(key)), media_type=media_type, headers=headers)


def _headers(name: str, *, inline: bool) -> dict[str, str]:
    headers = {"Content-Disposition": disposition(name, inline=inline), "Cache-Control": "private, no-store"}
    if not inline:
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return headers


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
