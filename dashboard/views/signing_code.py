"""Signing by a code: the agreement once, a code by e-mail, the code entered. Three transactions, so that a try stays counted."""

import streamlit as st

from dashboard import parts, session
from dashboard.faults import sentence_of
from dashboard.views import signing_agreement
from dashboard.views.filing_fields import faulty
from dashboard.views.signing_agreement import visit
from infra import clock
from infra.wording import _
from models.people import actions as people
from models.process.errors import Invalid
from models.signing import agreement, codes, queries
from models.signing.queries import Sight
from models.signing.tables import Signer


def body(who: session.Who, seen: Sight, signer: Signer) -> None:
    with session.reading(who) as db:
        text = agreement.in_force(db, clock.now())
        joined = queries.accepted(db, who.id, text) is not None
    if not joined:
        signing_agreement.accept(who, text)
        return
    sent = st.session_state.get(_sent(signer))
    if sent is None:
        _ask(who, signer)
    else:
        _enter(who, seen, signer, sent)


def _sent(signer: Signer) -> str:
    return f"signing-sent-{signer.id}"


def _ask(who: session.Who, signer: Signer) -> None:
    parts.show(
        parts.p(
            _(
                "We send a code of six digits to the e-mail of your profile. It works for ten minutes and fits only these very papers."
            )
        )
    )
    if st.button(_("Send me the code"), type="primary", key="signing-send"):
        _send(who, signer)


def _send(who: session.Who, signer: Signer) -> None:
    _count(f"send:{who.id}")
    with session.acting() as (db, actor, now):
        row = codes.send(db, signer.id or 0, actor, now)
        channel = row.channel
    st.session_state[_sent(signer)] = channel
    st.rerun()


def _enter(who: session.Who, seen: Sight, signer: Signer, channel: str) -> None:
    tails = ", ".join(p.sha256[-4:] for p in seen.papers)
    parts.show(
        parts.p(
            _("The code was sent to %(channel)s. The letter names the papers and the end of each hash: %(tails)s.")
            % {"channel": channel, "tails": tails}
        )
    )
    typed = st.text_input(
        _("Code from the letter"),
        max_chars=12,
        key=f"signing-code-{signer.id}",
        autocomplete="one-time-code",
        width=220,
    )
    if fault := st.session_state.pop(_fault(signer), ""):
        parts.show(faulty(fault))
    with st.container(horizontal=True):
        if st.button(_("Sign the papers"), type="primary", key="signing-sign"):
            _sign(who, signer, typed or "")
        if st.button(_("Send a new code"), key="signing-again"):
            _send(who, signer)


def _fault(signer: Signer) -> str:
    return f"signing-fault-{signer.id}"


def _sign(who: session.Who, signer: Signer, typed: str) -> None:
    if not typed.strip():
        _refuse(signer, _("Write the code from the letter"))
    _count(f"use:{who.id}")
    signer_id, place = signer.id or 0, visit(who)
    try:
        with session.acting() as (db, actor, now):
            counted = codes.begin(db, signer_id, actor, now)
        with session.acting() as (db, actor, now):
            codes.enter(db, signer_id, actor, typed, counted, now, place)
    except Invalid as wrong:
        with session.acting() as (db, actor, now):
            codes.failed(db, signer_id, actor, now, place, wrong)
        _refuse(signer, sentence_of(wrong))
    st.session_state.pop(_sent(signer), None)
    parts.done(_("You have signed. The protocol comes when everybody has signed."))


def _refuse(signer: Signer, why: str) -> None:
    """Beside the field, in the next run."""
    st.session_state[_fault(signer)] = why
    st.rerun()


def _count(key: str) -> None:
    """In a transaction of its own: the count stays when what follows fails."""
    with session.acting() as (db, _actor, now):
        people.count_attempt(db, "code", key, now)
