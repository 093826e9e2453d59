"""Who approves the conditions besides the manager: the chain with every answer, and the form that writes an answer down."""

from collections.abc import Sequence

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_case import Sight
from dashboard.views.desk_form import Form
from dashboard.views.desk_parts import moment
from infra.wording import N_, _
from models.connection import actions
from models.connection.tables import Approval, ApprovalState, Conditions, ConditionsState, Party

PARTIES: dict[str, str] = {
    Party.SYSTEM_OPERATOR: N_("System Operator"),
    Party.ADJACENT_GRID: N_("Adjacent grid company"),
}
STATES: dict[str, tuple[str, str]] = {
    ApprovalState.ASKED: ("work", N_("asked, no answer yet")),
    ApprovalState.AGREED: ("done", N_("agreed")),
    ApprovalState.REFUSED: ("late", N_("refused")),
}
VERSIONS: dict[str, tuple[str, str]] = {
    ConditionsState.DRAFT: ("next", N_("being prepared")),
    ConditionsState.SUBMITTED: ("work", N_("waits for the manager")),
    ConditionsState.APPROVED: ("done", N_("approved")),
    ConditionsState.RETURNED: ("late", N_("returned to the engineer")),
}


def asked(seen: Sight) -> Sequence[Approval]:
    """Parties that are asked about the newest conditions."""
    return [a for a in seen.approvals if seen.conditions and a.conditions_version == seen.conditions.version]


def chain(seen: Sight) -> str:
    """Engineer, parties, manager in their order, as HTML; nothing before the conditions exist."""
    row = seen.conditions
    if row is None:
        return ""
    fields = [parts.Field(_("Prepared by"), seen.name(row.author_id), there=row.author_id is not None)]
    for a in asked(seen):
        chip, word = STATES[a.state]
        told = f"<small>{parts.esc(a.remark)}</small>" if a.remark else ""
        when = moment(a.answered_at or a.asked_at, seen.card.zone)
        fields.append(
            parts.Field(
                _(PARTIES[a.party]), value_html=f"{parts.chip(chip, _(word))}<small>{parts.esc(when)}</small>{told}"
            )
        )
    fields.append(parts.Field(_("Manager"), value_html=_of_manager(seen, row)))
    return parts.card(_("Approval chain"), parts.listing(fields))


def _of_manager(seen: Sight, row: Conditions) -> str:
    chip, word = VERSIONS[row.state]
    who = seen.name(row.approver_id) if row.approver_id else ""
    when = moment(row.approved_at, seen.card.zone)
    told = " · ".join(filter(None, [who, when, row.remark if row.state == ConditionsState.RETURNED else ""]))
    return parts.chip(chip, _(word)) + (f"<small>{parts.esc(told)}</small>" if told else "")


def form(seen: Sight) -> None:
    """The answer of one party: agreed, or refused with what it says."""
    waiting = [a.party for a in asked(seen) if a.state == ApprovalState.ASKED]
    told = Form("answer")
    parts.show(
        parts.p(
            _("While a party is asked the clock of the draft contract stands still; it runs on with the last answer.")
        )
    )
    party = st.selectbox(_("Who answered"), waiting, format_func=lambda p: _(PARTIES[p]), key=told.field("party"))
    told.beside("party")
    said = {True: _("Agreed"), False: _("Refused")}
    agreed = st.radio(_("Answer"), list(said), format_func=lambda a: said[a], horizontal=True, key=told.field("agreed"))
    remark = st.text_area(
        _("Number and day of the letter; for a refusal its reason"), key=told.field("remark"), height=90, max_chars=2000
    )
    told.beside("remark")
    if st.button(_("Write the answer down"), type="primary", key="do-record_answer"):
        with told.sending():
            with session.acting() as (db, actor, now):
                actions.record_answer(db, seen.id, actor, party or "", bool(agreed), remark or "", now)
            parts.done(_("The answer is written down"))
