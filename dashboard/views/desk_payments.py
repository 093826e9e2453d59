"""The invoice of a case, its parts, what has come and gone, the orders at the bank; billing asks for a return here."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import interest
from dashboard.views.desk_case import Sight
from dashboard.views.desk_parts import local_day, moment
from dashboard.views.statement_words import refund_word
from documents.wording import NBSP, day, figure, money
from infra.wording import N_, _
from models.payment import queries, returns
from models.payment.ledger_tables import Receipt
from models.payment.queries import Balance
from models.payment.tables import Instalment, OrderState
from models.process.actor import Role

ORDER_STATES: dict[str, tuple[str, str]] = {
    OrderState.NEW: ("next", N_("being registered at the bank")),
    OrderState.REGISTERED: ("work", N_("the bank waits for the payer")),
    OrderState.PAID: ("done", N_("paid")),
    OrderState.DECLINED: ("closed", N_("declined by the bank")),
    OrderState.EXPIRED: ("closed", N_("expired")),
}


def payments(seen: Sight) -> None:
    money_of(seen)
    if seen.invoice is None:
        return parts.show(
            parts.empty(_("No invoice yet"), _("It is issued when a second person approves the technical conditions."))
        )
    inv = seen.invoice
    parts.show(
        parts.facts(
            [
                (_("Invoice"), f"№ {inv.number}"),
                (_("Issued on"), day(inv.issued_on)),
                (_("Fee with VAT"), money(inv.total)),
                (_("VAT %(percent)s %%") % {"percent": figure(inv.vat_percent)}, money(inv.vat)),
            ]
        )
    )
    columns = [
        parts.Column(_("Part"), "nw"),
        parts.Column(_("State"), "nw key"),
        parts.Column(_("Sum"), "n"),
        parts.Column(_("Pay by")),
        parts.Column(_("Credited"), "nw"),
    ]
    rows = []
    for p in seen.card.payments:
        late = p.due_on and not p.credited_at and p.due_on < seen.card.today
        state = (
            parts.chip("done", _("paid"))
            if p.credited_at
            else parts.chip("late")
            if late
            else parts.chip("next", _("awaited"))
        )
        due = day(p.due_on) if p.due_on else p.due_words
        rows.append(
            (
                str(p.id),
                [
                    parts.esc(f"{p.seq} · {figure(p.percent)}{NBSP}%"),
                    state,
                    parts.esc(sum_words(p)),
                    parts.esc(due),
                    parts.esc(local_day(p.credited_at)),
                ],
            )
        )
    parts.show(parts.still(parts.table(columns, rows, _("Parts of the fee"))))
    interest.show(session.current(), inv.id)
    _orders(seen)
    return None


def sum_words(part: Instalment) -> str:
    """'45 437,33 ₽ и проценты 812,10 ₽; пришло 20 000,00 ₽'"""
    words = money(part.amount)
    if part.interest:
        words += " " + _("and interest %(sum)s") % {"sum": money(part.interest)}
    if part.credited_at is None and part.covered:
        words += "; " + _("%(sum)s have come") % {"sum": money(part.covered)}
    return words


def money_of(seen: Sight) -> None:
    """The balance, every receipt, every return, and the way to ask for one. Nothing where no money has been."""
    who = session.current()
    with session.reading(who) as db:
        told = queries.balance(db, seen.id)
        came, back = list(queries.receipts(db, seen.id)), list(queries.refunds(db, seen.id))
    if not came and not back and seen.invoice is None:
        return
    parts.show(parts.facts(balance_facts(told)))
    if told.overpaid:
        parts.show(parts.p(_("%(sum)s are more than is asked: they can be returned.") % {"sum": money(told.overpaid)}))
    if came:
        _receipts(came)
    for row in back:
        label = f"{money(row.amount)} · {row.ground}"
        parts.show(f"<p>{refund_word(row.state)} {parts.esc(label)} {parts.esc(row.error)}</p>")
        menu.link("statements", _("Open the return of %(sum)s") % {"sum": money(row.amount)}, refund=row.id)
    if told.returnable and who.user.role in (Role.BILLING, Role.MANAGER):
        _ask_return(seen, told)


def balance_facts(told: Balance) -> list[tuple[str, str]]:
    return [
        (_("Billed"), money(told.billed)),
        (_("Has come"), money(told.paid)),
        (_("Returned"), money(told.returned)),
        (_("Still to come"), money(told.due)),
        (_("Overpaid"), money(told.overpaid)),
    ]


def _receipts(came: list[Receipt]) -> None:
    columns = [
        parts.Column(_("How it came"), "nw"),
        parts.Column(_("Sum"), "n"),
        parts.Column(_("Paid"), "nw"),
        parts.Column(_("Credited"), "nw"),
    ]
    rows = [
        (
            str(r.id),
            [
                parts.esc(_("through the bank's page") if r.order_id else _("by a transfer")),
                parts.esc(money(r.amount)),
                parts.esc(local_day(r.paid_at)),
                parts.esc(local_day(r.credited_at)),
            ],
        )
        for r in came
    ]
    parts.show(parts.still(parts.table(columns, rows, _("Money that has come"))))


def _ask_return(seen: Sight, told: Balance) -> None:
    with st.expander(_("Return money: up to %(sum)s") % {"sum": money(told.returnable)}):
        typed = st.text_input(_("Sum, roubles"), key="return-sum", placeholder="14850,00")
        ground = st.text_input(
            _("Ground"), key="return-ground", placeholder=_("For example, the applicant's request of 22.11.2026")
        )
        if st.button(_("Ask for the return"), key="return-ask"):
            with session.acting() as (db, actor, now):
                returns.refund(db, seen.id, returns.typed_sum(typed), ground, now, actor=actor)
            parts.done(_("Asked: a second person has to agree"))


def _orders(seen: Sight) -> None:
    if not seen.orders:
        return
    columns = [
        parts.Column(_("Order at the bank"), "nw"),
        parts.Column(_("State"), "nw key"),
        parts.Column(_("Sum"), "n"),
        parts.Column(_("Made"), "nw"),
    ]
    rows = []
    for o in seen.orders:
        chip, word = ORDER_STATES[o.state]
        rows.append(
            (
                str(o.id),
                [
                    parts.esc(o.number),
                    parts.chip(chip, _(word)),
                    parts.esc(money(o.amount)),
                    parts.esc(moment(o.created_at)),
                ],
            )
        )
    parts.show(parts.still(parts.table(columns, rows, _("Payments through the bank"))))
