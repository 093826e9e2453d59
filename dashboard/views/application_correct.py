"""Contacts and the object's description corrected after sending, until the conditions go to approval; every version is kept
and shown (D-16)."""

import streamlit as st

from dashboard import parts, session
from dashboard.faults import sentence_of
from dashboard.views.application_sight import Sight
from dashboard.views.desk_parts import moment
from dashboard.views.filing_fields import dress, faulty
from infra.wording import N_, _
from models.connection import actions
from models.connection.actions.applicant import CORRECTED_AT
from models.connection.form import PERSON_FIELDS
from models.people.represent_tables import Act
from models.process.errors import Invalid
from models.process.tables import History

LABELS = {
    "phone": N_("Mobile phone"),
    "email": N_("E-mail"),
    "postal": N_("Postal address"),
    "object_name": N_("Object name"),
    "object_address": N_("Object address"),
    "devices": N_("What will be switched on"),
    "commissioning": N_("When you need the power"),
    "supplier": N_("Electricity supplier"),
}


def card(seen: Sight) -> None:
    fault = st.session_state.get(f"correct-fault-{seen.id}")
    if seen.case.stage in CORRECTED_AT and seen.may(Act.FILE):
        with st.expander(_("Correct contacts and the description"), expanded=bool(fault), key=f"correcting-{seen.id}"):
            dress()
            parts.show(
                parts.p(
                    _(
                        "You can correct these yourself until the conditions go to approval. Power is changed by a new application."
                    ),
                    sub=True,
                )
            )
            typed = {name: _field(seen, name, fault) for name in LABELS}
            if st.button(_("Save the corrections"), key="correct"):
                _save(seen, typed)
    if seen.corrections:
        count = len(seen.corrections)
        with st.expander(_("Versions of your data: %(count)s") % {"count": count + 1}, key="corrections"):
            parts.show(*(_version(seen, n, row) for n, row in reversed(list(enumerate(seen.corrections, start=2)))))
            parts.show(
                parts.p(
                    _("Version 1 is the application as you sent it: its paper stands among the documents."), sub=True
                )
            )


def _version(seen: Sight, number: int, row: History) -> str:
    """What was and what is, with the time and who."""
    facts = {"number": number, "at": moment(row.at, seen.card.zone), "who": row.actor_name}
    title = _("Version %(number)s, %(at)s, %(who)s") % facts
    columns = [parts.Column(_("Field")), parts.Column(_("Was")), parts.Column(_("Is now"))]
    rows = [
        (name, [parts.esc(_(LABELS.get(name, name))), parts.esc(was or "—"), parts.esc(now)])
        for name, (was, now) in row.changes.items()
    ]
    return f"<h3>{parts.esc(title)}</h3>" + parts.still(parts.table(columns, rows, title))


def _field(seen: Sight, name: str, fault: tuple[str, str] | None) -> str:
    case = seen.case
    before = str(case.person.get(name, "") if name in PERSON_FIELDS else getattr(case, name))
    typed = st.text_input(_(LABELS[name]), before, key=f"correct-{seen.id}-{name}", max_chars=300)
    if fault and fault[0] == name:
        parts.show(faulty(fault[1]))
    return typed or ""


def _save(seen: Sight, typed: dict[str, str]) -> None:
    before = seen.case.version
    key = f"correct-fault-{seen.id}"
    try:
        with session.acting() as (db, actor, now):
            after = actions.correct(db, seen.id, actor, typed, now).version
    except Invalid as fault:
        st.session_state[key] = (fault.field, sentence_of(fault))
        st.rerun()
    st.session_state.pop(key, None)
    parts.done(_("The corrections are saved") if after != before else _("Nothing was changed"))
