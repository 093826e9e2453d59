"""The bench of papers runs and gives its shape. Figures are not asserted: machines are noisy."""

import io
import json
import zipfile

import pytest

from infra.bench import documents
from infra.bench.lab import load
from infra.trouble import Trouble


def test_our_papers_are_measured_next_to_docxtpl(capsys: pytest.CaptureFixture[str]) -> None:
    documents.main(json=True, quick=True, only="ours,docxtpl")
    found = json.loads(capsys.readouterr().out)
    assert found["bench"] == "documents"
    assert set(found["parts"]) | set(found["absent"]) >= {"ours", "ours_read", "ours_docx", "ours_pdf", "docxtpl"}
    assert found["parts"]["ours"]["n"] == documents.QUICK.ours
    assert found["parts"]["ours"]["median"] > 0


def test_what_is_not_installed_is_said_and_not_guessed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents.shutil, "which", lambda name: None)
    documents.main(quick=True, only="libreoffice")
    assert "libreoffice не установлен" in capsys.readouterr().out


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(Trouble, match="word"):
        documents.main(only="word")


def test_every_turn_sets_another_text_of_the_same_shape() -> None:
    data = load("documents.sample:sample")("conditions", "company")
    one, two = (documents.changed(data, tail) for tail in (" (один)", " (два)"))
    assert one != two
    assert one["issued"] == two["issued"] == data["issued"]
    assert (
        load("documents.issue:render")("conditions", one).pdf_sha256
        != load("documents.issue:render")("conditions", two).pdf_sha256
    )


def test_the_template_of_docxtpl_is_our_paper_with_fields() -> None:
    template, values = documents.fields_of(load("documents.sample:sample")("conditions", "company"))
    text = zipfile.ZipFile(io.BytesIO(template)).read("word/document.xml").decode()
    assert "{{f0}}" in text or "{{f1}}" in text
    assert all(value not in text for value in values.values() if len(value) > 60)
