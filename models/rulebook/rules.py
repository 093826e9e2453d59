"""What an edition may say: typed words to values, with every fault beside its field. Pure: no session here."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from models.connection import rules as connection
from models.connection.tables import Application, Category
from models.people.access_tables import RetentionEdition
from models.process.errors import Invalid
from models.process.tables import TermRule
from models.process.typed import number
from models.process.words import N_
from models.rulebook.limits import LIMITS
from models.rulebook.tables import Kind

Typed = Mapping[str, Any]
Values = dict[str, Any]

UNITS = ("wd", "d", "m", "y")
UNIT_WORDS = {"wd": N_("working days"), "d": N_("calendar days"), "m": N_("months"), "y": N_("years")}
OFFICE = "h"  # hours of the office: the clock of an appeal alone counts them
OFFICE_WORDS = {OFFICE: N_("hours of the office")}
CONFIDENCE = {
    "confirmed": N_("the act was read"),
    "page": N_("a page or a paper of a grid company says so"),
    "memory": N_("nobody has looked it up"),
}
OWN = {"": N_("the company has set it itself")} | CONFIDENCE  # of what no act sets
COLUMNS = (*(str(c) for c in Category if c not in (Category.IND_GT_15, Category.GRID)), "AT_670")
HARMLESS = (
    "escalate",
    "remind",
    "log",
)  # consequences that every rule may be given; the others belong to their own rule
ASKED_BY_NAME = frozenset({  # the program and its papers ask for them by name: they cannot be off; payments neither
    "TP-01", "TP-02", "TP-03", "TP-04S", "TP-04X", "TP-05", "TP-06O", "TP-06R", "TP-06RO", "TP-06X", "TP-07", "TP-08",
    "TP-09O", "TP-09X", "TP-13", "TP-13R", "TP-14A", "TP-14G", "TP-16O", "TP-16X", "TP-17", "TP-19", "TP-20", "TP-21", "TP-21R", "CTR-12", "TU-PEN",
})  # fmt: skip
CONNECTION = (
    "connection"  # its conditions and other lengths by facts of the case; other processes have none to choose from
)
LONGEST_KEPT = 36_500  # days
RATE_UNITS = {
    "connection": N_("connection"), "km": N_("kilometre"), "piece": N_("piece"), "kW": N_("kW"), "point": N_("metering point"),
}  # fmt: skip
VOLTAGES = ("0.4", "1-20", "*")
_SPAN = re.compile(r"^([0-9]{1,4})\s*(wd|d|m|y|рд|р\.\s?д|раб|дн|д|мес|м|год|лет|г)[а-я. ]*$", re.IGNORECASE)
_WORDS = {"рд": "wd", "раб": "wd", "дн": "d", "д": "d", "мес": "m", "м": "m", "год": "y", "лет": "y", "г": "y"}
_CODE = re.compile(r"^[A-Z][0-9]+(\.[0-9]+)*$")


def known_facts() -> frozenset[str]:
    """Every fact that a condition may name."""
    return frozenset(connection.facts(Application(status_token="")))


# ------------------------------------------------------------------------------------------------ small readers
def span(typed: str) -> str | None:
    """'4 мес.', '15 рд', '4m' → '4m'; nothing for what is no length."""
    found = _SPAN.match(typed.strip())
    if found is None or int(found[1]) == 0:
        return None
    unit = found[2].lower().replace(" ", "").replace(".", "")
    return f"{int(found[1])}{_WORDS.get(unit, unit)}"


def reminders(typed: str) -> list[int] | None:
    """'10, 3, 1' days before the end → [-10, -3, -1]; nothing for what is no list of days."""
    parts = [p.strip().removeprefix("-") for p in re.split(r"[,; ]+", typed) if p.strip()]
    if any(not p.isascii() or not p.isdecimal() or len(p) > 3 for p in parts):
        return None
    return sorted({-int(p) for p in parts})


def asked(condition: str) -> list[str]:
    """The facts that a condition names."""
    return [c.strip().removeprefix("!").strip() for c in condition.split(",") if c.strip()]


def _unknown(field: str, names: Sequence[str]) -> list[Invalid]:
    known = known_facts()
    told = N_("There is no fact «%(name)s». Known ones: %(known)s")
    return [Invalid(field, told, name=n, known=", ".join(sorted(known))) for n in names if n not in known]


# ------------------------------------------------------------------------------------------------ kinds
def term(typed: Typed, was: TermRule) -> tuple[Values, list[Invalid]]:
    """Values of a dated deadline; what starts it and whose it is belong to the program and stay."""
    faults = [Invalid(f, "Fill in this field") for f in ("title", "basis") if not str(typed[f]).strip()]
    condition = ",".join(c.strip() for c in str(typed["condition"]).split(",") if c.strip())
    faults += _unknown("condition", asked(condition)) if condition != was.condition else []
    days = reminders(str(typed["reminders"]))
    if days is None:
        faults.append(Invalid("reminders", N_("Write days before the end with commas: 10, 3, 1")))
    if typed["on_lapse"] not in (*HARMLESS, was.on_lapse):
        faults.append(Invalid("on_lapse", N_("This consequence belongs to another rule")))
    if not typed["enabled"] and not may_be_off(was):
        faults.append(Invalid("enabled", N_("This rule cannot be switched off: other steps ask for it by name")))
    if not 0 <= int(typed["grace"]) <= 60:
        faults.append(Invalid("grace", N_("From %(least)s to %(most)s"), least=0, most=60))
    length, lengths, wrong = _length(typed, was)
    alternative, more = _alternative(typed, was)
    values = {
        "title": str(typed["title"]).strip(), "length": length, "unit": str(typed["unit"]), "lengths": lengths,
        "alternative": alternative, "condition": condition, "on_lapse": str(typed["on_lapse"]), "reminders": days or [],
        "grace": int(typed["grace"]), "basis": str(typed["basis"]).strip(), "confidence": str(typed["confidence"]),
        "contested": str(typed["contested"]).strip(), "enabled": bool(typed["enabled"]),
    }  # fmt: skip
    return values, faults + wrong + more


def may_be_off(rule: TermRule) -> bool:
    return rule.process == CONNECTION and rule.rule not in ASKED_BY_NAME and not rule.rule.startswith("PAY-")


def columns_of(rule: TermRule) -> tuple[str, ...]:
    """For what a rule has a length each: categories of a connection, kinds of an appeal."""
    return COLUMNS if rule.process == CONNECTION else tuple(sorted(rule.lengths))


def units_of(rule: TermRule) -> dict[str, str]:
    """Units that its process can count, with their words."""
    return OFFICE_WORDS if rule.unit == OFFICE else UNIT_WORDS


def _length(typed: Typed, was: TermRule) -> tuple[int | None, dict[str, str], list[Invalid]]:
    """One length, or one for each category when the rule has them."""
    if was.lengths:
        told = {c: str(t).strip() for c, t in dict(typed["lengths"]).items() if str(t).strip()}
        read = {c: span(t) for c, t in told.items()}
        faults = [
            Invalid(f"lengths-{c}", N_("Write a number and a unit: 15 working days, 4 months, 1 year"))
            for c, found in read.items()
            if found is None or c not in columns_of(was)
        ]
        if not told:
            faults.append(Invalid("lengths", N_("Write the length for one category at least")))
        return was.length, {c: found for c, found in read.items() if found}, faults
    if was.length is None:
        return None, {}, []
    length = int(typed["length"])
    least = 0 if was.length == 0 else 1
    faults = (
        [] if least <= length <= 3660 else [Invalid("length", N_("From %(least)s to %(most)s"), least=least, most=3660)]
    )
    if typed["unit"] not in units_of(was):
        faults.append(Invalid("unit", N_("Choose a unit")))
    return length, {}, faults


def _alternative(typed: Typed, was: TermRule) -> tuple[Values, list[Invalid]]:
    """Another length if a fact holds; of the penalty its per cent and its cap."""
    if "percent_per_day" in was.alternative:
        percent, days = number(typed["percent"], 4), int(typed["cap_days"])
        faults = [] if percent is not None and 0 <= percent <= 10 else [_range("percent", 0, 10)]
        if not 1 <= days <= 3660:
            faults.append(_range("cap_days", 1, 3660))
        return was.alternative | {"percent_per_day": str(percent), "cap_applicant_days": days}, faults
    if was.alternative and "if" not in was.alternative:
        return was.alternative, []  # what the program reads in a way of its own stays
    fact = str(typed["alt_if"]).strip()
    if not fact:
        return {}, []
    found = span(str(typed["alt_length"]))
    faults = _unknown("alt_if", [fact])
    if found is None:
        faults.append(Invalid("alt_length", N_("Write a number and a unit: 15 working days, 4 months, 1 year")))
        return {}, faults
    digits = found.rstrip("wdmy")
    unit = found[len(digits) :]
    own = {} if unit == typed["unit"] and "unit" not in was.alternative else {"unit": unit}
    return {"if": fact, "length": int(digits), **own}, faults


def rate(typed: Typed) -> tuple[Values, list[Invalid]]:
    found = number(typed["amount"])
    faults = [Invalid(f, "Fill in this field") for f in ("title", "basis") if not str(typed[f]).strip()]
    if found is None or not 0 < found < 1_000_000_000 or found != round(found, 2):
        faults.append(Invalid("amount", N_("Write roubles above nothing, kopecks after the comma: 9192,19")))
    if typed["unit"] not in RATE_UNITS:
        faults.append(Invalid("unit", N_("Choose a unit")))
    return {
        "title": str(typed["title"]).strip(), "amount": f"{found:.2f}" if found is not None else "", "unit": str(typed["unit"]),
        "vat_included": bool(typed["vat_included"]), "basis": str(typed["basis"]).strip(),
    }, faults  # fmt: skip


def code_faults(code: str) -> list[Invalid]:
    """Of a rate that is new."""
    name, _bar, voltage = code.partition("|")
    faults = [] if _CODE.match(name) else [Invalid("code", N_("Write the code as the regulator does: C2.3.1.4.1.1"))]
    return faults if voltage in VOLTAGES else [*faults, Invalid("voltage", N_("Choose a voltage"))]


def percent(kind: Kind, typed: Typed) -> tuple[Values, list[Invalid]]:
    """VAT and the key rate."""
    found = number(typed["percent"])
    faults = [] if str(typed["basis"]).strip() else [Invalid("basis", "Fill in this field")]
    if found is None or not 0 <= found <= 100 or found != round(found, 2):
        faults.append(_range("percent", 0, 100))
    values: Values = {"percent": f"{found:f}" if found is not None else "", "basis": str(typed["basis"]).strip()}
    return values | ({"confidence": str(typed["confidence"])} if kind is Kind.KEY_RATE else {}), faults


def limit(name: str, typed: Typed) -> tuple[Values, list[Invalid]]:
    found = number(typed["value"])
    least, most = LIMITS[name].least, LIMITS[name].most
    faults = [] if str(typed["basis"]).strip() else [Invalid("basis", "Fill in this field")]
    if found is None or not least <= found <= most or found != int(found):
        faults.append(_range("value", least, most))
    return {"value": str(found), "basis": str(typed["basis"]).strip()}, faults


def retention(typed: Typed, was: RetentionEdition) -> tuple[Values, list[Invalid]]:
    """What is kept for good stays so: only its basis is written anew."""
    faults = [] if str(typed["basis"]).strip() else [Invalid("basis", "Fill in this field")]
    found = number(typed["days"]) if was.days is not None else None
    if was.days is not None and (found is None or not 1 <= found <= LONGEST_KEPT or found != int(found)):
        faults.append(_range("days", 1, LONGEST_KEPT))
        found = None
    days = int(found) if found is not None else None
    return {"days": days, "basis": str(typed["basis"]).strip(), "confidence": str(typed["confidence"])}, faults


def _range(field: str, least: int, most: int) -> Invalid:
    return Invalid(field, N_("From %(least)s to %(most)s"), least=least, most=most)
