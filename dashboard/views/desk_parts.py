"""Pieces that several screens of the desk share: the chip and bar of a term, moments, the way back, a guarded dialog."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import faults, menu, parts, session
from dashboard.parts import time_left, working_days
from dashboard.views.desk_words import CLOCK_STATES
from documents.wording import NBSP, day, plural
from infra import clock as business
from infra.wording import _, language
from models.connection.cards import Clock
from models.process.errors import Invalid, ManyInvalid


def moment(at: datetime | None, zone: ZoneInfo | None = None) -> str:
    """'22.11.2026, 14:05' in the branch's time; nothing for nothing."""
    return f"{at.astimezone(zone or business.zone()):%d.%m.%Y, %H:%M}" if at else ""


def local_day(at: datetime | None, zone: ZoneInfo | None = None) -> str:
    return day(at.astimezone(zone or business.zone()).date()) if at else ""


def clock_word(clock: Clock) -> str:
    """What the chip of a term says: days left, or what became of it."""
    if clock.state == "late":
        return time_left(clock.left) if clock.left < 0 else _("overdue")
    _chip, word, _family = CLOCK_STATES[clock.state]
    return _(word) if word else time_left(clock.left)


def clock_chip(clock: Clock) -> str:
    return parts.chip(CLOCK_STATES[clock.state][0], clock_word(clock))


def short_left(clock: Clock) -> str:
    """For lists: '3 рабочих дня' without the verb."""
    word = (
        working_days(clock.left)
        if clock.state in ("running", "soon", "paused") and clock.left > 0
        else clock_word(clock)
    )
    return parts.chip(CLOCK_STATES[clock.state][0], word)


def clock_bar(clock: Clock) -> str:
    return parts.bar(clock.share, CLOCK_STATES[clock.state][2])


def age(seconds: float) -> str:
    """'45 с', '4 мин', '3 ч', '2 дня'."""
    if seconds < 90:
        return f"{seconds:.0f}{NBSP}{_('s')}"
    if seconds < 5400:
        return f"{seconds / 60:.0f}{NBSP}{_('min')}"
    if seconds < 129_600:
        return f"{seconds / 3600:.0f}{NBSP}{_('h')}"
    days = round(seconds / 86400)
    return f"{days}{NBSP}{plural(days, 'день', 'дня', 'дней') if language() == 'ru' else 'd'}"


def today_words(today: date, working: bool) -> str:
    return (_("today %(day)s") if working else _("today %(day)s, a day off")) % {"day": day(today)}


def back() -> None:
    """To the queue, without a reload."""
    menu.link("queue", _("My queue"))


def to_case(case_id: int, number: str) -> None:
    menu.link("case", _("Application %(number)s") % {"number": number}, id=case_id)


@contextmanager
def naming(labels: Mapping[str, str]) -> Iterator[None]:
    """Faults of a form say which field they mean: the box stands above the form, not beside the field."""
    try:
        yield
    except ManyInvalid as many:
        told = [
            Invalid(f.field, "%(label)s: %(why)s", label=_(labels.get(f.field, f.field)), why=faults.sentence_of(f))
            for f in many.errors
        ]
        raise ManyInvalid(told) from many


def dialog(title: str, body: Callable[..., None], *args: Any, wide: bool = False) -> None:
    """Open a window. Its runs pass the page by: session and language are checked again, faults end inside it."""

    def show() -> None:
        session.guard()
        faults.guarded(lambda: body(*args), "dialog")

    st.dialog(title, width="large" if wide else "small")(show)()
