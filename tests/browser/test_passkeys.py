"""A member of staff adds a passkey in Chromium's own authenticator and signs in with it, alone and after the password."""

from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.people.tables import Branch, User
from models.process.actor import Role
from signatures.secrets import hash_password
from tests.browser.conftest import PHONE
from tests.browser.hands import fits

PASSWORD = "Береговая-14"


def fill(database: Database) -> None:
    with database.transaction() as session:
        branch = session.exec(select(Branch)).first()
        user = User(login="sokolova", role=Role.OPERATOR, name="Соколова Ирина Павловна", created_at=clock.now(),
                    password_hash=hash_password(PASSWORD), branch_id=branch.id if branch else None)  # fmt: skip
        session.add(user)


def device(page: Page) -> None:
    """An authenticator in the browser that says yes to everything."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    told = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": told})


def by_password(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in?next=/passkeys")
    page.fill("#login", "sokolova")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Войти", exact=True).click()


def test_staff_sign_in_with_a_passkey(site: str, database: Database, window: Callable[..., Page]) -> None:
    fill(database)
    address, page = site.replace("127.0.0.1", "localhost"), window(PHONE)  # keys belong to a name, not to a number
    device(page)
    by_password(page, address)
    page.get_by_label("Название ключа").fill("телефон")
    page.get_by_label("Нынешний пароль").fill(PASSWORD)
    page.get_by_role("button", name="Дальше").click()
    expect(page.get_by_role("heading", name="Новый ключ входа")).to_be_visible()
    page.get_by_role("button", name="Дальше").click()
    expect(page.get_by_role("heading", name="Запасные коды")).to_be_visible()
    page.get_by_role("link", name="Коды сохранены, продолжить").click()
    expect(page.get_by_text("Ключ добавлен")).to_be_visible()
    fits(page, "passkeys")

    page.context.clear_cookies()
    page.goto(f"{address}/sign-in?next=/passkeys")
    page.get_by_role("link", name="Войти ключом").click()
    expect(page.get_by_role("heading", name="Войти ключом")).to_be_visible()
    fits(page, "the key alone")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", name="Ключи входа")).to_be_visible()
    expect(page.get_by_text("последний вход")).to_be_visible()

    page.context.clear_cookies()
    by_password(page, address)
    second = page.get_by_role("button", name="Войти ключом устройства")
    expect(second).to_be_visible()
    fits(page, "the key after the password")
    second.click()
    expect(page.get_by_role("heading", name="Ключи входа")).to_be_visible()

    page.get_by_role("button", name="Отозвать «телефон»").click()
    expect(page.get_by_text("Ключ больше ничего не открывает")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{address}/sign-in/passkey")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("alert")).to_contain_text("Этот ключ кабинет не открывает")
