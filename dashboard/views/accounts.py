"""«Лицевые счета» (rows R-21…R-34): the customer's accounts with what is due, the last payment, tariffs; binding and unbinding."""

from collections.abc import Iterator

import streamlit as st

from dashboard import menu, parts, session
from dashboard.utility import utility
from dashboard.views import account_bind, account_pick
from dashboard.views import account_words as words
from dashboard.views.desk_parts import dialog
from documents.wording import day, money
from infra.wording import N_, _
from models.account import actions
from models.account.sight import AccountSight, TariffSight

ENTRY = menu.Entry("accounts", N_("Personal accounts"), order=27, roles=menu.APPLICANT)
SECTIONS = ("bills", "readings", "account_reports")


def page() -> None:
    who = session.current()
    found = account_pick.mine(who)
    adding = "bind" in st.query_params
    if not found or adding:
        return _bind(who, back=bool(found))
    parts.show(parts.head(_("Personal accounts"), _("Accounts of your objects: what is charged, paid and due.")))
    for account in found:
        _account(account)
    parts.show(parts.p(_(PAID_HERE)), parts.p(_(CHECK_IT) % {"phone": _phone()}))
    if st.button(_("Bind another address"), key="bind-another"):
        menu.go("accounts", bind=1)
    return None


PAID_HERE = N_(
    "Attention! A payment made through the cabinet is shown at once. In other cases within five working days."
)
CHECK_IT = N_("Check the data of the account. If something is wrong, call the single help line: %(phone)s")


def _phone() -> str:
    number = utility().phone
    return number + (f" ({_('the call is free')})" if number.startswith("8 800") else "")


def _bind(who: session.Who, back: bool) -> None:
    if back:
        menu.link("accounts", _("Personal accounts"))
    lead = (
        "" if back else _("Charges, payments, meters and reports appear here when the account of your home is bound.")
    )
    parts.show(parts.head(_("Personal accounts"), lead))
    account_bind.window(who, first=not back)


def _account(account: AccountSight) -> None:
    with st.container(key=f"card-account-{account.id}"):
        parts.show(parts.h2(words.line(account)))
        parts.show(parts.listing(_fields(account)))
        if account.tariffs:
            parts.show(f"<h3>{parts.esc(_('Tariffs'))}</h3>", parts.still(_tariffs(account.tariffs)), _details(account))
        account_pick.ways(account, *SECTIONS)
        if st.button(_("Unbind the account"), key=f"unbind-{account.id}", type="tertiary"):
            dialog(_("Unbind the account"), _unbind, account)


def _fields(account: AccountSight) -> Iterator[parts.Field]:
    yield parts.Field(_("Name of the owner"), account.holder)
    yield parts.Field(_("Address of the object"), account.address)
    yield parts.Field(_("Number of the personal account"), account.number)
    if account.charged:
        month, charged = account.charged
        yield parts.Field(_("Charged for %(month)s") % {"month": words.month(month)}, money(charged))
    else:
        yield parts.Field(_("Charged"), _("nothing yet: the first bill comes at the end of the month"), there=False)
    due = _("To pay on %(day)s (present debt)") % {"day": day(account.due_on)}
    yield parts.Field(due, words.balance(account.due))
    yield from _last_payment(account)


def _last_payment(account: AccountSight) -> Iterator[parts.Field]:
    if account.last_payment is None:
        yield parts.Field(_("Date of the last payment"), _("no payments yet"), there=False)
        return
    paid_on, amount = account.last_payment
    yield parts.Field(_("Date of the last payment"), day(paid_on))
    yield parts.Field(_("Sum of the last payment"), money(amount))


def _tariffs(found: list[TariffSight]) -> str:
    columns = [parts.Column(_("Service")), parts.Column(_("Metering devices"), "n"), parts.Column(_("Provider")),
               parts.Column(_("Tariff, roubles"), "n")]  # fmt: skip
    lines = [
        (str(n), [parts.esc(t.service), str(t.meters), parts.esc(t.provider), parts.esc(words.tariff(t.tariff))])
        for n, t in enumerate(found)
    ]
    return parts.table(columns, lines, _("Tariffs"))


def _details(account: AccountSight) -> str:
    """Requisites of the providers (row R-27), once each."""
    told = {t.provider: t.details for t in account.tariffs if t.details}
    if not told:
        return ""
    inner = "".join(f"<p><b>{parts.esc(name)}</b>: {parts.esc(text)}</p>" for name, text in told.items())
    title = parts.esc(_("Details of the service providers"))
    return f'<details class="f-fold"><summary>{title}</summary><div class="f-prose">{inner}</div></details>'


def _unbind(account: AccountSight) -> None:
    told = _("The account leaves your cabinet; its data stay with the supplier. You can bind it again at any time.")
    parts.show(parts.p(words.line(account)), parts.p(told, sub=True))
    if st.button(_("Unbind the account"), type="primary", key="unbind-yes"):
        with session.acting() as (db, actor, now):
            actions.unbind(db, actor, account.id, now)
        parts.done(_("The account is unbound"))
