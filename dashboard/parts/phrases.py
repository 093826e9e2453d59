"""Phrases of models.connection.cards, days and time left in the reader's language. Plain text, not HTML.

A Decimal fact of a phrase is money, a date fact is a day."""

from datetime import date
from decimal import Decimal

from babel.dates import format_date

from documents import wording as russian
from infra.wording import _, language
from models.connection.cards import Phrase

_UNITS = {
    "wd": ("working day", "working days"), "d": ("day", "days"), "m": ("month", "months"), "y": ("year", "years"),
    "h": ("hour of the office", "hours of the office"),
}  # fmt: skip


def say(phrase: Phrase) -> str:
    """Empty for an empty phrase."""
    if not phrase.template:
        return ""
    text = _(phrase.template)
    return (
        text % {name: _fact(value) for name, value in phrase.facts.items()} if phrase.facts else text.replace("%%", "%")
    )


def _fact(value: object) -> object:
    if isinstance(value, Decimal):
        return russian.money(value)
    return russian.day(value) if isinstance(value, date) else value


def day_long(value: date) -> str:
    """'среда, 25.11.2026': where somebody has to act by that day."""
    return russian.day_long(value) if language() == "ru" else format_date(value, "EEEE, d MMMM y", locale=language())


def until(value: date) -> str:
    """'до среды, 25.11.2026', inside a sentence."""
    return russian.until(value) if language() == "ru" else f"until {day_long(value)}"


def term(count: int, unit: str) -> str:
    """A legal term: '4 месяца'. Units: wd, d, m, y, h."""
    if language() == "ru":
        return russian.term(count, unit)
    one, many = _UNITS[unit]
    return f"{count}{russian.NBSP}{one if count == 1 else many}"


def in_term(count: int, unit: str) -> str:
    """'4 месяцев', after «в течение», «within». Units: wd, d, m, y, h."""
    return russian.in_term(count, unit) if language() == "ru" else term(count, unit)


def in_working_days(count: int) -> str:
    """'3 рабочих дней', after «в течение», «within»."""
    return russian.in_working_days(count) if language() == "ru" else working_days(count)


def working_days(count: int) -> str:
    """'3 рабочих дня'"""
    return term(count, "wd")


def time_left(count: int) -> str:
    """For a chip: 'осталось 3 рабочих дня', 'срок сегодня', 'просрочено на 1 рабочий день'."""
    if language() == "ru":
        return russian.time_left(count)
    if count == 0:
        return "due today"
    return f"{working_days(count)} left" if count > 0 else f"overdue by {working_days(-count)}"
