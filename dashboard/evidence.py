"""The evidence pack of a case: one ZIP that proves itself (`feeder audit verify PACK.zip`). Reads rows in one short transaction,
then the store; changes nothing. The applicant gets what he may see; staff get everything.

manifest.json (sealed by manifest.json.p7s) names every file with its SHA-256. papers/ in both forms with seals, attachments/,
signatures/, trust/ (roots, certificates between and lists of revoked ones that the verdicts stood on), history-*.json chains,
letters.json, signing.json, README.txt."""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from sqlmodel import Session, SQLModel

from dashboard import trust
from infra.storage import Storage
from models.connection import queries as cases
from models.connection.tables import PROCESS, Application
from models.delivery import queries as delivery
from models.delivery.tables import SECRET_LETTERS
from models.document import queries as documents
from models.document.tables import Document
from models.process.errors import NotReady
from models.process.words import N_
from models.signing import owner
from models.signing import queries as signing
from models.signing.tables import Envelope
from signatures import seal
from signatures.evidence import FORMAT, MANIFEST, SIGNATURE

NO_SEAL = N_("There is no seal yet: it appears with the first paper that is issued")
_TIME = (1980, 1, 1, 0, 0, 0)
_LETTER = ("id", "kind", "recipient", "subject", "state", "tries", "documents", "message_id", "ordered_at", "first_try_at",
           "sent_at", "error_class", "error")  # fmt: skip
README = """Пакет доказательств по заявке {number}

Проверка без базы данных и без сети:  feeder audit verify ПАКЕТ.zip
С отпечатком сертификата, который публикует сетевая организация:  feeder audit verify ПАКЕТ.zip --seal SHA256

manifest.json называет каждый файл и его SHA-256; manifest.json.p7s — открепленная подпись (CMS) под ним.
papers — документы в двух формах и печати под ними; attachments — приложения; signatures — файлы подписей сторон;
trust — корневые и промежуточные сертификаты и списки отозванных, по которым подписи были признаны действительными;
history-… — история событий, где каждая строка связана с предыдущей хешем; letters.json — журнал доставки писем;
signing.json — журнал подписания.
"""


@dataclass
class Plan:
    """What goes into the pack: records as text, objects by their keys of the store."""

    case: Application
    manifest: dict[str, Any]
    records: dict[str, Any] = field(default_factory=dict)  # name → JSON
    objects: dict[str, str] = field(default_factory=dict)  # name → key


def collect(session: Session, case_id: int, now: datetime, *, staff: bool, by: str) -> Plan:
    """Reads the rows. Who may ask was decided before. The case is held still meanwhile, so that its chain is whole."""
    case = session.get_one(Application, case_id, with_for_update={"read": True}, populate_existing=True)
    manifest = {
        "format": FORMAT, "made_at": now.isoformat(), "made_for": by, "whole": staff, "papers": [], "attachments": [], "signatures": [],
        "case": {"id": case.id, "number": case.number, "stage": case.stage}, "chains": [], "files": {},
        "utility": dict(cases.org(session).get("utility", {})),
    }  # fmt: skip
    plan = Plan(case, manifest)
    papers = _papers(plan, documents.papers(session, case_id, placed_only=not staff))
    _attachments(plan, session)
    _chain(plan, PROCESS, case_id, cases.history(session, case_id), case.chain)
    _letters(plan, session, staff=staff)
    _signing(plan, session, papers)
    return plan


def write(plan: Plan, store: Storage, out: IO[bytes]) -> None:
    """The ZIP. No transaction is open. Raises NotReady: there is no seal yet; Missing, Damaged of the store."""
    maker = _utility_seal()
    files = plan.manifest["files"]
    with zipfile.ZipFile(out, "w") as archive:
        for name, key in plan.objects.items():
            _put(archive, files, name, store.get(key))
        for name, record in plan.records.items():
            _put(archive, files, name, _json(record))
        _put(archive, files, "README.txt", README.format(number=plan.case.number or plan.case.id).encode())
        told = _json(plan.manifest)
        _put(archive, {}, MANIFEST, told)
        _put(archive, {}, SIGNATURE, seal.sign(told, maker))


def _put(archive: zipfile.ZipFile, files: dict[str, Any], name: str, data: bytes) -> None:
    files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    entry = zipfile.ZipInfo(name, _TIME)
    entry.external_attr = 0o100644 << 16
    packed = (
        zipfile.ZIP_DEFLATED
        if name.endswith(".json") and len(data) < io.DEFAULT_BUFFER_SIZE * 100
        else zipfile.ZIP_STORED
    )
    archive.writestr(entry, data, compress_type=packed)


def _utility_seal() -> seal.Seal:
    """The seal papers are issued with. It is made by whoever issues the first paper, never here."""
    found = trust.own_seal()
    if found is None:
        raise NotReady(why=NO_SEAL)
    return found


