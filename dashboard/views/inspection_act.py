"""The act on the technical conditions, signed at the site: by the applicant's code or on paper with a picture of it.

The code goes to the applicant's own e-mail and he types it himself: nobody can sign for him."""

import streamlit as st
from sqlmodel import Session

from dashboard import files, parts, session
from dashboard.faults import sentence_of
from dashboard.views import inspection_photo
from dashboard.views.desk_case import Sight
from dashboard.views.filing_fields import faulty
from dashboard.views.inspection_shots import TYPES
from dashboard.views.signing_agreement import visit as place_of
from documents.wording import day
from infra import clock
from infra.wording import _
from models.connection.tables import PROCESS, Inspection, Path
from models.document.tables import DocumentState
from models.people import actions as people
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Actor
from models.process.errors import Invalid, NotFound, NotReady
from models.signing import agreement, codes, queries, sign
from models.signing.tables import EnvelopeState, Method, PartyState, Side, Signer
from models.visit import rules

PURPOSE = "tu_act"


def page(who: session.Who, seen: Sight, last: Inspection) -> None:
    parts.show(parts.p(_("The inspection of %(day)s is passed.") % {"day": day(last.on)}))
    papers = [p for p in seen.papers if p.kind in ("inspection_act", PURPOSE) and p.pdf_key]
    if papers:
        links = [(p.title, f"/files/{p.id}", f"№ {p.number}") for p in papers]
        parts.show(parts.card(_("Acts"), parts.documents(links)))
    if seen.case.path != Path.ORDINARY:
        return parts.show(
            parts.empty(_("Nothing is to be signed at the site"), _("On this path the act carries our seal alone."))
        )
    with session.reading(who) as db:
        envelope = queries.newest(db, PROCESS, seen.id, PURPOSE)
        found = queries.sight(db, envelope) if envelope else None
    with st.container(key="field-act"):
        if found is None:
            return _awaited(seen)
        if found.envelope.state != EnvelopeState.OPEN:
            return _ended(found)
        turn = next((s for s in found.turn if s.side == Side.APPLICANT), None)
        if turn is None:
            return parts.show(parts.p(_("The act waits for our own seal. Look again in a minute.")))
        return _sign(who, seen, found, turn)


def _awaited(seen: Sight) -> None:
    made = any(p.kind == PURPOSE and p.state in (DocumentState.STORED, DocumentState.PLACED) for p in seen.papers)
    told = _("The act is made and is being placed.") if made else _("The act is being made and sealed.")
    parts.show(parts.p(f"{told} {_('It takes about a minute.')}"))
    if st.button(_("Look again"), key="act-again", type="primary"):
        st.rerun()


def _ended(found: queries.Sight) -> None:
    if found.envelope.state == EnvelopeState.COMPLETED:
        parts.show(parts.p(_("The act is signed by both sides.")), f"<p>{parts.chip('done', _('signed'))}</p>")
        return
    reasons = [s.reason for s in found.signers if s.state == PartyState.DECLINED and s.reason]
    parts.show(
        parts.p(_("The signing of the act has ended without a signature. Tell the desk: it opens it anew.")),
        *(parts.p(reason, sub=True) for reason in reasons),
    )


# ------------------------------------------------------------------------------------------------ the applicant signs
def _sign(who: session.Who, seen: Sight, found: queries.Sight, signer: Signer) -> None:
    parts.show(
        parts.h2(_("The applicant signs the act")),
        parts.p(_("Show him the act first. He signs here, or later in his cabinet: the letter is with him already.")),
    )
    ways = [m for m in (Method.CODE, Method.PAPER) if m in signer.methods]
    if not ways:
        return parts.show(parts.p(_("This applicant signs in his cabinet with a certificate.")))
    way = ways[0] if len(ways) == 1 else _way(ways)
    with st.container(key=f"card-act-{way}"):
        if way == Method.CODE:
            _by_code(who, signer)
        else:
            _on_paper(who, seen, signer)
    return None


def _way(ways: list[Method]) -> Method:
    names = {Method.CODE: _("By a code from his e-mail"), Method.PAPER: _("On paper")}
    chosen = st.segmented_control(
        _("How he signs"),
        ways,
        default=ways[0],
        format_func=lambda m: names[m],
        key="act-way",
        required=True,
        width="stretch",
    )
    return chosen or ways[0]


def _owner(db: Session, who: session.Who, signer: Signer) -> Actor:
    user = db.get(User, signer.user_id) if signer.user_id else None
    if user is None:
        raise NotFound
    return rules.on_site(actor_of(user), who.actor)


