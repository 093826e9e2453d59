"""Parts of a fee, interest of instalments, penalty. Pure: no clock, no database. Every rounding is half up to the kopeck."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from models.payment.calculation import HUNDRED, kopecks
from models.payment.tables import ScheduleRow

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """One payment of a schedule."""

    seq: int
    percent: Decimal
    amount: Decimal
    vat: Decimal
    event: str
    offset: int
    unit: str
    not_later: str = ""
    bears_interest: bool = False


def _spread(schedule: Sequence[ScheduleRow], count: int | None) -> Iterator[tuple[ScheduleRow, int, int]]:
    """(row, its number of equal parts, which of them)."""
    for row in schedule:
        repeat = row.repeat or 1
        times = min(count or repeat, repeat) if repeat > 1 else 1
        yield from ((row, times, n) for n in range(1, times + 1))


def parts(
    total: Decimal, vat: Decimal, schedule: Sequence[ScheduleRow], *, count: int | None = None
) -> tuple[Part, ...]:
    """Sums of the payments; the last one takes the remainder of the sum and of the VAT. ПП 861, п. 103, 104.

    `count`: in how many equal parts a repeated row is paid (quarters), at most as many as the row allows."""
    wanted = list(_spread(schedule, count))
    made: list[Part] = []
    for seq, (row, times, n) in enumerate(wanted, 1):
        last = seq == len(wanted)
        share = row.percent / HUNDRED / times
        rest = total - sum(p.amount for p in made)
        amount = rest if last else min(kopecks(total * share), rest)
        tax_rest = vat - sum(p.vat for p in made)
        tax = tax_rest if last else min(kopecks(vat * share), tax_rest)
        percent = kopecks(row.percent / times)
        made.append(
            Part(seq, percent, amount, tax, row.event, row.offset * n, row.unit, row.not_later or "", bool(row.bears_interest))
        )  # fmt: skip
    return tuple(made)


EVENT_WORDS = {  # for papers: they are Russian
    "act_or_notice.placed": "размещения акта или уведомления",
    "contract.concluded": "заключения договора",
    "connection.made": "фактического присоединения",
    "act.signed": "подписания акта об осуществлении присоединения",
    "suppl_agreement.signed": "заключения дополнительного соглашения",
}
_UNIT_WORDS = {"d": "дней", "wd": "рабочих дней", "m": "месяцев", "y": "лет"}


def due_words(offset: int, unit: str, event: str, not_later: str = "") -> str:
    """'в течение 10 дней со дня размещения акта или уведомления': a last day that is not known yet."""
    words = f"в течение {offset} {_UNIT_WORDS[unit]} со дня {EVENT_WORDS.get(event, event)}"
    return words + (f", но не позднее дня {EVENT_WORDS.get(not_later, not_later)}" if not_later else "")


def penalty(total: Decimal, days_late: int, percent_per_day: Decimal) -> Decimal:
    """Неустойка of the grid company: percent of the whole fee for each day. ПП 861, п. 16 в); row TU-PEN."""
    return kopecks(total * percent_per_day / HUNDRED * max(days_late, 0))


# ------------------------------------------------------------------------------------------------ interest (п. 104)
def interest(principal: Decimal, percent: Decimal, first: date, last: date) -> Decimal:
    """For the days first…last, both counted: principal × percent a year / 100 / days of that year, a day at a time;
    the sum of the stretch is rounded once. Zero when last is before first."""
    days = ((first + timedelta(days=n)).year for n in range((last - first).days + 1))
    share = sum((Decimal(1) / _days_of(year) for year in days), Decimal(0))
    return kopecks(principal * percent / HUNDRED * share)


def _days_of(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


@dataclass(frozen=True)
class Stretch:
    """Days that bear interest at one rate: first and last are counted; percent a year = key rate + the points of the law."""

    first: date
    last: date
    percent: Decimal


def stretches(first: date, last: date, rates_: Sequence[tuple[date, Decimal]]) -> list[Stretch]:
    """Cut at every change of the rate. `rates_`: (valid from, percent a year in all), any order. Raises LookupError when
    a day has none."""
    rates = sorted(rates_)
    if first > last:
        return []
    if not rates or rates[0][0] > first:
        raise LookupError(f"no key rate is set for {first}")
    starts = [max(day, first) for day, _ in rates]
    found = []
    for n, (_, percent) in enumerate(rates):
        end = starts[n + 1] - ONE_DAY if n + 1 < len(rates) else last
        if starts[n] <= min(end, last) and (n + 1 == len(rates) or rates[n + 1][0] > first):
            found.append(Stretch(starts[n], min(end, last), percent))
    return found
