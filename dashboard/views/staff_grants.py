"""Rights that customers gave to each other, as the administrator sees them: who reads whose cases, until when, on what paper;
taken away with a reason. A part of the staff page."""

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_parts import local_day
from infra import clock
from infra.wording import _
from models.people import access, grants
from models.people.access import Right, Subject


def show(who: session.Who) -> None:
    with session.reading(who, wide=True) as db:
        found = grants.living(db, clock.now())
    with st.expander(_("Rights that customers gave to others: %(count)s") % {"count": len(found)}):
        if not found:
            return parts.show(parts.p(_("Nobody has let another person read his cases."), sub=True))
        columns = [parts.Column(_("Who gave")), parts.Column(_("Who reads")), parts.Column(_("What")),
                   parts.Column(_("Paper")), parts.Column(_("Until"), "nw")]  # fmt: skip
        rows = [
            (str(row.id), [parts.esc(giver), parts.esc(reader),
                           parts.esc(_("one application") if row.application_id else _("all applications")),
                           parts.esc(row.ground), parts.esc(local_day(row.until))])
            for row, giver, reader in found
        ]  # fmt: skip
        parts.show(parts.still(parts.table(columns, rows, _("Rights that customers gave to others"))))
        if access.may(who.actor.role, Subject.STAFF, Right.CHANGE):
            names = {row.id or 0: f"{giver} → {reader}" for row, giver, reader in found}
            _take_away(names)
    return None


def _take_away(names: dict[int, str]) -> None:
    with st.form("grant-end", border=False):
        chosen = st.selectbox(_("Whose right"), list(names), format_func=lambda g: names[g], key="grant-which")
        reason = st.text_input(_("Reason"), key="grant-reason")
        if st.form_submit_button(_("Take the right away"), key="grant-end-send"):
            with session.acting() as (db, actor, now):
                grants.take_away(db, chosen or 0, reason, actor, now)
            parts.done(_("The right is taken away"))
