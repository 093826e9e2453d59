"""Signing by a certificate: papers and their hashes out as one ZIP, signature files in, every verdict shown at once.

Files are judged with no transaction open; only a valid signature of the party itself is counted."""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import streamlit as st
from sqlmodel import Session

from dashboard import parts, session, trust
from dashboard.files import Upload, clean_name
from dashboard.views.filing_fields import faulty
from dashboard.views.signing_agreement import visit
from dashboard.views.signing_words import OUTCOMES, paper_name
from infra import storage
from infra.wording import _
from models.process.actor import Actor
from models.process.errors import Invalid
from models.signing import sign
from models.signing.queries import Sight
from models.signing.sign import Proof
from models.signing.tables import Method, Paper, Result, Signer
from models.trust import actions as certificates
from signatures import holder, verify
from signatures.trust import Trust
from signatures.verdict import overall

ENDINGS = (".sig", ".p7s", ".sgn")
_MOST, _LARGEST = 50, 1 << 20  # files in an archive, bytes of one signature


def body(who: session.Who, seen: Sight, signer: Signer) -> None:
    parts.show(
        parts.p(
            _(
                "1. Download the papers. 2. Sign each in your program: a detached signature, without changing the file. 3. Send us the signature files."
            )
        )
    )
    st.download_button(
        _("Download the papers and their hashes (ZIP)"),
        lambda: archive(seen),
        file_name=f"documents-{seen.envelope.id}.zip",
        mime="application/zip",
        key="signing-zip",
    )
    chosen = st.file_uploader(
        _("Signature files (.sig, .p7s) or one ZIP with them"),
        accept_multiple_files=True,
        key=f"signing-files-{signer.id}",
    )
    if st.button(_("Check the files and sign"), type="primary", key="signing-upload"):
        if not chosen:
            parts.show(faulty(_("Choose the signature files first")))
            return
        _take(who, seen, signer, chosen)
    for name, verdict in st.session_state.get(_key(signer), []):
        report(name, verdict)


def _key(signer: Signer) -> str:
    return f"signing-verdicts-{signer.id}"


# ------------------------------------------------------------------------------------------------ out
def file_name(paper: Paper) -> str:
    return clean_name(f"{paper.seq} {paper.title} № {paper.number}.pdf".replace("/", "-"))


def archive(seen: Sight) -> bytes:
    """The papers as they are signed, and a list of their hashes."""
    store, out = storage.storage(), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for paper in seen.papers:
            packed.writestr(file_name(paper), store.get(paper.pdf_key))
        lines = [f"{p.sha256}  {file_name(p)}" for p in seen.papers]
        packed.writestr("SHA256SUMS.txt", "\n".join(lines) + "\n")
    return out.getvalue()


