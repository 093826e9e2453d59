"""Completeness check: data and papers side by side, the closed list against the files sent, and what is missing with its
grounds (п. 10, 15)."""

import streamlit as st

from dashboard import parts, session
from dashboard.promises import nominative
from dashboard.views import desk_list, desk_viewer
from dashboard.views.desk_case import Sight
from dashboard.views.desk_data import data
from dashboard.views.desk_tabs import size
from infra.wording import _
from models.connection import actions, search
from models.connection.rules import Paper, papers_wanted
from models.desk import queries as desk
from models.document.tables import Attachment
from models.people.tables import PersonKind

BLANK = {"what": "", "ground": "пункт 10 Правил", "how": ""}


def editor(who: session.Who, seen: Sight) -> None:
    """Data beside papers, the closed list, then what to ask for; one button sends the request."""
    with st.container(key="side-by-side"):
        left, right = st.columns([1, 1.15], gap="medium")
    with left:
        data(seen)
    with right, st.container(key=f"card-viewer-{seen.id}"):
        desk_viewer.viewer(seen)
    _closed_list(seen, _wanted(seen))
    with session.reading(who) as db:
        twins = len(search.duplicates(db, seen.case, seen.now))
        ready = [(t.title, {"what": t.title, "ground": t.ground, "how": t.how}) for t in desk.templates(db)]
    if twins:
        told = _("Similar applications: %(count)s. Look at the tab «Similar ones» before you accept.") % {
            "count": twins
        }
        parts.show(f"<p>{parts.chip('soon', _('perhaps filed twice'))} {parts.esc(told)}</p>")
    _missing(seen, ready)


def _missing(seen: Sight, ready: list[tuple[str, dict[str, str]]]) -> None:
    with st.container(key="card-missing"):
        parts.show(
            parts.h2(_("What is missing")),
            parts.p(
                _(
                    "Only what stands in the closed list may be asked for. Leave it empty and accept the set when it is complete."
                ),
                sub=True,
            ),
        )
        rows = desk_list.edit(f"missing-{seen.id}", _("Items of the notice"), [], _item, ready=ready, blank=BLANK)
        named = [r for r in rows if r["what"].strip()]
        parts.show(
            parts.p(
                _("The applicant has %(term)s from the day of the notice; then the application is annulled.")
                % {"term": nominative("TP-02")},
                sub=True,
            )
        )
        if st.button(_("Request missing information"), key="request-info", disabled=not named):
            with session.acting() as (db, actor, now):
                actions.request_info(db, seen.id, actor, named, now)
            desk_list.forget(f"missing-{seen.id}")
            parts.done(_("The notice is being made, the applicant gets a letter with it"))


def _item(key: str, row: dict[str, str]) -> dict[str, str]:
    what = st.text_input(_("What is missing"), row["what"], key=f"{key}-what")
    left, right = st.columns([1, 1.6])
    ground = left.text_input(_("Ground"), row["ground"], key=f"{key}-ground")
    how = right.text_input(_("How to correct"), row["how"], key=f"{key}-how")
    return {"what": what, "ground": ground, "how": how}


def _wanted(seen: Sight) -> tuple[Paper, ...]:
    """The closed list for this applicant and category."""
    c = seen.case
    return papers_wanted(
        c.person.get("kind", PersonKind.INDIVIDUAL),
        represented=bool(c.draft.get("represented")),
        social=c.social,
        generation=c.generation_kw > 0,
        category=c.category,
        kept=c.previous.get("kind") != "nothing",
        total_kw=c.power_kw + c.prior_kw,
    )


def complete(seen: Sight) -> bool:
    """Every required paper of the closed list has a file."""
    sent = {a.kind for a in seen.files}
    return all(p.kind in sent for p in _wanted(seen) if p.required)


def _closed_list(seen: Sight, wanted: tuple[Paper, ...]) -> None:
    columns = [
        parts.Column(_("Paper of the closed list")),
        parts.Column(_("State"), "nw key"),
        parts.Column(_("Files")),
    ]
    rows = []
    for paper in wanted:
        files = [a for a in seen.files if a.kind == paper.kind]
        rows.append(
            (
                paper.kind,
                [
                    f"<b>{parts.esc(_(paper.title))}</b><small>{parts.esc(_(paper.hint))}</small>",
                    _state(paper, files),
                    _links(files),
                ],
            )
        )
    if replies := [a for a in seen.files if a.kind == "reply"]:
        rows.append(
            (
                "reply",
                [f"<b>{parts.esc(_('Sent after the notice'))}</b>", parts.chip("done", _("sent")), _links(replies)],
            )
        )
    parts.show(parts.still(parts.table(columns, rows, _("Papers of the closed list"))))


def _state(paper: Paper, files: list[Attachment]) -> str:
    if files:
        return parts.chip("done", _("sent"))
    return parts.chip("late", _("not sent")) if paper.required else parts.chip("next", _("at will"))


def _links(files: list[Attachment]) -> str:
    return (
        parts.esc(_("none"))
        if not files
        else "<br>".join(
            f'<a href="/attachments/{a.id}" target="_blank" rel="noopener">{parts.esc(a.name)}, {parts.esc(size(a.size))}</a>'
            for a in files
        )
    )
