"""The inspector's sheet: the items of the technical conditions one by one, devices, photos, remarks (п. 82–90, 108)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import inspection_act, inspection_lines, inspection_shots, inspection_visit
from dashboard.views.desk_case import Sight, sight
from dashboard.views.desk_parts import clock_chip, to_case
from dashboard.views.inspection_sheet import Sheet, Values, dress, forget, keep, opened, said_saved
from documents.wording import NBSP, day, figure
from infra import clock
from infra.wording import N_, _
from models.connection import actions, queries
from models.connection.tables import Inspection, Stage
from models.process.actor import Role
from models.visit import actions as visits
from models.visit import rules
from models.visit.tables import Kind

ENTRY = menu.Entry("inspection", N_("Inspection"), order=102, roles=frozenset({Role.INSPECTOR}), hidden=True)


def page() -> None:
    who = session.current()
    seen = sight(who)
    dress()
    to_case(seen.id, seen.case.number or "")
    c = seen.case
    term = next(
        (k for k in seen.card.clocks if k.rule in ("TP-13", "TP-13R") and k.state in ("running", "soon", "late")), None
    )
    sub = f"{c.number} · {c.object_name}, {figure(c.power_kw)}{NBSP}кВт, {figure(c.voltage_kv)}{NBSP}кВ · {c.object_address}"
    parts.show(parts.head(_("Inspection"), sub, clock_chip(term) if term else ""))
    with session.reading(who) as db:
        before = list(queries.inspections(db, seen.id))
    if c.stage == Stage.INSPECTION:
        inspection_visit.card(who, seen, Kind.INSPECTION)
        return _sheet(who, seen, before)
    if c.stage == Stage.METERING and before:
        return inspection_act.page(who, seen, before[-1])
    return parts.show(
        parts.empty(
            _("There is nothing to inspect now"),
            _("An inspection opens above 0.4 kV, when both sides have reported their works."),
        )
    )


def _sheet(who: session.Who, seen: Sight, before: Sequence[Inspection]) -> None:
    last = before[-1] if before else None
    sheet = opened(who, seen.id, Kind.INSPECTION, lambda: _fresh(seen, last))
    if last is not None:
        _earlier(last)
    today = clock.now().astimezone(seen.card.zone).date()
    with st.container(key="field-sheet"):
        values = _fields(seen, sheet, today)
        keep(sheet, values)
        if inspection_shots.fresh(sheet):
            st.rerun()
        _finish(seen, sheet, today)


def _fresh(seen: Sight, last: Inspection | None) -> Values:
    conditions: dict[str, Any] = seen.conditions.values if seen.conditions else {}
    checks = rules.checklist(conditions, last.values if last else None)
    devices = list(last.values.get("devices", [])) if last else []
    return {"on": "", "checks": checks, "devices": devices, "remarks": [], "photos": []}


def _earlier(last: Inspection) -> None:
    """A repeated visit: what was wrong the last time."""
    told = [f"{r['what']} ({r['ground']})" if r.get("ground") else r["what"] for r in last.values.get("remarks", [])]
    title = _("Repeated visit: remarks of %(day)s") % {"day": day(last.on)}
    parts.show(parts.card(title, "<ul>" + "".join(f"<li>{parts.esc(t)}</li>" for t in told) + "</ul>"))


def _fields(seen: Sight, sheet: Sheet, today: date) -> Values:
    kept, key = sheet.values, sheet.key
    with st.container(key="card-visit-day"):
        stored = date.fromisoformat(kept["on"]) if kept.get("on") else today
        on = st.date_input(
            _("Day of the visit"), min(stored, today), max_value=today, format="DD.MM.YYYY", key=f"{key}-on", width=220
        )
    checks = inspection_lines.checks(sheet, today)
    with st.container(key="card-shots"):
        photos = inspection_shots.edit(sheet, seen.card.zone)
    with st.container(key="card-remarks"):
        remarks = inspection_lines.remarks(sheet, today)
    with st.container(key="card-devices"):
        devices = inspection_lines.devices(sheet)
    told = on.isoformat() if isinstance(on, date) and on != today else ""
    return {"on": told, "checks": checks, "devices": devices, "remarks": remarks, "photos": photos}


def _finish(seen: Sight, sheet: Sheet, today: date) -> None:
    """One button: it passes when everything complies, and sends the case back when something does not."""
    count = rules.tally(sheet.values)
    faults = rules.sheet_faults(sheet.values)
    with st.container(key="card-finish"):
        parts.show(inspection_lines.progress(count))
        said_saved(sheet)
        if sheet.tried and faults:
            parts.show(inspection_lines.summary(faults))
        if count.bad or count.loose:
            parts.show(parts.p(_("With remarks the case goes back to the applicant: he reads them in the act.")))
            pressed = st.button(_("Send back with remarks"), type="primary", key="fail")
        else:
            pressed = st.button(_("Inspection passed"), type="primary", disabled=not count.passed, key="pass")
    if pressed and faults:
        sheet.tried = True
        st.rerun()
    if pressed:
        _send(seen, sheet, count.passed, today)


def _send(seen: Sight, sheet: Sheet, passed: bool, today: date) -> None:
    on = date.fromisoformat(sheet.values["on"]) if sheet.values["on"] else today
    told = rules.report(sheet.values, inspection_shots.titles(sheet.values["photos"]))
    with session.acting() as (db, actor, now):
        actions.inspect(db, seen.id, actor, told, passed, on, now)
        visits.done(db, seen.id, Kind.INSPECTION, actor, now)
    forget(sheet)
    parts.said(_("The inspection is written down, its act is being made"))
    menu.go("case", id=seen.id)
