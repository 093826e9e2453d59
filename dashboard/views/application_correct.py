"""Contacts and the object's description corrected after sending, while the application is checked (D-16)."""

import streamlit as st

from dashboard import parts, session
from dashboard.faults import sentence_of
from dashboard.views.application_sight import Sight
from dashboard.views.filing_fields import dress, faulty
from infra.wording import N_, _
from models.connection import actions
from models.connection.form import PERSON_FIELDS
from models.connection.tables import Stage
from models.process.errors import Invalid

LABELS = {
    "phone": N_("Mobile phone"),
    "email": N_("E-mail"),
    "postal": N_("Postal address"),
    "object_name": N_("Object name"),
    "devices": N_("What will be switched on"),
    "commissioning": N_("When you need the power"),
}


def card(seen: Sight) -> None:
    if seen.case.stage not in (Stage.CHECKING, Stage.AWAITING_INFO):
        return
    fault = st.session_state.get(f"correct-fault-{seen.id}")
    with st.expander(_("Correct contacts and the description"), expanded=bool(fault), key=f"correcting-{seen.id}"):
        dress()
        parts.show(
            parts.p(
                _("While we check, you can correct these yourself. Power and address are changed by a message to us."),
                sub=True,
            )
        )
        typed = {name: _field(seen, name, fault) for name in LABELS}
        if st.button(_("Save the corrections"), key="correct"):
            _save(seen, typed)


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
