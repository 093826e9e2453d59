"""Closures of an office or of one desk: whoever is booked then is moved to the nearest free place or called; nobody is dropped."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_parts import dialog, moment
from infra import clock
from infra.wording import _
from models.booking import hours, office, queries
from models.booking.register import Closure, Office

WHOLE = 0  # of the list: an empty choice would have a cross that clears it


def page(row: Office) -> None:
    now, zone = clock.now(), ZoneInfo(row.time_zone)
    with session.reading(session.current()) as db:
        found = list(hours.closures(db, row.id or 0, now))
        desks = {d.id or 0: d.name for d in queries.desks(db, row.id or 0)}
    if not found:
        parts.show(
            parts.empty(
                _("No closures ahead"), _("Close the office or one desk for a repair, an accident, a training.")
            )
        )
    for c in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            where = desks.get(c.desk_id or WHOLE) or _("whole office")
            parts.show(parts.p(f"{moment(c.starts_at, zone)} – {moment(c.ends_at, zone)} · {where} · {c.reason}"))
            if st.button(_("Open again"), key=f"closure-{c.id}"):
                _reopen(c)
    if st.button(_("Close"), key="closure-add"):
        dialog(_("Close the office or a desk"), _form, row, {WHOLE: _("whole office"), **desks})


def _reopen(closure: Closure) -> None:
    with session.acting() as (db, actor, now):
        office.reopen(db, db.get_one(Closure, closure.id or 0), actor, now)
    parts.done(_("Open again: the places are free for booking"))


def _form(row: Office, desks: dict[int, str]) -> None:
    zone = ZoneInfo(row.time_zone)
    today = clock.now().astimezone(zone).date()
    chosen = st.selectbox(_("What is closed"), list(desks), format_func=lambda d: desks[d], key="closure-desk")
    desk = None if chosen == WHOLE else chosen
    first = st.date_input(_("From the day"), today, key="closure-first", format="DD.MM.YYYY")
    begins = st.time_input(_("from"), time(0, 0), key="closure-begins")
    last = st.date_input(_("To the day"), today, key="closure-last", format="DD.MM.YYYY")
    ends = st.time_input(_("up to"), time(23, 59), key="closure-ends")
    reason = st.text_input(_("Reason: the visitor will read it"), key="closure-reason", max_chars=300)
    parts.show(
        parts.p(
            _(
                "Visitors booked for this time go to the nearest free place and get a letter; the others are on the list of calls."
            ),
            sub=True,
        )
    )
    span = datetime.combine(first, begins, zone), datetime.combine(last, ends, zone)
    with session.reading(session.current()) as db:
        booked = len(office.affected(db, row.id or 0, desk, *span, clock.now()))
    parts.show(parts.p(_("Visits booked for this time: %(count)s") % {"count": booked}))
    if st.button(_("Close"), type="primary", key="closure-save"):
        with session.acting() as (db, actor, now):
            moved, left = office.close(db, db.get_one(Office, row.id or 0), *span, reason, actor, now, desk_id=desk)
        parts.done(
            _("Closed. Visits moved: %(moved)s, to be called: %(left)s") % {"moved": len(moved), "left": len(left)}
        )
