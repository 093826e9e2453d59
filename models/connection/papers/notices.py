"""The application itself, and what we write about it: missing information, annulment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.connection.papers import asked
from models.connection.papers.bundle import LAW, Bundle, number_of
from models.connection.papers.common import contact
from models.document.tables import Attachment
from models.people.tables import PersonKind

REASONS = asked.REASONS


def application(b: Bundle) -> dict[str, Any]:
    c = b.case
    request = {
        "reason": asked.reason(c),
        "temporary": asked.temporary(c),
        "nonlinear": c.draft.get("nonlinear", ""),
        "stages": asked.stages(c),
        "generation": asked.generation(c),
        "reserve": f"{c.draft['reserve_kw']} кВт" if c.draft.get("reserve_kw") else "",
        "supplier": c.supplier,
        "supply_contract": c.draft.get("supply_contract") or "договор энергоснабжения",
        "price_category": ""
        if c.person.get("kind") == PersonKind.INDIVIDUAL
        else c.draft.get("price_category") or "первая",
        "payment": _payment(b),
        "procurement": c.procurement_law,
        "preferential": asked.preferential(c),
        "fee_choice": asked.fee_choice(c),
        "works_years": asked.works_years(c),
        "reliability": asked.reliability(c),
        "fias": c.fias,
        "landmark": c.landmark,
        "signature": "собственноручная, на бумаге"
        if c.signature.get("kind") == "paper"
        else "простая электронная подпись",
        "signed_at": c.signature.get("at", ""),
        "attachments": [{"name": a.kind_title, "file": f"{a.name}, {_size(a.size)}"} for a in _named(b.attachments)],
        "consents": c.draft.get("consents", []),
    }
    return {"request": request}


def _payment(b: Bundle) -> str:
    """How the applicant pays: as he chose, or by the schedule of his path."""
    c = b.case
    if c.draft.get("payment_variant") == "instalments":
        quarters = str(c.draft.get("quarters") or "").strip()
        return f"рассрочка поквартально{f', кварталов: {quarters}' if quarters else ''}"
    if c.category == "REISSUE":
        return "по счёту"
    return str(c.draft.get("payment") or ("по графику договора" if b.ordinary else "по графику четырьмя частями"))


@dataclass(frozen=True)
class _Named:
    kind_title: str
    name: str
    size: int


PAPER_TITLES = {
    "field_photo": "Фото с осмотра",
    "identity": "Документ, удостоверяющий личность, или выписка из реестра",
    "title": "Документ о праве на земельный участок или здание",
    "plan": "План расположения энергопринимающих устройств",
    "authority": "Доверенность",
    "social": "Документ о социальном основании",
    "generation": "Схема генерирующего устройства",
    "reply": "Недостающие сведения",
}


_ANNULLED = {  # ground: the clock that lapsed, the paper it ran from, the paragraph
    "no_info": ("TP-02", "missing_info", "пункт 15"),
    "no_payment": ("TP-06X", "invoice", "пункт 106"),
    "not_signed": ("TP-07", "contract", "пункт 15"),
}


def _named(files: Sequence[Attachment]) -> list[_Named]:
    return [_Named(PAPER_TITLES.get(a.kind, a.kind), a.name, a.size) for a in files]


def _size(value: int) -> str:
    return f"{value / 1048576:.1f} МБ".replace(".", ",") if value >= 1048576 else f"{max(value // 1024, 1)} КБ"


def missing_info(b: Bundle) -> dict[str, Any]:
    days = b.length("TP-02")
    notice = {
        "number": number_of("missing_info", b.case),
        "days": days,
        "due": b.calendar.after_working_days(b.today, days).isoformat(),
        "annul_days": b.length("TP-03"),
        "files": "PDF, JPG, PNG или DOCX размером до 10 МБ",
        "received": b.today.isoformat(),
        "basis": "пункт 15 Правил",
    }
    return {"notice": notice, "missing": list(b.case.missing), "contact": contact(b)}


def refusal(b: Bundle) -> dict[str, Any]:
    """`details`: kind (refuse | redirect), grounds (what, ground), addressee (name, address, phone), way."""
    addressee = b.details.get("addressee")
    redirect = (
        b.details.get("kind", "redirect" if addressee or b.case.stage == "REDIRECTED" else "refuse") == "redirect"
    )
    reason = b.details.get("reason") or b.case.end_reason
    what = reason or ("объект не относится к нашим сетям" if redirect else "заявка не может быть рассмотрена")
    refusal = {
        "number": number_of("refusal", b.case),
        "kind": "redirect" if redirect else "refuse",
        "received": b.day(b.case.registered_at) or b.today.isoformat(),
        "decided": b.day(b.case.ended_at) or b.today.isoformat(),
        "grounds": list(b.details.get("grounds") or [{"what": what, "ground": "пункты 8 и 15 Правил"}]),
        "addressee": dict(addressee) if addressee else None,
        "way": b.details.get("way", ""),
    }
    return {"refusal": refusal, "contact": contact(b)}


def annulment(b: Bundle) -> dict[str, Any]:
    ground = {"ANNULLED_NO_PAYMENT": "no_payment", "ANNULLED_NOT_SIGNED": "not_signed"}.get(b.case.stage, "no_info")
    rule, paper, basis = _ANNULLED[ground]
    term = next((t for t in reversed(b.terms) if t.rule == rule), None)
    number, on = b.numbers.get(paper, ("", b.today))
    annulment = {
        "number": number_of("annulment", b.case),
        "ground": ground,
        "decided": b.day(b.case.ended_at or b.now),
        "basis": f"{basis} {LAW}",
        "notice_number": number,
        "notice_date": on.isoformat(),
        "due": term.due_on.isoformat() if term else "",
        "missing": [m["what"] for m in b.case.missing] if ground == "no_info" else [],
        "refund": b.details.get("refund"),
    }
    return {"annulment": annulment, "contact": contact(b)}
