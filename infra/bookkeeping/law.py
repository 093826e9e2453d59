"""docs/law.md: every legal term and rate with its basis and how far it was checked. States what the data files say, nothing more."""

import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

from infra.bookkeeping.pages import code, codes, notice, page, table
from infra.reference import HERE
from models.process.tables import TermRule

UNITS = {"wd": "working day", "d": "calendar day", "m": "month", "y": "year"}
_ABOUT = """
The Rules of technological connection (ПП РФ от 27.12.2004 № 861, Section X: connection through the cabinet) and the acts
beside them, as dated rows. A rule is never a constant in the code: `infra/reference/terms.toml` fills the table
`term_rule`, `infra/reference/rates.toml` the tables of rates, VAT and payment schedules. A term that has begun keeps the
last day it was given, whatever happens to its rule afterwards.

How far a row was checked:

- **confirmed** – the text of the act was read in a copy of the edition printed on 28.04.2025, and nothing later was found
  against it. The running text of an official publisher was not seen;
- **page** – a paper or a page of a grid company says so, the act was not read;
- **memory** – nobody has looked it up.

BE26 in a remark: papers that a grid company published in 2026.

This is what the program does, not legal advice: before it serves real applicants a lawyer reads these rows. Rates are
those of one region and serve the demonstration.
"""
_LAPSE = """
What happens when a term lapses: `annul_no_info` and `annul_no_payment` annul the application, `remind` sends the reminder
once more. `escalate`, `penalty` and `log` change nothing by themselves: the lapse is written into the history and the term
stays late until it is fulfilled. `expire` and `deem_remarks_fixed` belong to rights of the applicant, which end silently.
"""


def main() -> str:
    """The whole page."""
    rates = tomllib.loads((HERE / "rates.toml").read_text("utf-8"))
    return page(
        "# The rules, with their basis and confidence",
        notice("law"),
        _ABOUT,
        "## Terms",
        table(
            ("rule", "what", "begins with", "length", "whose", "when it lapses", "only if", "basis", "confidence"),
            (_term(rule) for rule in rules()),
        ),
        _LAPSE,
        _editions([rule for rule in rules() if rule.contested], "Contested terms"),
        "## Payments",
        *_schedules(rates["schedule"]),
        "## VAT",
        table(("percent", "valid", "basis"), ((r["percent"], _valid(r), r["basis"]) for r in rates["vat"])),
        "## Key rate",
        table(
            ("percent a year", "valid", "basis", "confidence"),
            ((r["percent"], _valid(r), r["basis"], r.get("confidence", "memory")) for r in rates["key_rate"]),
        ),
        "## Limits",
        "Plain numbers that an act or the company names, and sizes that this program can carry, as rows of `dated_limit`.",
        table(
            ("name", "value", "valid", "basis"),
            ((r["name"], r["value"], _valid(r), r["basis"]) for r in rates["limit"]),
        ),
        *_rates(rates["rates"]),
    )


def rules() -> list[TermRule]:
    """As the migration loads them, defaults included."""
    told = tomllib.loads((HERE / "terms.toml").read_text("utf-8"))
    return [TermRule(process=process, **row) for process, rows in told.items() for row in rows]


def _term(rule: TermRule) -> tuple[object, ...]:
    return (
        rule.rule,
        rule.title + ("" if rule.enabled else " (off)"),
        codes(rule.starts_on) or "the schedule of payments",
        length(rule),
        rule.whose + (", a right" if rule.is_right else ""),
        code(rule.on_lapse) + (f", {rule.grace} working days later" if rule.grace else "") + _reminders(rule),
        code(rule.condition),
        rule.basis,
        rule.confidence,
    )


def length(rule: TermRule) -> str:
    """'3 working days', or one length for each category."""
    if rule.lengths:
        return "; ".join(f"{code(category)} {_span(text)}" for category, text in rule.lengths.items())
    if not rule.starts_on:
        return "until the day of the payment"
    words = _count(rule.length, rule.unit) if rule.length else "the same day"
    if "length" in rule.alternative:
        words += f"; {rule.alternative['length']} if {code(rule.alternative['if'])}"
    return words


def _span(text: str) -> str:
    number = text.rstrip("wdmy")
    return _count(int(number), text[len(number) :])


def _count(number: int, unit: str) -> str:
    return f"{number} {UNITS[unit]}{'s' if number != 1 else ''}"


def _reminders(rule: TermRule) -> str:
    days = ", ".join(str(abs(day)) if day else "on the last day" for day in rule.reminders)
    return (
        f"; reminders {days} days before"
        if days and 0 not in rule.reminders
        else f"; reminders: {days}"
        if days
        else ""
    )


def _editions(found: list[TermRule], title: str) -> str:
    return f"{title}: " + "; ".join(f"{rule.rule} – {rule.contested}" for rule in found) + "." if found else ""


def _schedules(found: list[dict[str, Any]]) -> Iterator[str]:
    for schedule in found:
        state = "in force" if schedule.get("enabled", True) else "off"
        yield f"**{schedule['template']}** ({state}, {_valid(schedule)}; {schedule['basis']}; {schedule['confidence']})"
        if schedule.get("contested"):
            yield f"Contested: {schedule['contested']}."
        rows = schedule["rows"]
        yield table(("part", "percent", "within", "counted from"), (_part(n, *row) for n, row in enumerate(rows, 1)))


def _part(
    n: int, percent: str, event: str, length: int, unit: str, repeat: int = 1, not_later: str = ""
) -> tuple[object, ...]:
    """A row of the schedule; `repeat`: it is paid in so many equal parts, one every `length`."""
    within = _count(length, unit) if repeat == 1 else f"{repeat} equal parts, one every {_count(length, unit)}"
    return n, percent, within, code(event) + (f", not later than {code(not_later)}" if not_later else "")


def _rates(editions: list[dict[str, Any]]) -> Iterator[str]:
    for edition in editions:
        yield f"## Rates: {_valid(edition)}"
        yield (
            f"{edition['basis']}. Preferential {edition['preferential']} ₽ and social {edition['social']} ₽ for a kW with VAT; "
            "all others without."
        )
        yield table(
            ("code", "voltage, kV", "₽", "for one", "what"),
            (
                (name, "any" if volts == "*" else volts, amount, unit, title)
                for name, volts, amount, unit, title in edition["rows"]
            ),
        )


def _valid(row: dict[str, Any]) -> str:
    first, last = row["valid_from"], row.get("valid_to")
    return f"from {first:%d.%m.%Y}" + (f" to {last:%d.%m.%Y}" if isinstance(last, date) else "")


if __name__ == "__main__":
    sys.stdout.write(main())
