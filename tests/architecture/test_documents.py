"""The documents say what is so: generated ones are current, links lead somewhere, commands and settings exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.bookkeeping import features, variables
from infra.bookkeeping.__main__ import documents
from infra.bookkeeping.pages import DOCS, table
from infra.settings import Settings
from tests.architecture.source import ROOT, name

PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


@pytest.mark.parametrize("file", ["law.md", "moves.md", "features.md", "operations.md"])
def test_a_generated_document_is_current(file: str) -> None:
    """When it fails: python -m infra.bookkeeping"""
    assert (DOCS / file).read_text("utf-8") == documents()[file]


def test_there_are_397_rows_each_once() -> None:
    ids = [row.id for row in features.rows()]
    assert len(ids) == len(set(ids)) == 397
    assert {row.letter for row in features.rows()} == set(features.AREAS)


def test_tests_name_only_rows_that_exist() -> None:
    assert features.proofs()
    assert not set(features.proofs()) - {row.id for row in features.rows()}


def test_marks_are_found_on_functions_classes_and_cases(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_x.py").write_text(
        "import pytest\n"
        "@pytest.mark.rows('A-1', 'A-2')\ndef test_a(): ...\n"
        "@pytest.mark.rows('A-3')\nclass TestB:\n    def test_b(self): ...\n    def helper(self): ...\n"
        "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.rows('A-4'))])\nasync def test_c(x): ...\n"
        "@pytest.mark.browser\ndef test_d(): ...\n"
    )
    place = "tests/test_x.py::"
    expected = {"A-1": ["test_a"], "A-2": ["test_a"], "A-3": ["TestB::test_b"], "A-4": ["test_c"]}
    assert features.proofs(folder) == {row: [place + test for test in tests] for row, tests in expected.items()}


def test_a_bar_in_a_cell_does_not_break_the_table() -> None:
    assert table(("a",), [("x|y",)]).splitlines()[-1] == "| x\\|y |"


def test_every_setting_is_explained() -> None:
    assert set(variables.MEANINGS) == set(Settings.model_fields)


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for link in _LINK.findall(page.read_text("utf-8")):
            if "://" not in link:
                yield page, link


def test_links_between_documents_lead_somewhere() -> None:
    assert not [f"{name(page)}: {link}" for page, link in links() if not (page.parent / link).exists()]


def test_commands_in_the_documents_exist() -> None:
    from typer.main import get_command

    from infra.cli import app

    told = {word for page in PAGES for word in re.findall(r"`feeder (\w+)", page.read_text("utf-8"))}
    assert told
    assert told <= set(get_command(app).commands)  # type: ignore[attr-defined]


def test_targets_of_make_in_the_documents_exist() -> None:
    targets = set(re.findall(r"^(\w+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    told = {word for page in PAGES for word in re.findall(r"`make (\w+)", page.read_text("utf-8"))}
    assert told
    assert told <= targets


def test_paths_in_the_documents_exist() -> None:
    """Names in backquotes that begin with one of our rooms."""
    rooms = "flows|tasks|dashboard|documents|signatures|infra|models|tests|locale"
    path = re.compile(rf"`((?:{rooms})/[\w./-]+)`")
    gone = [
        f"{name(page)}: {p}" for page in PAGES for p in path.findall(page.read_text("utf-8")) if not (ROOT / p).exists()
    ]
    assert not gone


def test_decisions_are_short_and_have_their_three_parts() -> None:
    decisions = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {path.name[:4]}. "), path.name
        assert [text.count(f"**{part}.**") for part in ("Context", "Decision", "Consequences")] == [1, 1, 1], path.name
        assert len(text.splitlines()) <= 20, path.name
