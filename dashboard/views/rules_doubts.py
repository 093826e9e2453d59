"""What is doubtful for a lawyer, in one table under the rules: with its basis and why. Shows, changes nothing."""

from typing import Any

import streamlit as st

from dashboard import parts, session
from infra import clock
from infra.wording import N_, _
from models.connection.doubts import Doubt, doubts
from models.rulebook.tables import Kind

_KINDS = {"PAY": N_("schedule of payments"), "%": N_("key rate")}


def show(who: session.Who, kind: Kind) -> None:
    """Under the deadlines only."""
    if kind is not Kind.TERM:
        return
    with session.reading(who) as db:
        found = doubts(db, clock.today())
    with st.expander(_("For a lawyer: %(count)s places to look up") % {"count": len(found)}, key="doubts"):
        parts.show(parts.p(_("Before the program serves real applicants a lawyer compares these rows with the acts. A row that was compared is marked in its next edition."), sub=True))  # fmt: skip
        columns = [parts.Column(_("Rule"), "nw"), parts.Column(_("What"), "key"), parts.Column(_("Basis"), "wide"),
                   parts.Column(_("What is doubtful"), "wide")]  # fmt: skip
        parts.show(parts.still(parts.table(columns, [(str(n), _line(d)) for n, d in enumerate(found)], _("Doubtful for a lawyer"))))  # fmt: skip


def _line(d: Doubt) -> list[str]:
    kind = next((_(word) for mark, word in _KINDS.items() if mark in d.code), "")
    return [parts.esc(d.code or "—"), parts.esc(d.what or kind), parts.esc(d.basis), parts.esc(_(d.why))]


def contested(row: Any) -> str:
    """Under the basis of a rule: what sources say otherwise."""
    told = getattr(row, "contested", "")
    return f"<small>{parts.esc(_('Contested: %(why)s') % {'why': told})}</small>" if told else ""
