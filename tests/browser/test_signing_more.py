"""More of signing in Chromium: the agreement given up, a paper made anew, signatures of the company in bulk while one looks on,
passport data confirmed; on a phone, with axe-core."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlmodel import Session

from infra import clock, mail, storage
from infra.database import Database
from infra.engine.inline import drain
from models.connection.tables import Stage
from models.document import queries as documents
from models.edoc import actions as edocs
from models.edoc.actions import Kept
from models.edoc.tables import EdocKind
from models.people.rules import actor_of
from models.people.tables import PersonKind, User
from models.signing import actions, queries, sign
from models.signing.sign import Proof, Visit
from models.signing.tables import Envelope, Method, Party, Side
from tests.browser.conftest import PHONE, WIDE, settle
from tests.browser.hands import clicks, enters, fits, types, visits
from tests.browser.story_hands import type_day
from tests.models.story import Story

pytestmark = pytest.mark.browser
Window = Callable[..., Page]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> storage.FolderStorage:
    """The one of the server, for what this test carries itself."""
    found = storage.FolderStorage(tmp_path / "objects")
    for where in ("infra.storage.storage", "tasks.issuing.storage", "tasks.signing.storage", "tasks.edoc.storage"):
        monkeypatch.setattr(where, lambda: found)
    monkeypatch.setattr(mail, "send", lambda letter, *_, **__: mail.Answer(mail.Outcome.SENT))
    return found


def looks(page: Page, name: str) -> None:
    """It fits its window, and axe-core finds nothing serious on it."""
    settle(page)
    fits(page, name, told=True)
    clean(page, name)


def clean(page: Page, name: str) -> None:
    found = Axe().run(page).response["violations"]
    serious = [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]
    assert not serious, (name, serious)


# ------------------------------------------------------------------------------------------------ the customer
def contract(session: Session, story: Story, store: storage.FolderStorage, user: User) -> int:
    """A contract that waits for the customer; the company has signed it."""
    case = story.to(Stage.OFFER_PLACED, user)
    paper = documents.current(session, case.id or 0, "contract")
    assert paper is not None
    paper.pdf_key = paper.seal_key = paper.pdf_sha256 = store.put(b"%PDF-1.7 contract")
    parties = [
        Party("АО «Приозёрские электросети»", None, Side.UTILITY, (Method.SEAL,)),
        Party(user.name, user.id, Side.APPLICANT, (Method.CODE, Method.CERTIFICATE, Method.PAPER)),
    ]
    made = actions.open(
        session, process="connection", subject_id=case.id or 0, purpose="supplement", documents=[paper.id or 0],
        parties=parties, now=clock.now(),
    )  # fmt: skip
    return made.id or 0


@pytest.mark.soak
@pytest.mark.rows("H-14", "D-19")
def test_on_a_phone_the_agreement_is_given_up_and_at_the_desk_a_paper_is_made_anew(
    site: str, database: Database, window: Window, store: storage.FolderStorage
) -> None:
    with database.transaction() as session:
        story = Story(session, clock.now())
        user = story.house.applicant()
        found, login = contract(session, story, store, user), user.login
    page = window(PHONE)
    enters(page, site, login, "signing")
    looks(page, "signing-list")
    visits(page, "signing_agreement")
    clicks(page.get_by_text("Соглашение прочитано"))
    page.get_by_role("button", name="Принять соглашение").click()
    page.get_by_role("button", name="Отказаться от соглашения").wait_for()
    looks(page, "signing-agreement-page")
    page.get_by_role("button", name="Отказаться от соглашения").click()
    page.get_by_text("сохраняет силу").last.wait_for()
    settle(page)
    page.get_by_role("button", name="Отказаться", exact=True).click()
    page.get_by_text("коды больше ничего не подписывают").wait_for()
    settle(page)
    visits(page, f"signing?id={found}")
    expect(page.get_by_role("button", name="Принять соглашение")).to_be_visible()
    expect(page.get_by_role("button", name="Получить код")).to_have_count(0)
    page.get_by_text("Сертификатом, в своей программе").click()
    page.get_by_text("нет договора с оператором «Госключа»").wait_for()
    looks(page, "signing-ways")
    _made_anew(window(WIDE), site, database, found)


def _made_anew(page: Page, site: str, database: Database, found: int) -> None:
    enters(page, site, "operator", f"signing_desk?id={found}")
    clicks(page.get_by_role("button", name="Заменить документ"))
    types(page.get_by_label("Почему"), "опечатка в адресе")
    page.get_by_role("button", name="Сделать документ заново").click()
    page.get_by_text("подписать нельзя").wait_for()
    expect(page.get_by_role("button", name="Заменить документ")).to_have_count(0)
    looks(page, "signing-renewing")
    drain(database)
    with database.transaction() as session:
        session.connection().exec_driver_sql("update work set run_at = clock_timestamp() where state = 'due'")
    drain(database)
    with database.transaction() as session:
        (paper,) = queries.papers(session, found)
        assert paper.version == 2
        assert session.get_one(Envelope, found).stage == "OPEN"


# ------------------------------------------------------------------------------------------------ the desk
@pytest.mark.rows("J-036")
def test_signatures_of_the_company_are_made_while_the_employee_looks_on(
    site: str, database: Database, window: Window, store: storage.FolderStorage
) -> None:
    with database.transaction() as session:
        story = Story(session, clock.now())
        user = story.house.applicant(PersonKind.LEGAL_ENTITY)
        case = story.to(Stage.CHECKING, user)
        for number in range(3):
            _own_signed(session, user, case.id or 0, store, number)
        login = user.login
    page = window(PHONE)
    enters(page, site, "operator", "edocs_desk")
    looks(page, "edocs-desk-queue")
    page.get_by_role("button", name="Подписать выбранные: 3").click()
    page.get_by_text("ставится: 3").wait_for()
    drain(database)
    page.get_by_text("Готово: 3").wait_for()  # nobody has clicked
    looks(page, "edocs-desk-made")
    page = window(PHONE)
    enters(page, site, login)
    for name in ("edocs", "certificates"):
        visits(page, name)
        looks(page, f"{name}-axe")
    page.goto(f"{site}/check")
    page.locator("#document").wait_for()
    clean(page, "check")


def _own_signed(session: Session, user: User, case_id: int, store: storage.FolderStorage, number: int) -> None:
    key, now, actor = store.put(b"%%PDF-1.7 letter %d" % number), clock.now(), actor_of(user)
    row = edocs.register(session, actor, case_id, EdocKind.LETTER, f"Письмо {number}", Kept(key, key, 20), now)
    envelope = edocs.send(session, actor, row.id or 0, now)
    mine = queries.signers(session, envelope.id or 0)[0]
    proof = {row.document_id: Proof(key, {"status": "valid"})}
    sign.by_certificate(session, mine.id or 0, actor, proof, now, Visit())


# ------------------------------------------------------------------------------------------------ passport data
@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDER_PROFILE", "moek")


@pytest.mark.rows("H-24")
def test_a_customer_confirms_his_passport_after_the_first_sign_in(
    asking: None, site: str, database: Database, window: Window
) -> None:
    with database.transaction() as session:
        story = Story(session, clock.now())
        login = story.house.applicant().login
    page = window(PHONE)
    enters(page, site, login)
    expect(page.get_by_role("button", name="Ввести паспортные данные")).to_be_visible()
    looks(page, "identity-home")
    page.get_by_role("button", name="Ввести паспортные данные").click()
    expect(page.get_by_text("Соглашение прочитано")).to_be_visible()
    settle(page)
    clicks(page.get_by_text("Соглашение прочитано"))
    page.get_by_role("button", name="Принять соглашение").click()
    expect(page.get_by_label("Паспорт: серия*")).to_be_visible()
    settle(page)
    types(page.get_by_label("Паспорт: серия*"), "410")
    page.get_by_role("button", name="Дальше: прочитать и подписать").click()
    expect(page.get_by_text("В серии паспорта 4 цифры").first).to_be_visible()
    looks(page, "identity-faults")
    for label, value in (
        ("Паспорт: серия*", "4108"),
        ("Паспорт: номер*", "123456"),
        ("Паспорт: код подразделения*", "470-012"),
        ("Паспорт: кем выдан*", "ТП № 12 ОУФМС"),
    ):
        types(page.get_by_label(label), value)
    type_day(page, "Паспорт: дата выдачи*", "14052015")
    page.get_by_role("button", name="Дальше: прочитать и подписать").click()
    expect(page.get_by_text("серия 4108, номер 123456").first).to_be_visible()
    looks(page, "identity-sign")
