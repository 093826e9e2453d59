"""«Обращение»: a question or files for one of his applications; it becomes a message of that application (G-17, G-26)."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.utility import utility
from dashboard.views.application_parts import write
from dashboard.views.applications import of_person
from dashboard.views.cabinet_words import file_note
from dashboard.views.filing_fields import dress
from infra.wording import N_, _
from models.document.queries import attachments

ENTRY = menu.Entry("appeal", N_("Appeal"), order=50, roles=menu.APPLICANT)


def page() -> None:
    who = session.current()
    dress()
    found = {c.case.id or 0: c.case for c in of_person(who) if c.case.number}
    parts.show(parts.head(_("Appeal"), _("Ask a question or send files. If you send files, write why.")))
    if not found:
        ours = utility()
        parts.show(
            parts.empty(
                _("There is no application to ask about yet"),
                _("Questions before an application: %(phone)s, %(email)s.")
                % {"phone": ours.phone, "email": ours.email},
            )
        )
        return
    with st.container(key="card-appeal"):
        chosen = st.selectbox(
            _("About which application"), list(found), key="appeal-case",
            format_func=lambda i: f"{found[i].number} · {found[i].object_name}",
        )  # fmt: skip
        _sent_files(who, chosen)
        write(chosen, files=True)
        parts.show(
            parts.p(_("The answer comes to your e-mail and stands among the messages of the application."), sub=True)
        )
    menu.link("application", _("Open the application %(number)s") % {"number": found[chosen].number}, id=chosen)


def _sent_files(who: session.Who, case_id: int) -> None:
    with session.reading(who) as db:
        mine = [f for f in attachments(db, case_id) if f.kind == "message"]
    if mine:
        parts.show(parts.documents((f.name, f"/attachments/{f.id}", file_note(f.media_type, f.size)) for f in mine))
