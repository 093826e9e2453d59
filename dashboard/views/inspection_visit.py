"""The planned visit of a case, for who goes there: when, whether the applicant agreed; promise a time, move it, call it off."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard import parts, session
from dashboard.faults import sentence_of
from dashboard.views.desk_case import Sight
from dashboard.views.desk_parts import dialog
from dashboard.views.filing_fields import faulty
from infra import clock
from infra.wording import N_, _
from models.process.actor import Actor
from models.process.errors import FeederError, Invalid, ManyInvalid
from models.process.terms import calendar
from models.visit import actions, queries, rules
from models.visit.queries import Time
from models.visit.tables import Hours, Kind, Visit, VisitState

CHIPS = {
    VisitState.PROPOSED: ("next", N_("waits for the applicant")),
    VisitState.AGREED: ("done", N_("time is agreed")),
    VisitState.DONE: ("closed", N_("visit is over")),
    VisitState.CANCELLED: ("closed", N_("visit is called off")),
}


def hours_words(hours: str) -> str:
    """'с 9 до 12'"""
    start, end = rules.clock_hours(hours)
    return _("from %(start)s to %(end)s") % {"start": start, "end": end}


def when(on: date, hours: str) -> str:
    return f"{parts.day_long(on)}, {hours_words(hours)}"


def chip(visit: Visit) -> str:
    status, word = CHIPS[VisitState(visit.state)]
    return parts.chip(status, _(word))


def card(who: session.Who, seen: Sight, kind: Kind) -> None:
    """Above the sheet."""
    with session.reading(who) as db:
        visit = queries.alive(db, seen.id, kind)
    with st.container(key="field-visit"), st.container(key="card-visit"):
        if visit is None:
            parts.show(parts.p(_("No visit is planned. Promise the applicant a time: he answers in his cabinet.")))
            if st.button(_("Plan a visit"), key="plan-visit"):
                dialog(_("Plan a visit"), plan, who, seen.id, kind)
            return
        parts.show(
            f'<div class="f-visit"><span class="f-when">{parts.esc(when(visit.on, visit.hours))}</span>{chip(visit)}</div>'
        )
        buttons(who, visit, seen.id, kind)


def buttons(who: session.Who, visit: Visit, case_id: int, kind: Kind) -> None:
    with st.container(horizontal=True):
        if visit.state == VisitState.PROPOSED and st.button(_("Agreed by phone"), key=f"agree-{visit.id}"):
            with session.acting() as (db, actor, now):
                actions.agree(db, visit.id or 0, actor, now)
            parts.done(_("It is noted that the applicant agrees"))
        if st.button(_("Move"), key=f"move-{visit.id}"):
            dialog(_("Plan a visit"), plan, who, case_id, kind)
        if st.button(_("Call off"), key=f"off-{visit.id}", type="tertiary"):
            dialog(_("Call off the visit"), _call_off, visit.id or 0)


def free_times(who: session.Who, inspector_id: int, today: date) -> Sequence[Time]:
    with session.acting() as (db, _actor, _now):
        return queries.free(db, inspector_id, rules.days_ahead(calendar(db), today))


def choose(times: Sequence[Time], key: str) -> Time | None:
    """A day, then a part of it: two short lists instead of one long one."""
    days = list(dict.fromkeys(on for on, _hours in times))
    on = st.selectbox(_("Day"), days, format_func=parts.day_long, key=f"{key}-day", index=None, placeholder=_("Choose"))
    if on is None:
        return None
    mine = [hours for day, hours in times if day == on]
    hours = st.radio(_("Time"), mine, format_func=hours_words, key=f"{key}-hours-{on}", index=None)
    return (on, Hours(hours)) if hours else None


def plan(who: session.Who, case_id: int, kind: Kind) -> None:
    local = clock.now().astimezone(clock.zone())
    today = local.date()
    with session.acting() as (db, _actor, _now):
        days = rules.days_ahead(calendar(db), today)
        if calendar(db).is_working(today):
            days.insert(0, today)
        times = [t for t in queries.free(db, who.id, days) if rules.still_ahead(t[0], t[1], today, local.hour)]
    chosen = choose(times, f"plan-{case_id}")
    note = st.text_input(_("Note for yourself"), max_chars=300, key=f"plan-{case_id}-note")
    if not st.button(_("Propose this time"), type="primary", key="do-plan"):
        return
    if chosen is None:
        parts.show(faulty(_("Choose the day and the time")))
        return
    try:
        with session.acting() as (db, actor, now):
            actions.propose(db, case_id, kind, actor.person, chosen[0], chosen[1], actor, now, note=note or "")
    except (Invalid, ManyInvalid) as fault:
        parts.show(faulty(told(fault)))
        return
    parts.done(_("The applicant is asked: a letter goes to him"))


def told(fault: FeederError) -> str:
    return sentence_of(fault.errors[0]) if isinstance(fault, ManyInvalid) else sentence_of(fault)


def _call_off(visit_id: int) -> None:
    reason = st.text_area(_("Why"), key="off-reason", max_chars=300, height=90)
    if not st.button(_("Call off the visit"), type="primary", key="do-off"):
        return
    try:
        with session.acting() as (db, actor, now):
            actions.call_off(db, visit_id, reason or "", actor, now)
    except Invalid as fault:
        parts.show(faulty(sentence_of(fault)))
        return
    parts.done(_("The visit is called off, a letter goes to the applicant"))


def mine(actor: Actor) -> list[Kind]:
    """What this person comes for."""
    return [kind for kind in Kind if actor.role in rules.GOES[kind]]
