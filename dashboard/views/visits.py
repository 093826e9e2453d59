"""The applicant's page: when somebody comes to him, agree to it or take another time. He sees his own cases alone."""

from collections.abc import Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.filing_fields import faulty
from dashboard.views.inspection_sheet import dress
from dashboard.views.inspection_visit import chip, choose, free_times, told, when
from infra import clock
from infra.wording import N_, _
from models.booking import queries as bookings
from models.booking.tables import Stage
from models.connection import queries as connection
from models.connection.tables import Application
from models.people import queries as people
from models.process.errors import Invalid, ManyInvalid
from models.visit import actions, queries
from models.visit.tables import ALIVE, KIND_NAMES, Kind, Visit, VisitState

ENTRY = menu.Entry("visits", N_("Visits of the inspector"), order=27, roles=menu.APPLICANT, hidden=True)
_ALSO = {
    Kind.INSPECTION: N_(
        "Be at the site or send somebody who can open the switchboards and show the papers of the devices."
    ),
    Kind.METERING: N_("Be at the site or send somebody: the meter is read and sealed before you."),
}


def page() -> None:
    who = session.current()
    dress()
    with session.acting() as (db, _actor, now):
        actions.sweep(db, now)
    with session.reading(who) as db:
        cases = {c.id or 0: c for c in connection.of_applicant(db, who.id)}
        found = queries.of_cases(db, list(cases))
    parts.show(parts.head(_("Visits of the inspector"), _("We agree the time with you beforehand.")))
    open_ones = [v for v in found if v.state in ALIVE]
    if not open_ones:
        parts.show(
            parts.empty(
                _("Nobody comes to you now"), _("When the works are done, we propose a time here and by e-mail.")
            )
        )
    names = _names([v.inspector_id for v in open_ones])
    asked = [v for v in reversed(open_ones) if v.state == VisitState.PROPOSED]
    for visit in [*asked, *(v for v in reversed(open_ones) if v.state == VisitState.AGREED)]:
        _visit(who, visit, cases[visit.application_id], names, turn=visit in asked[:1])
    _past([v for v in found if v.state not in ALIVE], cases)


def invite(who: session.Who) -> None:
    """For the applicant's other pages: a link here while somebody is to come, nothing otherwise."""
    with session.reading(who) as db:
        found, booked = queries.coming(db), bookings.of_customer(db, who.id)
    if found:
        asked = any(v.state == VisitState.PROPOSED for v in found)
        label = _("The inspector proposes a time of his visit: answer") if asked else _("When the inspector comes")
        menu.link("visits", label)
    if any(b.stage == Stage.BOOKED for b in booked):
        menu.link("my_visits", _("You are booked to visit our office: when and where"))


def _names(ids: Sequence[int]) -> dict[int, str]:
    with session.acting() as (db, _actor, _now):
        return {i: u.name for i in set(ids) if (u := people.user(db, i)) is not None}


def _visit(who: session.Who, visit: Visit, case: Application, names: dict[int, str], *, turn: bool) -> None:
    """One copper card a page: the first that waits for an answer."""
    asked = visit.state == VisitState.PROPOSED
    with st.container(key=f"field-{visit.id}"), st.container(key="turn" if turn else f"card-{visit.id}"):
        parts.show(
            f'<div class="f-visit"><span class="f-when">{parts.esc(when(visit.on, visit.hours))}</span>{_chip(visit)}</div>',
            parts.p(f"{_(KIND_NAMES[Kind(visit.kind)]).capitalize()}, {case.object_name}, {case.object_address}"),
            parts.p(_("Comes: %(name)s") % {"name": names.get(visit.inspector_id, "")}, sub=True),
            parts.p(_(_ALSO[Kind(visit.kind)]), sub=True),
        )
        with st.container(horizontal=True):
            if asked and st.button(
                _("Agree to this time"), type="primary" if turn else "secondary", key=f"agree-{visit.id}"
            ):
                with session.acting() as (db, actor, now):
                    actions.agree(db, visit.id or 0, actor, now)
                parts.done(_("The time is agreed"))
            menu.link("application", _("Application %(number)s") % {"number": case.number or ""}, id=case.id)
        with st.expander(_("Take another time")):
            _another(who, visit)


def _chip(visit: Visit) -> str:
    """His side of it: a proposed time waits for him."""
    return parts.chip("yours") if visit.state == VisitState.PROPOSED else chip(visit)


def _another(who: session.Who, visit: Visit) -> None:
    times = [t for t in free_times(who, visit.inspector_id, clock.today()) if t != (visit.on, visit.hours)]
    chosen = choose(times, f"take-{visit.id}")
    if not st.button(_("Take this time"), key=f"take-{visit.id}"):
        return
    if chosen is None:
        parts.show(faulty(_("Choose the day and the time")))
        return
    try:
        with session.acting() as (db, actor, now):
            actions.take(db, visit.id or 0, chosen[0], chosen[1], actor, now)
    except (Invalid, ManyInvalid) as fault:
        parts.show(faulty(told(fault)))
        return
    parts.done(_("The time is agreed"))


def _past(visits: Sequence[Visit], cases: dict[int, Application]) -> None:
    if not visits:
        return
    columns = [parts.Column(_("When"), "key"), parts.Column(_("What")), parts.Column(_("State"))]
    rows = [
        (
            str(v.id),
            [
                parts.esc(when(v.on, v.hours)),
                parts.esc(f"{_(KIND_NAMES[Kind(v.kind)])}, {cases[v.application_id].object_name}"),
                chip(v) + (f"<small>{parts.esc(v.reason)}</small>" if v.reason else ""),
            ],
        )
        for v in visits[:20]
    ]
    parts.show(parts.card(_("Earlier visits"), parts.still(parts.table(columns, rows, _("Earlier visits")))))
