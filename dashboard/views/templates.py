"""Templates of documents: which wording is in force, the versions, the editor with its preview. A second person publishes."""

import difflib

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import template_edit as edit
from dashboard.views.desk_parts import moment
from documents import issue
from documents.wording import day
from infra import clock
from infra.wording import N_, _
from models.connection import papers
from models.document import wordings
from models.document.tables import PaperTemplate, TemplateState
from models.people.tables import User
from models.process.errors import NotFound

ENTRY = menu.Entry("templates", N_("Templates of documents"), order=70, roles=wordings.EDITORS)
STATES = {
    TemplateState.DRAFT: ("work", N_("draft")),
    TemplateState.SUBMITTED: ("soon", N_("submitted")),
    TemplateState.PUBLISHED: ("done", N_("published")),
    TemplateState.RETIRED: ("closed", N_("retired")),
}


def page() -> None:
    who = session.current()
    name = st.query_params.get("kind", "")
    if not name:
        return _list(who)
    if name not in issue.NAMES:
        raise NotFound
    return _one(who, name)


def title_of(name: str) -> str:
    return papers.title_of(issue.kind_of(name), ordinary=name != issue.kind_of(name))


def _list(who: session.Who) -> None:
    parts.show(
        parts.head(
            _("Templates of documents"), _("The wording from which papers are made. A second person publishes it.")
        )
    )
    with session.reading(who) as db:
        force = {name: wordings.effective(db, name, clock.today()) for name in issue.NAMES}
        open_ = wordings.unfinished(db)
    columns = [
        parts.Column(_("Template")),
        parts.Column(_("In force today"), "nw"),
        parts.Column(_("Being written"), "nw key"),
    ]
    rows = [
        (name, [parts.opener(title_of(name)), parts.esc(in_force(name, force[name])), _chip(open_.get(name))])
        for name in issue.NAMES
    ]
    if opened := parts.rows(parts.table(columns, rows, _("Templates of documents")), key="templates"):
        menu.go("templates", kind=opened)


def in_force(name: str, row: PaperTemplate | None) -> str:
    if row is None:
        return _("shipped, version %(version)s") % {"version": issue.template_version(name).rpartition("-")[2]}
    assert row.effective_from is not None, "a published wording has its day"
    return _("version %(version)s from %(day)s") % {"version": row.version, "day": day(row.effective_from)}


def _chip(row: PaperTemplate | None) -> str:
    if row is None:
        return ""
    chip, word = STATES[TemplateState(row.state)]
    return parts.chip(chip, f"{_(word)}, {row.version}")


def _one(who: session.Who, name: str) -> None:
    menu.link("templates", _("All templates"))
    with session.reading(who) as db:
        force = wordings.effective(db, name, clock.today())
        rows = list(wordings.versions(db, name))
        names = {u: db.get_one(User, u).name for r in rows for u in (r.author_id, r.approver_id) if u}
    parts.show(parts.head(title_of(name), f"{_('In force today')}: {in_force(name, force)}"))
    now = force.text if force else issue.shipped_text(name)
    edit.show(
        who, name, next((r for r in rows if r.state in (TemplateState.DRAFT, TemplateState.SUBMITTED)), None), now
    )
    if rows:
        _versions(who, rows, names)
    _differences(name, rows)


def _versions(who: session.Who, rows: list[PaperTemplate], names: dict[int, str]) -> None:
    columns = [parts.Column(_("Version"), "n"), parts.Column(_("State"), "nw key"), parts.Column(_("In force from"), "nw"),
               parts.Column(_("Author")), parts.Column(_("Approved by")), parts.Column(_("Note"))]  # fmt: skip
    parts.show(
        parts.h2(_("Versions")),
        parts.still(parts.table(columns, [(str(r.id), _cells(r, names)) for r in rows], _("Versions"))),
    )
    published = [r for r in rows if r.state == TemplateState.PUBLISHED and r.author_id != who.id]
    if published and st.button(_("Retire this version") + f": {published[0].version}", key="template-retire"):
        with session.acting() as (db, actor, at):
            wordings.retire(db, published[0].id or 0, actor, at)
        parts.done(_("Retired"))


def _cells(r: PaperTemplate, names: dict[int, str]) -> list[str]:
    chip, word = STATES[TemplateState(r.state)]
    return [
        str(r.version),
        parts.chip(chip, _(word)),
        day(r.effective_from) if r.effective_from else "",
        f"{parts.esc(names.get(r.author_id, ''))}<small>{moment(r.saved_at)}</small>",
        f"{parts.esc(names.get(r.approver_id or 0, ''))}<small>{moment(r.published_at)}</small>",
        parts.esc(r.note),
    ]


def _differences(name: str, rows: list[PaperTemplate]) -> None:
    """Any two wordings, line by line."""
    texts = {_("shipped"): issue.shipped_text(name)} | {str(r.version): r.text for r in reversed(rows)}
    if len(texts) < 2:
        return
    with st.expander(_("Differences")):
        left, right = st.columns(2)
        known = list(texts)
        old = left.selectbox(_("Compare with"), known, index=len(known) - 2, key=f"old-{name}")
        new = right.selectbox(_("Version"), known, index=len(known) - 1, key=f"new-{name}")
        lines = list(difflib.unified_diff(texts[old].splitlines(), texts[new].splitlines(), old, new, lineterm="", n=2))
        if lines:
            st.code("\n".join(lines), language="diff", wrap_lines=True)
        else:
            parts.show(parts.p(_("There is no difference"), sub=True))
