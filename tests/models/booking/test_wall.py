"""No query of ours reads through the wall: an index that is read so loses entries, and doubles go through (decision 0017)."""

from pathlib import Path

import pytest
from sqlalchemy import TextClause, text
from sqlmodel import Session

from models.booking import queries, taking
from tests.models.booking.office import NINE, NOW, booked, scene

WANTED = {
    "office": 1, "service": 1, "start": NINE, "desks": None, "until": NOW, "now": NOW, "channel": "site", "user": None,
    "made_by": None, "gate": "", "process": "booking", "lane": 1, "after": None, "way": "office", "first": NOW, "last": NINE, "mine": 0,
}  # fmt: skip
QUERIES = [taking._PASSING, taking._WAITING, taking._LAPSED, queries._STARTS, queries._HOMELESS]
OTHERS = "booking_one_start, booking_by_office, booking_by_email, booking_open, ix_booking_user_id"
OWN_WORDS = "stage || '' in"
ROOT = Path(__file__).parents[3]


def plan(session: Session, query: TextClause) -> str:
    """How the database would answer when it may not read tables from end to end."""
    for switch in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
        session.execute(text(f"set local {switch} = off"))
    facts = {name: value for name, value in WANTED.items() if f":{name}" in query.text}
    return "\n".join(row[0] for row in session.execute(text(f"explain {query.text}"), facts))


@pytest.mark.parametrize("query", QUERIES)
def test_no_query_reads_through_the_wall(session: Session, query: TextClause) -> None:
    booked(session, scene(session))
    assert "booking_wall" not in plan(session, query)


@pytest.mark.parametrize("query", QUERIES)
def test_not_even_where_the_wall_is_the_only_index_of_an_empty_table(session: Session, query: TextClause) -> None:
    session.execute(text(f"drop index {OTHERS}"))
    assert "booking_wall" not in plan(session, query)


def test_control_a_predicate_in_the_words_of_the_queries_would_be_read_through(session: Session) -> None:
    """What the wall's predicate was once: the planner takes the index as a plain list of the bookings that stand."""
    session.execute(text(f"drop index {OTHERS}"))
    session.execute(text("alter table booking drop constraint booking_wall"))
    session.execute(
        text("""create index booking_wall on booking using gist (int8range(desk_id, desk_id, '[]'), tstzrange(starts_at, busy_until))
                where stage in ('HELD', 'BOOKED', 'CHECKED_IN')""")
    )
    assert "booking_wall" in plan(session, queries._STARTS)


def test_control_a_query_with_the_walls_own_words_does(session: Session) -> None:
    through = text(f"""select 1 from booking where {OWN_WORDS} ('HELD', 'BOOKED', 'CHECKED_IN')
        and int8range(desk_id, desk_id, '[]') && int8range(1, 1, '[]') and tstzrange(starts_at, busy_until) && tstzrange(:now, :now)""")
    session.execute(text("set local enable_indexonlyscan = off"))
    session.execute(text(f"drop index {OTHERS}"))
    assert "booking_wall" in plan(session, through)


def test_nobody_else_says_the_walls_words() -> None:
    """Only the table and its migration do; a query that did could read through the wall."""
    rooms = ("models", "infra", "tasks", "flows", "dashboard", "documents", "signatures")
    said = {
        str(f.relative_to(ROOT)) for r in rooms for f in (ROOT / r).rglob("*.py") if OWN_WORDS in f.read_text("utf-8")
    }
    assert said == {"models/booking/tables.py", "infra/migrations/versions/v0007_booking.py"}
