"""Every block of a paper in Word. One method a block; the frame around them stands in frame.py."""

import io
from typing import assert_never

from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT
from docx.shared import Mm
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from documents import qr
from documents.blocks import (
    LONG_CELL,
    Block,
    Cell,
    Clause,
    Heading,
    PageBreak,
    Paper,
    Paragraph,
    Qr,
    Requisites,
    Run,
    Signatures,
    Signer,
    Split,
    Stamp,
    Table,
    keeps,
    kept_whole,
    length,
    stacked,
)
from documents.word.frame import Frame
from documents.word.tools import (
    BLUE,
    GREY,
    SANS,
    SIDES,
    WIDTH,
    border,
    columns,
    element,
    first,
    grid,
    more,
    paragraph_border,
    property_of,
    say,
    shrink,
    whole,
)

_INK, _HAIR, _FRAME = "14202B", "B9C2CA", "1B4F93"


class Writer(Frame):
    def __init__(self, paper: Paper) -> None:
        super().__init__(paper)
        for block, following, keep in zip(paper.blocks, (*paper.blocks[1:], None), keeps(paper.blocks), strict=True):
            # LibreOffice drops the first link of a keep chain and orphans the heading above: none before a clause
            self.write(block, keep=keep and not isinstance(following, Clause))

    def write(self, block: Block, *, keep: bool) -> None:
        match block:
            case Heading():
                self.heading(block)
            case Clause():
                self.clause(block, keep=keep)
            case Paragraph():
                self.paragraph(block, keep=keep)
            case Split():
                self.split(block)
            case Table():
                self.table(block)
            case Requisites():
                self.requisites(block, keep=keep)
            case Signatures():
                self.signatures(block)
            case Qr():
                self.qr(block, keep=keep)
            case PageBreak():
                self.doc.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            case _:
                assert_never(block)

    def heading(self, b: Heading) -> None:
        p = self.doc.add_paragraph(style="Heading 1")
        p.paragraph_format.keep_with_next = True
        if b.number:
            self.numbered(p, b.number)
        say(p, b.text)

    def clause(self, b: Clause, *, keep: bool) -> None:
        p = self.line(align="justify", keep=keep)
        self.numbered(p, b.number)
        if b.nested and b.depth == 2:  # under "1.", not under a heading
            p.paragraph_format.left_indent, p.paragraph_format.first_line_indent = Mm(19), Mm(-11)
        say(p, b.text)

    def paragraph(self, b: Paragraph, *, keep: bool) -> None:
        p = self.line(align=b.align, keep=b.keep or keep)
        say(p, b.text, 9.5 if b.small else None, colour=GREY if b.small else None)

    def split(self, b: Split) -> None:
        p = self.line(before=4, after=8, keep=True)
        p.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        say(p, (*b.left, Run("\t"), *b.right))

    # -- tables --------------------------------------------------------------------------------------------------
    def table(self, b: Table) -> None:
        total = sum(b.widths)
        rows = ([b.head] if b.head else []) + list(b.rows)
        table = grid(self.doc, [WIDTH * w / total for w in b.widths], len(rows), pad=1.4)
        for y, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
            if all(length(c.text) <= LONG_CELL for c in cells):
                whole(row)
            if b.head and y == 0:
                element(row._tr.get_or_add_trPr(), "tblHeader")
            col = 0
            for c in cells:
                cell = row.cells[col]
                if c.span > 1:
                    cell = cell.merge(row.cells[col + c.span - 1])
                col += c.span
                self._cell(b, cell, c, col - 1, y)
        self.gap(4)

    def _cell(self, b: Table, cell: _Cell, c: Cell, col: int, y: int) -> None:
        is_head, label = bool(b.head) and y == 0, b.plain and col == 0
        lines = {"bottom": (4, _INK if is_head else _HAIR)}
        if y == 0 and not b.plain:
            lines["top"] = (4, _INK)
        border(property_of(cell), "tcBorders", **lines)
        if is_head:
            element(property_of(cell), "shd", val="clear", color="auto", fill="E9EDF1")
            element(property_of(cell), "vAlign", val="bottom")
        p = first(cell, 2, before=2)
        p.alignment = SIDES[b.align[col]]
        p.paragraph_format.keep_with_next = is_head or (kept_whole(b) and y < len(b.rows) - (not b.head))
        if col > 0 and (b.align[col - 1], b.align[col]) == ("right", "left"):
            p.paragraph_format.left_indent = Mm(3.5)
        text = tuple(Run(r.text, True, r.italic) for r in c.text) if is_head else c.text
        say(p, text, 10, colour=GREY if label else None)

    def requisites(self, b: Requisites, *, keep: bool) -> None:
        apart = stacked(b)
        table = grid(self.doc, (WIDTH,), len(b.parties)) if apart else grid(self.doc, columns(len(b.parties)))
        cells = [row.cells[0] for row in table.rows] if apart else table.rows[0].cells[::2]
        for cell, party in zip(cells, b.parties, strict=True):
            p = first(cell, 3, before=6 if apart else 0)
            p.paragraph_format.keep_with_next = True
            say(p, tuple(Run(r.text, True) for r in party.title), 10)
            for line in party.lines:
                p = more(cell, 2)
                p.paragraph_format.keep_with_next = not apart
                say(p, line, 10)
        self.gap(4, keep=keep)

    # -- signatures ----------------------------------------------------------------------------------------------
    def signatures(self, b: Signatures) -> None:
        self.gap(6, keep=True)
        if len(b.signers) == 1:
            self._one_signature(b.signers[0])
        else:
            self._some_signatures(b.signers)

    def _one_signature(self, s: Signer) -> None:
        row = grid(self.doc, (50, 80, 35)).rows[0]
        whole(row)
        for cell in row.cells:
            element(property_of(cell), "vAlign", val="center")
        say(first(row.cells[0], 0), (Run(s.post),))
        self._mark(row.cells[1], s.stamp, keep=False)
        last = first(row.cells[2], 0)
        last.alignment = ALIGN.RIGHT
        say(last, (Run(s.name),))
        self.gap(4)

    def _some_signatures(self, signers: tuple[Signer, ...]) -> None:
        """Side by side, in four rows: party, post, mark, name."""
        table = grid(self.doc, columns(len(signers)), 4)
        for y, row in enumerate(table.rows):
            whole(row)
            for cell, s in zip(row.cells[::2], signers, strict=True):
                if y == 2:
                    self._mark(cell, s.stamp, keep=True)
                    continue
                p = first(cell, 3, before=4 if y == 3 else 0)
                p.paragraph_format.keep_with_next = y < 3
                say(p, (Run((s.title, s.post, "", s.name)[y], bold=y == 0),))
        self.gap(2)

    def _mark(self, cell: _Cell, stamp: Stamp | None, *, keep: bool) -> None:
        if stamp is not None:
            self._stamp(cell, stamp, keep=keep)
            return
        p = first(cell, 0, before=22)  # a line to sign on by hand
        p.paragraph_format.keep_with_next = keep
        paragraph_border(p, bottom=(4, _INK))

    def _stamp(self, cell: _Cell, s: Stamp, *, keep: bool) -> None:
        """A framed table of one cell inside the cell: a frame that Word, LibreOffice and МойОфис all draw."""
        box = cell.add_table(1, 1).rows[0].cells[0]
        border(property_of(box), "tcBorders", top=(8, _FRAME), left=(8, _FRAME), bottom=(8, _FRAME), right=(8, _FRAME))
        p = first(box, 1, before=3)
        p.alignment = ALIGN.CENTER
        say(p, (Run("ДОКУМЕНТ ПОДПИСАН\nЭЛЕКТРОННОЙ ПОДПИСЬЮ", bold=True),), 7.5, SANS, BLUE)
        p = more(box, 2)
        p.alignment = ALIGN.CENTER
        say(p, (Run(s.level),), 7.5, SANS, BLUE)
        for line in s.lines:
            say(more(box, 1), (Run(line),), 7.5, SANS, BLUE)
        for p in box.paragraphs:
            p.paragraph_format.keep_with_next = keep
        cell._tc.remove(cell.paragraphs[0]._p)
        shrink(cell.paragraphs[-1], keep=keep)  # a cell must end with a paragraph after a nested table

    def qr(self, b: Qr, *, keep: bool) -> None:
        self.gap(4)
        side = b.aside.size_mm + 5 if b.aside else 0
        row = grid(self.doc, (b.size_mm + 5, WIDTH - b.size_mm - 5 - side, *([side] if side else []))).rows[0]
        whole(row)
        _draw(b, first(row.cells[0], 0))
        element(property_of(row.cells[1]), "vAlign", val="center")
        for i, line in enumerate(b.caption):
            say(first(row.cells[1], 4) if i == 0 else more(row.cells[1], 4), line, 10)
        if b.aside:
            last = row.cells[2]
            p = first(last, 2)
            p.alignment = ALIGN.RIGHT
            _draw(b.aside, p)
            for line in b.aside.caption:
                p = more(last, 2)
                p.alignment = ALIGN.RIGHT
                say(p, line, 8)
        self.gap(2, keep=keep)


def _draw(b: Qr, p: WordParagraph) -> None:
    drawn = p.add_run().add_picture(io.BytesIO(qr.png(b.payload, b.encoding)), width=Mm(b.size_mm))._inline
    drawn.docPr.set("descr", b.alt)
    for side in "TBLR":
        drawn.set(f"dist{side}", "0")  # absent means 3.2 mm to LibreOffice
