"""Registration by each manual: the card, its faults beside the fields, codes and links, consents."""

import re

import pytest
from sqlmodel import select

from dashboard.session import cookie_name
from infra import profiles
from models.people import actions as people
from models.people.proof_tables import Consent, ConsentText, Proof
from models.people.tables import User
from tests.dashboard import doors
from tests.dashboard.conftest import Site, post_sign_in

EVERY = ("demo", "drsk", "moek", "mosenergosbyt", "oreloblenergo", "vostok")
KIND = {"mosenergosbyt": "legal_entity"}


@pytest.fixture(params=EVERY)
def named(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    with doors.profile(monkeypatch, request.param):
        yield request.param


def new_user(site: Site) -> User | None:
    with site.database.transaction() as session:
        return session.exec(select(User).where(User.email == "vera@pochta.example")).first()


def mes(**more: str) -> dict[str, str]:
    """The card of Мосэнергосбыт is for legal entities and asks names of a person."""
    return {"last_name": "Орлова", "first_name": "Вера", "middle_name": "Львовна"} | more


def filled(site: Site, named: str, **more: str):  # type: ignore[no-untyped-def]
    client = site.visitor()
    kind = KIND.get(named, "individual")
    more = mes(**more) if named == "mosenergosbyt" else more
    return client, doors.register(client, kind, **more)


# ------------------------------------------------------------------------------------------------ each manual
def test_whoever_registers_by_his_manual_can_sign_in(site: Site, named: str) -> None:
    client, answer = filled(site, named)
    assert answer.status_code == 303, answer.text
    assert new_user(site) is None, "nobody is registered before he has shown that he reads his contact"
    if "/registration/code" in answer.headers["location"]:
        answer = doors.send_code(client, "/registration/code", answer, doors.code(site.database, "registration_code"))
    else:
        answer = client.get(doors.link(site.database, "registration_link"))
    user = new_user(site)
    assert user is not None
    assert re.fullmatch(r"\d{8}", user.registration_number or "")
    again = site.visitor()
    data = {"kind": KIND.get(named, "individual")}
    assert post_sign_in(again, user.login, doors.GOOD, **data).headers["location"] == "/"


@pytest.mark.rows("D-09", "J-054")
def test_where_registration_ends(site: Site, named: str) -> None:
    client, answer = filled(site, named)
    if "/registration/code" in answer.headers["location"]:
        answer = doors.send_code(client, "/registration/code", answer, doors.code(site.database, "registration_code"))
    else:
        answer = client.get(doors.link(site.database, "registration_link"))
    wanted = {"cabinet": "/", "sign_in": "/sign-in?registered=1"}[profiles.cabinet().registration.lands]
    assert answer.headers["location"] == wanted
    assert (cookie_name() in client.cookies) == (wanted == "/")


def test_every_empty_required_field_is_named_beside_itself(site: Site, named: str) -> None:
    client = site.visitor()
    kind = KIND.get(named, "individual")
    told = profiles.cabinet().registration
    answer = client.post(f"/registration/{kind}", data={"csrf": doors.token(client, f"/registration/{kind}")})
    assert answer.status_code == 422
    fields = next(c for c in told.cards if kind in c.kinds).fields
    wanted = [n for n, needed in fields.items() if needed and n not in ("channel", "email", "repeat")]
    for name in wanted:
        assert f'href="#{name}"' in answer.text, name
        assert f'id="{name}-e"' in answer.text, name
    assert f'type="submit">{told.button or "Зарегистрироваться"}</button>' in answer.text
    answers = {"picture": "captcha", "sum": "captcha", "tick": "robot"}  # what shows that no program registers
    assert told.captcha == "none" or f'href="#{answers[told.captcha]}"' in answer.text


def test_what_was_typed_stays_and_passwords_do_not(site: Site, named: str) -> None:
    _, answer = filled(site, named, email="вера")
    assert answer.status_code == 422
    assert "вера" in answer.text
    assert doors.GOOD not in answer.text
    assert 'name="consent_personal_data" value="yes" checked' in answer.text


def test_registration_pages_are_light_and_need_no_script(site: Site, named: str) -> None:
    for path in ("/sign-in", "/registration", f"/registration/{KIND.get(named, 'individual')}", "/recovery"):
        text = site.visitor().get(path).text
        linked = re.findall(r'(?:href|src)="(/assets/[^"]+)"', text)
        weight = len(text.encode()) + sum(len(site.visitor().get(a).content) for a in linked)
        assert weight < 60 * 1024, f"{path}: {weight}"
        assert "<script" not in text
        assert "style=" not in text


# ------------------------------------------------------------------------------------------------ Орёл
@pytest.mark.rows("G-02", "G-08", "G-40")
def test_orel_has_a_button_for_each_kind_and_its_phone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "oreloblenergo"):
        text = site.visitor().get("/sign-in").text
        assert [f'href="/registration/{k}"' in text for k in ("individual", "legal_entity", "entrepreneur")] == [
            True
        ] * 3
        assert "8-800-250-19-61" in text
        for kind in ("individual", "legal_entity", "entrepreneur"):
            assert site.visitor().get(f"/registration/{kind}").status_code == 200


