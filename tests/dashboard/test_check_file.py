"""The public check of a document and its signature: three verdicts, limits, and nothing kept."""

import io
from collections.abc import Mapping
from typing import Any

import pytest

from dashboard import trust
from dashboard.public import check_file, forms
from infra import clock
from signatures import seal, verify
from tasks.sealing import sealed
from tests.dashboard.conftest import PDF, Site
from tests.signatures.authority import FIRM, key_of, signed
from tests.signatures.authority import trust as of_centre

BELIEVED = trust.believed


def ask(site: Site, document: bytes | None, signature: bytes | None = None, **more: str) -> Any:
    client = site.visitor()
    client.get("/check")
    files: Mapping[str, Any] = {"document": ("договор.bin", io.BytesIO(document))} if document is not None else {}
    files = files | ({"signature": ("x.sig", io.BytesIO(signature))} if signature is not None else {})
    return client.post("/check/file", files=files, data={"csrf": client.cookies[forms.cookie_name()]} | more)


@pytest.fixture(autouse=True)
def believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "believed", lambda: of_centre(key_of(FIRM, "revoked")))


@pytest.mark.parametrize(
    ("data", "fate", "said"),
    [
        (b"paper", "good", "Подпись подлинная, документ не изменён"),
        (b"papeR", "good", "Подпись не подтверждает этот документ"),
        (b"paper", "revoked", "Подпись не подтверждает этот документ"),
        (b"paper", "stranger", "Подлинность подписи установить нельзя"),
    ],
)
def test_the_verdict_is_told_in_words(site: Site, data: bytes, fate: str, said: str) -> None:
    answer = ask(site, data, signed(b"paper", fate=fate))
    assert answer.status_code == 200
    assert said in answer.text
    assert "Орлов Пётр Ильич" in answer.text
    assert "договор.bin" not in answer.text
    assert "%(" not in answer.text
    assert "<script" not in answer.text


def test_a_paper_of_ours_is_recognised_by_its_bytes(site: Site) -> None:
    answer = ask(site, PDF, seal.sign(PDF, key_of(FIRM)))
    assert "Этот файл выдала сетевая организация" in answer.text
    assert "Этот файл выдала сетевая организация" not in ask(site, PDF + b" ", seal.sign(PDF + b" ", key_of(FIRM))).text


def test_the_own_seal_is_believed_without_any_centre(site: Site) -> None:
    proof, _owner = sealed(b"paper of ours")
    assert trust.own_certificate() is not None
    assert verify.detached(b"paper of ours", proof, BELIEVED(), clock.now())[0].status == "valid"


@pytest.mark.parametrize("signature", [b"", b"no signature at all", None])
def test_what_is_no_signature_is_said_so(site: Site, signature: bytes | None) -> None:
    answer = ask(site, b"paper", signature)
    assert answer.status_code in (200, 422)
    assert "Подпись подлинная" not in answer.text


def test_pressed_with_nothing_chosen_the_form_asks_for_the_document(site: Site) -> None:
    answer = ask(site, None)
    assert answer.status_code == 422
    assert "Сначала выберите документ" in answer.text


def test_files_that_are_too_large_are_refused(site: Site) -> None:
    assert ask(site, b"x" * (check_file.LARGEST + 1), b"x").status_code == 422
    assert ask(site, b"x", b"x" * (check_file.LARGEST_SIGNATURE + 1)).status_code == 422
    assert ask(site, b"x" * (13 << 20), b"x").status_code == 413


def test_a_foreign_form_is_refused_and_asking_too_often_stops(site: Site) -> None:
    assert ask(site, b"paper", b"x", csrf="no").status_code == 422
    answers = [ask(site, b"paper", b"x").status_code for _ in range(20)]
    assert set(answers[:-1]) == {200}
    assert answers[-1] == 429
