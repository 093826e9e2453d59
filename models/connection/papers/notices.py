"""The application itself, and what we write about it: missing information, annulment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.connection.papers.bundle import LAW, Bundle, number_of
from models.connection.papers.common import contact, figure
from models.document.tables import Attachment
from models.people.tables import PersonKind

REASONS = {
    "new": "новое присоединение",
    "increase": "увеличение максимальной мощности",
    "category": "изменение категории надёжности",
    "point": "изменение точки присоединения",
}


def application(b: Bundle) -> dict[str, Any]:
    c = b.case
    generation = f"объект микрогенерации, {figure(c.generation_kw)} кВт" if c.generation_kw else ""
    request = {
        "reason": REASONS.get(c.reason, c.reason),
        "temporary": "",
        "nonlinear": c.draft.get("nonlinear", ""),
        "stages": [
            {
                "name": "1-я очередь",
                "kw": figure(c.power_kw),
                "design": c.commissioning,
                "commissioning": c.commissioning,
            }
        ],
        "generation": generation,
        "reserve": "",
        "supplier": c.supplier,
        "supply_contract": "договор энергоснабжения",
        "price_category": "" if c.person.get("kind") == PersonKind.INDIVIDUAL else "первая",
        "payment": "по графику четырьмя частями",
        "procurement": c.procurement_law,
        "preferential": "социальная ставка, пункт 17 Правил" if c.social else "",
        "signature": "простая электронная подпись",
        "signed_at": c.signature.get("at", ""),
        "attachments": [{"name": a.kind_title, "file": f"{a.name}, {_size(a.size)}"} for a in _named(b.attachments)],
        "consents": c.draft.get("consents", []),
    }
    return {"request": request}


@dataclass(frozen=True)
class _Named:
    kind_title: str
    name: str
    size: int


PAPER_TITLES = {
    "identity": "Документ, удостоверяющий личность, или выписка из реестра",
    "title": "Документ о праве на земельный участок или здание",
    "plan": "План расположения энергопринимающих устройств",
    "authority": "Доверенность",
    "social": "Документ о социальном основании",
    "generation": "Схема генерирующего устройства",
    "reply": "Недостающие сведения",
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


def annulment(b: Bundle) -> dict[str, Any]:
    unpaid = b.case.stage == "ANNULLED_NO_PAYMENT"
    rule = "TP-06X" if unpaid else "TP-02"
    term = next((t for t in reversed(b.terms) if t.rule == rule), None)
    number, on = b.numbers.get("invoice" if unpaid else "missing_info", ("", b.today))
    annulment = {
        "number": number_of("annulment", b.case),
        "ground": "no_payment" if unpaid else "no_info",
        "decided": b.day(b.case.ended_at or b.now),
        "basis": f"{'пункт 106' if unpaid else 'пункт 15'} {LAW}",
        "notice_number": number,
        "notice_date": on.isoformat(),
        "due": term.due_on.isoformat() if term else "",
        "missing": [] if unpaid else [m["what"] for m in b.case.missing],
        "refund": None,
    }
    return {"annulment": annulment, "contact": contact(b)}
