"""Bars drawn on the server as plain HTML: nothing to load, right in the dark, on paper and for a screen reader.

Every bar has its number beside it in words; the drawing itself is hidden from readers of the screen."""

from collections.abc import Sequence
from typing import NamedTuple

from dashboard.parts.markup import esc

BLUE, LIGHT, PALE, LATE = "var(--blue)", "color-mix(in srgb, var(--blue) 55%, transparent)", "var(--blue-tint)", ""


class Piece(NamedTuple):
    """A part of a bar: its share of the longest bar, 0…1, and its colour; without a colour it is hatched as late."""

    share: float
    colour: str = BLUE


class Bar(NamedTuple):
    """One line: what, the number as text, the drawing, a note in words."""

    label: str
    value: str
    pieces: Sequence[Piece]
    note: str = ""
    warn: bool = False  # the note says that something is wrong


def bars(lines: Sequence[Bar], caption: str) -> str:
    """A table of bars from one axis."""
    body = "".join(map(_line, lines))
    return f'<table class="f-plain"><caption class="f-hide">{esc(caption)}</caption><tbody>{body}</tbody></table>'


def _line(bar: Bar) -> str:
    drawn = "".join(map(_piece, bar.pieces))
    note = f'<td class="{"nw" if bar.warn else "f-small"}" style="white-space:normal">{esc(bar.note)}</td>'
    return (
        f'<tr><th scope="row" style="white-space:normal;min-width:min(13em,26vw)">{esc(bar.label)}</th><td class="n" style="white-space:nowrap">{esc(bar.value)}</td>'
        f'<td class="w"><span class="f-fun" aria-hidden="true">{drawn}</span></td>{note}</tr>'
    )


def _piece(piece: Piece) -> str:
    width = f"width:{min(max(piece.share, 0.0), 1.0) * 100:.1f}%"
    if not piece.colour:
        return f'<i class="late" style="{width}"></i>'
    return f'<i style="{width};background:{piece.colour};border-radius:0"></i>'


def spans(figures: Sequence[tuple[str, float, float, float, str]], caption: str) -> str:
    """(label, half, most, nearly, note): how long half, four of five and nine of ten needed, one behind the other."""
    top = max((nearly for _label, _half, _most, nearly, _note in figures), default=0) or 1
    return bars(
        [
            Bar(
                label,
                f"{half:.1f} · {most:.1f} · {nearly:.1f}".replace(".", ","),
                [Piece(half / top), Piece((most - half) / top, LIGHT), Piece((nearly - most) / top, PALE)],
                note,
            )
            for label, half, most, nearly, note in figures
        ],
        caption,
    )
