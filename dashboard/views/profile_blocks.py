"""Blocks of a page that a person folds, takes off the screen and returns (J-057…J-059, M-04); hints of the first visit (J-030)."""

from collections.abc import Callable, Mapping

import streamlit as st

from dashboard import parts, session
from infra.wording import _
from models.people import look
from models.people.look import Block


def blocks(who: session.Who, page: str, found: Mapping[str, tuple[str, Callable[[], None]]]) -> None:
    """name: (title, what draws it), in their order; the panel of those taken off the screen stands at the bottom."""
    with session.reading(who) as db:
        states = look.of_user(db, who.id, f"block:{page}:")
    for name, (title, draw) in found.items():
        state = states.get(name, Block.OPEN)
        if state == Block.AWAY:
            continue
        with st.container(key=f"block-{page}-{name}"):
            if state == Block.OPEN:
                draw()
            _handles(page, name, title, state)
    away = [name for name in found if states.get(name) == Block.AWAY]
    if away:
        with st.container(key=f"panel-{page}", horizontal=True):
            parts.show(parts.p(_("Taken off the screen:"), sub=True))
            for name in away:
                if st.button(_("Return «%(title)s»") % {"title": found[name][0]}, key=f"return-{page}-{name}"):
                    _keep(page, name, Block.OPEN)


def _handles(page: str, name: str, title: str, state: str) -> None:
    with st.container(horizontal=True, key=f"handles-{page}-{name}"):
        if state == Block.FOLDED:
            parts.show(f"<h2>{parts.esc(title)}</h2>")
            if st.button(_("Unfold"), key=f"unfold-{page}-{name}", type="tertiary", help=title):
                _keep(page, name, Block.OPEN)
        elif st.button(_("Hide"), key=f"fold-{page}-{name}", type="tertiary", help=title):
            _keep(page, name, Block.FOLDED)
        if st.button(_("Take off the screen"), key=f"away-{page}-{name}", type="tertiary", help=title):
            _keep(page, name, Block.AWAY)


def _keep(page: str, name: str, state: Block) -> None:
    with session.acting() as (db, actor, _now):
        look.keep(db, actor.person, f"block:{page}:{name}", state)
    st.rerun()


def hint(who: session.Who, page: str, lines: list[str]) -> None:
    """What stands where, on the first visit; gone for good when it was read, back from the profile."""
    with session.reading(who) as db:
        seen = look.of_user(db, who.id, "hint:").get(page) == look.SEEN
    if seen:
        return
    with st.container(key=f"card-hint-{page}"):
        items = "".join(f"<li>{parts.esc(line)}</li>" for line in lines)
        parts.show(parts.h2(_("Where things are")), f"<ol>{items}</ol>")
        if st.button(_("I see, do not show again"), key=f"hint-{page}"):
            with session.acting() as (db, actor, _now):
                look.keep(db, actor.person, f"hint:{page}", look.SEEN)
            st.rerun()
