"""The card of one case on the desk: what may be done now, why the rest is closed, every term with its owner."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import desk_check, desk_letters, desk_moves, desk_payments, desk_person, desk_tabs
from dashboard.views.desk_case import Sight, sight
from dashboard.views.desk_parts import back
from dashboard.views.desk_words import DESK, SHORT, WHOSE
from dashboard.views.say import say
from documents.wording import NBSP, figure, sentence, time_left, until
from infra.wording import N_, _
from models.connection.tables import FINAL_STAGES, Stage

ENTRY = menu.Entry("case", N_("Application"), order=100, roles=DESK, hidden=True)


def page() -> None:
    who = session.current()
    back()
    seen = sight(who)
    parts.show(_head(seen))
    with st.container(key="flip"):
        main, side = st.columns([2.1, 1], gap="medium")
    with main:
        desk_tabs.terms(seen)
        _tabs(who, seen)
    with side:
        desk_moves.panel(who, seen)
        parts.show(parts.card(_("Whose turn"), _turn(seen)))
        if seen.case.suspended_at:
            parts.show(parts.card(_("Terms suspended"), parts.p(seen.case.suspension_reason)))


def _head(seen: Sight) -> str:
    c = seen.case
    shape = (
        "paused"
        if c.suspended_at
        else "done"
        if c.stage == Stage.COMPLETED
        else "closed"
        if c.stage in FINAL_STAGES
        else "work"
    )
    chips = parts.chip(shape, _("suspended") if c.suspended_at else _(SHORT[c.stage]))
    late = next((k for k in seen.card.clocks if k.state == "late"), None)
    if late:
        chips += parts.chip("late", _("overdue: %(whose)s") % {"whose": _(WHOSE[late.whose])})
    what = f"{c.object_name}, {figure(c.power_kw)}{NBSP}кВт, {figure(c.voltage_kv)}{NBSP}кВ, {c.reliability} {_('category')}"
    sub = " · ".join(filter(None, [str(c.person.get("name", "")), what, c.object_address]))
    return parts.head(c.number or _("being registered"), sub, chips)


def _turn(seen: Sight) -> str:
    turn = seen.card.turn
    whose = sentence(_(WHOSE[turn.whose]))
    term = f" {until(turn.due_on)}" if turn.due_on else ""
    body = f"<p><b>{parts.esc(whose)}</b>{parts.esc(term)}</p>" + parts.p(desk_words(seen))
    if turn.left is None:
        return body
    state = "late" if turn.left < 0 else "soon" if turn.left <= 2 else "work"
    return body + f"<p>{parts.chip(state, time_left(turn.left))}</p>"


def desk_words(seen: Sight) -> str:
    """The step in the applicant's words: this is what he reads now."""
    return _("The applicant reads: «%(text)s»") % {"text": say(seen.card.turn.title)}


def _tabs(who: session.Who, seen: Sight) -> None:
    checked = desk_moves.is_checked_here(who, seen)
    names = [_("Completeness")] if checked else []
    names += [_("Data"), _("Papers"), _("History"), _("Messages"), _("Letters"), _("Payments"), _("Who looked")]
    tabs = list(st.tabs(names, key="case-tabs"))
    if checked:
        with tabs.pop(0):
            desk_check.editor(seen)
    data, papers, history, messages, letters, payments, looks = tabs
    with data:
        desk_tabs.data(seen)
        desk_person.card(who, seen)
    with papers:
        desk_tabs.papers(seen)
    with history:
        desk_tabs.history(seen)
    with messages:
        desk_tabs.messages(who, seen)
    with letters:
        desk_letters.letters(who, seen)
    with payments:
        desk_payments.payments(seen)
    with looks:
        desk_person.looks(seen.looks)
