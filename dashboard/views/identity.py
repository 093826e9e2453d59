"""«Паспортные данные»: typed once after the first sign-in and confirmed by a simple signature (row H-24). Only where the
profile asks for it. The statement that is signed stands on the screen word for word."""

from datetime import date
from typing import Any

import streamlit as st

from dashboard import menu, parts, session
from dashboard.faults import sentence_of
from dashboard.views import signing_agreement
from dashboard.views.desk_parts import moment
from dashboard.views.filing_fields import dress, faulty
from infra import clock, profiles
from infra.keys import vault_keys
from infra.wording import N_, _
from models.people import actions as people
from models.people.tables import PersonKind
from models.process.errors import Invalid, ManyInvalid, NotFound
from models.signing import agreement, identity, queries
from models.signing.identity_tables import IdentitySignature
from signatures.secrets import Vault

ENTRY = menu.Entry("identity", N_("Passport data"), order=45, roles=menu.APPLICANT, hidden=True)
LABELS = {
    "series": N_("Passport: series"),
    "number": N_("Passport: number"),
    "code": N_("Passport: department code"),
    "issuer": N_("Passport: issued by"),
}
_TYPED, _SENT, _FAULT = "identity-data", "identity-sent", "identity-fault"


def asked(who: session.Who) -> bool:
    """Does this profile ask this person for it, and is it still missing?"""
    if not profiles.cabinet().passport or who.is_staff or who.user.kind == PersonKind.LEGAL_ENTITY:
        return False
    with session.reading(who) as db:
        return identity.confirmed(db, who.id) is None


def invite(who: session.Who) -> None:
    """On the home page, first of all, until it is done."""
    if not asked(who):
        return
    with st.container(key="turn-identity"):
        parts.show(
            parts.h2(_("Confirm your passport data")),
            parts.p(_("Enter them once and sign by a code from an e-mail.")),
        )
        if st.button(_("Enter the passport data"), type="primary", key="identity-go"):
            menu.go("identity")


def page() -> None:
    who = session.current()
    if not profiles.cabinet().passport or who.user.kind == PersonKind.LEGAL_ENTITY:
        raise NotFound
    with session.reading(who) as db:
        done = identity.confirmed(db, who.id)
        text = agreement.in_force(db, clock.now())
        joined = queries.accepted(db, who.id, text) is not None
    chip = parts.chip("done", _("confirmed")) if done else parts.chip("yours", _("Your turn"))
    parts.show(parts.head(_("Passport data"), _("Kept encrypted; signed by your simple electronic signature."), chip))
    dress()
    if done is not None and not st.session_state.get("identity-again"):
        _done(done)
    elif not joined:
        signing_agreement.accept(who, text)
    elif _TYPED not in st.session_state:
        _form(who)
    else:
        _sign(who, st.session_state[_TYPED])


def _done(row: IdentitySignature) -> None:
    pairs = [
        (_("Signed"), moment(row.at)),
        (_("Code sent to"), row.channel),
        (_("Agreement"), row.agreement),
        (_("Hash"), f"…{row.sha256[-8:]}"),
    ]
    parts.show(parts.card(_("Your passport data are confirmed"), parts.facts(pairs)))
    if st.button(_("I have a new passport"), key="identity-new", type="tertiary"):
        st.session_state["identity-again"] = True
        st.rerun()


# ------------------------------------------------------------------------------------------------ the data
def _form(who: session.Who) -> None:
    faults: dict[str, str] = st.session_state.get(_FAULT, {})
    with st.container(key="card-identity"):
        pairs = st.columns(2, gap="medium")
        typed = {
            "series": _text(pairs[0], "series", faults, "4108"),
            "number": _text(pairs[1], "number", faults, "123456"),
        }
        pairs = st.columns(2, gap="medium")
        issued = _day(pairs[0], faults)
        typed["code"] = _text(pairs[1], "code", faults, "470-012")
        typed["issuer"] = _text(st.container(), "issuer", faults, "")
        if st.button(_("Next: read and sign"), type="primary", key="identity-next"):
            _check(who, typed, issued)


