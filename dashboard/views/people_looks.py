"""Who opened whose personal data: the audit of looks, over all applications."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_parts import moment
from infra.wording import N_, _
from models.connection import statistics
from models.process.actor import Role

ENTRY = menu.Entry(
    "people_looks", N_("Who looked"), order=70, roles=frozenset({Role.MANAGER, Role.ADMIN, Role.AUDITOR})
)


def page() -> None:
    who = session.current()
    parts.show(
        parts.head(
            _("Who looked"),
            _("Every opening of passport, СНИЛС or phone leaves a line. Lines cannot be changed or removed."),
        )
    )
    words = st.text_input(
        _("Find"), placeholder=_("Name of the reader or number of the application"), key="looks-find", width=420
    )
    with session.reading(who) as db:
        found = statistics.looks(db, words)
    if not found:
        return parts.show(
            parts.empty(_("No looks"), _("Nobody has opened personal data, or the search is too narrow."))
        )
    columns = [
        parts.Column(_("Who")),
        parts.Column(_("When"), "nw"),
        parts.Column(_("Application"), "nw"),
        parts.Column(_("From where"), "nw"),
    ]
    rows = [
        (
            str(x.row.subject_id or 0),
            [parts.opener(x.row.user_name), parts.esc(moment(x.row.at)), parts.esc(x.number), parts.esc(x.row.address)],
        )
        for x in found
    ]
    opened = parts.rows(parts.table(columns, rows, _("Looks at personal data, the newest first")), key="looks")
    if opened and opened != "0":
        menu.go("case", id=opened)
    return None
