"""Sign in and out through the form."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.requests import HTTPConnection

from dashboard.public import forms
from dashboard.session import cookie_name, origin_of
from infra import clock
from models.people import actions as people
from models.people.tables import Attempt, SignIn, User
from tests.dashboard import doors
from tests.dashboard.conftest import PASSWORD, Site, post_sign_in

WRONG = "Логин или пароль не подошли"


@pytest.mark.rows("D-10")
def test_an_individual_signs_in_by_snils_however_it_is_typed(site: Site) -> None:
    snils = site.applicant.login
    answer = site.sign_in(f"{snils[:3]}-{snils[3:6]}-{snils[6:9]} {snils[9:]}", next="/mailbox?a=1").answer
    assert (answer.status_code, answer.headers["location"]) == (303, "/mailbox?a=1")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_the_cookie_of_an_https_site_is_secure_and_bound_to_the_host(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.session.secure", lambda: True)
    client = site.visitor()
    client.base_url = "https://testserver"
    cookie = post_sign_in(client, "manager", PASSWORD).headers["set-cookie"]
    assert cookie.startswith("__Host-feeder=")
    assert "secure" in cookie.lower()


@pytest.mark.parametrize(("login", "password"), [("nobody", PASSWORD), ("manager", "wrong")])
def test_a_wrong_login_and_a_wrong_password_look_the_same(site: Site, login: str, password: str) -> None:
    answer = site.sign_in(login, password).answer
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert f'value="{login}"' in answer.text
    assert password not in answer.text


def test_what_was_typed_comes_back_as_text_only(site: Site) -> None:
    answer = site.sign_in('"><script>alert(1)</script>', "x").answer
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_the_sixth_try_in_a_quarter_of_an_hour_is_refused_even_with_the_right_password(site: Site) -> None:
    for _ in range(5):
        assert site.sign_in("manager", "wrong").answer.status_code == 422
    assert site.sign_in("manager").answer.status_code == 429
    assert site.sign_in("engineer").answer.status_code == 303, "others may go on"


def test_one_address_cannot_try_many_logins(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(people.LIMITS, "sign-in-address", (3, 15))
    for login in ("a", "b", "c"):
        assert site.sign_in(login, "wrong").answer.status_code == 422
    assert site.sign_in("d", "wrong").answer.status_code == 429


def test_a_good_sign_in_forgives_the_tries_before(site: Site) -> None:
    site.sign_in("manager", "wrong")
    site.sign_in("manager")
    with site.database.transaction() as session:
        assert session.exec(select(Attempt).where(Attempt.kind == "sign-in")).all() == []


def test_a_form_without_its_token_is_refused(site: Site) -> None:
    client = site.visitor()
    client.get("/sign-in")
    answer = client.post("/sign-in", data={"login": "manager", "password": PASSWORD, "csrf": "x"})
    assert answer.status_code == 403
    assert cookie_name() not in client.cookies


def test_a_token_we_did_not_make_is_refused_though_cookie_and_form_agree(site: Site) -> None:
    client = site.visitor()
    client.cookies.set(forms.cookie_name(), "made.up")
    answer = client.post("/sign-in", data={"login": "manager", "password": PASSWORD, "csrf": "made.up"})
    assert answer.status_code == 403


def test_a_form_from_another_site_is_refused(site: Site) -> None:
    client = site.visitor()
    client.get("/sign-in")
    data = {"login": "manager", "password": PASSWORD, "csrf": client.cookies[forms.cookie_name()]}
    assert client.post("/sign-in", data=data, headers={"origin": "https://evil.example"}).status_code == 403


def test_signing_in_again_ends_the_former_session(site: Site) -> None:
    client = site.sign_in("manager")
    post_sign_in(client, "engineer", PASSWORD)
    with site.database.transaction() as session:
        rows = session.exec(select(SignIn).order_by(SignIn.id)).all()  # type: ignore[arg-type]
        assert [r.ended_at is None for r in rows] == [False, True]


@pytest.mark.rows("G-18", "G-27", "R-94")
def test_signing_out_ends_the_session_and_leads_to_the_sign_in_page(site: Site) -> None:
    client = site.sign_in("manager")
    token = client.cookies[cookie_name()]
    answer = client.post("/sign-out", data={"csrf": _csrf(site)})
    assert answer.headers["location"].startswith("/sign-in")
    client.cookies.set(cookie_name(), token)
    assert client.get("/").text.count("Без входа в кабинет") == 1


def test_another_site_cannot_send_a_person_out(site: Site) -> None:
    client = site.sign_in("manager")
    assert client.post("/sign-out", data={"csrf": "x"}).status_code == 403
    assert "/assets/desk." in client.get("/").text


def _csrf(site: Site) -> str:
    with site.database.transaction() as session:
        return session.exec(select(SignIn)).one().csrf


# ------------------------------------------------------------------------------------------------ nobody else is shut out
def besiege(site: Site, login: str) -> None:
    """What strangers from many addresses have tried."""
    with site.database.transaction() as session:
        for n in range(people.LIMITS["sign-in-login"][0]):
            session.add(Attempt(kind="sign-in-login", key=login, at=clock.now() - timedelta(seconds=n)))


def test_a_browser_that_was_here_before_notices_nothing_of_a_siege(site: Site) -> None:
    client = site.sign_in("manager")
    besiege(site, "manager")
    assert post_sign_in(client, "manager", PASSWORD).status_code == 303


def test_a_stranger_types_a_code_from_a_picture_during_a_siege(site: Site) -> None:
    besiege(site, "manager")
    asked = site.sign_in("manager").answer
    assert asked.status_code == 422
    assert "/captcha/" in asked.text
    assert site.sign_in("manager", **doors.solved("picture")).answer.status_code == 303
    assert site.sign_in("engineer").answer.status_code == 303, "nobody else is asked"


def test_the_mark_of_a_browser_counts_for_its_own_login_only(site: Site) -> None:
    client = site.sign_in("engineer")
    besiege(site, "manager")
    assert post_sign_in(client, "manager", PASSWORD).status_code == 422


@pytest.mark.rows("B-06")
def test_an_old_browser_is_warned_without_a_script(site: Site) -> None:
    words = "не гарантируется стабильная и правильная работа системы"
    old = site.visitor().get("/sign-in", headers={"user-agent": "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0)"})
    new = site.visitor().get("/sign-in", headers={"user-agent": "Mozilla/5.0 Chrome/131.0.0.0 Safari/537.36"})
    assert old.text.count(words) == new.text.count(words) + 1


@pytest.mark.rows("H-15", "H-16", "H-17", "J-002", "J-055", "M-01", "M-03")
@pytest.mark.parametrize("named", ["moek", "mosenergosbyt"])
def test_by_email_and_password_into_the_account(site: Site, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    with doors.profile(monkeypatch, named):
        assert site.visitor().get("/applications").headers["location"].startswith("/sign-in")
        with site.database.transaction() as session:
            user = session.get(User, site.applicant.id)
            assert user is not None
            user.login = "a1@pochta.example"
        text = site.visitor().get("/sign-in").text
        assert "Забыли пароль" in text
        assert "Войти" in text
        assert site.sign_in("A1@pochta.example").answer.headers["location"] == "/"


@pytest.mark.rows("D-10", "D-11")
def test_drsk_asks_the_status_first(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "drsk"):
        text = site.visitor().get("/sign-in").text
        assert 'id="kind"' in text
        assert ">войти<" in text
        assert site.sign_in(site.applicant.login, kind="individual").answer.status_code == 303
        assert site.sign_in(site.applicant.login, kind="legal_entity").answer.status_code == 422


@pytest.mark.rows("J-056")
def test_a_browser_knows_the_fields_and_offers_to_keep_them(site: Site) -> None:
    page = site.visitor().get("/sign-in").text
    assert re.search(r'<input type="text" id="login"[^>]*autocomplete="username"', page)
    assert re.search(r'<input type="password" id="password"[^>]*autocomplete="current-password"', page)
    assert 'autocomplete="off"' not in page


@pytest.mark.parametrize(
    ("address", "counted"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2::7", "2001:db8:1:2::/64"), ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
     ("2001:db8:1:3::7", "2001:db8:1:3::/64"), ("::ffff:203.0.113.7", "::ffff:203.0.113.7"), ("testclient", "testclient")],
)  # fmt: skip
def test_a_network_of_one_customer_is_one_address_for_the_limits(address: str, counted: str) -> None:
    assert origin_of(HTTPConnection({"type": "http", "client": (address, 1), "headers": []})) == counted
