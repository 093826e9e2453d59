"""A firm on its own in Chromium, on a phone: registers a power of attorney, registers, signs and deletes documents, takes them away as
one ZIP and brings the signatures back in another."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from infra import clock
from infra.database import Database
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Role
from models.trust import actions
from signatures import seal
from signatures.poa_file import read
from tests.browser.conftest import PHONE, picture, settle
from tests.browser.hands import enters
from tests.browser.test_edocs import fill
from tests.signatures.authority import CLERK, FIRM, key_of
from tests.signatures.test_poa import POWER, written

pytestmark = [pytest.mark.browser, pytest.mark.soak]
Window = Callable[..., Page]


def chosen(page: Page, number: int, name: str, data: bytes) -> None:
    """The file stands in its field of the window, and Streamlit has it."""
    field = page.get_by_role("dialog").locator("input[type=file]").nth(number)
    field.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})
    page.get_by_role("dialog").get_by_text(name).wait_for()


def press(page: Page, name: str, *, inside: bool = False) -> None:
    place = page.get_by_role("dialog") if inside else page
    place.get_by_role("button", name=name, exact=True).click()


@pytest.mark.rows("J-033", "J-035", "J-036", "J-037", "J-038", "H-13")
def test_a_firm_does_everything_with_its_documents_on_a_phone(
    site: str, database: Database, window: Window, tmp_path: Path
) -> None:
    fill(database)
    with database.transaction() as session:
        admin = session.exec(select(User).where(User.role == Role.ADMIN)).one()
        actions.set_power_codes(session, actor_of(admin), [POWER], clock.now())
    page = window(PHONE)
    enters(page, site, "firm")
    _certificates(page, site)
    _documents(page, site)
    _signs(page)


def _certificates(page: Page, site: str) -> None:
    page.goto(f"{site}/certificates")
    settle(page)
    for person in (CLERK,):
        press(page, "Зарегистрировать сертификат")
        chosen(page, 0, "own.cer", key_of(person).chain[0])
        press(page, "Зарегистрировать", inside=True)
        page.get_by_text("Сертификат зарегистрирован").wait_for()
        settle(page)
    xml = written().replace(b"771234567890", CLERK.inn.encode())
    assert read(xml).principal_inn == FIRM.inn_legal
    for proof, said in (
        (seal.sign(xml + b" ", key_of(FIRM)), "не принята"),  # of another file
        (seal.sign(xml, key_of(FIRM)), "Доверенность в реестре"),
    ):
        press(page, "Добавить доверенность")
        page.get_by_role("dialog").get_by_label("Сертификат сотрудника").click()
        page.get_by_role("option", name=CLERK.surname).click()
        chosen(page, 0, "poa.xml", xml)
        chosen(page, 1, "poa.xml.sig", proof)
        press(page, "Проверить и добавить", inside=True)
        page.get_by_text(said).first.wait_for()
        page.goto(f"{site}/certificates")
        settle(page)
    picture(page, "certificates-power")


def _documents(page: Page, site: str) -> None:
    for name in ("Письмо", "Лишнее"):
        page.goto(f"{site}/edocs")
        settle(page)
        press(page, "Зарегистрировать свой документ")
        page.get_by_role("dialog").get_by_label("Название").fill(name)
        chosen(page, 0, "letter.pdf", f"%PDF-1.7 {name}".encode())
        press(page, "Зарегистрировать", inside=True)
        page.get_by_role("button", name="Подписать документ").wait_for()
    press(page, "Удалить документ")
    press(page, "Удалить", inside=True)
    page.locator(".f-done").wait_for()
    page.goto(f"{site}/edocs")
    settle(page)
    expect(page.get_by_text("Лишнее")).to_have_count(0)
    page.get_by_role("button", name="Письмо").click()
    press(page, "Подписать документ")


def _signs(page: Page) -> None:
    """The ZIP out, the signatures back as a ZIP: a wrong one is told, the right one signs."""
    page.get_by_role("button", name="Скачать документы и отпечатки (ZIP)").wait_for()
    with page.expect_download() as download:
        press(page, "Скачать документы и отпечатки (ZIP)")
    papers = zipfile.ZipFile(download.value.path())
    name = next(n for n in papers.namelist() if n.endswith(".pdf"))
    tries = ((b"%PDF another", "подпись не принята"), (papers.read(name), "Вы подписали документы"))
    for number, (data, said) in enumerate(tries, 1):
        page.locator("input[type=file]").first.set_input_files(
            {"name": "signed.zip", "mimeType": "application/zip", "buffer": _packed(f"{name}.sig", data)}
        )
        expect(page.locator("[data-testid=stFileChipName]:visible")).to_have_count(
            number
        )  # the wrong one stays beside it
        press(page, "Проверить файлы и подписать")
        page.get_by_text(said).first.wait_for()
        picture(page, "signing-verdict")


def _packed(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(name, seal.sign(data, key_of(FIRM)))
    return out.getvalue()
