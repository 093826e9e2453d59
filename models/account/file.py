"""Reads a register of the billing, .xlsx or .csv: bytes in, lines out. Pure; a file is read whole or refused with a reason."""

import csv
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from models.account import lines
from models.account.tables import RegisterKind
from models.process.errors import Invalid

LARGEST = 8 << 20  # bytes
UNPACKED = 120 << 20  # bytes of a sheet when it is open
MOST = 20_000  # lines
WIDEST = 60  # columns
_BROKEN = (BadZipFile, zlib.error, InvalidFileException, KeyError, IndexError, ValueError, TypeError, AttributeError, SyntaxError,
           EOFError, OSError, NotImplementedError, RuntimeError)  # fmt: skip # what a broken sheet makes its readers raise
_HEAD_WITHIN = 10  # lines above the titles: some programs write a heading there


@dataclass(frozen=True)
class Row:
    """One line: its number in the file and its cells by plain titles."""

    line: int
    values: lines.Values


def read(kind: RegisterKind, data: bytes) -> list[Row]:
    """Lines under the titles, empty ones left out. Raises Invalid("file")."""
    if len(data) > LARGEST:
        raise Invalid("file", "The file is larger than %(size)s MB: divide it", size=LARGEST >> 20)
    table = _sheet(data) if data[:2] == b"PK" else _csv(data)
    head, titles = _head(kind, table)
    if gone := lines.missing(kind, set(titles)):
        raise Invalid("file", "The file has no columns %(columns)s: take our form and fill it in",
                      columns=", ".join(f"«{c}»" for c in gone))  # fmt: skip
    found = [Row(n + 1, dict(zip(titles, row, strict=False))) for n, row in enumerate(table) if n > head and any(row)]
    if len(found) > MOST:
        raise Invalid("file", "The file has more than %(most)s lines: divide it", most=MOST)
    return found


def _head(kind: RegisterKind, table: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """The line of titles: the one that has the account number's, else the first."""
    wanted = lines.plain(lines.NUMBER.title)
    for n, row in enumerate(table[:_HEAD_WITHIN]):
        titles = [lines.plain(cell) for cell in row]
        if wanted in titles:
            return n, titles
    return 0, [lines.plain(cell) for cell in table[0]] if table else []


def _sheet(data: bytes) -> list[list[str]]:
    """The first sheet. Values, never formulas."""
    try:
        with ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > UNPACKED:
            raise Invalid("file", "The sheet is too large when it is open: divide it")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        rows = book.worksheets[0].iter_rows(max_row=MOST + _HEAD_WITHIN + 1, max_col=WIDEST, values_only=True)
        return [[_text(cell) for cell in row] for row in rows]
    except _BROKEN as error:
        raise Invalid("file", "This is not a sheet that can be read: save it anew as .xlsx or .csv") from error


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell).strip()


def _csv(data: bytes) -> list[list[str]]:
    text = _letters(data)
    head = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(";\t,", key=head.count)
    try:
        return [[cell.strip() for cell in row[:WIDEST]] for row in _some(csv.reader(io.StringIO(text), delimiter=mark))]
    except csv.Error as error:
        raise Invalid("file", "This is not a table of text: save it anew as .xlsx or .csv") from error


def _some(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows):
        if number > MOST + _HEAD_WITHIN:
            return
        yield row


def _letters(data: bytes) -> str:
    """UTF-8, else Windows-1251 as billing programs write."""
    if b"\x00" in data:
        raise Invalid("file", "This is not a table of text: save it anew as .xlsx or .csv")
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("file", "The letters cannot be read: the file is neither UTF-8 nor Windows-1251")
