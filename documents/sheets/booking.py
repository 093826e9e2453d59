"""The three sheets of a visit as .xlsx: ticket, print form with everything typed, consent. Text never becomes a formula.

Rows B-47, B-53, B-54. The data are those of documents.visit.Visit."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from documents.marks import clean
from documents.visit import CONSENT_DATA, CONSENT_PURPOSE, Visit, arrival, calendar, card

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WRAP = Alignment(wrap_text=True, vertical="top")
_THIN = Border(*[Side(style="thin", color="999999")] * 4)
_WIDE = 3  # columns of every sheet


def ticket(visit: Visit) -> bytes:
    """«Талон»: the card, the words on coming in time, the papers to bring."""
    book, sheet = _begun("Талон", f"Талон на приём № {visit['number']} · {visit['utility']}")
    _pairs(sheet, card(visit))
    _line(sheet, arrival(visit))
    _list(sheet, "При себе иметь", visit["papers"])
    return _saved(book)


def print_form(visit: Visit) -> bytes:
    """«Печатная форма»: what the visitor typed, for his signature."""
    book, sheet = _begun("Печатная форма", f"{visit['service']} · {visit['utility']}")
    _pairs(sheet, [*card(visit)[:-1], *visit["typed"]])
    sheet.append([])
    _cells(sheet, ["ФИО собственника полностью", "Дата рождения", "Дата регистрации"], bold=True)
    for row in visit["residents"] or [["", "", ""]] * _WIDE:
        _cells(sheet, row)
    _signature(sheet, visit)
    return _saved(book)


def consent(visit: Visit) -> bytes:
    """«Согласие на обработку»: a document of its own (152-ФЗ, ст. 9)."""
    book, sheet = _begun("Согласие на обработку", "Согласие на обработку персональных данных")
    passport = dict(visit["typed"]).get("Паспорт", "")
    _line(sheet, f"Я, {visit['name']}{', паспорт ' + passport if passport else ''}, даю {visit['utility']} согласие")
    _line(sheet, CONSENT_PURPOSE)
    _list(sheet, "Данные, на обработку которых даётся согласие", CONSENT_DATA)
    _line(sheet, "Согласие действует до достижения целей обработки и может быть отозвано письменно.")
    if visit["consented"]:
        _line(sheet, f"Согласие дано на сайте {visit['consented']}.")
    _signature(sheet, visit)
    return _saved(book)


def attachments(visit: Visit, sender: str) -> list[tuple[str, bytes, str]]:
    """What goes with the letter, row B-54: (name, content, media type)."""
    return [
        ("Печатная форма.xlsx", print_form(visit), MEDIA_TYPE),
        ("Согласие на обработку.xlsx", consent(visit), MEDIA_TYPE),
        ("Приём.ics", calendar(visit, sender), "text/calendar"),
    ]


def _begun(tab: str, title: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = tab
    for letter, width in zip("ABC", (38, 40, 20), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_setup.paperSize = 9  # A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    _line(sheet, title, bold=True)
    return book, sheet


def _line(sheet: Worksheet, words: str, *, bold: bool = False) -> None:
    """Over the whole width; the height follows the length, which programs do not do for merged cells."""
    row = sheet.max_row + 1 if sheet["A1"].value else 1
    _put(sheet, row, 1, words, bold=bold)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=_WIDE)
    sheet.row_dimensions[row].height = 16 * (1 + len(words) // 95)


def _pairs(sheet: Worksheet, pairs: Sequence[tuple[str, str]]) -> None:
    for name, value in pairs:
        row = sheet.max_row + 1
        _put(sheet, row, 1, name, bold=True)
        _put(sheet, row, 2, value)
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=_WIDE)
        sheet.row_dimensions[row].height = 16 * (1 + max(len(value) // 58, len(name) // 36))


def _list(sheet: Worksheet, title: str, lines: Sequence[str]) -> None:
    _line(sheet, title, bold=True)
    for line in lines:
        _line(sheet, f"— {line}")


def _cells(sheet: Worksheet, values: Sequence[str], *, bold: bool = False) -> None:
    row = sheet.max_row + 1
    for column, value in enumerate(values, 1):
        _put(sheet, row, column, value, bold=bold)
        sheet.cell(row, column).border = _THIN


def _put(sheet: Worksheet, row: int, column: int, value: str, *, bold: bool = False) -> None:
    cell = sheet.cell(row, column, clean(value))
    cell.data_type, cell.alignment, cell.font = "s", _WRAP, Font(bold=bold)


def _signature(sheet: Worksheet, visit: Visit) -> None:
    sheet.append([])
    _cells(sheet, ["Подпись", visit["name"], "Дата"])
    sheet.row_dimensions[sheet.max_row].height = 32


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
