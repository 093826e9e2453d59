"""«Уведомления»: the history of notices, unread ones marked, each leads to its application (G-15); filter, delete (J-039,
J-040), and what a person wants to be told, by which channel and when (M-19)."""

from collections.abc import Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import notices_wishes
from dashboard.views.desk_parts import moment
from dashboard.views.filing_fields import dress, faulty
from dashboard.views.profile_blocks import help_line
from infra.wording import N_, _
from models.delivery import actions, queries, wishes
from models.delivery.tables import Notice
from models.delivery.wishes import Theme

ENTRY = menu.Entry("notices", N_("Notices"), order=30, roles=menu.APPLICANT)
MANY = 200
ALL = "all"
LEADS = {  # notices of no application: the page that tells more, by kind or by the noun of the key
    "outage": "schedule", "booking_offer": "my_visits", "booking_offer_due": "my_visits", "appeal": "appeal", "edoc": "edocs",
    "webhook_off": "keys", "keys_revoked": "keys", "certificate_ends": "certificates", "representative_news": "representatives",
    "signing_request": "signing", "signing_reminder": "signing", "signing_completed": "signing",
}  # fmt: skip
ONE = frozenset({"appeal", "edocs"})  # pages that open one thing by the number in the key
SHOW = {
    ALL: N_("All"),
    "unread": N_("Unread"),
    Theme.TURN: N_("What waits for me"),
    Theme.NEWS: N_("News"),
    Theme.MONEY: N_("Payments"),
    Theme.MESSAGE: N_("Messages"),
}


def page() -> None:
    who = session.current()
    dress()
    _list(who)
    notices_wishes.form(who)
    help_line(who, "notices", "notices")


def _list(who: session.Who) -> None:
    with session.reading(who) as db:
        everything = queries.notices(db, who.id, MANY)
        unread = queries.unread(db, who.id)
    said = _("Unread: %(count)s. Press a line to open what it tells about.") % {"count": unread}
    parts.show(parts.head(_("Notices"), said if everything else ""))
    if not everything:
        parts.show(
            parts.empty(
                _("No notices yet"),
                _("When there is news for you, a line appears here and a letter goes to your e-mail."),
            )
        )
        return
    shown = st.selectbox(_("Show"), list(SHOW), format_func=lambda s: _(SHOW[s]), key="notices-show", width=300)
    found = [n for n in everything if _fits(n, shown)]
    if unread and st.button(_("Mark all as read"), key="read-all"):
        _read(who)
        parts.done(_("All notices are read"))
    if not found:
        parts.show(parts.empty(_("Nothing of this kind"), _("Choose «All» to see every notice.")))
    elif opened := parts.rows(table(found), key="notices"):
        _open(who, found, opened)
    if found:
        _delete(who, found)


def _fits(row: Notice, shown: str) -> bool:
    if shown == ALL:
        return True
    return row.read_at is None if shown == "unread" else wishes.theme_of(row.kind) == shown


def _delete(who: session.Who, found: Sequence[Notice]) -> None:
    with st.expander(_("Delete notices")), st.form("notices-delete", border=False):
        chosen = st.multiselect(
            _("Which ones"),
            [n.id for n in found],
            format_func=lambda key: next(f"{moment(n.at)} {n.title}" for n in found if n.id == key),
            placeholder=_("Choose"),
            key="notices-chosen",
        )
        read = st.checkbox(_("All read ones of this list"), key="notices-read")
        if st.form_submit_button(_("Delete"), key="notices-delete-now"):
            ids = {*chosen, *(n.id for n in found if read and n.read_at)}
            if not ids:
                told = _("Nothing read is left in this list") if read else _("Choose the notices to delete")
                return parts.show(faulty(told))
            with session.acting() as (db, _actor, now):
                count = actions.delete_notices(db, who.id, now, [i for i in ids if i])
            parts.done(_("Notices deleted: %(count)s") % {"count": count})
    return None


def leads(row: Notice) -> tuple[str, int | None] | None:
    """Page and number of what this notice tells about; nothing for a notice that says all by itself."""
    if row.application_id:
        return "application", row.application_id
    noun, _colon, rest = row.key.partition(":")
    page, number = LEADS.get(row.kind) or LEADS.get(noun), rest.partition(":")[0]
    return (page, int(number) if page in ONE and number.isdecimal() else None) if page else None


def table(found: Sequence[Notice]) -> str:
    columns = [parts.Column(_("Notice")), parts.Column(_("State"), "nw key"), parts.Column(_("When"), "nw")]
    return parts.table(columns, [_line(n) for n in found], _("Notices"))


def _line(row: Notice) -> tuple[str, list[str]]:
    fresh = row.read_at is None
    title = _opener(row.title) if leads(row) else f"<b>{parts.esc(row.title)}</b>"
    body = f"<small>{parts.esc(row.text)}</small>" if row.text else ""
    chip = parts.chip("work", _("new")) if fresh else parts.chip("next", _("read"))
    return str(row.id), [title + body, chip, parts.esc(moment(row.at))]


def _opener(text: str) -> str:
    """A long one: it breaks on a phone, where the one of parts stays on one line."""
    return f'<button type="button" class="f-open" style="white-space:normal;text-align:left">{parts.esc(text)}</button>'


def _open(who: session.Who, found: Sequence[Notice], opened: str) -> None:
    row = next((n for n in found if str(n.id) == opened), None)
    if row is None:
        return
    _read(who, row.id)
    if there := leads(row):
        page, number = there
        menu.go(page, **({"id": number} if number else {}))
    st.rerun()


def _read(who: session.Who, notice_id: int | None = None) -> None:
    with session.acting() as (db, _actor, now):
        actions.read(db, who.id, now, notice_id)
