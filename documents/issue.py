"""One door to papers: a kind and its data to a .docx and an accessible PDF/A of the same words. Pure: same data, same bytes."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from documents import pdf, word
from documents.blocks import Paper
from documents.qr import payment_qr
from documents.source import TEMPLATES, TemplateFault, edited, front_matter, paper, shipped

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
    TU_ACT = "tu_act"
    RESERVE_ACT = "reserve_act"
    SUPPLEMENT = "supplement"
    DISAGREEMENTS = "disagreements"
    REFUSAL = "refusal"
    REFUND_REQUEST = "refund_request"
    TERMINATION = "termination"
    SIGNING_PROTOCOL = "signing_protocol"


ORDINARY = {Kind.CONTRACT: "contract_ordinary"}  # papers whose text on the ordinary path is a template of its own
NAMES = (*(kind.value for kind in Kind), *ORDINARY.values())  # every template a person may edit


@dataclass(frozen=True)
class Rendered:
    """Both forms of one paper; sums are SHA-256 in hex."""

    docx: bytes
    pdf: bytes
    docx_sha256: str
    pdf_sha256: str
    template_version: str


def render(kind: str, data: dict[str, Any], text: str | None = None) -> Rendered:
    """Makes both forms from `data`, pure JSON as documents.data tells; `text` stands in the place of the shipped template.
    Raises TemplateFault: then nothing was made."""
    made = read(kind, data, text)
    docx, archive = word.write(made), pdf.write(made)
    return Rendered(docx, archive, _sha256(docx), _sha256(archive), template_version(template_name(kind, data), text))


def read(kind: str, data: dict[str, Any], text: str | None = None) -> Paper:
    """The block tree of a paper, before it is written."""
    name = template_name(kind, data)
    env = shipped() if text is None else edited(f"{name}.md", text)
    return paper(env, f"{name}.md", {"path": "X"} | _extended(Kind(kind), data))


def template_name(kind: str, data: dict[str, Any]) -> str:
    """'contract', or 'contract_ordinary' on the ordinary path."""
    found = Kind(kind)
    return ORDINARY.get(found, found.value) if data.get("path") == "ordinary" else found.value


def kind_of(name: str) -> Kind:
    """The kind of paper a template makes. ValueError: there is no such template."""
    return next((kind for kind, own in ORDINARY.items() if own == name), None) or Kind(name)


def shipped_text(name: str) -> str:
    """The template as it came with the programme. ValueError: there is no such template."""
    if name not in NAMES:
        raise ValueError(f"no such template: {name!r}")
    return (TEMPLATES / f"{name}.md").read_text("utf-8")


def template_version(name: str, text: str | None = None) -> str:
    """'contract-1': stored with the document, so that its bytes can be proved again."""
    return f"{name}-{front_matter(text or shipped_text(name))['version']}"


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
