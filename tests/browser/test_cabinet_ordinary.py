"""The ordinary path from the applicant's side on a phone: category explained, draft contract, protocol of disagreements."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.connection import queries
from models.connection.tables import Application, Stage
from models.people.tables import User
from tests.browser.conftest import PHONE, settle
from tests.browser.hands import clicks, enters, fits, types, visits
from tests.models.story import LARGE, Story

pytestmark = pytest.mark.browser
Window = Callable[..., Page]


@pytest.fixture
def cases(database: Database) -> dict[Stage, int]:
    """A firm with a draft and a contract to sign."""
    with database.transaction() as session:
        story = Story(session, clock.now())
        firm = story.organisation()
        firm.login = "firm"
        found = {Stage.CONTRACT_SENT: story.to(Stage.CONTRACT_SENT, firm, **LARGE).id or 0}
        draft = story.house.draft(
            firm, **(LARGE | {"power_kw": "", "step": "object", "object_address": "пос. Лесное, 7"})
        )
        found[Stage.DRAFT] = draft.id or 0
    return found


def test_a_firm_asks_for_400_kw_and_argues_about_the_contract(
    site: str, window: Window, database: Database, cases: dict[Stage, int]
) -> None:
    page = window(PHONE)
    enters(page, site, "firm", f"filing?id={cases[Stage.DRAFT]}")
    types(page.get_by_label("Запрашиваемая мощность"), "400")
    expect(page.get_by_role("status").filter(has_text="по подписанному договору")).to_be_visible()
    fits(page, "form")

    visits(page, f"application?id={cases[Stage.CONTRACT_SENT]}")
    expect(page.get_by_role("button", name="Прочитать и подписать")).to_be_visible()
    clicks(page.get_by_text("Не согласны? Направьте протокол разногласий"))
    types(page.get_by_label("Пункт договора или условий"), "п. 5")
    types(page.get_by_label("Ваша редакция"), "Срок мероприятий — три месяца")
    page.get_by_role("button", name="Отправить протокол разногласий").click()
    expect(page.get_by_text("Протокол отправлен")).to_be_visible()
    settle(page)
    fits(page, "protocol")
    with database.transaction() as session:
        case = session.get(Application, cases[Stage.CONTRACT_SENT])
        assert case is not None
        assert case.stage == Stage.DISAGREEMENT
        assert [r.clause for r in queries.disagreements(session, case.id or 0)] == ["п. 5"]
        assert session.exec(select(User).where(User.login == "firm")).one().id == case.applicant_id