def _text(place: Any, name: str, faults: dict[str, str], sample: str) -> str:
    with place:
        found = st.text_input(
            _(LABELS[name]) + "*", key=f"identity-{name}", max_chars=200, placeholder=sample, autocomplete="off"
        )
        if f"passport_{name}" in faults:
            parts.show(faulty(faults[f"passport_{name}"]))
    return found or ""


def _day(place: Any, faults: dict[str, str]) -> date | None:
    with place:
        today = clock.today()
        found = st.date_input(
            _("Passport: date of issue") + "*", value=None, min_value=date(1950, 1, 1), max_value=today, format="DD.MM.YYYY",
            key="identity-issued",
        )  # fmt: skip
        if "passport_issued" in faults:
            parts.show(faulty(faults["passport_issued"]))
    return found


def _check(who: session.Who, typed: dict[str, str], issued: date | None) -> None:
    try:
        st.session_state[_TYPED] = identity.checked(typed, issued, who.user.birth_date, clock.today())
        st.session_state.pop(_FAULT, None)
    except ManyInvalid as wrong:
        st.session_state[_FAULT] = {e.field: sentence_of(e) for e in wrong.errors}
    st.rerun()


# ------------------------------------------------------------------------------------------------ the signature
def _sign(who: session.Who, data: dict[str, str]) -> None:
    words = identity.statement(who.user.name, data)
    with st.container(key="turn"):
        tail = _("hash ends with %(tail)s") % {"tail": identity.fingerprint(words)[-4:]}
        parts.show(parts.h2(_("Read and sign")), parts.p(words), parts.p(tail, sub=True))
        sent = st.session_state.get(_SENT)
        if sent is None:
            if st.button(_("Send me the code"), type="primary", key="identity-send"):
                _send(who, words)
        else:
            _enter(who, data, words, sent)
        if st.button(_("Correct the data"), key="identity-back", type="tertiary"):
            _forget()
            st.rerun()


def _enter(who: session.Who, data: dict[str, str], words: str, channel: str) -> None:
    parts.show(parts.p(_("The code was sent to %(channel)s.") % {"channel": channel}))
    typed = st.text_input(
        _("Code from the letter"), max_chars=12, key="identity-code", autocomplete="one-time-code", width=220
    )
    if fault := st.session_state.pop(_FAULT, ""):
        parts.show(faulty(str(fault)))
    with st.container(horizontal=True):
        if st.button(_("Sign"), type="primary", key="identity-sign"):
            _use(who, data, words, typed or "")
        if st.button(_("Send a new code"), key="identity-resend"):
            _send(who, words)


def _send(who: session.Who, words: str) -> None:
    _count(f"send:{who.id}")
    with session.acting() as (db, actor, now):
        st.session_state[_SENT] = identity.send(db, actor, words, now).channel
    st.rerun()


def _use(who: session.Who, data: dict[str, str], words: str, typed: str) -> None:
    """Three transactions, so that a try stays counted whatever follows."""
    _count(f"use:{who.id}")
    sealed, place = Vault(vault_keys()).lock(data), signing_agreement.visit(who)
    try:
        if not typed.strip():
            raise Invalid("code", "Write the code from the letter")
        with session.acting() as (db, actor, now):
            counted = identity.begin(db, actor, words, now)
        with session.acting() as (db, actor, now):
            identity.enter(db, actor, words, sealed, typed, counted, now, place)
    except Invalid as wrong:
        st.session_state[_FAULT] = sentence_of(wrong)
        st.rerun()
    _forget()
    parts.done(_("Your passport data are confirmed"))


def _forget() -> None:
    for key in (_TYPED, _SENT, _FAULT, "identity-again"):
        st.session_state.pop(key, None)


def _count(key: str) -> None:
    """In a transaction of its own: the count stays when what follows fails."""
    with session.acting() as (db, _actor, now):
        people.count_attempt(db, "code", key, now)