# ------------------------------------------------------------------------------------------------ what goes in
def _papers(plan: Plan, rows: Sequence[Document]) -> dict[int, str]:
    """Document id → name of its PDF in the pack."""
    names: dict[int, str] = {}
    for n, row in enumerate(rows, start=1):
        stem = f"papers/{n:02d}-{row.kind}-v{row.version}"
        told: dict[str, Any] = {
            "id": row.id, "kind": row.kind, "title": row.title, "number": row.number, "version": row.version, "state": row.state,
            "issued_on": row.issued_on.isoformat(), "template_version": row.template_version, "sealed_by": row.sealed_by,
            "placed_at": _iso(row.placed_at), "ended_at": _iso(row.ended_at), "pdf_sha256": row.pdf_sha256 or "",
            "docx_sha256": row.docx_sha256 or "",
        }  # fmt: skip
        for form, key, ending in (
            ("pdf", row.pdf_key, "pdf"),
            ("docx", row.docx_key, "docx"),
            ("seal", row.seal_key, "pdf.p7s"),
        ):
            told[form] = f"{stem}.{ending}" if key else ""
            if key:
                plan.objects[told[form]] = key
        names[row.id or 0] = told["pdf"]
        plan.manifest["papers"].append(told)
    return names


def _attachments(plan: Plan, session: Session) -> None:
    for n, row in enumerate(documents.attachments(session, plan.case.id or 0), start=1):
        ending = _ENDINGS.get(row.media_type, "bin")
        name = f"attachments/{n:02d}-{row.kind if row.kind.isidentifier() and row.kind.isascii() else 'file'}.{ending}"
        plan.objects[name] = row.key
        told = {"file": name, "name": row.name, "kind": row.kind, "sha256": row.sha256, "at": _iso(row.uploaded_at)}
        plan.manifest["attachments"].append(told)


_ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}


def _chain(plan: Plan, process: str, subject_id: int, rows: Sequence[SQLModel], last: str) -> None:
    name = f"history-{process}-{subject_id}.json"
    plan.records[name] = [row.model_dump() for row in rows]
    told = {"file": name, "process": process, "subject_id": subject_id, "rows": len(rows), "last": last}
    plan.manifest["chains"].append(told)


def _letters(plan: Plan, session: Session, *, staff: bool) -> None:
    """The journal, never the words: a letter may hold a code. The applicant sees the letters to himself."""
    own = str(plan.case.person.get("email", "")).casefold()
    rows = delivery.letters_of(session, plan.case.id or 0)
    kept = [m for m in rows if m.kind not in SECRET_LETTERS and (staff or m.recipient.casefold() == own)]
    plan.records["letters.json"] = [
        {name: getattr(m, name) for name in _LETTER}
        | {"attempts": [t.model_dump(exclude={"id", "letter_id"}) for t in delivery.tries_of(session, m.id or 0)]}
        for m in kept
    ]


def _signing(plan: Plan, session: Session, papers: dict[int, str]) -> None:
    """Envelopes with their parties, signatures and tries; each has a chain of its own."""
    journal = []
    for found in reversed(signing.of_case(session, plan.case.id or 0)):
        envelope = session.get_one(Envelope, found.id, with_for_update={"read": True}, populate_existing=True)
        number = envelope.id or 0
        parties = {p.id: p for p in signing.signers(session, number)}
        made = signing.signatures(session, number)
        journal.append({
            "envelope": envelope.model_dump(), "parties": [p.model_dump() for p in parties.values()],
            "papers": [p.model_dump() for p in signing.papers(session, number)], "signatures": [s.model_dump() | {"verdict": owner.masked(s.verdict)} for s in made],
            "tries": [t.model_dump() for t in signing.tries(session, number)],
        })  # fmt: skip
        for row in made:
            if row.signature_key and papers.get(row.document_id) and row.method == "certificate":
                name = f"signatures/{row.id}.p7s"
                plan.objects[name] = row.signature_key
                who = parties[row.party_id].name if row.party_id in parties else ""
                told = {"file": name, "paper": papers[row.document_id], "name": who, "number": str(row.document_id)}
                plan.manifest["signatures"].append(told | _grounds(plan, row.verdict.get("grounds")))
        _chain(plan, "signing", number, signing.journal(session, number), envelope.chain)
    plan.records["signing.json"] = journal


def _grounds(plan: Plan, kept: dict[str, Any] | None) -> dict[str, Any]:
    """Names of the trust a verdict stood on; nothing for signatures counted before it was kept."""
    if not kept:
        return {}
    told: dict[str, Any] = {"at": kept["at"]}
    for part, ending in (("roots", "cer"), ("between", "cer"), ("lists", "crl")):
        told[part] = [f"trust/{part}/{key}.{ending}" for key in kept[part]]
        plan.objects |= dict(zip(told[part], kept[part], strict=True))
    return {"trust": told}


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _json(record: Any) -> bytes:
    """Moments as ISO text; the same rows give the same bytes."""
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True, default=_plain).encode()


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
