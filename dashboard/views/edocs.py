"""«Документы»: everything of the customer in one list with search; register an own document, sign it, delete it, take it all as ZIP.

What may be done is told by models.edoc.rules; signing itself is on the page of signing."""

import streamlit as st

from dashboard import menu, parts, sealed_copy, session
from dashboard.files import PDF, clean_name, sniff
from dashboard.views import edocs_pack
from dashboard.views.desk_parts import dialog, moment
from dashboard.views.filing_fields import faulty
from dashboard.views.signing_words import CHIPS
from infra import storage
from infra.wording import N_, _
from models.connection import queries as cases
from models.connection.tables import Application, Stage
from models.edoc import actions, queries, rules
from models.edoc.actions import Kept
from models.edoc.queries import Line
from models.edoc.tables import EdocKind, EdocState
from models.process.errors import Invalid, NotFound
from models.signing.rules import STATE_NAMES
from models.signing.tables import EnvelopeState

ENTRY = menu.Entry("edocs", N_("Documents"), order=26, roles=menu.APPLICANT)
INSIDE = N_("one file for programs that show signatures; its hash is another")
KINDS = {"": N_("all"), "signing": N_("being signed"), "ours": N_("from the company"), "own": N_("my own")}
EDOC_CHIPS = {
    EdocState.REGISTERED: "yours", EdocState.SIGNING: "work", EdocState.SIGNED: "done", EdocState.RETURNED: "late",
    EdocState.DELETED: "closed",
}  # fmt: skip


def page() -> None:
    menu.opened(_one, _list)


# ------------------------------------------------------------------------------------------------ the list
def _list(who: session.Who) -> None:
    lead = _("Papers of the company and your own documents: find, sign, download with signatures and protocol.")
    parts.show(parts.head(_("Documents"), lead))
    left, right = st.columns([2, 1])
    text = left.text_input(_("Search by title or number"), key="edocs-text", max_chars=100)
    kind = right.selectbox(_("Which"), list(KINDS), format_func=lambda k: _(KINDS[k]), key="edocs-kind")
    with session.reading(who) as db:
        found = queries.of_person(db, who.id, text or "", kind or "", represented=True)
        mine = [c for c in cases.of_applicant(db, who.id) if c.stage != Stage.DRAFT]
        flags = queries.agreements(db, [c.id or 0 for c in mine])
    if mine and st.button(_("Register a document of your own"), key="edoc-add"):
        dialog(_("Register a document of your own"), _add, mine, flags)
    if not found:
        parts.show(
            parts.empty(
                _("No documents are found"),
                _("When the company places a paper, it appears here. You can register your own too."),
            )
        )
        return
    columns = [
        parts.Column(_("Document")), parts.Column(_("State"), "nw key"), parts.Column(_("Application"), "nw"), parts.Column(_("Since"), "nw"),
    ]  # fmt: skip
    table = parts.table(columns, [(str(line.document.id), _cells(line, flags)) for line in found], _("Documents"))
    if opened := parts.rows(table, key="edocs"):
        menu.go("edocs", id=opened)


def _cells(line: Line, flags: set[int]) -> list[str]:
    paper = line.document
    note = f"№ {paper.number}" + (f" · {_(rules.KIND_NAMES[EdocKind(line.edoc.kind)])}" if line.edoc else "")
    if line.edoc and line.edoc.kind == EdocKind.METER_STATEMENT and line.edoc.application_id in flags:
        note += " · " + _("the agreement on electronic signatures is signed")
    if line.principal:
        note += " · " + _("you sign for %(name)s") % {"name": line.principal}
    title = f'<button type="button" class="f-open" style="white-space:normal;text-align:left">{parts.esc(paper.title)}</button>'
    return [
        f"{title}<small>{parts.esc(note)}</small>",
        chip(line),
        parts.esc(line.case_number),
        parts.esc(moment(paper.placed_at)),
    ]


def chip(line: Line) -> str:
    if line.edoc is not None:
        state = EdocState(line.edoc.state)
        return parts.chip(EDOC_CHIPS[state], _(rules.STATE_NAMES[state]))
    if line.envelope is not None:
        signing = EnvelopeState(line.envelope.stage)
        return parts.chip(CHIPS[signing], _(STATE_NAMES[signing]))
    return parts.chip("done", _("received"))


