"""Rostekhnadzor: the number and the day of the notice or of the permission, and its scan (п. 18 of the Rules)."""

import streamlit as st

from dashboard import parts, session
from dashboard.faults import sentence_of
from dashboard.views.application_sight import Sight
from dashboard.views.cabinet_words import file_note
from dashboard.views.filing_fields import faulty
from dashboard.views.filing_papers import uploader
from documents.wording import day
from infra.wording import N_, _
from models.connection import actions
from models.connection.rules import rtn_kind
from models.process.errors import Invalid, ManyInvalid

KINDS = {"notice": N_("notice to Rostekhnadzor"), "permission": N_("permission of Rostekhnadzor")}


def body(seen: Sight) -> None:
    """Fields and a button; faults stand beside the fields, what was typed stays."""
    faults: dict[str, str] = st.session_state.get(f"rtn-faults-{seen.id}", {})
    names = list(KINDS)
    kind = st.radio(
        _("Which paper"), names, index=names.index(rtn_kind(seen.case)), key=f"rtn-kind-{seen.id}",
        format_func=lambda k: _(KINDS[k]), horizontal=True,
    )  # fmt: skip
    number = _field(faults, "number", _("Number of the paper"), f"rtn-number-{seen.id}", "")
    on = _field(faults, "on", _("Day of the paper"), f"rtn-on-{seen.id}", day(seen.card.today))
    mine = [f for f in seen.files if f.kind == "rtn"]
    if mine:
        parts.show(parts.documents((f.name, f"/attachments/{f.id}", file_note(f.media_type, f.size)) for f in mine))
    uploader(seen.id, "rtn", _("Attach its copy, if there is one"))
    if st.button(_("Send the number and the day"), type="primary", key="record_rtn"):
        _save(seen, kind or names[0], number, on)


def _field(faults: dict[str, str], name: str, label: str, key: str, value: str) -> str:
    typed = st.text_input(label, value, key=key, max_chars=60)
    if name in faults:
        parts.show(faulty(faults[name]))
    return typed or ""


def _save(seen: Sight, kind: str, number: str, typed: str) -> None:
    from dashboard.views.filing_words import as_day

    found: dict[str, str] = {}
    on = as_day(typed)
    try:
        if on is None:
            raise Invalid("on", "Write the date as day, month, year, for example 14.03.2012")
        with session.acting() as (db, actor, now):
            actions.record_rtn(db, seen.id, actor, kind, number, on, now)
    except ManyInvalid as many:
        found = {f.field: sentence_of(f) for f in many.errors}
    except Invalid as fault:
        found = {fault.field: sentence_of(fault)}
    st.session_state[f"rtn-faults-{seen.id}"] = found
    if found:
        st.rerun()
    parts.done(_("Written down. Nothing more is needed from you here."))
