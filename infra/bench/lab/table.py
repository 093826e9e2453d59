"""One result in two forms: lines for people, one JSON object for programs."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from infra.bench.lab.meters import Spread


def as_json(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Spread):
        return value.plain()
    raise TypeError(f"{type(value).__name__} is no figure")


def rounded(found: Any) -> Any:
    """Floats of nested dicts to three digits after the point: more would pretend to a precision nobody has."""
    if isinstance(found, dict):
        return {name: rounded(value) for name, value in found.items()}
    if isinstance(found, list):
        return [rounded(value) for value in found]
    return round(found, 3) if isinstance(found, float) else found


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column to the left, the others to the right."""
    lines = [list(head), *[list(row) for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip()
        for line in lines
    )  # fmt: skip


def ms(found: Spread | None) -> str:
    """'91 / 104 / 123'"""
    if found is None:
        return "–"
    form = "{:,.1f}" if found.median < 10 else "{:,.0f}"
    return " / ".join(form.format(value) for value in (found.median, found.p90, found.worst))
