"""The card of one case on the desk: what may be done now, why the rest is closed, every term with its owner."""

from collections.abc import Callable

import streamlit as st

from dashboard import menu, parts, session
from dashboard.parts import time_left, until
from dashboard.views import (
    case_news,
    desk_answers,
    desk_board,
    desk_changes,
    desk_check,
    desk_data,
    desk_letters,
    desk_links,
    desk_moves,
    desk_payments,
    desk_person,
    desk_protocol,
    desk_tabs,
    represent_case,
    search,
    signing_parts,
)
from dashboard.views.desk_case import Sight, sight
from dashboard.views.desk_parts import back
from dashboard.views.desk_words import DESK, SHORT, WHOSE
from dashboard.views.say import say
from documents.wording import NBSP, figure, sentence
from infra.wording import N_, _
from models.connection.tables import FINAL_STAGES, Stage

ENTRY = menu.Entry("case", N_("Application"), order=100, roles=DESK, hidden=True)


def page() -> None:
    who = session.current()
    back()
    seen = sight(who)
    parts.show(_head(seen))
    case_news.show(who, seen.id, seen.history, seen.card.zone)
    with st.container(key="flip"):
        main, side = st.columns([2.1, 1], gap="medium")
    with main:
        desk_board.board(seen)
        _tabs(who, seen)
    with side:
        _side(who, seen)


def _side(who: session.Who, seen: Sight) -> None:
    desk_moves.panel(who, seen)
    parts.show(parts.card(_("Whose turn"), _turn(seen)))
    if seen.case.suspended_at:
        parts.show(parts.card(_("Terms suspended"), parts.p(seen.case.suspension_reason)))
    if seen.case.stage == Stage.APPROVAL and (chain := desk_answers.chain(seen)):
        parts.show(chain)
    signing_parts.block(seen.id)
    desk_data.kind(seen)
    desk_links.block(who, seen)


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
    shown = [(title, body) for title, wanted, body in _all_tabs(who, seen) if wanted]
    for tab, (_title, body) in zip(st.tabs([title for title, _body in shown], key="case-tabs"), shown, strict=True):
        with tab:
            body()


def _all_tabs(who: session.Who, seen: Sight) -> list[tuple[str, bool, Callable[[], None]]]:
    """(title, whether it is there, what it shows): what somebody works with now stands first."""
    checked = desk_moves.is_checked_here(who, seen)
    return [
        (_("Disagreements"), bool(seen.protocols), lambda: desk_protocol.tab(who, seen)),
        (_("Completeness"), checked, lambda: desk_check.editor(who, seen)),
        (_("Data"), True, lambda: _data(who, seen)),
        (_("Papers"), True, lambda: desk_tabs.papers(seen)),
        (_("Changes of the contract"), bool(seen.changes), lambda: desk_changes.tab(seen)),
        (_("History"), True, lambda: desk_tabs.history(seen)),
        (_("Messages"), True, lambda: desk_tabs.messages(who, seen)),
        (_("Letters"), True, lambda: desk_letters.letters(who, seen)),
        (_("Payments"), True, lambda: desk_payments.payments(seen)),
        (_("Similar ones"), True, lambda: search.twins(who, seen.case, seen.now)),
        (_("Who looked"), True, lambda: desk_person.looks(seen.looks)),
    ]


def _data(who: session.Who, seen: Sight) -> None:
    desk_data.data(seen)
    desk_tabs.corrections(seen)
    desk_person.card(who, seen)
    represent_case.desk(who, seen.case)
