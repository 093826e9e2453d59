"""Power by stages: how many kW from which quarter. Asked from 150 kW on; saved as it is typed, like every field."""

from typing import Any

import streamlit as st

from dashboard import parts
from dashboard.views.filing_draft import Sheet, save
from dashboard.views.filing_fields import anchor, faulty
from dashboard.views.filing_object import LARGE, whole_kw
from dashboard.views.filing_options import quarters
from infra.wording import _

MOST = 6  # stages


def body(sheet: Sheet, tried: bool) -> None:
    rows: list[dict[str, Any]] = [dict(r) for r in sheet.case.draft.get("power_stages") or []]
    if whole_kw(sheet.case.draft) < LARGE and not rows:
        return
    with st.container(key="card-stages"):
        parts.show(
            parts.h2(_("Power by stages")),
            parts.p(_("If the power is needed bit by bit. Leave it empty if all is needed at once."), sub=True),
        )
        count = int(st.session_state.setdefault(f"stages-{sheet.id}", len(rows)))
        typed = [_row(sheet, n, rows[n] if n < len(rows) else {}) for n in range(count)]
        fault = sheet.faults.get("power_stages", "")
        if fault and (tried or rows):
            anchor("power_stages")
            parts.show(faulty(fault))
        _buttons(sheet, count)
    if typed != rows:
        save(sheet.id, {"power_stages": typed})
        st.rerun()


def _row(sheet: Sheet, number: int, before: dict[str, Any]) -> dict[str, str]:
    left, right = st.columns(2, gap="medium")
    label = {"number": number + 1}
    with left:
        kw = st.text_input(
            _("Stage %(number)s: power, kW") % label, str(before.get("kw", "")), max_chars=10,
            key=f"stage-kw-{sheet.id}-{number}",
        )  # fmt: skip
    with right:
        names = list(quarters(sheet.today, 24))
        kept = before.get("quarter")
        quarter = st.selectbox(
            _("Stage %(number)s: from which quarter") % label, names, index=names.index(kept) if kept in names else None,
            key=f"stage-quarter-{sheet.id}-{number}", placeholder=_("Choose"),
        )  # fmt: skip
    with left:
        kept = before.get("design")
        design = st.selectbox(
            _("Stage %(number)s: its design is ready") % label, names, index=names.index(kept) if kept in names else None,
            key=f"stage-design-{sheet.id}-{number}", placeholder=_("Choose"),
        )  # fmt: skip
    with right:
        options = ["III", "II", "I"]
        kept = before.get("reliability") or "III"
        category = st.selectbox(
            _("Stage %(number)s: reliability category") % label, options, index=options.index(kept) if kept in options else 0,
            key=f"stage-category-{sheet.id}-{number}",
        )  # fmt: skip
    category = "" if category == "III" else category
    found = {"kw": (kw or "").strip(), "quarter": quarter or "", "design": design or "", "reliability": category or ""}
    return {name: value for name, value in found.items() if value or name in ("kw", "quarter")}


def _buttons(sheet: Sheet, count: int) -> None:
    with st.container(horizontal=True):
        if count < MOST and st.button(_("Add a stage"), key="stage-more"):
            st.session_state[f"stages-{sheet.id}"] = count + 1
            st.rerun()
        if count and st.button(_("Take the last stage off"), key="stage-less", type="tertiary"):
            st.session_state[f"stages-{sheet.id}"] = count - 1
            st.rerun()