@pytest.mark.rows("G-09", "G-10", "G-11")
def test_orel_wants_every_consent_by_its_own_tick(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "oreloblenergo"):
        kinds = [w.kind for w in profiles.consents()]
        assert len(kinds) == 3
        for kind in kinds:
            data = doors.card(**{f"consent_{kind}": ""})
            data.pop(f"consent_{kind}")
            client = site.visitor()
            data["csrf"] = doors.token(client, "/registration/individual")
            answer = client.post("/registration/individual", data=data)
            assert answer.status_code == 422
            assert f'id="consent_{kind}-e"' in answer.text
            assert "Ваше согласие по всем пунктам необходимо для успешного прохождения регистрации." in answer.text
        assert doors.letters(site.database) == []


@pytest.mark.rows("G-12", "D-03", "R-19", "H-21")
def test_consents_are_rows_with_text_time_address_and_purpose(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "oreloblenergo"):
        client, answer = filled(site, "oreloblenergo")
        done = doors.send_code(client, "/registration/code", answer, doors.code(site.database, "registration_code"))
        assert done.headers["location"] == "/"
        assert "/assets/desk." in client.get("/").text, "the main page of the cabinet"
        user = new_user(site)
        assert user is not None
        with site.database.transaction() as session:
            rows = session.exec(select(Consent).where(Consent.user_id == user.id)).all()
            texts = {t.id: t for t in session.exec(select(ConsentText))}
        assert {r.kind for r in rows} == {"personal_data", "transfer", "terms"}
        for row in rows:
            assert row.address == "testclient"
            assert row.sha256 == texts[row.text_id].sha256
            assert "Орелоблэнерго" in texts[row.text_id].text
            assert row.purpose == texts[row.text_id].purpose
            assert abs((row.given_at - user.created_at).total_seconds()) < 1


def test_an_optional_consent_is_a_row_only_when_it_was_ticked(site: Site) -> None:
    client, answer = filled(site, "demo")
    doors.send_code(client, "/registration/code", answer, doors.code(site.database, "registration_code"))
    with site.database.transaction() as session:
        assert {c.kind for c in session.exec(select(Consent))} == {"personal_data", "terms"}


def test_the_text_of_a_consent_stands_on_a_page_of_its_own(site: Site) -> None:
    text = site.visitor().get("/consents/personal_data").text
    assert "152" in site.visitor().get("/consents/personal_data").text or "персональных данных" in text
    assert "{utility}" not in text
    assert site.visitor().get("/consents/nothing").status_code == 404


# ------------------------------------------------------------------------------------------------ ДРСК
@pytest.mark.rows("D-03", "D-04", "D-05", "D-06", "D-07", "D-08")
def test_drsk_shows_the_card_of_the_status_with_explanations(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "drsk"):
        person = site.visitor().get("/registration/individual").text
        firm = site.visitor().get("/registration/legal_entity").text
        assert 'id="snils"' in person
        assert 'id="snils"' not in firm
        assert 'id="inn"' in firm
        assert person.count('class="explain"') == 3
        assert "через него восстанавливается учётная запись" in person
        assert "Контактный телефон" in person


