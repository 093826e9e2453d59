"""Workbooks: what was counted stands in the cells as numbers and days, and nothing typed becomes a formula."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

from openpyxl import load_workbook

from documents.sheets.statistics import Sheet, workbook


def read(sheets: list[Sheet]):  # type: ignore[no-untyped-def]
    return load_workbook(io.BytesIO(workbook(sheets)))


def test_a_sheet_keeps_numbers_days_and_text() -> None:
    rows = [("на проверке", 3, Decimal("12.50"), date(2026, 11, 25), None)]
    page = read([Sheet("Этапы", "все филиалы", ["Этап", "Сейчас", "Дней", "Срок", "Пусто"], rows)])["Этапы"]
    assert [c.value for c in page[4]] == ["Этап", "Сейчас", "Дней", "Срок", "Пусто"]
    assert [page.cell(5, n).value for n in (1, 2, 3, 5)] == ["на проверке", 3, 12.5, None]
    assert page.cell(5, 4).value.date() == date(2026, 11, 25)
    assert page["A2"].value == "все филиалы"


def test_what_somebody_typed_is_never_a_formula() -> None:
    page = read([Sheet("Причины", "", ["Причина"], [("=1+1",), ('=HYPERLINK("http://x")',)])])["Причины"]
    assert [page.cell(n, 1).data_type for n in (5, 6)] == ["s", "s"]
    assert page.cell(5, 1).value == "=1+1"


def test_strange_names_of_sheets_and_moments_are_taken() -> None:
    moment = datetime(2026, 11, 25, 9, tzinfo=UTC)
    book = read([Sheet("а/б: [в] " + "г" * 40, "", ["Когда"], [(moment,)])])
    assert len(book.sheetnames[0]) <= 31
    assert book.worksheets[0].cell(5, 1).value == moment.replace(tzinfo=None)
