"""The block tree between one source and two writers. Plain data: no layout, no Word, no typst. Text is only ever text here."""

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "right", "center", "justify"]
LONG_CELL = 600  # characters: a row with a longer cell may break over pages, or it would be cut off at the foot
_LONG_PARTY = 900
_FEW_ROWS, _FEW_WORDS = 7, 500  # a table not larger than this (rows, characters) is kept on one page


@dataclass(frozen=True)
class Run:
    """A piece of text in one face; '\\n' is a line break."""

    text: str
    bold: bool = False
    italic: bool = False


Inline = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    text: Inline
    number: str = ""  # "2." or nothing


@dataclass(frozen=True)
class Clause:
    """One numbered item: "2.1." stands at depth 2 (dots in the number)."""

    number: str
    depth: int
    text: Inline
    nested: bool = False  # stands inside another item


@dataclass(frozen=True)
class Paragraph:
    text: Inline
    align: Align = "justify"
    keep: bool = False  # stays on the page of the next block
    small: bool = False


@dataclass(frozen=True)
class Split:
    """One line: left and right ends (place and date)."""

    left: Inline
    right: Inline


@dataclass(frozen=True)
class Cell:
    text: Inline
    span: int = 1


@dataclass(frozen=True)
class Table:
    head: tuple[Cell, ...]  # empty: no header row
    rows: tuple[tuple[Cell, ...], ...]
    align: tuple[Align, ...]
    widths: tuple[int, ...]  # percent of the text width
    plain: bool = False  # «поле — значение», hairlines only


@dataclass(frozen=True)
class Party:
    title: Inline
    lines: tuple[Inline, ...]


@dataclass(frozen=True)
class Requisites:
    parties: tuple[Party, ...]


@dataclass(frozen=True)
class Stamp:
    """The visible mark of an electronic signature (ГОСТ Р 7.0.97-2016). A picture: the signature is made over the bytes."""

    level: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Signer:
    title: str
    post: str
    name: str
    stamp: Stamp | None = None


@dataclass(frozen=True)
class Signatures:
    signers: tuple[Signer, ...]


@dataclass(frozen=True)
class Qr:
    payload: str
    caption: tuple[Inline, ...]
    alt: str
    size_mm: int = 22
    encoding: str = "utf-8"
    aside: "Qr | None" = None  # a second code at the right edge, its caption below it


@dataclass(frozen=True)
class PageBreak:
    pass


Block = Heading | Clause | Paragraph | Split | Table | Requisites | Signatures | Qr | PageBreak


@dataclass(frozen=True)
class Letterhead:
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Paper:
    title: str
    number: str
    date: str  # as printed
    subject: str
    letterhead: Letterhead
    running: str  # top of every page but the first
    footer: str  # bottom left of every page; the page numbers stand on the right
    issued: tuple[int, int, int]
    blocks: tuple[Block, ...]


def length(text: Inline) -> int:
    return sum(len(run.text) for run in text)


def kept_whole(table: Table) -> bool:
    """Small tables are not torn between pages."""
    cells = [length(cell.text) for row in table.rows for cell in row]
    return len(table.rows) <= _FEW_ROWS and sum(cells) <= _FEW_WORDS and max(cells, default=0) <= LONG_CELL


def stacked(requisites: Requisites) -> bool:
    """Parties too long to stand side by side on one page stand one under another."""
    return any(sum(map(length, party.lines)) > _LONG_PARTY for party in requisites.parties)


def keeps(blocks: tuple[Block, ...]) -> tuple[bool, ...]:
    """Which blocks must stay on the page of the next one: text before signatures, and text that announces a table or a list."""
    return tuple(_keeps(b, n) for b, n in zip(blocks, (*blocks[1:], None), strict=True))


def _keeps(block: Block, following: Block | None) -> bool:
    text = "".join(run.text for run in getattr(block, "text", ())).rstrip()
    announces = isinstance(following, Table | Clause) and text.endswith(":")
    return isinstance(following, Signatures) or announces
