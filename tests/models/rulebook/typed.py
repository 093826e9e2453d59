"""What a person types into the forms of the rule editor: the edition in force as the form shows it, under what is changed."""

from typing import Any

from sqlmodel import Session

from models.process.tables import TermRule
from models.rulebook import actions, editions
from models.rulebook.tables import Kind


def term(session: Session, rule: str, **more: Any) -> dict[str, Any]:
    was: TermRule = editions.of(session, Kind.TERM, rule)[-1]
    alternative = was.alternative
    shown = {
        "title": was.title, "length": was.length, "unit": was.unit, "lengths": dict(was.lengths), "condition": was.condition,
        "on_lapse": was.on_lapse, "reminders": ", ".join(str(-r) for r in was.reminders), "grace": was.grace, "basis": was.basis,
        "confidence": was.confidence, "contested": was.contested, "enabled": was.enabled, "alt_if": alternative.get("if", ""),
        "alt_length": f"{alternative['length']}{alternative.get('unit', was.unit)}" if "length" in alternative else "",
        "percent": alternative.get("percent_per_day", ""), "cap_days": alternative.get("cap_applicant_days", 0),
    }  # fmt: skip
    return shown | more


def shown(session: Session, kind: Kind, code: str, **more: Any) -> dict[str, Any]:
    """Of a rate, VAT, the key rate or a limit."""
    return actions.snapshot(kind, editions.of(session, kind, code)[-1]) | more
