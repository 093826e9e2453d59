"""«Обещанные звонки»: a week of calls by day, what was forgotten on top; made, not reached, another time."""

from datetime import date, timedelta
from itertools import groupby

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.appeal_desk_moves import call_buttons
from dashboard.views.appeal_words import CALL_CHIPS, span_words
from dashboard.views.filing_fields import dress
from dashboard.views.wall_filters import choose, remember
from documents.wording import day
from infra import clock
from infra.wording import N_, _
from models.appeal import queries, rules
from models.appeal.queries import Promise
from models.appeal.tables import CALL_NAMES, CallState

ENTRY = menu.Entry("callbacks", N_("Promised calls"), order=27, roles=rules.READERS)
SPANS = {"week": N_("Week"), "day": N_("Day")}
WHOSE = {"": N_("everybody's"), "mine": N_("mine")}


def page() -> None:
    who = session.current()
    dress()
    heading = st.container()
    with st.container(horizontal=True, key="calls-where"):
        span = choose("calls", "span", _("Show"), list(SPANS), lambda s: _(SPANS[s]), width=140)
        whose = choose("calls", "whose", _("Whose"), list(WHOSE), lambda w: _(WHOSE[w]), width=180)
    first = _first()
    last = first + timedelta(days=6 if span == "week" else 0)
    with session.reading(who) as db:
        found = queries.promises(db, first, last)
    if whose:
        found = [p for p in found if p.appeal.assignee_id == who.id]
    waiting = sum(p.call.state == CallState.PROMISED for p in found)
    title = day(first) if first == last else f"{day(first)} – {day(last)}"
    with heading:
        late = sum(p.call.state == CallState.PROMISED and p.call.on < clock.today() for p in found)
        chip = parts.chip("late", _("%(count)s overdue") % {"count": late}) if late else ""
        parts.show(
            parts.head(
                _("Promised calls"), _("%(days)s, to be made: %(count)s") % {"days": title, "count": waiting}, chip
            )
        )
    _turns(first, span)
    if not found:
        parts.show(
            parts.empty(
                _("No call is promised for these days"),
                _("Authors order calls in the cabinet and in the web reception; the desk promises them at a call."),
            )
        )
    for on, rows in groupby(found, key=lambda p: p.call.on):
        with st.container(key=f"card-day-{on}"):
            parts.show(parts.h2(parts.day_long(on)))
            for promise in rows:
                _promise(who, promise)


def _first() -> date:
    """The day of the address, or today; a week is seven days from it."""
    told = st.query_params.get("from", "")
    try:
        on = date.fromisoformat(told) if told else clock.today()
    except ValueError:
        on = clock.today()
    return min(max(on, date(2020, 1, 1)), date(2099, 1, 1))


def _turns(first: date, span: str) -> None:
    step = timedelta(days=7 if span == "week" else 1)
    with st.container(horizontal=True, key="calls-turn"):
        for label, to, key in (
            (_("Earlier"), first - step, "back"),
            (_("Today"), None, "now"),
            (_("Later"), first + step, "on"),
        ):
            if st.button(label, key=f"calls-{key}"):
                remember("from", to.isoformat() if to else "")
                st.rerun()


def _promise(who: session.Who, promise: Promise) -> None:
    call, appeal = promise.call, promise.appeal
    forgotten = call.state == CallState.PROMISED and call.on < clock.today()
    chip = (
        parts.chip("late")
        if forgotten
        else parts.chip(CALL_CHIPS[CallState(call.state)], _(CALL_NAMES[CallState(call.state)]))
    )
    phone = f'<a href="tel:{parts.esc(appeal.phone)}">{parts.esc(appeal.phone)}</a>'
    told = f"<p><b>{parts.esc(span_words(call.hours))}</b> · {parts.esc(appeal.name)} · {phone} {chip}</p>"
    note = parts.p(call.note, sub=True) if call.note else ""
    who_calls = promise.assignee or _("nobody yet")
    parts.show(told + parts.p(f"{promise.kind}. {_('Who answers')}: {who_calls}", sub=True) + note)
    with st.container(horizontal=True, key=f"row-{call.id}"):
        menu.link("appeals", appeal.number, id=appeal.id)
    call_buttons(who, appeal.id or 0, call)
