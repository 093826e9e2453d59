"""The step «Papers»: the closed list, each with what it is for, its files and a place to add one. Nothing else is asked."""

import streamlit as st

from dashboard import files, parts
from dashboard.faults import sentence_of
from dashboard.views.cabinet_words import size_words, type_words
from dashboard.views.filing_draft import Sheet
from dashboard.views.filing_fields import anchor, faulty
from infra.wording import _
from models.connection.rules import Paper
from models.document.tables import Attachment


def body(sheet: Sheet, tried: bool) -> None:
    parts.show(
        parts.p(
            _("This is the whole list: the law does not let us ask for more. PDF, JPG, PNG or DOCX, up to 10 MB each."),
            sub=True,
        )
    )
    if sheet.choice is None:
        parts.show(parts.p(_("Fill in the object and the power first: the list depends on the category."), sub=True))
    for paper in sheet.papers():
        _paper(sheet, paper, tried)


def _paper(sheet: Sheet, paper: Paper, tried: bool) -> None:
    mine = [f for f in sheet.files if f.kind == paper.kind]
    with st.container(key=f"card-paper-{paper.kind}"):
        if tried and not mine:
            anchor(f"file_{paper.kind}")
        chip = parts.chip("done", _("attached")) if mine else "" if paper.required else parts.chip("next", _("at will"))
        title = _(paper.title) + ("*" if paper.required else "")
        parts.show(f'<div class="f-head"><h2>{parts.esc(title)}</h2>{chip}</div>', parts.p(_(paper.hint), sub=True))
        for row in mine:
            _file(sheet, row)
        label = _("Add another file: %(paper)s") if mine else _("Attach: %(paper)s")
        uploader(sheet.id, paper.kind, label % {"paper": _(paper.title)}, bare=True)
        if tried and not mine and (fault := sheet.faults.get(f"file_{paper.kind}")):
            parts.show(faulty(fault))


def _file(sheet: Sheet, row: Attachment) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        parts.show(
            parts.documents(
                [(row.name, f"/attachments/{row.id}", f"{type_words(row.media_type)}, {size_words(row.size)}")]
            )
        )
        if st.button(_("Remove"), type="tertiary", key=f"drop-{row.id}", help=row.name):
            files.drop(sheet.id, row.id or 0)
            st.rerun()


def uploader(case_id: int, kind: str, label: str, *, bare: bool = False) -> None:
    """Takes every file as soon as it has come, and says beside itself what was wrong with any.

    Files of one choice come one after another: the widget stays as it is, and each file is taken once, by its id. The sheet of
    the form hides what is taken under this key: the list of papers shows it."""
    state = st.session_state
    seen: set[str] = state.setdefault(f"upload-seen-{case_id}-{kind}", set())
    told = f"upload-told-{case_id}-{kind}"
    with st.container(key=f"upload-{kind}-{case_id}"):
        chosen = st.file_uploader(
            label,
            accept_multiple_files=True,
            key=f"upload-{case_id}-{kind}",
            label_visibility="collapsed" if bare else "visible",
        )
    fresh = [file for file in chosen if file.file_id not in seen]
    if fresh:
        seen.update(file.file_id for file in fresh)
        _kept, faults = files.take(case_id, kind, fresh)
        still = state.get(told, []) if len(chosen) > len(fresh) else []
        state[told] = [*still, *(sentence_of(f) for f in faults)]
        st.rerun()
    for line in state.get(told, []):
        parts.show(faulty(line))
