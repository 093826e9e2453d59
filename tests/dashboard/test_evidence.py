"""The evidence pack: whole when it leaves us, and every change of it is noticed without a database."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli import app
from signatures import seal
from signatures.evidence import BROKEN, PROVED, UNUSABLE, prove, run
from tasks.issuing import make
from tasks.sealing import utility_seal
from tests.dashboard.conftest import Site

Files = dict[str, bytes]


@pytest.fixture
def pack(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As the applicant downloads it: one placed paper with a true seal, one attachment."""
    from infra import storage
    from models.document import actions, queries
    from models.people.rules import actor_of

    store = storage.FolderStorage(tmp_path)
    with site.database.transaction() as session:
        paper = session.get_one(type(site.paper), site.paper.id)
        paper.seal_key = store.put(seal.sign(store.get(paper.pdf_key), utility_seal()))
        actions.attach(
            session, site.case.id or 0, actor_of(site.applicant, ""), paper.ordered_at, kind="plan", name="../план «А».pdf",
            media_type="application/pdf", size=3, sha256="x", key=store.put(b"%PDF plan"),
        )  # fmt: skip
        for row in queries.attachments(session, site.case.id or 0):
            row.key = store.put(f"file {row.id}".encode())
            session.add(row)
    answer = site.sign_in(site.applicant.login).get(f"/files/evidence/{site.case.id}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    path = tmp_path / "pack.zip"
    path.write_bytes(answer.content)
    return path


def changed(pack: Path, change: Callable[[Files], None]) -> Path:
    """The same pack after somebody's hands."""
    with zipfile.ZipFile(pack) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    twin = pack.with_name("twin.zip")
    with zipfile.ZipFile(twin, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return twin


def resealed(files: Files, key: seal.Seal) -> None:
    """What somebody with a seal of his own would do: put his hashes and his seal."""
    import hashlib

    told = json.loads(files["manifest.json"])
    for name in told["files"]:
        if name in files:
            told["files"][name] = {"sha256": hashlib.sha256(files[name]).hexdigest(), "size": len(files[name])}
    files["manifest.json"] = json.dumps(told).encode()
    files["manifest.json.p7s"] = seal.sign(files["manifest.json"], key)


def test_a_pack_as_it_left_us_is_proved(pack: Path) -> None:
    lines = prove(pack)
    assert all(line.good for line in lines)
    told = [line.template for line in lines]
    assert any("manifest is sealed" in t for t in told)
    assert any("whole, sealed by" in t for t in told)
    assert any("The history of" in t for t in told)
    assert run(pack, "", str)[0] == PROVED


def test_a_pack_holds_papers_attachments_history_letters_and_signing(pack: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        names = set(archive.namelist())
        told = json.loads(archive.read("manifest.json"))
        letters = json.loads(archive.read("letters.json"))
    assert {"manifest.json", "manifest.json.p7s", "letters.json", "signing.json", "README.txt"} <= names
    assert [p["kind"] for p in told["papers"]] == ["conditions"]  # the application itself is not placed yet
    last = told["attachments"][-1]
    assert last["name"] == "../план «А».pdf"
    assert re.fullmatch(r"attachments/\d\d-plan\.pdf", last["file"])
    assert {"papers/01-conditions-v1.pdf", "papers/01-conditions-v1.docx", "papers/01-conditions-v1.pdf.p7s"} <= names
    assert all("body" not in letter for letter in letters)


@pytest.mark.parametrize(
    "name",
    ["papers/01-conditions-v1.pdf", "papers/01-conditions-v1.docx", "papers/01-conditions-v1.pdf.p7s", "attachments/",
     "history-connection-{case}.json", "letters.json", "signing.json", "README.txt", "manifest.json.p7s", "manifest.json"],
)  # fmt: skip
def test_one_changed_byte_anywhere_is_noticed(pack: Path, site: Site, name: str) -> None:
    def spoil(files: Files) -> None:
        found = next(n for n in files if n.startswith(name.format(case=site.case.id)))
        data = bytearray(files[found])
        data[len(data) // 2] ^= 1
        files[found] = bytes(data)

    assert run(changed(pack, spoil), "", str)[0] in (BROKEN, UNUSABLE)


def test_a_changed_paper_is_named(pack: Path) -> None:
    twin = changed(pack, lambda files: files.update({"papers/01-conditions-v1.pdf": b"%PDF-1.7 other"}))
    bad = [line for line in prove(twin) if not line.good]
    assert {"name": "papers/01-conditions-v1.pdf"} in [line.facts for line in bad]
    assert any("is not the one that was issued" in line.template for line in bad)


def test_a_file_taken_away_and_a_file_put_in_are_named(pack: Path) -> None:
    def swap(files: Files) -> None:
        del files["letters.json"]
        files["papers/99.pdf"] = b"x"

    told = {(line.template, line.facts.get("name")) for line in prove(changed(pack, swap)) if not line.good}
    assert told == {("%(name)s is gone", "letters.json"), ("%(name)s was added", "papers/99.pdf")}


def test_a_history_rewritten_under_a_new_seal_is_noticed(pack: Path, site: Site) -> None:
    name = f"history-connection-{site.case.id}.json"

    def rewrite(files: Files) -> None:
        rows = json.loads(files[name])
        rows[0]["reason"] = "так не было"
        files[name] = json.dumps(rows).encode()
        resealed(files, utility_seal())

    bad = [line for line in prove(changed(pack, rewrite)) if not line.good]
    assert [line.facts["fault"] for line in bad] == [f"connection {site.case.id} #1: was changed after it was written"]


def test_a_history_cut_at_its_end_under_a_new_seal_is_noticed(pack: Path, site: Site) -> None:
    name = f"history-connection-{site.case.id}.json"

    def cut(files: Files) -> None:
        files[name] = json.dumps(json.loads(files[name])[:-1]).encode()
        resealed(files, utility_seal())

    assert [line.good for line in prove(changed(pack, cut))].count(False) == 2


def test_a_paper_with_another_seal_under_a_new_manifest_is_noticed(pack: Path) -> None:
    def swap(files: Files) -> None:
        files["papers/01-conditions-v1.pdf.p7s"] = seal.sign(b"another paper", utility_seal())
        resealed(files, utility_seal())

    bad = [line.template for line in prove(changed(pack, swap)) if not line.good]
    assert bad == ["%(title)s № %(number)s, version %(version)s: the seal does not fit the paper"]


def test_a_pack_under_a_strangers_seal_fails_against_the_published_fingerprint(pack: Path) -> None:
    stranger = seal.load(seal.demonstration("Приозёрские электросети (демо)", "x"), "x")
    twin = changed(pack, lambda files: resealed(files, stranger))
    ours = str(prove(pack)[0].facts["sha256"])
    assert run(pack, ours.upper(), str)[0] == PROVED
    assert run(twin, ours, str)[0] == BROKEN
    assert run(twin, "", str)[0] == PROVED  # control: without the fingerprint nobody could tell


def test_the_command_needs_no_database_and_tells_by_its_exit_code(pack: Path, tmp_path: Path) -> None:
    good = CliRunner().invoke(app, ["audit", "verify", str(pack)])
    assert (good.exit_code, "Пакет доказан" in good.stdout) == (PROVED, True)
    twin = changed(pack, lambda files: files.update({"letters.json": b"[]"}))
    bad = CliRunner().invoke(app, ["audit", "verify", str(twin)])
    assert (bad.exit_code, "letters.json" in bad.stdout) == (BROKEN, True)
    (tmp_path / "no.zip").write_bytes(b"not a zip")
    assert CliRunner().invoke(app, ["audit", "verify", str(tmp_path / "no.zip")]).exit_code == UNUSABLE
    assert CliRunner().invoke(app, ["audit", "verify", str(tmp_path / "nowhere.zip")]).exit_code == UNUSABLE


def test_a_stranger_and_nobody_get_no_pack(site: Site) -> None:
    assert site.sign_in(site.stranger.login).get(f"/files/evidence/{site.case.id}").status_code == 404
    assert site.visitor().get(f"/files/evidence/{site.case.id}").status_code == 303


def test_staff_get_what_the_applicant_does_not_see_yet(pack: Path, site: Site) -> None:
    from sqlmodel import select

    from models.people.tables import User

    with site.database.transaction() as session:
        operator = session.exec(select(User).where(User.role == "OPERATOR")).first()
    answer = site.sign_in(operator.login).get(f"/files/evidence/{site.case.id}")  # type: ignore[union-attr]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        told = json.loads(archive.read("manifest.json"))
    assert {p["kind"] for p in told["papers"]} == {"conditions", "application"}
    with site.database.transaction() as session:
        from models.people.tables import Audit

        assert "files:evidence:read" in session.exec(select(Audit.tag)).all()


def test_the_register_is_a_table_for_staff_only(site: Site) -> None:
    from openpyxl import load_workbook
    from sqlmodel import select

    from models.people.tables import User

    with site.database.transaction() as session:
        operator = session.exec(select(User).where(User.role == "OPERATOR")).first()
    answer = site.sign_in(operator.login).get("/files/register.xlsx?kind=conditions&state=placed")  # type: ignore[union-attr]
    rows = list(load_workbook(io.BytesIO(answer.content), read_only=True).active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["000123/26-ТУ"]
    assert rows[0][0] == "Номер"
    assert site.sign_in(site.applicant.login).get("/files/register.xlsx").status_code == 404
    assert site.visitor().get("/files/register.xlsx").status_code == 303


def test_issuing_makes_the_same_bytes_for_a_wording_of_its_own() -> None:
    from documents.issue import shipped_text
    from documents.sample import sample

    text = shipped_text("guide").replace("version: 1", "version: 7").replace("Куда звонить", "Телефоны")
    made = make.fn("guide", sample("guide"), text)
    assert made.template_version == "guide-7"
    assert made.pdf[1] != make.fn("guide", sample("guide")).pdf[1]


def test_the_stamp_on_a_paper_names_number_owner_and_both_days_of_the_certificate() -> None:
    """ГОСТ Р 7.0.97-2016, 5.23: the whole number, or nobody can look the certificate up."""
    from tasks.issuing import _stamp

    held = utility_seal()
    lines = _stamp(datetime(2026, 11, 22, tzinfo=UTC))["lines"]
    days = [f"{d:%d.%m.%Y}" for d in (held.certificate.not_valid_before_utc, held.certificate.not_valid_after_utc)]
    assert lines[0] == f"Сертификат {held.certificate.serial_number:X}"
    assert lines[1].endswith(held.owner)
    assert lines[2] == f"Действителен с {days[0]} по {days[1]}"
