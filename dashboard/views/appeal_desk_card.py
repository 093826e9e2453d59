"""One appeal before the desk: the talk, its clocks, and what may be done now: look, take, ask, answer, redirect, close."""

from zoneinfo import ZoneInfo

import streamlit as st
from sqlmodel import Session

from dashboard import menu, parts, session
from dashboard.views import appeal_desk_moves
from dashboard.views.appeal_words import CALL_CHIPS, call_words, chip, days_left, facts, left, talk, zone
from dashboard.views.desk_parts import local_day, moment
from dashboard.views.filing_fields import dress
from documents.wording import day
from infra import clock
from infra.wording import _
from models.appeal import queries
from models.appeal.queries import Whole
from models.appeal.tables import CALL_NAMES, CHANNEL_NAMES, CallState, Channel
from models.people import actions as people
from models.process.tables import Term

_SEEN = "appeal-seen"


def page(who: session.Who, appeal_id: int) -> None:
    dress()
    menu.link("appeals", _("Appeals"))
    with session.reading(who) as db:
        whole = queries.whole(db, appeal_id)
        _look(who, db, appeal_id)
    where, turn = zone(who), whole.turn
    rest = days_left(who, [turn], clock.today())
    time = left(turn, clock.now(), where, rest.get(turn.id or 0, 0) if turn else 0)
    parts.show(parts.head(whole.appeal.number, whole.kind.title, chip(whole.appeal.stage) + time))
    with st.container(key="flip"):
        main, side = st.columns([2, 1], gap="large")
    with main:
        parts.show(parts.card(_("Course of the appeal"), talk(whole, where)))
        _mark(whole)
        _clocks(whole, where)
    with side:
        appeal_desk_moves.panel(who, whole)
        parts.show(parts.card(_("Author"), parts.listing(_person(whole))))
        if whole.appeal.application_id:
            menu.link(
                "case",
                _("Open the application"),
                id=whole.appeal.application_id,
            )
        _calls(who, whole)
        parts.show(parts.card(_("About the appeal"), parts.listing(parts.Field(k, v) for k, v in (*facts(whole, where), (_("Who answers"), whole.assignee or _("nobody yet"))))))  # fmt: skip


def _look(who: session.Who, db: Session, appeal_id: int) -> None:
    """Personal data of the author are opened: once a session and appeal it is written down."""
    seen: set[int] = st.session_state.setdefault(_SEEN, set())
    if appeal_id not in seen:
        people.note(db, who.actor, "desk:person:read", clock.now(), process="appeal", subject_id=appeal_id)
        seen.add(appeal_id)


def _person(whole: Whole) -> list[parts.Field]:
    appeal = whole.appeal
    phone = f'<a href="tel:{parts.esc(appeal.phone)}">{parts.esc(appeal.phone)}</a>' if appeal.phone else ""
    mail = f'<a href="mailto:{parts.esc(appeal.email)}">{parts.esc(appeal.email)}</a>' if appeal.email else ""
    rows = [parts.Field(_("Name"), appeal.name), parts.Field(_("Came"), _(CHANNEL_NAMES[Channel(appeal.channel)]))]
    rows += [parts.Field(_("Phone"), value_html=phone)] if phone else []
    rows += [parts.Field(_("E-mail"), value_html=mail)] if mail else []
    return rows + ([parts.Field(_("Address"), appeal.address)] if appeal.address else [])


def _mark(whole: Whole) -> None:
    appeal = whole.appeal
    if appeal.mark is not None:
        told = _("%(mark)s of 5") % {"mark": appeal.mark}
        parts.show(
            parts.card(
                _("Mark of the author"), parts.p(told) + (parts.p(appeal.mark_comment) if appeal.mark_comment else "")
            )
        )


def _clocks(whole: Whole, where: ZoneInfo) -> None:
    columns = [parts.Column(_("Term")), parts.Column(_("Until"), "nw"), parts.Column(_("State"), "nw key")]
    rows = [
        (
            str(t.id),
            [f"{parts.esc(t.title)}<small>{parts.esc(t.basis)}</small>", parts.esc(_until(t, where)), _state(t, where)],
        )
        for t in whole.terms
    ]
    with st.expander(_("Terms of the appeal: %(count)s") % {"count": len(rows)}, key="appeal-terms"):
        parts.show(parts.still(parts.table(columns, rows, _("Terms of the appeal"))))


def _until(term: Term, where: ZoneInfo) -> str:
    return moment(term.due_at, where) if term.unit == "h" else day(term.due_on)


def _state(term: Term, where: ZoneInfo) -> str:
    if term.cancelled_at:
        return parts.chip("closed", _("dropped"))
    if term.done_at:
        late = term.done_at > term.due_at
        word = _("kept %(day)s") if not late else _("kept late, %(day)s")
        return parts.chip("late" if late else "done", word % {"day": local_day(term.done_at, where)})
    if term.paused_at:
        return parts.chip("paused")
    return parts.chip("late" if term.due_at <= clock.now() else "work", "" if term.due_at <= clock.now() else _("runs"))


def _calls(who: session.Who, whole: Whole) -> None:
    shown = [c for c in whole.calls if c.state != CallState.CANCELLED]
    if not shown:
        return
    with st.container(key="card-calls"):
        parts.show(parts.h2(_("Calls")))
        for row in shown:
            note = parts.p(row.note, sub=True) if row.note else ""
            word = _(CALL_NAMES[CallState(row.state)])
            parts.show(parts.p(call_words(row)) + parts.chip(CALL_CHIPS[CallState(row.state)], word) + note)
        appeal_desk_moves.call_buttons(who, whole.appeal.id or 0, shown[0])
