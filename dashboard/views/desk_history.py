"""Rows of the history in words: what was done, and the facts that it noted. Unknown tags show as they are."""

from collections.abc import Mapping
from typing import Any

from documents.wording import day
from infra.wording import N_, _
from models.connection.actions import FAULTS
from models.connection.overrides import LATE_REASONS
from models.connection.rules import MOVES
from models.process.tables import History

_EVENTS = {
    "engine:term:lapsed": N_("The term has passed: %(rule)s"),
    "engine:term:expired": N_("The right has expired: %(rule)s"),
    "cabinet:connection:corrected": N_("The applicant corrected the data"),
    "desk:connection:assigned": N_("The application was given to somebody"),
    "desk:connection:reminded": N_("The applicant was reminded"),
    "desk:connection:visit_proposed": N_("A time of the visit is proposed"),
    "desk:connection:visit_agreed": N_("The time of the visit is agreed by phone"),
    "cabinet:connection:visit_agreed": N_("The time of the visit is agreed"),
    "cabinet:connection:visit_moved": N_("Another time of the visit is taken"),
    "desk:connection:visit_moved": N_("Another time of the visit is taken"),
    "desk:connection:visit_called_off": N_("The visit is called off"),
    "engine:connection:visit_called_off": N_("The visit is called off: the application does not wait for it any more"),
    "cabinet:connection:chosen": N_("The applicant changed the way to pay or the time of the works"),
    "desk:connection:interest_recounted": N_("The interest is counted anew by a later key rate"),
    "engine:connection:interest_recounted": N_("The interest is counted anew by a later key rate"),
    "cabinet:connection:ask_refund": N_("The applicant asks for money back"),
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
    "object_address": N_("address of the object"),
    "commissioning": N_("commissioning"),
    "supplier": N_("supplier"),
    "assignee": N_("who works it"),
    "on_paper": N_("on paper"),
    "signed_on": N_("signed"),
    "party": N_("party"),
    "agreed": N_("agreed"),
    "remark": N_("remark"),
    "kind": N_("what"),
    "years": N_("years"),
    "power_kw": N_("power, kW"),
    "name": N_("name"),
    "costs": N_("costs, roubles"),
    "sum": N_("sum, roubles"),
    "interest": N_("interest, roubles"),
    "ground": N_("ground"),
    "fault": N_("what is wrong"),
    "since": N_("since"),
    "fee_choice": N_("how the fee is counted"),
    "works_years": N_("years of the works"),
    "payment_variant": N_("how he pays"),
    "quarters": N_("quarters"),
    "supply_kind": N_("supplier's paper"),
    "supply_number": N_("its number"),
    "supply_on": N_("its day"),
    "code": N_("reason"),
    "note": N_("note"),
    "number": N_("number"),
    "on": N_("day"),
    "hours": N_("hours"),
    "round": N_("protocol"),
    "remarks": N_("remarks"),
    "answer": N_("answer"),
    "reason": N_("reason"),
}
_SILENT = {"bound_to", "rule", "ref", "whose", "seq", "user_id"}
_WORDS = {  # codes in words
    **{str(k): v for k, v in LATE_REASONS.items()},
    "system_operator": N_("System Operator"),
    "adjacent_grid": N_("Adjacent grid company"),
    "inspection": N_("inspection"),
    "metering": N_("admission of the meter"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "edited": N_("accepted in another wording"),
    "extension": N_("longer validity of the conditions"),
    "power": N_("another power"),
    "owner": N_("a new owner"),
    "termination": N_("end of the contract by agreement"),
    "notice": N_("notice to Rostekhnadzor"),
    "permission": N_("permission of Rostekhnadzor"),
    "agreed": N_("the parties agree"),
    "delay": N_("twelve months of the applicant's delay"),
    "contract": N_("contract of energy supply"),
    "account": N_("personal account"),
    "standard": N_("by standardised rates"),
    "by_power": N_("by the rate for a kW of power"),
    "instalments": N_("in instalments, with interest"),
    **FAULTS,
}
CHOSEN = frozenset({"standard", "by_power", "instalments"})  # choices of the applicant, as codes
_CODED = frozenset({"party", "kind", "code", "answer", "ground", "fault", "supply_kind"})
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
        if name not in _SILENT and value not in (None, "", [], {})
    ]


def versions_of(row: History) -> list[tuple[str, str, str, str]]:
    """Of a correction: (field, its name, what was, what is); contacts are told to be changed only."""
    found = []
    for name, value in row.changes.items():
        if isinstance(value, list) and len(value) == 2:
            was, now = (_("changed"), _("changed")) if name in _PERSONAL else map(_written, value)
            found.append((name, _(_FIELDS.get(name, name)), was, now))
    return found


def _value(name: str, value: Any) -> str:
    if name in _PERSONAL:
        return _("changed")
    if name in ("due_on", "signed_on", "on", "since", "supply_on"):
        return day(str(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and name in _CODED:
        return _(_WORDS.get(value, value))
    if name == "remarks":
        return "; ".join(f"{r.get('clause', '')}: {r.get('proposed', '')}" for r in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {v}" for k, v in value.items())
    if isinstance(value, list) and len(value) == 2 and name not in ("missing", "files"):
        return f"{_written(value[0])} → {_written(value[1])}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _written(value: Any) -> str:
    try:
        return day(str(value))
    except ValueError:
        return _(_WORDS[str(value)]) if value in CHOSEN else str(value or "—")
