"""Terms moved and explained by people: another due date by two managers, the reason of a delay, the word of Rostekhnadzor."""

from datetime import timedelta

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_case import Sight
from dashboard.views.desk_form import Form
from documents.wording import day
from infra.wording import N_, _
from models.connection import actions
from models.connection.overrides import LATE_REASONS
from models.connection.rules import rtn_kind

RTN: dict[str, str] = {
    "notice": N_("notice to Rostekhnadzor"),
    "permission": N_("permission of Rostekhnadzor"),
}
GOING = ("running", "soon", "late", "paused")


def propose(seen: Sight) -> None:
    """Nothing moves until a second manager confirms."""
    form = Form("override")
    terms = {
        r.term_id: f"{r.clock.rule} · {r.clock.title} · {day(r.clock.due_on)}"
        for r in seen.board
        if r.clock.state in ("running", "soon", "paused")
    }
    if not terms:
        return parts.show(parts.p(_("No clock runs now: there is no date to move.")))
    term = st.selectbox(_("Term"), list(terms), format_func=lambda t: terms[t], key=form.field("term"))
    form.beside("term")
    today = seen.card.today
    due = st.date_input(_("New last day"), today + timedelta(days=7), min_value=today, format="DD.MM.YYYY", key=form.field("due_on"), width=220)  # fmt: skip
    form.beside("due_on")
    reason = st.text_area(_("Reason"), key=form.field("reason"), height=80, max_chars=2000, help=_("The applicant will read it"))  # fmt: skip
    form.beside("reason")
    parts.show(parts.p(_("Another manager has to confirm: until then the old date is in force."), sub=True))
    if st.button(_("Propose the date"), type="primary", key="do-propose_override"):
        with form.sending():
            with session.acting() as (db, actor, now):
                actions.propose_override(db, seen.id, actor, int(term or 0), due, reason or "", now)
            parts.done(_("The date is proposed: another manager confirms it"))
    return None


def proposed(seen: Sight) -> str:
    """For the window of the second person, as HTML: which term, from when to when, why, by whom."""
    row = seen.override
    if row is None:
        return ""
    title = next((r.clock.title for r in seen.board if r.term_id == row.term_id), row.rule)
    return parts.facts(
        [
            (_("Term"), f"{row.rule} · {title}"),
            (_("Last day now"), day(row.due_before)),
            (_("New last day"), day(row.due_on)),
            (_("Reason"), row.reason),
            (_("Proposed by"), seen.name(row.proposed_by)),
        ]
    )


def explain(seen: Sight) -> None:
    form = Form("delay")
    late = {r.term_id: f"{r.clock.rule} · {r.clock.title}" for r in seen.board if _unexplained(r.term_id, seen)}
    term = st.selectbox(_("Term"), list(late), format_func=lambda t: late[t], key=form.field("term"))
    form.beside("term")
    codes = list(LATE_REASONS)
    code = st.selectbox(_("Reason by the regulator's list"), codes, index=None, format_func=lambda c: _(LATE_REASONS[c]), placeholder=_("Choose"), key=form.field("code"))  # fmt: skip
    form.beside("code")
    note = st.text_area(_("In short, with number and day of the paper"), key=form.field("note"), height=80, max_chars=1000)  # fmt: skip
    form.beside("note")
    if st.button(_("Write the reason down"), type="primary", key="do-explain_delay"):
        with form.sending():
            with session.acting() as (db, actor, now):
                actions.explain_delay(db, seen.id, actor, int(term or 0), code or "", note or "", now)
            parts.done(_("The reason of the delay is written down"))


def _unexplained(term_id: int, seen: Sight) -> bool:
    return any(t == term_id for t in seen.late_terms)


def rtn(seen: Sight) -> None:
    """п. 18: a notice or a permission, whichever this case needs."""
    form = Form("rtn")
    kinds, due = list(RTN), rtn_kind(seen.case)
    kind = st.radio(_("Paper"), kinds, kinds.index(due) if due in kinds else 0, format_func=lambda k: _(RTN[k]), key=form.field("kind"))  # fmt: skip
    form.beside("kind")
    number = st.text_input(_("Number of the paper"), key=form.field("number"), max_chars=60, width=320)
    form.beside("number")
    on = st.date_input(_("Day of the paper"), seen.card.today, max_value=seen.card.today, format="DD.MM.YYYY", key=form.field("on"), width=220)  # fmt: skip
    form.beside("on")
    if st.button(_("Write it down"), type="primary", key="do-record_rtn"):
        with form.sending():
            with session.acting() as (db, actor, now):
                actions.record_rtn(db, seen.id, actor, kind or "", number or "", on, now)
            parts.done(_("The paper of Rostekhnadzor is written down"))
