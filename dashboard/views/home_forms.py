"""Parts of the start page: forms to fill in, download and send, the papers placed last with their copies (G-20…G-23)."""

from collections.abc import Sequence

import streamlit as st

from dashboard import content_words, menu, parts, rich_text, session
from dashboard.views.cabinet_words import file_note
from documents.wording import day
from infra import clock, profiles
from infra.wording import _
from models.connection.cards import Card
from models.content import queries
from models.content.tables import ContentItem
from models.edoc import queries as edocs
from models.edoc.queries import Line

SHOWN = 4  # papers; the page of documents has all of them


def online() -> bool:
    """Whether applications are filled in here at all."""
    return "connection" in profiles.cabinet().modules


def blanks(who: session.Who) -> list[ContentItem]:
    with session.reading(who) as db:
        return [item for item in queries.forms(db, clock.now()) if item.file_key]


def forms(found: Sequence[ContentItem], cases: Sequence[Card]) -> None:
    """«Заполнить» where it can be filled in online, «Скачать» beside a blank one, «Отправить» for what is filled in."""
    with st.container(key="card-forms"):
        parts.show(parts.h2(_("Forms")))
        if online():
            _application()
        for item in found:
            _blank(item)
        if "appeal" in profiles.cabinet().modules:
            _sending(any(c.case.number for c in cases))


def _application() -> None:
    _form(
        _("Application for connection"),
        _(
            "A house, a business, generation, a temporary connection, power from another consumer, papers issued again. Files are attached there."
        ),
    )
    if st.button(_("Fill in"), type="primary", key="fill-in", help=_("Application for connection")):
        menu.go("filing")


def _sending(filed: bool) -> None:
    _form(
        _("A filled form or another document"),
        _("PDF, JPG, PNG or DOCX, up to 10 MB each. Choose the file and say what it is."),
    )
    if st.button(_("Send"), key="send-form", help=_("A filled form or another document")):
        menu.go("appeal", new=1)
    if filed:
        _form(_("A question or files for an application"), _("We answer in the cabinet and by e-mail."))
        if st.button(_("Write to us"), key="write", help=_("A question or files for an application")):
            menu.go("appeal", new=1)


def _form(title: str, text: str) -> None:
    parts.show(f"<h3>{parts.esc(title)}</h3>", parts.p(text, sub=True))


def _blank(item: ContentItem) -> None:
    link = (
        f'<p><a href="/forms/{item.id}" download>{parts.esc(_("Download"))}<span class="f-hide"> {parts.esc(item.title)}</span></a> '
        f'<span class="f-sub">{parts.esc(content_words.weight(item))}</span></p>'
    )
    prose = f'<div class="f-prose">{rich_text.html(item.text)}</div>' if item.text else ""
    parts.show(f"<h3>{parts.esc(item.title)}</h3>", parts.p(item.lead, sub=True) if item.lead else "", prose, link)


# ------------------------------------------------------------------------------------------------ papers
def newest(who: session.Who) -> list[Line]:
    with session.reading(who) as db:
        return edocs.of_person(db, who.id, "", "ours", SHOWN)


def papers(found: Sequence[Line]) -> None:
    with st.container(key="card-papers"):
        rows = "".join(_paper(line) for line in found)
        parts.show(parts.h2(_("Papers")), f'<ul class="f-docs">{rows}</ul>')
        menu.link("edocs", _("All documents"))


def _paper(line: Line) -> str:
    paper = line.document
    placed = day(paper.placed_at.astimezone(clock.zone()).date()) if paper.placed_at else ""
    told = " · ".join(filter(None, (paper.number, placed, file_note("application/pdf", paper.pdf_size or 0))))
    copy = (
        f'<a href="/files/{paper.id}" target="_blank" rel="noopener" download>{parts.esc(_("Download"))}'
        f'<span class="f-hide"> {parts.esc(paper.title)}</span></a>'
    )
    return f"<li>{parts.icon('doc')}<span>{parts.esc(paper.title)}<small> {parts.esc(told)}</small></span>{copy}</li>"
