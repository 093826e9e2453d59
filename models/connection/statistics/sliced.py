"""What part of the utility a figure is of: a stretch of time, a branch, a category. Chosen on the wall, kept in its address."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

MONTH = timedelta(days=30)
HALF_YEAR = timedelta(days=182)


@dataclass(frozen=True)
class Slice:
    """`since` < t ≤ `until`, both aware; None means every branch, "" every category."""

    since: datetime
    until: datetime
    branch_id: int | None = None
    category: str = ""

    @classmethod
    def last(cls, days: int, now: datetime, branch_id: int | None = None, category: str = "") -> "Slice":
        return cls(now - timedelta(days=days), now, branch_id, category)

    @property
    def facts(self) -> dict[str, object]:
        """Parameters of the queries that hold MINE."""
        return {"since": self.since, "until": self.until, "branch": self.branch_id, "category": self.category}


MINE = """(cast(:branch as bigint) is null or s.branch_id = :branch) and (:category = '' or s.category = :category)"""


def roomy(session: Session) -> None:
    """Percentiles of half a year sort some hundred thousand short rows: in memory until this transaction ends, not on the
    disk."""
    session.execute(text("set local work_mem = '64MB'"))


@contextmanager
def hashed(session: Session) -> Iterator[None]:
    """What is read here groups some hundred thousand rows in memory by a hash. Behind the wall PostgreSQL believes the rows
    themselves so dear that sorting them by words seems to cost nothing, and sorts: twice the processor time."""
    session.execute(text("select set_config('work_mem', '64MB', true), set_config('enable_sort', 'off', true)"))
    yield
    session.execute(text("select set_config('enable_sort', 'on', true)"))
