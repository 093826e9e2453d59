"""Small functions that give HTML for `show()`. Text arguments are escaped here; arguments named `…_html` are HTML already.

No business words and no Streamlit here.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from dashboard.parts import tokens
from dashboard.parts.icons import mask_icon
from documents.wording import sentence
from infra.wording import _

_LONG = 40  # letters; a longer opener breaks into lines


def esc(text: object) -> str:
    """Text as HTML."""
    return escape(str(text))


def icon(name: str) -> str:
    return mask_icon(name)


def p(text: str, sub: bool = False) -> str:
    """A paragraph of plain text; `sub` is the quieter colour."""
    return f'<p class="f-sub">{esc(text)}</p>' if sub else f"<p>{esc(text)}</p>"


def h2(text: str) -> str:
    return f"<h2>{esc(text)}</h2>"


def chip(status: str, word: str = "") -> str:
    """A status of tokens.STATUSES as icon and word. `late` and `yours` are filled: they differ without colour too."""
    family, shape, default = tokens.STATUSES[status]
    family = "solid-copper" if status == "yours" else family
    return f'<span class="f-chip {family}">{icon(shape)}{esc(word or _(default))}</span>'


def head(title: str, sub: str = "", chips_html: str = "") -> str:
    """The page's title, at most two chips beside it, one quiet line below."""
    below = f'<p class="f-sub">{esc(sub)}</p>' if sub else ""
    return f'<div class="f-head"><h1>{esc(title)}</h1>{chips_html}</div>{below}'


def card(title: str, body_html: str) -> str:
    heading = f"<h2>{esc(title)}</h2>" if title else ""
    return f'<section class="f-card">{heading}{body_html}</section>'


def empty(title: str, what_to_do: str) -> str:
    """The empty state: what it means and what to do. Never show an empty table instead."""
    return card(title, p(what_to_do))


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """Label above value, side by side. Plain text."""
    inner = "".join(f"<div><dt>{esc(label)}</dt><dd>{esc(value)}</dd></div>" for label, value in pairs)
    return f'<dl class="f-facts">{inner}</dl>'


class Field(NamedTuple):
    """A line of `listing`: `there=False` greys a value that is still to come."""

    label: str
    value: str = ""
    there: bool = True
    value_html: str = ""  # instead of value: a chip, a link


def listing(fields: Iterable[Field]) -> str:
    """Label left, value right, on hairlines: the card's fields. A value to come says when («в день оплаты»)."""
    inner = "".join(
        f"<div><dt>{esc(f.label)}</dt><dd{'' if f.there else ' class=off'}>{f.value_html or esc(f.value)}</dd></div>"
        for f in fields
    )
    return f'<dl class="f-list">{inner}</dl>'


class Step(NamedTuple):
    """A node of the timeline. state: done | now (the reader's turn) | wait (somebody else's turn) | next | out."""

    state: str
    when: str
    what: str
    detail: str = ""


_DOTS = {"done": "check", "now": "hand", "wait": "clock", "next": "", "out": "cross"}


def timeline(steps: Iterable[Step]) -> str:
    """Past and future in one line: solid behind, dotted ahead. A future step says what it hangs on."""
    return f'<ol class="f-line">{"".join(map(_step, steps))}</ol>'


def _step(step: Step) -> str:
    dot = icon(_DOTS[step.state]) if _DOTS[step.state] else ""
    here = ' aria-current="step"' if step.state in ("now", "wait") else ""
    said = ". ".join(filter(None, (sentence(step.when), step.detail)))
    return (
        f'<li class="{step.state}"{here}><i class="dot">{dot}</i><b>{esc(step.what)}</b><span>{esc(said)}</span></li>'
    )


def documents(items: Iterable[tuple[str, str, str]]) -> str:
    """(name, address, note). Plain links to the file door, which checks the user: /files/{id}, /attachments/{id}."""
    inner = "".join(
        f'<li>{icon("doc")}<a href="{esc(url)}" target="_blank" rel="noopener">{esc(name)}</a><small>{esc(note)}</small></li>'
        for name, url, note in items
    )
    return f'<ul class="f-docs">{inner}</ul>'


def bar(share: float, family: str = "blue") -> str:
    """Share of a term used, 0…1; the words stand beside it. family: blue, copper, red, green, grey."""
    width = min(max(share, 0.0), 1.0) * 100
    return f'<span class="f-bar {esc(family)}" aria-hidden="true"><i style="width:{width:.0f}%"></i></span>'


def closed_moves(items: Iterable[tuple[str, str]]) -> str:
    """(move, the fact that will open it)."""
    inner = "".join(f"<li>{icon('lock')}<span><b>{esc(name)}</b>{esc(why)}</span></li>" for name, why in items)
    return f'<ul class="f-closed">{inner}</ul>'


def messages(items: Iterable[tuple[str, str, str]]) -> str:
    """(who, when, text)."""
    return "".join(
        f'<div class="f-msg"><div class="f-small">{esc(who)} · {esc(when)}</div><p>{esc(text)}</p></div>'
        for who, when, text in items
    )


def tiles(items: Iterable[tuple[str, str, str]]) -> str:
    """(what, number, what it is compared with): at most five."""
    inner = "".join(f"<div><dt>{esc(k)}</dt><dd>{esc(v)}</dd><dd>{esc(note)}</dd></div>" for k, v, note in items)
    return f'<dl class="f-tiles">{inner}</dl>'


class Column(NamedTuple):
    """cls: n (number), nw (one line), key (chip that needs no label on a phone), wide (not on a phone)."""

    title: str
    cls: str = ""


def opener(text: str) -> str:
    """The cell that opens a row by keyboard: put it first in a row of `table` shown by `rows()`."""
    kind = "f-open f-long" if len(text) > _LONG else "f-open"
    return f'<button type="button" class="{kind}">{esc(text)}</button>'


def table(columns: Sequence[Column], rows: Iterable[tuple[str, Sequence[str]]], caption: str) -> str:
    """rows: (id, cells as HTML: use esc()). On a phone a row is a card headed by the first and the `key` cell."""
    titles = "".join(f'<th scope="col" class="{c.cls}">{esc(c.title)}</th>' for c in columns)
    body = "".join(_row(columns, key, cells) for key, cells in rows)
    return (
        f'<table><caption class="f-hide">{esc(caption)}</caption><thead><tr>{titles}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def still(table_html: str) -> str:
    """A table that opens nothing, for `show()`."""
    return f'<div class="f-rows f-still">{table_html}</div>'


def _row(columns: Sequence[Column], key: str, cells: Sequence[str]) -> str:
    inner = ""
    for number, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        label = f' data-l="{esc(column.title)}"' if number and "key" not in column.cls.split() else ""
        inner += f'<td class="{column.cls}"{label}><div>{cell}</div></td>'
    return f'<tr data-id="{esc(key)}">{inner}</tr>'
