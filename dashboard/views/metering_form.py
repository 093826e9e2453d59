"""The sheet of the meter's admission: every field is saved as it is left, every fault stands beside its field."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import streamlit as st
from dateutil.relativedelta import relativedelta

from dashboard import parts
from dashboard.faults import sentence_of
from dashboard.views import desk_list, inspection_shots
from dashboard.views.desk_case import Sight
from dashboard.views.desk_list import Row
from dashboard.views.filing_fields import faulty
from dashboard.views.inspection_sheet import Sheet, Values
from infra.wording import N_, _
from models.process.errors import Invalid

ACCURACY = ("1.0", "2.0", "0.5S", "0.2S")
SCHEMES = ("прямое включение", "полукосвенное включение", "косвенное включение")
SEALS = ("крышка зажимов", "корпус", "вводной аппарат", "испытательная коробка")
ZONES = ("сумма", "день", "ночь", "пик", "полупик")
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
Faults = Mapping[str, tuple[Invalid, object]]  # field → what is wrong, and the value that was refused
BLANK_READING: Row = {"zone": "сумма", "value": ""}


def fresh(high: bool) -> Values:
    """What stands in the fields of a sheet nobody has touched."""
    return {
        "model": "", "serial": "", "accuracy": ACCURACY[0], "verified": "", "years": 16, "on": "",
        "place": "щит учёта на границе участка", "scheme": SCHEMES[2 if high else 0], "modem": "",
        "transformers": {"kind": "", "ratio": 40, "serials": "", "verified": ""},
        "readings": [dict(BLANK_READING)], "seals": [], "photos": [],
    }  # fmt: skip


def fields(seen: Sight, sheet: Sheet, faults: Faults, today: date) -> Values:
    """The sheet as it stands now: plain JSON."""
    with st.container(key="card-meter"):
        values = _meter(sheet, faults, today)
    with st.container(key="card-readings"):
        values["readings"] = desk_list.edit(
            f"{sheet.key}-readings",
            _("Readings on the day of admission"),
            sheet.values["readings"],
            _reading,
            blank=BLANK_READING,
        )
        _under(faults, "readings", values["readings"])
    with st.container(key="card-seals"):
        ready = [(place, {"text": f"{place} — "}) for place in SEALS]
        values["seals"] = desk_list.edit(
            f"{sheet.key}-seals", _("Seals"), sheet.values["seals"], _seal, ready=ready, blank={"text": ""}
        )
    with st.container(key="card-shots"):
        values["photos"] = inspection_shots.edit(sheet, seen.card.zone)
    return values


def _meter(sheet: Sheet, faults: Faults, today: date) -> Values:
    kept, key = sheet.values, sheet.key
    a, b, c = st.columns([1.4, 1, 1])
    with a:
        model = st.text_input(_("Model"), kept["model"], key=f"{key}-model", placeholder="Меркурий 234 ARTM-02")
        _under(faults, "model", model)
    with b:
        serial = st.text_input(_("Number of the meter"), kept["serial"], max_chars=20, key=f"{key}-serial")
        _under(faults, "serial", serial)
    with c:
        accuracy = st.selectbox(
            _("Accuracy class"), ACCURACY, index=_at(ACCURACY, kept["accuracy"]), key=f"{key}-accuracy"
        )
    when = _days(sheet, faults, today)
    place = st.text_input(_("Place"), kept["place"], key=f"{key}-place")
    _under(faults, "place", place)
    g, h = st.columns(2)
    scheme = g.selectbox(_("Scheme"), SCHEMES, index=_at(SCHEMES, kept["scheme"]), key=f"{key}-scheme")
    modem = h.text_input(_("Modem, if there is one"), kept["modem"], key=f"{key}-modem")
    found = {"model": model, "serial": serial, "accuracy": accuracy, "place": place, "scheme": scheme, "modem": modem}
    return found | when | {"transformers": kept["transformers"] if scheme == SCHEMES[0] else _transformers(sheet)}


def _days(sheet: Sheet, faults: Faults, today: date) -> Values:
    kept, key = sheet.values, sheet.key
    a, b, c = st.columns(3)
    with a:
        verified = st.date_input(
            _("Verified on"), _day(kept["verified"]), min_value=today - timedelta(days=366 * 20), max_value=today,
            format="DD.MM.YYYY", key=f"{key}-verified",
        )  # fmt: skip
        _under(faults, "verified", _iso(verified))
    years = b.number_input(_("Interval of verification, years"), 1, 20, int(kept["years"]), 1, key=f"{key}-years")
    with c:
        on = st.date_input(
            _("Day of admission"),
            min(_day(kept["on"]) or today, today),
            max_value=today,
            format="DD.MM.YYYY",
            key=f"{key}-on",
        )
        _under(faults, "on", "" if on == today else _iso(on))
    return {"verified": _iso(verified), "years": int(years or 0), "on": "" if on == today else _iso(on)}


def _transformers(sheet: Sheet) -> Values:
    kept, key = sheet.values["transformers"], sheet.key
    a, b, c, d = st.columns([1.4, 0.7, 1.2, 1])
    kind = a.text_input(_("Transformers"), kept["kind"], key=f"{key}-tt", placeholder="ТТ Т-0,66 200/5, класс 0,5S")
    ratio = b.number_input(_("Ratio"), 1, 10_000, int(kept["ratio"]), 1, key=f"{key}-tt-ratio")
    serials = c.text_input(_("Their numbers"), kept["serials"], key=f"{key}-tt-serials")
    verified = d.date_input(
        _("Transformers verified on"), _day(kept["verified"]), format="DD.MM.YYYY", key=f"{key}-tt-on"
    )
    return {"kind": kind, "ratio": int(ratio or 1), "serials": serials, "verified": _iso(verified)}


def _reading(key: str, row: Row) -> Row:
    a, b = st.columns([1, 1.5])
    zone = a.selectbox(_("Zone"), ZONES, index=_at(ZONES, row["zone"]), key=f"{key}-zone")
    return {
        "zone": zone or ZONES[0],
        "value": b.text_input(_("Reading, kWh"), row["value"], key=f"{key}-value", placeholder="000012.4"),
    }


def _seal(key: str, row: Row) -> Row:
    return {"text": st.text_input(_("Place and number of the seal"), row["text"], key=f"{key}-text")}


def _under(faults: Faults, name: str, value: object) -> None:
    """Until the field says something else than what was refused."""
    if name in faults and faults[name][1] == value:
        parts.show(faulty(sentence_of(faults[name][0])))


def _at(options: tuple[str, ...], value: str) -> int:
    return options.index(value) if value in options else 0


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _iso(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else ""


def report(kept: Values, phases: int) -> dict[str, Any]:
    """The sheet as a meter keeps it: what the act says of it."""
    verified = _day(kept["verified"])
    years = int(kept["years"])
    direct = kept["scheme"] == SCHEMES[0]
    return {
        "model": kept["model"].strip(),
        "phases": phases,
        "accuracy": kept["accuracy"] or "",
        "verified": kept["verified"],
        "interval_years": years,
        "next_check": (verified + relativedelta(years=years)).isoformat() if verified else "",
        "transformers": None if direct else kept["transformers"],
        "place": kept["place"].strip(),
        "scheme": kept["scheme"] or "",
        "modem": kept["modem"].strip(),
        "owner": "сетевая организация",
        "readings": [r for r in kept["readings"] if r["value"].strip()],
        "seals": [s["text"].strip() for s in kept["seals"] if s["text"].strip()],
        "photo_files": [p["id"] for p in kept["photos"]],
    }
