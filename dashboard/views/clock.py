"""The business clock of a development home: what time it is here, forward by hours and days, or to the next term of a case."""

from datetime import timedelta
from typing import NoReturn

import streamlit as st

from dashboard import menu, parts, session
from dashboard.parts import day_long
from dashboard.views.desk_parts import moment
from documents.wording import figure
from infra import clock
from infra.wording import N_, _
from models.connection import statistics
from models.process.clock import move_clock

ENTRY = menu.Entry("clock", N_("Clock"), order=910, roles=menu.EVERYBODY, development=True)
HOURS = (1, 6)
STEPS = (1, 3, 7, 30)  # days
_NEAREST = 50  # terms in the list


def page() -> None:
    who = session.current()
    here = clock.now().astimezone(clock.zone())
    shift = clock.shift()
    parts.show(
        parts.head(_("Clock"), _("Only on this development home: everybody here lives by it.")),
        parts.card(
            "",
            parts.facts(
                [
                    (_("Day"), day_long(here.date())),
                    (_("Time"), f"{here:%H:%M}"),
                    (_("Ahead of the real time"), f"{figure(round(shift / timedelta(days=1), 2))} {_('days')}"),
                ]
            ),
        ),
    )
    with st.container(horizontal=True):
        for hours in HOURS:
            if st.button(_("Forward: %(hours)s h") % {"hours": hours}, key=f"forward-h{hours}"):
                _forward(timedelta(hours=hours))
        for days in STEPS:
            if st.button(_("Forward: %(days)s d.") % {"days": days}, key=f"forward-{days}"):
                _forward(timedelta(days=days))
    if who.is_staff:
        _to_a_term(who)
    parts.show(
        parts.p(_("Terms that end on the way lapse within seconds, in their order. There is no way back."), sub=True)
    )


def _forward(by: timedelta) -> NoReturn:
    with session.acting() as (db, actor, _now):
        move_clock(db, actor, by)
    clock.forget()
    parts.done(_("The clock was moved forward"))


def _to_a_term(who: session.Who) -> None:
    """The nearest terms of all applications: one second past the moment when the term has its consequence."""
    with session.reading(who) as db:
        found = statistics.next_terms(db, clock.now(), _NEAREST)
    if not found:
        return
    with st.container(key="card-term"):
        chosen = st.selectbox(
            _("Next term of an application"),
            range(len(found)),
            format_func=lambda n: f"{found[n][0].number} · {found[n][1].title} · {moment(found[n][1].acts_at)}",
            key="clock-term",
        )
        if st.button(_("Forward past this term"), key="forward-term") and chosen is not None:
            _forward(found[chosen][1].acts_at - clock.now() + timedelta(seconds=1))
