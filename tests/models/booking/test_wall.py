"""No query of ours reads through the wall: an index that is read so loses entries, and doubles go through (decision 0017)."""

import pytest
from sqlalchemy import TextClause, text
from sqlmodel import Session

from models.booking import queries, taking
from tests.models.booking.office import NINE, NOW, booked, scene

WANTED = {
    "office": 1, "service": 1, "start": NINE, "desks": None, "until": NOW, "now": NOW, "channel": "site", "user": None,
    "made_by": None, "first": NOW, "last": NINE, "mine": 0,
}  # fmt: skip


def plan(session: Session, query: TextClause) -> str:
    """How the database would answer when it may not read tables from end to end."""
    for switch in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
        session.execute(text(f"set local {switch} = off"))
    facts = {name: value for name, value in WANTED.items() if f":{name}" in query.text}
    return "\n".join(row[0] for row in session.execute(text(f"explain {query.text}"), facts))


@pytest.mark.parametrize(
    "query", [taking._PASSING, taking._WAITING, taking._LAPSED, queries._STARTS, queries._HOMELESS]
)
def test_no_query_reads_through_the_wall(session: Session, query: TextClause) -> None:
    booked(session, scene(session))
    assert "booking_wall" not in plan(session, query)


def test_control_a_query_with_the_walls_own_words_does(session: Session) -> None:
    through = text("""select 1 from booking where stage in ('HELD', 'BOOKED', 'CHECKED_IN')
        and int8range(desk_id, desk_id, '[]') && int8range(1, 1, '[]') and tstzrange(starts_at, busy_until) && tstzrange(:now, :now)""")
    session.execute(text("set local enable_indexonlyscan = off"))
    session.execute(text("drop index booking_open, booking_one_start"))
    assert "booking_wall" in plan(session, through)
