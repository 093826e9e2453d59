"""Lists of revoked certificates on the page of the trust store: their age, what the last try came to, adding and removing."""

from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from dashboard import parts, session
from dashboard import trust as store
from dashboard.views.desk_parts import dialog, moment
from dashboard.views.filing_fields import faulty
from infra import clock
from infra.wording import _
from models.process.errors import Invalid
from models.trust import actions, rules
from models.trust.tables import RevocationList
from signatures import lists
from signatures.verdict import Unusable


def body(rows: Sequence[RevocationList], keeper: bool) -> None:
    parts.show(parts.h2(_("Lists of revoked certificates")))
    if keeper:
        with st.container(horizontal=True):
            if st.button(_("Add by address"), key="list-address"):
                dialog(_("Add a list by its address"), _by_address)
            if st.button(_("Add from a file"), key="list-file"):
                dialog(_("Add a list from a file"), _by_file)
    if not rows:
        said = _("Without a fresh list of its centre a certificate of a customer cannot be told.")
        parts.show(parts.empty(_("There are no lists yet"), said))
        return
    columns = [
        parts.Column(_("Centre")), parts.Column(_("State"), "nw key"), parts.Column(_("Made"), "nw"), parts.Column(_("In force until"), "nw"),
        parts.Column(_("Revoked"), "n"), parts.Column(_("Where from"), "wide"),
    ]  # fmt: skip
    now = clock.now()
    lines = [(str(r.id), [*_list(r), f"<small>{parts.esc(_said(r))}</small>"]) for r in rows]
    for (_key, cells), row in zip(lines, rows, strict=True):
        late = rules.stale(row, now)
        cells.insert(
            1, parts.chip("late" if late else "done", _("out of force: nothing can be told") if late else _age(row))
        )
    parts.show(parts.still(parts.table(columns, lines, _("Lists of revoked certificates"))))
    if keeper:
        _removing(rows)


def _removing(rows: Sequence[RevocationList]) -> None:
    for row in rows:
        if st.button(
            _("Remove the list: %(name)s") % {"name": row.issuer or row.address},
            key=f"list-drop-{row.id}",
            type="tertiary",
        ):
            with session.acting() as (db, actor, at):
                actions.remove_list(db, actor, row.id or 0, at)
            parts.done(_("The list is removed"))


def _age(row: RevocationList) -> str:
    hours = int((clock.now() - (row.this_update or clock.now())).total_seconds() // 3600)
    return _("age %(hours)s h") % {"hours": max(hours, 0)}


def _list(row: RevocationList) -> list[str]:
    made = moment(row.this_update) if row.this_update else _("nothing has come yet")
    ends = moment(row.next_update) if row.next_update else ""
    name = f"<b>{parts.esc(row.issuer or row.address)}</b>"
    return [name, parts.esc(made), parts.esc(ends), parts.esc(row.entries)]


def _said(row: RevocationList) -> str:
    """The address, and what the last try came to."""
    where = row.address or _("from a file")
    if row.failures:
        return f"{where} · " + _("not fetched %(count)s times: %(why)s") % {"count": row.failures, "why": _(row.error)}
    return f"{where} · " + _("fetched %(at)s") % {"at": moment(row.fetched_at)} if row.fetched_at else where


def _by_address() -> None:
    address = st.text_input(_("Address of the list"), key="list-url", placeholder="http://", max_chars=500)
    if st.button(_("Add"), type="primary", key="list-url-sure"):
        with session.acting() as (db, actor, now):
            actions.add_address(db, actor, address or "", now)
        parts.done(_("The list is asked for now"))


def _by_file() -> None:
    chosen = st.file_uploader(_("List of revoked certificates (.crl)"), key="list-upload")
    if not st.button(_("Add"), type="primary", key="list-file-sure"):
        return
    if chosen is None:
        parts.show(faulty(_("Choose the file first")))
        return
    try:
        facts, der = lists.read(chosen.getvalue(), store.believed())
    except Unusable as error:
        raise Invalid("file", error.template, **error.facts) from error
    with session.acting() as (db, actor, now):
        actions.add_file(db, actor, asdict(facts), der, now)
    parts.done(_("The list is in force"))
