"""Filters that stand in the address bar: a link, a reload and the way back keep what was chosen. No rules of their own."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

from infra.wording import _
from models.process.keyset import After

T = TypeVar("T", int, str)


def choose(
    page: str, name: str, label: str, options: Sequence[T], say: Callable[[T], str], *, width: int = 220, buttons: bool = False
) -> T:  # fmt: skip
    """The option chosen; the first one is the default and leaves the address clean. What the address says wins over what was
    chosen before, because somebody followed a link."""
    key, told = f"{page}-{name}", f"{page}-{name}-told"
    asked = st.query_params.get(name, "")
    found = next((o for o in options if str(o) == asked), options[0])
    if asked != st.session_state.get(told, "") or st.session_state.get(key) not in options:
        st.session_state[key] = found
    if buttons:
        made = st.segmented_control(label, options, format_func=say, key=key, required=True, wrap=True)
    else:
        made = st.selectbox(label, options, format_func=say, key=key, width=width)
    chosen = options[0] if made is None else made
    remember(name, "" if chosen == options[0] else str(chosen))
    st.session_state[told] = st.query_params.get(name, "")
    return chosen


def typed(page: str, name: str, label: str, hint: str, width: int = 280) -> str:
    """A field whose words stand in the address."""
    key, told = f"{page}-{name}", f"{page}-{name}-told"
    asked = st.query_params.get(name, "")[:200]
    if asked != st.session_state.get(told, ""):
        st.session_state[key] = asked
    words = st.text_input(label, placeholder=hint, key=key, width=width).strip()[:200]
    remember(name, words)
    st.session_state[told] = words
    return words


def remember(name: str, value: str) -> None:
    """Into the address, or out of it when there is nothing to say."""
    if value and st.query_params.get(name) != value:
        st.query_params[name] = value
    elif not value and name in st.query_params:
        del st.query_params[name]


def turn(after: After | None, count: int, name: str) -> None:
    """Ways to the next page of `count` lines and back to the start; the browser's own way back works too. `name`: of the list."""
    with st.container(horizontal=True, key=f"{name}-pages"):
        if st.query_params.get("after") and st.button(_("To the start of the list"), key=f"{name}-first"):
            remember("after", "")
            st.rerun()
        if after is not None and st.button(_("Next %(count)s") % {"count": count}, key=f"{name}-next"):
            remember("after", str(after))
            st.rerun()
