"""Papers of the applicant beside his data: one is chosen and its pages are drawn; the look is written down like any other."""

from base64 import b64encode

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_case import Sight
from documents import preview
from infra import storage
from infra.wording import N_, _
from models.document.tables import Attachment
from models.people import actions as people

KEPT = 6  # drawn pages that a session remembers


def viewer(seen: Sight) -> None:
    if not seen.files:
        return parts.show(parts.p(_("The applicant has attached nothing."), sub=True))
    names = {a.id or 0: a for a in seen.files}
    chosen = st.pills(_("Paper"), list(names), format_func=lambda i: title(names[i]), key=f"viewer-{seen.id}")
    if chosen is None:
        return parts.show(parts.p(_("Choose a paper: it is shown here, beside the data."), sub=True))
    return _show(seen, names[chosen])


SHORT: dict[str, str] = {
    "identity": N_("Passport or register"),
    "title": N_("Right to the land"),
    "plan": N_("Plan"),
    "registry": N_("Register of entrepreneurs"),
    "authority": N_("Power of attorney"),
    "social": N_("Social ground"),
    "generation": N_("Scheme of generation"),
    "diagram": N_("Single-line diagram"),
    "output_scheme": N_("Scheme of power output"),
    "redistribution": N_("Agreement on redistribution"),
    "earlier": N_("Earlier papers"),
    "reply": N_("Sent after the notice"),
    "paper_application": N_("Application on paper"),
}


def title(row: Attachment) -> str:
    return _(SHORT[row.kind]) if row.kind in SHORT else row.name


def _show(seen: Sight, row: Attachment) -> None:
    key = f"viewer-page-{row.id}"
    number = int(st.session_state.get(key, 1))
    found = _drawn(seen, row, number)
    if found.png is None:
        parts.show(parts.p(_("This file is not shown here: download it.")))
    else:
        data = b64encode(found.png).decode()
        label = _("%(paper)s, page %(page)s") % {"paper": title(row), "page": number}
        parts.show(f'<img alt="{parts.esc(label)}" style="width:100%;border:1px solid var(--line);display:block" src="data:image/png;base64,{data}">')  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        if found.pages > 1:
            _turn(key, number, found.pages)
        parts.show(f'<a href="/attachments/{row.id}" target="_blank" rel="noopener">{parts.esc(_("Download: %(name)s") % {"name": row.name})}</a>')  # fmt: skip


def _turn(key: str, number: int, pages: int) -> None:
    if st.button(_("Previous page"), key=f"{key}-back", disabled=number <= 1):
        st.session_state[key] = number - 1
        st.rerun()
    parts.show(parts.p(_("%(page)s of %(pages)s") % {"page": number, "pages": pages}))
    if st.button(_("Next page"), key=f"{key}-on", disabled=number >= pages):
        st.session_state[key] = number + 1
        st.rerun()


def _drawn(seen: Sight, row: Attachment, number: int) -> preview.Preview:
    """Drawn once a session; the first look at a file leaves its line in the audit."""
    held: dict[tuple[int, int], preview.Preview] = st.session_state.setdefault("viewer-drawn", {})
    looked: set[int] = st.session_state.setdefault("viewer-looked", set())
    mine = (row.id or 0, number)
    if mine[0] not in looked:
        with session.acting() as (db, actor, now):
            people.note(
                db, actor, "files:attachment:read", now, process="connection", subject_id=seen.id, attachment=row.id
            )
        looked.add(mine[0])
    if mine not in held:
        while len(held) >= KEPT:
            held.pop(next(iter(held)))
        held[mine] = preview.page(storage.storage().get(row.key), row.media_type, number)
    return held[mine]
