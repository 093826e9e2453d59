"""Admission of the meter (п. 109) and supply of voltage."""

from datetime import date
from typing import Any

import streamlit as st
from dateutil.relativedelta import relativedelta

from dashboard import menu, parts, session
from dashboard.views import desk_list
from dashboard.views.desk_case import Sight, sight
from dashboard.views.desk_list import Row
from dashboard.views.desk_parts import dialog, moment, naming, to_case
from documents.wording import NBSP, day, figure
from infra import clock
from infra.wording import N_, _
from models.connection import actions, queries
from models.connection.tables import Meter, Stage
from models.process.actor import Role

ENTRY = menu.Entry("metering", N_("Meter"), order=103, roles=frozenset({Role.INSPECTOR, Role.METERING}), hidden=True)
ACCURACY = ("1.0", "2.0", "0.5S", "0.2S")
SCHEMES = ("прямое включение", "полукосвенное включение", "косвенное включение")
SEALS = ("крышка зажимов", "корпус", "вводной аппарат", "испытательная коробка")
LABELS = {
    "model": N_("Model"),
    "serial": N_("Number of the meter"),
    "accuracy": N_("Accuracy class"),
    "verified": N_("Verified on"),
    "next_check": N_("Next verification"),
    "interval_years": N_("Interval of verification, years"),
    "place": N_("Place"),
    "readings": N_("Readings"),
    "on": N_("Day of admission"),
}
ZONES = ("сумма", "день", "ночь", "пик", "полупик")


def page() -> None:
    who = session.current()
    seen = sight(who)
    to_case(seen.id, seen.case.number or "")
    c = seen.case
    sub = f"{c.number} · {c.object_name}, {figure(c.power_kw)}{NBSP}кВт, {figure(c.voltage_kv)}{NBSP}кВ · {c.object_address}"
    parts.show(parts.head(_("Meter"), sub))
    with session.reading(who) as db:
        meter = queries.meter(db, seen.id)
    if meter is not None:
        _admitted(seen, meter)
    elif c.stage == Stage.METERING:
        _form(seen)
    else:
        parts.show(
            parts.empty(
                _("The meter is not admitted now"),
                _("It opens when the works of the grid company are done and, above 0.4 kV, the inspection is passed."),
            )
        )


def _form(seen: Sight) -> None:
    key = f"meter-{seen.id}"
    today = clock.today()
    with st.container(key="card-meter"):
        values, serial, on = _device(key, seen, today)
    with st.container(key="card-readings"):
        blank: Row = {"zone": "сумма", "value": ""}
        readings = desk_list.edit(
            f"{key}-readings", _("Readings on the day of admission"), [blank], _reading, blank=blank
        )
        values["readings"] = [r for r in readings if r["value"].strip()]
    with st.container(key="card-seals"):
        ready = [(place, {"text": f"{place} — "}) for place in SEALS]
        seals = desk_list.edit(f"{key}-seals", _("Seals"), [], _seal, ready=ready, blank={"text": ""})
        values["seals"] = [s["text"].strip() for s in seals if s["text"].strip()]
    if st.button(_("Admit the meter"), type="primary", key="admit"):
        with naming(LABELS), session.acting() as (db, actor, now):
            actions.admit_meter(db, seen.id, actor, serial, values, on, now)
        for name in ("readings", "seals"):
            desk_list.forget(f"{key}-{name}")
        parts.done(_("The meter is admitted, its act is being made"))


def _device(key: str, seen: Sight, today: date) -> tuple[dict[str, Any], str, date]:
    a, b, c = st.columns([1.4, 1, 1])
    model = a.text_input(_("Model"), key=f"{key}-model", placeholder="Меркурий 234 ARTM-02")
    serial = b.text_input(_("Number of the meter"), key=f"{key}-serial")
    accuracy = c.selectbox(_("Accuracy class"), ACCURACY, key=f"{key}-accuracy")
    d, e, f = st.columns(3)
    verified = d.date_input(_("Verified on"), None, max_value=today, format="DD.MM.YYYY", key=f"{key}-verified")
    years = e.number_input(_("Interval of verification, years"), 1, 20, 16, 1, key=f"{key}-years")
    on = f.date_input(_("Day of admission"), today, max_value=today, format="DD.MM.YYYY", key=f"{key}-on")
    place = st.text_input(_("Place"), "щит учёта на границе участка", key=f"{key}-place")
    g, h = st.columns(2)
    high = seen.case.voltage_kv > 1
    scheme = g.selectbox(_("Scheme"), SCHEMES, index=2 if high else 0, key=f"{key}-scheme")
    modem = h.text_input(_("Modem, if there is one"), key=f"{key}-modem")
    transformers = _transformers(key) if scheme != SCHEMES[0] else None
    values = {
        "model": model.strip(),
        "phases": seen.case.phases,
        "accuracy": accuracy or "",
        "verified": verified.isoformat() if isinstance(verified, date) else "",
        "interval_years": int(years or 0),
        "next_check": (verified + relativedelta(years=int(years or 0))).isoformat()
        if isinstance(verified, date)
        else "",
        "transformers": transformers,
        "place": place.strip(),
        "scheme": scheme or "",
        "modem": modem.strip(),
        "owner": "сетевая организация",
    }
    return values, serial, on if isinstance(on, date) else today


def _transformers(key: str) -> dict[str, Any]:
    a, b, c, d = st.columns([1.4, 0.7, 1.2, 1])
    checked = d.date_input(_("Transformers verified on"), None, format="DD.MM.YYYY", key=f"{key}-tt-on")
    return {
        "kind": a.text_input(_("Transformers"), key=f"{key}-tt", placeholder="ТТ Т-0,66 200/5, класс 0,5S"),
        "ratio": int(b.number_input(_("Ratio"), 1, 10_000, 40, 1, key=f"{key}-tt-ratio") or 1),
        "serials": c.text_input(_("Their numbers"), key=f"{key}-tt-serials"),
        "verified": checked.isoformat() if isinstance(checked, date) else "",
    }


def _reading(key: str, row: Row) -> Row:
    a, b = st.columns([1, 1.5])
    zone = a.selectbox(
        _("Zone"), ZONES, index=ZONES.index(row["zone"]) if row["zone"] in ZONES else 0, key=f"{key}-zone"
    )
    return {
        "zone": zone or "сумма",
        "value": b.text_input(_("Reading, kWh"), row["value"], key=f"{key}-value", placeholder="000012.4"),
    }


def _seal(key: str, row: Row) -> Row:
    return {"text": st.text_input(_("Place and number of the seal"), row["text"], key=f"{key}-text")}


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
