"""The inspector's sheet: devices seen, compliance with the technical conditions, remarks. Above 0.4 kV only (п. 82–90, 108)."""

from datetime import date
from typing import Any

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import desk_list
from dashboard.views.desk_case import Sight, sight
from dashboard.views.desk_list import Row
from dashboard.views.desk_parts import clock_chip, to_case
from documents.wording import NBSP, figure
from infra import clock
from infra.wording import N_, _
from models.connection import actions
from models.connection.tables import Stage
from models.process.actor import Role

ENTRY = menu.Entry("inspection", N_("Inspection"), order=102, roles=frozenset({Role.INSPECTOR}), hidden=True)
DEVICES = (
    ("Вводной автоматический выключатель", "установлен"),
    ("Трансформаторная подстанция 10/0,4 кВ", "смонтирована"),
    ("Заземляющее устройство", "смонтировано, протокол измерений представлен"),
    ("Ограничители перенапряжения", "установлены"),
    ("Щит учёта", "установлен, доступ обеспечен"),
)


def page() -> None:
    who = session.current()
    seen = sight(who)
    to_case(seen.id, seen.case.number or "")
    c = seen.case
    term = next(
        (k for k in seen.card.clocks if k.rule in ("TP-13", "TP-13R") and k.state in ("running", "soon", "late")), None
    )
    sub = f"{c.number} · {c.object_name}, {figure(c.power_kw)}{NBSP}кВт, {figure(c.voltage_kv)}{NBSP}кВ · {c.object_address}"
    parts.show(parts.head(_("Inspection"), sub, clock_chip(term) if term else ""))
    if c.stage != Stage.INSPECTION:
        return parts.show(
            parts.empty(
                _("There is nothing to inspect now"),
                _("An inspection opens above 0.4 kV, when both sides have reported their works."),
            )
        )
    values, on = _form(seen)
    _finish(seen, values, on)
    return None


def _form(seen: Sight) -> tuple[dict[str, Any], Any]:
    key = f"inspection-{seen.id}"
    conditions: dict[str, Any] = seen.conditions.values if seen.conditions else {}
    today = clock.today()
    with st.container(key="card-visit"):
        on = st.date_input(
            _("Day of the visit"), today, max_value=today, format="DD.MM.YYYY", key=f"{key}-on", width=220
        )
    with st.container(key="card-devices"):
        ready = [(name, {"name": name, "mark": "", "seen": found}) for name, found in DEVICES]
        devices = desk_list.edit(
            f"{key}-devices", _("Devices seen"), [], _device, ready=ready, blank={"name": "", "mark": "", "seen": ""}
        )
    with st.container(key="card-checks"):
        parts.show(
            parts.p(
                _("Lines come from the technical conditions. Write what was found and whether it complies."), sub=True
            )
        )
        checks = desk_list.edit(
            f"{key}-checks", _("Compliance with the conditions"), _demands(conditions), _check, blank=_blank_check()
        )
    with st.container(key="card-remarks"):
        remarks = desk_list.edit(
            f"{key}-remarks", _("Remarks"), [], _remark, blank={"what": "", "ground": "", "due": ""}
        )
    values = {
        "devices": [d for d in devices if d["name"].strip()],
        "checks": [x for x in checks if x["required"].strip()],
        "remarks": [r for r in remarks if r["what"].strip()],
    }
    return values, on


def _demands(conditions: dict[str, Any]) -> list[Row]:
    """Items 9.n (works of the applicant) and 11.n (protection) of the paper, with nothing found yet."""
    own = [(f"9.{n}", w["what"]) for n, w in enumerate(conditions.get("own_works", []), 1)]
    demands = own + [(f"11.{n}", line) for n, line in enumerate(conditions.get("protection", []), 1)]
    return [{"item": item, "required": what, "found": "", "ok": False} for item, what in demands]


def _blank_check() -> Row:
    return {"item": "", "required": "", "found": "", "ok": False}


def _device(key: str, row: Row) -> Row:
    a, b, c = st.columns([1.4, 1, 1.2])
    return {
        "name": a.text_input(_("Device"), row["name"], key=f"{key}-name"),
        "mark": b.text_input(_("Type and passport"), row["mark"], key=f"{key}-mark"),
        "seen": c.text_input(_("What is seen"), row["seen"], key=f"{key}-seen"),
    }


def _check(key: str, row: Row) -> Row:
    a, b, c = st.columns([0.4, 1.4, 1.4])
    item = a.text_input(_("Item"), row["item"], key=f"{key}-item")
    required = b.text_input(_("Required"), row["required"], key=f"{key}-required")
    found = c.text_input(_("Found"), row["found"], key=f"{key}-found")
    return {
        "item": item,
        "required": required,
        "found": found,
        "ok": st.checkbox(_("Complies"), bool(row["ok"]), key=f"{key}-ok"),
    }


def _remark(key: str, row: Row) -> Row:
    """`due` is an ISO day, or nothing while it is not chosen."""
    a, b, c = st.columns([1.6, 1, 0.8])
    stored = date.fromisoformat(row["due"]) if row["due"] else None
    due = c.date_input(_("To be corrected by"), stored, min_value=clock.today(), format="DD.MM.YYYY", key=f"{key}-due")
    return {
        "what": a.text_input(_("What is wrong"), row["what"], key=f"{key}-what"),
        "ground": b.text_input(
            _("Ground"), row["ground"], key=f"{key}-ground", placeholder="п. 9.1 технических условий"
        ),
        "due": due.isoformat() if isinstance(due, date) else "",
    }


def _finish(seen: Sight, values: dict[str, Any], on: Any) -> None:
    """Passed only when every line complies and there is no remark."""
    bad = sum(not x["ok"] for x in values["checks"])
    clean = not bad and not values["remarks"]
    told = (
        _("Every line complies: the case goes to the admission of the meter.")
        if clean
        else _faults(bad, len(values["remarks"]))
    )
    parts.show(parts.p(told, sub=True))
    with st.container(horizontal=True):
        passed = st.button(
            _("Inspection passed"), type="primary" if clean else "secondary", disabled=not clean, key="pass"
        )
        failed = st.button(
            _("Inspection with remarks"),
            type="secondary" if clean else "primary",
            disabled=not values["remarks"],
            key="fail",
        )
    if passed or failed:
        with session.acting() as (db, actor, now):
            actions.inspect(db, seen.id, actor, values, passed, on, now)
        for name in ("devices", "checks", "remarks"):
            desk_list.forget(f"inspection-{seen.id}-{name}")
        parts.said(_("The inspection is written down, its act is being made"))
        menu.go("case", id=seen.id)


def _faults(bad: int, remarks: int) -> str:
    told = _(
        "Lines that do not comply: %(bad)s, remarks: %(remarks)s. With remarks the case goes back to the applicant."
    )
    return told % {"bad": bad, "remarks": remarks}
