"""Files are what their bytes say; the names of the bytes are believed by nobody."""

import io
import zipfile
from dataclasses import dataclass

import pytest
from sqlmodel import select

from dashboard import files
from infra import storage
from models.connection import actions
from models.connection.tables import Application, Stage
from models.document import queries
from models.people.tables import User
from models.process.actor import Role
from models.process.errors import NotFound
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401

PDF = b"%PDF-1.4 passport"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"0" * 60
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 60


@dataclass
class Sent:
    name: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def getvalue(self) -> bytes:
        return self.data


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, files.PDF),
        (JPG, "image/jpeg"),
        (PNG, "image/png"),
        (archive("[Content_Types].xml", "word/document.xml"), files.DOCX),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), files.UNKNOWN),
        (archive("[Content_Types].xml", "xl/workbook.xml"), files.UNKNOWN),
        (archive("a.pdf"), files.UNKNOWN),
        (b"PK\x03\x04 broken", files.UNKNOWN),
        (b"MZ" + b"0" * 300, files.UNKNOWN),
        (b"<html><script>alert(1)</script>%PDF-1.4", files.UNKNOWN),
        (b"<svg onload=alert(1)>", files.UNKNOWN),
        (b"plain words", files.UNKNOWN),
        (b"", files.UNKNOWN),
    ],
)
def test_a_file_is_what_its_bytes_say(data: bytes, kind: str) -> None:
    assert files.sniff(data) == kind


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("план.pdf", "план.pdf"),
        ("..\\..\\etc/passwd", "passwd"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("\n", "file"),
        ("..", "file"),
    ],
)
def test_names_lose_folders_and_invisible_characters(given: str, clean: str) -> None:
    assert files.clean_name(given) == clean


@pytest.mark.rows("G-22", "G-24")
def test_good_files_are_kept_and_bad_ones_named_each(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.DRAFT)
    cabinet.signed_in("anna")
    sent = [
        Sent("вирус.pdf", b"MZ000"),
        Sent("пусто.pdf", b""),
        Sent("большой.pdf", PDF + b"0" * (10 << 20)),
        Sent("план.pdf", PDF),
    ]
    kept, faults = files.take(case, "plan", sent)
    assert [a.name for a in kept] == ["план.pdf"]
    assert [str(f.facts["name"]) for f in faults] == ["вирус.pdf", "пусто.pdf", "большой.pdf"]
    assert storage.storage().get(kept[0].key) == PDF


def test_the_same_file_twice_is_one_file(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.DRAFT)
    cabinet.signed_in("anna")
    once, again = (files.take(case, "plan", [Sent("план.pdf", PDF)])[0][0].id for _ in range(2))
    assert once == again


def test_the_forty_first_file_is_refused(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.DRAFT)
    cabinet.signed_in("anna")
    _, faults = files.take(case, "plan", [Sent(f"{n}.pdf", PDF + str(n).encode()) for n in range(41)])
    assert [f.facts for f in faults] == [{"limit": 40}] * 3  # two papers were there before


def test_nobody_puts_files_to_or_takes_them_off_somebody_elses_case(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.DRAFT)
    mine = cabinet.read(lambda db: queries.attachments(db, case)[0].id)
    cabinet.signed_in("stranger")
    with pytest.raises(NotFound):
        files.take(case, "plan", [Sent("план.pdf", PDF)])
    with pytest.raises(NotFound):
        files.drop(case, mine or 0)
    assert len(cabinet.read(lambda db: queries.attachments(db, case))) == 2


def test_what_was_sent_stays(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.CHECKING)
    cabinet.signed_in("anna")
    mine = cabinet.read(lambda db: queries.attachments(db, case)[0].id)
    with pytest.raises(NotFound):
        files.drop(case, mine or 0)


def test_a_file_of_another_draft_is_not_found(cabinet: Cabinet) -> None:  # noqa: F811
    one, two = cabinet.case(Stage.DRAFT), cabinet.case(Stage.DRAFT)
    cabinet.signed_in("anna")
    other = cabinet.read(lambda db: queries.attachments(db, two)[0].id)
    with pytest.raises(NotFound):
        files.drop(one, other or 0)
    assert cabinet.role() == Role.APPLICANT


def test_what_was_never_sent_is_its_owners_alone_also_when_it_is_thrown_away(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.DRAFT)
    cabinet.signed_in("anna")
    files.take(case, "title", [Sent("plan.pdf", PDF)])
    (row,) = [a for a in cabinet.read(lambda db: queries.attachments(db, case)) if a.name == "plan.pdf"]

    def reads(login: str) -> bool:
        user = cabinet.read(lambda db: db.exec(select(User).where(User.login == login)).one())
        return cabinet.read(lambda db: queries.attachment_readable_by(db, user, row.id or 0)) is not None

    assert (reads("anna"), reads("operator"), reads("stranger")) == (True, False, False)
    with cabinet.writing() as story:
        found = story.session.get_one(Application, case)
        actions.simple_move(story.session, case, "withdraw", story.house.owner(found), story.now)
    assert (reads("anna"), reads("operator")) == (True, False)
    assert "ничего не нашли" in cabinet.open("case", Role.OPERATOR, id=case).text
    assert "Отправить сообщение" not in cabinet.shows("application", id=case).buttons, "nobody would read it"
