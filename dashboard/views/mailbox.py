"""Letters that left this development home: what the applicant, the supplier and staff would have received."""

from datetime import datetime

import streamlit as st

from dashboard import menu, parts, session
from infra import clock
from infra.mailbox import Mailbox, Opened
from infra.settings import settings
from infra.wording import N_, _
from models.process.errors import NotFound

ENTRY = menu.Entry("mailbox", N_("Mailbox"), order=900, roles=menu.EVERYBODY, development=True)


def box() -> Mailbox:
    return Mailbox(settings().home / "mail")


def page() -> None:
    session.current()
    if letter := st.query_params.get("letter"):
        return _letter(letter)
    return _list()


def _list() -> None:
    parts.show(parts.head(_("Mailbox"), _("Only on this development home: nothing in it has left the machine.")))
    to = st.text_input(_("To whom"), key="mailbox-to", placeholder=_("A part of the address"), width=320)
    found = box().letters(100, to.strip())
    if not found:
        return parts.show(
            parts.empty(_("No letters"), _("A letter appears here within seconds after a step of an application."))
        )
    columns = [parts.Column(_("Subject")), parts.Column(_("To whom"), "nw"), parts.Column(_("When"), "nw")]
    rows = [
        (line.id, [parts.opener(line.subject or _("without a subject")), parts.esc(line.to), parts.esc(_when(line.at))])
        for line in found
    ]
    if opened := parts.rows(parts.table(columns, rows, _("Letters, the newest first")), key="mailbox-rows"):
        menu.go("mailbox", letter=opened)
    return None


def _letter(letter_id: str) -> None:
    found = box().read(letter_id)
    if found is None:
        raise NotFound
    menu.link("mailbox", _("All letters"))
    line = found.line
    parts.show(
        parts.head(line.subject or _("without a subject")),
        parts.facts([(_("From"), line.sender), (_("To whom"), line.to), (_("When"), _when(line.at))]),
    )
    with st.container(key="card-letter"):
        st.text(found.text)
    _files(found)


def _files(found: Opened) -> None:
    for number, file in enumerate(found.files):
        size = _("%(count)s KB") % {"count": max(1, round(len(file.data) / 1024))}
        st.download_button(f"{file.name}, {size}", file.data, file.name, file.media_type, key=f"file-{number}")


def _when(at: datetime) -> str:
    return f"{at.astimezone(clock.zone()):%d.%m.%Y, %H:%M}"
