"""Parts that need Streamlit: dress the page, show HTML, rows that open, pictures, the mark for tests."""

import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import streamlit as st

from dashboard.parts import tokens
from dashboard.parts.icons import mask_css
from dashboard.parts.make_logo import logo_of
from dashboard.parts.markup import esc, icon, p

HERE = Path(__file__).parent


@cache
def stylesheet() -> str:
    """Tokens, icons and desk.css as one sheet; the server links it from the page's head once."""
    return tokens.css() + mask_css() + (HERE / "desk.css").read_text("utf-8")


def dress(name: str = "") -> None:
    """Logo by theme, with the name of the utility or our own. The stylesheet comes from the page's head
    (dashboard/assets.py), cached for good."""
    dark = st.context.theme.type == "dark"
    ours = str(HERE / ("logo-dark.svg" if dark else "logo.svg"))
    st.logo(logo_of(name, dark=dark) if name else ours, size="large")


def show(*parts_html: str) -> None:
    """Markup of dashboard.parts as one block."""
    st.html('<div class="f">' + "".join(parts_html) + "</div>")


_JS = """export default ({parentElement, data, setTriggerValue}) => {
  const host = parentElement.querySelector('.f-rows');
  if (host.dataset.html !== data.html) { host.innerHTML = data.html; host.dataset.html = data.html; }
  host.onclick = e => { const row = e.target.closest('[data-id]'); if (row) setTriggerValue('open', row.dataset.id); };
}"""


@cache
def _component() -> Any:
    return st.components.v2.component("feeder_rows", html='<div class="f-rows"></div>', isolate_styles=False, js=_JS)


def rows(table_html: str, key: str) -> str | None:
    """A table whose rows open without a reload: a small component, no iframe, no data grid. The id clicked in this run."""
    opened = _component()(data={"html": table_html}, key=key, on_open_change=lambda: None).open
    return str(opened) if opened is not None else None


def picture(svg: str, key: str) -> str | None:
    """A server-drawn SVG (st.html would strip it). Gives the data-id of the shape clicked in this run."""
    return rows(svg, key)


def ready() -> None:
    """A mark for browser tests: the script has come to its end. app.py puts it after every page."""
    st.html("<span data-ready></span>")


def error_box(title: str, lines: Iterable[str] = (), note: str = "") -> None:
    """What went wrong and what to do; read out at once by screen readers."""
    items = "".join(f"<li>{esc(line)}</li>" for line in lines)
    listed = f"<ul>{items}</ul>" if items else ""
    show(f'<div class="f-error" role="alert"><h2>{esc(title)}</h2>{listed}{p(note) if note else ""}</div>')


_DONE, _SINCE = "feeder-done", "feeder-done-since"
STAYS = 1.0  # seconds: the second half of a double click runs the page again, and must not wipe what the first has done


def said(text: str) -> None:
    """The next run says it once, on whatever page it is: for a step that ends by `menu.go()`."""
    st.session_state[_DONE] = text
    st.session_state.pop(_SINCE, None)


def done(text: str) -> NoReturn:
    """Run the page again and say there, once, what was done."""
    said(text)
    st.rerun()


def say_done() -> None:
    """app.py calls it above every page."""
    text = st.session_state.get(_DONE, "")
    if text and time.monotonic() - st.session_state.setdefault(_SINCE, time.monotonic()) < STAYS:
        return good(text)
    st.session_state.pop(_DONE, None)
    return None


def good(text: str) -> None:
    """Says here and now that something is as it should be."""
    show(f'<p class="f-done" role="status">{icon("check")}<span>{esc(text)}</span></p>')
