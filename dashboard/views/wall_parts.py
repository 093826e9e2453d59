"""What the parts of the wall share: what is looked at, shares in per cent, and the button that takes a table away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import session
from dashboard.views.desk_line import short
from documents.sheets import statistics as sheets
from documents.wording import NBSP, day, number
from infra.wording import _
from models.connection.statistics import Slice
from models.connection.tables import Stage


@dataclass(frozen=True)
class Sight:
    """Who looks, at which part of the utility, and now."""

    who: session.Who
    now: datetime
    zone: ZoneInfo
    of: Slice
    branches: dict[int, str]
    period: str  # '90 дней'

    @property
    def place(self) -> str:
        return self.branches.get(self.of.branch_id or 0) or _("all branches")

    @property
    def about(self) -> str:
        """For the second line of a sheet."""
        first, last = (t.astimezone(self.zone).date() for t in (self.of.since, self.of.until))
        told = _("%(place)s, from %(first)s to %(last)s") % {
            "place": self.place,
            "first": day(first),
            "last": day(last),
        }
        return f"{told}, {self.of.category}" if self.of.category else told

    @staticmethod
    def share(part: int, whole: int) -> str:
        return percent(part / whole) if whole else f"0{NBSP}%"


def percent(share: float) -> str:
    """0.9615 → '96,2 %'"""
    return f"{number(share * 100, 1)}{NBSP}%"


def stage_name(stage: str) -> str:
    return _(short(Stage(stage)))


def take_away(name: str, make: Callable[[], list[sheets.Sheet]]) -> None:
    """The workbook is made when the button is pressed, not before."""
    st.download_button(
        _("Download as .xlsx"),
        data=lambda: sheets.workbook(make()),
        file_name=f"{name}.xlsx",
        mime=sheets.MEDIA_TYPE,
        key=f"take-{name}",
        on_click="ignore",
    )