# ------------------------------------------------------------------------------------------------ in
def unpacked(uploads: Sequence[Upload]) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every signature file. Raises Invalid for an archive that is none, too large or too full."""
    for upload in uploads:
        data = upload.getvalue()
        if data.startswith(b"PK\x03\x04"):
            yield from _inside(data)
        elif len(data) > _LARGEST:
            raise Invalid("file", "«%(name)s» is too large for a signature file", name=clean_name(upload.name))
        else:
            yield clean_name(upload.name), data


def _inside(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            found = [i for i in packed.infolist() if i.filename.lower().endswith(ENDINGS)]
            if len(found) > _MOST or any(i.file_size > _LARGEST for i in found):
                raise Invalid("file", "The archive is too large: put only signature files into it")
            for info in found:
                yield clean_name(info.filename), packed.read(info)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Invalid("file", "The archive is damaged or protected by a password") from error


def matched(papers: Sequence[Paper], files: Sequence[tuple[str, bytes]]) -> dict[int, tuple[str, bytes]]:
    """Which file belongs to which paper: by its name, of several the one added last, because the wrong ones before it stay in the
    field; the last file to a single paper whatever its name."""
    found = {papers[0].document_id: files[-1]} if len(papers) == 1 and files else {}
    for paper in papers:
        stem = file_name(paper)
        same = [f for f in files if f[0].startswith((stem, stem.removesuffix(".pdf")))]
        if same:
            found[paper.document_id] = same[-1]
    return found


def judge(paper: bytes, signature: bytes, who: session.Who, at: datetime, purpose: str = "") -> dict[str, Any]:
    """The plain verdict, with the checks whose certificate it is and whether its level is enough. A valid one says what it
    stood on: `grounds`, kept in the store."""
    believed = trust.believed()
    found = overall(verify.detached(paper, signature, believed, at))
    told = trust.of_party(found, who.user, purpose, believed, at)
    return told if told["status"] != "valid" else told | {"grounds": trust.grounds(paper, signature, believed, at)}


def _take(who: session.Who, seen: Sight, signer: Signer, uploads: Sequence[Upload]) -> None:
    with session.acting() as (db, actor, now):
        sign.ready(db, signer.id or 0, actor, Method.CERTIFICATE, now)
    files = matched(seen.papers, list(unpacked(uploads)))
    verdicts, proofs = [], {}
    for paper in seen.papers:
        if paper.document_id not in files:
            raise Invalid("file", "There is no signature file for «%(name)s»", name=file_name(paper))
        name, data = files[paper.document_id]
        verdict = judge(_bytes(paper), data, who, now, seen.envelope.purpose)
        proofs[paper.document_id] = Proof(storage.storage().put(data), verdict)
        verdicts.append((f"{paper_name(paper)}: {name}", verdict))
    st.session_state[_key(signer)] = verdicts
    _record(who, signer, proofs)


def _bytes(paper: Paper) -> bytes:
    """The stored bytes, proved to be those of the envelope."""
    data = storage.storage().get(paper.pdf_key)
    if hashlib.sha256(data).hexdigest() != paper.sha256:
        raise Invalid("file", "The stored paper is damaged: nothing can be signed. Call us")
    return data


def _record(who: session.Who, signer: Signer, proofs: Mapping[int, Proof]) -> None:
    place = visit(who)
    if all(p.valid for p in proofs.values()):
        with session.acting() as (db, actor, now):
            sign.by_certificate(db, signer.id or 0, actor, proofs, now, place)
            _keep_certificate(db, actor, proofs, now)
        st.session_state.pop(_key(signer), None)
        parts.done(_("The signatures are genuine. You have signed."))
    worst = Result.INVALID if any(p.verdict["status"] == "invalid" for p in proofs.values()) else Result.UNDETERMINED
    facts = {str(k): {"key": p.signature_key, "status": p.verdict["status"], "reason": p.verdict["reason"]}
             for k, p in proofs.items()}  # fmt: skip
    with session.acting() as (db, actor, now):
        sign.note_try(db, signer, Method.CERTIFICATE, worst, actor, now, place, **facts)
    st.rerun()


def _keep_certificate(db: Session, actor: Actor, proofs: Mapping[int, Proof], now: datetime) -> None:
    """The first accepted signature registers its certificate, so that its end is told in time."""
    proof = next(iter(proofs.values()))
    held = holder.read(storage.storage().get(proof.signature_key), Trust(), now)
    certificates.register(db, actor, asdict(held.facts), held.der, held.source, "", now)


# ------------------------------------------------------------------------------------------------ the report
def report(name: str, verdict: Mapping[str, Any]) -> None:
    """Every check in words; the one that decided first."""
    words = {
        "valid": ("done", _("the signature is genuine")),
        "invalid": ("late", _("the signature is not accepted")),
        "undetermined": ("soon", _("it cannot be told: not accepted")),
    }
    chip, said = words[str(verdict["status"])]
    lines = [parts.Field(_(c["name"]), checked(c), there=c["outcome"] != "unknown") for c in verdict["checks"]]
    reason = parts.p(_(str(verdict["reason"])) % dict(verdict.get("facts") or {}))
    parts.show(parts.card(name, parts.chip(chip, said) + reason + parts.listing(lines)))


def checked(check: Mapping[str, Any]) -> str:
    word = _(OUTCOMES[check["outcome"]])
    detail = _(check["detail"]) % dict(check["facts"] or {}) if check["detail"] else ""
    return f"{word}: {detail}" if detail else word
