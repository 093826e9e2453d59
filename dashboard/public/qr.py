"""A QR code as one SVG path, drawn on the server: no script, no picture file, nothing that a cache keeps."""

from typing import NamedTuple

import segno

_QUIET = 4  # modules of white around


class Code(NamedTuple):
    size: int  # of the square, in modules
    path: str


def path(text: str) -> Code:
    rows = [bytes(row) for row in segno.make(text, error="m").matrix]
    drawn = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return Code(len(rows) + 2 * _QUIET, drawn)
