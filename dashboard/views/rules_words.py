"""Words of the rule editor: kinds, fields, and what a value of an edition says. No session, no Streamlit."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dashboard.parts import term
from documents.wording import NBSP, amount, figure
from infra.wording import N_, _, language
from models.connection.board import LAPSE_WORDS
from models.rulebook.limits import LIMITS
from models.rulebook.rules import OFFICE_WORDS, OWN, RATE_UNITS, UNIT_WORDS
from models.rulebook.tables import ChangeState, Kind

KINDS = {
    Kind.TERM: N_("Deadlines"),
    Kind.RATE: N_("Rates"),
    Kind.VAT: N_("VAT"),
    Kind.KEY_RATE: N_("Key rate"),
    Kind.RETENTION: N_("How long it is kept"),
    Kind.LIMIT: N_("Limits"),
    Kind.CALENDAR: N_("Calendar"),
}
STATES = {
    ChangeState.PROPOSED: ("soon", N_("waits for a second person")),
    ChangeState.CONFIRMED: ("done", N_("confirmed")),
    ChangeState.DECLINED: ("late", N_("declined")),
    ChangeState.WITHDRAWN: ("closed", N_("taken back")),
}
FIELDS = {
    "title": N_("Name of the rule"), "length": N_("Length"), "unit": N_("Unit"), "lengths": N_("Lengths by category"),
    "alternative": N_("Another length"), "condition": N_("Only if (facts with commas, «!» negates)"), "on_lapse": N_("If it lapses"),
    "reminders": N_("Reminders, days before the end"), "grace": N_("Days of grace, working days"), "basis": N_("Basis"),
    "confidence": N_("How far it was checked"), "contested": N_("What is contested"), "enabled": N_("In use"),
    "amount": N_("Roubles"), "vat_included": N_("With VAT"), "percent": N_("Per cent"), "value": N_("Value"),
    "days": N_("Days"),
    "working": N_("Kind of the day"), "note": N_("Decree"),
}  # fmt: skip
LAPSES = LAPSE_WORDS | {
    "go_on": N_("our work goes on without the reply"), "close": N_("the appeal is closed"),
}  # fmt: skip
_SHORT = {"wd": "рд", "d": "дн.", "m": "мес.", "y": "г."}
UNCHECKED = "memory"  # nobody has looked the basis up


def span_words(text: str) -> str:
    """'4m' → '4 мес.': short enough for a field, and read back as it is written."""
    found = re.match(r"^(\d+)(wd|d|m|y)$", text)
    if found is None:
        return text
    return f"{found[1]} {_SHORT[found[2]]}" if language() == "ru" else text


def length_words(length: int | None, unit: str) -> str:
    """'3 рабочих дня'"""
    if length is None:
        return _("by category")
    if length == 0:
        return _("the same day")
    return term(length, unit)


def kept_words(days: int | None) -> str:
    return _("for good") if days is None else _("%(days)s days") % {"days": days}


def spans(lengths: Mapping[str, str], titles: Mapping[str, str] | None = None) -> str:
    """`titles`: what the codes mean, where they are no words themselves."""
    return "; ".join(f"{(titles or {}).get(c, c)}{NBSP}— {span_words(t)}" for c, t in sorted(lengths.items()))


def said(kind: Kind, field: str, value: Any, titles: Mapping[str, str] | None = None) -> str:
    """A value of an edition as a person reads it."""
    if field == "working":
        return _("working day") if value else _("day off")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field == "days":
        return kept_words(value)
    if field == "confidence":
        return _(OWN[str(value)])
    if value in (None, "", [], {}):
        return _("no value")
    if field == "lengths":
        return spans(value, titles)
    if field == "alternative":
        return _alternative(value)
    if field == "reminders":
        return ", ".join(str(-int(n)) for n in value)
    if field == "amount":
        return amount(Decimal(str(value)))
    if field in ("percent", "value"):
        return figure(Decimal(str(value))) + (f"{NBSP}%" if field == "percent" else "")
    table = {
        "on_lapse": LAPSES,
        "unit": RATE_UNITS if kind is Kind.RATE else UNIT_WORDS | OFFICE_WORDS,
    }.get(field)
    return _(table.get(str(value), str(value))) if table else str(value)


def _alternative(value: Mapping[str, Any]) -> str:
    if "percent_per_day" in value:
        told = _("%(percent)s a day, of the applicant %(days)s days at most")
        return told % {
            "percent": f"{figure(Decimal(str(value['percent_per_day'])))}{NBSP}%",
            "days": value["cap_applicant_days"],
        }
    if "if" in value:
        length = span_words(f"{value['length']}{value['unit']}") if "unit" in value else str(value["length"])
        return _("%(length)s if %(fact)s") % {"length": length, "fact": value["if"]}
    return ", ".join(map(str, value))


def differences(
    kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any], titles: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """(field, what it said, what it says) of everything that differs."""
    found = []
    for field, value in after.items():
        old = said(kind, field, before.get(field), titles) if field in before else ""
        new = said(kind, field, value, titles)
        if old != new:
            found.append((_(FIELDS.get(field, field)), old, new))
    return found


def name_of(kind: Kind, code: str, titles: Mapping[str, str] | None = None) -> str:
    """'TP-01', 'C8.1, 0.4 кВ', 'VAT', 'Обращения …', 'The largest file …', '11.01.2027'."""
    if kind is Kind.RETENTION:
        return (titles or {}).get(code, code)
    if kind is Kind.LIMIT:
        return _(LIMITS[code].title) if code in LIMITS else code
    if kind in (Kind.VAT, Kind.KEY_RATE):
        return _(KINDS[kind])
    if kind is Kind.RATE:
        name, _bar, volts = code.partition("|")
        return name if volts == "*" else f"{name}, {volts.replace('.', ',')}{NBSP}кВ"
    if kind is Kind.CALENDAR:
        return ".".join(reversed(code.split("-")))
    return code
