"""Letters: ordered once, tried by the policy, never lost and never silently given up."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, select

from models.delivery import actions, queries, rules
from models.delivery.rules import DEFAULT_POLICY, ErrorClass, next_try
from models.delivery.tables import Letter, LetterState, LetterTry, Notice, RetryStep
from models.process.actor import SYSTEM
from models.process.errors import Stale
from tests.models.story import Story

STEPS = [RetryStep(error_class=c, seq=s, every_s=e, until_s=u) for c, s, e, u in DEFAULT_POLICY]
MINUTE, HOUR = 60, 3600
FIRST = [10, 30, MINUTE, 5 * MINUTE, 15 * MINUTE]


def order(session: Session, now: datetime, key: str = "connection:1:1:registered", kind: str = "message") -> Letter:
    made = actions.order(session, key, kind, "anna@pochta.example", {"number": "ТП-1"}, now)
    found = session.get(Letter, made)
    assert found is not None
    return found


@pytest.fixture
def letter(session: Session, now: datetime) -> Letter:
    made = order(session, now)
    actions.rendered(session, made, "Тема", "Текст", now)
    session.flush()
    return made


def attempt(session: Session, letter: Letter, now: datetime, outcome: str, wait: float | None = None) -> None:
    number = actions.begin_try(session, letter, now)
    assert number is not None
    session.flush()
    actions.record_try(session, letter, number, outcome, "слова сервера", now, wait)
    session.flush()


# ------------------------------------------------------------------------------------------------ the policy
def schedule(start: datetime, took: float = 0) -> tuple[list[float], datetime]:
    """Waits between tries when all of them fail after `took` seconds, and when it was given up."""
    now, waits, tries = start, list[float](), 0
    while True:
        tries += 1
        now += timedelta(seconds=took)
        at = next_try(STEPS, tries, start, now)
        if at is None:
            return waits, now
        waits.append((at - now).total_seconds())
        now = at


def test_the_waits_are_exactly_those_of_the_policy(now: datetime) -> None:
    """10 s, 30 s, 1, 5, 15 min, every 15 min until 4 h, hourly until 72 h, then no more."""
    waits, given_up = schedule(now)
    quarter, hourly = [w for w in waits if w == 15 * MINUTE], [w for w in waits if w == HOUR]
    assert waits[:5] == FIRST
    assert waits == [*FIRST[:4], *quarter, *hourly]
    elapsed = [sum(waits[: n + 1]) for n in range(len(waits))]
    before_hourly = sum(FIRST[:4]) + len(quarter) * 15 * MINUTE
    assert before_hourly - 15 * MINUTE < 4 * HOUR <= before_hourly
    assert len(quarter) == 16
    assert elapsed[-1] - HOUR < 72 * HOUR <= elapsed[-1]
    assert len(hourly) == 68
    assert given_up == now + timedelta(seconds=elapsed[-1])


def test_the_bounds_belong_to_the_slower_step(now: datetime) -> None:
    def wait(tries: int, since: float) -> float | None:
        at = now + timedelta(seconds=since)
        found = next_try(STEPS, tries, now, at)
        return None if found is None else (found - at).total_seconds()

    assert wait(9, 4 * HOUR - 1) == 15 * MINUTE
    assert wait(9, 4 * HOUR) == HOUR
    assert wait(99, 72 * HOUR - 1) == HOUR
    assert wait(99, 72 * HOUR) is None
    assert wait(1, 100 * HOUR) == 10  # the first tries are given whatever has passed


@given(took=st.floats(0, 120))
def test_however_slow_the_server_is_it_ends_after_three_days(took: float) -> None:
    start = datetime(2026, 11, 2)
    waits, given_up = schedule(start, took)
    assert timedelta(hours=72) <= given_up - start < timedelta(hours=73, minutes=5)
    assert waits == sorted(waits)


def test_without_a_policy_it_is_given_up_at_once(now: datetime) -> None:
    assert next_try([], 1, now, now) is None


def test_the_policy_of_a_new_installation_is_this_one(session: Session) -> None:
    found = [(s.error_class, s.seq, s.every_s, s.until_s) for s in queries.policy(session, ErrorClass.RETRY)]
    assert found == [tuple(row) for row in DEFAULT_POLICY]


# ------------------------------------------------------------------------------------------------ ordering
def test_ordering_twice_is_once(session: Session, now: datetime) -> None:
    first = actions.order(session, "k", "message", "a@b.example", {}, now)
    assert first is not None
    assert actions.order(session, "k", "other", "c@d.example", {}, now) is None
    rows = session.exec(select(Letter)).all()
    assert [(r.kind, r.recipient) for r in rows] == [("message", "a@b.example")]
    assert session.execute(text("select process, subject_id from work")).all() == [("delivery", first)]


def test_a_letter_has_its_own_message_id_for_ever(session: Session, now: datetime) -> None:
    made = order(session, now, "connection:7:3:message:m1")
    assert made.message_id == "<connection.7.3.message.m1@feeder>"
    assert order(session, now, "connection:7:3:message:m2").message_id != made.message_id


def test_a_notice_is_written_once(story: Story, now: datetime) -> None:
    user = story.house.applicant()
    for _ in range(2):
        actions.notify(story.session, "k", user.id or 0, None, "message", "Заголовок", "текст", now)
    assert queries.unread(story.session, user.id or 0) == 1


def test_a_letter_without_words_is_not_sent(session: Session, now: datetime) -> None:
    assert actions.begin_try(session, order(session, now), now) is None


# ------------------------------------------------------------------------------------------------ outcomes
@pytest.mark.parametrize("outcome", [ErrorClass.SENT, ErrorClass.DUPLICATE])
def test_sent_and_already_there_are_both_success(session: Session, letter: Letter, now: datetime, outcome: str) -> None:
    attempt(session, letter, now, outcome)
    assert (letter.state, letter.sent_at, letter.error) == (LetterState.SENT, now, "")
    assert actions.begin_try(session, letter, now) is None  # and never again
    (made,) = queries.tries_of(session, letter.id or 0)
    assert (made.number, made.started_at, made.ended_at, made.outcome) == (1, now, now, outcome)


def test_a_letter_refused_at_once_is_undeliverable(session: Session, letter: Letter, now: datetime) -> None:
    attempt(session, letter, now, ErrorClass.REFUSED)
    assert (letter.state, letter.next_at, letter.error) == (LetterState.UNDELIVERABLE, None, "слова сервера")
    assert actions.begin_try(session, letter, now + timedelta(days=9)) is None
    assert [x.id for x in queries.undelivered(session)] == [letter.id]


def test_a_failed_try_comes_again_when_it_is_due_and_not_before(
    session: Session, letter: Letter, now: datetime
) -> None:
    attempt(session, letter, now, ErrorClass.RETRY)
    assert (letter.state, letter.next_at) == (LetterState.RETRYING, now + timedelta(seconds=10))
    assert actions.begin_try(session, letter, now + timedelta(seconds=9)) is None
    assert actions.begin_try(session, letter, now + timedelta(seconds=10)) == 2


def test_a_server_that_says_when_is_believed(session: Session, letter: Letter, now: datetime) -> None:
    attempt(session, letter, now, ErrorClass.THROTTLED, wait=120)
    assert letter.next_at == now + timedelta(seconds=120)


def test_a_letter_that_never_goes_is_given_up_after_three_days_and_every_try_is_on_record(
    session: Session, letter: Letter, now: datetime
) -> None:
    at, count = now, 0
    while letter.state != LetterState.UNDELIVERABLE:
        attempt(session, letter, at, ErrorClass.RETRY)
        count += 1
        at = letter.next_at or at
    assert at - now >= timedelta(hours=72)
    assert count == len(queries.tries_of(session, letter.id or 0)) == 4 + 16 + 68 + 1
    assert actions.begin_try(session, letter, at + timedelta(days=9)) is None


def test_an_outcome_of_another_try_is_stale(session: Session, letter: Letter, now: datetime) -> None:
    attempt(session, letter, now, ErrorClass.RETRY)
    later = now + timedelta(seconds=10)
    assert actions.begin_try(session, letter, later) == 2
    session.flush()
    with pytest.raises(Stale):
        actions.record_try(session, letter, 1, ErrorClass.SENT, "", later)
    actions.record_try(session, letter, 2, ErrorClass.SENT, "", later)
    with pytest.raises(Stale):
        actions.record_try(session, letter, 2, ErrorClass.RETRY, "", later)
    assert letter.state == LetterState.SENT


def test_a_lost_try_is_tried_again_under_the_same_message_id(session: Session, letter: Letter, now: datetime) -> None:
    """The worker died between sending and recording: the other side tells a duplicate by its Message-ID."""
    name = letter.message_id
    assert actions.begin_try(session, letter, now) == 1
    session.flush()
    later = now + timedelta(minutes=3)
    assert actions.begin_try(session, letter, later) == 2
    session.flush()
    assert letter.message_id == name
    lost, running = queries.tries_of(session, letter.id or 0)
    assert (lost.outcome, lost.ended_at, running.outcome, running.ended_at) == ("lost", later, "", None)
    with pytest.raises(Stale):
        actions.record_try(session, letter, 1, ErrorClass.SENT, "", later)


def test_a_given_up_letter_is_sent_again_to_a_corrected_address(
    session: Session, letter: Letter, now: datetime
) -> None:
    attempt(session, letter, now, ErrorClass.REFUSED)
    session.execute(text("delete from work"))
    later = now + timedelta(days=5)
    actions.send_again(session, letter, SYSTEM, later, " anna@pochta2.example ")
    assert (letter.recipient, letter.state) == ("anna@pochta2.example", LetterState.RETRYING)
    assert session.execute(text("select count(*) from work where process = 'delivery'")).scalar_one() == 1
    attempt(session, letter, later, ErrorClass.SENT)
    assert letter.tries == 2


def test_sending_again_begins_the_whole_policy_anew(session: Session, letter: Letter, now: datetime) -> None:
    at = now
    while letter.state != LetterState.UNDELIVERABLE:
        attempt(session, letter, at, ErrorClass.RETRY)
        at = letter.next_at or at
    at += timedelta(minutes=1)
    actions.send_again(session, letter, SYSTEM, at)
    waits = []
    for _ in range(5):
        attempt(session, letter, at, ErrorClass.RETRY)
        assert letter.next_at is not None
        waits.append((letter.next_at - at).total_seconds())
        at = letter.next_at
    assert waits == FIRST


@pytest.mark.parametrize("outcome", [ErrorClass.SENT, ErrorClass.DUPLICATE])
def test_what_was_sent_is_not_sent_again(session: Session, letter: Letter, now: datetime, outcome: str) -> None:
    attempt(session, letter, now, outcome)
    with pytest.raises(Stale):
        actions.send_again(session, letter, SYSTEM, now)


def test_the_alarm_of_the_next_try(session: Session, letter: Letter, now: datetime) -> None:
    session.execute(text("delete from work"))
    actions.arm(session, letter, now)
    assert session.execute(text("select count(*) from work")).scalar_one() == 0
    attempt(session, letter, now, ErrorClass.RETRY)
    actions.arm(session, letter, now)
    lane, wait = session.execute(text("select lane, extract(epoch from run_at - clock_timestamp()) from work")).one()
    assert lane == 1
    assert 8 < wait <= 10


def test_a_letter_that_fulfils_a_term_wakes_its_case(story: Story, now: datetime) -> None:
    from models.connection.tables import Stage

    case = story.to(Stage.OFFER_PLACED)
    story.session.execute(text("delete from work"))
    sent = {m.kind: m for m in queries.letters_of(story.session, case.id or 0)}
    for kind, woken in (("registered", 0), ("offer_placed", 1)):
        actions.rendered(story.session, sent[kind], "s", "b", story.now)
        attempt(story.session, sent[kind], story.now, ErrorClass.SENT)
        count = story.session.execute(text("select count(*) from work where process = 'connection'")).scalar_one()
        assert count == woken


# ------------------------------------------------------------------------------------------------ looks
def test_the_oldest_open_letter_and_the_counts(session: Session, now: datetime) -> None:
    first, second = order(session, now, "a"), order(session, now + timedelta(minutes=1), "b")
    assert queries.oldest_open(session) is first
    actions.rendered(session, first, "s", "b", now)
    attempt(session, first, now, ErrorClass.SENT)
    assert queries.oldest_open(session) is second
    assert queries.by_state(session) == {"sent": 1, "ordered": 1}


def test_notices_are_read_one_by_one_or_all(story: Story, now: datetime) -> None:
    mine, other = story.house.applicant(), story.house.applicant()
    for n in range(3):
        actions.notify(story.session, f"k{n}", mine.id or 0, None, "message", f"{n}", "", now + timedelta(minutes=n))
    actions.notify(story.session, "o", other.id or 0, None, "message", "чужое", "", now)
    shown = queries.notices(story.session, mine.id or 0)
    assert [n.title for n in shown] == ["2", "1", "0"]
    actions.read(story.session, mine.id or 0, now, shown[0].id)
    assert queries.unread(story.session, mine.id or 0) == 2
    actions.read(story.session, mine.id or 0, now)
    assert queries.unread(story.session, mine.id or 0) == 0
    assert queries.unread(story.session, other.id or 0) == 1
    foreign = story.session.exec(select(Notice).where(Notice.user_id == other.id)).one()
    actions.read(story.session, mine.id or 0, now, foreign.id)
    assert foreign.read_at is None


def test_every_try_is_a_row(session: Session, letter: Letter, now: datetime) -> None:
    attempt(session, letter, now, ErrorClass.RETRY)
    attempt(session, letter, now + timedelta(seconds=10), ErrorClass.SENT)
    rows = session.exec(select(LetterTry)).all()
    assert [(r.number, r.outcome) for r in rows] == [(1, "retry"), (2, "sent")]
    assert {"sent", "duplicate"} == rules.SUCCESS


def test_a_letter_with_a_signing_code_is_shown_to_nobody_and_emptied_when_it_has_gone(
    session: Session, now: datetime
) -> None:
    letter_id = actions.order(session, "code:1", "signature_code", "a@pochta.example", {"details": ["123456"]}, now)
    letter = session.get(Letter, letter_id)
    assert letter is not None
    actions.rendered(session, letter, "Код", "123456", now)
    number = actions.begin_try(session, letter, now)
    actions.record_try(session, letter, number or 0, "retry", "421 busy", now)
    session.flush()
    assert letter not in queries.undelivered(session)
    letter.state, letter.next_at = LetterState.RETRYING, now
    number = actions.begin_try(session, letter, now)
    actions.record_try(session, letter, number or 0, "sent", "", now)
    assert (letter.body, letter.data) == ("", {})
