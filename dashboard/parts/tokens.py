"""Design tokens, the only place where a colour, a size or a radius is written. Imports nothing of ours.

Every colour is a pair (light, dark); CSS light-dark() picks one by the `color-scheme` of the page.
"""

from models.process.words import N_

COLOURS: dict[str, tuple[str, str]] = {
    "ground": ("#f3f5f7", "#0f161d"),  # page behind everything
    "surface": ("#ffffff", "#172029"),  # cards, tables, inputs
    "sunken": ("#e9edf1", "#1f2a35"),  # table heads, track of a bar
    "line": ("#d3dae0", "#2c3a47"),  # hairlines, decoration only
    "edge": ("#76838f", "#7d8c99"),  # borders that carry meaning: inputs, secondary buttons (3:1)
    "ink": ("#14202b", "#e6ecf1"),  # text
    "ink-2": ("#445260", "#b3c0cb"),  # secondary text
    "ink-3": ("#5a6875", "#93a3b1"),  # captions, units
    "blue": ("#1b4f93", "#8ab8f5"),  # action, link, in progress, free slot
    "blue-fill": ("#1b4f93", "#2b62ab"),  # primary button
    "blue-deep": ("#143c71", "#3a74c2"),  # hover of the primary button
    "blue-tint": ("#e3edf9", "#1a2f4a"),
    "copper": ("#914a00", "#f0ab62"),  # "your move": the conductor of the logo
    "copper-tint": ("#fdf1e0", "#38270f"),
    "green": ("#07694a", "#74d0ae"),  # done
    "green-tint": ("#e0f3ec", "#123127"),
    "red": ("#b3123f", "#ff96aa"),  # late, taken, refused
    "red-tint": ("#fde9ed", "#431c27"),
    "grey": ("#445260", "#b3c0cb"),  # closed, not started
    "grey-tint": ("#e9edf1", "#26323d"),
    "focus": ("#ffc933", "#ffc933"),  # ring, always with an ink line inside
}
# Status: (colour family, icon, word). The icon's shape differs, so that colour is never alone.
STATUSES: dict[str, tuple[str, str, str]] = {
    "yours": ("copper", "hand", N_("your turn")),
    "work": ("blue", "dots", N_("in progress")),
    "done": ("green", "check", N_("done")),
    "soon": ("copper", "clock", N_("due soon")),
    "late": ("red", "bang", N_("overdue")),
    "paused": ("grey", "pause", N_("term suspended")),
    "closed": ("grey", "cross", N_("closed")),
    "next": ("grey", "ring", N_("ahead")),
}
FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "PT Sans Caption", Arial, sans-serif'
MONO = 'ui-monospace, "SF Mono", Consolas, "PT Mono", "Liberation Mono", monospace'


def colour(name: str, dark: bool = False) -> str:
    """The hex value of a token, for charts and SVG that cannot read custom properties."""
    return COLOURS[name][dark]


def css(dark: bool = True) -> str:
    """Custom properties on :root. dark=False leaves plain light values (public pages, old browsers)."""

    def value(pair: tuple[str, str]) -> str:
        return f"light-dark({pair[0]},{pair[1]})" if dark else pair[0]

    return ":root{" + "".join(f"--{name}:{value(pair)};" for name, pair in COLOURS.items()) + "}"
