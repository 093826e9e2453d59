"""Small tools over python-docx: elements, borders, tables of fixed widths, runs of text. Knows nothing of papers."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run as WordRun

from documents.blocks import Inline
from documents.glue import SOFT_GLUE

SERIF, SANS = "Times New Roman", "Arial"
INK, GREY, BLUE = RGBColor(0x14, 0x20, 0x2B), RGBColor(0x44, 0x52, 0x60), RGBColor(0x1B, 0x4F, 0x93)
WIDTH = 165.0  # text width in mm: 210 - 30 - 15
SIDES = {"left": ALIGN.LEFT, "right": ALIGN.RIGHT, "center": ALIGN.CENTER, "justify": ALIGN.JUSTIFY}
_BORDER_ORDER = ("top", "left", "bottom", "right")  # the schema fixes it


def element(parent: Any, tag: str, **attrs: object) -> Any:
    made = OxmlElement(f"w:{tag}")
    for name, value in attrs.items():
        made.set(qn(f"w:{name}"), str(value))
    parent.append(made)
    return made


def face(rpr: Any, name: str) -> None:
    """All four slots, and no theme font: otherwise Cyrillic falls back to the theme's face."""
    old = rpr.find(qn("w:rFonts"))
    if old is not None:
        rpr.remove(old)
    fonts = OxmlElement("w:rFonts")
    for slot in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{slot}"), name)
    rpr.insert(0, fonts)


def dress(run: WordRun, size: float | None, font: str | None, colour: RGBColor | None) -> None:
    if size:
        run.font.size = Pt(size)
    if font:
        face(run._r.get_or_add_rPr(), font)
    if colour is not None:
        run.font.color.rgb = colour


def say(
    p: Paragraph, text: Inline, size: float | None = None, font: str | None = None, colour: RGBColor | None = None
) -> None:
    for part in text:
        run = p.add_run(
            part.text.replace(SOFT_GLUE, " ")
        )  # python-docx escapes; '\n' and '\t' become a break and a tab
        run.bold, run.italic = part.bold or None, part.italic or None
        dress(run, size, font, colour)


def border(parent: Any, tag: str, **sides: tuple[int, str]) -> None:
    """Sides as name=(eighths of a point, colour)."""
    box = OxmlElement(f"w:{tag}")
    for side in (s for s in _BORDER_ORDER if s in sides):
        size, colour = sides[side]
        element(box, side, val="single", sz=size, space=0 if tag == "tcBorders" else 3, color=colour)
    parent.append(box)


def paragraph_border(p: Paragraph, **sides: tuple[int, str]) -> None:
    """pBdr stands right after keepNext, keepLines, pageBreakBefore, widowControl and numPr."""
    holder = OxmlElement("w:holder")
    border(holder, "pBdr", **sides)
    ppr: Any = p._p.get_or_add_pPr()
    ppr.insert_element_before(
        holder[0],
        "w:shd",
        "w:tabs",
        "w:suppressAutoHyphens",
        "w:spacing",
        "w:ind",
        "w:contextualSpacing",
        "w:jc",
        "w:rPr",
    )


def grid(doc: Document, widths: Sequence[float], rows: int = 1, pad: float = 0) -> Table:
    """A table of fixed widths in mm. LibreOffice reads the grid, Word reads every cell: both are set."""
    table: Table = doc.add_table(rows, len(widths))
    table.autofit = False
    tblpr: Any = table._tbl.tblPr
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        element(margins, side, w=Mm(pad).twips, type="dxa")
    look = tblpr.find(qn("w:tblLook"))
    if look is None:
        tblpr.append(margins)
    else:
        look.addprevious(margins)
    for i, width in enumerate(widths):
        table.columns[i].width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    return table


def columns(n: int, between: float = 8) -> list[float]:
    """Equal columns with an empty one between them."""
    wide = (WIDTH - between * (n - 1)) / n
    return ([wide, between] * n)[:-1]


def first(cell: _Cell, after: float, before: float = 0) -> Paragraph:
    p: Paragraph = cell.paragraphs[0]
    f = p.paragraph_format
    f.space_before, f.space_after, f.line_spacing = Pt(before), Pt(after), 1.0
    return p


def more(cell: _Cell, after: float) -> Paragraph:
    p: Paragraph = cell.add_paragraph()
    p.paragraph_format.space_after, p.paragraph_format.line_spacing = Pt(after), 1.0
    return p


def shrink(p: Paragraph, *, keep: bool) -> None:
    """A paragraph that Word wants and nobody should see: one point high."""
    f = p.paragraph_format
    f.space_before, f.space_after, f.line_spacing, f.keep_with_next = Pt(0), Pt(0), Pt(1), keep
    element(element(p._p.get_or_add_pPr(), "rPr"), "sz", val=2)


def property_of(cell: _Cell) -> Any:
    return cell._tc.get_or_add_tcPr()


def whole(row: Any) -> Any:
    """The row is not torn between pages."""
    properties = row._tr.get_or_add_trPr()
    element(properties, "cantSplit")
    return properties