def test_drsk_keeps_snils_as_digits_and_knows_it_however_it_is_typed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with doors.profile(monkeypatch, "drsk"):
        client, answer = filled(site, "drsk", snils="245-688-113 00")
        client.get(doors.link(site.database, "registration_link"))
        user = new_user(site)
        assert user is not None
        assert user.login == "24568811300"
        assert post_sign_in(site.visitor(), "245 688 113 00", doors.GOOD, kind="individual").status_code == 303


# ------------------------------------------------------------------------------------------------ Восток
@pytest.mark.rows("R-12", "R-13", "R-14", "R-15", "R-16", "R-17", "R-18", "R-19", "R-20")
def test_vostok_words_of_sign_in_and_registration(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "vostok"):
        enter = site.visitor().get("/sign-in").text
        for words in ("Личный кабинет", "110022334455", "Регистрация", "Войти", "Забыли пароль?", "Пароль",
                      "Если вы хотите стать пользователем личного кабинета впервые, пройдите регистрацию."):  # fmt: skip
            assert words in enter
        card = site.visitor().get("/registration").text
        for words in ("Даю согласие на обработку моих персональных данных</a>", "Рекомендуем в качестве логина использовать номер лицевого счета", "Повтор пароля", "Вариант регистрации",
                      "Мобильный телефон", "+7 (999) 999 99 99", "Город", "Выберите из списка", "Код безопасности",
                      "Обновить код безопасности", "Пользовательское соглашение", "Отмена", "Продолжить",
                      "Политика в отношении обработки и защиты персональных данных"):  # fmt: skip
            assert words in card, words


@pytest.mark.rows("R-15", "R-24")
def test_vostok_by_phone_sends_a_code_and_by_email_a_link(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "vostok"):
        client = site.visitor()
        answer = doors.register(client, channel="phone", email="")
        letter = doors.letters(site.database)[-1]
        assert (letter.kind, letter.recipient) == ("registration_code_sms", "+79225550123")
        wrong = doors.send_code(client, "/registration/code", answer, "000000")
        assert wrong.status_code in (422, 303)
        right = doors.send_code(client, "/registration/code", answer, str(letter.data["what"]))
        assert right.headers["location"] == "/"
        with site.database.transaction() as session:
            made = session.exec(select(User).where(User.login == "110022334455")).one()
        assert (made.name, letter.data["name"]) == (made.login, ""), "nobody is called by his phone"
        by_mail = doors.register(site.visitor(), channel="email", phone="", login="other-login")
        assert "/registration/sent" in by_mail.headers["location"]
        assert doors.letters(site.database)[-1].kind == "registration_link"


def test_another_code_takes_the_place_of_the_one_that_did_not_come(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "vostok"):
        client = site.visitor()
        first = doors.register(client, channel="phone", email="")
        code = doors.code(site.database, "registration_code_sms")
        second = doors.another_code(client, "/registration/again", first)
        assert "Новый код отправлен" in client.get(second.headers["location"]).text
        assert client.get(first.headers["location"]).status_code == 410
        newer = doors.code(site.database, "registration_code_sms")
        assert newer != code or len(doors.letters(site.database)) == 2
        assert doors.send_code(client, "/registration/code", second, newer).headers["location"] == "/"
        with site.database.transaction() as session:
            assert session.exec(select(User).where(User.login == "110022334455")).one().phone == "+79225550123"


def test_a_taken_login_is_told_only_to_who_has_proved_a_contact(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "vostok"):
        client = site.visitor()
        answer = doors.register(client, login=site.stranger.login, channel="phone", email="")
        assert "/registration/code" in answer.headers["location"]
        code = doors.code(site.database, "registration_code_sms")
        taken = doors.send_code(client, "/registration/code", answer, code)
        assert taken.status_code == 422
        assert "Логин занят" in taken.text
        data = {"csrf": client.cookies["feeder-form"], "h": doors.handle(answer), "t": "", "login": "vera.orlova"}
        assert client.post("/registration-login", data=data).headers["location"] == "/"


