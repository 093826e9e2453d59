"""«Уведомления»: the history of notices, unread ones marked, each leads to its application (G-15); filter, delete (J-039,
J-040), and what a person wants to be told, by which channel and when (M-19)."""

from collections.abc import Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import notices_wishes
from dashboard.views.desk_parts import moment
from infra.wording import N_, _
from models.delivery import actions, queries, wishes
from models.delivery.tables import Notice
from models.delivery.wishes import Theme

ENTRY = menu.Entry("notices", N_("Notices"), order=30, roles=menu.APPLICANT)
MANY = 200
ALL = "all"
LEADS = {
    "outage": "schedule",
    "booking_offer": "my_visits",
    "booking_offer_due": "my_visits",
}  # notices of no application: the page that tells more
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
    with session.reading(who) as db:
        everything = queries.notices(db, who.id, MANY)
        unread = queries.unread(db, who.id)
    said = _("Unread: %(count)s. Press a line to open its application.") % {"count": unread}
    parts.show(parts.head(_("Notices"), said if everything else ""))
    if not everything:
        parts.show(
            parts.empty(
                _("No notices yet"),
                _("When there is news for you, a line appears here and a letter goes to your e-mail."),
            )
        )
        return notices_wishes.form(who)
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
    return notices_wishes.form(who)


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
            with session.acting() as (db, _actor, now):
                count = actions.delete_notices(db, who.id, now, [i for i in ids if i])
            parts.done(_("Notices deleted: %(count)s") % {"count": count})


def table(found: Sequence[Notice]) -> str:
    columns = [parts.Column(_("Notice")), parts.Column(_("State"), "nw key"), parts.Column(_("When"), "nw")]
    return parts.table(columns, [_line(n) for n in found], _("Notices"))


def _line(row: Notice) -> tuple[str, list[str]]:
    fresh = row.read_at is None
    leads = row.application_id or row.kind in LEADS
    title = _opener(row.title) if leads else f"<b>{parts.esc(row.title)}</b>"
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
    if row.application_id:
        menu.go("application", id=row.application_id)
    if row.kind in LEADS:
        menu.go(LEADS[row.kind])
    st.rerun()


def _read(who: session.Who, notice_id: int | None = None) -> None:
    with session.acting() as (db, _actor, now):
        actions.read(db, who.id, now, notice_id)