def _has_agreed(who: session.Who, signer: Signer) -> bool:
    """The agreement on signing by a code: he accepts it in his cabinet, never here."""
    with session.reading(who) as db:
        return queries.accepted(db, _owner(db, who, signer).person, agreement.in_force(db, clock.now())) is not None


def _by_code(who: session.Who, signer: Signer) -> None:
    sent = f"act-sent-{signer.id}"
    if not _has_agreed(who, signer):
        told = _(
            "He has not accepted the agreement on signing by a code yet. He does it once in his cabinet; until then he signs on paper."
        )
        return parts.show(parts.p(told))
    if sent not in st.session_state:
        if st.button(_("Send him the code"), type="primary", key="act-send"):
            _send(who, signer, sent)
        return _said(signer)
    parts.show(
        parts.p(
            _("The code went to %(channel)s. The applicant types it himself.") % {"channel": st.session_state[sent]}
        )
    )
    typed = st.text_input(
        _("Code from the letter"), max_chars=12, key=f"act-code-{signer.id}", autocomplete="one-time-code"
    )
    _said(signer)
    with st.container(horizontal=True):
        if st.button(_("Sign the act"), type="primary", key="act-sign"):
            _enter(who, signer, typed or "", sent)
        if st.button(_("Send a new code"), key="act-send-again"):
            _send(who, signer, sent)
    return None


def _fault(signer: Signer) -> str:
    return f"act-fault-{signer.id}"


def _said(signer: Signer) -> None:
    if told := st.session_state.pop(_fault(signer), ""):
        parts.show(faulty(told))


def _refuse(signer: Signer, told: str) -> None:
    """Beside the field, in the next run."""
    st.session_state[_fault(signer)] = told
    st.rerun()


def _send(who: session.Who, signer: Signer, sent: str) -> None:
    with session.acting() as (db, _actor, now):  # on its own: the count stays when what follows fails
        people.count_attempt(db, "code", f"send:{signer.user_id}", now)
    try:
        with session.acting() as (db, _actor, now):
            st.session_state[sent] = codes.send(db, signer.id or 0, _owner(db, who, signer), now).channel
    except (Invalid, NotReady) as fault:
        _refuse(signer, sentence_of(fault))
    st.rerun()


def _enter(who: session.Who, signer: Signer, typed: str, sent: str) -> None:
    """Each step is a transaction of its own, so that a try stays counted."""
    if not typed.strip():
        _refuse(signer, _("Write the code from the letter"))
    with session.acting() as (db, _actor, now):
        people.count_attempt(db, "code", f"use:{signer.user_id}", now)
    signer_id, place = signer.id or 0, place_of(who)
    try:
        with session.acting() as (db, _actor, now):
            counted = codes.begin(db, signer_id, _owner(db, who, signer), now)
        with session.acting() as (db, _actor, now):
            codes.enter(db, signer_id, _owner(db, who, signer), typed, counted, now, place)
    except Invalid as wrong:
        with session.acting() as (db, _actor, now):
            codes.failed(db, signer_id, _owner(db, who, signer), now, place, wrong)
        _refuse(signer, sentence_of(wrong))
    st.session_state.pop(sent, None)
    parts.done(_("The act is signed by both sides"))


def _on_paper(who: session.Who, seen: Sight, signer: Signer) -> None:
    parts.show(
        parts.p(
            _("He signs the printed act. Photograph the signed page: another employee looks at it later."), sub=True
        )
    )
    shot = st.file_uploader(
        _("Photo of the signed page"), type=TYPES, max_upload_size=inspection_photo.LARGEST, key=f"act-shot-{signer.id}"
    )
    mark = st.text_area(
        _("How you made sure who signed"), key=f"act-mark-{signer.id}", max_chars=500, height=90,
        placeholder=_("for example: in person, passport checked, original in the folder of the case"),
    )  # fmt: skip
    _said(signer)
    if not st.button(_("Record the signature"), type="primary", key="act-paper"):
        return
    if shot is None or not (mark or "").strip():
        _refuse(signer, _("Attach the photo and write how you made sure who signed"))
    else:
        _record(seen, signer, shot, mark or "")


def _record(seen: Sight, signer: Signer, shot: files.Upload, mark: str) -> None:
    kept, faults = inspection_photo.take(seen.id, [shot], 0, seen.card.zone, kind="signed_paper")
    if faults:
        _refuse(signer, sentence_of(faults[0]))
    with session.acting() as (db, actor, now):
        today = now.astimezone(seen.card.zone).date()
        sign.on_paper(db, signer.id or 0, actor, now, scan_id=int(str(kept[0]["id"])), signed_on=today, mark=mark)
    parts.done(_("The signature on paper is recorded"))
