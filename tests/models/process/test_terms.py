"""Running clocks: started from dated rules, frozen, fulfilled, lapsed, suspended with the days given back."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, select

from infra.database import Database
from models.process import terms
from models.process.tables import CalendarOverride, Term, TermRule
from models.process.terms import calendar
from models.process.workdays import Calendar, end_of_day

MOSCOW = ZoneInfo("Europe/Moscow")
VLADIVOSTOK = ZoneInfo("Asia/Vladivostok")
CASE = 900_001
NO_FACTS: dict[str, bool] = {}


def rule(session: Session, **more: Any) -> TermRule:
    given = {"process": "t", "rule": "R", "title": "Срок", "starts_on": ["event"], "length": 3, "basis": "п. 1"}
    row = TermRule(**given | more)
    session.add(row)
    session.flush()
    return row


def start(
    session: Session, now: datetime, facts: dict[str, bool] = NO_FACTS, zone: ZoneInfo = MOSCOW, category: str = ""
) -> list[Term]:
    made = terms.start(session, "t", CASE, "event", now, zone=zone, facts=facts, category=category)
    session.flush()
    return made


def one(session: Session, now: datetime, **more: Any) -> Term:
    rule(session, **more)
    (made,) = start(session, now)
    return made


def midnight(*day: int) -> datetime:
    return end_of_day(date(*day), MOSCOW)


# ------------------------------------------------------------------------------------------------ starting
def test_a_term_starts_the_next_day_and_ends_with_its_last_one(session: Session, now: datetime) -> None:
    term = one(session, now)
    assert term.due_on == date(2026, 11, 6)  # 3, 5, 6 November: the 4th is a holiday
    assert term.due_at == term.acts_at == midnight(2026, 11, 6)
    assert term.starts_at == now
    assert (term.title, term.basis, term.whose, term.on_lapse, term.unit) == ("Срок", "п. 1", "grid", "escalate", "wd")


def test_the_day_is_that_of_the_branch(session: Session) -> None:
    """At 15:30 UTC it is the next day in Vladivostok already."""
    rule(session, length=1)
    late = datetime(2026, 11, 2, 15, 30, tzinfo=UTC)
    assert start(session, late)[0].due_on == date(2026, 11, 3)
    assert start(session, late + timedelta(seconds=1), zone=VLADIVOSTOK)[0].due_on == date(2026, 11, 5)


def test_the_same_event_at_the_same_moment_starts_one_clock(session: Session, now: datetime) -> None:
    rule(session)
    assert start(session, now) == start(session, now)
    assert len(terms.running(session, "t", CASE)) == 1


def test_another_event_starts_nothing(session: Session, now: datetime) -> None:
    rule(session, starts_on=["other"])
    assert start(session, now) == []


def test_a_rule_that_is_switched_off_starts_nothing(session: Session, now: datetime) -> None:
    rule(session, enabled=False)
    assert start(session, now) == []


def test_the_edition_of_the_day_is_taken(session: Session, now: datetime) -> None:
    rule(session, length=5, valid_to=date(2026, 11, 2))
    rule(session, length=7, valid_from=date(2026, 11, 3))
    assert start(session, now)[0].due_on == date(2026, 11, 10)
    assert start(session, now + timedelta(days=1))[0].due_on == date(2026, 11, 13)


def test_a_running_term_is_frozen_when_rules_and_calendar_change_later(session: Session, now: datetime) -> None:
    made = rule(session)
    (term,) = start(session, now)
    frozen = (term.due_on, term.due_at, term.acts_at, term.title)
    made.length, made.title = 30, "Другой срок"
    session.add(CalendarOverride(day=date(2026, 11, 5), working=False))
    session.flush()
    session.expire(term)
    assert (term.due_on, term.due_at, term.acts_at, term.title) == frozen


@pytest.mark.parametrize(
    ("length", "unit", "end"),
    [
        (20, "wd", (2026, 12, 1)),
        (10, "d", (2026, 11, 12)),
        (12, "d", (2026, 11, 16)),  # a Saturday moves to Monday
        (4, "m", (2027, 3, 2)),
        (2, "y", (2028, 11, 2)),
        (0, "wd", (2026, 11, 2)),
    ],
)
def test_units(session: Session, now: datetime, length: int, unit: str, end: tuple[int, int, int]) -> None:
    term = one(session, now, length=length, unit=unit)
    assert term.due_on == date(*end)
    assert term.unit == unit


def test_a_same_day_term_on_a_day_off_ends_on_the_next_working_day(session: Session) -> None:
    assert one(session, datetime(2026, 11, 7, 9, tzinfo=UTC), length=0).due_on == date(2026, 11, 9)


def test_an_alternative_length(session: Session, now: datetime) -> None:
    rule(session, length=5, alternative={"if": "procurement_law", "length": 15})
    assert start(session, now, {"procurement_law": False})[0].due_on == date(2026, 11, 10)
    assert start(session, now + timedelta(1), {"procurement_law": True})[0].due_on == date(2026, 11, 25)


def test_lengths_by_category_win_and_silence_means_no_term(session: Session, now: datetime) -> None:
    rule(session, length=9, lengths={"IND_15": "30wd", "LE_150": "4m", "GEN": "2y"})
    assert start(session, now, category="IND_15")[0].due_on == date(2026, 12, 15)
    assert start(session, now + timedelta(seconds=1), category="LE_150")[0].due_on == date(2027, 3, 2)
    assert start(session, now + timedelta(seconds=2), category="GEN")[0].due_on == date(2028, 11, 2)
    assert start(session, now, category="MICRO") == []


def test_conditions(session: Session, now: datetime) -> None:
    rule(session, condition="near,!fast")
    assert start(session, now, {"near": True, "fast": True}) == []
    assert start(session, now, {"near": False, "fast": False}) == []
    assert len(start(session, now, {"near": True, "fast": False})) == 1
    with pytest.raises(KeyError):
        start(session, now, {"near": True})


def test_grace_moves_the_consequence_not_the_end(session: Session, now: datetime) -> None:
    term = one(session, now, length=5, grace=5)
    assert term.due_at == midnight(2026, 11, 10)
    assert term.acts_at == midnight(2026, 11, 17)


def test_reminders_in_working_days_leave_at_ten_in_the_morning(session: Session, now: datetime) -> None:
    term = one(session, now, length=5, reminders=[-3, -1, 0])  # last day Tuesday 10 November
    assert term.reminders == ["2026-11-05T07:00:00+00:00", "2026-11-09T07:00:00+00:00", "2026-11-10T07:00:00+00:00"]


def test_reminders_of_long_terms_count_calendar_days(session: Session, now: datetime) -> None:
    term = one(session, now, length=2, unit="y", reminders=[-90, -30, -7])
    assert [r[:10] for r in term.reminders] == ["2028-08-04", "2028-10-03", "2028-10-26"]


def test_a_reminder_of_the_past_is_not_kept(session: Session, now: datetime) -> None:
    assert len(one(session, now, length=1, reminders=[-3, -1, 0]).reminders) == 1


# ------------------------------------------------------------------------------------------------ ending
def test_fulfilled_dropped_and_lapsed_clocks_do_not_run(session: Session, now: datetime) -> None:
    for name in "ABCD":
        rule(session, rule=name, reminders=[-1])
    a, b, c, d = start(session, now)
    terms.fulfil(session, "t", CASE, ["A"], now)
    terms.drop(session, "t", CASE, ["B"], now)
    c.lapsed_at = now
    session.flush()
    assert terms.running(session, "t", CASE) == [d]
    assert (a.done_at, a.reminders, b.cancelled_at, b.reminders) == (now, [], now, [])
    assert terms.running(session, "t", CASE + 1) == []
    assert terms.running(session, "other", CASE) == []


def test_a_late_act_still_fulfils_its_term(session: Session, now: datetime) -> None:
    term = one(session, now)
    term.lapsed_at = now + timedelta(days=5)
    session.flush()
    terms.fulfil(session, "t", CASE, ["R"], now + timedelta(days=6))
    assert term.done_at == now + timedelta(days=6)
    assert term.lapsed_at == now + timedelta(days=5)


def test_a_lapsed_term_is_not_dropped_from_the_record(session: Session, now: datetime) -> None:
    term = one(session, now)
    term.lapsed_at = now + timedelta(days=5)
    session.flush()
    terms.drop(session, "t", CASE, ["R"], now + timedelta(days=6))
    assert term.cancelled_at is None


def test_fulfilling_twice_keeps_the_first_day(session: Session, now: datetime) -> None:
    term = one(session, now)
    terms.fulfil(session, "t", CASE, ["R"], now)
    terms.fulfil(session, "t", CASE, ["R"], now + timedelta(days=1))
    assert term.done_at == now


def test_of_several_only_the_named_one_is_fulfilled(session: Session, now: datetime) -> None:
    made = rule(session, starts_on=[])
    for ref in ("2", "3"):
        terms.begin(session, "t", CASE, made, date(2026, 11, 20), now, zone=MOSCOW, ref=ref, title=f"Платёж {ref}")
    session.flush()
    terms.fulfil(session, "t", CASE, ["R"], now, ref="2")
    assert [(t.ref, t.title) for t in terms.running(session, "t", CASE)] == [("3", "Платёж 3")]


def test_fulfilling_nothing_is_nothing(session: Session, now: datetime) -> None:
    term = one(session, now)
    terms.fulfil(session, "t", CASE, [], now)
    terms.drop(session, "t", CASE, [], now)
    assert terms.running(session, "t", CASE) == [term]
    terms.drop_all(session, "t", CASE, now)
    assert terms.running(session, "t", CASE) == []


def test_a_consequence_is_due_when_the_last_day_and_the_grace_are_over(session: Session, now: datetime) -> None:
    term = one(session, now, grace=2)
    assert terms.lapsed([term], term.due_at) == []
    assert terms.lapsed([term], term.acts_at - timedelta(microseconds=1)) == []
    assert terms.lapsed([term], term.acts_at) == [term]


def test_of_several_missed_reminders_one_is_sent_and_each_once(session: Session, now: datetime) -> None:
    term = one(session, now, length=5, reminders=[-3, -1, 0])
    assert terms.due_reminders([term], now) == []
    late = datetime(2026, 11, 9, 8, tzinfo=UTC)  # the first two have passed
    assert terms.due_reminders([term], late) == [term]
    assert terms.due_reminders([term], late) == []
    assert len(term.reminders) == 1
    assert terms.due_reminders([term], term.due_at) == [term]
    assert term.reminders == []


def test_a_suspended_clock_is_silent(session: Session, now: datetime) -> None:
    term = one(session, now, reminders=[-1])
    terms.pause(session, "t", CASE, now)
    far = now + timedelta(days=90)
    assert terms.lapsed([term], far) == []
    assert terms.due_reminders([term], far) == []
    assert terms.next_alarm([term]) is None


def test_suspending_twice_keeps_the_first_moment(session: Session, now: datetime) -> None:
    term = one(session, now)
    terms.pause(session, "t", CASE, now)
    terms.pause(session, "t", CASE, now + timedelta(days=3))
    assert term.paused_at == now


def test_the_alarm_is_the_nearest_reminder_or_consequence(session: Session, now: datetime) -> None:
    rule(session, rule="A", length=5, reminders=[-3, -1])
    rule(session, rule="B", length=3)
    made = start(session, now)
    assert terms.next_alarm(made) == datetime(2026, 11, 5, 7, tzinfo=UTC)
    made[0].reminders = []
    assert terms.next_alarm(made) == midnight(2026, 11, 6)
    assert terms.next_alarm([]) is None


def test_arming_makes_a_timer_by_the_databases_clock(session: Session, now: datetime) -> None:
    one(session, now)
    terms.arm(session, "t", CASE, now)
    told = session.execute(
        text("select lane, extract(epoch from run_at - clock_timestamp()) from work where process = 't'")
    ).one()
    assert told[0] == 1
    assert abs(float(told[1]) - (midnight(2026, 11, 6) - now).total_seconds()) < 5


def test_a_case_without_clocks_is_not_armed(session: Session, now: datetime) -> None:
    terms.arm(session, "t", CASE, now)
    assert session.execute(text("select count(*) from work where process = 't'")).scalar_one() == 0


# ------------------------------------------------------------------------------------------------ suspension
def suspended(session: Session, term: Term, on: datetime, until: datetime) -> None:
    terms.pause(session, "t", CASE, on)
    terms.resume(session, "t", CASE, until, MOSCOW)
    session.flush()


def test_suspension_gives_the_working_days_back(session: Session, now: datetime) -> None:
    term = one(session, now, length=10, grace=3, reminders=[-1])  # to 17 November
    suspended(session, term, datetime(2026, 11, 6, 9, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC))
    assert term.due_on == date(2026, 12, 1)  # seven working days were left on the 6th
    assert term.acts_at == midnight(2026, 12, 4)
    assert term.reminders == ["2026-11-30T07:00:00+00:00"]
    assert term.paused_at is None


def test_suspension_gives_calendar_days_back(session: Session, now: datetime) -> None:
    term = one(session, now, length=10, unit="d")  # to 12 November
    suspended(session, term, datetime(2026, 11, 4, 9, tzinfo=UTC), datetime(2026, 11, 13, 9, tzinfo=UTC))
    assert term.due_on == date(2026, 11, 23)  # nine days later, the 21st, is a Saturday


def test_suspended_on_the_last_day_it_resumes_on_its_last_day(session: Session, now: datetime) -> None:
    term = one(session, now)
    suspended(session, term, datetime(2026, 11, 6, 9, tzinfo=UTC), datetime(2026, 11, 11, 9, tzinfo=UTC))
    assert term.due_at == midnight(2026, 11, 11)


def test_suspended_in_its_grace_the_rest_of_the_grace_remains(session: Session, now: datetime) -> None:
    """The end has passed and stays passed: only the consequence moves."""
    term = one(session, now, grace=5)  # to 6 November, acts after the 13th
    suspended(session, term, datetime(2026, 11, 10, 9, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC))
    assert term.due_on == date(2026, 11, 6)
    assert term.acts_at == midnight(2026, 11, 25)  # three working days were left


def test_a_clock_that_was_not_suspended_is_not_moved(session: Session, now: datetime) -> None:
    term = one(session, now)
    terms.resume(session, "t", CASE, now + timedelta(days=2), MOSCOW)
    assert term.due_on == date(2026, 11, 6)


moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 6, 1), timezones=st.just(UTC))
quick = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(at=moments, length=st.integers(0, 40), unit=st.sampled_from(["wd", "d", "m"]), grace=st.integers(0, 5), zone=st.sampled_from([MOSCOW, VLADIVOSTOK]), remind=st.lists(st.integers(-10, 0), max_size=3))  # fmt: skip
def test_a_term_never_ends_before_it_starts(
    session: Session, at: datetime, length: int, unit: str, grace: int, zone: ZoneInfo, remind: list[int]
) -> None:
    last = Calendar().end_of_term(at.astimezone(zone).date(), length % 7 if unit == "m" else length, unit)
    made = TermRule(process="t", rule="R", title="", grace=grace, reminders=sorted(remind))
    term = terms.begin(session, "t", CASE, made, last, at, zone=zone, unit=unit)
    session.expunge(term)
    assert at < term.due_at <= term.acts_at
    assert (
        calendar(session).working_days_left(term.due_on, (term.acts_at - timedelta(1)).astimezone(zone).date()) == grace
    )
    times = [datetime.fromisoformat(r) for r in term.reminders]
    assert times == sorted(times)
    assert all(at < r < term.due_at for r in times)


@quick
@given(
    at=moments, length=st.integers(1, 30), grace=st.integers(0, 5), wait=st.integers(0, 60), pause=st.integers(0, 200)
)
def test_pause_and_resume_give_back_exactly_the_working_days_that_were_left(
    session: Session, at: datetime, length: int, grace: int, wait: int, pause: int
) -> None:
    days = calendar(session)
    with session.begin_nested() as point:
        made = rule(session, length=length, grace=grace)
        (term,) = start(session, at)
        stopped = at + timedelta(days=wait)
        assume(stopped < term.due_at)
        again = stopped + timedelta(days=pause)
        left = days.working_days_left(stopped.astimezone(MOSCOW).date(), term.due_on)
        rest = days.working_days_left(term.due_on, (term.acts_at - timedelta(1)).astimezone(MOSCOW).date())
        suspended(session, term, stopped, again)
        today = again.astimezone(MOSCOW).date()
        assert days.working_days_left(today, term.due_on) == (left if left or days.is_working(today) else 1)
        assert days.working_days_left(term.due_on, (term.acts_at - timedelta(1)).astimezone(MOSCOW).date()) == rest
        assert term.due_at >= again
        assert made.length == length
        point.rollback()


@quick
@given(
    at=moments, ends=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5), st.booleans()), min_size=1, max_size=5)
)
def test_the_alarm_is_never_later_than_the_nearest_consequence_or_reminder(
    session: Session, at: datetime, ends: list[tuple[int, int, bool]]
) -> None:
    made = []
    for length, grace, paused in ends:
        kind = TermRule(process="t", rule="R", title="", grace=grace, reminders=[-3, -1])
        last = Calendar().after_working_days(at.date(), length)
        term = terms.begin(session, "t", CASE, kind, last, at, zone=MOSCOW, unit="wd")
        session.expunge(term)
        term.paused_at = at if paused else None
        made.append(term)
    loud = [t for t in made if t.paused_at is None]
    alarm = terms.next_alarm(made)
    assert (alarm is None) is (not loud)
    for term in loud:
        assert alarm is not None
        assert alarm <= term.acts_at
        assert all(alarm <= datetime.fromisoformat(r) for r in term.reminders)


# ------------------------------------------------------------------------------------------------ the shipped rules
def test_every_shipped_rule_names_its_source(session: Session) -> None:
    rows = session.exec(select(TermRule).where(TermRule.process == "connection")).all()
    assert len(rows) >= 25
    assert all(r.basis and r.title for r in rows)
    assert {r.confidence for r in rows} <= {"confirmed", "page", "memory"}
    assert {r.whose for r in rows} == {"grid", "applicant", "supplier"}


SEED = {  # domain b.10: rule → length, unit, whose, grace
    "TP-01": (3, "wd", "grid", 0),
    "TP-02": (20, "wd", "applicant", 0),
    "TP-03": (3, "wd", "grid", 0),
    "TP-04X": (10, "wd", "grid", 0),
    "TP-05": (10, "wd", "supplier", 0),
    "TP-05A": (5, "wd", "supplier", 0),
    "TP-06X": (5, "wd", "applicant", 5),
    "TP-06R": (5, "wd", "applicant", 0),
    "TP-08": (10, "wd", "grid", 0),
    "TP-09X": (2, "wd", "grid", 0),
    "TP-13": (10, "d", "grid", 0),
    "TP-13R": (3, "wd", "grid", 0),
    "TP-16X": (1, "wd", "grid", 0),
    "TP-16M": (0, "wd", "grid", 0),
    "TP-17": (2, "wd", "grid", 0),
    "TP-19": (20, "wd", "applicant", 0),
    "TP-20": (10, "wd", "grid", 0),
    "TP-22": (0, "wd", "grid", 0),
    "TU-EXP": (2, "y", "applicant", 0),
}


@pytest.mark.parametrize("name", SEED)
def test_the_shipped_rules_say_what_the_law_says(session: Session, name: str) -> None:
    row = session.exec(select(TermRule).where(TermRule.process == "connection", TermRule.rule == name)).one()
    assert (row.length, row.unit, row.whose, row.grace) == SEED[name]


# ------------------------------------------------------------------------------------------------ numbers
def number(database: Database, got: list[int], fail: bool = False) -> None:
    with database.transaction() as session:
        taken = terms.next_number(session, "connection", 2026)
        if fail:
            raise ZeroDivisionError
        got.append(taken)


def side_by_side(jobs: list[Callable[[], None]]) -> None:
    def quiet(job: Callable[[], None]) -> None:
        try:
            job()
        except ZeroDivisionError:
            return

    threads = [threading.Thread(target=quiet, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_numbers_have_no_gaps_and_no_twins_however_many_ask_at_once(database: Database) -> None:
    """Every third transaction fails after it has taken its number: the number is given to the next one."""
    got: list[int] = []
    side_by_side([lambda n=n: number(database, got, fail=n % 3 == 0) for n in range(30)])  # type: ignore[misc]
    assert sorted(got) == list(range(1, 21))


def test_control_a_sequence_would_leave_gaps(database: Database) -> None:
    with database.transaction() as session:
        session.execute(text("create sequence control"))
    got: list[int] = []

    def take(fail: bool) -> None:
        with database.transaction() as session:
            taken = session.execute(text("select nextval('control')")).scalar_one()
            if fail:
                raise ZeroDivisionError
            got.append(taken)

    side_by_side([lambda n=n: take(n % 3 == 0) for n in range(30)])  # type: ignore[misc]
    assert sorted(got) != list(range(1, 21))


def test_numbers_of_a_new_year_and_of_another_kind_begin_with_one(session: Session) -> None:
    asked = [("connection", 2026), ("connection", 2026), ("connection", 2027), ("person", 2026), ("connection", 2026)]
    assert [terms.next_number(session, *key) for key in asked] == [1, 2, 1, 1, 3]
