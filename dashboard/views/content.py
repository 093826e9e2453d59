"""«Новости и опросы»: everything the editor has written, by kind and state; a new item. Writing itself is on the next page."""

from collections.abc import Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_parts import local_day, moment
from infra import clock
from infra.wording import N_, _
from models.content import queries, rules
from models.content.tables import KINDS, STATES, ContentItem, Kind, State
from models.people import access
from models.people.access import Right, Subject

READS = access.roles(Subject.CONTENT, Right.CHANGE) | access.roles(
    Subject.STAFF, Right.READ
)  # who has to look at drafts
ENTRY = menu.Entry("content", N_("News and surveys"), order=68, roles=READS)
CHIPS = {State.DRAFT: "next", State.PUBLISHED: "done", State.WITHDRAWN: "closed"}


def page() -> None:
    who = session.current()
    parts.show(
        parts.head(
            _("News and surveys"), _("What people read: written, looked at in the preview, published, withdrawn.")
        )
    )
    if access.may(who.user.role, Subject.CONTENT, Right.CREATE):
        with st.container(horizontal=True, vertical_alignment="center"):
            parts.show(parts.p(_("Write:")))
            for kind, word in KINDS.items():
                if st.button(_(word), key=f"new-{kind}", icon=None, help=_("Write a new one")):
                    menu.go("content_edit", kind=kind)
    left, right = st.columns(2)
    shown = left.selectbox(
        _("Kind of item"), ["", *KINDS], format_func=lambda k: _(KINDS[Kind(k)]) if k else _("all"), key="content-kind"
    )
    state = right.selectbox(
        _("State"), ["", *STATES], format_func=lambda s: _(STATES[State(s)]) if s else _("all"), key="content-state"
    )
    with session.reading(who) as db:
        found = queries.desk(db, shown or "", state or "")
        answers = queries.counted(db, [i.id or 0 for i in found if i.kind == Kind.SURVEY])
    if not found:
        return parts.show(parts.empty(_("Nothing of this kind"), _("Choose «all», or write the first one.")))
    if opened := parts.rows(table(found, answers), key="content"):
        menu.go("content_edit", id=opened)
    return None


def chip(item: ContentItem) -> str:
    """Its state, and when it is not seen although it is published."""
    word = _(STATES[State(item.state)])
    if item.state == State.PUBLISHED and not rules.shown(item, clock.now()):
        ahead = item.shown_from is not None and item.shown_from > clock.now()
        return parts.chip(
            "next", _("from %(day)s") % {"day": local_day(item.shown_from)} if ahead else _("its days are over")
        )
    return parts.chip(CHIPS[State(item.state)], word)


def table(found: Sequence[ContentItem], answers: dict[int, int]) -> str:
    columns = [parts.Column(_("Title")), parts.Column(_("State"), "nw key"), parts.Column(_("Kind of item"), "nw"),  parts.Column(_("Changed at"), "nw")]  # fmt: skip
    return parts.table(columns, [(str(i.id), _line(i, answers)) for i in found], _("News and surveys"))


def _line(item: ContentItem, answers: dict[int, int]) -> list[str]:
    kind = _(KINDS[Kind(item.kind)])
    if item.kind == Kind.SURVEY:
        kind += ", " + _("answers: %(count)s") % {"count": answers.get(item.id or 0, 0)}
    title = parts.opener(item.title) + (f"<small>{parts.esc(item.section)}</small>" if item.section else "")
    return [title, chip(item), parts.esc(kind), parts.esc(moment(item.changed_at))]
