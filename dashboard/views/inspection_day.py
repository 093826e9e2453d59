"""The day of who goes out: his visits in the order of the route, what became of earlier ones, who waits for a visit."""

from collections.abc import Sequence
from datetime import date, timedelta

import streamlit as st
from sqlmodel import Session

from dashboard import menu, parts, session
from dashboard.views.desk_parts import dialog, short_left
from dashboard.views.inspection_sheet import dress
from dashboard.views.inspection_visit import buttons, chip, hours_words, mine, plan, when
from dashboard.views.queue_rows import short_name
from documents.wording import NBSP, figure
from infra import clock
from infra.wording import N_, _
from models.connection import cards
from models.connection import queries as connection
from models.connection.sight import Clock
from models.connection.tables import Application
from models.process.actor import Role
from models.process.terms import calendar
from models.process.workdays import Calendar
from models.visit import actions, queries
from models.visit.tables import KIND_NAMES, Kind, Visit, VisitState

ENTRY = menu.Entry("day", N_("My day"), order=12, roles=frozenset({Role.INSPECTOR, Role.METERING}))
_PAGES = {Kind.INSPECTION: "inspection", Kind.METERING: "metering"}


def page() -> None:
    who = session.current()
    dress()
    today = clock.today()
    with session.acting() as (db, _actor, now):
        actions.sweep(db, now)
    with session.reading(who) as db:
        days = queries.coming_days(db, who.id, today)
        late = queries.overdue(db, who.id, today)
        waiting = queries.without(db, who.user.branch_id, mine(who.actor))
        clocks = _clocks(db, [c.id or 0 for _kind, c in waiting], calendar(db))
    parts.show(
        parts.head(_("My day"), _("Visits in the order of your route. Open the sheet at the site: it saves itself."))
    )
    with st.container(key="field-day"):
        on = _chosen(today, days)
        with session.reading(who) as db:
            visits = queries.day(db, who.id, on)
        if late:
            parts.show(parts.h2(_("Past, without a result")))
            _visits(who, late, dated=True)
        _route(who, on, visits)
        _waiting(who, waiting, clocks)


def _clocks(db: Session, case_ids: Sequence[int], days: Calendar) -> dict[int, Clock]:
    """The most urgent clock of ours for each case."""
    now, zone = clock.now(), clock.zone()
    terms = connection.open_terms(db, case_ids)
    ours = {i: [t for t in found if t.whose == "grid" and t.rule != "TU-EXP"] for i, found in terms.items()}
    return {i: cards.clock(min(found, key=lambda t: t.due_at), days, now, zone) for i, found in ours.items() if found}


def _chosen(today: date, days: dict[date, int]) -> date:
    """Today, tomorrow and every day on which something is promised."""
    options = sorted({today, today + timedelta(days=1), *days})[:8]
    found = st.pills(
        _("Day"),
        options,
        default=today,
        key="day-chosen",
        format_func=lambda d: _named(d, today, days.get(d, 0)),
        required=True,
    )
    return found or today


def _named(on: date, today: date, count: int) -> str:
    name = _("today") if on == today else _("tomorrow") if on == today + timedelta(days=1) else f"{on:%d.%m}"
    return f"{name} · {count}" if count else name


def _route(who: session.Who, on: date, visits: Sequence[tuple[Visit, Application]]) -> None:
    parts.show(parts.h2(_("Visits on %(day)s") % {"day": parts.day_long(on)}))
    if not visits:
        parts.show(
            parts.empty(_("No visits on this day"), _("Those who wait for a visit stand below: promise them a time."))
        )
    _visits(who, visits)


def _visits(who: session.Who, visits: Sequence[tuple[Visit, Application]], *, dated: bool = False) -> None:
    for n, (visit, case) in enumerate(visits):
        before = visits[n - 1][0] if n else None
        first = before is None or before.hours != visit.hours
        with st.container(key=f"card-visit-{visit.id}"):
            parts.show(_what(visit, case, dated))
            if visit.state == VisitState.DONE:
                continue
            kind = Kind(visit.kind)
            if st.button(_("Open the sheet"), type="primary" if n == 0 else "secondary", key=f"sheet-{visit.id}"):
                menu.go(_PAGES[kind], id=case.id)
            buttons(who, visit, case.id or 0, kind)
            if not dated and not first and st.button(_("Go there earlier"), key=f"up-{visit.id}", type="tertiary"):
                with session.acting() as (db, actor, _now):
                    actions.go_earlier(db, visit.id or 0, actor)
                st.rerun()


def _what(visit: Visit, case: Application, dated: bool) -> str:
    time = when(visit.on, visit.hours) if dated else hours_words(visit.hours)
    note = parts.p(_("Your note: %(note)s") % {"note": visit.note}, sub=True) if visit.note else ""
    return (
        f'<div class="f-visit"><span class="f-when">{parts.esc(time)}</span>{chip(visit)}</div>'
        + _object(Kind(visit.kind), case)
        + note
    )


def _object(kind: Kind, case: Application) -> str:
    what = f"{_(KIND_NAMES[kind])} · {case.number} · {figure(case.power_kw)}{NBSP}кВт"
    return (
        f"<h3>{parts.esc(case.object_address)}</h3>"
        + parts.p(f"{case.object_name}, {short_name(case)}")
        + parts.p(what, sub=True)
    )


def _waiting(who: session.Who, waiting: Sequence[tuple[Kind, Application]], clocks: dict[int, Clock]) -> None:
    parts.show(parts.h2(_("Wait for a visit: %(count)s") % {"count": len(waiting)}))
    if not waiting:
        parts.show(parts.p(_("Everybody who waits has a promised time."), sub=True))
    far = date.max
    rows = sorted(waiting, key=lambda w: clocks[w[1].id or 0].due_on if w[1].id in clocks else far)
    for kind, case in rows[:30]:
        with st.container(key=f"card-wait-{kind}-{case.id}"):
            found = clocks.get(case.id or 0)
            parts.show((f"<p>{short_left(found)}</p>" if found else "") + _object(kind, case))
            if st.button(_("Plan a visit"), key=f"plan-{kind}-{case.id}"):
                dialog(_("Plan a visit"), plan, who, case.id or 0, kind)
            if st.button(_("Open the sheet"), key=f"open-{kind}-{case.id}", type="tertiary"):
                menu.go(_PAGES[kind], id=case.id)
