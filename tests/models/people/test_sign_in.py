"""Signing in and out, the limits of a session and of attempts, one-time codes."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from models.people import actions, queries
from models.people.actions import CODE_LIFE, CODE_TRIES, LIMITS, SESSION_IDLE, SESSION_LIFE, WrongPassword
from models.people.tables import Audit, SignIn, SimpleCode, User
from models.process.errors import Invalid, TooMany
from tests.models.story import Story

SECOND = timedelta(seconds=1)


@pytest.fixture
def user(story: Story) -> User:
    found = story.house.applicant()
    found.login, found.password_hash = "11223344595", "hash"
    story.session.flush()
    return found


def verify(stored: str, typed: str) -> bool:
    return stored == "hash" and typed == "secret"


def sign_in(
    session: Session, now: datetime, login: str = "112-233-445 95", password: str = "secret"
) -> tuple[str, SignIn]:
    return actions.sign_in(session, login, password, now, verify=verify, address="127.0.0.1", agent="x" * 500)


def test_who_signs_in_is_known_by_the_token(session: Session, user: User, now: datetime) -> None:
    token, row = sign_in(session, now)
    found = actions.signed_in(session, token, now)
    assert found is not None
    assert (found[0].id, found[1].id) == (user.id, row.id)
    assert len(row.agent) == 300
    assert actions.signed_in(session, token + "x", now) is None


def test_the_token_itself_is_kept_nowhere(session: Session, user: User, now: datetime) -> None:
    token, _ = sign_in(session, now)
    for table in ("sign_in", "audit", "app_user"):
        rows = session.execute(text(f"select row_to_json(t)::text from {table} t")).scalars().all()
        assert not [r for r in rows if token in r]


def test_two_sessions_have_two_tokens(session: Session, user: User, now: datetime) -> None:
    assert sign_in(session, now)[0] != sign_in(session, now)[0]


@pytest.mark.parametrize(
    ("login", "password"), [("112-233-445 95", "wrong"), ("99999999999", "secret"), ("", ""), ("nobody", "secret")]
)
def test_a_wrong_login_and_a_wrong_password_say_the_same(
    session: Session, user: User, now: datetime, login: str, password: str
) -> None:
    with pytest.raises(WrongPassword) as caught:
        sign_in(session, now, login, password)
    assert str(caught.value) == "The login or the password is wrong"
    assert session.exec(select(SignIn)).all() == []


def test_the_password_is_checked_for_an_unknown_login_too(session: Session, now: datetime) -> None:
    """Time must not tell who is registered."""
    asked: list[tuple[str, str]] = []

    def noting(stored: str, typed: str) -> bool:
        asked.append((stored, typed))
        return True

    with pytest.raises(WrongPassword):
        actions.sign_in(session, "nobody", "secret", now, verify=noting)
    assert asked == [("", "secret")]


def test_who_was_dismissed_does_not_come_in_nor_stay(session: Session, user: User, now: datetime) -> None:
    token, _ = sign_in(session, now)
    user.active = False
    session.flush()
    assert actions.signed_in(session, token, now) is None
    with pytest.raises(WrongPassword):
        sign_in(session, now)


def test_signing_out_ends_the_session(session: Session, user: User, now: datetime) -> None:
    token, row = sign_in(session, now)
    actions.sign_out(session, token, now)
    actions.sign_out(session, token, now + SECOND)
    session.flush()
    assert row.ended_at == now
    assert actions.signed_in(session, token, now) is None
    actions.sign_out(session, "unknown", now)


@pytest.mark.rows("G-03")
def test_a_session_ends_after_two_idle_hours(session: Session, user: User, now: datetime) -> None:
    token, _ = sign_in(session, now)
    assert actions.signed_in(session, token, now + SESSION_IDLE - SECOND) is not None
    assert actions.signed_in(session, token, now + 2 * SESSION_IDLE - 2 * SECOND) is not None  # it was used meanwhile
    assert actions.signed_in(session, token, now + 3 * SESSION_IDLE) is None


def test_a_session_idle_to_the_second_is_over(session: Session, user: User, now: datetime) -> None:
    token, _ = sign_in(session, now)
    assert actions.signed_in(session, token, now + SESSION_IDLE) is None


@pytest.mark.rows("G-03")
def test_a_session_ends_after_eight_hours_however_busy(session: Session, user: User, now: datetime) -> None:
    token, row = sign_in(session, now)
    at = now
    while at + timedelta(hours=1) < now + SESSION_LIFE:
        at += timedelta(hours=1)
        assert actions.signed_in(session, token, at) is not None
    assert actions.signed_in(session, token, now + SESSION_LIFE - SECOND) is not None
    assert actions.signed_in(session, token, now + SESSION_LIFE) is None
    assert row.expires_at == now + SESSION_LIFE


def test_a_look_is_written_at_most_once_a_minute(session: Session, user: User, now: datetime) -> None:
    token, row = sign_in(session, now)
    actions.signed_in(session, token, now + timedelta(seconds=60))
    assert row.seen_at == now
    actions.signed_in(session, token, now + timedelta(seconds=61))
    assert row.seen_at == now + timedelta(seconds=61)


def test_a_sign_in_is_in_the_audit(session: Session, user: User, now: datetime) -> None:
    sign_in(session, now)
    row = session.exec(select(Audit)).one()
    assert (row.tag, row.user_id, row.address, row.at) == ("people:user:signed_in", user.id, "127.0.0.1", now)


def test_looks_at_personal_data_are_listed(story: Story) -> None:
    operator = story.staff(next(iter(story.house.staff)))
    actions.note(
        story.session, operator, "desk:person:looked", story.now, process="connection", subject_id=5, field="passport"
    )
    story.session.flush()
    (row,) = queries.looks_at(story.session, "connection", 5)
    assert (row.user_name, row.facts) == (operator.name, {"field": "passport"})
    assert list(queries.looks_at(story.session, "connection", 6)) == []


# ------------------------------------------------------------------------------------------------ attempts
@pytest.mark.parametrize("kind", LIMITS)
def test_attempts_are_limited(session: Session, now: datetime, kind: str) -> None:
    limit, minutes = LIMITS[kind]
    for _ in range(limit):
        actions.count_attempt(session, kind, "key", now)
    with pytest.raises(TooMany) as caught:
        actions.count_attempt(session, kind, "key", now)
    assert caught.value.facts == {"minutes": minutes}
    actions.count_attempt(session, kind, "another key", now)
    actions.count_attempt(session, kind, "key", now + timedelta(minutes=minutes))


def test_kinds_of_attempts_are_counted_apart(session: Session, now: datetime) -> None:
    for _ in range(LIMITS["sign-in"][0]):
        actions.count_attempt(session, "sign-in", "key", now)
    actions.count_attempt(session, "code", "key", now)


def test_success_forgives(session: Session, now: datetime) -> None:
    for _ in range(LIMITS["sign-in"][0]):
        actions.count_attempt(session, "sign-in", "key", now)
    actions.forgive_attempts(session, "sign-in", "key")
    actions.count_attempt(session, "sign-in", "key", now)


def test_an_unknown_kind_of_attempt_is_a_bug(session: Session, now: datetime) -> None:
    with pytest.raises(KeyError):
        actions.count_attempt(session, "guess", "key", now)


# ------------------------------------------------------------------------------------------------ codes
BOUND = "a" * 64


def use(
    session: Session, user: User, code: str, now: datetime, bound: str = BOUND, purpose: str = "application"
) -> SimpleCode:
    return actions.use_code(session, user, purpose, bound, code, now)


def refused(session: Session, user: User, code: str, now: datetime, **more: Any) -> str:
    with pytest.raises(Invalid) as caught:
        use(session, user, code, now, **more)
    assert caught.value.field == "code"
    return str(caught.value)


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_is_six_digits_and_kept_as_a_hash_only(session: Session, user: User, now: datetime) -> None:
    code = actions.make_code(session, user, "application", BOUND, now)
    assert len(code) == 6
    assert code.isdigit()
    row = session.exec(select(SimpleCode)).one()
    assert code not in (row.code_hash, row.channel, row.bound_to)
    assert row.channel == "a***1@pochta.example"


def test_the_right_code_is_evidence(session: Session, user: User, now: datetime) -> None:
    code = actions.make_code(session, user, "application", BOUND, now)
    found = use(session, user, f" {code} ", now + timedelta(minutes=1))
    assert (found.used_at, found.bound_to, found.user_id) == (now + timedelta(minutes=1), BOUND, user.id)


def test_a_used_code_is_not_used_again(session: Session, user: User, now: datetime) -> None:
    code = actions.make_code(session, user, "application", BOUND, now)
    use(session, user, code, now)
    session.flush()
    refused(session, user, code, now)


def test_a_code_lives_ten_minutes(session: Session, user: User, now: datetime) -> None:
    code = actions.make_code(session, user, "application", BOUND, now)
    assert "no longer valid" in refused(session, user, code, now + CODE_LIFE)
    assert use(session, user, code, now + CODE_LIFE - SECOND)


def test_a_wrong_code_is_refused_and_after_five_the_right_one_too(session: Session, user: User, now: datetime) -> None:
    code = actions.make_code(session, user, "application", BOUND, now)
    for _ in range(CODE_TRIES):
        assert "is wrong" in refused(session, user, other(code), now)
    assert "no longer valid" in refused(session, user, code, now)


def test_the_fifth_try_may_be_the_right_one(session: Session, user: User, now: datetime) -> None:
    code = actions.make_code(session, user, "application", BOUND, now)
    for _ in range(CODE_TRIES - 1):
        refused(session, user, other(code), now)
    assert use(session, user, code, now)


def test_a_code_signs_only_what_it_was_made_for(story: Story, user: User) -> None:
    session, now = story.session, story.now
    code = actions.make_code(session, user, "application", BOUND, now)
    assert "have changed" in refused(session, user, code, now, bound="b" * 64)
    refused(session, user, code, now, purpose="consent")
    refused(session, story.house.applicant(), code, now)
    assert use(session, user, code, now)


def test_a_new_code_voids_the_one_before(session: Session, user: User, now: datetime) -> None:
    first = actions.make_code(session, user, "application", BOUND, now)
    second = actions.make_code(session, user, "application", BOUND, now + SECOND)
    if first != second:
        refused(session, user, first, now + SECOND)
    assert use(session, user, second, now + SECOND)


def test_without_a_code_nothing_is_signed(session: Session, user: User, now: datetime) -> None:
    refused(session, user, "000000", now)


@pytest.mark.parametrize(
    ("email", "shown"), [("anna@pochta.example", "a***a@pochta.example"), ("a@b.ru", "a***a@b.ru"), ("", ""), ("x", "")]
)
def test_a_masked_address(email: str, shown: str) -> None:
    assert actions.masked(email) == shown


def test_staff_are_listed_by_role(story: Story) -> None:
    from models.process.actor import Role

    assert {u.role for u in queries.staff(story.session)} == set(story.house.staff)
    assert len(queries.staff(story.session, Role.MANAGER)) == 2
    assert len(queries.branches(story.session)) == 4
