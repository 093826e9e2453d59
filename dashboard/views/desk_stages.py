"""Queues of design and putting into operation on the desk's form: power, quarters, reliability of each."""

from typing import Any

import streamlit as st

from dashboard.views import desk_list
from dashboard.views.desk_form import Form
from dashboard.views.filing_words import quarters
from infra import clock
from infra.wording import _


def rows(form: Form) -> list[dict[str, str]]:
    """Power by quarters, where it comes in parts."""
    with st.container(key="card-paper-stages"):
        found = desk_list.edit(
            "paper-stages",
            _("Power by stages"),
            [],
            _stage,
            blank={"kw": "", "quarter": "", "design": "", "reliability": "III"},
        )
        form.beside("power_stages")
    return [r for r in found if r["kw"] or r["quarter"]]


def _stage(key: str, row: dict[str, Any]) -> dict[str, Any]:
    left, right = st.columns(2)
    options = list(quarters(clock.today()))
    at = options.index(row["quarter"]) if row["quarter"] in options else None
    kw = left.text_input(_("Power of the stage, kW"), row["kw"], key=f"{key}-kw", max_chars=10)
    quarter = right.selectbox(_("Quarter"), options, at, key=f"{key}-quarter", placeholder=_("Choose"))
    done = options.index(row["design"]) if row.get("design") in options else None
    design = left.selectbox(_("Design ready"), options, done, key=f"{key}-design", placeholder=_("Choose"))
    category = right.selectbox(_("Reliability category"), ["III", "II", "I"], key=f"{key}-category")
    return {
        "kw": (kw or "").strip(),
        "quarter": quarter or "",
        "design": design or "",
        "reliability": category or "III",
    }
