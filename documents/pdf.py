"""Blocks to accessible PDF/A by typst. The layout is the fixed file paper.typ; a paper travels as one JSON string, never as code."""

import json
import threading
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

from documents import qr
from documents.blocks import Paper, Qr, Requisites, Table, keeps, kept_whole, stacked
from documents.glue import NBSP, SOFT_GLUE

HERE = Path(__file__).parent
FONTS = HERE / "fonts"  # shipped: nothing is taken from the system
STANDARDS = ("a-2a", "ua-1")  # archive and accessibility together; a paper that cannot be both is not issued
_own = threading.local()


def write(paper: Paper, standards: Sequence[Any] = STANDARDS) -> bytes:
    """The bytes of one PDF; typst gives a list only for pictures."""
    doc = json.dumps({**tree(paper), "keeps": keeps(paper.blocks)}, ensure_ascii=False)
    made = _compiler().compile(format="pdf", pdf_standards=list(standards), sys_inputs={"doc": doc})
    assert isinstance(made, bytes)
    return made


def pictures(paper: Paper, ppi: int = 72) -> list[bytes]:
    """Every page as a PNG, to be looked at on a screen; never issued."""
    doc = json.dumps({**tree(paper), "keeps": keeps(paper.blocks)}, ensure_ascii=False)
    made = _compiler().compile(format="png", ppi=ppi, sys_inputs={"doc": doc})
    return [made] if isinstance(made, bytes) else list(made or [])


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


def _compiler() -> typst.Compiler:
    """One a thread: a compiler used by two threads at once raises «Already borrowed»."""
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(HERE / "paper.typ", font_paths=_fonts())
    compiler: typst.Compiler = _own.compiler
    return compiler


@cache
def _glyphs() -> frozenset[int]:
    codes = {ord("\n")}
    for file in FONTS.glob("*.ttf"):
        with TTFont(file, lazy=True) as font:
            codes.update(font.getBestCmap())
    return frozenset(codes)


def showable(text: str) -> str:
    """PDF/A refuses a character without a glyph and typst then makes no file at all: such a character is named instead."""
    text = text.replace(SOFT_GLUE, NBSP)
    if all(ord(c) in _glyphs() for c in text):
        return text
    return "".join(c if ord(c) in _glyphs() else "" if _silent(c) else f"‹U+{ord(c):04X}›" for c in text)


def _silent(c: str) -> bool:
    return c in "\u200b\u200c\u200d\u2060\u00ad" or 0xFE00 <= ord(c) <= 0xFE0F or 0xE0000 <= ord(c) <= 0xE0FFF


def tree(value: Any) -> Any:
    """Dataclasses to plain JSON; every text made showable, a QR drawn."""
    if isinstance(value, str):
        return showable(value)
    if isinstance(value, list | tuple):
        return [tree(v) for v in value]
    if not is_dataclass(value):
        return value
    plain = {field.name: tree(getattr(value, field.name)) for field in fields(value)}
    return {"type": type(value).__name__.lower(), **plain, **_derived(value)}


def _derived(value: Any) -> dict[str, Any]:
    if isinstance(value, Qr):
        return {"svg": qr.svg(value.payload, value.encoding)}
    if isinstance(value, Requisites):
        return {"stacked": stacked(value)}
    return {"whole": kept_whole(value)} if isinstance(value, Table) else {}
