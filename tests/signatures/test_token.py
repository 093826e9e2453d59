"""The utility's key on a token: SoftHSM as the token, a certificate of OpenSSL's centre, verdicts of both sides."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from documents.issue import render
from documents.sample import sample
from infra.settings import settings
from signatures import engine, pades, seal, token
from signatures.verdict import Status, Unusable, overall
from tasks import sealing
from tests.signatures.conftest import Worlds
from tests.signatures.world import DOCUMENT, World, now

LIBRARY, PIN = Path("/usr/lib/softhsm/libsofthsm2.so"), "12345678"


@dataclass
class Shelf:
    """Tokens of this run; `place(label)` is what the setting says."""

    worlds: dict[str, World]

    def place(self, label: str, name: str = "seal", owner: str = "") -> str:
        file = self.worlds[owner or label].pki.folder / "chain.pem"
        return f"pkcs11:token={label};object={name}?module-path={LIBRARY}&certificates={file}"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, worlds: Worlds) -> Iterator[Shelf]:
    """Two tokens, «rsa» and «ec», each with the key of an owner «good»."""
    assert LIBRARY.exists(), "the token of the tests is missing: bash infra/bootstrap.sh tools"
    folder = tmp_path_factory.mktemp("tokens")
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        for label in ("rsa", "ec"):
            _fill(worlds(label), label, folder)
        yield Shelf({label: worlds(label) for label in ("rsa", "ec")})
    token.opened.cache_clear()


def _fill(world: World, label: str, folder: Path) -> None:
    key, pki = folder / f"{label}.p8", world.pki
    pki.run("pkcs8", "-topk8", "-nocrypt", "-in", "good.key", "-out", key)
    (pki.folder / "chain.pem").write_bytes(pki.read("good.pem") + pki.read("centre.pem"))
    made = ["--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "87654321"]
    kept = ["--import", str(key), "--token", label, "--label", "seal", "--id", "01", "--pin", PIN]
    for words in (made, kept):
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)


@pytest.mark.parametrize("label", ["rsa", "ec"])
def test_a_key_that_never_leaves_its_token_seals_and_openssl_agrees(shelf: Shelf, label: str) -> None:
    made, world = seal.open_seal(shelf.place(label), PIN), shelf.worlds[label]
    assert made.owner == "Иванов Иван good"
    proof = seal.sign(DOCUMENT, made, now())
    assert world.verdict(proof).status is Status.VALID
    assert world.verdict(proof, DOCUMENT[1:]).status is Status.INVALID
    assert world.openssl(proof)
    assert not world.openssl(proof, DOCUMENT[1:])


def test_it_seals_inside_a_pdf(shelf: Shelf) -> None:
    paper = render("conditions", sample("conditions", "company")).pdf
    sealed = seal.pades(paper, seal.open_seal(shelf.place("rsa"), PIN), now())
    assert overall(pades.verify(sealed, shelf.worlds["rsa"].trust, now())).status is Status.VALID
    twin = sealed[:3000] + bytes([sealed[3000] ^ 1]) + sealed[3001:]
    assert overall(pades.verify(twin, shelf.worlds["rsa"].trust, now())).status is Status.INVALID


def test_papers_of_an_installation_are_sealed_by_the_token(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    told = settings().model_copy(update={"seal_file": shelf.place("rsa"), "seal_password": PIN})
    monkeypatch.setattr(sealing, "settings", lambda: told)
    sealing.utility_seal.cache_clear()
    try:
        proof, owner = sealing.sealed(b"paper")
        assert owner == "Иванов Иван good"
        assert shelf.worlds["rsa"].verdict(proof, b"paper").status is Status.VALID
    finally:
        sealing.utility_seal.cache_clear()


@pytest.mark.parametrize(
    ("label", "name", "pin"), [("rsa", "seal", "0000"), ("rsa", "seal", "1\n2"), ("rsa", "other", PIN)]
)
def test_a_wrong_pin_or_key_is_told_and_signs_nothing(shelf: Shelf, label: str, name: str, pin: str) -> None:
    with pytest.raises(Unusable, match="token"):
        seal.open_seal(shelf.place(label, name), pin)


def test_a_token_that_was_pulled_out_signs_nothing_and_signs_again_when_it_is_back(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = seal.open_seal(shelf.place("rsa"), PIN)
    with monkeypatch.context() as out:
        out.setenv("SOFTHSM2_CONF", "/nowhere")
        with pytest.raises(Unusable, match="token"):
            seal.sign(DOCUMENT, made)
    assert shelf.worlds["rsa"].verdict(seal.sign(DOCUMENT, made, now())).status is Status.VALID


def test_a_key_of_another_certificate_is_refused_at_once(shelf: Shelf) -> None:
    shelf.worlds["rsa"].pki.root("stranger_seal", "rsa")
    other = shelf.worlds["rsa"].pki.folder / "stranger_seal.pem"
    told = shelf.place("rsa").partition("&")[0] + f"&certificates={other}"
    with pytest.raises(Unusable, match="not the one"):
        seal.open_seal(told, PIN)


@pytest.mark.parametrize(
    "told", ["pkcs11:", "pkcs11:token=x;object=y", "pkcs11:object=y?module-path=/m&certificates=/c"]
)
def test_an_unfinished_place_is_told(told: str) -> None:
    with pytest.raises(Unusable, match="must name"):
        seal.open_seal(told, PIN)


def test_a_library_that_is_not_there_is_told(shelf: Shelf) -> None:
    with pytest.raises(Unusable, match="token"):
        seal.open_seal(shelf.place("rsa").replace(str(LIBRARY), "/nowhere.so"), PIN)


def test_without_the_engine_it_is_refused_with_the_name_of_the_package(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    token.opened.cache_clear()
    monkeypatch.setattr(engine, "path", lambda name="gost": None)
    with pytest.raises(Unusable, match="libengine-pkcs11-openssl"):
        seal.open_seal(shelf.place("ec"), PIN)
