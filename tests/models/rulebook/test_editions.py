"""A new edition of a rule: two people, a day of its own, the old one ends; a clock that runs is never moved."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from models.appeal import actions as appeals
from models.appeal import clocks
from models.appeal.actions import Sent
from models.connection import lapses, moving, queries
from models.connection.tables import PROCESS, Stage
from models.document import actions as files
from models.payment import queries as payments
from models.people import retention
from models.people.tables import Audit
from models.process import terms
from models.process.actor import Actor, Role
from models.process.errors import FeederError, Invalid, ManyInvalid, NotAllowed, Stale
from models.process.tables import CalendarOverride, TermRule
from models.rulebook import actions, editions
from models.rulebook import queries as book
from models.rulebook.limits import limit
from models.rulebook.tables import ChangeState, Kind, RuleChange
from tests.models.rulebook import typed
from tests.models.story import Story

TODAY = date(2026, 11, 2)
DAY = timedelta(days=1)
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture
def first(story: Story) -> Actor:
    return story.staff(Role.MANAGER)


@pytest.fixture
def second(story: Story) -> Actor:
    return story.staff(Role.ADMIN)


def changed(
    session: Session,
    kind: Kind,
    code: str,
    values: dict[str, Any],
    day: date,
    first: Actor,
    second: Actor,
    now: datetime,
) -> RuleChange:
    row = actions.propose(session, kind, code, values, day, "Новая редакция", first, TODAY, now)
    return actions.confirm(session, row.id or 0, second, TODAY, now)


def faults_of(call: Callable[[], object]) -> set[str]:
    with pytest.raises(ManyInvalid) as caught:
        call()
    return {e.field for e in caught.value.errors}


# ------------------------------------------------------------------------------------------------ two people
def test_a_proposal_changes_nothing_until_somebody_else_confirms(
    session: Session, now: datetime, first: Actor, second: Actor
) -> None:
    row = actions.propose(
        session, Kind.TERM, "TP-01", typed.term(session, "TP-01", length=5), TODAY, "Приказ", first, TODAY, now
    )
    assert len(editions.of(session, Kind.TERM, "TP-01")) == 1
    with pytest.raises(Invalid, match="second person"):
        actions.confirm(session, row.id or 0, first, TODAY, now)
    actions.confirm(session, row.id or 0, second, TODAY, now)
    old, new = editions.of(session, Kind.TERM, "TP-01")
    assert (old.length, old.valid_to) == (3, TODAY - DAY)
    assert (new.length, new.valid_from, new.valid_to, new.starts_on) == (5, TODAY, None, old.starts_on)
    with pytest.raises(Stale):
        actions.confirm(session, row.id or 0, second, TODAY, now)


def test_the_database_itself_refuses_one_person_twice(session: Session, now: datetime, first: Actor) -> None:
    row = actions.propose(
        session, Kind.TERM, "TP-01", typed.term(session, "TP-01", length=5), TODAY, "Приказ", first, TODAY, now
    )
    with pytest.raises(IntegrityError, match="rule_change_four_eyes"):
        session.execute(
            text("update rule_change set state = 'confirmed', decided_by = proposed_by where id = :id"), {"id": row.id}
        )


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ENGINEER, Role.AUDITOR, Role.BILLING])
def test_only_managers_and_administrators_change_rules(session: Session, story: Story, role: Role) -> None:
    values = typed.term(session, "TP-01", length=5)
    with pytest.raises(NotAllowed):
        actions.propose(session, Kind.TERM, "TP-01", values, TODAY, "Приказ", story.staff(role), TODAY, story.now)


def test_a_declined_change_says_why_and_makes_room_for_another(
    session: Session, now: datetime, first: Actor, second: Actor
) -> None:
    values = typed.term(session, "TP-01", length=5)
    row = actions.propose(session, Kind.TERM, "TP-01", values, TODAY, "Приказ", first, TODAY, now)
    assert faults_of(lambda: actions.propose(session, Kind.TERM, "TP-01", values, TODAY, "x", second, TODAY, now)) == {
        "values"
    }
    with pytest.raises(Invalid, match="do not agree"):
        actions.decline(session, row.id or 0, " ", second, now)
    actions.decline(session, row.id or 0, "Нет основания", second, now)
    assert (row.state, row.remark) == (ChangeState.DECLINED, "Нет основания")
    again = actions.propose(session, Kind.TERM, "TP-01", values, TODAY, "Приказ", first, TODAY, now)
    assert actions.decline(session, again.id or 0, "", first, now).state == ChangeState.WITHDRAWN
    assert len(editions.of(session, Kind.TERM, "TP-01")) == 1


def test_who_changed_a_rule_when_and_why_can_be_read(
    session: Session, now: datetime, first: Actor, second: Actor
) -> None:
    changed(session, Kind.TERM, "TP-01", typed.term(session, "TP-01", length=5), TODAY, first, second, now)
    new, shipped = book.story(session, Kind.TERM, "TP-01")
    assert shipped.change is None
    assert shipped.last == TODAY - DAY
    assert new.change is not None
    assert (new.change.reason, new.change.proposed_by, new.change.decided_by) == (
        "Новая редакция",
        first.user_id,
        second.user_id,
    )
    tags = [a.tag for a in session.exec(select(Audit)) if a.tag.startswith("desk:rules")]
    assert tags == ["desk:rules:propose", "desk:rules:confirm"]


# ------------------------------------------------------------------------------------------------ clocks that run
def test_a_new_edition_never_moves_a_clock_that_runs(
    session: Session, story: Story, first: Actor, second: Actor
) -> None:
    case = story.to(Stage.CHECKING)
    (before,) = [t for t in terms.running(session, PROCESS, case.id or 0) if t.rule == "TP-01"]
    told = (before.due_on, before.due_at, before.acts_at, list(before.reminders))
    today = story.now.astimezone(MOSCOW).date()
    values = typed.term(session, "TP-01", length=20, grace=5, reminders="2, 1")
    row = actions.propose(session, Kind.TERM, "TP-01", values, today, "Приказ", first, today, story.now)
    actions.confirm(session, row.id or 0, second, today, story.now)
    session.expire(before)
    lapses.look(session, moving.lock(session, case.id or 0, first), story.now)
    terms.arm(session, PROCESS, case.id or 0, story.now)
    session.refresh(before)
    assert (before.due_on, before.due_at, before.acts_at, list(before.reminders)) == told
    # the control: a clock that asked its rule anew would have moved, and the next case's clock is another one
    rule = queries.rules_today(session, today)["TP-01"]
    assert terms.calendar(session).end_of_term(today, rule.length or 0, rule.unit) > before.due_on
    other = story.terms(story.to(Stage.CHECKING))["TP-01"]
    assert other.due_on == terms.calendar(session).end_of_term(today, 20, "wd")


def test_a_day_moved_by_decree_counts_for_new_clocks_only(
    session: Session, story: Story, first: Actor, second: Actor
) -> None:
    case = story.to(Stage.CHECKING)
    (before,) = [t for t in terms.running(session, PROCESS, case.id or 0) if t.rule == "TP-04X"]
    due, today = before.due_on, story.now.astimezone(MOSCOW).date()
    off = terms.calendar(session).after_working_days(today, 2)
    row = actions.propose(
        session, Kind.CALENDAR, off.isoformat(), {"working": False, "note": "Постановление"}, today, "Перенос", first, today, story.now
    )  # fmt: skip
    assert terms.calendar(session).is_working(off)
    actions.confirm(session, row.id or 0, second, today, story.now)
    assert not terms.calendar(session).is_working(off)
    assert session.get_one(CalendarOverride, off).note == "Постановление"
    session.refresh(before)
    assert before.due_on == due
    assert terms.calendar(session).end_of_term(today, 10, "wd") > due


# ------------------------------------------------------------------------------------------------ days
def test_an_edition_of_the_future_waits_for_its_day(
    session: Session, now: datetime, first: Actor, second: Actor
) -> None:
    later = TODAY + 30 * DAY
    changed(session, Kind.TERM, "TP-01", typed.term(session, "TP-01", length=5), later, first, second, now)
    assert [queries.rules_today(session, day)["TP-01"].length for day in (TODAY, later - DAY, later)] == [3, 3, 5]


def test_an_edition_put_before_a_planned_one_ends_where_that_begins(
    session: Session, now: datetime, first: Actor, second: Actor
) -> None:
    changed(session, Kind.TERM, "TP-01", typed.term(session, "TP-01", length=7), TODAY + 60 * DAY, first, second, now)
    values = typed.term(session, "TP-01", length=5)
    changed(session, Kind.TERM, "TP-01", values, TODAY + 30 * DAY, first, second, now)
    told = [(e.length, e.valid_to) for e in editions.of(session, Kind.TERM, "TP-01")]
    assert told == [(3, TODAY + 29 * DAY), (5, TODAY + 59 * DAY), (7, None)]


def test_a_day_that_has_passed_is_refused_also_when_it_passed_while_waiting(
    session: Session, now: datetime, first: Actor, second: Actor
) -> None:
    values = typed.term(session, "TP-01", length=5)
    call = lambda: actions.propose(session, Kind.TERM, "TP-01", values, TODAY - DAY, "x", first, TODAY, now)  # noqa: E731
    assert faults_of(call) == {"valid_from"}
    row = actions.propose(session, Kind.TERM, "TP-01", values, TODAY, "x", first, TODAY, now)
    with pytest.raises(Invalid, match="day has passed"):
        actions.confirm(session, row.id or 0, second, TODAY + DAY, now)


def test_what_was_changed_meanwhile_is_not_confirmed_blindly(
    session: Session, now: datetime, first: Actor, second: Actor
) -> None:
    row = actions.propose(
        session, Kind.TERM, "TP-01", typed.term(session, "TP-01", length=5), TODAY, "x", first, TODAY, now
    )
    editions.of(session, Kind.TERM, "TP-01")[0].length = 4
    with pytest.raises(Stale):
        actions.confirm(session, row.id or 0, second, TODAY, now)


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("term_rule", "process, rule, title, starts_on, lengths, alternative, unit, whose, condition, on_lapse, reminders, grace, "
         "is_right, basis, confidence, contested, enabled"),
        ("fee_rate", "code, voltage, title, amount, unit, vat_included, basis"),
        ("vat_rate", "percent, basis"),
        ("dated_limit", "name, value, basis"),
    ],
)  # fmt: skip
def test_two_editions_of_one_day_are_refused_by_the_database(session: Session, table: str, row: str) -> None:
    copy = f"insert into {table} ({row}, valid_from) select {row}, date '2027-03-01' from {table} where valid_to is null limit 1"  # noqa: S608
    with pytest.raises(IntegrityError, match=f"{table}_editions"):
        session.execute(text(copy))


def test_the_same_edition_after_the_old_one_has_ended_is_welcome(session: Session) -> None:
    """The control of the test before it."""
    session.execute(text("update vat_rate set valid_to = '2027-02-28' where valid_to is null"))
    session.execute(text("insert into vat_rate (percent, basis, valid_from) values (22, 'x', '2027-03-01')"))


def test_an_edition_that_comes_with_the_program_finds_its_place(session: Session) -> None:
    was: TermRule = editions.of(session, Kind.TERM, "TP-01")[0]
    shipped = TermRule(**was.model_dump(exclude={"id", "valid_from"}) | {"length": 4, "valid_from": date(2027, 1, 1)})
    editions.insert(session, shipped)
    assert [(e.length, e.valid_to) for e in editions.of(session, Kind.TERM, "TP-01")] == [
        (3, date(2026, 12, 31)),
        (4, None),
    ]


# ------------------------------------------------------------------------------------------------ other kinds
def test_vat_the_key_rate_a_rate_and_a_limit_change_on_their_day(
    session: Session, now: datetime, first: Actor, second: Actor
) -> None:
    day = date(2027, 1, 1)
    changed(session, Kind.VAT, "vat", {"percent": "20", "basis": "НК"}, day, first, second, now)
    changed(
        session,
        Kind.KEY_RATE,
        "key_rate",
        {"percent": "15,5", "basis": "Банк", "confidence": "page"},
        day,
        first,
        second,
        now,
    )
    rate = typed.shown(session, Kind.RATE, "C8.3.1|0.4", amount="30 000,50")
    changed(session, Kind.RATE, "C8.3.1|0.4", rate, day, first, second, now)
    changed(session, Kind.LIMIT, "file_mb", {"value": "5", "basis": "Приказ"}, day, first, second, now)
    old, new = payments.rates_on(session, day - DAY), payments.rates_on(session, day)
    assert (old.vat_percent, new.vat_percent) == (Decimal(22), Decimal(20))
    assert (old.rows["C8.3.1", "0.4"].amount, new.rows["C8.3.1", "0.4"].amount) == (
        Decimal("27507.37"),
        Decimal("30000.50"),
    )
    assert payments.key_rates(session)[-1] == (day, Decimal("15.5"))
    assert [limit(session, "file_mb", d) for d in (day - DAY, day)] == [10, 5]


def test_a_smaller_limit_refuses_a_file_from_its_day_on(
    session: Session, story: Story, first: Actor, second: Actor
) -> None:
    case, today = story.house.draft(), story.now.astimezone(MOSCOW).date()
    row = actions.propose(
        session, Kind.LIMIT, "file_mb", {"value": "2", "basis": "Приказ"}, today + DAY, "x", first, today, story.now
    )
    actions.confirm(session, row.id or 0, second, today, story.now)
    told: dict[str, Any] = {"kind": "passport", "name": "scan.pdf", "media_type": "application/pdf", "size": 3 << 20}
    owner = story.house.owner(case)
    files.attach(session, case.id or 0, owner, story.now, sha256="a", key="a", **told)
    with pytest.raises(Invalid, match="larger than 2 MB"):
        files.attach(session, case.id or 0, owner, story.now + DAY, sha256="b", key="b", **told)


def test_a_rate_that_is_new_gets_its_first_edition(
    session: Session, now: datetime, first: Actor, second: Actor
) -> None:
    values = {"title": "Кабель", "amount": "1", "unit": "km", "vat_included": False, "basis": "Постановление"}
    changed(session, Kind.RATE, "C3.9.9|0.4", values, TODAY, first, second, now)
    assert payments.rates_on(session, TODAY).rows["C3.9.9", "0.4"].title == "Кабель"
    call = lambda: actions.propose(session, Kind.RATE, "привет|5", values, TODAY, "x", first, TODAY, now)  # noqa: E731
    assert faults_of(call) == {"code", "voltage"}


def test_how_long_something_is_kept_changes_on_its_day_for_the_run_of_retention(
    session: Session, now: datetime, first: Actor, second: Actor
) -> None:
    day = date(2027, 1, 1)
    typed_days = {"days": "1000", "basis": "Перечень, п. 154", "confidence": "confirmed"}
    changed(session, Kind.RETENTION, "appeal", typed_days, day, first, second, now)
    at = datetime(2026, 12, 31, 20, 59, tzinfo=UTC)  # 23:59 in Moscow
    told = [retention.edition(session, "appeal", moment) for moment in (at, at + timedelta(minutes=1))]
    assert [(e.days, e.confidence) for e in told if e] == [(1825, "memory"), (1000, "confirmed")]


@pytest.mark.parametrize(("name", "days", "field"), [("appeal", "0", "days"), ("appeal", "", "days"), ("appeal", "2,5", "days"),
                                                     ("appeal", "99999", "days"), ("connection_act", "5", "values")])  # fmt: skip
def test_a_time_of_keeping_is_days_and_what_stays_for_good_stays(
    session: Session, now: datetime, first: Actor, name: str, days: str, field: str
) -> None:
    was = editions.of(session, Kind.RETENTION, name)[-1]
    values = {"days": days, "basis": was.basis, "confidence": was.confidence}
    call = lambda: actions.propose(session, Kind.RETENTION, name, values, TODAY, "x", first, TODAY, now)  # noqa: E731
    assert faults_of(call) == {field}


def test_terms_of_an_appeal_are_changed_and_the_next_appeal_runs_by_them(
    session: Session, story: Story, first: Actor, second: Actor
) -> None:
    today = story.now.astimezone(MOSCOW).date()
    lengths = editions.of(session, Kind.TERM, "AP-ANSWER")[-1].lengths | {"question": "3d"}
    values = typed.term(session, "AP-ANSWER", lengths=lengths)
    changed(session, Kind.TERM, "AP-ANSWER", values, today, first, second, story.now)
    person = story.house.applicant()
    author = Actor(Role.APPLICANT, person.id, person.name)
    told = {"name": person.name, "email": "a@pochta.example", "phone": "", "text": "Когда?"}
    made = appeals.register(session, author, Sent("question", "cabinet", told), story.now)
    due = terms.calendar(session).end_of_term(today, 3, "d")
    assert next(t.due_on for t in clocks.of_appeal(session, made.id or 0) if t.rule == "AP-ANSWER") == due


@pytest.mark.parametrize(("rule", "wrong", "field"), [
    ("AP-REVIEW", {"unit": "wd"}, "unit"), ("AP-ANSWER", {"enabled": False}, "enabled"), ("PD-01", {"enabled": False}, "enabled"),
    ("AP-ANSWER", {"lengths": {"question": "15d", "unheard": "3d"}}, "lengths-unheard"),
])  # fmt: skip
def test_terms_of_other_processes_keep_their_units_and_their_kinds(
    session: Session, now: datetime, first: Actor, rule: str, wrong: dict[str, Any], field: str
) -> None:
    values = typed.term(session, rule, **wrong)
    call = lambda: actions.propose(session, Kind.TERM, rule, values, TODAY, "x", first, TODAY, now)  # noqa: E731
    assert faults_of(call) == {field}


def test_no_two_processes_call_a_rule_the_same(session: Session) -> None:
    rows = session.exec(select(TermRule.process, TermRule.rule).distinct()).all()
    assert len({rule for _process, rule in rows}) == len(rows) > 40


# ------------------------------------------------------------------------------------------------ what is wrong
@pytest.mark.parametrize(
    ("rule", "wrong", "field"),
    [
        ("TP-01", {"condition": "near,unheard_of"}, "condition"),
        ("TP-01", {"condition": "!unheard_of"}, "condition"),
        ("TP-06X", {"alt_if": "unheard_of"}, "alt_if"),
        ("TP-06X", {"alt_length": "скоро"}, "alt_length"),
        ("TP-06X", {"enabled": False}, "enabled"),
        ("PAY-X25", {"enabled": False}, "enabled"),
        ("TP-01", {"length": 0}, "length"),
        ("TP-01", {"reminders": "завтра"}, "reminders"),
        ("TP-01", {"on_lapse": "annul_no_payment"}, "on_lapse"),
        ("TP-01", {"grace": 99}, "grace"),
        ("TP-01", {"basis": " "}, "basis"),
        ("TP-01", {}, "values"),
        ("TP-11", {"lengths": {"IND_15": "4 попугая"}}, "lengths-IND_15"),
        ("TP-11", {"lengths": {}}, "lengths"),
        ("TU-PEN", {"percent": "100"}, "percent"),
    ],
)
def test_what_is_typed_wrong_is_told_beside_its_field(
    session: Session, now: datetime, first: Actor, rule: str, wrong: dict[str, Any], field: str
) -> None:
    values = typed.term(session, rule, **wrong)
    assert faults_of(lambda: actions.propose(session, Kind.TERM, rule, values, TODAY, "x", first, TODAY, now)) == {
        field
    }


def test_every_rule_as_it_is_shown_is_the_same_rule(session: Session, now: datetime, first: Actor) -> None:
    """Otherwise a form that nobody touched would be a change."""
    for line in book.lines(session, Kind.TERM, TODAY):
        values = typed.term(session, line.code)
        with pytest.raises(FeederError) as caught:
            actions.propose(session, Kind.TERM, line.code, values, TODAY, "x", first, TODAY, now)
        assert isinstance(caught.value, ManyInvalid)
        assert [e.field for e in caught.value.errors] == ["values"], line.code
