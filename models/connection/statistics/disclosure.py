"""What the grid company publishes every quarter of how it works on applications: sums by category, never a person.

Source: ПП РФ № 24, п. 19 «л» (stages of an application, domain F36); the free power of feeding centres is published with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel import Session

from models.connection.statistics.passing import StageTime, times
from models.connection.statistics.sliced import Slice
from models.connection.tables import CLOSED_STAGES, MAIN_LINE, Stage
from models.network import queries as network
from models.network.queries import CentreSight

PASSED_THROUGH = (Stage.SUBMITTED, Stage.CONCLUDED)  # the system leaves them at once
_NAME = re.compile(r"(20[0-9]{2})-([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year; `number` from 1 to 4. Written as «2026-3»."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.number}"

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, typed: str) -> "Quarter | None":
        found = _NAME.fullmatch(typed)
        return cls(int(found[1]), int(found[2])) if found else None

    @property
    def before(self) -> "Quarter":
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def first(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def next_first(self) -> date:
        return date(self.year + 1, 1, 1) if self.number == 4 else date(self.year, self.number * 3 + 1, 1)

    def slice(self, zone: ZoneInfo) -> Slice:
        return Slice(_midnight(self.first, zone), _midnight(self.next_first, zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True)
class Line:
    """One category: applications and kW of each stage of the quarter."""

    category: str
    filed: int
    filed_kw: Decimal
    concluded: int
    concluded_kw: Decimal
    ended: int
    ended_kw: Decimal
    connected: int
    connected_kw: Decimal


@dataclass(frozen=True)
class Report:
    """`stages`: how long cases stood at each stage they left in the quarter, and how many terms were kept."""

    quarter: Quarter
    lines: Sequence[Line]
    stages: dict[str, StageTime]
    centres: Sequence[CentreSight]

    def total(self, name: str) -> Decimal:
        return sum((Decimal(getattr(line, name)) for line in self.lines), Decimal(0))


def report(session: Session, quarter: Quarter, zone: ZoneInfo) -> Report:
    of = quarter.slice(zone)
    rows = session.execute(
        text("""
        with gone as materialized (select s.application_id, s.category,
               case when s.stage = 'SUBMITTED' and s.stage_after = 'CHECKING' then 'filed' when s.stage_after = 'CONCLUDED' then 'concluded'
                    when s.stage_after = any(:closed) then 'ended' when s.stage_after = 'ENERGISED' then 'connected' end as what
          from stay s where s.left_at >= :since and s.left_at < :until)
        select g.category, g.what, count(*) as n, sum(c.power_kw) as kw
          from gone g join connection c on c.id = g.application_id where g.what is not null group by 1, 2"""),
        {"since": of.since, "until": of.until, "closed": [str(s) for s in CLOSED_STAGES]},
    )
    found: dict[str, dict[str, object]] = {}
    for r in rows:
        found.setdefault(r.category, {}).update({r.what: r.n, f"{r.what}_kw": r.kw})
    names = ("filed", "filed_kw", "concluded", "concluded_kw", "ended", "ended_kw", "connected", "connected_kw")
    lines = [
        Line(category, *(told.get(n, Decimal(0) if n.endswith("kw") else 0) for n in names))  # type: ignore[arg-type]
        for category, told in sorted(found.items())
    ]
    went = times(session, of)
    stages = {str(s): went[s] for s in MAIN_LINE if s in went and s not in PASSED_THROUGH}
    return Report(quarter, lines, stages, network.centres(session))
