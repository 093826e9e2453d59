"""The register of issued documents for staff: search, keyset pages, download, the whole list as .xlsx. Changes nothing."""

from datetime import date
from urllib.parse import urlencode

import streamlit as st

from dashboard import menu, parts, sealed_copy, session
from dashboard.register_sheet import READERS, STATES, Looked
from documents.wording import day
from infra.wording import N_, _
from models.connection import papers
from models.document import register
from models.document.register import Issued
from models.document.tables import DocumentState

ENTRY = menu.Entry("register", N_("Issued documents"), order=35, roles=READERS)
_CHIPS = {"ordered": "work", "stored": "work", "placed": "done", "annulled": "closed", "replaced": "closed"}
_AFTER = "register-after"


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Register of issued documents"), _("Every paper that was issued, whoever it went to.")))
    looked = _filters()
    after: tuple[date, int] | None = st.session_state.get(_AFTER)
    with session.reading(who) as db:
        found = register.page(db, looked.wanted(), after)
    query = urlencode({k: v for k, v in looked.model_dump(mode="json").items() if v})
    with st.container(horizontal=True):
        st.link_button(_("Download the list (.xlsx)"), f"/files/register.xlsx?{query}")
        if after and st.button(_("To the first page"), key="register-first"):
            st.session_state.pop(_AFTER)
            st.rerun()
    if not found.rows:
        return parts.show(parts.empty(_("Nothing was found"), _("Change or clear the filters.")))
    parts.show(_table(found.rows))
    if found.following and st.button(_("Show more"), key="register-more"):
        st.session_state[_AFTER] = found.following
        st.rerun()
    return None


def _first() -> None:
    st.session_state.pop(_AFTER, None)


def _filters() -> Looked:
    """A change of a filter begins from the first page."""
    kinds = ["", *papers.TITLES]
    states = ["", *DocumentState]
    with st.container(key="card-register"):
        one, two, three = st.columns(3)
        number = one.text_input(
            _("The paper's number or the application's"), key="register-number", max_chars=60, on_change=_first
        )
        applicant = two.text_input(
            _("Name or INN of the applicant"), key="register-applicant", max_chars=100, on_change=_first
        )
        address = three.text_input(_("Object address"), key="register-address", max_chars=200, on_change=_first)
        one, two, three, four = st.columns([2, 1, 1, 1])
        kind = one.selectbox(
            _("Kind of document"), kinds, format_func=lambda k: papers.TITLES.get(k) or _("all kinds"), key="register-kind", on_change=_first
        )  # fmt: skip
        state = two.selectbox(
            _("State"), states, format_func=lambda s: _(STATES[s]) if s else _("all states"), key="register-state", on_change=_first
        )  # fmt: skip
        since = three.date_input(
            _("Issued from"), value=None, format="DD.MM.YYYY", key="register-since", on_change=_first
        )
        until = four.date_input(
            _("Issued until"), value=None, format="DD.MM.YYYY", key="register-until", on_change=_first
        )
    return Looked(
        number=number,
        applicant=applicant,
        address=address,
        kind=kind or "",
        state=state or "",
        since=since,
        until=until,
    )


def _table(rows: tuple[Issued, ...]) -> str:
    columns = [parts.Column(_("Number"), "nw"), parts.Column(_("Document")), parts.Column(_("Issued"), "nw"), parts.Column(_("State"), "nw key"),
               parts.Column(_("Application"), "nw"), parts.Column(_("Applicant")), parts.Column(_("Files"))]  # fmt: skip
    return parts.still(parts.table(columns, [(str(r.id), _cells(r)) for r in rows], _("Register of issued documents")))


def _cells(r: Issued) -> list[str]:
    version = f" <small>v{r.version}</small>" if r.version > 1 else ""
    return [
        f"<b>{parts.esc(r.number)}</b>{version}",
        f"{parts.esc(r.title)}<small>{parts.esc(r.template_version)}</small>",
        parts.esc(day(r.issued_on)),
        parts.chip(_CHIPS[r.state], _(STATES[DocumentState(r.state)])),
        f'<a href="/case?id={r.application_id}" target="_self">{parts.esc(r.application)}</a>',
        f"{parts.esc(r.applicant)}<small>{parts.esc(r.address)}</small>",
        _links(r),
    ]


def _links(r: Issued) -> str:
    if not r.has_pdf:
        return ""
    forms = [("pdf", _("PDF")), ("docx", _("Word")), ("seal", _("Seal"))]
    if r.state in sealed_copy.IN_FORCE:
        forms.append(("signed", _("Signed PDF")))
    return " · ".join(
        f'<a href="/files/{r.id}?form={form}" target="_blank" rel="noopener">{parts.esc(word)}</a>'
        for form, word in forms
    )