@pytest.mark.rows("R-18")
def test_a_picture_has_four_digits_and_opens_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "vostok"):
        client = site.visitor()
        page = client.get("/registration").text
        address = re.search(r'src="(/captcha/[^"]+)"', page)
        assert address
        picture = client.get(address[1])
        assert (picture.headers["content-type"], picture.content[:4]) == ("image/png", b"\x89PNG")
        assert len(picture.content) < 20_000
        riddle = doors.solved("picture")
        assert re.fullmatch(r"\d{4}", riddle["captcha"])
        assert doors.register(client, **riddle).status_code == 303
        second = doors.register(client, **riddle | {"login": "another1"})
        assert second.status_code == 422
        assert "уже использован" in second.text


def test_a_wrong_answer_uses_the_riddle_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "moek"):
        riddle = doors.solved("sum")
        wrong = doors.register(site.visitor(), **riddle | {"captcha": "1"})
        assert wrong.status_code == 422
        assert riddle["riddle"] not in wrong.text
        assert doors.register(site.visitor(), **riddle).status_code == 422
        assert doors.letters(site.database) == []


def test_renewing_the_code_keeps_what_was_typed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "vostok"):
        riddle = doors.solved("picture")
        answer = doors.register(site.visitor(), **riddle, renew="yes", login="vera.orlova")
        assert 'value="vera.orlova"' in answer.text
        assert riddle["riddle"] not in answer.text


# ------------------------------------------------------------------------------------------------ МОЭК, Мосэнергосбыт
@pytest.mark.rows("H-18", "H-19", "H-20", "H-21", "H-22", "H-23")
def test_moek_wants_six_characters_of_different_case_and_a_sum(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "moek"):
        page = site.visitor().get("/registration").text
        assert re.search(r"\d+ \+ \d+ =", page)
        assert "Минимум 6 знаков разного регистра" in page
        assert "Зарегистрироваться" in page
        low = doors.register(site.visitor(), password="береговая")
        assert 'id="password-e"' in low.text
        assert doors.register(site.visitor(), password="ЗимаДа").status_code == 303
        assert doors.letters(site.database)[-1].kind == "registration_link"


@pytest.mark.rows("J-001", "J-048", "J-049", "J-050", "J-052", "J-053")
def test_mosenergosbyt_card_rule_letter_and_instructions(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "mosenergosbyt"):
        page = site.visitor().get("/registration").text
        for words in ("Фамилия", "Имя", "Отчество", "Адрес электронной почты", "Пароль", "Повтор пароля", "Я не робот",
                      "Пароль должен состоять не менее чем из 8 знаков; Пароль должен содержать и буквы, и цифры.",
                      "72 часов с момента отправления"):  # fmt: skip
            assert words in page, words
        bad = doors.register(site.visitor(), "legal_entity", **mes(password="береговая", repeat="береговая"))
        assert 'id="password-e"' in bad.text
        assert doors.register(site.visitor(), "legal_entity", **mes()).status_code == 303
        with site.database.transaction() as session:
            proof = session.exec(select(Proof)).one()
        assert (proof.expires_at - proof.created_at).total_seconds() == 72 * 3600


@pytest.mark.rows("J-051")
def test_after_many_from_one_address_a_tick_is_not_enough(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "mosenergosbyt"):
        for n in range(2):
            answer = doors.register(site.visitor(), "legal_entity", **mes(email=f"v{n}@pochta.example"))
            assert answer.status_code == 303
        third = doors.register(site.visitor(), "legal_entity", **mes(email="v3@pochta.example"))
        assert third.status_code == 422
        assert "/captcha/" in third.text
        assert "Подтвердить" in third.text
        assert "v3@pochta.example" in third.text
        empty = doors.register(
            site.visitor(), "legal_entity", **mes(email="v3@pochta.example", picture="yes", captcha="")
        )
        assert 'href="#captcha"' in empty.text
        assert "/captcha/" in empty.text, "the picture stays asked for"
        more = mes(email="v3@pochta.example", picture="yes", **doors.solved("picture"))
        assert doors.register(site.visitor(), "legal_entity", **more).status_code == 303


