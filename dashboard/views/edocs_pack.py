"""One document as a ZIP: its bytes, the company's signature, the signatures of the parties that this person may have, the protocol."""

import io
import zipfile

from dashboard import session
from dashboard.files import clean_name
from infra import storage
from infra.wording import _
from models.document.tables import Document
from models.edoc.queries import Line
from models.signing import queries as signing


def made(who: session.Who, line: Line) -> bytes:
    """Reads the rows first, then the store; a customer gets his own signature files (row-level security), staff get all."""
    objects = _objects(who, line)
    store, out = storage.storage(), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, key in objects.items():
            packed.writestr(name, store.get(key))
        packed.writestr("SHA256SUMS.txt", f"{line.document.pdf_sha256}  {next(iter(objects))}\n")
    return out.getvalue()


def _objects(who: session.Who, line: Line) -> dict[str, str]:
    """Name in the archive → key in the store; the document stands first."""
    paper = line.document
    stem = clean_name(f"{paper.title} № {paper.number}".replace("/", "-"))
    found = {f"{stem}.pdf": paper.pdf_key or ""}
    if paper.seal_key:
        found[f"{stem}.pdf.company.p7s"] = paper.seal_key
    if line.envelope is None:
        return found
    with session.reading(who) as db:
        rows = signing.signatures(db, line.envelope.id or 0)
        protocol = db.get(Document, line.envelope.protocol_id) if line.envelope.protocol_id else None
    for row in rows:
        if row.document_id == paper.id and row.signature_key and row.method == "certificate":
            found[f"{stem}.pdf.{row.id}.p7s"] = row.signature_key
    if protocol is not None and protocol.pdf_key and line.envelope.sealed_at:
        name = clean_name(_("Protocol of signing"))
        found[f"{name}.pdf"] = protocol.pdf_key
        if protocol.seal_key:
            found[f"{name}.pdf.company.p7s"] = protocol.seal_key
    return found
