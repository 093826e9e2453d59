"""The ordinary path from the applicant's side on a phone: category explained, draft contract, protocol of disagreements."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from infra import clock
from infra.database import Database
from infra.keys import vault_keys
from models.connection import queries
from models.connection.tables import Application, Stage
from models.people.tables import User
from signatures.secrets import hash_password
from tests.browser.conftest import PHONE, WIDE, picture, settle, sideways, sign_in
from tests.models.story import LARGE, Story

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"
Window = Callable[..., Page]


@pytest.fixture(autouse=True)
def same_key(tmp_path: Path) -> None:
    (tmp_path / "vault.key").write_text(vault_keys()[0])


@pytest.fixture
def cases(database: Database) -> dict[Stage, int]:
    """A firm with a draft, a contract to sign and works under way."""
    with database.transaction() as session:
        story = Story(session, clock.now())
        firm = story.organisation()
        firm.login, firm.password_hash = "firm", hash_password(PASSWORD)
        found = {s: story.to(s, firm, **LARGE).id or 0 for s in (Stage.CONTRACT_SENT, Stage.EXECUTION)}
        draft = story.house.draft(
            firm, **(LARGE | {"power_kw": "", "step": "object", "object_address": "пос. Лесное, 7"})
        )
        found[Stage.DRAFT] = draft.id or 0
    return found


def test_a_firm_asks_for_400_kw_and_argues_about_the_contract(
    site: str, window: Window, database: Database, cases: dict[Stage, int]
) -> None:
    page = window(PHONE)
    sign_in(page, site, "firm", PASSWORD)
    page.goto(f"{site}/filing?id={cases[Stage.DRAFT]}")
    settle(page)
    page.get_by_label("Запрашиваемая мощность").fill("400")
    page.keyboard.press("Tab")
    expect(page.get_by_role("status").filter(has_text="по подписанному договору")).to_be_visible(timeout=15_000)
    settle(page)
    picture(page, "ordinary-form")
    assert sideways(page) == 0

    page.goto(f"{site}/application?id={cases[Stage.CONTRACT_SENT]}")
    settle(page)
    expect(page.get_by_role("button", name="Прочитать и подписать")).to_be_visible()
    picture(page, "ordinary-contract")
    page.get_by_text("Не согласны? Направьте протокол разногласий").click()
    page.get_by_label("Пункт договора или условий").fill("п. 5")
    page.get_by_label("Ваша редакция").fill("Срок мероприятий — три месяца")
    page.get_by_role("button", name="Отправить протокол разногласий").click()
    expect(page.get_by_text("Протокол отправлен")).to_be_visible(timeout=15_000)
    settle(page)
    picture(page, "ordinary-protocol")
    assert sideways(page) == 0
    with database.transaction() as session:
        case = session.get(Application, cases[Stage.CONTRACT_SENT])
        assert case is not None
        assert case.stage == Stage.DISAGREEMENT
        assert [r.clause for r in queries.disagreements(session, case.id or 0)] == ["п. 5"]
        assert session.exec(select(User).where(User.login == "firm")).one().id == case.applicant_id


def test_the_pages_fit_a_wide_window_too(site: str, window: Window, cases: dict[Stage, int]) -> None:
    page = window(WIDE)
    sign_in(page, site, "firm", PASSWORD)
    places = (("filing", Stage.DRAFT), ("application", Stage.CONTRACT_SENT), ("application", Stage.EXECUTION))
    for name, stage in places:
        page.goto(f"{site}/{name}?id={cases[stage]}")
        settle(page)
        picture(page, f"ordinary-{stage.lower()}")
        assert sideways(page) == 0
