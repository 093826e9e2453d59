"""Check a signature without signing in: a document and a signature, or a signed PDF, in; the verdict in a lawyer's words out.

The file is read, judged and forgotten: no store, no row, no log keeps its bytes or its name. Works without scripts."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Annotated, BinaryIO

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from dashboard import trust
from dashboard.faults import sentence_of
from dashboard.public import forms
from dashboard.public.limits import count
from dashboard.public.pages import render
from infra import clock
from infra.database import database
from infra.wording import N_, _
from models.document import queries
from models.process.errors import FeederError, Invalid
from signatures.files import is_pdf, judge
from signatures.verdict import Check, Outcome, Status, Unusable, Verdict, overall

router = APIRouter()
LARGEST, LARGEST_SIGNATURE = 10 << 20, 1 << 20  # bytes
_PLACES = BoundedSemaphore(2)  # judged at the same time: GOST in pure Python takes its while
_HEADS = {
    Status.VALID: N_("The signature is genuine and the document was not changed"),
    Status.INVALID: N_("The signature does not prove this document"),
    Status.UNDETERMINED: N_("Whether the signature is genuine cannot be told"),
}
_NEXT = {
    Status.VALID: N_("The document may be relied on as signed by the person named below."),
    Status.INVALID: N_("Do not rely on this document. Ask for it anew from the one who signed it."),
    Status.UNDETERMINED: N_(
        "This is neither a yes nor a no: something that would prove it is missing. The reason is written below."
    ),
}
_OUTCOMES = {
    Outcome.PASSED: N_("yes"), Outcome.FAILED: N_("no"), Outcome.UNKNOWN: N_("cannot be told"), Outcome.NOTED: N_("for information"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One check as it is shown: `mark` is yes, no or doubt."""

    name: str
    said: str
    mark: str


@dataclass(frozen=True)
class Told:
    """One signature as it is shown."""

    status: str
    signer: str
    reason: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


@router.post("/check/file")
def check(
    request: Request,
    document: Annotated[UploadFile | None, File()] = None,
    signature: Annotated[UploadFile | None, File()] = None,
    csrf: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    count(request, "verify")
    try:
        forms.check(request, csrf)
        verdicts, sums = _judged(document, signature)
    except FeederError as error:
        return render(request, "check-form.html", 422, number="", missing=False, said=sentence_of(error))
    worst = overall(verdicts)
    with database().transaction() as session:
        cards = [queries.ours_by_sum(session, each) for each in sums]
    return render(
        request, "check-verdict.html", outcome=worst.status.value, head=_(_HEADS[worst.status]), then=_(_NEXT[worst.status]),
        found=[_told(v) for v in verdicts], sum=[sums[0][i : i + 8] for i in range(0, 64, 8)],
        ours=cards[0], below=next(filter(None, cards[1:]), None),
    )  # fmt: skip


def _judged(document: UploadFile | None, signature: UploadFile | None) -> tuple[list[Verdict], tuple[str, ...]]:
    """One verdict a signature, and SHA-256 of the document; of a PDF that bears our own signature also of what it was before.
    Raises Invalid."""
    proof = _small(signature)
    if document is None or not document.filename or _size(document.file) == 0:
        raise Invalid("document", N_("Choose the document first"))
    if _size(document.file) > LARGEST:
        raise Invalid("document", N_("The document is larger than 10 MB: it cannot be checked here"))
    if not _PLACES.acquire(timeout=10):
        raise Invalid("document", N_("Many files are being checked now. Try again in a minute"))
    try:
        sum_ = hashlib.file_digest(document.file, "sha256").hexdigest()  # type: ignore[arg-type]
        found = judge(document.file, proof, trust.believed(), clock.now())
        return found, (sum_, *(_below(document.file) if proof is None and _sealed_by_us(found) else ()))
    except Unusable as error:
        raise Invalid("document", error.template, **error.facts) from error
    finally:
        _PLACES.release()


def _sealed_by_us(found: Sequence[Verdict]) -> bool:
    """One valid signature, and by the very certificate papers are sealed with."""
    own, signers = trust.own_certificate(), [v.certificate for v in found if v.status is Status.VALID]
    return bool(
        own and len(found) == 1 and signers and signers[0] and signers[0].sha256 == hashlib.sha256(own).hexdigest()
    )


def _below(document: BinaryIO) -> tuple[str, ...]:
    """What the copy was made from: revision 0 of the file."""
    if not is_pdf(document):
        return ()
    from signatures import inner  # half a second to import

    return inner.sums(document)


def _small(signature: UploadFile | None) -> bytes | None:
    if signature is None or not signature.filename:
        return None
    if _size(signature.file) > LARGEST_SIGNATURE:
        raise Invalid("signature", N_("The signature file is too large"))
    return signature.file.read()


def _size(file: BinaryIO) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _told(verdict: Verdict) -> Told:
    held = verdict.certificate
    facts = [(_("Checked as of"), _moment(verdict))]
    if held is not None:
        numbers = [("ИНН", held.inn_legal or held.inn), ("ОГРН", held.ogrn)]
        period = f"{held.not_before:%d.%m.%Y} – {held.not_after:%d.%m.%Y}"
        facts = [
            (_("Organisation"), held.organisation),
            *numbers,
            (_("Certificate"), f"{held.number}"),
            (_("Issued by"), held.issuer),
            (_("In force"), period),
            (_("Level"), _level(verdict)),
            *facts,
        ]
    if verdict.signed_at is not None:
        facts.append((_("The signer states the time"), f"{verdict.signed_at.astimezone(clock.zone()):%d.%m.%Y %H:%M}"))
    reason = _said(verdict.reason, verdict.facts)
    shown = tuple((label, value) for label, value in facts if value)
    return Told(verdict.status.value, verdict.signer, reason, shown, tuple(_line(c) for c in verdict.checks))


def _level(verdict: Verdict) -> str:
    if verdict.certificate is not None and verdict.certificate.qualified:
        return _("the certificate has the marks of a qualified one")
    return _("the certificate is not qualified")


def _moment(verdict: Verdict) -> str:
    told = f"{verdict.trusted_time.astimezone(clock.zone()):%d.%m.%Y %H:%M}"
    return _("%(at)s, by a time stamp") % {"at": told} if verdict.stamped else told


def _line(check: Check) -> Line:
    marks = {Outcome.PASSED: "yes", Outcome.FAILED: "no", Outcome.UNKNOWN: "doubt", Outcome.NOTED: "told"}
    detail = _said(check.detail, check.facts)
    return Line(_(check.name), detail or _(_OUTCOMES[check.outcome]), marks[check.outcome])


def _said(template: str, facts: object) -> str:
    told = _(template) if template else ""
    return told % facts if facts and told else told
