"""Waiting with the screen open: a small part of the page looks again every half a second and reruns the page on a change."""

import time
from collections.abc import Callable

import streamlit as st

from dashboard import faults, parts, session

EVERY = 0.5  # seconds


def wait_for(
    key: str, mark: Callable[[], object], before: object, saying: str, late: str, patience: float = 10.0
) -> None:
    """Says `saying` with a bar until `mark()` differs from `before`; then the page runs again. After `patience` seconds
    it says `late`, and goes on to look, slowly, as long as the page is open."""
    started = st.session_state.setdefault(f"wait-{key}", time.monotonic())
    over = time.monotonic() - started > patience

    def look() -> None:
        session.guard()
        faults.guarded(lambda: _look(key, mark, before, saying, late, patience, over), "waiting")

    st.fragment(look, run_every=5.0 if over else EVERY)()


def _look(
    key: str, mark: Callable[[], object], before: object, saying: str, late: str, patience: float, over: bool
) -> None:
    if mark() != before:
        forget(key)
        st.rerun()
    waited = time.monotonic() - st.session_state.get(f"wait-{key}", time.monotonic())
    if waited > patience and not over:
        st.rerun()
    if over:
        parts.show(parts.p(late))
        return
    share = min(waited / patience, 1.0)
    parts.show(
        f'<div role="status">{parts.p(saying)}<div style="max-width:320px;margin-top:6px">{parts.bar(share, "blue")}</div></div>'
    )


def forget(key: str) -> None:
    """The next wait under this key begins anew."""
    st.session_state.pop(f"wait-{key}", None)
