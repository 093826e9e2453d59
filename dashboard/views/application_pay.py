"""Paying: an order, the bank's page when it is ready, and what came of it. Card data never come here.

The order is registered by the process of payments; this page only looks at its row until the address is there."""

import streamlit as st

from dashboard import parts, session
from dashboard.views.application_sight import Sight
from dashboard.views.application_sight import sight as look
from dashboard.views.cabinet_live import forget, wait_for
from documents.wording import money
from infra.wording import N_, _
from models.connection.tables import UNDER_CONTRACT, Stage
from models.payment import actions as payment
from models.payment import queries
from models.payment.ledger_tables import RefundState
from models.payment.tables import OrderState, PaymentOrder


def _open_order(seen: Sight) -> PaymentOrder | None:
    """The newest order when it is still alive and pays something unpaid."""
    last = seen.orders[0] if seen.orders else None
    if last is None or last.state not in (OrderState.NEW, OrderState.REGISTERED):
        return None
    return last if last.expires_at is None or last.expires_at > seen.now else None


def _came_back(order: PaymentOrder | None) -> bool:
    """The bank has sent him back from its page: paid=… in the address names the order."""
    return order is not None and st.query_params.get("paid") == order.number


def early(who: session.Who, seen: Sight) -> None:
    """Under a contract the next part may be paid before its turn comes; above it, what has come beside whole parts."""
    account(who, seen)
    if seen.card.turn.action == "pay" or seen.case.stage not in UNDER_CONTRACT | {Stage.COMPLETED}:
        return
    if any(p.credited_at is None for p in seen.card.payments):
        button(seen, filled=False)
        state(who, seen)


def button(seen: Sight, *, filled: bool = True) -> None:
    """«Оплатить», or the way to the bank when the order is ready there."""
    order = _open_order(seen)
    if order is None:
        unpaid = next((p for p in seen.card.payments if p.credited_at is None), None)
        if unpaid is not None and st.button(
            _("Pay %(sum)s") % {"sum": money(unpaid.left)}, type="primary" if filled else "secondary", key="pay"
        ):
            with session.acting() as (db, actor, now):
                made = payment.order_payment(db, seen.id, actor, now)
            forget(f"order-{made.id}")
            st.query_params.pop("paid", None)
            st.query_params.pop("unpaid", None)
            st.rerun()
    elif order.form_url and not _came_back(order):
        label = _("Go to payment: %(sum)s") % {"sum": money(order.amount)}
        st.html(f'<div class="f">{link(order.form_url, label)}</div>', width="content")


def link(address: str, label: str) -> str:
    """A filled button that opens in this very tab: Streamlit's own link buttons open a new one."""
    style = (
        "display:inline-flex;align-items:center;min-height:42px;padding:0 14px;border-radius:6px;font-weight:700;"
        "background:var(--blue-fill);color:#fff;text-decoration:none;white-space:nowrap"
    )
    return f'<a href="{parts.esc(address)}" target="_self" style="{style}">{parts.esc(label)}</a>'


def state(who: session.Who, seen: Sight) -> None:
    """Below the buttons: what the bank says, or that we wait for it."""
    order = _open_order(seen)
    if order is not None and not order.form_url:
        wait_for(
            f"order-{order.id}",
            lambda: look(who, seen.id).mark,
            seen.mark,
            _("We open the page of the bank"),
            _(
                "The bank does not answer yet. Leave this page open or come back later: the order is kept, nothing was paid."
            ),
        )
    elif order is not None and _came_back(order):
        wait_for(
            f"paid-{order.id}",
            lambda: look(who, seen.id).mark,
            seen.mark,
            _("We ask the bank about your payment"),
            _("The bank has not confirmed the payment yet. It may take some minutes; do not pay twice."),
        )
    elif order is not None:
        parts.show(parts.p(_("The page of the bank is ready. The order %(number)s lives until %(time)s.") % {
            "number": order.number, "time": _time(seen, order)}, sub=True))  # fmt: skip
    else:
        _outcome(seen)


def account(who: session.Who, seen: Sight) -> None:
    """What has come, what is more than asked, what goes back: shown where there is something beside plain parts."""
    with session.reading(who) as db:
        told = queries.balance(db, seen.id)
        back = list(queries.refunds(db, seen.id))
    part = next((p for p in seen.card.payments if p.credited_at is None and p.covered), None)
    lines = []
    if part is not None:
        facts = {"come": money(part.covered), "left": money(part.left), "seq": part.seq}
        lines.append(_("Of part %(seq)s %(come)s have come, %(left)s are still to pay.") % facts)
    if told.overpaid:
        lines.append(_("%(sum)s are more than is asked: ask for them below.") % {"sum": money(told.overpaid)})
    parts.show(*(parts.p(line) for line in lines))
    for row in back:
        chip, word = RETURNS[row.state]
        parts.show(f"<p>{parts.chip(chip, _(word))} {parts.esc(money(row.amount))}</p>")


RETURNS: dict[str, tuple[str, str]] = {  # the applicant sees where his money is, not how it is decided
    RefundState.PROPOSED: ("work", N_("a return is being considered")),
    RefundState.ORDERED: ("work", N_("the return is on its way")),
    RefundState.TRANSFER: ("work", N_("the return is on its way")),
    RefundState.DONE: ("done", N_("money returned")),
    RefundState.REFUSED: ("soon", N_("the return has not gone yet")),
}


def _time(seen: Sight, order: PaymentOrder) -> str:
    return f"{order.expires_at.astimezone(seen.card.zone):%H:%M}" if order.expires_at else ""


def _outcome(seen: Sight) -> None:
    """What came of the last order."""
    last = seen.orders[0] if seen.orders else None
    if last is None:
        return
    if last.state == OrderState.DECLINED:
        why = f" {last.error}" if last.error else ""
        parts.show(
            parts.chip("late", _("The bank declined the payment")),
            parts.p(_("Nothing was paid. Try once more or pay by the invoice.") + why),
        )
    elif last.state in (OrderState.EXPIRED, OrderState.NEW, OrderState.REGISTERED):
        parts.show(
            parts.p(
                _("The last order at the bank has expired. Nothing was paid by it: begin the payment anew."), sub=True
            )
        )
