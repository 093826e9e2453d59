"""Signing in Chromium: from the list to the signature by a code, and the desk that looks at it; at a desk and on a phone."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlmodel import select

from infra import clock, mail, storage
from infra.database import Database
from infra.engine.inline import drain
from models.connection.tables import Application
from models.delivery.tables import Letter
from models.document import queries as documents
from models.people.tables import User
from models.signing import actions
from models.signing.tables import Envelope, EnvelopeState, Method, Party, Side
from signatures.secrets import hash_password
from tests.browser.conftest import PHONE, WIDE, picture, settle, sideways, sign_in
from tests.house import House

pytestmark = pytest.mark.browser
PASSWORD = "Береговая-14"


@pytest.fixture
def envelope(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A sealed paper of a filed case; the company has signed, the applicant has not."""
    store = storage.FolderStorage(tmp_path / "objects")
    for where in ("infra.storage.storage", "tasks.issuing.storage", "tasks.signing.storage"):
        monkeypatch.setattr(where, lambda: store)
    monkeypatch.setattr(mail, "send", lambda letter, *_, **__: mail.Answer(mail.Outcome.SENT))
    with database.transaction() as db:
        house = House(db, clock.now())
        case = house.submitted(house.applicant())
        case_id = case.id or 0
        for user in db.exec(select(User)):
            user.password_hash = hash_password(PASSWORD)
    drain(database)
    with database.transaction() as db:
        paper = documents.current(db, case_id, "application")
        case = db.get_one(Application, case_id)
        user = db.get_one(User, case.applicant_id)
        assert paper is not None
        made = actions.open(
            db,
            process="connection",
            subject_id=case_id,
            purpose="supplement",
            documents=[paper.id or 0],
            parties=[
                Party("АО «Приозёрские электросети»", None, Side.UTILITY, (Method.SEAL,)),
                Party(user.name, user.id, Side.APPLICANT, (Method.CODE, Method.CERTIFICATE, Method.PAPER)),
            ],
            now=clock.now(),
            expires_at=clock.now() + timedelta(days=10),
        )
        envelope_id = made.id or 0
    drain(database)
    return envelope_id


def login(database: Database) -> str:
    with database.transaction() as db:
        return str(db.exec(select(User.login).where(User.role == "APPLICANT")).one())


def code(database: Database) -> str:
    with database.transaction() as db:
        letter = db.exec(select(Letter).where(Letter.kind == "signature_code")).one()
        return str(letter.data["details"][0]).split()[1].strip(".")


def looks(page: Page, name: str) -> None:
    settle(page)
    assert sideways(page) <= 0
    picture(page, name)


@pytest.mark.rows("D-18", "D-19", "H-14")
def test_an_applicant_signs_by_a_code_and_the_desk_sees_the_protocol(
    envelope: int, site: str, window: Callable[..., Page], database: Database
) -> None:
    page = window(WIDE)
    sign_in(page, site, login(database), PASSWORD)
    page.goto(f"{site}/signing")
    looks(page, "signing-list")
    page.goto(f"{site}/signing?id={envelope}")
    looks(page, "signing-agreement")
    page.get_by_text("Соглашение прочитано").click()
    page.get_by_role("button", name="Принять соглашение").click()
    page.get_by_role("button", name="Получить код").click()
    page.get_by_label("Код из письма").wait_for()
    looks(page, "signing-code")
    page.get_by_label("Код из письма").fill(code(database))
    page.get_by_role("button", name="Подписать документы").click()
    page.get_by_text("Подписали все").wait_for()
    drain(database)
    page.reload()
    page.get_by_role("link", name="Протокол подписания").wait_for()
    looks(page, "signing-signed")
    with database.transaction() as db:
        made = db.get_one(Envelope, envelope)
        assert made.state is EnvelopeState.COMPLETED
        assert made.sealed_at is not None


def test_the_pages_of_signing_fit_a_phone(
    envelope: int, site: str, window: Callable[..., Page], database: Database
) -> None:
    page = window(PHONE)
    sign_in(page, site, login(database), PASSWORD)
    page.goto(f"{site}/signing")
    looks(page, "signing-list")
    page.goto(f"{site}/signing?id={envelope}")
    settle(page)
    page.get_by_text("Сертификатом, в своей программе").click()
    page.get_by_role("button", name="Проверить файлы и подписать").wait_for()
    looks(page, "signing-certificate")
    page.get_by_role("button", name="Проверить файлы и подписать").click()
    page.get_by_text("Сначала выберите файлы подписей").wait_for()


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_the_desk_looks_at_an_envelope(
    envelope: int, site: str, window: Callable[..., Page], database: Database, width: int
) -> None:
    page = window(width)
    sign_in(page, site, "operator", PASSWORD)
    page.goto(f"{site}/signing_desk")
    looks(page, "signing-desk")
    page.goto(f"{site}/signing_desk?id={envelope}")
    looks(page, "signing-desk-one")
    page.get_by_role("button", name="Записать подпись на бумаге").click()
    page.get_by_role("button", name="Записать подпись", exact=True).wait_for()
    picture(page, "signing-desk-paper")
