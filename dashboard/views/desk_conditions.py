"""Fields of the technical conditions: what each is called, ready-made works and rows, and how a row of works is drawn.

Texts that go into the paper are Russian; labels of fields go through gettext."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboard.views.desk_list import Row
from documents.wording import NBSP, figure, money
from infra.wording import N_, _
from models.connection.papers import UNITS
from models.payment.tables import FeeRate

LABELS: dict[str, str] = {
    "source": N_("Feeding centre"),
    "feeder": N_("Feeder"),
    "substation": N_("Transformer substation"),
    "point": N_("Point of connection"),
    "more_points": N_("Further points of connection"),
    "distance_m": N_("Distance to the plot, m"),
    "grid_works": N_("Works of the grid company"),
    "own_works": N_("Works of the applicant"),
    "years": N_("Valid, years"),
}
OWN_WORKS = (
    "Ввод от щита учёта до дома",
    "Вводно-распределительное устройство с вводным автоматом",
    "Заземляющее устройство",
    "Устройство защитного отключения на вводе",
    "Место для щита учёта на границе участка",
)
METERING = (
    ("Тип", "трёхфазный, прямого включения"),
    ("Тип", "однофазный, прямого включения"),
    ("Класс точности", "не ниже 1,0"),
    ("Место", "щит учёта на границе участка"),
    ("Передача данных", "интеллектуальная система учёта сетевой организации"),
)
PROTECTION = "Качество электроэнергии в точке присоединения — по ГОСТ 32144-2013"
_LINE = ("C2", "C3", "C4", "C5", "C6", "C7")


def works_rates(rates: Sequence[FeeRate]) -> dict[str, FeeRate]:
    """Rates that pay for works, by code."""
    return {r.code: r for r in sorted(rates, key=lambda r: r.code) if r.code.startswith(_LINE)}


def meter_rates(rates: Sequence[FeeRate]) -> dict[str, FeeRate]:
    return {r.code: r for r in sorted(rates, key=lambda r: r.code) if r.code.startswith("C8")}


def rate_words(rate: FeeRate) -> str:
    unit = UNITS.get(rate.unit, rate.unit)
    return f"{rate.code} · {rate.title} · {money(rate.amount)} / {unit}"


def grid_work(key: str, row: Row, rates: dict[str, FeeRate]) -> Row:
    """{what, volume, rate, quantity}: what the paper says, and what the fee counts."""
    codes = ["", *rates]
    stored = str(row.get("rate") or "")
    code = st.selectbox(
        _("Rate"),
        codes,
        index=codes.index(stored) if stored in codes else 0,
        format_func=lambda c: rate_words(rates[c]) if c else _("without a rate"),
        key=f"{key}-rate",
    )
    what = st.text_input(
        _("What is done"), str(row.get("what") or ""), key=f"{key}-what", placeholder="Строительство ВЛИ-0,4 кВ"
    )
    left, right = st.columns(2)
    unit = UNITS.get(rates[code].unit, rates[code].unit) if code else ""
    amount = left.number_input(
        _("Quantity, %(unit)s") % {"unit": unit} if unit else _("Quantity"),
        0.0,
        10_000.0,
        _number(row.get("quantity")),
        0.001,
        format="%.3f",
        key=f"{key}-quantity",
        disabled=not code,
    )
    volume = right.text_input(
        _("Volume for the paper"),
        str(row.get("volume") or ""),
        key=f"{key}-volume",
        placeholder=_volume(code, amount, rates),
    )
    return {
        "what": what,
        "volume": volume or _volume(code, amount, rates),
        "rate": code or "",
        "quantity": _plain(amount) if code else "",
    }


def _number(value: Any) -> float:
    try:
        return float(value or 0)
    except ValueError:
        return 0.0


def _plain(value: float) -> str:
    return format(Decimal(str(round(value, 3))).normalize(), "f")


def _volume(code: str, amount: float, rates: dict[str, FeeRate]) -> str:
    """'12 м': kilometres are written in metres."""
    if not code or not amount:
        return ""
    unit = rates[code].unit
    return (
        f"{round(amount * 1000)}{NBSP}м" if unit == "km" else f"{figure(_plain(amount))}{NBSP}{UNITS.get(unit, unit)}"
    )


def own_work(key: str, row: Row) -> Row:
    left, right = st.columns([2.2, 1])
    return {
        "what": left.text_input(_("What is done"), str(row.get("what") or ""), key=f"{key}-what"),
        "volume": right.text_input(_("Volume"), str(row.get("volume") or ""), key=f"{key}-volume"),
    }


def point_row(key: str, row: Row) -> Row:
    """{point, kw}: a further point of connection and its part of the power."""
    left, right = st.columns([2.2, 1])
    point = left.text_input(_("Point of connection"), str(row.get("point") or ""), key=f"{key}-point")
    kw = right.number_input(
        _("Power, kW"), 0.0, 1_000_000.0, _number(row.get("kw")), 0.1, format="%.3f", key=f"{key}-kw"
    )
    return {"point": point, "kw": _plain(kw)}


def metering_row(key: str, row: Row) -> Row:
    left, right = st.columns([1, 1.6])
    return {
        "name": left.text_input(_("Requirement"), str(row.get("name") or ""), key=f"{key}-name"),
        "value": right.text_input(_("Value"), str(row.get("value") or ""), key=f"{key}-value"),
    }
