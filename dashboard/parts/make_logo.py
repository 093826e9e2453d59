"""Writes logo.svg, logo-dark.svg (mark and word, for st.logo) and mark.svg (the tab's icon) from icons.mark.

python -m dashboard.parts.make_logo
"""

from html import escape
from pathlib import Path

from dashboard.parts import icons, tokens

HERE = Path(__file__).parent
_SVG = 'xmlns="http://www.w3.org/2000/svg"'
_WORD_FONT = "Segoe UI, Roboto, PT Sans Caption, Arial, sans-serif"
_LETTER = 9.4  # width of a letter of a name at 15 px, bold


def logo(*, dark: bool) -> str:
    return _drawn(118, "Фидер", 'font-size="19"', dark=dark) + "\n"


def logo_of(name: str, *, dark: bool) -> str:
    """Mark and name of a utility: the name takes the same width in every font."""
    wide = round(len(name) * _LETTER)
    return _drawn(44 + wide, name, f'font-size="15" textLength="{wide}" lengthAdjust="spacingAndGlyphs"', dark=dark)


def _drawn(width: int, word: str, size: str, *, dark: bool) -> str:
    ink = tokens.colour("ink", dark)
    inner = icons.mark(32, bar=ink, line=tokens.colour("copper", dark))
    told = f'<text x="42" y="22" font-family="{_WORD_FONT}" {size} font-weight="700" fill="{ink}">{escape(word)}</text>'
    return f'<svg {_SVG} viewBox="0 0 {width} 32" width="{width}" height="32">{inner}{told}</svg>'


def mark() -> str:
    return icons.mark(32, bar=tokens.colour("ink")).replace("<svg ", f"<svg {_SVG} ", 1) + "\n"


def files() -> dict[str, str]:
    """File name -> content."""
    return {"logo.svg": logo(dark=False), "logo-dark.svg": logo(dark=True), "mark.svg": mark()}


if __name__ == "__main__":
    for name, content in files().items():
        (HERE / name).write_text(content, "utf-8")
