"""A representative in Chromium, the whole walk: named with a scan, checked at the desk, agreed to; he answers for the firm;
the firm revokes, and his next click is refused. On a phone, every place looked at in a wide window too."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.connection import queries
from models.connection.tables import Application, Stage
from models.people.represent_tables import Representative, State
from models.people.tables import PersonKind
from models.process.actor import Role
from tests.browser.conftest import PHONE, WIDE
from tests.browser.hands import enters, fits, visits
from tests.browser.story_hands import press, press_in_window, rest, sees, tick, type_day, type_in
from tests.models.story import Story

pytestmark = pytest.mark.browser
AGENT, NUMBER = "Борисова Инна Львовна", "26000777"


@pytest.fixture
def case(database: Database) -> int:
    """The firm's application waits for its answer; the future representative has a cabinet and nothing in it."""
    with database.transaction() as db:
        story = Story(db, clock.now() - timedelta(hours=1))
        firm = story.house.applicant(PersonKind.LEGAL_ENTITY)
        firm.login = "firm"
        agent = story.house.applicant()
        agent.login, agent.name, agent.registration_number = "agent", AGENT, NUMBER
        made = story.to(Stage.AWAITING_INFO, firm, power_kw="120")
        return made.id or 0


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    page = Image.new("RGB", (900, 1200), "white")
    ImageDraw.Draw(page).text((120, 160), "POWER OF ATTORNEY No 12", fill="black", font_size=40)
    path = tmp_path / "доверенность.png"
    page.save(path)
    return path


def looks(page: Page, name: str) -> None:
    rest(page)
    fits(page, name, (WIDE, PHONE), told=True)


def names_her(page: Page, site: str, scan: Path) -> None:
    """The firm, on a phone: first an empty form, then a whole one."""
    enters(page, site, "firm", "representatives")
    press(page, "Назначить представителя")
    press(page, "Отправить")
    sees(page, "Напишите номер документа", "Приложите скан")
    looks(page, "faults")
    type_in(page, "Фамилия, имя, отчество", AGENT)
    type_in(page, "Эл. почта, телефон или регистрационный номер", NUMBER)
    type_in(page, "Номер документа", "12")
    today = f"{clock.today():%d%m%Y}"
    type_day(page, "Дата документа", today)
    tick(page, "подписывать и отправлять")
    page.locator("input[type=file]").set_input_files(scan)
    rest(page)
    looks(page, "offer")
    press(page, "Отправить")
    sees(page, AGENT, "ждёт согласия и проверки")
    looks(page, "named")


def checked(page: Page, site: str) -> None:
    enters(page, site, "operator", "powers")
    sees(page, "ООО «Лесной двор»")
    looks(page, "queue")
    page.get_by_role("button", name="ООО «Лесной двор»").first.click()
    expect(page.get_by_alt_text("Скан, страница 1")).to_be_visible()
    looks(page, "check")
    press(page, "Скан соответствует, принять")
    sees(page, "ждёт согласия представителя")


def agrees_and_answers(page: Page, site: str, case: int) -> None:
    enters(page, site, "agent", "representatives")
    expect(page.get_by_role("button", name="Согласиться")).to_be_visible()
    looks(page, "asked")
    press(page, "Согласиться")
    sees(page, "действует", "За кого действую я")
    looks(page, "acting")
    press(page, "Заявки доверителя")
    sees(page, "ООО «Лесной двор»")
    looks(page, "list")
    visits(page, f"application?id={case}")
    sees(page, "Вы действуете за: ООО «Лесной двор»")
    looks(page, "card")
    type_in(page, "Пояснение, если нужно", "План приложен к прежней заявке")
    press(page, "Отправить недостающее")
    sees(page, "Статус заявки")
    visits(page, "filing")
    sees(page, "За кого подаёте заявку?")
    looks(page, "filing")


@pytest.mark.soak
def test_a_representative_acts_for_a_firm_until_it_revokes(
    case: int, site: str, scan: Path, window: Callable[..., Page], database: Database
) -> None:
    firm, desk, agent = window(PHONE), window(WIDE), window(PHONE)
    names_her(firm, site, scan)
    checked(desk, site)
    agrees_and_answers(agent, site, case)
    with database.transaction() as db:
        assert db.get_one(Application, case).stage == Stage.CHECKING
        newest = queries.history(db, case)[-1]
        assert newest.actor_role == Role.APPLICANT
        assert newest.actor_name.startswith("Борисова И. Л. по доверенности № 12")
        assert newest.actor_name.endswith("за ООО «Лесной двор»")
    visits(agent, f"application?id={case}")
    sees(agent, "Вы действуете за: ООО «Лесной двор»")
    visits(firm, f"application?id={case}")
    sees(firm, "Ваш представитель", "Борисова И. Л.")
    looks(firm, "own-card")
    visits(firm, "representatives")
    press(firm, "Отозвать доверенность")
    press_in_window(firm, "Отозвать")
    sees(firm, "Доверенность отозвана")
    field = agent.get_by_label("Ваше сообщение")
    field.fill("Ещё вопрос")
    agent.get_by_role("button", name="Отправить сообщение").click()
    sees(agent, "По этому номеру ничего не нашли")
    with database.transaction() as db:
        assert db.exec(select(Representative)).one().state == State.REVOKED
        assert not any(m.text == "Ещё вопрос" for m in queries.messages(db, case))
