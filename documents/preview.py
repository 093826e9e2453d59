"""What somebody sent us, as a picture to be looked at beside the data: one page drawn anew, never the file itself.

A page that cannot be drawn is said so; nothing here is kept."""

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import typst
from PIL import Image

PDF = "application/pdf"
PICTURES = {"image/jpeg": "jpg", "image/png": "png"}
MOST_PIXELS = 60_000_000  # a picture that says more than this is a trap
WIDTH = 560  # points


@dataclass(frozen=True)
class Preview:
    """One page as PNG, and how many there are. `png` is nothing for a form that is not drawn."""

    png: bytes | None
    pages: int


def page(data: bytes, media_type: str, number: int = 1) -> Preview:
    """Page `number`, from 1; beyond the last one the last."""
    try:
        if media_type == PDF:
            pages = _count(data)
            return Preview(_drawn(data, "pdf", min(max(number, 1), pages)), pages)
        if media_type in PICTURES and _small(data):
            return Preview(_drawn(data, PICTURES[media_type], 0), 1)
    except (typst.TypstError, pikepdf.PdfError, pikepdf.PasswordError, OSError, Image.DecompressionBombError):
        return Preview(None, 1)
    return Preview(None, 1)


def _count(data: bytes) -> int:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return max(len(pdf.pages), 1)


def _small(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.width * picture.height <= MOST_PIXELS


def _drawn(data: bytes, ending: str, number: int) -> bytes:
    """typst reads PDFs and pictures and writes a fresh picture: nothing of the file's own code reaches a browser."""
    which = f", page: {number}" if ending == "pdf" else ""
    source = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("given.{ending}"{which}, width: {WIDTH}pt)'
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"given.{ending}").write_bytes(data)
        (Path(folder) / "main.typ").write_text(source, "utf-8")
        made = typst.compile(Path(folder) / "main.typ", format="png", ppi=110)
    assert isinstance(made, bytes)
    return made
