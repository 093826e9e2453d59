"""What the full bench showed once: a claim must not walk the timers that are still to come."""

import re

import pytest
from sqlalchemy import text
from sqlmodel import Session

from models.process import work
from models.process.work import TIMER

MANY = 20_000
FEW_PAGES = 60


@pytest.fixture
def crowded(session: Session) -> Session:
    """Timers of the next months, and nothing due."""
    session.execute(
        text("""insert into work (process, subject_id, state, run_at, lane, attempt, tries)
            select 'connection', 1000000 + g, 'due', clock_timestamp() + g * interval '1 hour', 1, 0, 0
              from generate_series(1, :many) g"""),
        {"many": MANY},
    )
    session.execute(text("analyze work"))
    return session


def pages(session: Session, query: str) -> int:
    """Pages that the statement touches, all its parts together."""
    facts = {"lane": TIMER, "more": 49, "lease": "15 s", "worker": "bench"}
    rows = session.execute(text(f"explain (analyze, buffers) {query}"), facts).scalars().all()
    return sum(int(n) for n in re.findall(r"(?:hit|read)=(\d+)", rows[0] + rows[1]))


def test_a_claim_with_nothing_due_reads_a_few_pages_however_many_timers_wait(crowded: Session) -> None:
    assert pages(crowded, work._CLAIM.text) < FEW_PAGES


def test_the_control_a_volatile_clock_walks_them_all(crowded: Session) -> None:
    walking = work._CLAIM.text.replace("statement_timestamp()", "clock_timestamp()")
    assert pages(crowded, walking) > 2 * FEW_PAGES
