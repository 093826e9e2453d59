"""Requests about personal data are asked on the person's page and answered at the desk in their days."""

from sqlmodel import select

from models.people import my_data
from models.people.access_tables import DataRequest, RequestKind
from models.people.rules import actor_of
from models.people.tables import Audit, User
from models.process.actor import Role
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401


def asked(cabinet: Cabinet, kind: RequestKind, words: str = "улица Озёрная, дом 6") -> int:  # noqa: F811
    with cabinet.writing() as story:
        anna = story.session.exec(select(User).where(User.login == "anna")).one()
        return my_data.ask(story.session, kind, words, actor_of(anna), story.now).id or 0


def test_the_desk_corrects_the_card_and_the_person_reads_the_answer(cabinet: Cabinet) -> None:  # noqa: F811
    number = asked(cabinet, RequestKind.CORRECT)
    assert "улица" not in cabinet.open("data_requests", Role.OPERATOR).text, (
        "the list tells who and until when, not what"
    )
    shown = cabinet.open("data_requests", Role.OPERATOR, id=number)
    assert "улица Озёрная, дом 6" in shown.text
    shown.app.text_input(key="data-address").set_value("пос. Лесное, ул. Озёрная, д. 6")
    shown.app.text_area(key="data-words").set_value("Адрес исправлен")
    next(b for b in shown.app.button if b.label == "Отправить ответ").click().run()
    anna = cabinet.read(lambda db: db.exec(select(User).where(User.login == "anna")).one())
    assert anna.address == "пос. Лесное, ул. Озёрная, д. 6"
    told = cabinet.read(lambda db: db.exec(select(Audit).where(Audit.tag == "people:data:corrected")).one())
    assert told.facts["fields"] == ["address"], "names of fields, no values"
    assert cabinet.read(lambda db: db.get(DataRequest, number).answer) == "Адрес исправлен"
    assert cabinet.read(lambda db: db.exec(select(Audit).where(Audit.tag == "people:data:read")).first()) is not None


def test_who_may_only_read_finds_no_answer_to_write(cabinet: Cabinet) -> None:  # noqa: F811
    number = asked(cabinet, RequestKind.DELETE)
    for role in (Role.AUDITOR, Role.ADMIN, Role.OPERATOR):
        assert not cabinet.open("data_requests", role, id=number).app.text_area
    assert cabinet.open("data_requests", Role.MANAGER, id=number).app.text_area


def test_a_person_asks_what_is_held(cabinet: Cabinet) -> None:  # noqa: F811
    shown = cabinet.shows("my_data")
    shown.app.text_area(key="tell-text").set_value("Кому вы передавали мои данные?")
    next(b for b in shown.app.button if b.form_id == "my-data-tell").click().run()
    row = cabinet.read(lambda db: db.exec(select(DataRequest)).one())
    assert (row.kind, row.answered_at) == (RequestKind.TELL, None)


def test_a_request_to_delete_is_said_once_and_taken_back_by_a_button_of_its_own(cabinet: Cabinet) -> None:  # noqa: F811
    number = asked(cabinet, RequestKind.DELETE, "Удалить мои данные")
    shown = cabinet.shows("my_data")
    assert shown.text.count("Удалить мои данные") == 1
    button = shown.app.button(key=f"back-{number}")
    assert button.label == "Отозвать просьбу"
    button.click().run()
    assert cabinet.read(lambda db: db.get(DataRequest, number).answer) == "Отозвано заявителем"
