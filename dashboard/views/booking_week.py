"""The week grid inside the cabinet and the desk: a day is a column, a free time is a pill. Shows what the rules call free, takes nothing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import parts
from infra import clock
from infra.wording import N_, _
from models.booking import timetable
from models.booking.queries import Grid

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_WEEK = timedelta(7)


def pick(key: str, look: Callable[[date], Grid], zone: ZoneInfo, near: datetime | None = None) -> datetime | None:
    """One time of the weeks that `look` shows from a Monday on, beginning with the week of `near`; None: not chosen yet."""
    kept = f"{key}-monday"
    grid = look(st.session_state[kept]) if kept in st.session_state else _first(look, zone, near)
    st.session_state[kept] = grid.monday
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("‹", key=f"{key}-earlier", help=_("The week before"), disabled=not grid.earlier, on_click=_go,
                  args=(kept, grid.monday - _WEEK))  # fmt: skip
        parts.show(parts.p(f"{grid.days[0]:%d.%m.%Y} – {grid.days[-1]:%d.%m.%Y}"))
        st.button("›", key=f"{key}-later", help=_("The next week"), disabled=not grid.later, on_click=_go,
                  args=(kept, grid.monday + _WEEK))  # fmt: skip
    if not grid.free:
        parts.show(parts.p(_("Nothing is free this week."), sub=True))
    return _days(key, grid, zone)


def _first(look: Callable[[date], Grid], zone: ZoneInfo, near: datetime | None) -> Grid:
    """The week of `near`, or the first one after it with something free."""
    grid = look(timetable.week_of(max(near or clock.now(), clock.now()).astimezone(zone).date()))
    while not grid.free and grid.later:
        grid = look(grid.monday + _WEEK)
    return grid


def _go(kept: str, monday: date) -> None:
    st.session_state[kept] = monday


def _days(key: str, grid: Grid, zone: ZoneInfo) -> datetime | None:
    chosen = None
    names = [f"{key}-{day}" for day in grid.days]
    for column, day, name in zip(st.columns(len(grid.days)), grid.days, names, strict=True):
        free = [cell.at for t in grid.times if (cell := grid.cell(day, t)).free and cell.at]
        label = f"{_(WEEKDAYS[day.weekday()])} {day:%d.%m}"
        with column:
            if not free:
                parts.show(parts.p(label), parts.p(_("no free time"), sub=True))
                continue
            found = st.pills(label, free, format_func=lambda at: _face(at, zone), key=name, on_change=_only,
                             args=(name, names), wrap=True)  # fmt: skip
            chosen = found or chosen
    return chosen


def _face(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%-H:%M}"


def _only(name: str, names: list[str]) -> None:
    """A time of one day takes the mark from those of the others."""
    for other in names:
        if other != name and other in st.session_state:
            st.session_state[other] = None
