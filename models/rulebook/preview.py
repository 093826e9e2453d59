"""What a new edition would give beside the one in force: last days for a sample start, roubles for a sample sum. Changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from models.payment.rules import kopecks
from models.process.tables import TermRule
from models.process.terms import length_of
from models.process.workdays import Calendar
from models.rulebook.rules import OFFICE

SAMPLE = Decimal(100_000)  # roubles without VAT
SAMPLE_DAYS = 30


@dataclass(frozen=True)
class Days:
    """One case of a rule: category and fact, if the rule tells them apart. No last day: no clock starts.

    `acts`: the day after which the consequence comes."""

    category: str
    fact: str
    old: date | None
    new: date | None
    old_acts: date | None
    new_acts: date | None


@dataclass(frozen=True)
class Sum:
    """Roubles that the old and the new edition give for the sample."""

    old: Decimal | None
    new: Decimal


def term(old: TermRule, new: TermRule, start: date, days: Calendar) -> list[Days]:
    """A line for every category and for the fact of the alternative; the same calendar for both editions."""
    categories = sorted({*old.lengths, *new.lengths}) or [""]
    named = [r.alternative["if"] for r in (old, new) if "if" in r.alternative]
    lines = []
    for category in categories:
        for fact in ("", *dict.fromkeys(named)):
            facts = {name: name == fact for name in named}
            was, now = (_last(r, start, days, category, facts) for r in (old, new))
            lines.append(Days(category, fact, was, now, _acts(old, was, days), _acts(new, now, days)))
    return lines


def _last(rule: TermRule, start: date, days: Calendar, category: str, facts: Mapping[str, bool]) -> date | None:
    known = dict.fromkeys(facts, False) | dict(facts)
    length = length_of(rule, category, known) if rule.enabled else None
    if length is not None and length[1] == OFFICE:
        return None  # hours of the office end by its own clock, not by a day
    return days.end_of_term(start, *length) if length is not None else None


def _acts(rule: TermRule, last: date | None, days: Calendar) -> date | None:
    return days.after_working_days(last, rule.grace) if last is not None and rule.grace else last


def vat(old: Decimal | None, new: Decimal) -> Sum:
    """VAT on the sample sum."""
    return Sum(None if old is None else kopecks(SAMPLE * old / 100), kopecks(SAMPLE * new / 100))


def interest(old: Decimal | None, new: Decimal, points: Decimal) -> Sum:
    """Interest on the sample sum for 30 days of a year of 365: the key rate and the points that the law adds."""

    def of(percent: Decimal) -> Decimal:
        return kopecks(SAMPLE * (percent + points) / 100 * SAMPLE_DAYS / 365)

    return Sum(None if old is None else of(old), of(new))


def kept(old: int | None, new: int | None, ended: date) -> tuple[date | None, date | None]:
    """The last day on which something is kept that ended on this day, by both editions; none: for good."""
    was, now = (None if n is None else ended + timedelta(days=n) for n in (old, new))
    return was, now


def calendar(days: Calendar, day: date, working: bool) -> tuple[date, date, date]:
    """(start, old end, new end) of ten working days that begin five working days before the moved day."""
    start = days.before_working_days(day, 5)
    moved = Calendar(days.overrides | {day: working})
    return start, days.after_working_days(start, 10), moved.after_working_days(start, 10)


def penalty(old: Mapping[str, Any], new: Mapping[str, Any]) -> Sum:
    """Penalty on the sample sum for 30 days."""
    was, now = (Decimal(str(told["percent_per_day"])) for told in (old, new))
    return Sum(kopecks(SAMPLE * was / 100 * SAMPLE_DAYS), kopecks(SAMPLE * now / 100 * SAMPLE_DAYS))
