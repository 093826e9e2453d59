"""Files people send to a case: sniffed, checked, stored, attached. What a browser says of a file's type is never believed.

The bytes are stored with no transaction open; the row comes after."""

import io
import zipfile
from collections.abc import Sequence
from typing import Protocol

import puremagic

from dashboard import session
from infra import storage
from models.connection.moving import lock
from models.connection.tables import Stage
from models.document import queries
from models.document.actions import MEDIA_TYPES, allowed, attach, check_file, remove_attachment
from models.document.tables import Attachment
from models.people.represent_tables import Act
from models.process.errors import Invalid, NotFound

PDF, DOCX = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
UNKNOWN = "application/octet-stream"


class Upload(Protocol):
    """What Streamlit gives for a file chosen."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    def getvalue(self) -> bytes: ...


def sniff(data: bytes) -> str:
    """Media type by the content: one of ours, or «unknown»."""
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return DOCX if _is_word(data) else UNKNOWN
    try:
        found = puremagic.magic_string(data)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    best = found[0].mime_type if found else ""
    return best if best in MEDIA_TYPES and best not in (PDF, DOCX) else UNKNOWN


def _is_word(data: bytes) -> bool:
    """Any archive begins like a .docx: look for what makes it one, and refuse one with macros."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return {"[Content_Types].xml", "word/document.xml"} <= names and "word/vbaProject.bin" not in names


def clean_name(name: str) -> str:
    """A file's name without folders, invisible characters and dots at its ends."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isprintable()).strip(" .")[-200:] or "file"


def take(case_id: int, kind: str, uploads: Sequence[Upload]) -> tuple[list[Attachment], list[Invalid]]:
    """Keep the good ones, say what is wrong with the others. Raises NotFound for somebody else's case."""
    kept: list[Attachment] = []
    faults: list[Invalid] = []
    for upload in uploads:
        try:
            kept.append(_take(case_id, kind, upload))
        except Invalid as fault:
            faults.append(fault)
    return kept, faults


def _take(case_id: int, kind: str, upload: Upload) -> Attachment:
    name = clean_name(upload.name)
    data = upload.getvalue()
    media_type = sniff(data)
    with session.acting() as (db, actor, now):
        lock(db, case_id, actor)
        check_file(name, media_type, len(data), len(queries.attachments(db, case_id)), *allowed(db, case_id, now))
    key = storage.storage().put(data)
    with session.acting() as (db, actor, now):
        lock(db, case_id, actor)
        return attach(
            db, case_id, actor, now, kind=kind, name=name, media_type=media_type, size=len(data), sha256=key, key=key
        )


def drop(case_id: int, attachment_id: int) -> None:
    """Take a file off a draft. What has been sent stays. Raises NotFound."""
    with session.acting() as (db, actor, now):
        case = lock(db, case_id, actor, Act.FILE)
        row = db.get(Attachment, attachment_id)
        if row is None or row.application_id != case.id or case.stage != Stage.DRAFT or row.removed_at:
            raise NotFound
        remove_attachment(db, row, now)
