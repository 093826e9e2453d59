"""Who may what, as a table; what takes two people; roles that wait for a second one. Parts of the staff page."""

from collections.abc import Sequence

import streamlit as st

from dashboard import parts, session
from infra.wording import N_, _
from models.people import staff
from models.people.access import FOUR_EYES, MATRIX, RIGHTS, SUBJECTS
from models.people.access_tables import StaffChange
from models.people.tables import Audit, User
from models.process.actor import ROLE_NAMES, Role

DONE = {
    "hired": N_("Added"),
    "blocked": N_("Blocked"),
    "unblocked": N_("Unblocked"),
    "transferred": N_("Moved to another branch"),
    "role_asked": N_("A role was asked for"),
    "role_agreed": N_("A second person agreed"),
    "role_refused": N_("A second person refused"),
    "role_changed": N_("The role was changed"),
    "factor_reset": N_("The second factor was reset"),
}


def done_words(row: Audit) -> str:
    reason = row.facts.get("reason") or row.facts.get("document") or ""
    return ". ".join(filter(None, (_(DONE.get(row.tag.rpartition(":")[2], row.tag)), str(reason))))


def waiting(who: session.Who, asked: Sequence[tuple[StaffChange, User]]) -> None:
    for row, user in asked:
        with st.container(key=f"turn-change-{row.id}"):
            told = _("%(name)s is to become: %(role)s") % {"name": user.name, "role": _(ROLE_NAMES[Role(row.role)])}
            parts.show(parts.h2(told), parts.p(row.reason, sub=True))
            if who.id in (row.asked_by, row.user_id):
                parts.show(parts.p(_("A second person decides: neither who asked nor whose role it is"), sub=True))
                continue
            with st.container(horizontal=True):
                if st.button(_("Agree"), type="primary", key=f"agree-{row.id}"):
                    _decide(row.id or 0, agreed=True)
                if st.button(_("Refuse"), key=f"refuse-{row.id}"):
                    _decide(row.id or 0, agreed=False)


def _decide(change_id: int, *, agreed: bool) -> None:
    with session.acting() as (db, actor, now):
        staff.decide(db, change_id, agreed, actor, now)
    parts.done(_("The role is given") if agreed else _("The role is refused"))


def matrix() -> None:
    """The table of rights as it is checked, and what nobody does alone."""
    with st.expander(_("Who may what")):
        roles = list(MATRIX[next(iter(MATRIX))])
        columns = [parts.Column(_("Subject")), *(parts.Column(_(ROLE_NAMES[role])) for role in roles)]
        rows = [
            (str(subject), [parts.esc(_(SUBJECTS[subject])),
                            *(parts.esc(", ".join(_(RIGHTS[x]) for x in RIGHTS if x in row[role]) or "—") for role in roles)])
            for subject, row in MATRIX.items()
        ]  # fmt: skip
        parts.show(parts.still(parts.table(columns, rows, _("Who may what"))))
        parts.show(parts.h2(_("What takes two people")))
        parts.show(parts.listing([parts.Field(_(text), _("kept by the program")) for text, held in FOUR_EYES if held]))
