"""Tables for people who calculate: .xlsx with a bold head that stays in sight. A value is a value: text never becomes a formula."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from documents.marks import clean

Value = str | int | Decimal | date | None
_CELL = 32_000  # characters: a cell holds 32,767


def workbook(title: str, head: Sequence[tuple[str, int]], rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet. `head`: (column title, width in characters)."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(clean(title)[:31] or "1")
    sheet.freeze_panes = "A2"
    for n, (_, width) in enumerate(head):
        sheet.column_dimensions[_letter(n)].width = width

    def cell(value: Value, *, bold: bool = False) -> WriteOnlyCell:
        found = WriteOnlyCell(sheet, value=clean(value)[:_CELL] if isinstance(value, str) else value)
        if isinstance(value, str):
            found.data_type = "s"  # «=1+1» typed by somebody stays text
        if bold:
            found.font = Font(bold=True)
        return found

    sheet.append([cell(name, bold=True) for name, _ in head])
    for row in rows:
        sheet.append([cell(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _letter(n: int) -> str:
    return chr(ord("A") + n) if n < 26 else chr(ord("A") + n // 26 - 1) + chr(ord("A") + n % 26)
