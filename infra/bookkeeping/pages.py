"""Markdown for the generated documents. Knows nothing of what they say."""

from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def notice(module: str) -> str:
    """The line under the title of a generated page."""
    return f"Made by `python -m infra.bookkeeping.{module}`; not edited by hand."


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a bar inside a cell stays a character of the text."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def page(*parts: str) -> str:
    """Parts with an empty line between them, and one line end at the end."""
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def code(text: object) -> str:
    return f"`{text}`" if str(text) else ""


def codes(texts: Iterable[object]) -> str:
    return ", ".join(code(text) for text in texts)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")
