"""Where the power comes from: a feeding centre of the register with its free power; on a reissue, the meter that stands."""

from datetime import date
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboard import parts, session
from dashboard.views import desk_conditions as words
from dashboard.views import desk_list
from dashboard.views.desk_case import Sight
from documents.wording import NBSP, figure
from infra.wording import N_, _
from models.connection.tables import Category
from models.network import queries as network
from models.network.queries import CentreSight

METER: dict[str, str] = {
    "meter_serial": N_("Number of the meter that stands"),
    "meter_model": N_("Model of the meter"),
    "meter_accuracy": N_("Accuracy class"),
    "meter_verified": N_("Verified, day"),
    "meter_place": N_("Where it stands"),
}


def centre(who: session.Who, seen: Sight, key: str, stored: dict[str, Any]) -> dict[str, Any]:
    """{centre_id}: chosen from the branch's own centres, the freest first. Its name goes into the field of the paper."""
    with session.reading(who) as db:
        mine = [
            c
            for c in network.centres(db, seen.case.branch_id)
            if not c.closed or str(c.id) == str(stored.get("centre_id"))
        ]
        held = network.standing(db, seen.id)
    found = {c.id: c for c in sorted(mine, key=lambda c: -c.free_kw)}
    kept = str(stored.get("centre_id") or "")
    chosen_before = int(kept) if kept.isdigit() and int(kept) in found else None
    if not found:
        parts.show(parts.p(_("The register has no feeding centre of this branch: power is not reserved."), sub=True))
        return {"centre_id": kept}
    options = list(found)
    chosen = st.selectbox(
        _("Feeding centre of the register"), options, options.index(chosen_before) if chosen_before else None,
        format_func=lambda i: f"{found[i].name} · {_('free')} {figure(found[i].free_kw)}{NBSP}кВт", placeholder=_("Choose"),
        key=f"{key}-centre", on_change=_name, args=(key, {i: c.name for i, c in found.items()}),
    )  # fmt: skip
    if chosen is not None:
        back = held.kw if held and held.centre_id == chosen else Decimal(0)
        parts.show(_enough(found[chosen], seen.case.power_kw, back))
    return {"centre_id": str(chosen) if chosen else ""}


def _name(key: str, names: dict[int, str]) -> None:
    """The paper says the name of the centre that was chosen; it may be changed after."""
    chosen = st.session_state.get(f"{key}-centre")
    if chosen in names:
        st.session_state[f"{key}-source"] = names[chosen]


def _enough(c: CentreSight, kw: Decimal, back: Decimal) -> str:
    free = c.free_kw + back
    told = _("needed %(kw)s kW, free %(free)s kW") % {"kw": figure(kw), "free": figure(free)}
    word = _("enough power") if free >= kw else _("not enough power")
    return f"<p>{parts.chip('done' if free >= kw else 'late', word)} <span class='f-sub'>{parts.esc(told)}</span></p>"


def further(seen: Sight, key: str, stored: dict[str, Any]) -> dict[str, Any]:
    """{more_points}: the points of connection beyond the first, when the application asks for several."""
    kept = stored.get("more_points") or []
    if seen.case.points == 1 and not kept:
        return {}
    asked = _("Further points of connection; the application asks for %(count)s in all") % {"count": seen.case.points}
    rows = desk_list.edit(f"{key}-points", asked, kept, words.point_row, blank={"point": "", "kw": ""})
    return {"more_points": rows}


def reissued(seen: Sight) -> bool:
    """The act that is issued again speaks of a meter: the engineer writes it down."""
    return seen.case.category == Category.REISSUE and seen.case.previous.get("kind") != "conditions"


def meter(seen: Sight, key: str, stored: dict[str, Any]) -> dict[str, Any]:
    """{meter}: what the reissued act says of it; nothing for other cases."""
    if not reissued(seen):
        return {}
    told: dict[str, Any] = dict(stored.get("meter") or {})
    with st.container(key="card-meter-of-old"):
        parts.show(parts.h2(_("The meter that stands")), parts.p(_("The act that is issued again names it."), sub=True))
        for name, label in METER.items():
            plain = name.removeprefix("meter_")
            if plain == "verified":
                told[plain] = _verified(seen, f"{key}-{name}", label, str(told.get(plain) or ""))
            else:
                told[plain] = (st.text_input(_(label), str(told.get(plain) or ""), key=f"{key}-{name}", max_chars=200) or "").strip()  # fmt: skip
    return {"meter": told}


def _verified(seen: Sight, key: str, label: str, kept: str) -> str:
    before = date.fromisoformat(kept) if kept else None
    found = st.date_input(_(label), before, max_value=seen.card.today, min_value=date(1990, 1, 1), format="DD.MM.YYYY", key=key)  # fmt: skip
    return found.isoformat() if isinstance(found, date) else ""
