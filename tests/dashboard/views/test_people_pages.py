"""Pages about people: staff, consents, my data, notices, contacts, blocks of the start page."""

import io
import json
import zipfile

import pytest
from sqlmodel import select

from dashboard.parts import screen
from dashboard.views import my_data as page
from infra import profiles, storage
from models.connection.tables import Stage
from models.delivery.tables import Notice
from models.people import consents
from models.people.access_tables import DataRequest
from models.people.proof_tables import Consent
from models.people.tables import Audit, User
from models.process.actor import Role
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401


def test_the_administrator_sees_and_hires_staff(cabinet: Cabinet) -> None:  # noqa: F811
    shown = cabinet.open("staff", Role.ADMIN)
    assert "Вторая Мария Ивановна" in shown.text
    assert "Кто что может" in [e.label for e in shown.app.expander]
    manager = cabinet.open("staff", Role.MANAGER)
    assert "Добавить сотрудника" not in [e.label for e in manager.app.expander]


def test_blocking_from_the_page_leaves_an_audit_row(cabinet: Cabinet) -> None:  # noqa: F811
    engineer = cabinet.read(lambda db: db.exec(select(User).where(User.login == "engineer")).one())
    shown = cabinet.open("staff", Role.ADMIN, id=engineer.id)
    shown.app.text_input(key="block-reason").set_value("уволен")
    next(b for b in shown.app.button if "Заблокировать" in b.label).click().run()
    assert cabinet.read(lambda db: db.get(User, engineer.id).active) is False
    assert cabinet.read(lambda db: db.exec(select(Audit).where(Audit.tag == "people:staff:blocked")).one()).subject_id


def test_a_consent_is_shown_with_its_text_and_withdrawn(cabinet: Cabinet) -> None:  # noqa: F811
    with cabinet.writing() as story:
        anna = story.session.exec(select(User).where(User.login == "anna")).one()
        given = consents.give(story.session, anna.id or 0, profiles.consents()[0], story.now)
        key, sha = given.id, given.sha256
    shown = cabinet.shows("my_consents")
    assert sha in shown.text
    shown.press(f"withdraw-{key}")
    assert cabinet.read(lambda db: db.get(Consent, key).withdrawn_at) is not None
    assert cabinet.read(lambda db: db.exec(select(Audit).where(Audit.tag == "people:consent:withdrawn")).one())


def test_my_data_tell_what_is_held_and_who_looked(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.case(Stage.EXECUTION)
    shown = cabinet.shows("my_data")
    assert "152-ФЗ" in shown.text
    assert "Кто смотрел" in shown.text


def test_the_copy_is_an_archive_that_names_what_is_lost(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.case(Stage.EXECUTION)
    cabinet.signed_in("anna")
    assert storage.storage() is not None
    box = zipfile.ZipFile(io.BytesIO(page.made(page.session.current())))
    assert json.loads(box.read("applications.json"))
    assert "Нет в хранилище" in box.read("ПРОЧТИТЕ.txt").decode()  # the story's files have no bytes
    assert cabinet.read(lambda db: db.exec(select(Audit).where(Audit.tag == "people:data:copied")).one())


@pytest.mark.rows("J-039", "J-040")
def test_notices_are_filtered_and_deleted(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.case(Stage.EXECUTION)
    mine = cabinet.read(lambda db: list(db.exec(select(Notice).order_by(Notice.id)).all()))
    shown = cabinet.shows("notices")
    assert mine[-1].title in shown.text
    shown.app.multiselect(key="notices-chosen").set_value([mine[-1].id])
    next(b for b in shown.app.button if b.label == "Удалить").click().run()
    assert cabinet.read(lambda db: db.get(Notice, mine[-1].id).deleted_at) is not None
    assert mine[-1].title not in cabinet.shows("notices").text
    shown = cabinet.shows("notices").fill("notices-show", "money")
    assert "Получен платёж" not in shown.text or "Платёж" in shown.text


def test_the_second_half_of_a_double_click_keeps_the_word_of_what_was_done(
    cabinet: Cabinet,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cabinet.case(Stage.EXECUTION)
    monkeypatch.setattr(screen, "STAYS", 3600.0)
    shown = cabinet.shows("notices").press("read-all")
    shown.app.run()
    assert "Все уведомления прочитаны" in shown.text
    monkeypatch.setattr(screen, "STAYS", 0.0)
    shown.app.run()
    assert "Все уведомления прочитаны" not in shown.text


def test_the_copy_is_prepared_after_the_password_and_offered(
    cabinet: Cabinet,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(page, "prove", lambda _who, _password: None)
    monkeypatch.setattr(page, "made", lambda _who: b"PK")
    shown = cabinet.shows("my_data")
    next(b for b in shown.app.button if b.label == "Подготовить копию").click().run()
    shown._check()
    assert [b.proto.label for b in shown.app.get("download_button")] == ["Скачать копию"]


def test_a_wish_to_delete_the_cabinet_needs_its_tick_and_terms_stand_in_years(cabinet: Cabinet) -> None:  # noqa: F811
    shown = cabinet.shows("my_data")
    assert ">5\u00a0лет<" in shown.text
    next(b for b in shown.app.button if b.label == "Попросить удалить").click().run()
    assert "Сначала отметьте строку выше" in shown.text
    assert cabinet.read(lambda db: db.exec(select(DataRequest)).all()) == []


def test_deleting_nothing_asks_what_to_delete(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.case(Stage.EXECUTION)
    shown = cabinet.shows("notices")
    next(b for b in shown.app.button if b.label == "Удалить").click().run()
    assert "Выберите уведомления" in shown.text
    assert "Удалено" not in shown.text


@pytest.mark.rows("G-40")
def test_contacts_tell_the_phone_and_the_branches(cabinet: Cabinet) -> None:  # noqa: F811
    shown = cabinet.shows("contacts").text
    assert "8 800 555-01-47" in shown
    assert "Северный" in shown


@pytest.mark.rows("J-057", "J-058", "J-059", "M-04")
def test_a_block_is_hidden_taken_off_and_returned(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.shows("home").press("away-home-forms")
    shown = cabinet.shows("home")
    assert "fill-in" not in [b.key for b in shown.app.button]
    shown.press("return-home-forms")
    assert "fill-in" in [b.key for b in cabinet.shows("home").app.button]
    cabinet.shows("home").press("fold-home-forms")
    assert "fill-in" not in [b.key for b in cabinet.shows("home").app.button]
    cabinet.shows("home").press("unfold-home-forms")
    assert "fill-in" in [b.key for b in cabinet.shows("home").app.button]


@pytest.mark.rows("J-030")
def test_hints_of_the_first_visit_are_gone_when_read(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.shows("home").press("hint-home")
    assert "hint-home" not in [b.key for b in cabinet.shows("home").app.button]
