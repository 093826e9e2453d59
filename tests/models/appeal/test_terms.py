"""Clocks of an appeal: hours of office work, days by kind, standing still while the author is asked, lapses that fire once."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from infra.reference.appeals import term_rules, told
from models.appeal import actions, counts, desk, lapses
from models.appeal.rules import MOVES, Hours, after_office_hours, call_days, call_parts, mean, share
from models.appeal.tables import Appeal, Stage
from models.delivery.tables import Letter
from models.people import retention
from models.people.tables import User
from models.process import terms
from models.process.actor import Role
from models.process.workdays import Calendar
from tests.models.appeal.desk import Appeals

MOSCOW = ZoneInfo("Europe/Moscow")
DAYS = Calendar()


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=MOSCOW)


@pytest.mark.rows("H-25")
@pytest.mark.parametrize(
    ("came", "until"),
    [
        (local(2, 10), local(2, 14)),
        (local(2, 14), local(2, 18)),
        (local(2, 16), local(3, 11)),
        (local(2, 7), local(2, 13)),
        (local(2, 22), local(3, 13)),
        (local(3, 17), local(5, 12)),  # 4 November is a day off
        (local(7, 12), local(9, 13)),  # a Saturday
    ],
)
def test_four_hours_are_hours_of_office_work(came: datetime, until: datetime) -> None:
    assert after_office_hours(DAYS, Hours(), MOSCOW, came.astimezone(UTC), 4) == until


def test_calls_are_chosen_from_parts_of_a_day_that_have_not_begun() -> None:
    assert call_parts(Hours(), date(2026, 11, 2), local(2, 11)) == ["12-15", "15-18"]
    assert call_days(DAYS, Hours(), local(2, 16))[0] == date(2026, 11, 3), "nothing is left of today"
    assert len(call_days(DAYS, Hours(), local(2, 8))) == 11


def test_every_term_of_an_appeal_has_its_basis_and_hangs_on_a_move() -> None:
    rules = term_rules()
    assert all(rule.basis and rule.confidence in ("confirmed", "page", "memory") for rule in rules)
    happens = {event for move in MOVES.table.values() for event in move.starts}
    assert {event for rule in rules for event in rule.starts_on} == happens
    named = {name for move in MOVES.table.values() for name in (*move.ends, *move.drops)}
    assert named <= {rule.rule for rule in rules}
    answer = next(rule for rule in rules if rule.rule == "AP-ANSWER")
    assert set(answer.lengths) == {kind["code"] for kind in told()["kind"] if kind.get("answers", True)}


@pytest.mark.parametrize(("kind", "day"), [("question", 17), ("complaint", 2), ("claim", 2)])
def test_the_answer_is_due_in_so_many_days_as_its_kind_says(appeals: Appeals, kind: str, day: int) -> None:
    """15 days for a reference, 30 for a complaint: Минэнерго 186, row TP-18."""
    due = appeals.term(appeals.registered(kind), "AP-ANSWER").due_on
    assert due == (date(2026, 11, day) if kind == "question" else date(2026, 12, day))


def test_thanks_have_no_clock_of_an_answer(appeals: Appeals) -> None:
    appeal = appeals.registered("thanks")
    running = {t.rule for t in terms.running(appeals.session, "appeal", appeal.id or 0)}
    assert running == {"AP-REVIEW", "AP-REDIRECT"}
    actions.simple(appeals.session, appeal, "acknowledge", appeals.who(Role.OPERATOR), appeals.now)
    assert appeal.stage == Stage.CLOSED


def test_another_kind_found_at_the_first_look_moves_the_last_day(appeals: Appeals) -> None:
    appeal, operator = appeals.registered("question"), appeals.who(Role.OPERATOR)
    desk.review(appeals.session, appeal.id or 0, operator, "complaint", None, appeals.house.later(hours=1))
    assert appeals.term(appeal, "AP-ANSWER").due_on == date(2026, 12, 2)
    thanks = appeals.registered("question")
    desk.review(appeals.session, thanks.id or 0, operator, "thanks", None, appeals.now)
    assert appeals.term(thanks, "AP-ANSWER").cancelled_at is not None


def test_while_the_author_is_asked_our_term_stands_and_gets_its_days_back(appeals: Appeals) -> None:
    appeal = appeals.to(Stage.ASKED, "complaint")
    before = appeals.term(appeal, "AP-ANSWER").due_on
    assert appeals.term(appeal, "AP-ANSWER").paused_at is not None
    later = appeals.house.later(days=7)
    actions.reply(appeals.session, appeal, appeals.author, "Опора 12", [], later)
    term = appeals.term(appeal, "AP-ANSWER")
    assert term.paused_at is None
    assert term.due_on == before + timedelta(days=7)
    assert appeals.term(appeal, "AP-REPLY").done_at == later


# ------------------------------------------------------------------------------------------------ what rings
def ring(appeals: Appeals, appeal: Appeal, at: datetime) -> None:
    lapses.remind(appeals.session, appeal, at)
    lapses.lapse(appeals.session, appeal, at)


def letters(appeals: Appeals, kind: str) -> list[Letter]:
    return list(appeals.session.exec(select(Letter).where(Letter.kind == kind).order_by(col(Letter.id))))


def head(appeals: Appeals) -> None:
    """Staff who can be written to."""
    for user in appeals.session.exec(select(User).where(User.role != Role.APPLICANT)):
        user.email = f"{user.login}@seti.example"
    appeals.session.flush()


def test_a_first_look_that_was_missed_is_told_to_the_head_once(appeals: Appeals) -> None:
    head(appeals)
    appeal = appeals.registered()
    due = appeals.term(appeal, "AP-REVIEW").due_at
    ring(appeals, appeal, due - timedelta(seconds=1))
    assert letters(appeals, "appeal_late") == []
    for _again in range(3):
        ring(appeals, appeal, due)
    told = letters(appeals, "appeal_late")
    assert [letter.recipient.partition("@")[0] for letter in told] == ["manager"]
    assert appeals.tags(appeal).count("engine:term:lapsed") == 1
    assert appeal.stage == Stage.REGISTERED


def test_an_answer_that_presses_is_told_to_whoever_answers_and_its_lapse_to_the_head(appeals: Appeals) -> None:
    head(appeals)
    appeal = appeals.to(Stage.IN_WORK, "complaint")
    term = appeals.term(appeal, "AP-ANSWER")
    for days in (5, 5, 1, 0):
        ring(appeals, appeal, term.due_at - timedelta(days=days, hours=1))
    assert [letter.recipient.partition("@")[0] for letter in letters(appeals, "appeal_due")] == ["operator", "operator"]
    for _again in range(2):
        ring(appeals, appeal, term.due_at + timedelta(hours=1))
    assert len(letters(appeals, "appeal_late")) == 1
    desk.answer(appeals.session, appeal.id or 0, appeals.who(Role.OPERATOR), "Простите за задержку", (), term.due_at)
    assert appeals.term(appeal, "AP-ANSWER").done_at == term.due_at, "a late answer still fulfils its term"


def test_an_author_who_is_silent_is_reminded_and_then_we_go_on(appeals: Appeals) -> None:
    appeal = appeals.to(Stage.ASKED)
    term = appeals.term(appeal, "AP-REPLY")
    ring(appeals, appeal, term.due_at - timedelta(hours=10))
    assert len(letters(appeals, "appeal_question_due")) == 1, "of two missed reminders one leaves"
    for _again in range(2):
        ring(appeals, appeal, term.due_at)
    assert appeal.stage == Stage.IN_WORK
    assert appeals.term(appeal, "AP-ANSWER").paused_at is None
    assert appeals.tags(appeal)[-2:] == ["engine:term:lapsed", "engine:appeal:go_on"]


def test_thirty_days_after_the_answer_the_appeal_is_closed_once(appeals: Appeals) -> None:
    appeal = appeals.to(Stage.ANSWERED)
    assert appeal.reopen_until is not None
    ring(appeals, appeal, appeal.reopen_until - timedelta(seconds=1))
    assert appeal.stage == Stage.ANSWERED
    for _again in range(2):
        ring(appeals, appeal, appeal.reopen_until)
    assert appeal.stage == Stage.CLOSED
    assert appeals.tags(appeal).count("engine:appeal:close") == 1
    assert appeals.tags(appeal).count("engine:term:expired") == 1


def test_a_reopened_appeal_is_not_closed_by_the_clock_of_its_first_answer(appeals: Appeals) -> None:
    appeal = appeals.to(Stage.ANSWERED)
    until = appeal.reopen_until
    assert until is not None
    actions.reopen(appeals.session, appeal, appeals.author, "Не всё", appeals.house.later(days=2))
    ring(appeals, appeal, until)
    assert appeal.stage == Stage.IN_WORK


def test_counts_tell_the_share_in_time_and_the_marks(appeals: Appeals) -> None:
    good, late, open_one = appeals.to(Stage.ANSWERED), appeals.to(Stage.IN_WORK), appeals.registered("complaint")
    actions.mark(appeals.session, good, appeals.author, 4, "", appeals.now)
    at = appeals.term(late, "AP-ANSWER").due_at + timedelta(days=1)
    found = counts.since(appeals.session, appeals.now - timedelta(days=1), at)
    assert (found.came, found.open, found.late) == (3, 2, 2)
    assert (found.answered_in_time, found.looked_in_time) == (50, 67)
    assert (found.mark, found.marked) == (4.0, 1)
    kinds = {k.title: (k.came, k.in_time) for k in counts.by_kind(appeals.session, appeals.now - timedelta(days=1), at)}
    assert kinds == {"Вопрос, консультация": (2, 50), "Жалоба": (1, None)}
    assert open_one.stage == Stage.REGISTERED
    assert (share(0, 0), mean([])) == (None, None)


def test_of_an_appeal_that_ended_five_years_ago_neither_words_nor_person_are_left(appeals: Appeals) -> None:
    session, kept = appeals.session, timedelta(days=5 * 365)
    ended, running = appeals.to(Stage.CLOSED), appeals.registered()
    assert ended.ended_at is not None
    assert retention.run(session, "appeal", ended.ended_at + kept) == 0
    assert retention.run(session, "appeal", ended.ended_at + kept + timedelta(seconds=1)) == 1
    for row in (ended, running):
        session.refresh(row)
    assert (ended.name, ended.email, ended.phone, ended.text, ended.author_id) == ("", "", "", "", None)
    assert (ended.number != "", ended.stage) == (True, Stage.CLOSED)
    assert appeals.whole(ended).lines == []
    assert running.text
    session.execute(text("set constraints all immediate"))
    assert retention.run(session, "appeal", ended.ended_at + 2 * kept) == 0
