"""docs/features.md: the rows of docs/features.rows and the tests that say they prove them. A row without a test is not claimed."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.bookkeeping.pages import DOCS, ROOT, notice, page, table

AREAS = {
    "B": "Booking of a visit",
    "R": "Retail cabinet",
    "H": "Heat cabinet",
    "J": "Cabinet of legal entities",
    "M": "Cabinet of a distribution company",
    "G": "Grid connection, first cabinet",
    "D": "Grid connection, second cabinet",
}
_ABOUT = """
What five user manuals of Russian energy companies describe, one row a feature, field, rule, message or number; text in «…»
is theirs. The last column names the tests that carry the row's number in `@pytest.mark.rows`. A row without a
test is not claimed to work here.
"""


@dataclass(frozen=True)
class Row:
    id: str
    area: str
    actor: str
    text: str

    @property
    def letter(self) -> str:
        return self.id[0]


def main() -> str:
    """The whole page."""
    found, tests = rows(), proofs()
    return page(
        "# Features",
        notice("features"),
        _ABOUT,
        table(("", "rows", "with a test"), _counts(found, tests)),
        *(part for letter, title in AREAS.items() for part in _area(letter, title, found, tests)),
    )


def rows(path: Path = DOCS / "features.rows") -> list[Row]:
    """In the order of the file. ValueError: a line has not four cells."""
    lines = path.read_text("utf-8").splitlines()
    return [
        Row(*(cell.strip() for cell in line.split(" | ", 3))) for line in lines if line and not line.startswith("#")
    ]


def proofs(folder: Path = ROOT / "tests") -> dict[str, list[str]]:
    """Row → 'tests/infra/test_bank.py::test_name', sorted."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.rglob("test_*.py")):
        place = path.relative_to(folder.parent).as_posix()
        for name, row in _marked(ast.parse(path.read_text("utf-8"))):
            found[row].add(f"{place}::{name}")
    return {row: sorted(names) for row, names in found.items()}


def _marked(tree: ast.AST, outer: Sequence[str] = (), given: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Tests with the rows of their decorators and of the class they stand in."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from _marked(node, (*outer, node.name), (*given, *_rows_of(node)))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            name = "::".join((*outer, node.name))
            yield from ((name, row) for row in (*given, *_rows_of(node)))


def _rows_of(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Also from marks inside @pytest.mark.parametrize: what one case proves, the test proves."""
    for decorator in node.decorator_list:
        for call in ast.walk(decorator):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.rows":
                yield from (str(arg.value) for arg in call.args if isinstance(arg, ast.Constant))


def _counts(found: list[Row], tests: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int, int]]:
    for letter, title in AREAS.items():
        mine = [row for row in found if row.letter == letter]
        yield f"{letter} {title}", len(mine), sum(row.id in tests for row in mine)
    yield "all", len(found), sum(row.id in tests for row in found)


def _area(letter: str, title: str, found: list[Row], tests: Mapping[str, Sequence[str]]) -> Iterator[str]:
    mine = [row for row in found if row.letter == letter]
    yield f"## {letter}. {title}"
    yield table(
        ("row", "area", "actor", "what", "tests"),
        ((row.id, row.area, row.actor, row.text, _links(tests.get(row.id, ()))) for row in mine),
    )


def _links(names: Sequence[str]) -> str:
    return ", ".join(f"[{name.rpartition('::')[2]}](../{name.partition('::')[0]})" for name in names)


if __name__ == "__main__":
    sys.stdout.write(main())
