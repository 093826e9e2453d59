"""The sheet around the blocks: page, styles, numbering, running heads, letterhead, and the same bytes every time."""

import io
import zipfile
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from documents.blocks import Paper, Run
from documents.word.tools import (
    GREY,
    INK,
    SANS,
    SERIF,
    SIDES,
    WIDTH,
    border,
    dress,
    element,
    face,
    first,
    grid,
    more,
    paragraph_border,
    property_of,
    say,
    shrink,
)

_INDENT = {1: (8, 8), 2: (11, 11), 3: (25, 14)}  # depth of a number -> left, hanging, mm
_LIST = 90  # id of our abstract numbering


class Frame:
    def __init__(self, paper: Paper) -> None:
        self.paper, self.doc = paper, Document()
        self.counter: list[int] = []
        self._page()
        self._properties()
        self._styles()
        self.list_id = self._numbering()
        self._running_heads()
        self._letterhead()
        self._title()

    def _page(self) -> None:
        s = self.doc.sections[0]
        s.page_width, s.page_height = Mm(210), Mm(297)
        s.left_margin, s.right_margin, s.top_margin, s.bottom_margin = Mm(30), Mm(15), Mm(20), Mm(22)
        s.header_distance, s.footer_distance = Mm(10), Mm(10)
        s.different_first_page_header_footer = True
        settings: Any = self.doc.settings.element
        tab = settings.find(qn("w:defaultTabStop"))
        if tab is not None:  # the schema fixes the order of settings
            tab.addnext(element(settings, "autoHyphenation", val="true"))
        for old in settings.iter(qn("w:compatSetting")):
            if old.get(qn("w:name")) == "compatibilityMode":
                old.set(qn("w:val"), "15")  # from this mode on a table's edge stands on the margin

    def _properties(self) -> None:
        core = self.doc.core_properties
        issued = datetime(*self.paper.issued)  # noqa: DTZ001 - a calendar day, no zone in this field
        core.title, core.author = f"{self.paper.title} № {self.paper.number}"[:255], self.paper.letterhead.name[:255]
        core.language, core.comments, core.last_modified_by = "ru-RU", "", ""
        core.created = core.modified = issued
        core.revision = 1

    def _styles(self) -> None:
        normal: Any = self.doc.styles["Normal"]
        face(normal.element.get_or_add_rPr(), SERIF)
        element(normal.element.rPr, "lang", val="ru-RU", eastAsia="ru-RU", bidi="ar-SA")
        normal.font.size, normal.font.color.rgb = Pt(11), INK
        f = normal.paragraph_format
        f.space_before, f.space_after, f.line_spacing, f.widow_control = Pt(0), Pt(4), 1.04, True
        head: Any = self.doc.styles["Heading 1"]
        face(head.element.get_or_add_rPr(), SERIF)
        head.font.size, head.font.bold, head.font.color.rgb = Pt(11.5), True, INK
        f = head.paragraph_format
        f.space_before, f.space_after, f.keep_with_next = Pt(10), Pt(4), True

    # -- numbers: one multilevel list, 1. / 1.1. / 1.1.1.; they live in Word, not in the text -----------------------
    def _numbering(self) -> int:
        root: Any = self.doc.part.numbering_part.element
        kind = OxmlElement("w:abstractNum")
        kind.set(qn("w:abstractNumId"), str(_LIST))
        element(kind, "multiLevelType", val="multilevel")
        for depth, (left, hanging) in _INDENT.items():
            level = element(kind, "lvl", ilvl=depth - 1)
            element(level, "start", val=1)
            element(level, "numFmt", val="decimal")
            element(level, "suff", val="tab")
            element(level, "lvlText", val="".join(f"%{n}." for n in range(1, depth + 1)))
            element(level, "lvlJc", val="left")
            ppr = element(level, "pPr")
            element(element(ppr, "tabs"), "tab", val="num", pos=Mm(left).twips)
            element(ppr, "ind", left=Mm(left).twips, hanging=Mm(hanging).twips)
        old = root.find(qn("w:num"))
        if old is None:
            root.insert(0, kind)
        else:
            old.addprevious(kind)
        return self._new_list()

    def _new_list(self, start: int | None = None) -> int:
        root: Any = self.doc.part.numbering_part.element
        ident = 900 + len(root.findall(qn("w:num")))
        num = element(root, "num", numId=ident)
        element(num, "abstractNumId", val=_LIST)
        if start is not None:
            element(element(num, "lvlOverride", ilvl=0), "startOverride", val=start)
        return ident

    def numbered(self, p: Paragraph, number: str) -> None:
        """Word counts itself; a list that begins anew gets a numbering of its own."""
        wanted = [int(n) for n in number.rstrip(".").split(".")]
        depth = len(wanted)
        counter = (self.counter + [0] * depth)[:depth]
        counter[-1] += 1
        if counter != wanted:
            self.list_id = self._new_list(wanted[0])
        self.counter = wanted
        properties: Any = p._p.get_or_add_pPr()
        numpr = properties.get_or_add_numPr()
        numpr.get_or_add_ilvl().val = depth - 1
        numpr.get_or_add_numId().val = self.list_id

    # -- running heads and letterhead ------------------------------------------------------------------------------
    def _running_heads(self) -> None:
        s = self.doc.sections[0]
        top = s.header.paragraphs[0]
        say(top, (Run(self.paper.running),), 8, SANS, GREY)
        paragraph_border(top, bottom=(4, "B9C2CA"))
        for footer in (s.footer, s.first_page_footer):
            p = footer.paragraphs[0]
            p.paragraph_format.tab_stops.clear_all()
            p.style = self.doc.styles["Normal"]
            p.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
            say(p, (Run(f"{self.paper.footer}\tстр.\u00a0"),), 8, SANS, GREY)
            _field(p, "PAGE")
            say(p, (Run(" из\u00a0"),), 8, SANS, GREY)
            _field(p, "NUMPAGES")

    def _letterhead(self) -> None:
        head = self.paper.letterhead
        left, right = grid(self.doc, (78, 87)).rows[0].cells
        for cell in (left, right):
            border(property_of(cell), "tcBorders", bottom=(18, "14202B"))
            element(property_of(cell), "vAlign", val="center")
        say(first(left, 3), (Run(head.name, bold=True),), 15, SANS)
        for i, line in enumerate(head.lines):
            say(first(right, 0) if i == 0 else more(right, 0), (Run(line),), 7.5, SANS, GREY)
        right.paragraphs[-1].paragraph_format.space_after = Pt(5)

    def _title(self) -> None:
        title = self.line(before=16, after=4, align="center", keep=True)
        say(title, (Run(self.paper.title, bold=True),), 14)
        number = f"№\u00a0{self.paper.number} от\u00a0{self.paper.date}"
        say(self.line(after=4, align="center", keep=True), (Run(number),))
        if self.paper.subject:
            say(self.line(after=10, align="center", keep=True), (Run(self.paper.subject, bold=True),))

    # -- tools of the blocks -----------------------------------------------------------------------------------------
    def line(self, before: float = 0, after: float = 4, align: str = "left", *, keep: bool = False) -> Paragraph:
        p = self.doc.add_paragraph()
        p.alignment = SIDES[align]
        f = p.paragraph_format
        f.space_before, f.space_after, f.keep_with_next = Pt(before), Pt(after), keep
        return p

    def gap(self, points: float, *, keep: bool = False) -> None:
        """Word joins neighbouring tables and wants a paragraph between: a thin one."""
        p = self.doc.add_paragraph()
        shrink(p, keep=keep)
        p.paragraph_format.space_after = Pt(points)

    def bytes(self) -> bytes:
        """The same paper gives the same bytes: the archive's own times are fixed."""
        raw, out = io.BytesIO(), io.BytesIO()
        self.doc.save(raw)
        with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            for item in source.infolist():
                entry = zipfile.ZipInfo(item.filename, (1980, 1, 1, 0, 0, 0))
                target.writestr(entry, source.read(item), zipfile.ZIP_DEFLATED)
        return out.getvalue()


def _field(p: Paragraph, code: str) -> None:
    """A page field with a cached result: without it the number stays empty until Word recounts."""
    for kind in ("begin", "code", "separate", "text", "end"):
        run = p.add_run()
        dress(run, 8, SANS, GREY)
        if kind == "text":
            run.text = "1"
        elif kind == "code":
            element(run._r, "instrText").text = f" {code} "
        else:
            element(run._r, "fldChar", fldCharType=kind)
