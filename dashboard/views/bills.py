"""«Начисления и платежи» (rows R-35…R-46): the bill of a month by service, how each sum came about, the total. Changes nothing."""

from decimal import Decimal

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import account_pick
from dashboard.views import account_words as words
from documents.wording import amount, money
from infra.wording import N_, _
from models.account import queries, rules
from models.account.sight import AccountSight, Bill, BillLine

ENTRY = menu.Entry("bills", N_("Charges and payments"), order=28, roles=menu.APPLICANT, hidden=True)
COLUMNS = (
    (N_("Service"), ""), (N_("Tariff, roubles."), "n"), (N_("Debt/overpayment (+/-) roubles"), "n"), (N_("Paid, roubles"), "n"),
    (N_("Volume of consumption"), "n"), (N_("Charged, roubles"), "n"), (N_("Recalculation, roubles"), "n"),
    (N_("To pay, roubles"), "n"),
)  # fmt: skip


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Charges and payments")))
    account = account_pick.chosen(who, "bills")
    if account is None:
        return
    with session.reading(who) as db:
        months = queries.months(db, account.id)
    parts.show(parts.h2(words.line(account)))
    if not months:
        parts.show(parts.empty(_("No charges yet"), _("The first bill stands here when the month is calculated.")))
        return
    month = st.selectbox(_("Month of the bill"), months, format_func=words.month, key=f"bill-{account.id}", width=300)
    with session.reading(who) as db:
        bill = queries.bill(db, account.id, month)
    _bill(account, bill)


def _bill(account: AccountSight, bill: Bill) -> None:
    title = _("Information on charges on %(day)s") % {"day": words.as_of(bill.as_of)}
    with st.container(key="wrap-bill"):
        parts.show(parts.h2(title), parts.still(_table(bill, title)))
    parts.show(_explained(bill))
    if account.due != bill.total:
        told = _("With the payments that came since, %(sum)s is to pay.") % {"sum": words.balance(account.due)}
        parts.show(parts.p(told, sub=True))
    account_pick.ways(account, "readings", "account_reports")


def _table(bill: Bill, title: str) -> str:
    columns = [parts.Column(_(name), cls) for name, cls in COLUMNS]
    lines = [(str(n), [parts.esc(cell) for cell in _cells(line)]) for n, line in enumerate(bill.lines)]
    total = [f"<b>{parts.esc(_('Total:'))}</b>", *[""] * (len(columns) - 2), f"<b>{parts.esc(amount(bill.total))}</b>"]
    return parts.table(columns, [*lines, ("total", total)], title)


def _cells(line: BillLine) -> list[str]:
    return [
        line.service,
        words.tariff(line.tariff),
        amount(line.debt),
        amount(line.paid),
        words.volume(line.volume, line.unit),
        amount(line.charged),
        amount(line.recalculated),
        amount(line.due),
    ]


def _explained(bill: Bill) -> str:
    """How every sum came about (rows R-39, R-42…R-44)."""
    told = (
        _("Debt/overpayment: a plus is a debt to the provider of the service, a minus is an advance."),
        _("Recalculation of earlier periods: a plus is charged in addition, a minus lowers the sum."),
        _("To pay = debt/overpayment − paid + charged + recalculation."),
    )
    meant = "".join(parts.p(text, sub=True) for text in told)
    lines = "".join(f"<p><b>{parts.esc(line.service)}</b>: {parts.esc(counted(line))}</p>" for line in bill.lines)
    summary = parts.esc(_("How it is calculated"))
    return f'<details class="f-fold"><summary>{summary}</summary><div class="f-prose">{meant}{lines}</div></details>'


def counted(line: BillLine) -> str:
    """'3,43 × 200 кВт·ч = 686,00; 698,00 − 698,00 + 686,00 + 42,50 = 728,50 ₽'"""
    chain = f"{amount(line.debt)} − {amount(line.paid)} {_signed(line.charged)} {_signed(line.recalculated)} = {money(line.due)}"
    if not line.charged or rules.charged(line.tariff, line.volume) != line.charged:
        return chain
    product = f"{words.tariff(line.tariff)} × {words.volume(line.volume, line.unit)} = {amount(line.charged)}"
    return f"{product}; {chain}"


def _signed(value: Decimal) -> str:
    return f"{'−' if value < 0 else '+'} {amount(abs(value))}"
