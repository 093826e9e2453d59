"""Contrast of the pairs that the screens use (WCAG 2.2 AA) and distance of the status colours for colour-blind eyes."""

from collections.abc import Sequence

from dashboard.parts.tokens import COLOURS

FAMILIES = ("blue", "copper", "green", "red", "grey")
GROUNDS = ("ground", "surface", "sunken")
TEXT = [(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in GROUNDS]
TEXT += [("blue", "ground"), ("blue", "surface"), ("night", "focus")]
TEXT += [(c, ground) for c in FAMILIES for ground in (c + "-tint", "surface", "ground")]
TEXT += [("ink", c + "-tint") for c in FAMILIES] + [("ink-2", "copper-tint"), ("ink-2", "blue-tint")]
TEXT += [("white", "blue-fill"), ("white", "blue-deep")] + [
    ("paper", c) for c in ("red", "copper", "green", "blue", "grey")
]
GRAPHIC = [("edge", "surface"), ("edge", "ground")] + [(c, "sunken") for c in ("blue", "red", "green", "copper")]
_OWN = {
    "white": ("#ffffff", "#ffffff"),
    "paper": ("#ffffff", "#0f161d"),  # text inside a filled chip
    "night": ("#14202b", "#14202b"),  # the ring's inner line
}
# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB
CVD = {
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))


def of_pair(front: str, back: str, dark: bool) -> float:
    return ratio(_hex(front, dark), _hex(back, dark))


def ratio(a: str, b: str) -> float:
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def distance(a: str, b: str, kind: str) -> float:
    """ΔE76 as an eye of this kind sees it."""
    return float(sum((p - q) ** 2 for p, q in zip(_seen(a, kind), _seen(b, kind), strict=True)) ** 0.5)


def _hex(name: str, dark: bool) -> str:
    return (_OWN.get(name) or COLOURS[name])[dark]


def _linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]


def _luminance(colour: str) -> float:
    return sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), _linear(colour), strict=True))


def _times(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


def _seen(colour: str, kind: str) -> tuple[float, float, float]:
    linear = _linear(colour)
    x, y, z = (max(v, 0.0) for v in _times(_XYZ, _times(CVD[kind], linear) if kind in CVD else linear))

    def root(t: float) -> float:
        return t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116

    fx, fy, fz = root(x / 0.95047), root(y), root(z / 1.08883)
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
