"""«Вопросы и ответы»: by section, found by their words (J-041)."""

import streamlit as st

from dashboard import menu, parts, rich_text, session
from infra import clock
from infra.wording import N_, _
from models.content import queries
from models.content.tables import ContentItem

ENTRY = menu.Entry("answers", N_("Questions and answers"), order=57, roles=menu.APPLICANT, hidden=True)


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Questions and answers")))
    typed = st.text_input(_("Find by words"), key="answers-words", max_chars=100, width=480)
    with session.reading(who) as db:
        found = queries.answers_to(db, clock.now(), typed or "")
    for name, items in found.items():
        parts.show(parts.card(name, "".join(answer(item, opened=bool(typed)) for item in items)))
    if not found:
        parts.show(
            parts.empty(_("No such answer yet"), _("Try other words, or write to us: we answer in the cabinet."))
        )
    with st.container(horizontal=True):
        menu.link("appeal", _("Write to us"))
        menu.link("bulletin", _("All news"))


def answer(item: ContentItem, *, opened: bool = False) -> str:
    """Folded; a browser opens it without a run."""
    state = " open" if opened else ""
    return (
        f'<details class="f-fold"{state}><summary>{parts.esc(item.title)}</summary>'
        f'<div class="f-prose">{rich_text.html(item.text)}</div></details>'
    )
