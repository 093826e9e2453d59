"""The register of issued documents and the editor of templates, as their people work with them."""

import pytest

from dashboard import menu
from documents.issue import NAMES, shipped_text
from infra import clock
from infra.database import Database
from models.connection.tables import Stage
from models.document import wordings
from models.document.tables import TemplateState
from models.process.actor import Role
from tests.dashboard.views.desk import Desk

GUIDE = shipped_text("guide")


@pytest.fixture
def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(database, monkeypatch)


@pytest.fixture
def empty(desk: Desk) -> Desk:
    with desk.writing():
        pass
    return desk


def newest(desk: Desk):  # type: ignore[no-untyped-def]
    return desk.reading(lambda db: wordings.versions(db, "guide")[0])


def test_the_register_finds_a_paper_by_number_kind_and_person(desk: Desk) -> None:
    with desk.writing() as story:
        case = story.to(Stage.OFFER_PLACED)
    page = desk.open("register", Role.OPERATOR)
    for piece in ("Условия типового договора", "Технические условия", case.number, case.object_address, "действует"):
        assert str(piece) in page.text
    page.fill("register-kind", "guide")
    assert "-И</b>" in page.text
    assert "-ТУ</b>" not in page.text
    page.fill("register-number", "нет такого")
    assert "Ничего не нашли" in page.text


def test_the_register_turns_its_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.document.register.page.__defaults__", (None, 2))
    with desk.writing() as story:
        story.to(Stage.OFFER_PLACED)
    page = desk.open("register", Role.MANAGER)
    first = page.text.count("?form=pdf")
    assert first == 2
    page.press("register-more")
    assert "К первой странице" in page.buttons
    page.press("register-first")
    assert "К первой странице" not in page.buttons


def test_templates_are_for_managers_and_administrators() -> None:
    allowed = {role for role in Role if "templates" in {v.entry.name for v in menu.views_of(role)}}
    assert allowed == {Role.MANAGER, Role.ADMIN}


def test_every_template_stands_in_the_list_with_what_is_in_force(empty: Desk) -> None:
    text = empty.open("templates", Role.MANAGER).text
    assert text.count("поставленный, версия") == len(NAMES)


def test_a_name_that_is_none_is_not_found(empty: Desk) -> None:
    assert "ничего не нашли" in empty.open("templates", Role.MANAGER, kind="../issue").text


def test_a_wording_goes_from_its_author_to_a_second_person_and_into_force(empty: Desk) -> None:
    page = empty.open("templates", Role.MANAGER, kind="guide")
    page.fill("template-guide-new", GUIDE.replace("# Куда звонить", "# Телефоны")).press("template-save")
    assert (newest(empty).version, newest(empty).state) == (2, TemplateState.DRAFT)
    empty.open("templates", Role.MANAGER, kind="guide").press("template-submit")
    assert newest(empty).state == TemplateState.SUBMITTED
    mine = empty.open("templates", Role.MANAGER, kind="guide")
    assert "Опубликовать" not in mine.buttons
    empty.open("templates", Role.ADMIN, kind="guide").press("template-publish")
    assert newest(empty).state == TemplateState.PUBLISHED
    found = empty.reading(lambda db: wordings.effective(db, "guide", clock.today()))
    assert "# Телефоны" in found.text
    assert "версия 2 с" in empty.open("templates", Role.ADMIN, kind="guide").text


def test_a_text_with_a_fault_is_shown_with_its_line_and_cannot_be_sent(empty: Desk) -> None:
    page = empty.open("templates", Role.MANAGER, kind="guide")
    bad = GUIDE.replace("# Куда звонить", "{{ guide.nosuch }}\n\n# Куда звонить")
    page.fill("template-guide-new", bad).press("template-save")
    page = empty.open("templates", Role.MANAGER, kind="guide").press("template-check")
    line = bad.count("\n", 0, bad.index("{{ guide.nosuch")) + 1
    assert f"Строка {line}: Образец не печатается" in page.text
    page = empty.open("templates", Role.MANAGER, kind="guide").press("template-submit")
    assert "Образец не печатается" in page.text
    assert newest(empty).state == TemplateState.DRAFT


def test_the_second_person_says_why_he_sends_a_text_back(empty: Desk) -> None:
    page = empty.open("templates", Role.MANAGER, kind="guide")
    page.press("template-save")
    empty.open("templates", Role.MANAGER, kind="guide").press("template-submit")
    page = empty.open("templates", Role.ADMIN, kind="guide").press("template-back")
    assert "Укажите, что изменить" in page.text
    page.fill("template-remark", "Слишком длинно").press("template-back")
    assert (newest(empty).state, newest(empty).remark) == (TemplateState.DRAFT, "Слишком длинно")
