"""Icons as SVG on a 20 px grid; every status has its own silhouette. No icon font (Streamlit's weighs 375 KB)."""

from urllib.parse import quote


def _stroke(width: float = 2) -> str:
    return f'fill="none" stroke="currentColor" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"'


def _hole(width: float) -> str:
    return (
        f'fill="none" stroke="var(--hole,#fff)" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"'
    )


_DISC = '<circle cx="10" cy="10" r="9" fill="currentColor"/>'
_WARNING = '<path d="M10 1.2L19.4 18H.6z" fill="currentColor" stroke="currentColor" stroke-linejoin="round"/>'
_RING = f'<circle cx="10" cy="10" r="8" {_stroke()}/>'
SHAPES = {
    "hand": f'{_DISC}<path d="M6 10h7M10 6.5l3.5 3.5-3.5 3.5" {_hole(2)}/>',
    "dots": f'{_RING}<path d="M6.2 10h.1M10 10h.1M13.8 10h.1" {_stroke()}/>',
    "check": f'<path d="M3 10.5l4.5 4.5L17 5" {_stroke(2.6)}/>',
    "clock": f'{_RING}<path d="M10 5.5V10l3 2" {_stroke()}/>',
    "bang": f'{_WARNING}<path d="M10 7.5v4.6M10 15.2v.1" {_hole(2.2)}/>',
    "pause": f'<path d="M6.5 4v12M13.5 4v12" {_stroke(3)}/>',
    "cross": f'<path d="M5 5l10 10M15 5L5 15" {_stroke()}/>',
    "ring": f'<circle cx="10" cy="10" r="7" {_stroke()} stroke-dasharray="2 3.5"/>',
    "doc": f'<path d="M5 2h7l4 4v12H5zM12 2v4h4" {_stroke(1.6)}/>',
    "lock": f'<path d="M4.5 9h11v8.5h-11zM7 9V6a3 3 0 0 1 6 0v3" {_stroke(1.8)}/>',
    "next": f'<path d="M7.5 4l6 6-6 6" {_stroke()}/>',
    "prev": f'<path d="M12.5 4l-6 6 6 6" {_stroke()}/>',
    "plan": f'<path d="M3 4.5h14v13H3zM3 8.5h14M7 2v4M13 2v4" {_stroke(1.8)}/>',
}


def icon(name: str, size: str = "1em") -> str:
    """One icon, hidden from screen readers: a word always stands beside it. For public pages."""
    return (
        f'<svg class="i" viewBox="0 0 20 20" width="{size}" height="{size}" aria-hidden="true" focusable="false">'
        f"{SHAPES[name]}</svg>"
    )


def mask_icon(name: str) -> str:
    """The same icon for st.html, which strips SVG: an empty element that mask_css() paints in the colour of the text."""
    if name not in SHAPES:
        raise KeyError(name)
    return f'<i class="i i-{name}" aria-hidden="true"></i>'


def mask_css() -> str:
    """One rule per icon. The luminance of the mask keeps the hole in filled shapes."""
    rules = [
        ".i{display:inline-block;width:1em;height:1em;background:currentColor;"
        "mask:var(--i) center/contain no-repeat luminance;forced-color-adjust:none}"
    ]
    for name, shape in SHAPES.items():
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">{shape}</svg>'
        svg = svg.replace("currentColor", "#fff").replace("var(--hole,#fff)", "#000").replace('"', "'")
        address = quote(svg, safe=" =:/'")
        rules.append(f'.i-{name}{{--i:url("data:image/svg+xml,{address}")}}')
    return "".join(rules)


def mark(size: int = 32, bar: str = "currentColor", line: str = "#914a00") -> str:
    """The mark: a line leaving a busbar. The bar is ink, the line and the consumer at its end are copper."""
    return (
        f'<svg class="mark" viewBox="0 0 32 32" width="{size}" height="{size}" aria-hidden="true" focusable="false">'
        f'<path d="M3 6h26" stroke="{bar}" stroke-width="5" stroke-linecap="round"/>'
        f'<path d="M10 11v7a7 7 0 0 0 7 7h5" fill="none" stroke="{line}" stroke-width="4" stroke-linecap="round"/>'
        f'<circle cx="26" cy="25" r="4" fill="{line}"/></svg>'
    )
