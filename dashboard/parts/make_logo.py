"""Writes logo.svg, logo-dark.svg (mark and word, for st.logo) and mark.svg (the tab's icon) from icons.mark.

python -m dashboard.parts.make_logo
"""

from pathlib import Path

from dashboard.parts import icons, tokens

HERE = Path(__file__).parent
_SVG = 'xmlns="http://www.w3.org/2000/svg"'
_WORD_FONT = "Segoe UI, Roboto, PT Sans Caption, Arial, sans-serif"


def logo(*, dark: bool) -> str:
    ink = tokens.colour("ink", dark)
    inner = icons.mark(32, bar=ink, line=tokens.colour("copper", dark))
    word = f'<text x="42" y="22" font-family="{_WORD_FONT}" font-size="19" font-weight="700" fill="{ink}">Фидер</text>'
    return f'<svg {_SVG} viewBox="0 0 118 32" width="118" height="32">{inner}{word}</svg>\n'


def mark() -> str:
    return icons.mark(32, bar=tokens.colour("ink")).replace("<svg ", f"<svg {_SVG} ", 1) + "\n"


def files() -> dict[str, str]:
    """File name -> content."""
    return {"logo.svg": logo(dark=False), "logo-dark.svg": logo(dark=True), "mark.svg": mark()}


if __name__ == "__main__":
    for name, content in files().items():
        (HERE / name).write_text(content, "utf-8")
