"""The visible stamp of a signature: owner, number and validity drawn as outlines of letters, so that no font is needed in the
PDF. Only a picture; it proves nothing."""

from functools import cache
from pathlib import Path

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "documents" / "fonts"
_REGULAR, _BOLD = "PTS55F.ttf", "PTS75F.ttf"
_BLUE = "0.09 0.25 0.50"
_PAD, _SMALLEST = 5.0, 3.0


class _Outline(BasePen):  # type: ignore[misc]
    """Writes the operators of a PDF path."""

    def __init__(self, glyphs: object) -> None:
        super().__init__(glyphs)
        self.path: list[str] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.path.append(f"{pt[0]:g} {pt[1]:g} m")

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.path.append(f"{pt[0]:g} {pt[1]:g} l")

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:  # noqa: N802
        self.path.append(" ".join(f"{v:g}" for pt in (pt1, pt2, pt3) for v in pt) + " c")

    def _closePath(self) -> None:  # noqa: N802
        self.path.append("h")


class _Letters:
    def __init__(self, file: str) -> None:
        font = TTFont(FONTS / file)
        self._glyphs, self._names = font.getGlyphSet(), font.getBestCmap()
        self._units: int = font["head"].unitsPerEm

    @cache  # noqa: B019 - two fonts for the life of the process
    def drawn(self, letter: str) -> tuple[str, float]:
        """Path and width in units of the font; a letter without a glyph is a question mark."""
        name = self._names.get(ord(letter), self._names[ord("?")])
        pen = _Outline(self._glyphs)
        self._glyphs[name].draw(pen)
        return "\n".join(pen.path), float(self._glyphs[name].width)

    def width(self, text: str, size: float) -> float:
        return sum(self.drawn(letter)[1] for letter in text) * size / self._units

    def line(self, text: str, x: float, y: float, size: float) -> str:
        """Operators that fill the outlines of one line starting at the point (x, y)."""
        scale, parts, place = size / self._units, [], 0.0
        for letter in text:
            path, wide = self.drawn(letter)
            if path:
                parts.append(f"q 1 0 0 1 {place:g} 0 cm\n{path}\nf Q")
            place += wide
        return f"q {scale:.6f} 0 0 {scale:.6f} {x:.2f} {y:.2f} cm\n" + "\n".join(parts) + "\nQ"


@cache
def _letters(file: str) -> _Letters:
    return _Letters(file)


def draw(title: str, lines: list[str], width: float, height: float) -> bytes:
    """Content of a form that fills a box of points; a box taller than wide is written from bottom to top."""
    upright = width >= height
    wide, high = (width, height) if upright else (height, width)
    turned = "" if upright else f"0 1 -1 0 {width:g} 0 cm\n"
    step = (high - 2 * _PAD) / (len(lines) + 1)
    size = max(_SMALLEST, min(step * 0.8, _fitting(title, lines, wide)))
    rows = [(title, _BOLD), *((line, _REGULAR) for line in lines)]
    text = [
        _letters(file).line(row, _PAD, high - _PAD - step * n - size * 0.85, size) for n, (row, file) in enumerate(rows)
    ]
    frame = f"{_BLUE} RG 0.8 w 0.6 0.6 {wide - 1.2:g} {high - 1.2:g} re S"
    return "\n".join(["q", turned + frame, f"{_BLUE} rg", *text, "Q"]).encode()


def _fitting(title: str, lines: list[str], wide: float) -> float:
    """The size at which the longest line just fits."""
    longest = max([_letters(_BOLD).width(title, 1), *(_letters(_REGULAR).width(line, 1) for line in lines)])
    return (wide - 2 * _PAD) / longest
