"""Workbooks of figures: a sheet is a title, a line that says of what, columns and rows. Text never becomes a formula."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | Decimal | date | None
_WIDEST = 60


class Sheet(NamedTuple):
    """One table. `name`: of the tab; `about`: what part of the utility and of time it speaks of."""

    name: str
    about: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """An .xlsx with these sheets in their order; there is at least one."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _write(book.create_sheet(_tab(sheet.name)), sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _tab(name: str) -> str:
    """Excel refuses some signs and more than 31 characters."""
    return "".join(" " if c in "[]:*?/\\" else c for c in name)[:31]


def _write(page: Worksheet, sheet: Sheet) -> None:
    page["A1"], page["A2"] = sheet.name, sheet.about
    page["A1"].font = Font(bold=True, size=14)
    for number, title in enumerate(sheet.columns, 1):
        cell = page.cell(4, number, title)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    for at, row in enumerate(sheet.rows, 5):
        for number, value in enumerate(row, 1):
            _put(page, at, number, value)
    for number in range(1, len(sheet.columns) + 1):
        texts = [str(sheet.columns[number - 1]), *(str(row[number - 1] or "") for row in sheet.rows)]
        page.column_dimensions[get_column_letter(number)].width = min(max(map(len, texts)) + 2, _WIDEST)
    page.freeze_panes = "A5"


def _put(page: Worksheet, row: int, column: int, value: Cell) -> None:
    cell = page.cell(row, column)
    if isinstance(value, str):
        cell.value, cell.data_type = value, "s"  # «=1+1» typed by somebody stays text
    else:
        cell.value = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    if isinstance(value, date):
        cell.number_format = "DD.MM.YYYY"
