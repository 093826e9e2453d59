"""What a session may still wait for after the password: a second factor, its set-up, a password of one's own."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlmodel import select

from dashboard.session import cookie_name
from infra import clock
from infra.settings import settings
from models.people import recovery
from models.people.proof_tables import SecondFactor
from models.people.tables import Audit, SignIn, User
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed
from signatures.secrets import hash_password
from tests.dashboard.conftest import PASSWORD, Site, post_sign_in

STEP = "/sign-in/step"
OWN = "Маячная2026"


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def step(client, path: str, **data: str):  # type: ignore[no-untyped-def]
    return client.post(path, data={"csrf": csrf(client.get(STEP).text)} | data)


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Staff must have a second factor."""
    given = settings().model_copy(update={"staff_factor": True})
    monkeypatch.setattr("dashboard.public.sign_in.settings", lambda: given)


def enrolled(site: Site):  # type: ignore[no-untyped-def]
    """(browser, secret, spare codes) of a manager who has set his authenticator up."""
    client = site.visitor()
    assert post_sign_in(client, "manager", PASSWORD).headers["location"].startswith(STEP)
    secret = re.search(r'class="key">(\w+)<', client.get(STEP).text)
    assert secret
    shown = step(client, "/sign-in/code", code=pyotp.TOTP(secret[1]).now())
    return client, secret[1], re.findall(r"<code>([\w-]+)</code>", shown.text)


@pytest.mark.usefixtures("strict")
def test_staff_set_up_a_second_factor_before_anything_opens(site: Site) -> None:
    client = site.visitor()
    post_sign_in(client, "manager", PASSWORD)
    assert client.get("/queue").headers["location"].startswith("/sign-in?next=")
    assert '<svg class="qr"' in client.get(STEP).text
    client, _, spare = enrolled(site)
    assert len(spare) == 10
    assert "/assets/desk." in client.get("/").text


@pytest.mark.usefixtures("strict")
def test_the_code_is_asked_at_every_sign_in_and_counts_once(site: Site) -> None:
    _, secret, _ = enrolled(site)
    totp, now = pyotp.TOTP(secret), datetime.now(UTC)
    second = site.visitor()
    post_sign_in(second, "manager", PASSWORD)
    assert step(second, "/sign-in/code", code=totp.at(now)).status_code == 422, "that code has set it up"
    assert step(second, "/sign-in/code", code=totp.at(now + timedelta(seconds=30))).status_code == 303
    assert "/assets/desk." in second.get("/").text


@pytest.mark.usefixtures("strict")
def test_a_spare_code_opens_once(site: Site) -> None:
    _, _, spare = enrolled(site)
    for wanted in (303, 422):
        client = site.visitor()
        post_sign_in(client, "manager", PASSWORD)
        assert step(client, "/sign-in/code", code=spare[0]).status_code == wanted


@pytest.mark.usefixtures("strict")
def test_codes_are_not_to_be_guessed(site: Site) -> None:
    _, secret, _ = enrolled(site)
    client = site.visitor()
    post_sign_in(client, "manager", PASSWORD)
    for _ in range(5):
        step(client, "/sign-in/code", code="000000")
    late = step(client, "/sign-in/code", code=pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30)))
    assert late.status_code == 422
    assert "Слишком много" in late.text


@pytest.mark.usefixtures("strict")
def test_the_secret_is_kept_encrypted(site: Site) -> None:
    _, secret, _ = enrolled(site)
    with site.database.transaction() as session:
        row = session.exec(select(SecondFactor)).one()
    assert secret.encode() not in row.secret


@pytest.mark.usefixtures("strict")
def test_a_customer_needs_none(site: Site) -> None:
    assert site.sign_in(site.applicant.login).answer.headers["location"] == "/"


def test_without_the_setting_staff_need_none_either(site: Site) -> None:
    assert site.sign_in("manager").answer.headers["location"] == "/"


def test_a_waiting_session_ends_in_a_quarter_of_an_hour(site: Site) -> None:
    client = granted(site)
    with clock.at(clock.now() + timedelta(minutes=15)):
        assert client.get(STEP).headers["location"].startswith("/sign-in")


# ------------------------------------------------------------------------------------------------ temporary access
def centre(site: Site, role: Role = Role.OPERATOR) -> Actor:
    with site.database.transaction() as session:
        user = session.exec(select(User).where(User.role == role)).first()
    assert user is not None
    return Actor(role, user.id, user.name)


def grant(
    site: Site, word: str = "ABCD-EFGH-JKLM", role: Role = Role.OPERATOR, seen: str = "паспорт", lost: bool = True
) -> None:
    with site.database.transaction() as session:
        user = session.get(User, site.applicant.id)
        assert user is not None
        life = timedelta(hours=24)
        recovery.grant_temporary(
            session, user, centre(site, role), hash_password(word), seen, clock.now(), life, contacts_lost=lost
        )


def granted(site: Site):  # type: ignore[no-untyped-def]
    grant(site)
    return site.sign_in(site.applicant.login, "ABCD-EFGH-JKLM")


@pytest.mark.rows("D-14")
def test_a_temporary_password_opens_once_and_must_be_changed(site: Site) -> None:
    client = granted(site)
    assert client.answer.headers["location"].startswith(STEP)
    assert "/assets/desk." not in client.get("/").text
    assert site.sign_in(site.applicant.login, "ABCD-EFGH-JKLM").answer.status_code == 422, "once"
    assert step(client, "/sign-in/new-password", password="a", repeat="a").status_code == 422
    old = client.cookies[cookie_name()]
    assert step(client, "/sign-in/new-password", password=OWN, repeat=OWN).status_code == 303
    assert client.cookies[cookie_name()] != old
    assert "/assets/desk." in client.get("/").text
    assert site.sign_in(site.applicant.login, OWN).answer.status_code == 303


@pytest.mark.rows("D-14")
def test_a_temporary_password_lives_a_day(site: Site) -> None:
    grant(site)
    with clock.at(clock.now() + timedelta(hours=24)):
        assert site.sign_in(site.applicant.login, "ABCD-EFGH-JKLM").answer.status_code == 422


@pytest.mark.rows("D-14")
def test_who_grants_and_what_he_has_seen_is_written_down(site: Site) -> None:
    inside = site.sign_in(site.applicant.login)
    grant(site, seen="паспорт 41 08 512340")
    with site.database.transaction() as session:
        row = session.exec(select(Audit).where(Audit.tag == "people:user:temporary_access")).one()
        assert row.facts["document"] == "паспорт 41 08 512340"
        assert row.subject_id == site.applicant.id
        assert all(r.ended_at for r in session.exec(select(SignIn).where(SignIn.user_id == site.applicant.id)))
    assert "Без входа в кабинет" in inside.get("/").text


def test_only_the_centre_grants_and_only_after_a_document(site: Site) -> None:
    with pytest.raises(NotAllowed):
        grant(site, role=Role.ENGINEER)
    with pytest.raises(Invalid):
        grant(site, seen=" ")
    with pytest.raises(Invalid) as caught:
        grant(site, lost=False)
    assert caught.value.field == "contacts_lost"
