"""Signing in Chromium: from the list to the signature by a code, and the desk that looks at it; at a desk and on a phone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
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
from tests.browser import shared
from tests.browser.conftest import PHONE, WIDE, settle
from tests.browser.hands import clicks, enters, fits, types, visits
from tests.house import House

pytestmark = pytest.mark.browser
Window = Callable[..., Page]
database, home, site = shared.database, shared.home, shared.site


@pytest.fixture(scope="module")
def store(home: Path) -> Iterator[None]:
    """That of the site, for what this process carries itself; letters go nowhere."""
    found = storage.FolderStorage(home / "objects")
    with pytest.MonkeyPatch.context() as patch:
        for where in ("infra.storage.storage", "tasks.issuing.storage", "tasks.signing.storage"):
            patch.setattr(where, lambda: found)
        patch.setattr(mail, "send", lambda letter, *_, **__: mail.Answer(mail.Outcome.SENT))
        yield


@pytest.fixture(scope="module")
def envelope(database: Database, store: None) -> int:
    """A sealed paper of a filed case; the company has signed, the applicant signs in the last test of the file."""
    with database.transaction() as db:
        house = House(db, clock.now())
        applicant = house.applicant()
        applicant.login = "anna"
        case_id = house.submitted(applicant).id or 0
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


def code(database: Database) -> str:
    with database.transaction() as db:
        letter = db.exec(select(Letter).where(Letter.kind == "signature_code")).one()
        return str(letter.data["details"][0]).split()[1].strip(".")


def test_the_desk_looks_at_an_envelope(envelope: int, site: str, window: Window) -> None:
    page = window(WIDE)
    enters(page, site, "operator", "signing_desk")
    fits(page, "the list", (PHONE, WIDE))
    visits(page, f"signing_desk?id={envelope}")
    fits(page, "one", (PHONE, WIDE))
    page.get_by_role("button", name="Записать подпись на бумаге").click()
    expect(page.get_by_role("button", name="Записать подпись", exact=True)).to_be_visible()
    fits(page, "on paper", (PHONE, WIDE))


def test_signing_by_a_certificate_on_a_phone_wants_the_files(envelope: int, site: str, window: Window) -> None:
    page = window(PHONE)
    enters(page, site, "anna", "signing")
    fits(page, "the list")
    visits(page, f"signing?id={envelope}")
    clicks(page.get_by_text("Сертификатом, в своей программе"))
    check = page.get_by_role("button", name="Проверить файлы и подписать")
    expect(check).to_be_visible()
    fits(page, "by a certificate")
    check.click()
    expect(page.get_by_text("Сначала выберите файлы подписей")).to_be_visible()


@pytest.mark.rows("D-18", "D-19", "H-14")
def test_an_applicant_signs_by_a_code_and_the_desk_sees_the_protocol(
    envelope: int, site: str, window: Window, database: Database
) -> None:
    page = window(WIDE)
    enters(page, site, "anna", f"signing?id={envelope}")
    clicks(page.get_by_text("Соглашение прочитано"))
    page.get_by_role("button", name="Принять соглашение").click()
    expect(page.get_by_role("button", name="Получить код")).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Получить код").click()
    expect(page.get_by_label("Код из письма")).to_be_visible()
    settle(page)
    fits(page, "the code", (PHONE, WIDE))
    types(page.get_by_label("Код из письма"), code(database))
    page.get_by_role("button", name="Подписать документы").click()
    expect(page.get_by_text("Подписали все").first).to_be_visible()
    settle(page)
    drain(database)
    visits(page, f"signing?id={envelope}")
    expect(page.get_by_role("link", name="Протокол подписания")).to_be_visible()
    fits(page, "signed", (PHONE, WIDE))
    with database.transaction() as db:
        made = db.get_one(Envelope, envelope)
        assert made.state is EnvelopeState.COMPLETED
        assert made.sealed_at is not None
