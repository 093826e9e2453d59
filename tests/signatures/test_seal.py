"""The utility's own seal: detached and inside a PDF, proved by our verifier, by OpenSSL and by poppler's pdfsig."""

import io
import subprocess
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest

from documents.issue import render
from documents.sample import sample
from signatures import engine, pades, seal, verify
from signatures.trust import Trust
from signatures.verdict import Status, Unusable, overall
from tests.signatures.conftest import Worlds
from tests.signatures.world import DOCUMENT, World, now, outcome


@pytest.fixture(scope="session")
def paper() -> bytes:
    return render("conditions", sample("conditions", "company")).pdf


def seal_of(world: World, owner: str = "good", above: tuple[str, ...] = ("centre",)) -> seal.Seal:
    return seal.load(world.pki.pkcs12(owner, *above), "seal")


def test_a_key_of_every_kind_seals_detached_and_openssl_agrees(world: World) -> None:
    made = seal.sign(DOCUMENT, seal_of(world), now())
    assert world.verdict(made).status is Status.VALID
    assert world.verdict(made, DOCUMENT[1:]).status is Status.INVALID
    assert world.openssl(made)
    assert not world.openssl(made, DOCUMENT[1:])


def test_a_key_of_every_kind_seals_a_pdf(world: World, paper: bytes) -> None:
    sealed = seal.pades(paper, seal_of(world), now())
    assert sealed.startswith(paper)
    verdict = overall(pades.verify(sealed, world.trust, now()))
    assert verdict.status is Status.VALID, verdict
    assert verdict.signer == "Иванов Иван good"
    assert verdict.signed_at is not None
    changed = bytearray(sealed)
    changed[3000] ^= 1
    assert overall(pades.verify(bytes(changed), world.trust, now())).status is Status.INVALID


@pytest.mark.parametrize("algorithm", ["rsa", "ec"])
def test_poppler_finds_the_seal_valid_and_the_changed_one_not(
    worlds: Worlds, paper: bytes, tmp_path: Path, algorithm: str
) -> None:
    sealed = seal.pades(paper, seal_of(worlds(algorithm)), now())
    assert "Signature is Valid" in _pdfsig(sealed, tmp_path)
    assert "Total document signed" in _pdfsig(sealed, tmp_path)
    changed = (
        sealed.replace(b"/Type /Catalog", b"/Type /Catalig", 1)
        if b"/Type /Catalog" in paper
        else _flipped(sealed, 3000)
    )
    assert "Signature is Valid" not in _pdfsig(changed, tmp_path)


def _pdfsig(pdf: bytes, folder: Path) -> str:
    path = folder / "sealed.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_a_retry_makes_the_same_bytes(rsa: World, gost: World, paper: bytes) -> None:
    at, stamp = now(), seal_of(rsa)
    assert seal.pades(paper, stamp, at) == seal.pades(paper, stamp, at)
    assert seal.sign(DOCUMENT, stamp, at) == seal.sign(DOCUMENT, stamp, at)
    assert seal.pades(paper, stamp, at) != seal.pades(paper, stamp, at + timedelta(seconds=1))
    once, twice = (seal.pades(paper, seal_of(gost), at) for _ in range(2))
    assert once != twice  # GOST signatures take a random number: each is good
    assert len(once) == len(twice)


def test_the_stamp_is_drawn_on_the_last_page_only(rsa: World, paper: bytes, tmp_path: Path) -> None:
    sealed = seal.pades(paper, seal_of(rsa), now())
    changed = [one != other for one, other in zip(_pages(paper, tmp_path), _pages(sealed, tmp_path), strict=True)]
    assert changed[-1]
    assert not any(changed[:-1])


