"""Pictures drawn on the server: no script to load, readable by a screen reader, right in the dark and on paper.

`process()` is a single-line diagram of any process: stages are breakers on the line, ways out leave it downwards
like taps, loops (the case is with somebody outside) hang above. `process_down()` says the same for a phone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from dashboard.parts.markup import chip, esc
from infra.wording import _

STEP, Y, FIRST = 126, 128, 62
TAP = Y + 108
PAPER = "light-dark(#fff,#0f161d)"


class Way(NamedTuple):
    """A way out of a stage, or a loop above it, with the number of cases there."""

    label: str
    cases: int


@dataclass(frozen=True)
class Station:
    """One stage on the line. `id` comes back from `picture()` when it is clicked; `usual` is median days, as text."""

    id: str
    label: str
    now: int
    late: int = 0
    usual: str = ""
    final: bool = False
    exits: Sequence[Way] = field(default=())
    loop: Way | None = None


def process(stations: Sequence[Station], about: str) -> str:
    """The SVG; `about` is its text for screen readers. Show it by `picture(svg, key)` in a container `f-wide`."""
    xs = [FIRST + i * STEP for i in range(len(stations))]
    deepest = max((len(s.exits) for s in stations), default=0)
    height = TAP + 42 * max(deepest, 1) + 8
    out = [
        f'<svg class="f-process" viewBox="0 0 {xs[-1] + 62} {height}" width="100%" role="img" aria-label="{esc(about)}">',
        '<defs><marker id="f-tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M1 1l6 3-6 3z" fill="var(--edge)"/></marker></defs>',
        f'<path d="M{xs[0]} {Y}H{xs[-1]}" stroke="var(--copper)" stroke-width="4"/>',
    ]
    for x, station in zip(xs, stations, strict=True):
        out += [_loop(x, station.loop) if station.loop else "", _exits(x - 48, station.exits), _station(x, Y, station)]
    return "".join(out) + "</svg>"


def process_down(stations: Iterable[Station]) -> str:
    """The same line from top to bottom, for `show()`; hidden on a wide screen by its class."""
    items = "".join(map(_stop, stations))
    return f'<section class="f-card f-narrow"><ol class="f-line f-stages">{items}</ol></section>'


def funnel(bars: Sequence[tuple[str, int, int]], caption: str) -> str:
    """(label, open, late): bars from one axis, so that lengths compare; the late part is hatched and also written."""
    top = max((n for _label, n, _late in bars), default=0) or 1
    body = "".join(_funnel_row(label, n, late, top) for label, n, late in bars)
    return f'<table class="f-plain"><caption class="f-hide">{esc(caption)}</caption><tbody>{body}</tbody></table>'


def _funnel_row(label: str, n: int, late: int, top: int) -> str:
    said = _("%(count)s overdue") % {"count": late} if late else ""
    drawn = (
        f'<i style="width:{(n - late) / top * 100:.1f}%"></i><i class="late" style="width:{late / top * 100:.1f}%"></i>'
    )
    return (
        f'<tr><th scope="row">{esc(label)}</th><td class="n">{n}</td>'
        f'<td class="w"><span class="f-fun" aria-hidden="true">{drawn}</span></td><td class="nw">{esc(said)}</td></tr>'
    )


def _stop(station: Station) -> str:
    late = chip("late", str(station.late)) if station.late else ""
    ways = [station.loop] if station.loop else []
    leave = "".join(f"<span>{esc(w.label)}: {w.cases}</span><br>" for w in [*ways, *station.exits])
    usual = _("usually %(days)s days") % {"days": station.usual} if station.usual else ""
    return (
        f'<li class="stage"><i class="dot">{station.now}</i><b>{esc(station.label)} {late}</b>'
        f"{leave}<span>{esc(usual)}</span></li>"
    )


def _lines(text: str, limit: int) -> list[str]:
    out: list[str] = []
    for word in text.split():
        if out and len(out[-1]) + 1 + len(word) <= limit:
            out[-1] += " " + word
        else:
            out.append(word)
    return out


def _words(x: float, y: float, lines: Sequence[str], fill: str, anchor: str = "middle", weight: int = 400) -> str:
    spans = "".join(f'<tspan x="{x}" dy="{15 if i else 0}">{esc(t)}</tspan>' for i, t in enumerate(lines))
    return f'<text y="{y}" text-anchor="{anchor}" font-size="13" font-weight="{weight}" fill="var(--{fill})">{spans}</text>'


def _late(x: float, y: float, n: int) -> str:
    return (
        f'<g transform="translate({x},{y})"><rect x="-23" y="-11" width="46" height="22" rx="11" fill="var(--red)"/>'
        f'<path d="M-10 -5.5l5.5 10h-11z" fill="{PAPER}"/><text x="7" y="4.5" text-anchor="middle" font-size="13" '
        f'font-weight="700" fill="{PAPER}">{n}</text></g>'
    )


def _station(x: float, y: float, station: Station, w: int = 104) -> str:
    lines = _lines(station.label, 14)
    said = _("usually %(days)s days") % {"days": station.usual} if station.usual else ""
    usual = _words(x, y + 52 + 15 * len(lines), [said], "ink-3") if said else ""
    edge = "green" if station.final else "ink"
    return (
        f'<g data-id="{esc(station.id)}" style="cursor:pointer"><rect x="{x - w / 2}" y="{y - 30}" width="{w}" height="60" '
        f'rx="6" fill="var(--surface)" stroke="var(--{edge})" stroke-width="2.5"/>'
        f'<text x="{x}" y="{y + 9}" text-anchor="middle" font-size="25" font-weight="700" fill="var(--ink)">{station.now}</text>'
        + _words(x, y + 50, lines, "ink", weight=700)
        + usual
        + (_late(x + w / 2 - 10, y - 32, station.late) if station.late else "")
        + "</g>"
    )


def _loop(x: float, way: Way) -> str:
    return (
        '<g fill="none" stroke="var(--edge)" stroke-width="2" stroke-dasharray="3 4">'
        f'<path d="M{x - 34} {Y - 31}V47" marker-end="url(#f-tip)"/>'
        f'<path d="M{x + 6} 44V{Y - 34}" marker-end="url(#f-tip)"/></g>'
        f'<rect x="{x - 92}" y="4" width="184" height="38" rx="6" fill="var(--surface)" stroke="var(--edge)" '
        'stroke-width="1.5"/>' + _words(x, 28, [f"{way.label}: {way.cases}"], "ink")
    )


def _exits(x: float, ways: Sequence[Way]) -> str:
    out = ""
    for k, way in enumerate(ways):
        top = TAP + 42 * k
        lead = 28 if k else 0
        lines = _lines(way.label, 17)
        out += (
            f'<path d="M{x} {top - 12 - lead}v{14 + lead}h8" fill="none" stroke="var(--edge)" stroke-width="2"/>'
            f'<circle cx="{x + 10}" cy="{top + 2}" r="3.5" fill="var(--edge)"/>'
            + _words(x + 20, top + 6, lines, "ink-2", "start")
            + _words(x + 20, top + 6 + 15 * len(lines), [str(way.cases)], "ink", "start", 700)
        )
    return out
