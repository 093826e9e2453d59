"""The protocol of disagreements: remarks by clause with the applicant's own wording, and our answers beside them.

Versions of the draft contract stand side by side with the protocols that made them (п. 15 of the Rules)."""

from collections.abc import Sequence

import streamlit as st

from dashboard import parts, session
from dashboard.faults import sentence_of
from dashboard.views.application_sight import Sight
from dashboard.views.cabinet_words import file_note
from dashboard.views.desk_parts import local_day
from dashboard.views.filing_fields import faulty
from documents.wording import NBSP
from infra.wording import N_, _
from models.connection import actions
from models.connection.tables import Answer, Disagreement
from models.document.tables import Document, DocumentState
from models.process.errors import Invalid

MOST = 20  # lines of one protocol
ANSWERS = {
    Answer.ACCEPTED: ("done", N_("accepted")),
    Answer.DECLINED: ("late", N_("declined")),
    Answer.EDITED: ("soon", N_("accepted in other words")),
}
FIELDS = (
    ("clause", N_("Clause of the contract or the conditions"), 200),
    ("proposed", N_("Your wording"), 2000),
    ("ground", N_("Why (at will)"), 1000),
)


# ------------------------------------------------------------------------------------------------ the form
def form(seen: Sight) -> None:
    """Line by line; a line that lacks a clause or a wording says so beside itself."""
    tried = bool(st.session_state.get(f"protocol-tried-{seen.id}"))
    with st.expander(
        _("Do not agree with something? Send a protocol of disagreements"), expanded=tried, key="protocol"
    ):
        parts.show(
            parts.p(
                _(
                    "Name each clause and write how it should read. We answer every line, then a corrected draft comes to be signed."
                ),
                sub=True,
            )
        )
        count = int(st.session_state.setdefault(f"protocol-lines-{seen.id}", 1))
        typed = [_line(seen, n, tried) for n in range(count)]
        with st.container(horizontal=True):
            if st.button(_("Send the protocol of disagreements"), key="raise_remarks"):
                _send(seen, typed)
            if count < MOST and st.button(_("Add one more clause"), type="tertiary", key="protocol-more"):
                st.session_state[f"protocol-lines-{seen.id}"] = count + 1
                st.rerun()


def _line(seen: Sight, number: int, tried: bool) -> dict[str, str]:
    parts.show(f"<h3>{parts.esc(_('Remark %(number)s') % {'number': number + 1})}</h3>")
    typed: dict[str, str] = {}
    for name, label, longest in FIELDS:
        key = f"protocol-{seen.id}-{number}-{name}"
        if name == "clause":
            typed[name] = (st.text_input(_(label), key=key, max_chars=longest, placeholder="п. 5") or "").strip()
        else:
            typed[name] = (st.text_area(_(label), key=key, max_chars=longest, height=80) or "").strip()
        lacks = tried and name != "ground" and not typed[name] and (number == 0 or any(typed.values()))
        if lacks:
            parts.show(faulty(_("Fill in this field")))
    return typed


def _send(seen: Sight, typed: list[dict[str, str]]) -> None:
    try:
        with session.acting() as (db, actor, now):
            actions.raise_remarks(db, seen.id, actor, typed, now)
    except Invalid as fault:
        if not st.session_state.get(f"protocol-tried-{seen.id}"):
            st.session_state[f"protocol-tried-{seen.id}"] = True
            st.rerun()
        parts.show(faulty(sentence_of(fault)))
        return
    for name in ("tried", "lines"):
        st.session_state.pop(f"protocol-{name}-{seen.id}", None)
    parts.done(_("The protocol is sent. Our answers appear here beside your wording."))


# ------------------------------------------------------------------------------------------------ what was said
def card(seen: Sight) -> None:
    """Every protocol with our answers, the newest first, and the versions of the draft."""
    if not seen.protocols:
        return
    body = "".join(_round(seen, number, rows) for number, rows in sorted(seen.protocols.items(), reverse=True))
    parts.show(parts.card(_("Disagreements"), body + _versions(seen)))


def _round(seen: Sight, number: int, found: Sequence[Disagreement]) -> str:
    columns = [
        parts.Column(_("Clause")),
        parts.Column(_("Your wording")),
        parts.Column(_("Our answer")),
        parts.Column(_("How it will read")),
    ]
    since = local_day(found[0].raised_at, seen.card.zone)
    title = _("Protocol %(number)s of %(day)s") % {"number": number, "day": since}
    table = parts.table(columns, [(str(r.seq), _cells(r)) for r in found], title)
    return f"<h3>{parts.esc(title)}</h3>" + parts.still(table)


def _cells(row: Disagreement) -> list[str]:
    ground = f"<small>{parts.esc(row.ground)}</small>" if row.ground else ""
    if not row.answer:
        return [parts.esc(row.clause), parts.esc(row.proposed) + ground, parts.chip("work", _("being considered")), ""]
    chip, word = ANSWERS[Answer(row.answer)]
    reads = row.proposed if row.answer == Answer.ACCEPTED else row.text or _("as in the draft")
    why = f"<small>{parts.esc(row.reason)}</small>" if row.reason else ""
    return [
        parts.esc(row.clause),
        parts.esc(row.proposed) + ground,
        parts.chip(chip, _(word)) + why,
        parts.esc(reads),
    ]


def _versions(seen: Sight) -> str:
    """The drafts of the contract one under another, each with what became of it."""
    drafts = [d for d in seen.papers if d.kind in ("contract", "conditions", "disagreements")]
    if len(drafts) < 2:
        return ""
    return f"<h3>{parts.esc(_('Versions of the papers'))}</h3>" + parts.documents(_version(d) for d in reversed(drafts))


def _version(row: Document) -> tuple[str, str, str]:
    ended = {DocumentState.ANNULLED: _("has lost force"), DocumentState.REPLACED: _("replaced by a newer one")}
    word = ended.get(DocumentState(row.state), _("in force"))
    version = _("version %(number)s") % {"number": row.version}
    note = f"{version} · {word} · {file_note('application/pdf', row.pdf_size)}"
    return f"{row.title} №{NBSP}{row.number}", f"/files/{row.id}", note
