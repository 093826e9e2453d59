"""Which account a page shows: the one that the address names (?id=…), else the only one. Others are one click away (R-55, R-72).

It never shows an account that is not bound to the reader."""

from collections.abc import Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import account_words as words
from infra import profiles
from infra.wording import _
from models.account import queries
from models.account.sight import AccountSight
from models.process.errors import NotFound


def mine(who: session.Who) -> list[AccountSight]:
    with session.reading(who) as db:
        return queries.accounts(db, who.id)


def owner(who: session.Who) -> str:
    """Whose cabinet the head of a page names (row R-26). Where nobody is asked for a name at registration, it is the owner of
    the account that was bound first."""
    if who.user.name != who.user.login or "retail" not in profiles.cabinet().modules:
        return who.user.name
    with session.reading(who) as db:
        return next((row.holder for row in queries.bound(db, who.id)), who.user.name)


def chosen(who: session.Who, page: str) -> AccountSight | None:
    """Says itself what to do when there is none, or none is chosen yet. Raises NotFound for somebody else's account."""
    found = mine(who)
    if not found:
        _none()
        return None
    if len(found) > 1:
        _links(found, page)
    if "id" not in st.query_params:
        return found[0] if len(found) == 1 else None
    wanted = menu.number("id")
    account = next((a for a in found if a.id == wanted), None)
    if account is None:
        raise NotFound
    return account


def _none() -> None:
    parts.show(
        parts.empty(
            _("No personal account is bound yet"),
            _("Bind the account of your home: its number stands in the payment document."),
        )
    )
    if st.button(_("Bind the address"), type="primary", key="to-bind"):
        menu.go("accounts")


def _links(found: Sequence[AccountSight], page: str) -> None:
    """The active links with address and number."""
    here = st.query_params.get("id", "")
    columns = [parts.Column(_("Address and personal account")), parts.Column(_("Shown"), "nw key")]
    lines = [
        (str(a.id), [parts.opener(words.line(a)), parts.chip("work", _("open now")) if str(a.id) == here else ""])
        for a in found
    ]
    if not here:
        parts.show(parts.p(_("Press the address and account number whose data you need."), sub=True))
    if opened := parts.rows(parts.table(columns, lines, _("Address and personal account")), key=f"pick-{page}"):
        menu.go(page, id=opened)


def ways(account: AccountSight, *pages: str) -> None:
    """Links to the other sections of this account."""
    titles = {
        "accounts": _("Personal accounts"),
        "bills": _("Charges and payments"),
        "readings": _("Meter readings"),
        "account_reports": _("Reports on the account"),
    }
    with st.container(horizontal=True):
        for page in pages:
            menu.link(page, titles[page], id=account.id)
