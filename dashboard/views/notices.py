"""«Уведомления»: the history of notices, unread ones marked, each leads to its application (G-15)."""

from collections.abc import Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_parts import moment
from infra.wording import N_, _
from models.delivery import actions, queries
from models.delivery.tables import Notice

ENTRY = menu.Entry("notices", N_("Notices"), order=30, roles=menu.APPLICANT)
MANY = 200


def page() -> None:
    who = session.current()
    with session.reading(who) as db:
        found = queries.notices(db, who.id, MANY)
        unread = queries.unread(db, who.id)
    said = _("Unread: %(count)s. Press a line to open its application.") % {"count": unread}
    parts.show(parts.head(_("Notices"), said if found else ""))
    if not found:
        parts.show(
            parts.empty(
                _("No notices yet"),
                _("When something changes in your applications, a line appears here and a letter goes to your e-mail."),
            )
        )
        return
    if unread and st.button(_("Mark all as read"), key="read-all"):
        _read(who)
        parts.done(_("All notices are read"))
    if opened := parts.rows(table(found), key="notices"):
        _open(who, found, opened)


def table(found: Sequence[Notice]) -> str:
    columns = [parts.Column(_("Notice")), parts.Column(_("State"), "nw key"), parts.Column(_("When"), "nw")]
    return parts.table(columns, [_line(n) for n in found], _("Notices"))


def _line(row: Notice) -> tuple[str, list[str]]:
    fresh = row.read_at is None
    title = _opener(row.title) if row.application_id else f"<b>{parts.esc(row.title)}</b>"
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
    st.rerun()


def _read(who: session.Who, notice_id: int | None = None) -> None:
    with session.acting() as (db, _actor, now):
        actions.read(db, who.id, now, notice_id)
