"""Words and forms of the deadline board: why a term is late, another last day, the second person's word. Decides nothing itself."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_parts import dialog, moment
from documents.wording import day, person_short
from infra import clock
from infra.wording import N_, _
from models.connection import actions
from models.connection.board import BoardRow
from models.connection.deadlines import Proposed, Row
from models.connection.overrides import LATE_REASONS, LateReason
from models.connection.rules import MOVES

MARK_WORDS = {50: N_("half of the term is over"), 80: N_("80 % of the term are over"), 100: N_("the term is over")}
CHIPS = {50: "soon", 80: "late", 100: "late"}


def may(who: session.Who, move: str) -> bool:
    return who.actor.role in MOVES[move].by


def mark_words(mark: int, escalates: bool) -> str:
    """What has gone of the term; at 100 % of ours the head knows."""
    if mark == 100 and escalates:
        return _("told to the head")
    return _(MARK_WORDS[mark]) if mark in MARK_WORDS else ""


# ------------------------------------------------------------------------------------------------ why it is late
def explain(known: Mapping[int, tuple[int, str]], key: str) -> None:
    """The form: which late term, the reason by the regulator's list, a note. `known`: term → (case, how it is called)."""
    term = st.selectbox(_("Late term"), list(known), format_func=lambda t: known[t][1], key=f"{key}-term")
    code = st.selectbox(
        _("Reason by the list of the regulator"), list(LateReason), index=None, format_func=lambda r: _(LATE_REASONS[r]),
        placeholder=_("Choose"), key=f"{key}-code",
    )  # fmt: skip
    note = st.text_input(_("Note"), key=f"{key}-note", max_chars=500)
    if st.button(_("Write down the reason"), key=f"{key}-save"):
        with session.acting() as (db, actor, now):
            actions.explain_delay(db, known[int(term or 0)][0], actor, int(term or 0), str(code or ""), note, now)
        parts.done(_("The reason is written down"))


def late_ones(rows: Sequence[Row]) -> dict[int, tuple[int, str]]:
    return {r.term.id or 0: (r.case.id or 0, f"{r.case.number}: {r.clock.title}, {day(r.clock.due_on)}") for r in rows}


# ------------------------------------------------------------------------------------------------ another last day
def propose(case_id: int, rows: Sequence[BoardRow]) -> None:
    """The form of another last day for one running term; a second manager confirms it."""
    known = {r.term_id: r for r in rows}
    key = f"override-{case_id}"
    term = st.selectbox(_("Term"), list(known), format_func=lambda t: _named(known[t]), key=f"{key}-term")
    chosen = known[int(term or 0)]
    first = max(clock.today(), chosen.clock.due_on) + timedelta(days=1)
    last = st.date_input(
        _("Another last day"), value=first, min_value=clock.today(), format="DD.MM.YYYY", key=f"{key}-day-{term}", width=220
    )  # fmt: skip
    reason = st.text_area(_("Reason"), key=f"{key}-reason", height=80, help=_("The applicant will read it"))
    if st.button(_("Propose another day"), key=f"{key}-send"):
        with session.acting() as (db, actor, now):
            actions.propose_override(db, case_id, actor, chosen.term_id, last, reason, now)
        parts.done(_("Proposed: a second manager confirms it"))


def _named(row: BoardRow) -> str:
    return f"{row.clock.title} · {day(row.clock.due_on)}"


def decide(who: session.Who, found: Sequence[Proposed]) -> None:
    """Every proposed day with the buttons of the second person."""
    for p in found:
        o, case_id = p.override, p.row.case.id or 0
        with st.container(key=f"card-override-{o.id}"):
            line = f"{p.row.clock.title}: {day(o.due_before)} → {day(o.due_on)}"
            by = _("Proposed by %(name)s, %(time)s") % {"name": person_short(p.by), "time": moment(o.proposed_at)}
            parts.show(
                f"<p><b>{parts.esc(p.row.case.number or '')}</b> · {parts.esc(line)}</p>",
                parts.p(o.reason),
                parts.p(by, sub=True),
            )
            with st.container(horizontal=True, vertical_alignment="center"):
                _buttons(who, p, case_id)


def _buttons(who: session.Who, p: Proposed, case_id: int) -> None:
    o = p.override
    if not may(who, "confirm_override"):
        parts.show(parts.p(_("A second manager decides"), sub=True))
    elif o.proposed_by == who.id:
        parts.show(parts.p(_("A second person decides: you proposed it yourself"), sub=True))
    elif st.button(_("Confirm the other day"), key=f"override-yes-{o.id}"):
        with session.acting() as (db, actor, now):
            actions.simple_move(db, case_id, "confirm_override", actor, now)
        parts.done(_("The other last day is in force"))
    if may(who, "decline_override") and st.button(_("Decline"), key=f"override-no-{o.id}"):
        dialog(_("Decline the other day"), _decline, o.id, case_id)
    menu.link("case", _("Open the application"), id=case_id)


def _decline(override_id: int, case_id: int) -> None:
    reason = st.text_area(_("Reason"), key=f"override-why-{override_id}", height=100)
    if st.button(_("Decline the other day"), type="primary", key=f"override-declined-{override_id}"):
        with session.acting() as (db, actor, now):
            actions.simple_move(db, case_id, "decline_override", actor, now, reason)
        parts.done(_("Declined: the old last day stays"))
