"""Beside the main course in Chromium: money asked back, a fault told, choices changed, the supplier's number, the end of a
contract, the lawyer's list; each at a wide window and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from infra.database import Database
from models.connection import moving
from models.connection.tables import Application, Stage
from models.people.tables import User
from models.process.actor import Role
from signatures.secrets import hash_password
from tests.browser.conftest import PHONE, WIDE, settle
from tests.browser.test_desk_ordinary import PASSWORD, Household, household, looks, opened  # noqa: F401
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


def _let_in(database: Database, case: Application) -> str:
    """The login of its applicant, who gets the password of everybody here."""
    with database.transaction() as db:
        user = db.get_one(User, case.applicant_id)
        user.password_hash = hash_password(PASSWORD)
        return user.login


def both(page: Page, name: str) -> None:
    """Looked at on a phone and at a wide window."""
    for width in (PHONE, WIDE):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        looks(page, f"{name}-{width}")


@pytest.mark.rows("D-20")
def test_money_fault_choices_supplier_end_and_disagreements_on_screen(
    household: Household, site: str, window: Callable[..., Page], database: Database  # noqa: F811
) -> None:  # fmt: skip
    paid = household.tell(_paid_too_much)
    done = household.tell(lambda s: s.to(Stage.COMPLETED))
    large = household.tell(lambda s: s.to(Stage.ENGINEERING, s.organisation(), **HUGE))
    household.tell(lambda s: s.to(Stage.DISAGREEMENT, s.organisation(), **LARGE))
    draft = household.tell(lambda s: s.house.draft(s.organisation(), step="object", **(HUGE | FIELDS)))
    login = {c.id or 0: _let_in(database, c) for c in (paid, done, large, draft)}
    page = window(WIDE)
    # every field of a large application; a wrong one is named beside itself
    opened(page, site, Role.APPLICANT, f"filing?id={draft.id}", login[draft.id or 0])
    expect(page.get_by_label("Точек присоединения")).to_have_value("2")
    expect(page.get_by_text("Вместе больше запрошенной мощности").first).to_be_visible()
    both(page, "filing-fields")
    # the applicant: an empty form says what it lacks, a whole one is sent
    opened(page, site, Role.APPLICANT, f"application?id={paid.id}", login[paid.id or 0])
    page.get_by_role("button", name="Попросить вернуть деньги").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Отправить запрос").click()
    expect(dialog.get_by_role("alert").first).to_be_visible()
    both(page, "refund-window")
    for label, text in {"Почему деньги возвращаются": "Заплатил дважды", "БИК банка": "044030653",
                        "Расчётный счёт": "40702810055000001234"}.items():  # fmt: skip
        field = dialog.get_by_label(label, exact=True)
        field.fill(text)
        field.press("Tab")
        settle(page)
    dialog.get_by_role("button", name="Отправить запрос").click()
    expect(page.get_by_text("возврат рассматриваем").first).to_be_visible()
    # a fault of our works
    opened(page, site, Role.APPLICANT, f"application?id={done.id}", login[done.id or 0])
    page.get_by_role("button", name="Сообщить о скрытом недостатке").click()
    both(page, "fault-window")
    # choices before the approval
    opened(page, site, Role.APPLICANT, f"application?id={large.id}", login[large.id or 0])
    page.get_by_text("Выберите, как считать и вносить плату").click()
    dialog = page.get_by_role("radiogroup", name="Сколько могут длиться наши работы")
    dialog.get_by_text("четыре года").click()
    settle(page)
    both(page, "choices")
    page.get_by_role("button", name="Сохранить выбор").click()
    expect(page.get_by_text("Выбор сохранён").first).to_be_visible()
    # the desk: the supplier's number, the end of a contract
    opened(page, site, Role.OPERATOR, f"case?id={paid.id}")
    page.get_by_role("button", name="Поставщик разместил свои документы").click()
    both(page, "supply-window")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Номер", exact=True).fill("4700123456")
    dialog.get_by_label("Номер", exact=True).press("Enter")
    settle(page)
    dialog.get_by_role("button").last.click()
    expect(page.get_by_text("лицевой счёт № 4700123456").first).to_be_visible()
    opened(page, site, Role.MANAGER, f"case?id={paid.id}")
    page.get_by_role("button", name="Расторгнуть договор").click()
    both(page, "terminate-window")
    opened(page, site, Role.LAWYER, "disagreements")
    both(page, "disagreements")
