"""No query of ours reads through the wall: an index that is read so loses entries, and doubles go through (decision 0017)."""

from contextlib import suppress
from pathlib import Path

import pytest
from psycopg.errors import Diagnostic
from sqlalchemy import TextClause, text
from sqlmodel import Session

from models.booking import actions, queries, taking
from models.booking.rules import PlaceLost
from tests.models.booking.office import CLERK, NINE, NOW, VISITOR, booked, scene, visitor

WANTED = {"office": 1, "service": 1, "now": NOW, "first": NOW, "last": NINE, "mine": 0}
QUERIES = [queries._STARTS, queries._HOMELESS]
OTHERS = "booking_one_start, booking_by_office, booking_by_email, booking_open, ix_booking_user_id"
OWN_WORDS = ("stage || '' in", "desk_id + 0")
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


def plans_of_taking(session: Session, *others: str) -> str:
    """Every plan inside the call: of a look that finds, of one that finds nothing and waits, of the freeing of what has lapsed."""
    made, told = scene(session, desks=2), []
    for command in (*others, "load 'auto_explain'", "discard plans"):
        session.execute(text(command))
    for name, value in {
        "auto_explain.log_min_duration": "0", "auto_explain.log_nested_statements": "on", "auto_explain.log_level": "notice",
        "enable_seqscan": "off", "enable_bitmapscan": "off", "enable_sort": "off",
    }.items():  # fmt: skip
        session.execute(text(f"set local {name} = '{value}'"))
    driver = taking._driver(session)

    def hear(said: Diagnostic) -> None:
        told.append(said.message_primary or "")

    driver.add_notice_handler(hear)
    try:
        actions.book_for(session, made.wish(), CLERK, visitor(), NOW)
        actions.hold(session, made.wish(), VISITOR, NOW)
        with suppress(PlaceLost):
            actions.hold(session, made.wish(), VISITOR, NOW)
    finally:
        driver.remove_notice_handler(hear)
    return "\n".join(told)


@pytest.mark.parametrize("others", [(), (f"drop index {OTHERS}",)])
def test_no_plan_inside_the_call_reads_through_the_wall(session: Session, others: tuple[str, ...]) -> None:
    told = plans_of_taking(session, *others)
    assert told.count("for update") >= 4
    assert "delete from booking" in told
    assert "booking_place" in told
    assert "booking_wall" not in told


def test_control_a_call_that_reads_through_the_wall_is_seen(session: Session) -> None:
    spoken = f"{OWN_WORDS[1]} = 0 and {OWN_WORDS[0]} ('HELD', 'BOOKED', 'CHECKED_IN')"
    session.execute(
        text(f"""create or replace function bookings_begin_as_holds() returns trigger language plpgsql as $$
        begin perform 1 from booking where {spoken}; return new; end $$""")
    )
    assert "booking_wall" in plans_of_taking(session, f"drop index {OTHERS}")


def test_control_a_predicate_in_the_words_of_the_queries_would_be_read_through(session: Session) -> None:
    """What the wall's predicate was once: the planner takes the index as a plain list of the bookings that stand."""
    session.execute(text(f"drop index {OTHERS}"))
    session.execute(text("alter table booking drop constraint booking_wall"))
    session.execute(
        text("""create index booking_wall on booking using gist ((desk_id + 0), tstzrange(starts_at, busy_until))
                where stage in ('HELD', 'BOOKED', 'CHECKED_IN')""")
    )
    assert "booking_wall" in plan(session, queries._STARTS)


def test_control_a_query_with_the_walls_own_words_does(session: Session) -> None:
    through = text(f"""select 1 from booking where {OWN_WORDS[0]} ('HELD', 'BOOKED', 'CHECKED_IN')
        and desk_id + 0 = 1 and tstzrange(starts_at, busy_until) && tstzrange(:now, :now)""")
    session.execute(text("set local enable_indexonlyscan = off"))
    session.execute(text(f"drop index {OTHERS}"))
    assert "booking_wall" in plan(session, through)


def test_nobody_else_says_the_walls_words() -> None:
    """Only the table and its migration do; a query that did could read through the wall."""
    rooms = ("models", "infra", "tasks", "flows", "dashboard", "documents", "signatures")
    said = {
        f"{f.relative_to(ROOT)}: {words}"
        for r in rooms for f in (ROOT / r).rglob("*.py") for words in OWN_WORDS if words in f.read_text("utf-8")
    }  # fmt: skip
    first, own = (
        "infra/migrations/versions/v0007_booking.py",
        ("models/booking/tables.py", "infra/migrations/versions/v0024_booking_fast.py"),
    )
    assert said == {f"{first}: {OWN_WORDS[0]}"} | {f"{there}: {words}" for there in own for words in OWN_WORDS}
