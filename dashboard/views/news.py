"""«Новости»: what is new for this reader, one item whole; the way to outages, answers and surveys. Also a block of the start page."""

from collections.abc import Sequence

import streamlit as st

from dashboard import content_words, menu, parts, rich_text, session
from dashboard.views.news_schedule import short, touching
from infra import clock
from infra.wording import N_, _
from models.content import queries
from models.content.tables import ContentItem, Kind

ENTRY = menu.Entry("bulletin", N_("News"), order=55, roles=menu.APPLICANT)
BESIDE = (("schedule", N_("Schedule of outages")), ("answers", N_("Questions and answers")), ("surveys", N_("Surveys")))
ON_START = 3


def page() -> None:
    menu.opened(_one, _list)


def _list(who: session.Who) -> None:
    before = menu.number("before") if "before" in st.query_params else 0
    with session.reading(who) as db:
        found = queries.shown(db, Kind.NEWS, clock.now(), queries.A_PAGE + 1, before)
    parts.show(parts.head(_("News"), _("Press a line to read it")) if found else parts.head(_("News")))
    with st.container(horizontal=True):
        for name, title in BESIDE:
            menu.link(name, _(title))
    if not found:
        told = _("When something changes for you, it stands here. Planned outages stand in the schedule.")
        return parts.show(parts.empty(_("No news now"), told))
    shown = found[: queries.A_PAGE]
    if opened := parts.rows(table(shown), key="bulletin"):
        menu.go("bulletin", id=opened)
    if len(found) > len(shown):
        menu.link("bulletin", _("Older news"), before=shown[-1].id)
    return None


def table(found: Sequence[ContentItem]) -> str:
    columns = [parts.Column(_("News item")), parts.Column(_("Shown since"), "nw")]
    return parts.table(columns, [(str(i.id), _line(i)) for i in found], _("News"))


def _line(item: ContentItem) -> list[str]:
    title = f'<button type="button" class="f-open" style="white-space:normal;text-align:left">{parts.esc(item.title)}</button>'
    return [
        title + (f"<small>{parts.esc(item.lead)}</small>" if item.lead else ""),
        parts.esc(content_words.dated(item)),
    ]


def _one(who: session.Who, item_id: int) -> None:
    with session.reading(who) as db:
        item = queries.one(db, item_id, clock.now(), Kind.NEWS)
    menu.link("bulletin", _("All news"))
    whole(item)


def whole(item: ContentItem) -> None:
    """As its reader sees it; the editor's preview too."""
    lead = f'<p class="f-sub">{parts.esc(item.lead)}</p>' if item.lead else ""
    parts.show(parts.head(item.title, content_words.dated(item)), lead, prose(item.text))


def prose(text: str) -> str:
    return f'<div class="f-prose">{rich_text.html(text)}</div>'


# ------------------------------------------------------------------------------------------------ on the start page
def newest(who: session.Who) -> tuple[Sequence[ContentItem], Sequence[ContentItem], Sequence[ContentItem]]:
    """(news, outages at his addresses, surveys that wait)"""
    now = clock.now()
    with session.reading(who) as db:
        news = queries.shown(db, Kind.NEWS, now, ON_START)
        surveys = [s for s, done in queries.surveys(db, who.id, now) if not done]
    return news, [o for o, mine in touching(who) if mine][:ON_START], surveys[:ON_START]


def block(news: Sequence[ContentItem], outages: Sequence[ContentItem], surveys: Sequence[ContentItem]) -> None:
    with st.container(key="card-news"):
        parts.show(parts.h2(_("News")))
        for item in outages:
            parts.show(short(item))
            menu.link("schedule", _("The whole schedule"))
        for item in surveys:
            told = _("%(count)s questions, one answer a person") % {"count": len(item.questions)}
            parts.show(f"<h3>{parts.esc(item.title)}</h3>", parts.p(told, sub=True))
            if st.button(_("Answer the survey"), key=f"survey-{item.id}", help=item.title):
                menu.go("surveys", id=item.id)
        if news and (opened := parts.rows(table(news), key="home-news")):
            menu.go("bulletin", id=opened)
        with st.container(horizontal=True):
            for name, title in (("bulletin", N_("All news")), *BESIDE):
                menu.link(name, _(title))