# ------------------------------------------------------------------------------------------------ one document
def _one(who: session.Who, document_id: int) -> None:
    menu.link("edocs", _("Documents"))
    line = find(who, document_id)
    paper = line.document
    parts.show(parts.head(paper.title, f"№ {paper.number} · {line.case_number}", chip(line)))
    if line.edoc and line.edoc.kind == EdocKind.METER_STATEMENT:
        parts.show(parts.p(_flag(who, line.edoc.application_id)))
    links = [
        (
            _("Document (PDF)"),
            f"/files/{paper.id}",
            _("hash ends with %(tail)s") % {"tail": (paper.pdf_sha256 or "")[-4:]},
        )
    ]
    if paper.seal_key:
        links.append((_("Signature of the company"), f"/files/{paper.id}?form=seal", paper.sealed_by))
    if sealed_copy.may(paper):
        links.append((_("PDF with the signature inside"), f"/files/{paper.id}?form=signed", _(INSIDE)))
    if line.envelope is not None and line.envelope.sealed_at:
        links.append((_("Protocol of signing"), f"/files/{line.envelope.protocol_id}", moment(line.envelope.sealed_at)))
    parts.show(parts.card(_("Files"), parts.documents(links)))
    st.download_button(
        _("Download with signatures and protocol (ZIP)"), lambda: edocs_pack.made(who, line),
        file_name=f"document-{document_id}.zip", mime="application/zip", key="edoc-zip",
    )  # fmt: skip
    _work(line)


def _flag(who: session.Who, case_id: int) -> str:
    """Row J-117: the statement says whether an agreement on electronic signatures stands behind it."""
    with session.reading(who) as db:
        found = queries.agreement_of(db, case_id)
    if found is None:
        return _(
            "No agreement on electronic signatures is signed for this contract yet: register one as a document of your own."
        )
    return _("The agreement on electronic signatures for this contract was signed %(at)s.") % {
        "at": moment(found.ended_at)
    }


def find(who: session.Who, document_id: int) -> Line:
    """Raises NotFound for somebody else's, a deleted one, or one that was never placed."""
    with session.reading(who) as db:
        found = [
            line
            for line in queries.of_person(db, who.id, limit=1000, represented=True)
            if line.document.id == document_id
        ]
    if not found:
        raise NotFound
    return found[0]


def _work(line: Line) -> None:
    if line.edoc is None:
        if line.envelope is not None and st.button(_("Open the signing"), key="edoc-signing", type="primary"):
            menu.go("signing", id=line.envelope.id)
        return
    edoc_id, state = line.edoc.id or 0, line.edoc.state
    if line.principal and rules.may("send", state) and line.by_certificate:
        parts.show(
            parts.p(
                _("Only a certificate signs this document, so %(name)s signs it in person.") % {"name": line.principal}
            )
        )
    elif rules.may("send", state) and st.button(_("Sign the document"), key="edoc-sign", type="primary"):
        with session.acting() as (db, actor, now):
            envelope = actions.send(db, actor, edoc_id, now).id
        menu.go("signing", id=envelope)
    if line.envelope is not None and st.button(_("Open the signing"), key="edoc-signing"):
        menu.go("signing", id=line.envelope.id)
    if (
        not line.principal
        and rules.may("delete", state)
        and st.button(_("Delete the document"), key="edoc-delete", type="tertiary")
    ):
        dialog(_("Delete the document"), _delete, edoc_id)


def _delete(edoc_id: int) -> None:
    parts.show(parts.p(_("Nobody has signed it yet. It is marked as deleted and not shown any more.")))
    if st.button(_("Delete"), type="primary", key="edoc-delete-sure"):
        with session.acting() as (db, actor, now):
            actions.delete(db, actor, edoc_id, now)
        st.query_params.clear()
        parts.done(_("The document is deleted"))


# ------------------------------------------------------------------------------------------------ register
def _add(mine: list[Application], flags: set[int]) -> None:
    names = {c.id or 0: f"{c.number or c.id} · {c.object_name}" for c in mine}
    case = st.selectbox(_("Application"), list(names), format_func=lambda i: names[i], key="edoc-case")
    kind = st.selectbox(_("Kind"), list(EdocKind), format_func=lambda k: _(rules.KIND_NAMES[k]), key="edoc-kind")
    title = st.text_input(_("What it is called"), key="edoc-title", max_chars=200)
    if kind == EdocKind.METER_STATEMENT and case in flags:
        parts.show(
            parts.p(
                _("The agreement on electronic signatures is signed for this contract: the statement says so."),
                sub=True,
            )
        )
    chosen = st.file_uploader(_("File (PDF, up to 10 MB)"), type=["pdf"], key="edoc-file")
    if not st.button(_("Register"), type="primary", key="edoc-sure"):
        return
    if chosen is None:
        parts.show(faulty(_("Choose the file first")))
        return
    made = register(case or 0, kind or EdocKind.OTHER, title or clean_name(chosen.name), chosen.getvalue())
    parts.said(_("The document is registered: it can be signed now"))
    menu.go("edocs", id=made)


def register(case_id: int, kind: EdocKind, title: str, data: bytes) -> int:
    """Keep the bytes, then the row; the document's id. Raises Invalid for what is no PDF or too large."""
    if sniff(data) != PDF:
        raise Invalid("file", "Choose a PDF: only a PDF can be signed by both sides")
    if len(data) > rules.LARGEST:
        raise Invalid("file", "The file must not be empty or larger than 10 MB")
    key = storage.storage().put(data)
    with session.acting() as (db, actor, now):
        return actions.register(db, actor, case_id, kind, title, Kept(key, key, len(data)), now).document_id
