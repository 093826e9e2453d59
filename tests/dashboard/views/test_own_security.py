"""One's own doors in the profile, and the customer centre's page of temporary access, as a person sees them."""

import pytest
from sqlmodel import select

from dashboard.views import access, own_security
from models.people import recovery
from models.people.tables import Audit, User
from models.process.actor import Role
from models.process.errors import Invalid
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.dashboard.views.test_desk_pages import desk  # noqa: F401


@pytest.mark.rows("G-04", "M-08", "J-004", "J-005", "R-83", "R-84", "R-85")
def test_the_profile_shows_the_time_left_and_the_ways_to_change(cabinet: Cabinet) -> None:  # noqa: F811
    text = cabinet.shows("profile").text
    assert "Мои сеансы" in text
    assert "Осталось" in text or "до конца сеанса" in text.lower()


def test_a_refusal_stands_under_its_form_and_the_page_goes_on(cabinet: Cabinet) -> None:  # noqa: F811
    page = cabinet.shows("profile")
    page.app.text_input(key="own-phone-number").set_value("12")
    next(b for b in page.app.button if b.label == "Выслать код").click().run()
    assert 'role="alert"' in page.text
    assert "История действий" in page.text, "what follows is still there"
    assert page.app.text_input(key="own-phone-number").value == "12", "what was typed is kept"


def test_a_changed_password_does_not_stay_on_the_screen(
    cabinet: Cabinet,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(own_security, "prove", lambda _who, _password: None)
    page = cabinet.shows("profile")
    for field, typed in (
        ("own-old-0", "прежний"),
        ("own-new-0", "Берёза-ольха-7712"),
        ("own-again-0", "Берёза-ольха-7712"),
    ):
        page.app.text_input(key=field).set_value(typed)
    next(b for b in page.app.button if b.label == "Изменить пароль").click().run()
    assert "Пароль изменён" in page.text
    assert [page.app.text_input(key=field).value for field in ("own-old-1", "own-new-1", "own-again-1")] == ["", "", ""]


def test_a_new_number_counts_only_after_its_code(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.signed_in("anna")
    who = own_security.session.current()
    handle = own_security._ask(who, own_security.Channel.PHONE, "+79225550199")
    with pytest.raises(Invalid):
        own_security.confirm_phone(who, handle, "не код")
    assert cabinet.read(lambda db: db.get(User, who.id).phone) != "+79225550199"
    code = cabinet.read(
        lambda db: db.execute(recovery.select(recovery.delivery.Letter.data).where(recovery.delivery.Letter.kind == "phone_code_sms")).scalar_one()["what"]
    )  # fmt: skip
    own_security.confirm_phone(who, handle, code)
    assert cabinet.read(lambda db: db.get(User, who.id).phone) == "+79225550199"


@pytest.mark.rows("D-14")
def test_the_centre_finds_a_person_and_grants_access(cabinet: Cabinet) -> None:  # noqa: F811
    with cabinet.writing() as story:
        anna = story.session.exec(select(User).where(User.login == "anna")).one()
        anna.email = anna.phone = ""
    page = cabinet.open("access", Role.OPERATOR)
    page.fill("access-find", "anna")
    assert "Контактов нет" in page.text
    assert access.ENTRY.roles == recovery.CENTRE
    page.app.text_input[1].set_value("паспорт 41 08 512340")
    page.app.button[0].click().run()
    page.app.run()
    assert "Временный пароль" in page.text, "a second click does not lose what is shown once"
    assert "Временный пароль" not in page.press("access-handed").text
    assert cabinet.read(
        lambda db: db.exec(select(Audit).where(Audit.tag == "people:user:temporary_access")).one()
    ).facts["document"]
