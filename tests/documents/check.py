"""Proofs on finished files: both forms say the same words in the same order; the PDF is an archive file that can be read back."""

import io
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from docx import Document
from docx.oxml.ns import qn

MM = 72 / 25.4
# Spaces, and hyphens too: a line may end in one; pdftotext adds marks of direction.
_UNSEEN = re.compile(r"[\s\u00a0\u00ad\u200e\u200f\u202a-\u202e\u2010\u2011-]+")
# Scripts with an order or glyphs of their own are looked at in pictures, not compared.
_APART = re.compile("[\u2600-\u27bf\U00010000-\U000e01ff\u3400-\u9fff\u0590-\u06ff]|\u200d|\ufe0f|‹U\\+[0-9A-F]+›")


def letters(text: str) -> str:
    """What is compared: every character but spaces and hyphens."""
    return _UNSEEN.sub("", _APART.sub("", text))


def docx_paragraphs(data: bytes) -> list[str]:
    """Paragraphs of the body in reading order, with the numbers Word would print."""
    return [text for text in _numbered(Document(io.BytesIO(data)).element.body) if text.strip()]


def _numbered(body: Any) -> Iterator[str]:
    counter: list[int] = []
    seen: set[int] = set()
    for p in body.iter(qn("w:p")):
        text = "".join(t.text or "" if t.tag == qn("w:t") else " " for t in p.iter(qn("w:t"), qn("w:br"), qn("w:tab")))
        numpr = p.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if numpr is None:
            yield text
            continue
        depth, ident = numpr.ilvl.val + 1, numpr.numId.val
        if ident not in seen and depth == 1:
            counter = []
        seen.add(ident)
        counter = (counter + [0] * depth)[:depth]
        counter[-1] += 1
        yield ".".join(map(str, counter)) + ". " + text


def docx_heads(data: bytes) -> list[str]:
    """Header rows of tables: a PDF repeats them on every page of the table."""
    rows = [
        row
        for row in Document(io.BytesIO(data)).element.body.iter(qn("w:tr"))
        if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    ]
    return [letters("".join(t.text or "" for t in row.iter(qn("w:t")))) for row in rows]


def pdf_text(data: bytes, *options: str) -> str:
    """Body of every page in content order, without running head and foot."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        Path(file.name).write_bytes(data)
        box = ["-x", "0", "-y", str(int(16 * MM)), "-W", str(int(210 * MM)), "-H", str(int((297 - 16 - 21) * MM))]
        command = ["pdftotext", "-raw", "-enc", "UTF-8", *box, *options, file.name, "-"]
        return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.decode()


def pdf_pages(data: bytes) -> list[str]:
    return pdf_text(data).split("\f")[:-1]


def compare(docx: bytes, pdf: bytes) -> list[str]:
    """The first place where the two forms differ, or nothing."""
    left, right, heads = letters(" ".join(docx_paragraphs(docx))), letters(pdf_text(pdf)), docx_heads(docx)
    at = 0
    while right:
        same = _common(left[at:], right)
        at, right = at + same, right[same:]
        if not right:
            break
        head, back = _repeated(left, at, right, heads)
        if not head:
            return [f"differs: docx {left[max(0, at - 20) : at + 20]!r} / pdf {right[:40]!r}"]
        right = right[len(head) - back :]
    return [f"only in docx: {left[at:][:60]!r}"] if left[at:] else []


def _common(left: str, right: str) -> int:
    n = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        n += 1
    return n


def _repeated(left: str, at: int, right: str, heads: list[str]) -> tuple[str, int]:
    """A table head that the PDF prints again here, and how many of its letters were already taken for body text."""
    for head in (h for h in heads if h):
        for back in range(len(head)):
            if left[at - back : at] == head[:back] and right.startswith(head[back:]) and head in left[:at]:
                return head, back
    return "", 0


def literal(docx: bytes, pdf: bytes, typed: tuple[str, ...]) -> list[str]:
    """Pieces that look like markup or code must stand in both forms as they were typed."""
    forms = (("docx", letters(" ".join(docx_paragraphs(docx)))), ("pdf", letters(pdf_text(pdf))))
    return [f"lost in {name}: {piece!r}" for name, text in forms for piece in typed if letters(piece) not in text]


def archive(data: bytes) -> list[str]:
    """What is missing for PDF/A-2a and PDF/UA-1, as far as flags tell."""
    with pikepdf.open(io.BytesIO(data)) as file:
        meta = file.open_metadata()
        marks = {
            "PDF/A-2a": (meta.get("pdfaid:part"), meta.get("pdfaid:conformance")) == ("2", "A"),
            "PDF/UA-1": meta.get("pdfuaid:part") == "1",
            "output intent": "/OutputIntents" in file.Root,
            "tags": "/StructTreeRoot" in file.Root and bool(file.Root.get("/MarkInfo", {}).get("/Marked", False)),
            "language": str(file.Root.get("/Lang", "")).lower().startswith("ru"),
        }
        faults = [f"no {name}" for name, there in marks.items() if not there]
        faults += [fault for obj in file.objects if isinstance(obj, pikepdf.Dictionary) for fault in _font_faults(obj)]
    return faults if re.search("[А-Яа-яЁё]{4}", pdf_text(data)) else [*faults, "Cyrillic cannot be read back"]


def _font_faults(obj: pikepdf.Dictionary) -> list[str]:
    embedded = any(key in obj for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    if obj.get("/Type") == "/FontDescriptor" and not embedded:
        return [f"font is not embedded: {obj.get('/FontName')}"]
    if obj.get("/Type") == "/Font" and obj.get("/Subtype") == "/Type0" and "/ToUnicode" not in obj:
        return [f"no ToUnicode: {obj.get('/BaseFont')}"]
    return []