def test_a_paper_that_shows_its_stamp_is_signed_without_a_mark_on_the_page(
    rsa: World, paper: bytes, tmp_path: Path
) -> None:
    """Nothing on the page is left outside its structure: PDF/A-2a and PDF/UA-1 stay what the paper says of itself."""
    sealed = seal.pades(paper, seal_of(rsa), now(), stamped=False)
    assert sealed.startswith(paper)
    assert overall(pades.verify(sealed, rsa.trust, now())).status is Status.VALID
    assert "Signature is Valid" in _pdfsig(sealed, tmp_path)
    assert _pages(paper, tmp_path) == _pages(sealed, tmp_path)
    with pikepdf.open(io.BytesIO(paper)) as before, pikepdf.open(io.BytesIO(sealed)) as after:
        [field] = after.Root.AcroForm.Fields
        assert len(set(map(float, field.Rect))) == 1  # no size: PDF/A-2, 6.3.3 asks for no appearance
        assert float(field.Rect[0]) < float(
            after.pages[-1].mediabox[0]
        )  # outside the page: PDF/UA-1, 7.18.1 asks for no tag
        assert int(field.F) & 0b100011 == 0b000000
        assert int(field.F) & 0b100
        assert "/AP" not in field
        assert "Владелец" in str(field.TU)
        assert before.Root.Metadata.read_raw_bytes() == after.Root.Metadata.read_raw_bytes()
        assert dict(before.docinfo) == dict(after.docinfo)
        assert [page.get("/Tabs") for page in after.pages] == ["/S"] * len(after.pages)


def _pages(pdf: bytes, folder: Path) -> list[bytes]:
    for old in folder.glob("page-*"):
        old.unlink()
    (folder / "whole.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "40", folder / "whole.pdf", folder / "page"], check=True)
    return [path.read_bytes() for path in sorted(folder.glob("page-*"))]


def test_the_demonstration_seal_proves_itself_only_to_who_trusts_it(paper: bytes) -> None:
    own = seal.load(seal.demonstration("Приозёрские электросети (демо)", "x"), "x")
    pinned = Trust.of([own.chain[0]])
    assert overall(pades.verify(seal.pades(paper, own), pinned, now())).status is Status.VALID
    assert overall(verify.detached(DOCUMENT, seal.sign(DOCUMENT, own), pinned, now())).status is Status.VALID
    stranger = overall(verify.detached(DOCUMENT, seal.sign(DOCUMENT, own), Trust(), now()))
    assert stranger.status is Status.UNDETERMINED
    assert outcome(stranger, "chain") == "unknown"


def test_a_seal_just_made_is_proved_by_its_own_certificate(world: World) -> None:
    own, other = seal_of(world), seal_of(world, "qualified")
    made = seal.sign(DOCUMENT, own)
    assert overall(verify.detached(DOCUMENT, made, own.trust, now())).status is Status.VALID
    assert overall(verify.detached(DOCUMENT[1:], made, own.trust, now())).status is Status.INVALID
    assert overall(verify.detached(DOCUMENT, made, other.trust, now())).status is Status.UNDETERMINED


def test_a_wrong_password_is_told(world: World) -> None:
    with pytest.raises(ValueError, match="seal"):
        seal.load(world.pki.pkcs12("good"), "another")


@pytest.mark.parametrize("data", [b"", b"rubbish", b"\x30\x03\x02\x01\x03"])
def test_what_is_not_a_seal_is_told(data: bytes) -> None:
    with pytest.raises(ValueError, match="seal"):
        seal.load(data, "x")


def test_without_the_engine_a_gost_seal_is_refused_honestly(gost: World, monkeypatch: pytest.MonkeyPatch) -> None:
    data = gost.pki.pkcs12("good")
    monkeypatch.setattr(engine, "path", lambda: None)
    with pytest.raises(ValueError, match="GOST"):
        seal.load(data, "seal")


def test_what_is_not_a_pdf_cannot_be_sealed(rsa: World, paper: bytes) -> None:
    for data in (b"", b"hello", paper[:5000]):
        with pytest.raises(Unusable):
            seal.pades(data, seal_of(rsa))
