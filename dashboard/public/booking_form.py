"""The fourth step: which fields there are, which are required, and what is wrong with what was typed. Pure but for the day."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from infra.wording import N_, _
from models.booking.sight import FIELDS, UTILITIES
from models.process.errors import FeederError, Invalid

RESIDENTS = 6  # rows of the table
RESIDENT_FIELDS = ("name", "birth", "registered")
_DAYS = frozenset({"passport_issued", "birth_date"})
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")
_LONGEST = 300
LABELS = {
    "name": N_("Your full name"),
    "account": N_("Number of the personal account"),
    "phone": N_("Number of the mobile phone"),
    "email": N_("E-mail address"),
    "address": N_("Address in respect of which you apply"),
    "passport_series": N_("Series"),
    "passport_number": N_("Passport number"),
    "passport_issued": N_("Date of issue of the passport"),
    "passport_issuer": N_("Issued by"),
    "passport_code": N_("Code of the department"),
    "birth_date": N_("Date of birth"),
    "birth_place": N_("Place of birth"),
    "utility": N_("Kind of utility service"),
    "registered": N_("Address of the place of registration"),
    "lives": N_("Address of actual residence"),
    "area": N_("Area of the dwelling"),
    "rooms": N_("Number of rooms"),
}
RESIDENT_LABELS = {
    "name": N_("Full name of the owner"),
    "birth": N_("Date of birth"),
    "registered": N_("Date of registration"),
}
HINTS = {
    "phone": N_("For example +7 922 555-01-00"),
    "passport_issued": N_("Day.month.year, for example 02.04.2008"),
    "birth_date": N_("Day.month.year, for example 17.03.1984"),
    "area": N_("In square metres"),
    "email": N_("The ticket and the papers are sent here"),
}
AUTOCOMPLETE = {"name": "name", "phone": "tel", "email": "email", "birth_date": "bday"}
MODES = {"phone": "tel", "email": "email", "area": "decimal", "rooms": "numeric", "passport_number": "numeric",
         "passport_series": "numeric", "passport_issued": "numeric", "birth_date": "numeric"}  # fmt: skip


class Field(NamedTuple):
    name: str
    label: str
    required: bool
    hint: str
    mode: str
    autocomplete: str
    narrow: bool


def fields() -> list[Field]:
    """In the reader's language, in the order of the manual."""
    return [
        Field(
            n, _(LABELS[n]), required, _(HINTS[n]) if n in HINTS else "", MODES.get(n, "text"), AUTOCOMPLETE.get(n, "off"),
            n in _DAYS or n in ("passport_series", "passport_number", "passport_code", "area", "rooms"),
        )
        for n, _label, required in FIELDS
    ]  # fmt: skip


def read(sent: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, trimmed: fields by name, residents as rows, the consent; days as the papers have them, 17.03.1984."""
    values: dict[str, Any] = {name: sent.get(name, "").strip()[:_LONGEST] for name, _label, _required in FIELDS}
    values |= {name: _as_day(values[name]) for name in _DAYS}
    cells = [[sent.get(f"r{n}_{f}", "").strip()[:_LONGEST] for f in RESIDENT_FIELDS] for n in range(RESIDENTS)]
    rows = [[name, _as_day(birth), _as_day(registered)] for name, birth, registered in cells]
    return values | {"residents": [row for row in rows if any(row)], "consent": sent.get("consent") == "yes"}


def wrong(values: Mapping[str, Any], today: date) -> dict[str, str]:
    """Field → what to do, in the reader's language; empty when all is well."""
    found: dict[str, str] = {}
    for name, _label, required in FIELDS:
        value = str(values.get(name, ""))
        if required and not value:
            found[name] = _("Fill in this field: it is required")
        elif value and (said := fault(name, value, today)):
            found[name] = said
    for n, row in enumerate(values.get("residents", []), 1):
        if not row[0] and any(row):
            found.setdefault("residents", _("Row %(number)s: write the name") % {"number": n})
        elif any(cell and day_of(cell) is None for cell in row[1:]):
            found.setdefault("residents", _("Row %(number)s: write the days as 17.03.1984") % {"number": n})
    if not values.get("consent"):
        found["consent"] = _("Tick the consent: without it we may not take your data")
    return found


def fault(name: str, value: str, today: date) -> str:
    """What is wrong with one field that was filled in; empty when it is well."""
    if name in _DAYS:
        day = day_of(value)
        if day is None:
            return _("Write the day as 17.03.1984")
        return _("This day is still ahead") if day > today else ""
    if name == "email" and not _EMAIL.match(value):
        return _("Write the whole address, for example anna@pochta.example")
    if name == "phone" and len(re.sub(r"[^0-9]", "", value)) not in (10, 11):
        return _("Write the number with its code: ten digits after +7")
    if name == "name" and len(value.split()) < 2:  # noqa: PLR2004 - surname and name
        return _("Write the surname, the name and the patronymic")
    if name == "utility" and value not in UTILITIES:
        return _("Choose the kind from the list")
    if name in ("area", "rooms") and not re.fullmatch(r"[0-9]{1,5}([.,][0-9]{1,2})?", value):
        return _("Write a number")
    return ""


def _as_day(text: str) -> str:
    day = day_of(text)
    return f"{day:%d.%m.%Y}" if day else text


def day_of(text: str) -> date | None:
    """17.03.1984 or 1984-03-17; None when there is no such day."""
    found = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text.strip())
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text.strip())
    except ValueError:
        return None


def beside(error: FeederError) -> dict[str, str]:
    """An error of the rules beside its field, or on top."""
    from dashboard.faults import sentence_of

    return {error.field if isinstance(error, Invalid) else "": sentence_of(error)}
