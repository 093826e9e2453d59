"""Documents that were placed for me and files that I send: lists, bytes, an upload that is judged by its content."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel
from sqlmodel import Session

from dashboard.api.files import FORMS, name_of, stream
from dashboard.api.v1.applications import card_of
from dashboard.api.v1.door import Caller, Holding, Reader, Writer
from dashboard.api.v1.replies import Reply, carry, shown
from dashboard.api.v1.shapes import Id, Short
from dashboard.files import clean_name, sniff
from dashboard.views.cabinet_words import KINDS
from infra import storage
from infra.wording import N_
from models.connection.moving import lock
from models.connection.tables import Application, Stage
from models.document import actions, queries
from models.document.tables import Attachment
from models.integration.rules import Scope
from models.people.represent_tables import Act
from models.process.actor import Actor
from models.process.errors import Invalid, NotFound, NotReady

router = APIRouter(tags=["documents"])
PaperReader = Annotated[Caller, Depends(Holding(Scope.DOCUMENTS_READ))]
_LATER = ("reply", "message")  # kinds of files that come after the application


class Paper(BaseModel):
    """`sha256` is of the PDF: the bytes under /file are these and no other."""

    id: int
    application_id: int
    kind: str
    title: str
    number: str
    version: int
    state: str
    issued_on: date
    placed_at: datetime | None
    sha256: str | None
    size: int
    check: str


class Papers(BaseModel):
    items: list[Paper]


@router.get("/applications/{application_id}/documents", summary=N_("Documents of an application"),
            response_model=Papers)  # fmt: skip
def documents(request: Request, caller: PaperReader, application_id: Id) -> Response:
    with caller.reading() as db:
        card_of(db, application_id)
        rows = queries.papers(db, application_id, placed_only=True)
    items = [
        Paper(id=d.id or 0, application_id=d.application_id, kind=d.kind, title=d.title, number=d.number, version=d.version,
              state=d.state, issued_on=d.issued_on, placed_at=d.placed_at, sha256=d.pdf_sha256, size=d.pdf_size,
              check=f"/check/{d.check_token}")
        for d in rows
    ]  # fmt: skip
    return shown(request, Papers(items=items))


@router.get("/documents/{document_id}/file", summary=N_("The bytes of a document: PDF, or its detached seal"),
            response_class=Response, responses={200: {"description": "The bytes", "content": {
                FORMS["pdf"][1]: {}, FORMS["seal"][1]: {}}}})  # fmt: skip
def document(request: Request, caller: PaperReader, document_id: Id, form: Literal["pdf", "seal"] = "pdf") -> Response:
    with caller.reading() as db:
        found = queries.readable_by(db, caller.user, document_id)
    key = {"pdf": found.pdf_key, "seal": found.seal_key}[form] if found else None
    if found is None or not key:
        raise NotFound
    return _bytes(request, key, FORMS[form][1], f"{name_of(found)}.{FORMS[form][0]}")


def _bytes(request: Request, key: str, media_type: str, name: str) -> Response:
    """A stored object never changes: its key is its mark."""
    headers = {"ETag": f'"{key}"', "Cache-Control": "private, no-cache"}
    if f'"{key}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    answer = stream(key, media_type, name, inline=False)
    answer.headers.update(headers)
    return answer


# ------------------------------------------------------------------------------------------------ files of the applicant
class Kept(BaseModel):
    id: int
    kind: str
    name: str
    media_type: str
    size: int
    sha256: str
    uploaded_at: datetime


class Files(BaseModel):
    items: list[Kept]


def _kept(row: Attachment) -> Kept:
    return Kept.model_validate(row.model_dump())


@router.get("/applications/{application_id}/attachments", summary=N_("Files of an application"), response_model=Files)
def attachments(request: Request, caller: Reader, application_id: Id) -> Response:
    with caller.reading() as db:
        card_of(db, application_id)
        rows = queries.attachments(db, application_id)
    return shown(request, Files(items=[_kept(a) for a in rows]))


@router.post("/applications/{application_id}/attachments", summary=N_("Attach a file"), status_code=201,
             response_model=Kept)  # fmt: skip
def attach(
    request: Request, caller: Writer, application_id: Id, kind: Annotated[Short, Form()], file: Annotated[UploadFile, File()]
) -> Response:  # fmt: skip
    """PDF, JPG, PNG or DOCX, judged by its bytes. `kind`: a paper of the draft's list; «reply» for missing information;
    «message». The same bytes twice under one kind are one file."""
    caller.sees(application_id)
    data, name = file.file.read(), clean_name((file.filename or "").replace("\x00", ""))
    media_type = sniff(data)
    with caller.acting() as (db, actor, now):
        _wanted(lock(db, application_id, actor), kind)
        count = len(queries.attachments(db, application_id))
        actions.check_file(name, media_type, len(data), count, *actions.allowed(db, application_id, now))
    key = storage.storage().put(data)  # with no transaction open: bytes without a row harm nobody

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        lock(db, application_id, actor)
        row = actions.attach(
            db, application_id, actor, now, kind=kind, name=name, media_type=media_type, size=len(data), sha256=key, key=key
        )  # fmt: skip
        return Reply(201, _kept(row), f"/api/v1/attachments/{row.id}")

    return carry(request, caller, work)


def _wanted(case: Application, kind: str) -> None:
    """Raises Invalid("kind"), NotReady for papers of an application that was sent."""
    if kind not in KINDS:
        raise Invalid("kind", "There is no such kind of paper")
    if case.stage != Stage.DRAFT and kind not in _LATER:
        raise NotReady("The application has been sent: its data are changed on request only")


@router.get("/attachments/{attachment_id}", summary=N_("The bytes of a file"), response_class=Response,
            responses={200: {"description": "The bytes", "content": {m: {} for m in actions.MEDIA_TYPES}}})  # fmt: skip
def attachment(request: Request, caller: Reader, attachment_id: Id) -> Response:
    with caller.reading() as db:
        found = queries.attachment_readable_by(db, caller.user, attachment_id)
    if found is None:
        raise NotFound
    return _bytes(request, found.key, found.media_type, found.name)


@router.delete("/attachments/{attachment_id}", summary=N_("Take a file off a draft"), status_code=204)
def drop(request: Request, caller: Writer, attachment_id: Id) -> Response:
    with caller.reading() as db:
        seen = queries.attachment_readable_by(db, caller.user, attachment_id)
    if seen is None:
        raise NotFound

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        case = lock(db, seen.application_id, actor, Act.FILE)
        row = db.get(Attachment, attachment_id)
        if row is None or row.removed_at is not None:
            raise NotFound
        if case.stage != Stage.DRAFT:
            raise NotReady("The application has been sent: its data are changed on request only")
        actions.remove_attachment(db, row, now)
        return Reply(204)

    return carry(request, caller, work)
