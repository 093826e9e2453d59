"""The editor of one template: text, check, preview as pages, sending for approval, publishing. The rules stand in the models."""

import streamlit as st

from dashboard import parts, session
from documents import review
from documents.issue import template_version
from documents.marks import TemplateFault
from documents.review import Flaw
from infra import clock
from infra.wording import N_, _
from models.document import wordings
from models.document.tables import PaperTemplate, TemplateState

WHO = {"individual": N_("household"), "company": N_("company"), "plant": N_("plant, ordinary path")}


def show(who: session.Who, name: str, row: PaperTemplate | None, in_force: str) -> None:
    """The draft of this template, the one that waits, or the way to begin one from the wording in force."""
    if row and row.state == TemplateState.SUBMITTED:
        text = row.text
        _waiting(who, row)
        _preview(name, text)
    else:
        if row and row.remark:
            parts.show(parts.p(_("Back: %(remark)s") % {"remark": row.remark}))
        _writing(name, row, in_force)


# ------------------------------------------------------------------------------------------------ writing
def _writing(name: str, row: PaperTemplate | None, in_force: str) -> None:
    held = f"template-{name}-{row.version if row else 'new'}"
    st.session_state.setdefault(held, row.text if row else in_force)
    text = st.text_area(_("Text of the template"), key=held, height=440, max_chars=wordings.TEXT_LIMIT)
    note = st.text_input(_("Why it is changed"), value=row.note if row else "", key=f"{held}-note", max_chars=500)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        save = st.button(_("Save the draft"), type="primary", key="template-save")
        looked = st.button(_("Check and preview"), key="template-check")
        if row and st.button(_("Throw the draft away"), type="tertiary", key="template-drop"):
            with session.acting() as (db, actor, at):
                wordings.drop(db, row.id or 0, actor, at)
            st.session_state.pop(held, None)
            parts.done(_("The draft is gone"))
    if save:
        _save(name, text, note)
    if row:
        _send(row, text)
    if looked:
        st.session_state[f"{held}-look"] = True
    if st.session_state.get(f"{held}-look"):
        _checked(name, text)
        _preview(name, text)


def _save(name: str, text: str, note: str) -> None:
    shipped = int(template_version(name).rpartition("-")[2])
    with session.acting() as (db, actor, at):
        kept = wordings.save(db, name, text, shipped, actor, at, note)
        version = kept.version
    st.session_state.pop(f"template-{name}-new", None)
    st.session_state.pop(f"template-{name}-{version}", None)
    parts.done(_("Draft saved, version %(version)s") % {"version": version})


def _send(row: PaperTemplate, text: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day = st.date_input(_("In force from"), value=clock.today(), min_value=clock.today(), format="DD.MM.YYYY", key="template-day", width=200)  # fmt: skip
        if st.button(_("Send for approval"), key="template-submit"):
            shipped = int(template_version(row.kind).rpartition("-")[2])
            with session.acting() as (db, actor, at):
                kept = wordings.save(db, row.kind, text, shipped, actor, at, row.note)
                wordings.submit(db, kept.id or 0, day, clock.today(), actor, at, review.review)
            parts.done(_("Sent for approval"))


# ------------------------------------------------------------------------------------------------ the second person
def _waiting(who: session.Who, row: PaperTemplate) -> None:
    mine = row.author_id == who.id
    st.code(row.text, language=None, height=320, line_numbers=True)
    parts.show(
        parts.p(
            _("Waits for a second person: you wrote it.") if mine else _("Its author and its approver are two people."),
            sub=True,
        )
    )
    remark = "" if mine else st.text_area(_("What has to be changed"), key="template-remark", max_chars=500)
    with st.container(horizontal=True):
        if not mine and st.button(_("Publish"), type="primary", key="template-publish"):
            with session.acting() as (db, actor, at):
                wordings.publish(db, row.id or 0, clock.today(), actor, at, review.review)
            parts.done(_("Published"))
        if st.button(_("Take back") if mine else _("Send back"), key="template-back"):
            with session.acting() as (db, actor, at):
                wordings.send_back(db, row.id or 0, remark, actor, at)
            parts.done(_("Sent back"))


# ------------------------------------------------------------------------------------------------ looking
def _checked(name: str, text: str) -> None:
    flaws = review.review(name, text)
    if not flaws:
        return parts.good(_("The template is sound: both forms of every sample were made."))
    return parts.error_box(_("What has to be mended"), [told(flaw) for flaw in flaws[:20]])


def told(flaw: Flaw) -> str:
    """A flaw in the reader's language, with its line when the sentence does not name it."""
    said = _(flaw.template) % flaw.facts if flaw.facts else _(flaw.template)
    named = flaw.line and "line" not in flaw.facts
    return f"{_('Line %(line)s') % {'line': flaw.line}}: {said}" if named else said


def _preview(name: str, text: str) -> None:
    known = [who for who, _data in review.samples(name)]
    who = st.selectbox(_("Sample"), known, format_func=lambda w: _(WHO[w]), key=f"sample-{name}", width=320)
    try:
        pages = review.pages(name, text, str(who))
    except (TemplateFault, RuntimeError) as fault:
        return parts.error_box(_("The sample cannot be printed: %(what)s") % {"what": str(fault)[:300]})
    parts.show(parts.h2(_("Preview with sample data")))
    with st.container(width=720):
        for n, page in enumerate(pages, start=1):
            st.image(page, caption=_("Page %(page)s of %(pages)s") % {"page": n, "pages": len(pages)}, width="stretch")
    return None
