"""An editor of a short list of rows, each a dict: rows are added ready-made or empty, changed in place, taken out."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import streamlit as st

from dashboard import parts
from infra.wording import _

Row = dict[str, Any]
_numbers = count(1)


def edit(
    name: str,
    title: str,
    stored: Sequence[Row],
    draw: Callable[[str, Row], Row],
    *,
    ready: Sequence[tuple[str, Row]] = (),
    blank: Row,
) -> list[Row]:
    """The rows as they stand now. `draw(key, row)` shows the fields of one row and gives what they hold."""
    held = f"list-{name}"
    if held not in st.session_state:
        st.session_state[held] = [(next(_numbers), dict(row)) for row in stored]
    rows: list[tuple[int, Row]] = st.session_state[held]
    parts.show(f"<h3>{parts.esc(title)}</h3>")
    found = []
    for number, row in rows:
        with st.container(border=True, key=f"{name}-row-{number}"):
            found.append(draw(f"{name}-{number}", row))
            st.button(_("Take out"), type="tertiary", key=f"{name}-out-{number}", on_click=_out, args=(held, number))
    st.session_state[held] = [(number, now) for (number, _old), now in zip(rows, found, strict=True)]
    _adders(name, held, ready, blank)
    return found


def _adders(name: str, held: str, ready: Sequence[tuple[str, Row]], blank: Row) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if ready:
            chosen = f"{name}-ready"
            st.selectbox(
                _("Add a ready-made one"),
                range(len(ready)),
                index=None,
                format_func=lambda n: ready[n][0],
                key=chosen,
                placeholder=_("Choose"),
                on_change=_take,
                args=(held, chosen, [row for _title, row in ready]),
                width=270,
            )
        st.button(_("Add a line"), key=f"{name}-add", on_click=_add, args=(held, blank))


def _take(held: str, chosen: str, ready: Sequence[Row]) -> None:
    number = st.session_state.get(chosen)
    if number is not None:
        _add(held, ready[number])
        st.session_state[chosen] = None


def _add(held: str, row: Row) -> None:
    st.session_state[held] = [*st.session_state.get(held, []), (next(_numbers), dict(row))]


def _out(held: str, number: int) -> None:
    st.session_state[held] = [r for r in st.session_state.get(held, []) if r[0] != number]


def forget(name: str) -> None:
    """The next `edit` begins from what is stored."""
    st.session_state.pop(f"list-{name}", None)
