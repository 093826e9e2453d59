"""Blocks of a page that a person folds, takes off the screen and returns (J-057…J-059, M-04); hints of the first visit (J-030)."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import streamlit as st

from dashboard import parts, session
from infra import profiles
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


# ------------------------------------------------------------------------------------------------ hints
class Step(NamedTuple):
    """One hint. `points_at`: key of the container that is framed while it is told; a step whose container is not there
    is told all the same."""

    text: str
    points_at: str = ""


def hint(who: session.Who, page: str, steps: Sequence[Step]) -> None:
    """What stands where, step by step, on the first visit; gone for good when it was read, back by `help_line`."""
    if _seen(who, page):
        return
    place = f"hint-step-{page}"
    number = min(int(st.session_state.get(place, 0)), len(steps) - 1)
    step = steps[number]
    if step.points_at:
        st.html(
            f"<style>.st-key-{step.points_at}{{outline:3px dashed var(--copper);outline-offset:6px;border-radius:10px}}</style>"
        )
    with st.container(key=f"card-hint-{page}"):
        told = _("Hint %(number)s of %(count)s") % {"number": number + 1, "count": len(steps)}
        parts.show(
            parts.h2(_("Where things are")), parts.p(told, sub=True), f'<p role="status">{parts.esc(step.text)}</p>'
        )
        with st.container(horizontal=True):
            if number + 1 < len(steps) and st.button(_("Next hint"), key=f"hint-next-{page}"):
                _to(place, number + 1)
            if number and st.button(_("Back"), key=f"hint-back-{page}"):
                _to(place, number - 1)
            if st.button(_("I see, do not show again"), key=f"hint-{page}", type="tertiary"):
                _mark(page, look.SEEN)


def help_line(who: session.Who, page: str, section: str = "") -> None:
    """Help of this page: the manual at its section, and the hints again when they were read."""
    manual = profiles.cabinet().manual + (f"#{section}" if section else "")
    with st.container(horizontal=True):
        parts.show(
            f'<p><a href="{parts.esc(manual)}" target="_blank" rel="noopener">{parts.esc(_("User manual of the cabinet"))}</a></p>'
        )
        if _seen(who, page) and st.button(_("Show the hints again"), key=f"hint-again-{page}", type="tertiary"):
            st.session_state.pop(f"hint-step-{page}", None)
            _mark(page, Block.OPEN)


def _seen(who: session.Who, page: str) -> bool:
    with session.reading(who) as db:
        return look.of_user(db, who.id, "hint:").get(page) == look.SEEN


def _mark(page: str, state: str) -> None:
    with session.acting() as (db, actor, _now):
        look.keep(db, actor.person, f"hint:{page}", state)
    st.rerun()


def _to(place: str, number: int) -> None:
    st.session_state[place] = number
    st.rerun()
