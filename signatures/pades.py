"""Signatures inside a PDF (PAdES): what each covers, what was added after it, and the verdict of its CMS. The document's
structure is judged by pyHanko for every algorithm; RSA and ECDSA get its second opinion too. No network."""

import io
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, BinaryIO

from pyhanko.pdf_utils.generic import IndirectObject, parse_pdf_date
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from models.process.words import N_
from signatures import keys, message, signer
from signatures.cms import Case
from signatures.digests import CHUNK, Content
from signatures.trust import Trust
from signatures.verdict import REQUIRED_PDF, Broken, Doubt, Protocol, Unusable, Verdict
from signatures.verify import Document, guarded, guarded_one

for _name in (
    "pyhanko",
    "pyhanko_certvalidator",
):  # their tracebacks of refused files name people: not for screens, not for logs
    logging.getLogger(_name).propagate = False
    logging.getLogger(_name).addHandler(logging.NullHandler())
MOST_SIGNATURES = 50
MOST_FIELDS = 5_000  # of a form; ten megabytes of references to fields would be read for minutes
MOST_LABOUR = 100_000  # some seconds; a thousand pages with five signatures stay below
NOT_SIGNED = N_("There is no signature in this PDF")
_DETACHED = ("/ETSI.CAdES.detached", "/adbe.pkcs7.detached")
_HEX = re.compile(rb"<[0-9A-Fa-f\s]*>")
_WHOLE = (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
_GAP = N_("The signature leaves a part of the PDF open")
_COVER = N_(
    "A later signature shows a picture on a page, which may cover what was written there: compare with the version that was signed"
)
_CHANGED = N_("The pages were changed after signing")


def verify(data: Document, trust: Trust, at: datetime) -> list[Verdict]:
    """One verdict a signature, in the order of signing; one invalid verdict where the PDF cannot be read or bears none."""
    file: BinaryIO = io.BytesIO(data) if isinstance(data, bytes) else data
    return guarded(at, lambda: _verify(file, trust, at))


def _verify(file: BinaryIO, trust: Trust, at: datetime) -> list[Verdict]:
    found = signatures_of(file)
    if not found:
        raise Unusable(NOT_SIGNED)
    names = {each.fq_name for each in found}
    return [guarded_one(at, partial(_one, each, names, file, trust, at)) for each in found]


def signatures_of(file: BinaryIO) -> list[Any]:
    """pyHanko's embedded signatures, document time stamps left out. Raises Unusable when it is not a PDF."""
    try:
        reader = PdfFileReader(file)
        if reader.encrypted:
            raise Unusable(N_("The PDF is encrypted: it cannot be checked"))
        if _endless(reader):
            raise Unusable(N_("The PDF cannot be read"))
        found = [e for e in reader.embedded_signatures if e.sig_object.get("/Type", "/Sig") != "/DocTimeStamp"]
    except PdfReadError as error:
        raise Unusable(N_("The PDF cannot be read")) from error
    if len(found) > MOST_SIGNATURES:
        raise Unusable(N_("The PDF cannot be read"))
    return found


def _endless(reader: PdfFileReader) -> bool:
    """Whether its form has more fields than any form has. Looks at no more of them than that."""
    lists, seen = [_held(_held(reader.root.get("/AcroForm", {})).get("/Fields", []))], 0
    while lists:
        fields = lists.pop()
        seen += len(fields)
        if seen > MOST_FIELDS:
            return True
        below = (_held(_held(field).get("/Kids", [])) for field in fields)
        lists += [kids for kids in below if kids]
    return False


def _held(found: Any) -> Any:
    """What a reference leads to."""
    return found.get_object() if isinstance(found, IndirectObject) else found  # type: ignore[no-untyped-call]


def _one(embedded: EmbeddedPdfSignature, names: set[str], file: BinaryIO, trust: Trust, at: datetime) -> Verdict:
    found = message.read(embedded.pkcs7_content, padded=True)
    if len(found.signers) != 1:
        raise Unusable(N_("The signature file is damaged or is not a signature"))
    spans = _spans(embedded)
    case = Case(found, Content(lambda: _pieces(file, spans)), trust, at)

    def more(protocol: Protocol) -> None:
        protocol.run("pdf", lambda: _check_coverage(embedded, found, file))
        protocol.run("changes", lambda: _check_changes(embedded, names))
        if protocol.passed("changes") and _pictured(embedded):
            protocol.note("pictures", _COVER)
        if not protocol.failed() and _labour(embedded) <= MOST_LABOUR and _readable_by_others(found.signers[0]):
            protocol.run("second", lambda: _second_opinion(embedded, trust, found, at))

    verdict = signer.check(found.signers[0], case, more, REQUIRED_PDF)
    return verdict if verdict.signed_at else replace(verdict, signed_at=_stated(embedded))


def _spans(embedded: EmbeddedPdfSignature) -> list[tuple[int, int]]:
    """Start and length of what is signed: from the first byte, with one gap for the signature itself. Raises Unusable."""
    numbers = [int(n) for n in embedded.byte_range]
    if len(numbers) != 4 or numbers[0] != 0 or min(numbers) < 0 or numbers[2] <= numbers[1]:
        raise Unusable(_GAP)
    return [(numbers[0], numbers[1]), (numbers[2], numbers[3])]


def _pieces(file: BinaryIO, spans: list[tuple[int, int]]) -> Iterator[bytes]:
    for start, length in spans:
        file.seek(start)
        while length > 0:
            piece = file.read(min(CHUNK, length))
            if not piece:
                raise Broken(_GAP)
            length -= len(piece)
            yield piece


def _check_coverage(embedded: EmbeddedPdfSignature, found: message.Message, file: BinaryIO) -> bool:
    (_, first), (second, _) = _spans(embedded)
    file.seek(first)
    gap = file.read(second - first)
    if not _HEX.fullmatch(gap) or bytes.fromhex(gap[1:-1].decode()) != embedded.pkcs7_content:
        raise Broken(_GAP)
    if str(embedded.sig_object.get("/SubFilter", "")) not in _DETACHED or found.content is not None:
        raise Doubt(N_("The PDF is signed in an outdated form"))
    covered: Any = embedded.evaluate_signature_coverage()
    embedded.coverage = covered
    if covered not in _WHOLE:
        raise Broken(_GAP)
    file.seek(second + int(embedded.byte_range[3]))
    if embedded.signed_revision + 1 == embedded.reader.xrefs.total_revisions and file.read(CHUNK).strip():
        raise Broken(_GAP)  # something stands behind the last revision that no table of the PDF knows
    return True


def _labour(embedded: EmbeddedPdfSignature) -> int:
    """What looking for changes would cost: objects × additions that follow a signature, over all signatures of the file. Asked of each,
    so that many signatures do not add up to an hour."""
    tables, last = embedded.reader.xrefs, embedded.reader.xrefs.total_revisions - 1
    objects = sum(len(tables.explicit_refs_in_revision(n)) for n in range(last + 1))
    return int(objects * sum(last - each.signed_revision for each in embedded.reader.embedded_signatures))


def _check_changes(embedded: EmbeddedPdfSignature, names: set[str]) -> bool:
    """Only further signatures and proofs of validity may follow. Source: ETSI EN 319 142-1; ISO 32000-2, 12.8.2.2."""
    if embedded.coverage not in _WHOLE:
        raise Doubt(_GAP)
    if _labour(embedded) > MOST_LABOUR:
        raise Doubt(N_("The PDF is so large and was added to so often that changes after signing cannot be looked for"))
    result = embedded.evaluate_modifications(DEFAULT_DIFF_POLICY)
    if not isinstance(result, DiffResult):
        raise Broken(_CHANGED)
    level, allowed = result.modification_level, embedded.docmdp_level
    if level not in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING):
        raise Broken(_CHANGED)
    if allowed is not None and level.value > allowed.value:
        raise Broken(_CHANGED)
    if set(result.changed_form_fields) - names:
        raise Doubt(N_("Fields of the form were filled in after signing"))
    return True


