"""Versions of technical conditions: who wrote which and what became of it, and what differs from the one before."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import parts
from dashboard.views.desk_answers import VERSIONS
from dashboard.views.desk_case import Sight
from dashboard.views.desk_conditions import LABELS
from dashboard.views.desk_parts import moment
from infra.wording import N_, _
from models.connection.tables import Conditions

MORE: dict[str, str] = {
    "centre_id": N_("Feeding centre of the register"),
    "town": N_("In a town or a settlement of urban type"),
    "land_relations": N_("Land or forest relations are to be settled"),
    "investment_works": N_("Works of the investment programme are needed"),
    "adjacent": N_("Works of an adjacent grid company are needed"),
    "meter_rate": N_("Metering point"),
    "metering": N_("Demands on metering"),
    "breaker_a": N_("Input breaker, A"),
    "protection": N_("Protection and quality, one demand a line"),
    "note": N_("Special demands"),
    "meter": N_("The meter that stands"),
}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(field, was, is) of everything that differs; lists are told line by line."""
    names = {**LABELS, **MORE}
    found = []
    for name, label in names.items():
        was, now = _written(before.get(name)), _written(after.get(name))
        if was != now:
            found.append((_(label), was, now))
    return found


def _written(value: Any) -> str:
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return ", ".join(str(v) for v in value.values() if v not in (None, ""))
    return "; ".join(_written(v) for v in value) if isinstance(value, list) else str(value)


def block(seen: Sight) -> None:
    """Nothing while there is one version; then all of them, the newest difference open."""
    if len(seen.versions) < 2:
        return
    columns = [parts.Column(_("Field"), "key"), parts.Column(_("Was")), parts.Column(_("Is"))]
    title = _("Versions of the conditions: %(count)s") % {"count": len(seen.versions)}
    with st.expander(title, expanded=True):
        for before, after in reversed(list(zip(seen.versions, seen.versions[1:], strict=False))):
            rows = [
                (str(n), [parts.esc(x) for x in line])
                for n, line in enumerate(differences(before.values, after.values))
            ]
            body = parts.still(parts.table(columns, rows, title)) if rows else parts.p(_("No differences."), sub=True)
            parts.show(f"<h3>{parts.esc(_line(seen, after))}</h3>", body)
        parts.show(parts.p(_line(seen, seen.versions[0]), sub=True))


def _line(seen: Sight, row: Conditions) -> str:
    state = _(VERSIONS[row.state][1])
    said = [_("Version %(number)s") % {"number": row.version}, state, seen.name(row.author_id), moment(row.saved_at, seen.card.zone), row.remark]  # fmt: skip
    return " · ".join(filter(None, said))
