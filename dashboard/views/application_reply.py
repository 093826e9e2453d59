"""The answer to missing information: what is missing, on what ground, how to supply it; files, words, one button."""

import streamlit as st

from dashboard import parts, session
from dashboard.faults import sentence_of
from dashboard.views.application_sight import Sight
from dashboard.views.cabinet_words import file_note
from dashboard.views.filing_fields import dress, faulty
from dashboard.views.filing_papers import uploader
from infra.wording import _
from models.connection import actions
from models.process.errors import Invalid


def body(seen: Sight) -> None:
    dress()
    columns = [parts.Column(_("What is missing")), parts.Column(_("Ground")), parts.Column(_("How to supply it"))]
    rows = [
        (str(n), [f"<b>{parts.esc(m['what'])}</b>", parts.esc(m.get("ground", "")), parts.esc(m.get("how", ""))])
        for n, m in enumerate(seen.case.missing)
    ]
    parts.show(parts.still(parts.table(columns, rows, _("What is missing"))))
    parts.show(parts.p(_("PDF, JPG, PNG or DOCX, up to 10 MB each. Nothing else has to be sent."), sub=True))
    mine = [f for f in seen.files if f.kind == "reply"]
    if mine:
        parts.show(parts.documents((f.name, f"/attachments/{f.id}", file_note(f.media_type, f.size)) for f in mine))
    uploader(seen.id, "reply", _("Attach files"))
    text = st.text_area(_("Explanation, if one is needed"), key=f"reply-{seen.id}", max_chars=4000, height=90)
    if st.button(_("Send what was missing"), type="primary", key="supply-info"):
        try:
            with session.acting() as (db, actor, now):
                actions.supply_info(db, seen.id, actor, text or "", now)
        except Invalid as fault:
            parts.show(faulty(sentence_of(fault)))
            return
        parts.done(_("Sent. We go on with the check."))