def _pictured(embedded: EmbeddedPdfSignature) -> bool:
    """May a field of a later signature hide what was signed? Its picture is allowed to stand anywhere on a page."""
    until = embedded.signed_revision
    before = {e.fq_name for e in embedded.reader.embedded_signatures if e.signed_revision <= until}
    later = (field.get_object() for name, _, field in enumerate_sig_fields(embedded.reader) if name not in before)
    return any(_visible(part) for field in later for part in (field, *(k.get_object() for k in field.get("/Kids", ()))))


def _visible(field: Any) -> bool:
    left, low, right, high = (float(n) for n in field.get("/Rect", (0, 0, 0, 0)))
    return "/AP" in field and left != right and low != high


def _readable_by_others(info: Any) -> bool:
    named = keys.ALGORITHMS.get(info["signature_algorithm"]["algorithm"].dotted)
    return named is not None and named[0] not in keys.GOST_HASHES


def _second_opinion(embedded: EmbeddedPdfSignature, trust: Trust, found: message.Message, at: datetime) -> bool:
    """pyHanko's own verdict. `require`: with `hard-fail` it trusts a revoked certificate that names no CRL."""
    context = ValidationContext(
        trust_roots=list(trust.roots), other_certs=list(trust.intermediates), crls=[*trust.crls, *found.crls],
        moment=at, allow_fetching=False, revocation_mode="require",
    )  # fmt: skip
    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
    said = _apart(lambda: validate_pdf_signature(embedded, context, key_usage_settings=usage))
    if not (said.intact and said.valid) or said.revoked:
        raise Broken(N_("A second, independent check refutes the signature"))
    return True


def _apart(job: Callable[[], Any]) -> Any:
    """In a thread of its own: pyHanko starts an event loop, and the caller may have one running."""
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(job).result()


def _stated(embedded: EmbeddedPdfSignature) -> datetime | None:
    """The signer's claim in the PDF, for signatures whose CMS tells no time (PAdES forbids it there)."""
    try:
        said: datetime = parse_pdf_date(str(embedded.sig_object["/M"]))
    except (KeyError, ValueError, PdfReadError):
        return None
    return said.astimezone(UTC) if said.tzinfo else None
