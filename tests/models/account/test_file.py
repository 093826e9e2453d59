"""A register as a file: sheets and text tables are read alike; what cannot be read is refused with what to do."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from models.account import file, lines
from models.account.tables import RegisterKind
from models.process.errors import Invalid

K = RegisterKind
TITLES = [c.title for c in lines.COLUMNS[K.PAYMENTS]]
LINE = ["110022334455", "000481", "11.12.2020", "144,55", "Почта, касса «1»"]


def sheet(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text(*rows: list[str], mark: str = ";", encoding: str = "utf-8") -> bytes:
    return "\r\n".join(mark.join(f'"{c}"' if mark in c else c for c in row) for row in rows).encode(encoding)


SAME = {
    "sheet": sheet(list(TITLES), list(LINE)),
    "semicolons": text(TITLES, LINE),
    "commas": text(TITLES, LINE, mark=","),
    "tabs of 1251": text(TITLES, LINE, mark="\t", encoding="cp1251"),
    "mark of the beginning": text(TITLES, LINE, encoding="utf-8-sig"),
    "a heading above": text(["Реестр платежей за декабрь", "", "", "", ""], TITLES, LINE),
    "other letters": text([t.upper().replace("Ё", "Е") for t in TITLES], LINE),
}


@pytest.mark.parametrize("data", SAME.values(), ids=SAME)
def test_all_ways_to_write_a_table_say_the_same(data: bytes) -> None:
    (row,) = file.read(K.PAYMENTS, data)
    assert lines.parse(K.PAYMENTS, row.values) == lines.parse(
        K.PAYMENTS, dict(zip(map(lines.plain, TITLES), LINE, strict=True))
    )
    assert row.line == (3 if data is SAME["a heading above"] else 2)


def test_numbers_and_days_of_a_sheet_are_read_as_they_look() -> None:
    typed = [110022334455, 481.0, datetime(2020, 12, 11), 144.55, None]  # noqa: DTZ001 - sheets know no zones
    (row,) = file.read(K.PAYMENTS, sheet(list(TITLES), typed))
    told = lines.parse(K.PAYMENTS, row.values)
    assert (told.number, told.key) == (LINE[0], (LINE[0], "481"))
    assert getattr(told, "told")["paid_on"] == date(2020, 12, 11)  # noqa: B009


def test_empty_lines_are_left_out_and_the_others_keep_their_numbers() -> None:
    assert [r.line for r in file.read(K.PAYMENTS, text(TITLES, [""] * 5, LINE, [""] * 5, LINE))] == [3, 5]


def test_a_file_without_its_columns_names_them() -> None:
    with pytest.raises(Invalid, match="«Сумма»"):
        file.read(K.PAYMENTS, text([t for t in TITLES if t != "Сумма"], LINE))
    with pytest.raises(Invalid, match="«Лицевой счёт»"):
        file.read(K.PAYMENTS, b"")


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/workbook.xml", "w") as part:
        for _ in range(file.UNPACKED // (1 << 20) + 1):
            part.write(bytes(1 << 20))
    return out.getvalue()


def test_a_sheet_that_is_large_only_when_it_is_open_is_refused_before_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "UNPACKED", 1 << 20)
    with pytest.raises(Invalid, match="too large when it is open"):
        file.read(K.PAYMENTS, bomb())


@pytest.mark.parametrize("data", [b"PK", b"PK\x03\x04" + bytes(50), b"\x00\x01", b"\xff\xfe\x98" * 9])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        file.read(K.PAYMENTS, data)


def test_too_long_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "MOST", 3)
    assert len(file.read(K.PAYMENTS, text(TITLES, LINE, LINE, LINE))) == 3
    for data in (text(TITLES, *[LINE] * 4), sheet(list(TITLES), *[list(LINE)] * 4)):
        with pytest.raises(Invalid, match="more than 3 lines"):
            file.read(K.PAYMENTS, data)
    with pytest.raises(Invalid, match="larger than 8 MB"):
        file.read(K.PAYMENTS, bytes(file.LARGEST + 1))


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.integers(0, len(SAME["sheet"]) - 1), st.integers(0, 255))
def test_a_damaged_sheet_is_read_or_refused_and_never_a_fault_of_ours(place: int, byte: int) -> None:
    data = bytearray(SAME["sheet"])
    data[place] = byte
    try:
        file.read(K.PAYMENTS, bytes(data))
    except Invalid as error:
        assert error.field == "file"  # noqa: PT017 - it may be read as well


@settings(deadline=None, max_examples=60, derandomize=True)
@given(
    st.sampled_from(list(K)),
    st.dictionaries(st.sampled_from([c.title for k in K for c in lines.COLUMNS[k]]), st.text()),
)
def test_whatever_stands_in_a_line_it_is_taken_or_refused(kind: RegisterKind, cells: dict[str, str]) -> None:
    samples = {lines.plain(c.title): c.sample for c in lines.COLUMNS[kind]}
    try:
        lines.parse(kind, samples | {lines.plain(k): v for k, v in cells.items()})
    except Invalid as error:
        assert error.field  # noqa: PT017 - it may be taken as well
