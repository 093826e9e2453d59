"""One item: its fields, the preview as its readers will see it, what may be done with it, its history, results of a survey."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import faults, menu, parts, session
from dashboard.files import clean_name, sniff
from dashboard.views import content_results, news, news_schedule, survey
from dashboard.views.content import READS, chip
from dashboard.views.content_fields import fields
from dashboard.views.desk_parts import moment
from dashboard.views.faq import answer
from infra import storage
from infra.wording import N_, _
from models.content import actions, queries
from models.content.tables import KINDS, STATES, ContentEdition, ContentItem, Kind, State
from models.document.actions import check_file
from models.people import access
from models.people import queries as people
from models.people.access import Right, Subject
from models.process.errors import FeederError, NotFound

ENTRY = menu.Entry("content_edit", N_("News item or survey"), order=69, roles=READS, hidden=True)
_MADE, _READ = "content-made", "content-read"
VERBS = {
    "begin": N_("Written"),
    "change": N_("Changed by the editor"),
    "attach": N_("File attached"),
    "publish": N_("Published"),
    "withdraw": N_("Taken off"),
}


def page() -> None:
    who = session.current()
    with session.reading(who) as db:
        branches = {b.id or 0: b.name for b in people.branches(db)}
        item = queries.item(db, menu.number("id")) if "id" in st.query_params else _new()
        editions = queries.editions(db, item.id) if item.id else []
        sections = list(queries.sections(db, Kind(item.kind)))
        given = queries.given(db, item.id) if item.id and item.kind == Kind.SURVEY else []
    menu.link("content", _("All news and surveys"))
    parts.show(parts.head(item.title or _("Write a new one"), _(KINDS[Kind(item.kind)]), chip(item)))
    top = st.empty()
    left, right = st.columns(2)
    if f"content-{item.id}-title" not in st.session_state:  # drawn anew: from here on others may not write between
        st.session_state[_READ] = item.version
    with left, st.container(key="card-content"):
        can = access.may(who.user.role, Subject.CONTENT, Right.CHANGE)
        typed = fields(item, branches, sections, can)
        upload = _file(item, can)
        if can:
            _buttons(item, typed, upload, top)
    with right:
        _preview(item, typed, branches)
    if given or item.published_at:
        content_results.show(item, given)
    _history(editions)


def _new() -> ContentItem:
    kind = st.query_params.get("kind", "")
    if kind not in set(Kind):
        raise NotFound
    return ContentItem(
        kind=kind, state=State.DRAFT, title="", author_id=0, audience=[], branches=[], places=[], questions=[]
    )


def _file(item: ContentItem, can: bool) -> Any:
    if item.kind != Kind.FORM:
        return None
    if item.file_name:
        parts.show(parts.p(_("The file now: %(name)s") % {"name": item.file_name}, sub=True))
    return st.file_uploader(_("File: PDF or DOCX, up to 10 MB"), key=f"content-file-{item.id}") if can else None


# ------------------------------------------------------------------------------------------------ what may be done
def _buttons(item: ContentItem, typed: Mapping[str, Any], upload: Any, top: DeltaGenerator) -> None:
    remark = ""
    if item.state == State.PUBLISHED:
        remark = st.text_input(_("Why it is withdrawn"), key=f"content-remark-{item.id}", max_chars=300)
    with st.container(horizontal=True):
        saves = st.button(
            _("Save"), key="content-save", type="primary" if item.state == State.PUBLISHED else "secondary"
        )
        publishes = item.state != State.PUBLISHED and st.button(_("Publish"), key="content-publish", type="primary")
        withdraws = item.id and item.state != State.WITHDRAWN and st.button(_("Take off"), key="content-withdraw")
        copies = item.id and st.button(_("Copy into a new draft"), key="content-copy")
    with _refusals(top):
        if saves:
            _saved(item, typed, upload)
            _done(_saved_id(), _("Saved"))
        if publishes:
            _publish(item, typed, upload)
        if withdraws and item.id:
            with session.acting() as (db, actor, now):
                actions.withdraw(db, item.id, remark, actor, now)
            _done(item.id, _("Taken off"))
        if copies and item.id:
            with session.acting() as (db, actor, now):
                made = actions.copy(db, item.id, actor, now).id or 0
            _done(made, _("Copied: this is the draft"))


def _saved(item: ContentItem, typed: Mapping[str, Any], upload: Any) -> None:
    """The draft is kept even when what follows is refused; a first draft gets its number."""
    file = _stored(upload)
    with session.acting() as (db, actor, now):
        if item.id:
            row = actions.change(db, item.id, st.session_state[_READ], typed, actor, now)
        else:
            row = actions.begin(db, Kind(item.kind), typed, actor, now)
        if file:
            actions.attach(db, row.id or 0, actor, now, **file)
        st.session_state[_MADE], st.session_state[_READ] = row.id or 0, row.version


def _saved_id() -> int:
    return int(st.session_state[_MADE])


def _publish(item: ContentItem, typed: Mapping[str, Any], upload: Any) -> None:
    _saved(item, typed, upload)
    try:
        with session.acting() as (db, actor, now):
            actions.publish(db, _saved_id(), actor, now)
    except FeederError as refused:
        parts.said(_("The draft is saved, but not published yet"))
        st.session_state["content-refused"] = (faults.sentence_of(refused), faults.lines_of(refused))
        menu.go("content_edit", id=_saved_id())
    _done(_saved_id(), _("Published"))


def _stored(upload: Any) -> dict[str, Any]:
    """Bytes first, with no transaction open. Raises Invalid("file")."""
    if upload is None:
        return {}
    data = upload.getvalue()
    name, media_type = clean_name(upload.name), sniff(data)
    check_file(name, media_type, len(data), 0)
    return {"key": storage.storage().put(data), "name": name, "media_type": media_type, "size": len(data)}


def _done(item_id: int, told: str) -> None:
    parts.said(told)
    menu.go("content_edit", id=item_id)


@contextmanager
def _refusals(top: DeltaGenerator) -> Iterator[None]:
    """What is wrong stands on top of the page; the fields keep what was typed."""
    if told := st.session_state.pop("content-refused", None):
        with top.container():
            parts.error_box(*told)
    try:
        yield
    except FeederError as refused:
        with top.container():
            parts.error_box(faults.sentence_of(refused), faults.lines_of(refused))


# ------------------------------------------------------------------------------------------------ looking
def _preview(item: ContentItem, typed: Mapping[str, Any], branches: Mapping[int, str]) -> None:
    """What is typed now, as its readers will see it."""
    seen = ContentItem(**(item.model_dump() | dict(typed)))
    with st.container(key="preview"):
        parts.show(parts.h2(_("As readers see it")))
        with st.container(key="card-preview"):
            if item.kind == Kind.OUTAGE:
                parts.show(news_schedule.card(seen, dict(branches)))
            elif item.kind == Kind.FAQ:
                parts.show(parts.h2(seen.section), answer(seen, opened=True))
            else:
                news.whole(seen)
            for number, asked in enumerate(seen.questions):
                survey.question(number, asked, "preview")


def _history(editions: Sequence[ContentEdition]) -> None:
    if not editions:
        return
    columns = [parts.Column(_("When"), "nw"), parts.Column(_("What was done")), parts.Column(_("Who"), "nw"),
               parts.Column(_("State"), "nw")]  # fmt: skip
    rows = [
        (str(e.version), [parts.esc(moment(e.at)), parts.esc(_(VERBS[e.verb])) + (f"<small>{parts.esc(e.remark)}</small>" if e.remark else ""),
                          parts.esc(e.author), parts.esc(_(STATES[State(e.state)]))])
        for e in editions
    ]  # fmt: skip
    parts.show(parts.h2(_("History")), parts.still(parts.table(columns, rows, _("History"))))
