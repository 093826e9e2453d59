"""Windows of the desk that carry data: the end of a contract with its ground and costs, the papers of the supplier."""

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_case import Sight
from dashboard.views.desk_form import Form
from documents.wording import money
from infra.wording import N_, _
from models.connection import actions
from models.connection.actions.ends import AGREED, DELAY
from models.payment import queries as payments
from models.people.tables import PersonKind

GROUNDS = {
    AGREED: N_("both sides agree"),
    DELAY: N_("twelve months of the applicant's delay (п. 16(5))"),
}
SUPPLY = {
    "account": N_("a personal account (individuals)"),
    "contract": N_("a contract of energy supply (business)"),
}


def terminate(seen: Sight) -> None:
    """Cannot be undone: what comes of it is said first, with the money that would go back."""
    form = Form("terminate")
    late = "CTR-12" in seen.known.lapsed
    with session.reading(session.current()) as db:
        told = payments.balance(db, seen.id)
    parts.show(parts.p(_("The contract ends for good, all terms stop. The applicant reads your reason.")))
    parts.show(parts.facts([(_("Has come"), money(told.paid)), (_("Returned"), money(told.returned))]))
    grounds = list(GROUNDS) if late else [AGREED]
    ground = st.radio(_("Ground"), grounds, grounds.index(DELAY) if late else 0, format_func=lambda g: _(GROUNDS[g]), key=form.field("ground"))  # fmt: skip
    form.beside("ground")
    costs = st.text_input(_("What the grid company has spent, roubles"), key=form.field("costs"), placeholder="12 400,00", width=320)  # fmt: skip
    form.beside("costs")
    parts.show(parts.p(_costs_words(seen, late), sub=True))
    reason = st.text_area(_("Reason"), key=form.field("reason"), height=100, max_chars=2000, help=_("The applicant will read it"))  # fmt: skip
    form.beside("reason")
    if st.button(_("Terminate the contract"), type="primary", key="do-terminate"):
        with form.sending():
            with session.acting() as (db, actor, now):
                actions.terminate(db, seen.id, actor, reason or "", now, ground=ground or "", costs=costs or "")
            parts.done(_("The contract has ended"))


def _costs_words(seen: Sight, late: bool) -> str:
    if late or seen.case.grid_works_done_at:
        return _("Empty: nothing is proposed for return until the costs are counted.")
    return _("Empty: nothing was spent, everything that came is proposed for return. A second person agrees to it.")


def supply(seen: Sight) -> None:
    """TP-05: the number of the contract or of the account, shown to the applicant. TP-05A: only that the acts are placed."""
    form = Form("supply")
    with session.reading(session.current()) as db:
        awaited = actions.awaits_number(db, seen.id)
    values: dict[str, object] = {}
    if awaited:
        kinds = list(SUPPLY)
        usual = 0 if seen.case.person.get("kind") == PersonKind.INDIVIDUAL else 1
        values["kind"] = st.radio(_("What the supplier has placed"), kinds, usual, format_func=lambda k: _(SUPPLY[k]), key=form.field("kind"))  # fmt: skip
        form.beside("kind")
        values["number"] = st.text_input(_("Its number"), key=form.field("number"), max_chars=80, width=320)
        form.beside("number")
        today = seen.card.today
        values["on"] = st.date_input(_("Its day"), today, max_value=today, format="DD.MM.YYYY", key=form.field("on"), width=220)  # fmt: skip
        form.beside("on")
        parts.show(parts.p(_("The supplier's term is fulfilled. The applicant sees the number on his card and in a letter."), sub=True))  # fmt: skip
    else:
        parts.show(parts.p(_("The supplier has placed the acts in its cabinet: its term is fulfilled.")))
    if st.button(_("The supplier has placed its papers"), type="primary", key="do-note_supply_contract"):
        with form.sending():
            with session.acting() as (db, actor, now):
                actions.note_supply(db, seen.id, actor, values, now)
            parts.done(_("Written down: the supplier has placed its papers"))
