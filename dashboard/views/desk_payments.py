"""The invoice of a case, its parts and the orders at the bank. Reads only."""

from dashboard import parts
from dashboard.views.desk_case import Sight
from dashboard.views.desk_parts import local_day, moment
from documents.wording import NBSP, day, figure, money
from infra.wording import N_, _
from models.payment.tables import OrderState

ORDER_STATES: dict[str, tuple[str, str]] = {
    OrderState.NEW: ("next", N_("being registered at the bank")),
    OrderState.REGISTERED: ("work", N_("the bank waits for the payer")),
    OrderState.PAID: ("done", N_("paid")),
    OrderState.DECLINED: ("closed", N_("declined by the bank")),
    OrderState.EXPIRED: ("closed", N_("expired")),
}


def payments(seen: Sight) -> None:
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
                    parts.esc(money(p.amount)),
                    parts.esc(due),
                    parts.esc(local_day(p.credited_at)),
                ],
            )
        )
    parts.show(parts.still(parts.table(columns, rows, _("Parts of the fee"))))
    _orders(seen)
    return None


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
