"""A call or a visit becomes an appeal: the same fields, the same checks, the number is read out at once (R-95, R-96, D-22, D-24)."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from dashboard import parts, session
from dashboard.faults import sentence_of
from dashboard.views.appeal_words import beside, call_fields
from dashboard.views.filing_fields import dress
from infra import clock
from infra.wording import N_, _
from models.appeal import actions, queries, rules
from models.appeal.actions import Sent
from models.appeal.tables import CHANNEL_NAMES, Channel
from models.connection import queries as connection
from models.process.errors import Invalid, ManyInvalid

DOORS = [Channel.PHONE, Channel.OFFICE]
FIELDS = {"name": N_("Full name of the author"), "phone": N_("Phone"), "email": N_("E-mail")}
OURS = {"name": N_("Write the name of the author"), "text": N_("Write what was said")}


def form(who: session.Who) -> None:
    """In a window: the faults of the last click stand beside their fields."""
    dress()
    faults = _faults(who) if st.session_state.get("reg-sure") else {}
    with session.reading(who) as db:
        kinds = {k.code: k.title for k in queries.kinds(db)}
    st.radio(_("Came"), DOORS, format_func=lambda c: _(CHANNEL_NAMES[c]), horizontal=True, key="reg-channel")
    kind = st.selectbox(_("What about"), list(kinds), format_func=lambda k: kinds[k], key="reg-kind")
    if kind == rules.ABOUT_CASE:
        st.text_input(_("Number of the application"), max_chars=100, key="reg-number")
    beside(faults, "kind", "application")
    for name, label in FIELDS.items():
        st.text_input(_(label) + ("*" if name == "name" else ""), max_chars=200, key=f"reg-{name}")
        beside(faults, name)
    st.text_area(_("What was said") + "*", max_chars=rules.LONGEST, height=120, key="reg-text")
    beside(faults, "text")
    if st.checkbox(_("Promise a call"), key="reg-wants"):
        call_fields("reg-call")
    beside(faults, "call_on", "call_hours")
    if st.button(_("Register the appeal"), type="primary", key="reg-sure") and not faults:
        _register(_sent(who))


def _sent(who: session.Who) -> Sent:
    """What stands in the fields now."""
    state = st.session_state
    typed = {name: str(state.get(f"reg-{name}") or "") for name in (*FIELDS, "text")}
    kind = str(state.get("reg-kind") or "")
    call: tuple[date | None, str] | None = None
    if state.get("reg-wants"):
        call = (state.get("reg-call-on"), str(state.get("reg-call-hours") or ""))
    case_id = _case(who, str(state.get("reg-number") or "")) if kind == rules.ABOUT_CASE else None
    return Sent(kind, state.get("reg-channel") or Channel.PHONE, typed, case_id, call)


def _faults(who: session.Who) -> Mapping[str, str]:
    with session.reading(who) as db:
        _contact, found = actions.check(db, _sent(who), clock.now())
    return said(found)


def _case(who: session.Who, number: str) -> int | None:
    with session.reading(who) as db:
        found = connection.by_number(db, number.strip())
    return found.id if found else None


def _register(sent: Sent) -> None:
    try:
        with session.acting() as (db, actor, now):
            number = actions.register(db, actor, sent, now).number
    except ManyInvalid as many:
        beside(said(many.errors), *{f.field for f in many.errors})
        return
    parts.done(_("Number of the appeal: %(number)s. Tell it to the author") % {"number": number})


def said(found: list[Invalid]) -> dict[str, str]:
    """The first fault of each field, in the reader's language; here an operator writes, not the author himself."""
    return {f.field: _(OURS[f.field]) if f.field in OURS else sentence_of(f) for f in reversed(found)}
