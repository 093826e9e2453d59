"""Beside the main course in Chromium: money asked back, a fault told, choices changed, the supplier's number, the end of a
contract, the lawyer's list; each at a wide window and on a phone."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from infra.database import Database
from models.connection import moving
from models.connection.tables import Application, Stage
from models.people.tables import User
from models.process.actor import Role
from tests.browser.conftest import PHONE, WIDE, settle
from tests.browser.hands import clicks, enters, fits, types
from tests.browser.test_desk_ordinary import Household
from tests.models.payment.ledger import transfer
from tests.models.story import HUGE, LARGE, Story

pytestmark = pytest.mark.browser


def _paid_too_much(story: Story) -> Application:
    case = story.to(Stage.EXECUTION)
    transfer(story, case, "700000.00")
    moving.start(story.session, case, "supplier.copies_sent", story.now)
    return case


FIELDS = {
    "reliability": "I", "sources": "2", "first_kw": "800", "second_kw": "200", "points": "2", "design": "I квартал 2027",
    "landmark": "у моста", "power_stages": [{"kw": "900", "quarter": "II квартал 2027", "design": "I квартал 2027"}],
}  # fmt: skip


@pytest.fixture
def household(database: Database) -> Household:
    return Household(database)


@dataclass(frozen=True)
class Walk:
    page: Page
    site: str
    database: Database

    def opens(self, case: Application, role: Role, address: str) -> Page:
        """As its applicant or as one of the staff."""
        login = role.lower()
        if role == Role.APPLICANT:
            with self.database.transaction() as db:
                login = db.get_one(User, case.applicant_id).login
        enters(self.page, self.site, login, address.format(case.id))
        return self.page


def both(page: Page, name: str) -> None:
    """Looked at on a phone and at a wide window."""
    fits(page, name, (PHONE, WIDE))


@pytest.mark.soak
@pytest.mark.rows("D-20")
def test_money_fault_choices_supplier_end_and_disagreements_on_screen(
    household: Household, site: str, window: Callable[..., Page], database: Database
) -> None:
    paid = household.tell(_paid_too_much)
    done = household.tell(lambda s: s.to(Stage.COMPLETED))
    large = household.tell(lambda s: s.to(Stage.ENGINEERING, s.organisation(), **HUGE))
    remarks = household.tell(lambda s: s.to(Stage.DISAGREEMENT, s.organisation(), **LARGE))
    draft = household.tell(lambda s: s.house.draft(s.organisation(), step="object", **(HUGE | FIELDS)))
    walk = Walk(window(WIDE), site, database)
    _names_a_wrong_field(walk, draft)
    _asks_for_money_back(walk, paid)
    clicks(
        walk.opens(done, Role.APPLICANT, "application?id={}").get_by_role(
            "button", name="Сообщить о скрытом недостатке"
        )
    )
    expect(walk.page.get_by_role("dialog")).to_be_visible()
    both(walk.page, "fault-window")
    _chooses(walk, large)
    _notes_the_number_of_the_supplier(walk, paid)
    clicks(walk.opens(paid, Role.MANAGER, "case?id={}").get_by_role("button", name="Расторгнуть договор"))
    expect(walk.page.get_by_role("dialog")).to_be_visible()
    both(walk.page, "terminate-window")
    expect(walk.opens(remarks, Role.LAWYER, "disagreements").get_by_text(remarks.number or "").first).to_be_visible()
    both(walk.page, "disagreements")


def _names_a_wrong_field(walk: Walk, draft: Application) -> None:
    """Every field of a large application; a wrong one is named beside itself."""
    page = walk.opens(draft, Role.APPLICANT, "filing?id={}")
    expect(page.get_by_label("Точек присоединения")).to_have_value("2")
    expect(page.get_by_text("Вместе больше запрошенной мощности").first).to_be_visible()
    both(page, "filing-fields")


def _asks_for_money_back(walk: Walk, paid: Application) -> None:
    """An empty form says what it lacks, a whole one is sent."""
    page = walk.opens(paid, Role.APPLICANT, "application?id={}")
    clicks(page.get_by_role("button", name="Попросить вернуть деньги"))
    dialog = page.get_by_role("dialog")
    clicks(dialog.get_by_role("button", name="Отправить запрос"))
    expect(dialog.get_by_role("alert").first).to_be_visible()
    both(page, "refund-window")
    for label, text in {"Почему деньги возвращаются": "Заплатил дважды", "БИК банка": "044030653",
                        "Расчётный счёт": "40702810055000001234"}.items():  # fmt: skip
        types(dialog.get_by_label(label, exact=True), text)
    dialog.get_by_role("button", name="Отправить запрос").click()
    expect(page.get_by_text("возврат рассматриваем").first).to_be_visible()


def _chooses(walk: Walk, large: Application) -> None:
    """Before the approval: how long our works may take."""
    page = walk.opens(large, Role.APPLICANT, "application?id={}")
    clicks(page.get_by_text("Выберите, как считать и вносить плату"))
    clicks(page.get_by_role("radiogroup", name="Сколько могут длиться наши работы").get_by_text("четыре года"))
    both(page, "choices")
    page.get_by_role("button", name="Сохранить выбор").click()
    expect(page.get_by_text("Выбор сохранён").first).to_be_visible()


def _notes_the_number_of_the_supplier(walk: Walk, paid: Application) -> None:
    page = walk.opens(paid, Role.OPERATOR, "case?id={}")
    clicks(page.get_by_role("button", name="Поставщик разместил свои документы"))
    number = page.get_by_role("dialog").get_by_label("Номер", exact=True)
    expect(number).to_be_visible()
    both(page, "supply-window")
    number.fill("4700123456")
    number.press("Enter")
    settle(page)
    page.get_by_role("dialog").get_by_role("button").last.click()
    expect(page.get_by_text("лицевой счёт № 4700123456").first).to_be_visible()
