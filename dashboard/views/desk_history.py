"""Rows of the history in words: what was done, and the facts that it noted. Unknown tags show as they are."""

from collections.abc import Mapping
from typing import Any

from documents.wording import day
from infra.wording import N_, _
from models.connection.rules import MOVES
from models.process.tables import History

_EVENTS = {
    "engine:term:lapsed": N_("The term has passed: %(rule)s"),
    "engine:term:expired": N_("The right has expired: %(rule)s"),
    "cabinet:connection:corrected": N_("The applicant corrected the data"),
}
_FIELDS = {
    "due_on": N_("last day"),
    "missing": N_("missing"),
    "files": N_("files"),
    "text": N_("answer"),
    "conditions": N_("version of the conditions"),
    "serial": N_("number of the meter"),
    "phone": N_("phone"),
    "email": N_("e-mail"),
    "postal": N_("postal address"),
    "object_name": N_("object"),
    "devices": N_("devices"),
    "commissioning": N_("commissioning"),
}
_SILENT = {"bound_to", "rule", "ref", "whose"}
_PERSONAL = {"phone", "email", "postal"}  # a look at these leaves a trace: here only that they were changed


def what_words(row: History) -> str:
    """'desk:connection:accept' → the title of the move."""
    name = row.tag.rsplit(":", 1)[-1]
    if row.tag in _EVENTS:
        return _(_EVENTS[row.tag]) % {"rule": row.changes.get("rule", "")}
    return _(MOVES[name].title) if name in MOVES.table else row.tag


def change_words(row: History) -> list[str]:
    """'files: plan.pdf', 'object: Дом → Баня'."""
    return [
        f"{_(_FIELDS.get(name, name))}: {_value(name, value)}"
        for name, value in row.changes.items()
        if name not in _SILENT and value
    ]


def _value(name: str, value: Any) -> str:
    if name in _PERSONAL:
        return _("changed")
    if name == "due_on":
        return day(str(value))
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {v}" for k, v in value.items())
    if isinstance(value, list) and len(value) == 2 and name not in ("missing", "files"):
        return f"{_written(value[0])} → {_written(value[1])}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _written(value: Any) -> str:
    try:
        return day(str(value))
    except ValueError:
        return str(value or "—")
