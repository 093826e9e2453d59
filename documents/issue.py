"""One door to papers: a kind and its data to a .docx and an accessible PDF/A of the same words. Pure: same data, same bytes."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from documents import pdf, word
from documents.blocks import Paper
from documents.qr import payment_qr
from documents.source import TEMPLATES, TemplateFault, front_matter, paper, shipped

PAYMENT_ALT = "QR-код с реквизитами платежа"
PAYMENT_MM = 35  # banks' applications read it from a screen and from paper


class Kind(StrEnum):
    """A paper; the value names its template and the kind of the document's row."""

    APPLICATION = "application"
    MISSING_INFO = "missing_info"
    ANNULMENT = "annulment"
    CONTRACT = "contract"
    CONDITIONS = "conditions"
    INVOICE = "invoice"
    GUIDE = "guide"
    INSPECTION_ACT = "inspection_act"
    METER_ACT = "meter_act"
    CONNECTION_ACT = "connection_act"
    READINESS_NOTICE = "readiness_notice"


@dataclass(frozen=True)
class Rendered:
    """Both forms of one paper; sums are SHA-256 in hex."""

    docx: bytes
    pdf: bytes
    docx_sha256: str
    pdf_sha256: str
    template_version: str


def render(kind: str, data: dict[str, Any]) -> Rendered:
    """Makes both forms from `data`, pure JSON as documents.data tells. Raises TemplateFault: then nothing was made."""
    made = read(kind, data)
    docx, archive = word.write(made), pdf.write(made)
    return Rendered(docx, archive, _sha256(docx), _sha256(archive), template_version(kind))


def read(kind: str, data: dict[str, Any]) -> Paper:
    """The block tree of a paper, before it is written."""
    return paper(shipped(), f"{Kind(kind)}.md", _extended(Kind(kind), data))


def template_version(kind: str) -> str:
    """'contract-1': stored with the document, so that its bytes can be proved again."""
    return f"{Kind(kind)}-{front_matter((TEMPLATES / f'{Kind(kind)}.md').read_text('utf-8'))['version']}"


def _extended(kind: Kind, data: dict[str, Any]) -> dict[str, Any]:
    if kind is not Kind.INVOICE:
        return data
    try:
        payload = payment_qr(data)
    except (LookupError, TypeError, ArithmeticError) as fault:
        raise TemplateFault(f"invoice: no payment code can be made: {type(fault).__name__}: {fault}") from fault
    return {**data, "payment_code": {"payload": payload, "alt": PAYMENT_ALT, "size_mm": PAYMENT_MM}}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
