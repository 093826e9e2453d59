"""A representative in Chromium, the whole walk: named with a scan, checked at the desk, agreed to; he answers for the firm;
the firm revokes, and his next click is refused. At a desk and on a phone."""

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
from models.people.tables import PersonKind, User
from models.process.actor import Role
from signatures.secrets import hash_password
from tests.browser.conftest import PHONE, WIDE, picture, sideways
from tests.browser.story_hands import enter, press, press_in_window, rest, sees, tick, type_day, type_in
from tests.models.story import Story

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"
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
        hashed = hash_password(PASSWORD)
        for user in db.exec(select(User)):
            user.password_hash = hashed
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
    assert sideways(page) <= 0, f"{name}: the page is wider than its window"
    picture(page, f"represent-{name}")


def names_her(page: Page, site: str, scan: Path) -> None:
    """The firm, on a phone: first an empty form, then a whole one."""
    enter(page, site, "firm", PASSWORD)
    page.goto(f"{site}/representatives")
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
    enter(page, site, "operator", PASSWORD)
    page.goto(f"{site}/powers")
    sees(page, "ООО «Лесной двор»")
    looks(page, "queue")
    page.get_by_role("button", name="ООО «Лесной двор»").first.click()
    rest(page)
    expect(page.get_by_alt_text("Скан, страница 1")).to_be_visible()
    looks(page, "check")
    press(page, "Скан соответствует, принять")
    sees(page, "ждёт согласия представителя")


def agrees_and_answers(page: Page, site: str, case: int) -> None:
    enter(page, site, "agent", PASSWORD)
    page.goto(f"{site}/representatives")
    looks(page, "asked")
    press(page, "Согласиться")
    sees(page, "действует", "За кого действую я")
    looks(page, "acting")
    press(page, "Заявки доверителя")
    sees(page, "ООО «Лесной двор»")
    looks(page, "list")
    page.goto(f"{site}/application?id={case}")
    sees(page, "Вы действуете за: ООО «Лесной двор»")
    looks(page, "card")
    type_in(page, "Пояснение, если нужно", "План приложен к прежней заявке")
    press(page, "Отправить недостающее")
    sees(page, "Статус заявки")
    page.goto(f"{site}/filing")
    sees(page, "За кого подаёте заявку?")
    looks(page, "filing")


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_representative_acts_for_a_firm_until_it_revokes(
    case: int, site: str, scan: Path, window: Callable[..., Page], database: Database, width: int
) -> None:
    firm, desk, agent = window(width), window(WIDE), window(width)
    names_her(firm, site, scan)
    checked(desk, site)
    agrees_and_answers(agent, site, case)
    with database.transaction() as db:
        assert db.get_one(Application, case).stage == Stage.CHECKING
        newest = queries.history(db, case)[-1]
        assert newest.actor_role == Role.APPLICANT
        assert newest.actor_name.startswith("Борисова И. Л. по доверенности № 12")
        assert newest.actor_name.endswith("за ООО «Лесной двор»")
    agent.goto(f"{site}/application?id={case}")
    sees(agent, "Вы действуете за: ООО «Лесной двор»")
    firm.goto(f"{site}/application?id={case}")
    sees(firm, "Ваш представитель", "Борисова И. Л.")
    looks(firm, "own-card")
    firm.goto(f"{site}/representatives")
    press(firm, "Отозвать доверенность")
    press_in_window(firm, "Отозвать")
    sees(firm, "Доверенность отозвана")
    agent.get_by_label("Ваше сообщение").fill("Ещё вопрос")
    agent.get_by_role("button", name="Отправить сообщение").click()
    sees(agent, "По этому номеру ничего не нашли")
    with database.transaction() as db:
        assert db.exec(select(Representative)).one().state == State.REVOKED
        assert not any(m.text == "Ещё вопрос" for m in queries.messages(db, case))
