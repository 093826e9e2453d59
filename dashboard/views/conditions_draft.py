"""The draft behind the editor of conditions: saved as it goes, and never over a newer one of somebody else or of another
window. What is typed stays in its fields until the person has chosen which of the two goes on."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import parts, session
from dashboard.views.conditions_checks import PLAIN
from dashboard.views.conditions_versions import differences
from dashboard.views.desk_case import Sight
from dashboard.views.desk_parts import moment
from infra.wording import _
from models.connection import actions
from models.connection.tables import Conditions, ConditionsState
from models.process.errors import Stale

Mark = tuple[int, datetime | None]


def mark_of(row: Conditions | None) -> Mark:
    return (row.version, row.saved_at) if row is not None else (0, None)


def known(case_id: int) -> list[Mark]:
    """The draft that this window read or wrote last; empty before the first look. The list itself is kept: whoever writes
    the draft notes it here in the same breath."""
    found: list[Mark] = st.session_state.setdefault(f"tu-known-{case_id}", [])
    return found


def look(seen: Sight) -> bool:
    """Whether somebody else has saved since. To be asked before anything is saved."""
    held = known(seen.id)
    if not held:
        held[:] = [mark_of(seen.conditions)]
    return held != [mark_of(seen.conditions)]


def ask(seen: Sight, values: Mapping[str, Any], take: Callable[[], None]) -> None:
    """Who saved and when, what differs, the two ways on. `take` throws away what is typed here (`values`)."""
    row = seen.conditions
    facts = {
        "name": seen.name(row.author_id) if row else "",
        "time": moment(row.saved_at, seen.card.zone) if row else "",
    }
    parts.error_box(
        _("Another window has saved these conditions: %(name)s, %(time)s") % facts,
        note=_("What you type here is not saved until you choose."),
    )
    columns = [parts.Column(_("Field"), "key"), parts.Column(_("Typed here")), parts.Column(_("Saved"))]
    found = differences(values, row.values if row else {})
    rows = [(str(n), [parts.esc(word) for word in line]) for n, line in enumerate(found)]
    if rows:
        parts.show(parts.still(parts.table(columns, rows, _("What differs"))))
    with st.container(horizontal=True):
        if st.button(_("Take the saved draft"), type="primary", key="take-saved"):
            take()
            known(seen.id)[:] = [mark_of(row)]
            st.rerun()
        if st.button(_("Keep what stands here"), key="keep-mine"):
            known(seen.id)[:] = [mark_of(row)]
            st.rerun()


def keep(seen: Sight, values: dict[str, Any]) -> Conditions:
    """Write the draft, if it is still the one that this window has seen; a newer one is told in the next run."""
    held = known(seen.id)
    try:
        with session.acting() as (db, actor, now):
            row = actions.save_conditions(db, seen.id, actor, values, now, held[0][1])
    except Stale:
        st.rerun()
    held[:] = [mark_of(row)]
    return row


def save(seen: Sight, values: dict[str, Any]) -> str:
    """Only when something differs. Gives the time of the last saving."""
    stored = seen.conditions
    if stored is not None and stored.values == values and stored.state != ConditionsState.APPROVED:
        return moment(stored.saved_at)
    if stored is None and not any(values.get(n) for n in (*PLAIN, "distance_m", "grid_works", "own_works")):
        return ""
    return moment(keep(seen, values).saved_at)
