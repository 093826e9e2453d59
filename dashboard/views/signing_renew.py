"""The desk makes a paper of an envelope anew, before anybody but the company has signed. Which papers, and whether it is
still time, is told by models.signing.replacing."""

from collections.abc import Sequence

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_parts import dialog
from dashboard.views.filing_fields import faulty
from dashboard.views.signing_words import paper_name
from infra.wording import _
from models.document.tables import Document
from models.signing import replacing
from models.signing.queries import Sight
from models.signing.tables import Method, Paper, PartyState


def button(who: session.Who, seen: Sight) -> None:
    """Nothing once somebody has signed, or while a paper is being made."""
    signed = any(s.state == PartyState.SIGNED for s in seen.signers if Method.SEAL not in s.methods)
    if signed or seen.replacing:
        return
    with session.reading(who) as db:
        found = replacing.renewable(db, seen.envelope)
    if found and st.button(_("Replace a paper"), key="desk-renew"):
        dialog(_("Replace a paper"), _renew, seen, found)


def note(seen: Sight) -> None:
    """Said above the papers while one is made anew."""
    for paper in seen.papers:
        if paper.successor_id:
            told = _(
                "«%(paper)s» is being made anew. Nobody can sign until it is ready; then everybody is asked again."
            )
            parts.show(parts.p(told % {"paper": paper_name(paper)}))


def _renew(seen: Sight, found: Sequence[tuple[Paper, Document]]) -> None:
    names = {row.id or 0: paper_name(paper) for paper, row in found}
    parts.show(
        parts.p(_("Correct the data of the application first: the new paper is made from them as they stand now.")),
        parts.p(_("Codes that were sent for the old paper are void, and everybody is asked to sign anew."), sub=True),
    )
    chosen = st.selectbox(_("Which paper"), list(names), format_func=lambda i: names[i], key="renew-which")
    reason = st.text_area(_("Why"), key="renew-why", max_chars=1000, height=80)
    if st.button(_("Make the paper anew"), type="primary", key="renew-sure"):
        if not (reason or "").strip():
            parts.show(faulty(_("Write the reason first: the other parties will read it")))
            return
        with session.acting() as (db, actor, now):
            replacing.renew(db, seen.envelope.id or 0, chosen or 0, actor, now, reason or "")
        parts.done(_("The paper is being made anew"))
