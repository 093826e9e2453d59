"""Неустойка for late works, both ways. Pure arithmetic over the dates of a case and the dated rule TU-PEN.

ПП 861, п. 16 в); domain b.5 with its corrections: grid company without a cap, applicant up to one year of it, nothing from
an applicant of Section X up to 0.4 kV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from models.connection.kinds import above_low_voltage, inspected, ordinary
from models.connection.moves import WORKS
from models.connection.tables import Application
from models.payment.rules import kopecks
from models.process.tables import Term


@dataclass(frozen=True)
class Owed:
    """What one side owes: calendar days late, per cent of the whole fee a day, roubles; `cap` is the most it can be."""

    who: str  # grid | applicant
    rule: str
    since: date  # the last day in time
    days: int
    rate: Decimal
    cap: Decimal | None
    roubles: Decimal


def owed(total: Decimal, days: int, rate: Decimal, cap_days: int | None = None) -> Decimal:
    """total × rate % × days, not more than for `cap_days`."""
    counted = max(days, 0) if cap_days is None else min(max(days, 0), cap_days)
    return kopecks(total * rate / 100 * counted)


def count(
    case: Application, clocks: Sequence[Term], total: Decimal, told: Mapping[str, Any], today: date, zone: ZoneInfo
) -> list[Owed]:
    """Rows for whoever is late. `told`: percent_per_day and cap_applicant_days of the rule TU-PEN."""
    works = next((t for t in clocks if t.rule in WORKS and t.cancelled_at is None), None)
    if works is None or total <= 0:
        return []
    rate, cap_days = Decimal(str(told["percent_per_day"])), int(told["cap_applicant_days"])

    def late(done: datetime | None) -> int:
        end = done or case.ended_at
        return max(((end.astimezone(zone).date() if end else today) - works.due_on).days, 0)

    rows = []
    if days := late(case.grid_works_done_at):
        rows.append(Owed("grid", works.rule, works.due_on, days, rate, None, owed(total, days, rate)))
    exempt = not ordinary(case) and not above_low_voltage(case)
    if inspected(case) and not exempt and (days := late(case.own_works_done_at)):
        cap = owed(total, cap_days, rate)
        rows.append(Owed("applicant", works.rule, works.due_on, days, rate, cap, owed(total, days, rate, cap_days)))
    return rows
