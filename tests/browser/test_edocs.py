"""Documents, certificates and trust in Chromium: the public check, the pages of the customer and the desk, both widths."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session

from infra import clock, storage
from infra.database import Database
from infra.settings import settings
from models.connection.tables import Stage
from models.edoc import actions as edocs
from models.edoc.actions import Kept
from models.edoc.tables import EdocKind
from models.people.rules import actor_of
from models.people.tables import PersonKind
from models.process.actor import Role
from models.trust import actions
from models.trust.tables import Place
from signatures import certificates, lists
from signatures.trust import Trust
from tests.browser import shared
from tests.browser.conftest import PHONE, WIDE
from tests.browser.hands import enters, fits, visits
from tests.models.story import Story
from tests.signatures.authority import FIRM, centre, crl, key_of, signed

Window = Callable[..., Page]
pytestmark = pytest.mark.browser
database, home, site = shared.database, shared.home, shared.site


def fill(database: Database) -> None:
    """A trusted centre with its list, a firm with a certificate and a document, staff who can sign in."""
    with database.transaction() as session:
        story, now = Story(session, clock.now()), clock.now()
        admin, manager = story.staff(Role.ADMIN), story.staff(Role.MANAGER)
        facts = asdict(certificates.facts(certificates.load(centre().der)))
        row = actions.propose(session, admin, facts, centre().der, Place.ROOT, now)
        actions.confirm(session, manager, row.id or 0, row.sha256[-8:], now)
        found, der = lists.read(crl(), Trust.of([centre().der]))
        actions.add_file(session, admin, asdict(found), der, now)
        _firm(session, story)


def _firm(session: Session, story: Story) -> None:
    user, now = story.house.applicant(PersonKind.LEGAL_ENTITY), clock.now()
    user.login = "firm"
    held = asdict(certificates.facts(certificates.load(key_of(FIRM).chain[0])))
    actions.register(session, actor_of(user), held, key_of(FIRM).chain[0], "file", "", now)
    case = story.to(Stage.CHECKING, user)
    key = storage.FolderStorage(Path(settings().home, "objects")).put(b"%PDF-1.7 letter")
    kept = Kept(key, key, 15)
    edocs.register(
        session, actor_of(user), case.id or 0, EdocKind.METER_STATEMENT, "Акт снятия показаний за октябрь", kept, now
    )


@pytest.fixture(scope="module")
def filled(database: Database) -> None:
    fill(database)


def test_anybody_checks_a_signature(site: str, filled: None, window: Window, tmp_path: Path) -> None:
    paper, proof = tmp_path / "paper.txt", tmp_path / "paper.txt.sig"
    proof.write_bytes(signed(b"paper"))
    page = window(WIDE)
    for content, said in ((b"paper", "Подпись подлинная"), (b"papeR", "не подтверждает")):
        paper.write_bytes(content)
        page.goto(f"{site}/check")
        fits(page, "check", (PHONE, WIDE))
        page.set_input_files("#document", paper)
        page.set_input_files("#signature", proof)
        page.click("#file button[type=submit]")
        expect(page.locator("h1")).to_contain_text(said)
        fits(page, said, (PHONE, WIDE))


def test_a_firm_sees_its_documents_and_certificates(site: str, filled: None, window: Window) -> None:
    page = window(WIDE)
    enters(page, site, "firm")
    for name, said in (("edocs", "Акт снятия показаний"), ("certificates", FIRM.inn_legal)):
        visits(page, name)
        expect(page.get_by_test_id("stMain").get_by_text(said).first).to_be_visible()
        fits(page, name, (PHONE, WIDE))


def test_the_administrator_sees_whom_we_trust(site: str, filled: None, window: Window) -> None:
    page = window(WIDE)
    enters(page, site, "admin")
    for name in ("trust", "poa_desk", "edocs_desk"):
        visits(page, name)
        fits(page, name, (PHONE, WIDE))
