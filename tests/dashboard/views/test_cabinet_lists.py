"""The cabinet's lists: applications, notices, profile, appeal, the main page."""

import pytest
from sqlmodel import select

from dashboard import menu
from models.connection.tables import Stage
from models.delivery import queries as delivery
from models.people.tables import User
from models.process.actor import Role
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401

PAGES = ("home", "applications", "notices", "profile", "appeal", "filing")


@pytest.mark.rows("G-13", "G-14", "G-15", "G-16", "G-17")
def test_the_menu_has_the_words_of_the_manual(cabinet: Cabinet) -> None:  # noqa: F811
    from infra.wording import _

    shown = [_(v.entry.title) for v in menu.views_of(Role.APPLICANT) if not v.entry.hidden and not v.entry.development]
    manual = ["Главная", "Заявки", "Уведомления", "Профиль", "Обращение"]
    assert [title for title in shown if title in manual] == manual


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_somebody_new(cabinet: Cabinet, page: str) -> None:  # noqa: F811
    assert "<h1>" in cabinet.shows(page).text


@pytest.mark.rows("J-030")
@pytest.mark.parametrize(
    ("page", "section"), [("applications", "connection"), ("notices", "notices"), ("appeal", "trouble")]
)
def test_the_help_of_a_page_opens_the_manual_at_its_section(cabinet: Cabinet, page: str, section: str) -> None:  # noqa: F811
    assert f'href="/manual#{section}"' in cabinet.shows(page).text


@pytest.mark.rows("G-28", "G-29", "G-31")
def test_applications_stand_in_a_table_with_the_columns_of_the_manual(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.case(Stage.OFFER_PLACED)
    cabinet.case(Stage.CHECKING, "stranger", object_name="Чужой дом")
    text = cabinet.shows("applications").text
    for title in ("Рег. №", "Дата регистрации", "Наименование объекта", "Адрес объекта"):
        assert f">{title}</th>" in text
    assert "ваш ход" in text
    assert "ТП-" in text
    assert "Чужой дом" not in text


def test_without_applications_the_page_says_what_to_do(cabinet: Cabinet) -> None:  # noqa: F811
    page = cabinet.shows("applications")
    assert "У вас пока нет заявок" in page.text
    assert "<table" not in page.text
    assert page.buttons == ["Подать заявку на подключение"]


def test_a_draft_is_gone_on_with(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.DRAFT)
    cabinet.shows("applications").press(f"resume-{case}")
    assert cabinet.went[-1] == ("filing", {"id": case})


def test_nobody_is_greeted_by_a_number(cabinet: Cabinet) -> None:  # noqa: F811
    with cabinet.database.transaction() as session:
        session.exec(select(User).where(User.login == "anna")).one().name = "110022334455"
    assert "<h1>Здравствуйте</h1>" in cabinet.shows("home").text


def test_the_main_page_shows_what_waits_for_him(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.OFFER_PLACED)
    page = cabinet.shows("home")
    assert "Ждут вашего хода: 1" in page.text
    assert "Оплатите первую часть счёта" in page.text
    page.press(f"open-{case}")
    assert cabinet.went[-1] == ("application", {"id": case})


@pytest.mark.rows("G-15")
def test_notices_are_marked_as_read(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.case(Stage.OFFER_PLACED)
    page = cabinet.shows("notices")
    assert "Размещены договор, технические условия и счёт" in page.text
    assert ">новое</span>" in page.text
    page.press("read-all")
    assert ">новое</span>" not in page.text
    assert not [n for n in cabinet.read(lambda db: delivery.notices(db, _anna(cabinet))) if n.read_at is None]
    assert "Размещены" not in cabinet.shows("notices", "stranger").text


@pytest.mark.rows("G-04", "G-16", "G-25")
def test_the_profile_shows_registration_session_and_history(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.case(Stage.OFFER_PLACED)
    text = cabinet.shows("profile").text
    for said in (
        "Регистрационный номер",
        "Л-0",
        "До конца сеанса",
        "Заявка отправлена",
        "Приложен файл: identity.pdf",
        "112-233-445 95",
    ):
        assert said in text, said
    assert "Сотрудник" not in text, "names of staff are not told"
    assert "Утвердить технические условия" not in text, "what happens inside the grid company is not told"


def _anna(cabinet: Cabinet) -> int:  # noqa: F811
    cabinet.signed_in("anna")
    from dashboard import session

    return session.current().id
