"""A forgotten password by each manual; nobody is told who is registered; every new password ends the other sessions."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from dashboard.public.entry import sender
from dashboard.session import cookie_name
from infra import clock
from models.people import actions as people
from models.people import proofs, recovery
from models.people.proof_tables import Channel, Proof
from models.people.tables import SignIn, User
from tests.dashboard import doors
from tests.dashboard.conftest import Site, post_sign_in

NEW = "Маячная2026"


def contacts(site: Site, user: User, **more: object) -> None:
    with site.database.transaction() as session:
        found = session.get(User, user.id)
        assert found is not None
        for name, value in more.items():
            setattr(found, name, value)
        session.add(found)


def ask(site: Site, who: str, **more: str):  # type: ignore[no-untyped-def]
    client = site.visitor()
    return client, doors.press(client, "/recovery", who=who, **more)


def new_password(client, page, password: str = NEW, repeat: str = NEW, user: str = ""):  # type: ignore[no-untyped-def]
    key = re.search(r'name="key" value="([^"]+)"', page.text)
    assert key
    data = {"csrf": client.cookies["feeder-form"], "key": key[1], "password": password, "repeat": repeat, "user": user}
    return client.post("/recovery/password", data=data)


@pytest.mark.rows("G-06", "G-07", "J-003", "J-061", "J-062", "J-063", "M-20", "M-22")
@pytest.mark.parametrize(("named", "words"), [("oreloblenergo", "Восстановить пароль"), ("mosenergosbyt", "Выслать"), ("moek", "Выслать")])  # fmt: skip
def test_by_the_email_of_registration(site: Site, monkeypatch: pytest.MonkeyPatch, named: str, words: str) -> None:
    with doors.profile(monkeypatch, named):
        assert words in site.visitor().get("/recovery").text
        client, answer = ask(site, "A1@pochta.example")
        assert answer.headers["location"] == "/recovery/sent"
        letter = doors.letters(site.database)[-1]
        assert (letter.kind, letter.recipient) == ("recovery_link", "a1@pochta.example")
        page = client.get(str(letter.data["link"]))
        assert new_password(client, page).headers["location"] == "/sign-in?changed=1"
        assert post_sign_in(site.visitor(), site.applicant.login, NEW).status_code == 303
        old = client.get(str(letter.data["link"]))
        assert old.status_code == 410, "the link works once"
        assert 'class="btn" href="/recovery"' in old.text
        assert "регистрация" not in old.text[old.text.index("<main") : old.text.index("</main>")]


@pytest.mark.rows("J-062", "M-21", "G-07")
@pytest.mark.parametrize(("named", "hours"), [("mosenergosbyt", 72), ("moek", 72), ("oreloblenergo", 24)])
def test_a_link_lives_as_long_as_the_manual_says(
    site: Site, monkeypatch: pytest.MonkeyPatch, named: str, hours: int
) -> None:
    with doors.profile(monkeypatch, named):
        client, _ = ask(site, "a1@pochta.example")
        link = doors.link(site.database, "recovery_link")
        with clock.at(clock.now() + timedelta(hours=hours, minutes=-1)):
            assert client.get(link).status_code == 200
        with clock.at(clock.now() + timedelta(hours=hours)):
            assert client.get(link).status_code == 410


@pytest.mark.rows("D-12", "D-13")
def test_drsk_asks_status_and_login_and_writes_to_the_kept_contact(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "drsk"):
        page = site.visitor().get("/recovery").text
        assert 'id="kind"' in page
        assert "региональный центр по обслуживанию клиентов" in page
        login = site.applicant.login
        ask(site, login, kind="individual")
        assert doors.letters(site.database)[-1].recipient == "a1@pochta.example"
        contacts(site, site.applicant, email="")
        client, _ = ask(site, login, kind="individual")
        letter = doors.letters(site.database)[-1]
        assert (letter.kind, letter.recipient) == ("recovery_link_sms", "+79225550123")
        assert client.get(str(letter.data["link"])).status_code == 200
        before = len(doors.letters(site.database))
        ask(site, login, kind="legal_entity")
        contacts(site, site.applicant, phone="")
        ask(site, login, kind="individual")
        assert len(doors.letters(site.database)) == before


@pytest.mark.rows("M-01", "M-02", "M-03", "M-21", "M-22")
def test_moesk_reminds_of_the_password_by_a_letter_with_a_link(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "moesk"):
        contacts(site, site.applicant, email="a1@pochta.example")
        assert ">Напомнить пароль</a>" in site.visitor().get("/sign-in").text
        asked = site.visitor().get("/recovery").text
        assert ">Выслать инструкцию по восстановлению на адрес электронной почты</button>" in asked
        assert "в течение трёх дней" in asked
        assert "вход в личный кабинет юридического лица для клиента" in site.visitor().get("/sign-in").text
        client, _answer = ask(site, "a1@pochta.example")
        page = client.get(doors.link(site.database, "recovery_link"))
        assert [page.text.count(f'id="{name}"') for name in ("password", "repeat")] == [1, 1]
        assert new_password(client, page).headers["location"] == "/sign-in?changed=1"
        assert post_sign_in(site.visitor(), "a1@pochta.example", NEW).status_code == 303


@pytest.mark.rows("R-89", "R-90", "R-91", "R-92", "R-93")
def test_vostok_by_phone_chooses_among_the_logins_behind_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "vostok"):
        contacts(site, site.applicant, phone="+79225550123")
        contacts(site, site.stranger, phone="+79225550123")
        form = site.visitor().get("/recovery").text
        assert all(f"<span>{word}</span>" in form for word in ("Телефон", "E-mail"))
        client, answer = ask(site, "8 922 555-01-23", channel="phone")
        assert "/recovery/code" in answer.headers["location"]
        page = doors.send_code(client, "/recovery/code", answer, doors.code(site.database, "recovery_code_sms"))
        assert "Изменение пароля" in page.text
        assert ">Продолжить</button>" in page.text
        assert page.text.count("<option") == 2
        assert site.applicant.login in page.text
        assert new_password(client, page, user="999999").status_code == 422
        done = new_password(client, page, user=str(site.stranger.id))
        assert done.headers["location"] == "/sign-in?changed=1"
        assert client.get(answer.headers["location"]).status_code == 410, "whoever goes back is told"
        assert post_sign_in(site.visitor(), site.stranger.login, NEW).status_code == 303
        assert post_sign_in(site.visitor(), site.applicant.login, NEW).status_code == 422


@pytest.mark.rows("M-20")
@pytest.mark.parametrize("named", ["demo", "oreloblenergo", "moek", "mosenergosbyt", "drsk", "vostok"])
def test_the_answer_never_tells_who_is_registered(site: Site, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    with doors.profile(monkeypatch, named):
        login = named == "drsk"
        known, unknown = (
            (site.applicant.login, "24568811300") if login else ("a1@pochta.example", "nobody@pochta.example")
        )
        answers = [ask(site, who, kind="individual", channel="email")[1] for who in (known, unknown)]
        assert answers[0].status_code == answers[1].status_code == 303
        assert answers[0].headers["location"] == answers[1].headers["location"]
        assert len(doors.letters(site.database)) == 1


def test_a_promise_to_nobody_looks_like_one_and_opens_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "vostok"):
        client, answer = ask(site, "+7 922 555-99-99", channel="phone")
        assert "/recovery/code" in answer.headers["location"]
        assert client.get(answer.headers["location"]).status_code == 200
        assert doors.send_code(client, "/recovery/code", answer, "123456").status_code == 422
        with site.database.transaction() as session:
            assert session.exec(select(Proof)).one().code_hash == ""


@pytest.mark.parametrize("phone", ["+79225550123", "+79225559999"])
def test_another_code_is_promised_to_anybody_and_three_times_an_hour(
    site: Site, monkeypatch: pytest.MonkeyPatch, phone: str
) -> None:
    """The pages look the same for whoever has a cabinet and for whoever has none."""
    with doors.profile(monkeypatch, "vostok"):
        contacts(site, site.applicant, phone="+79225550123")
        known = phone == "+79225550123"
        client, answer = ask(site, phone, channel="phone")
        for _turn in range(3):
            answer = doors.another_code(client, "/recovery/again", answer)
            assert "Новый код отправлен" in client.get(answer.headers["location"]).text
        refused = doors.another_code(client, "/recovery/again", answer)
        assert (refused.status_code, "Слишком много" in refused.text) == (422, True)
        assert len(doors.letters(site.database)) == (4 if known else 0)
        if known:
            page = doors.send_code(client, "/recovery/code", answer, doors.code(site.database, "recovery_code_sms"))
            assert "Изменение пароля" in page.text


def test_staff_do_not_recover_by_letter(site: Site) -> None:
    contacts(site, site.applicant, email="")
    with site.database.transaction() as session:
        operator = session.exec(select(User).where(User.login == "operator")).one()
        operator.email = "operator@pochta.example"
    ask(site, "operator@pochta.example")
    ask(site, "operator")
    assert doors.letters(site.database) == []


def test_only_so_many_letters_go_to_one_person(site: Site) -> None:
    most = people.LIMITS["recover-contact"][0]
    for _ in range(most + 2):
        assert ask(site, "a1@pochta.example")[1].status_code == 303
    assert len(doors.letters(site.database)) == most


def test_a_new_password_ends_every_session_and_is_told_by_letter(site: Site) -> None:
    inside = site.sign_in(site.applicant.login)
    client, _ = ask(site, "a1@pochta.example")
    new_password(client, client.get(doors.link(site.database, "recovery_link")))
    assert "Без входа в кабинет" in inside.get("/").text
    with site.database.transaction() as session:
        assert all(row.ended_at for row in session.exec(select(SignIn)))
    assert doors.letters(site.database)[-1].kind == "password_changed"


def test_passwords_that_differ_or_are_weak_are_refused_beside_their_field(site: Site) -> None:
    client, _ = ask(site, "a1@pochta.example")
    page = client.get(doors.link(site.database, "recovery_link"))
    assert 'id="repeat-e"' in new_password(client, page, repeat="другой").text
    weak = new_password(client, page, "короткий", "короткий")
    assert 'id="password-e"' in weak.text
    assert "короткий" not in weak.text
    assert new_password(client, page).status_code == 303


def test_asking_signs_nobody_in_or_out(site: Site) -> None:
    inside = site.sign_in(site.applicant.login)
    client, _ = ask(site, "a1@pochta.example")
    client.get(doors.link(site.database, "recovery_link"))
    assert cookie_name() not in client.cookies
    assert "/assets/desk." in inside.get("/").text


def test_a_new_password_voids_every_other_way_to_one_and_a_change_of_address_that_waits(site: Site) -> None:
    """Who read the mailbox, or sat in the account, before its owner took it back gains nothing by what he had asked for."""
    _, _ = ask(site, "a1@pochta.example")
    older = doors.link(site.database, "recovery_link")
    with site.database.transaction() as session:
        user = session.get(User, site.applicant.id)
        assert user is not None
        thief = recovery.ask_contact(session, user, Channel.EMAIL, "thief@pochta.example", clock.now(), sender())
    client, _ = ask(site, "a1@pochta.example")
    newer = doors.link(site.database, "recovery_link")
    assert older != newer
    assert new_password(client, client.get(newer)).headers["location"] == "/sign-in?changed=1"
    assert client.get(older).status_code == 410
    assert client.get(f"/c/{thief.token}").status_code == 410


def test_a_link_in_the_mailbox_that_was_given_up_opens_nothing(site: Site) -> None:
    client, _ = ask(site, "a1@pochta.example")
    link = doors.link(site.database, "recovery_link")
    with site.database.transaction() as session:
        user = session.get(User, site.applicant.id)
        assert user is not None
        made = recovery.ask_contact(session, user, Channel.EMAIL, "a1-new@pochta.example", clock.now(), sender())
        proofs.followed(session, made.proof, clock.now())
        recovery.change_contact(session, made.proof, clock.now(), sender())
    assert client.get(link).status_code == 410
    told = doors.letters(site.database)[-1]
    assert (told.kind, told.recipient) == ("email_changed", "a1@pochta.example")
    assert "a1-new" not in str(told.data)
