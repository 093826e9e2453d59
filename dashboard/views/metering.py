"""Admission of the meter (п. 109) and supply of voltage."""

from datetime import date

import streamlit as st

from dashboard import menu, parts, session
from dashboard.faults import sentence_of
from dashboard.views import inspection_shots, inspection_visit, metering_form
from dashboard.views.desk_case import Sight, sight
from dashboard.views.desk_parts import dialog, moment, to_case
from dashboard.views.inspection_sheet import Sheet, dress, forget, keep, opened, said_saved
from documents.wording import NBSP, day, figure
from infra import clock
from infra.wording import N_, _
from models.connection import actions, queries
from models.connection.tables import Meter, Stage
from models.process.actor import Role
from models.process.errors import Invalid, ManyInvalid
from models.visit import actions as visits
from models.visit.tables import Kind

ENTRY = menu.Entry("metering", N_("Meter"), order=103, roles=frozenset({Role.INSPECTOR, Role.METERING}), hidden=True)


def page() -> None:
    who = session.current()
    seen = sight(who)
    dress()
    to_case(seen.id, seen.case.number or "")
    c = seen.case
    sub = f"{c.number} · {c.object_name}, {figure(c.power_kw)}{NBSP}кВт, {figure(c.voltage_kv)}{NBSP}кВ · {c.object_address}"
    parts.show(parts.head(_("Meter"), sub))
    with session.reading(who) as db:
        meter = queries.meter(db, seen.id)
    if meter is not None:
        _admitted(seen, meter)
    elif c.stage == Stage.METERING:
        inspection_visit.card(who, seen, Kind.METERING)
        _form(who, seen)
    else:
        parts.show(
            parts.empty(
                _("The meter is not admitted now"),
                _("It opens when the works of the grid company are done and, above 0.4 kV, the inspection is passed."),
            )
        )


def _form(who: session.Who, seen: Sight) -> None:
    sheet = opened(who, seen.id, Kind.METERING, lambda: metering_form.fresh(seen.case.voltage_kv > 1))
    today = clock.now().astimezone(seen.card.zone).date()
    faults: dict[str, tuple[Invalid, object]] = st.session_state.get(_faults(seen), {})
    with st.container(key="field-meter"):
        keep(sheet, metering_form.fields(seen, sheet, faults, today))
        if inspection_shots.fresh(sheet):
            st.rerun()
        with st.container(key="card-finish"):
            said_saved(sheet)
            _told(sheet, faults)
            if st.button(_("Admit the meter"), type="primary", key="admit"):
                _admit(seen, sheet, today)


def _told(sheet: Sheet, faults: metering_form.Faults) -> None:
    """Above the button, where it was pressed: what is still as it was refused."""
    still = {n: f for n, (f, value) in faults.items() if sheet.values.get(n) == value}
    if still:
        lines = [f"{_(metering_form.LABELS.get(n, n))}: {sentence_of(f)}" for n, f in still.items()]
        parts.error_box(_("Check the marked fields"), lines)


def _faults(seen: Sight) -> str:
    return f"meter-{seen.id}-faults"


def _admit(seen: Sight, sheet: Sheet, today: date) -> None:
    """Faults are shown in the next run, above the form and beside their fields."""
    on = date.fromisoformat(sheet.values["on"]) if sheet.values["on"] else today
    told = metering_form.report(sheet.values, seen.case.phases)
    try:
        with session.acting() as (db, actor, now):
            actions.admit_meter(db, seen.id, actor, sheet.values["serial"], told, on, now)
            visits.done(db, seen.id, Kind.METERING, actor, now)
    except ManyInvalid as found:
        st.session_state[_faults(seen)] = {
            f.field: (f, sheet.values.get(f.field))
            for f in found.errors
            if f.field != "next_check"  # it follows from the other two
        }
        st.rerun()
    forget(sheet)
    parts.done(_("The meter is admitted, its act is being made"))


def _admitted(seen: Sight, meter: Meter) -> None:
    v = meter.values
    readings = ", ".join(f"{r['zone']} {r['value']}" for r in v.get("readings", []))
    pairs = [
        (_("Model"), v.get("model", "")),
        (_("Number of the meter"), meter.serial),
        (_("Accuracy class"), v.get("accuracy", "")),
        (_("Admitted"), day(meter.admitted_on)),
        (_("Next verification"), day(v["next_check"]) if v.get("next_check") else ""),
        (_("Readings"), readings),
        (_("Seals"), "; ".join(v.get("seals", []))),
        (_("Place"), v.get("place", "")),
    ]
    parts.show(parts.card(_("The meter is admitted"), parts.facts([(a, b) for a, b in pairs if b])))
    if seen.case.energised_at:
        parts.show(
            parts.p(_("Voltage was supplied on %(time)s.") % {"time": moment(seen.case.energised_at, seen.card.zone)})
        )
    elif seen.case.stage == Stage.METERING and st.button(_("Supply voltage"), type="primary", key="energise"):
        dialog(_("Supply voltage"), _energise, seen.id)


def _energise(case_id: int) -> None:
    parts.show(
        parts.p(
            _(
                "The term of works is fulfilled now. The closing papers are made and placed by themselves the next working day at the latest."
            )
        )
    )
    if st.button(_("Voltage is supplied"), type="primary", key="do-energise"):
        with session.acting() as (db, actor, now):
            actions.simple_move(db, case_id, "energise", actor, now)
        parts.said(_("Voltage is supplied, the closing papers are being made"))
        menu.go("case", id=case_id)
