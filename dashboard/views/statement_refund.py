"""One return of money: who asked, on what ground, what the bank said, and what may be done now."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_parts import moment, to_case
from dashboard.views.statement_words import refund_word
from documents.wording import money
from infra.wording import _
from models.payment import queries, returns
from models.payment.ledger_tables import Refund, RefundState
from models.people import queries as people
from models.process.actor import Role
from models.process.errors import NotFound


def page(who: session.Who) -> None:
    menu.link("statements", _("Bank statements"))
    with session.reading(who) as db:
        row = db.get(Refund, menu.number("refund"))
        if row is None:
            raise NotFound
        number = queries.numbers(db, {row.application_id}).get(row.application_id, "")
        asked = people.user(db, row.ordered_by) if row.ordered_by else None
        agreed = people.user(db, row.approved_by) if row.approved_by else None
    parts.show(parts.head(_("Return of %(sum)s") % {"sum": money(row.amount)}, row.ground, refund_word(row.state)))
    to_case(row.application_id, number)
    way = _("to the card, through the bank") if row.order_id else _("by a payment order of the accountant")
    told = [
        (_("How"), way),
        (_("Asked"), f"{moment(row.ordered_at)} {asked.name if asked else ''}".strip()),
        (_("Agreed by"), agreed.name if agreed else ""),
        (_("To the account"), account_words(row)),
        (_("Answer of the bank"), row.error),
        (_("Payment order"), row.paper),
        (_("Finished"), moment(row.done_at)),
    ]
    parts.show(parts.facts([(a, b) for a, b in told if b]))
    if act := _ACTS.get(RefundState(row.state)):
        act(who, row)


def account_words(row: Refund) -> str:
    """'40817… в АО «Банк», БИК 044030653', as the applicant has named it."""
    told = row.account
    if not told.get("account"):
        return ""
    bank = f" в {told['name']}" if told.get("name") else ""
    return f"{told['account']}{bank}, БИК {told.get('bic', '')}"


def _proposed(who: session.Who, row: Refund) -> None:
    if who.user.role != Role.MANAGER or row.ordered_by == who.id:
        why = _("It opens to a manager who did not ask for the return himself")
        return parts.show(parts.closed_moves([(_("Agree to the return"), why)]))
    with st.container(key="card-refund"):
        reason = st.text_input(_("Why not, if you do not agree"), key="refund-reason")
        with st.container(horizontal=True):
            agree = st.button(_("Agree to the return"), type="primary", key="refund-agree")
            decline = st.button(_("Do not agree"), key="refund-decline")
        if agree or decline:
            with session.acting() as (db, actor, now):
                if agree:
                    returns.approve(db, row.id or 0, actor, now)
                else:
                    returns.decline(db, row.id or 0, actor, reason, now)
            parts.done(_("The return is on its way") if agree else _("The return was declined"))
    return None


def _transfer(who: session.Who, row: Refund) -> None:
    with st.container(key="card-refund"):
        parts.show(
            parts.p(_("Make a payment order in the bank's program, then write its number and day here."), sub=True)
        )
        paper = st.text_input(_("Payment order"), key="refund-paper", placeholder="№ 118 от 22.11.2026")
        if st.button(_("Note as returned"), type="primary", key="refund-sent"):
            with session.acting() as (db, actor, now):
                returns.transferred(db, row.id or 0, actor, paper, now)
            parts.done(_("Noted: the money was returned"))


def _refused(who: session.Who, row: Refund) -> None:
    if row.order_id is None:
        return
    if st.button(_("Try once more"), type="primary", key="refund-again"):
        with session.acting() as (db, actor, now):
            returns.again(db, row.id or 0, actor, now)
        parts.done(_("The bank is asked once more"))


_ACTS = {RefundState.PROPOSED: _proposed, RefundState.TRANSFER: _transfer, RefundState.REFUSED: _refused}