# ------------------------------------------------------------------------------------------------ after the end
def test_whoever_goes_back_after_the_end_is_led_to_the_sign_in(site: Site) -> None:
    client, promised = filled(site, "demo")
    where, code = promised.headers["location"], doors.code(site.database, "registration_code")
    assert doors.send_code(client, "/registration/code", promised, code).headers["location"] == "/"
    form = {"csrf": client.cookies["feeder-form"], "h": doors.handle(promised), "code": code}
    answers = [
        client.get(where),
        client.get(where.replace("/code?", "/sent?")),
        client.post("/registration/code", data=form),
    ]
    for answer in answers:
        assert answer.status_code == 410
        assert "Страница больше не действует" in answer.text
        assert 'class="btn" href="/registration"' in answer.text
        assert 'href="/sign-in"' in answer.text


@pytest.mark.rows("J-052", "H-23")
def test_a_link_that_is_too_old_leads_to_the_card_and_not_to_a_forgotten_password(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with doors.profile(monkeypatch, "moek"):
        client, _answer = filled(site, "moek")
        with site.database.transaction() as session:
            proof = session.exec(select(Proof)).one()
            proof.expires_at = proof.created_at
            session.add(proof)
        old = client.get(doors.link(site.database, "registration_link"))
        assert old.status_code == 410
        assert 'class="btn" href="/registration"' in old.text
        assert 'class="btn" href="/recovery"' in client.get("/c/nobody-has-sent-this").text


# ------------------------------------------------------------------------------------------------ nobody is told
def test_a_registered_address_gets_the_same_page_and_another_letter(site: Site) -> None:
    client, first = filled(site, "demo")
    doors.send_code(client, "/registration/code", first, doors.code(site.database, "registration_code"))
    other, second = filled(site, "demo")
    assert second.headers["location"].startswith("/registration/code?h=")
    fresh, third = filled(site, "demo", email="new@pochta.example")
    page_new = re.sub(r"value=\"[^\"]*\"", "", fresh.get(third.headers["location"]).text)
    page_old = re.sub(r"value=\"[^\"]*\"", "", other.get(second.headers["location"]).text)
    assert page_old.replace("v***a@", "n***w@") == page_new
    assert "already_registered" in [letter.kind for letter in doors.letters(site.database)]
    assert "what" in doors.letters(site.database, "already_registered")[-1].data
    assert doors.letters(site.database, "already_registered")[-1].data["link"] == "/recovery"


def test_a_link_in_another_browser_asks_before_it_completes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with doors.profile(monkeypatch, "mosenergosbyt"):
        filled(site, "mosenergosbyt")
        link = doors.link(site.database, "registration_link")
        scanner = site.visitor().get(link)
        assert scanner.status_code == 200
        assert new_user(site) is None
        assert doors.press(site.visitor(), link).headers["location"] == "/sign-in?registered=1"
        assert new_user(site) is not None
        assert site.visitor().get(link).status_code == 410, "once"


def test_only_so_many_letters_go_to_one_address(site: Site) -> None:
    most = people.LIMITS["register-contact"][0]
    for _ in range(most + 2):
        assert filled(site, "demo")[1].status_code == 303
    assert len(doors.letters(site.database)) == most


def test_one_address_registers_only_so_many(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(people.LIMITS, "register", (2, 60))
    faulty = [filled(site, "demo", email="nowhere")[1] for _ in range(3)]
    assert [a.status_code for a in faulty] == [422, 422, 422], "a card with faults is no registration"
    assert "Электронная почта: " in faulty[0].text, "the list of faults names the fields"
    answers = [filled(site, "demo", email=f"v{n}@pochta.example")[1].status_code for n in range(3)]
    assert answers == [303, 303, 429]


def test_the_sixth_code_is_refused_even_when_it_is_right(site: Site) -> None:
    client, answer = filled(site, "demo")
    code = doors.code(site.database, "registration_code")
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert doors.send_code(client, "/registration/code", answer, wrong).status_code == 422
    assert doors.send_code(client, "/registration/code", answer, code).status_code == 422
    assert new_user(site) is None


def test_no_secret_is_kept_in_the_database(site: Site) -> None:
    filled(site, "demo")
    letter = doors.letters(site.database)[-1]
    with site.database.transaction() as session:
        kept = session.exec(select(Proof)).one().model_dump_json()
    assert str(letter.data["what"]) not in kept.replace("+79225550123", "")
    assert str(letter.data["link"]).rpartition("/")[2] not in kept
    assert doors.GOOD not in kept
