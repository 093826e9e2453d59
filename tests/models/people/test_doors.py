"""Links, codes, passwords, sessions and profiles: properties that hold whatever is typed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as runs
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from infra import profiles
from infra.trouble import Trouble
from models.people import actions, card, consents, factors, passwords, proofs, sessions
from models.people.passwords import PasswordRules
from models.people.proof_tables import Channel, ConsentText, Purpose
from models.people.tables import PersonKind, User
from models.process.errors import Invalid, TooMany
from tests.models.story import Story

DAY = timedelta(days=1)
some = runs(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SIX, EIGHT = PasswordRules(6, mixed_case=True), PasswordRules(8, letters_and_digits=True)


# ------------------------------------------------------------------------------------------------ passwords
@given(st.text(max_size=20))
def test_a_password_is_good_exactly_when_the_manuals_words_hold(typed: str) -> None:
    six = len(typed) >= 6 and any(c.islower() for c in typed) and any(c.isupper() for c in typed)
    eight = len(typed) >= 8 and any(c.isalpha() for c in typed) and any(c.isdigit() for c in typed)
    assert (passwords.fault(typed, SIX) is None) == six
    assert (passwords.fault(typed, EIGHT) is None) == eight


def test_temporary_passwords_are_long_different_and_easy_to_read() -> None:
    made = {passwords.temporary() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("OI01l")
    assert all(len(word.replace("-", "")) == 12 for word in made)


# ------------------------------------------------------------------------------------------------ links and codes
def promise(session: Session, now: datetime, hours: int = 72, with_code: bool = True) -> proofs.Promise:
    life = timedelta(hours=hours)
    return proofs.promise(session, Purpose.RECOVER, Channel.PHONE, "+79225550123", now, life, with_code=with_code)


@some
@given(hours=st.integers(1, 168), part=st.floats(0, 2))
def test_a_link_lives_exactly_its_life(session: Session, now: datetime, hours: int, part: float) -> None:
    made = promise(session, now, hours)
    at = now + timedelta(hours=hours) * part
    assert (proofs.by_token(session, made.token, at) is not None) == (at < now + timedelta(hours=hours))


def test_a_used_link_opens_nothing_more(session: Session, now: datetime) -> None:
    made = promise(session, now)
    proofs.used(session, made.proof, now)
    assert proofs.by_token(session, made.token, now) is None
    assert proofs.by_handle(session, made.handle, now) is None


def test_the_handle_of_a_page_is_not_the_token_of_a_link(session: Session, now: datetime) -> None:
    made = promise(session, now)
    assert proofs.by_token(session, made.handle, now) is None
    assert proofs.by_handle(session, made.token, now) is None


@some
@given(wrong=st.lists(st.text(max_size=8), max_size=8))
def test_after_five_tries_no_code_is_right(session: Session, now: datetime, wrong: list[str]) -> None:
    made = promise(session, now)
    tries = [typed for typed in wrong if "".join(typed.split()) != made.code]
    for typed in tries:
        assert not proofs.try_code(session, made.proof, made.handle, typed, now)
    assert proofs.try_code(session, made.proof, made.handle, made.code, now) == (len(tries) < proofs.TRIES)


def test_a_code_lives_ten_minutes_and_belongs_to_its_page(session: Session, now: datetime) -> None:
    made, other = promise(session, now), promise(session, now)
    assert not proofs.try_code(session, made.proof, other.handle, made.code, now)
    assert not proofs.try_code(session, made.proof, made.handle, made.code, now + proofs.CODE_LIFE)
    assert proofs.try_code(session, made.proof, made.handle, made.code, now)


def test_a_promise_to_nobody_is_opened_by_no_code_and_no_link(session: Session, now: datetime) -> None:
    made = promise(session, now)
    proofs.hollow(session, made.proof)
    assert not proofs.try_code(session, made.proof, made.handle, made.code, now)
    assert proofs.by_token(session, made.token, now) is None


# ------------------------------------------------------------------------------------------------ attempts, sessions
@some
@given(gaps=st.lists(st.integers(0, 600), min_size=1, max_size=20))
def test_within_any_window_at_most_the_limit_is_let_through(session: Session, now: datetime, gaps: list[int]) -> None:
    limit, minutes = actions.LIMITS["sign-in"]
    key, at, passed = f"key-{gaps}", now, []
    for gap in gaps:
        at += timedelta(seconds=gap)
        try:
            actions.count_attempt(session, "sign-in", key, at)
            passed.append(at)
        except TooMany:
            continue
    window = timedelta(minutes=minutes)
    assert all(sum(start <= one < start + window for one in passed) <= limit for start in passed)


@some
@given(clicks=st.lists(st.integers(0, 8 * 60), max_size=30))
def test_a_renewed_session_never_lasts_past_a_day(story: Story, clicks: list[int]) -> None:
    user = story.house.applicant()
    row = sessions.begin(story.session, user, f"t{story.now}{clicks}{user.id}", story.now, timedelta(hours=8))
    at = story.now
    for gap in clicks:
        at += timedelta(minutes=gap)
        try:
            left = sessions.renew(story.session, row.id or 0, at, timedelta(hours=8))
        except Invalid:
            assert at >= row.expires_at
            break
        assert left <= row.created_at + sessions.ABSOLUTE
        assert left >= at


@pytest.mark.rows("G-03", "G-05")
def test_one_click_makes_the_time_whole_again(story: Story) -> None:
    user = story.house.applicant()
    row = sessions.begin(story.session, user, "token", story.now, timedelta(hours=2))
    late = story.now + timedelta(minutes=100)
    assert sessions.renew(story.session, row.id or 0, late, timedelta(hours=2)) == late + timedelta(hours=2)
    with pytest.raises(Invalid):
        sessions.renew(story.session, row.id or 0, row.expires_at, timedelta(hours=2))


def test_ending_all_sessions_keeps_the_one_and_touches_nobody_else(story: Story) -> None:
    mine, his = story.house.applicant(), story.house.applicant()
    rows = [sessions.begin(story.session, mine, f"m{n}", story.now, DAY) for n in range(3)]
    other = sessions.begin(story.session, his, "h", story.now, DAY)
    assert sessions.end_all(story.session, mine.id or 0, story.now, keep=rows[0].id) == 2
    assert [r.ended_at is None for r in rows] == [True, False, False]
    assert other.ended_at is None
    assert [r.id for r in sessions.of_user(story.session, mine.id or 0, story.now, DAY)] == [rows[0].id]


@pytest.mark.rows("G-01")
def test_the_registration_number_opens_where_the_profile_says_so(story: Story) -> None:
    user = story.house.applicant()
    user.registration_number = "26000123"
    story.session.flush()
    found = sessions.holder(story.session, " 26000123 ", ["email", "registration_number"])
    assert found is not None
    assert found.id == user.id
    assert sessions.holder(story.session, "26000123", ["email"]) is None


@pytest.mark.rows("R-93")
def test_a_contact_is_a_login_only_while_it_is_confirmed_and_his_alone(story: Story) -> None:
    first, second = story.house.applicant(), story.house.applicant()
    assert sessions.holder(story.session, "8 922 555-01-23", ["phone"]) is None, "nobody has confirmed it"
    first.phone_confirmed_at = story.now
    story.session.flush()
    assert sessions.holder(story.session, "8 922 555-01-23", ["phone"]) is first
    second.phone_confirmed_at = story.now
    story.session.flush()
    assert sessions.holder(story.session, "8 922 555-01-23", ["phone"]) is None, "two stand behind it"


@pytest.mark.rows("D-10", "D-11")
def test_the_status_must_be_his(story: Story) -> None:
    user = story.house.applicant(PersonKind.LEGAL_ENTITY)
    assert sessions.holder(story.session, user.login, ["inn"], "legal_entity") is user
    assert sessions.holder(story.session, user.login, ["inn"], "individual") is None


@pytest.mark.parametrize(
    ("name", "number", "typed"), [("snils", "24568811300", "245-688-113 00"), ("inn", "7707083893", "7707083893")]
)
def test_a_number_of_the_card_is_a_login_where_the_profile_says_so_while_it_is_his_alone(
    story: Story, name: str, number: str, typed: str
) -> None:
    first, second = story.house.applicant(), story.house.applicant()
    for user in (first, second):
        user.snils = user.inn = ""
        user.login = f"{user.id}@pochta.example"
    setattr(first, name, number)
    story.session.flush()
    assert sessions.holder(story.session, typed, ["email", name]) is first
    assert sessions.holder(story.session, typed, ["email"]) is None
    setattr(second, name, number)
    story.session.flush()
    assert sessions.holder(story.session, typed, [name]) is None, "two have written it"
    second.login = number
    story.session.flush()
    assert sessions.holder(story.session, typed, [name]) is second, "whose login it is comes first"


# ------------------------------------------------------------------------------------------------ second factor
@some
@given(shift=st.integers(-300, 300))
def test_a_code_counts_within_half_a_minute_around_now_and_once(story: Story, shift: int) -> None:
    import pyotp

    user: User = story.house.applicant()
    row, secret = factors.begin(story.session, user, b"locked", story.now), factors.fresh_secret()
    now = datetime(2026, 11, 22, 12, 0, 15, tzinfo=UTC)
    code = pyotp.TOTP(secret).at(now + timedelta(seconds=shift))
    near = -45 <= shift < 45
    assert factors.check(story.session, row, secret, code, now) == near
    assert not factors.check(story.session, row, secret, code, now)


# ------------------------------------------------------------------------------------------------ consents, profiles
def test_the_text_of_a_consent_is_never_changed(session: Session, now: datetime) -> None:
    wording = consents.Wording("x", "1", "Согласие", "цель", "слова")
    row = consents.edition(session, wording, now)
    assert consents.edition(session, wording, now + DAY).id == row.id
    other = consents.Wording("x", "1", "Согласие", "цель", "другие слова")
    assert consents.edition(session, other, now).id != row.id
    assert [t.text for t in session.exec(select(ConsentText).order_by(ConsentText.id))] == ["слова", "другие слова"]  # type: ignore[arg-type]
    change = text("update consent_text set text = 'подправлено'")
    with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
        session.execute(change)


@pytest.mark.parametrize("name", ["demo", "drsk", "moek", "mosenergosbyt", "oreloblenergo", "vostok"])
def test_every_profile_is_whole(name: str) -> None:
    told = profiles.profile(name)
    for shape in told.cabinet.registration.cards:
        assert set(shape.fields) <= card.NAMES
    texts = profiles._texts()
    assert set(told.cabinet.registration.consents + told.cabinet.registration.optional_consents) <= set(texts)


def test_a_profile_nobody_has_is_told_with_those_there_are() -> None:
    with pytest.raises(Trouble, match="drsk"):
        profiles.profile("nobody")


@pytest.mark.rows("J-052", "J-062", "M-21", "H-19", "J-050")
def test_figures_of_the_manuals() -> None:
    mes, moek = profiles.profile("mosenergosbyt").cabinet, profiles.profile("moek").cabinet
    assert (mes.links.hours, moek.links.hours) == (72, 72)
    assert (mes.password.least, mes.password.letters_and_digits) == (8, True)
    assert (moek.password.least, moek.password.mixed_case) == (6, True)
