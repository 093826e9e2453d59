"""Every kind of paper we issue, on both paths, in Chromium: named in Russian in the register and on the applicant's card, its files
given out as what they are, and the check page says of each that it is ours. Kinds are read off the code."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, select

from dashboard.api.files import FORMS
from documents.issue import ORDINARY, Kind
from documents.sample import sample
from infra import clock, storage
from infra.database import Database
from models.connection.papers import TITLES
from models.connection.tables import Application, Stage
from models.document import actions as documents
from models.document.tables import Document, DocumentState
from models.people.tables import User
from models.process.actor import Role
from tasks.issuing import make
from tests.browser.conftest import PHONE, WIDE
from tests.browser.hands import enters, fits
from tests.models.story import LARGE, Story

pytestmark = pytest.mark.browser
BEGINS = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "seal": b"0"}
Window = Callable[..., Page]


@dataclass(frozen=True)
class Issued:
    """What a test has to know of a paper after its transaction."""

    id: int
    kind: str
    number: str
    title: str
    token: str
    sha256: str


@dataclass(frozen=True)
class Pile:
    """A case with papers of its path, and the login of whose it is."""

    case: int
    number: str
    login: str
    papers: tuple[Issued, ...]


def _issued(session: Session, case: Application, kind: str, story: Story) -> Issued:
    """Ordered, made by the issuing unit with its seal, stored and placed."""
    data = sample(kind, "plant" if case.path == "ordinary" else "individual")
    number = f"{(case.number or '').removeprefix('ТП-')}-{kind}"
    day, token = story.now.astimezone(clock.zone()).date(), documents.new_token()
    row = documents.order(session, case.id or 0, kind, number, TITLES[kind], data, day, story.now, token=token)
    made = make.fn(kind, data)
    documents.stored(
        session, row, story.now, template_version=made.template_version, pdf=made.pdf, docx=made.docx, seal=made.seal
    )
    documents.place(session, [row], story.now)
    session.flush()
    assert row.state == DocumentState.PLACED
    return Issued(row.id or 0, kind, row.number, row.title, row.check_token, row.pdf_sha256 or "")


@pytest.fixture
def piles(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Pile]:
    """Every kind on the cabinet path; on the ordinary path those whose text is another one."""
    monkeypatch.setattr("tasks.issuing.storage", lambda: storage.FolderStorage(tmp_path / "objects"))
    found = []
    with database.transaction() as session:
        story = Story(session, clock.now())
        for typed, kinds in (({}, list(Kind)), (LARGE, list(ORDINARY))):
            case = story.to(Stage.CHECKING, story.organisation() if typed else None, **typed)
            for row in session.exec(select(Document).where(Document.application_id == case.id)):
                session.delete(row)  # the story's own paper has no bytes
            session.flush()
            papers = tuple(_issued(session, case, kind.value, story) for kind in kinds)
            user = session.get_one(User, case.applicant_id)
            found.append(Pile(case.id or 0, case.number or "", user.login, papers))
    return found


def _files(page: Page, site: str, paper: Issued, forms: tuple[str, ...]) -> None:
    for form in forms:
        answer = page.request.get(f"{site}/files/{paper.id}?form={form}")
        assert (answer.status, answer.headers["content-type"]) == (200, FORMS[form][1]), (paper.kind, form)
        assert answer.body().startswith(BEGINS[form]), (paper.kind, form)
        if form == "docx":
            assert "word/document.xml" in ZipFile(io.BytesIO(answer.body())).namelist(), paper.kind


def _register(page: Page, site: str, piles: list[Pile]) -> None:
    """The desk: a line with the Russian name and the ways to the three forms."""
    table = page.get_by_role("table", name="Реестр выданных документов")
    for paper in (p for pile in piles for p in pile.papers):
        line = table.get_by_role("row").filter(has=page.get_by_text(paper.number, exact=True))
        expect(line).to_contain_text(paper.title)
        expect(line).to_contain_text("действует")
        for word, form in (("PDF", "pdf"), ("Word", "docx")):
            link = line.get_by_role("link", name=word, exact=True)
            expect(link).to_have_attribute("href", f"/files/{paper.id}?form={form}")
        _files(page, site, paper, ("pdf", "docx", "seal"))


def _card(page: Page, site: str, pile: Pile) -> None:
    """The applicant, on a phone: every paper by its name; the PDF is his, the .docx stays at the desk."""
    for paper in pile.papers:
        link = page.locator(f".f-docs a[href='/files/{paper.id}']")
        expect(link).to_be_visible()
        expect(link).to_contain_text(paper.title)
        _files(page, site, paper, ("pdf",))
    assert page.request.get(f"{site}/files/{pile.papers[0].id}?form=docx").status == 404
    fits(page, pile.number)


def _checked(page: Page, site: str, paper: Issued, *, by_number: bool) -> None:
    """By the link of the QR code, or typed in; the sum of the file is compared too."""
    if by_number:
        page.goto(f"{site}/check")
        page.get_by_label("Номер документа").fill(paper.number)
        page.get_by_role("button", name="Проверить документ").click()
    else:
        page.goto(f"{site}/check/{paper.token}?sha256={paper.sha256}")
        expect(page.get_by_role("status").first).to_be_visible()
    verdict = page.locator(".verdict.good")
    expect(verdict).to_contain_text("Действует")
    expect(verdict).to_contain_text(paper.title)
    expect(verdict).to_contain_text(paper.number)


def test_every_kind_of_paper_is_named_given_out_and_proved(piles: list[Pile], site: str, window: Window) -> None:
    assert {p.kind for p in piles[0].papers} == set(map(str, Kind)) == set(TITLES)
    desk = window(WIDE)
    enters(desk, site, Role.MANAGER.lower(), "register")
    _register(desk, site, piles)
    phone = window(PHONE)
    for pile in piles:
        enters(phone, site, pile.login, f"application?id={pile.case}")
        _card(phone, site, pile)
    stranger = window(WIDE)
    for n, paper in enumerate(p for pile in piles for p in pile.papers):
        _checked(stranger, site, paper, by_number=n == 0)
