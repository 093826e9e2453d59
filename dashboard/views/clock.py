"""The business clock of a development home: what time it is here, and forward by days."""

from datetime import timedelta

import streamlit as st

from dashboard import menu, parts, session
from documents.wording import day_long, figure
from infra import clock
from infra.wording import N_, _
from models.process.clock import move_clock

ENTRY = menu.Entry("clock", N_("Clock"), order=910, roles=menu.EVERYBODY, development=True)
STEPS = (1, 3, 7, 30)  # days


def page() -> None:
    session.current()
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
        for days in STEPS:
            if st.button(_("Forward: %(days)s d.") % {"days": days}, key=f"forward-{days}"):
                with session.acting() as (db, actor, _now):
                    move_clock(db, actor, timedelta(days=days))
                clock.forget()
                parts.done(_("The clock was moved forward"))
    parts.show(
        parts.p(_("Terms that end on the way lapse within seconds, in their order. There is no way back."), sub=True)
    )
