"""Every paper, for a household and a company, with plain and with hostile data: two forms of the same words, an archive PDF, the same bytes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from documents import pdf, word
from documents.blocks import Clause
from documents.issue import Kind, read, render, template_version
from documents.sample import WHO, Who, sample
from documents.source import TemplateFault
from tests.documents import check
from tests.documents.hostile import LITERAL, hostile

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("kind", Kind)
def test_both_forms_say_the_same_words(kind: Kind, who: Who) -> None:
    made = render(kind, sample(kind, who))
    assert check.compare(made.docx, made.pdf) == []
    assert check.archive(made.pdf) == []


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("kind", Kind)
def test_hostile_data_comes_out_as_typed(kind: Kind, who: Who) -> None:
    made = render(kind, hostile(kind, who))
    assert check.compare(made.docx, made.pdf) == []
    assert check.archive(made.pdf) == []
    assert check.literal(made.docx, made.pdf, LITERAL) == []


@pytest.mark.parametrize("kind", Kind)
def test_a_paper_bears_what_every_paper_must(kind: Kind) -> None:
    data = sample(kind)
    made = render(kind, data)
    text = check.letters(" ".join(check.docx_paragraphs(made.docx)))
    for piece in (data["org"]["name"], data["object"]["name"], data["object"]["address"], data["applicant"]["name"]):
        assert check.letters(piece) in text, piece
    assert "Проверкадокумента" in text
    footer = check.letters(check.pdf_text(made.pdf, "-y", "770", "-H", "72"))
    version = template_version(kind).rpartition("-")[2]
    assert check.letters(f"версия {version} · проверка: {data['verify']['url']}") in footer
    assert "стр.1из" in footer


def test_the_same_data_gives_the_same_bytes() -> None:
    for kind in Kind:
        assert render(kind, sample(kind)) == render(kind, sample(kind))


def test_another_process_gives_the_same_bytes() -> None:
    script = "from documents.issue import render; from documents.sample import sample; r = render('contract', sample('contract')); print(r.docx_sha256, r.pdf_sha256)"
    sums = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in "12"
    }
    made = render("contract", sample("contract"))
    assert sums == {f"{made.docx_sha256} {made.pdf_sha256}\n"}


def test_four_threads_give_the_bytes_of_one() -> None:
    jobs = [(kind, who) for kind in (Kind.CONTRACT, Kind.INVOICE, Kind.GUIDE) for who in WHO] * 2
    alone = [render(kind, sample(kind, who)) for kind, who in jobs]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda job: render(job[0], sample(*job)), jobs))
    assert together == alone


def test_data_is_not_changed_by_rendering() -> None:
    for kind in Kind:
        data = sample(kind)
        render(kind, data)
        assert data == sample(kind)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="receipt"):
        render("receipt", {})


@pytest.mark.parametrize("kind", Kind)
def test_missing_data_is_refused_and_named(kind: Kind) -> None:
    data = sample(kind)
    del data["object"]["name"]
    with pytest.raises(TemplateFault, match="name"):
        render(kind, data)


def test_a_day_that_is_no_day_is_refused() -> None:
    data = sample(Kind.INVOICE)
    data["payments"][0]["due"] = "31.12.2026"
    with pytest.raises(TemplateFault, match=r"31\.12\.2026"):
        render(Kind.INVOICE, data)


@pytest.mark.parametrize("kind", Kind)
def test_the_version_of_a_template_is_known(kind: Kind) -> None:
    name, _, number = template_version(kind).rpartition("-")
    assert name == kind
    assert int(number) >= 1


# -- controls: the proofs above can fail ----------------------------------------------------------------------------


def test_control_another_paper_is_noticed() -> None:
    act, guide = (read(kind, sample(kind)) for kind in (Kind.METER_ACT, Kind.GUIDE))
    assert check.compare(word.write(act), pdf.write(guide))


def test_control_a_missing_clause_is_noticed() -> None:
    whole = read(Kind.CONTRACT, sample(Kind.CONTRACT))
    cut = replace(whole, blocks=tuple(b for b in whole.blocks if not (isinstance(b, Clause) and b.number == "7.2.")))
    assert len(cut.blocks) == len(whole.blocks) - 1
    assert check.compare(word.write(cut), pdf.write(whole))
    assert check.compare(word.write(whole), pdf.write(cut))


def test_control_a_wrong_number_is_noticed() -> None:
    whole = read(Kind.CONTRACT, sample(Kind.CONTRACT))
    other = tuple(
        replace(b, number="7.9.") if isinstance(b, Clause) and b.number == "7.2." else b for b in whole.blocks
    )
    assert check.compare(word.write(whole), pdf.write(replace(whole, blocks=other)))


def test_control_a_missing_last_word_is_noticed() -> None:
    whole = read(Kind.GUIDE, sample(Kind.GUIDE))
    assert check.compare(word.write(whole), pdf.write(replace(whole, blocks=whole.blocks[:-1])))
    assert check.compare(word.write(replace(whole, blocks=whole.blocks[:-1])), pdf.write(whole))


def test_control_a_plain_pdf_is_no_archive() -> None:
    assert "no PDF/A-2a" in check.archive(pdf.write(read(Kind.GUIDE, sample(Kind.GUIDE)), ()))


def test_control_a_lost_piece_is_noticed() -> None:
    made = render(Kind.GUIDE, sample(Kind.GUIDE))
    assert len(check.literal(made.docx, made.pdf, LITERAL)) == 2 * len(LITERAL)
