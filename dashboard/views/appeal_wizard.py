"""«Подача обращения»: the wizard in the steps and words of the manual (J-118…J-125). What was typed is kept between steps."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import appeal_files, menu, parts, session
from dashboard.faults import sentence_of
from dashboard.views.appeal_words import beside, call_fields
from dashboard.views.filing_fields import dress
from infra.wording import N_, _
from models.appeal import actions, queries, rules
from models.appeal.actions import Sent
from models.appeal.tables import AppealKind, Channel
from models.connection import queries as connection
from models.connection.tables import Application
from models.people.rules import show_snils
from models.process.errors import Invalid, ManyInvalid

TYPES = {"appeal": N_("Submit an appeal"), "error": N_("Report an error")}
STEPS = {
    "type": N_("Say the type of operation"),
    "contract": N_("Choice of the contract"),
    "contact": N_("Check the requisites and the contact information"),
    "text": N_("Enter the text of the message"),
}
BY_HAND = N_("Enter your contact information")  # without a bound contract (J-125)
SAID = N_("Number of the appeal – %(number)s. You will be contacted soon!")
_DRAFT, _FAULTS = "appeal-draft", "appeal-faults"
Draft = dict[str, Any]


def page(who: session.Who) -> None:
    dress()
    menu.link("appeal", _("History of appeals"))
    draft: Draft = st.session_state.setdefault(_DRAFT, {"step": "type"})
    with session.reading(who) as db:
        cases = {c.id or 0: c for c in connection.of_applicant(db, who.id) if c.number}
        kinds = queries.kinds(db)
    steps = [s for s in STEPS if s != "contract" or cases]
    step = draft["step"] if draft["step"] in steps else steps[0]
    title = _(BY_HAND) if step == "contact" and not draft.get("case") else _(STEPS[step])
    told = _("Step %(number)s of %(count)s") % {"number": steps.index(step) + 1, "count": len(steps)}
    parts.show(parts.head(_("Submitting an appeal"), told))
    faults: Mapping[str, str] = st.session_state.get(_FAULTS, {})
    with st.container(key=f"card-appeal-{step}"):
        parts.show(parts.h2(title))
        typed = _BODIES[step](who, draft, cases, kinds, dict(faults))
    _buttons(who, draft, steps, step, typed, cases)


# ------------------------------------------------------------------------------------------------ steps
def _type(
    _who: session.Who, draft: Draft, cases: Mapping[int, Application], kinds: list[AppealKind], faults: dict[str, str]
) -> Draft:
    """J-119; what the appeal is about belongs to the first of the two operations only."""
    names = list(TYPES)
    chosen = st.radio(_("Type of operation"), names, index=names.index(draft.get("type", "appeal")), key="appeal-type",
                      format_func=lambda t: _(TYPES[t]), label_visibility="collapsed")  # fmt: skip
    if chosen == rules.ERROR:
        parts.show(parts.p(_("An error of the cabinet or the site: it goes to those who mend it."), sub=True))
        return {"type": rules.ERROR, "kind": rules.ERROR}
    offered = {k.code: k for k in kinds if k.code != rules.ERROR and (cases or not k.about_case)}
    codes = list(offered)
    asked = draft.get("kind") or (
        rules.ABOUT_CASE if "case" in st.query_params and rules.ABOUT_CASE in codes else codes[0]
    )
    kind = st.selectbox(_("What is it about"), codes, index=codes.index(asked) if asked in codes else 0, key="appeal-kind",
                        format_func=lambda c: offered[c].title)  # fmt: skip
    beside(faults, "kind")
    parts.show(parts.p(offered[kind].hint if kind else "", sub=True))
    return {"type": "appeal", "kind": kind}


def _contract(
    _who: session.Who, draft: Draft, cases: Mapping[int, Application], _kinds: list[AppealKind], faults: dict[str, str]
) -> Draft:
    """J-120: a contract, an application without one yet, or none."""
    options = [*cases, 0]
    wanted = draft.get("case", menu.number("case") if "case" in st.query_params else next(iter(cases)))
    chosen = st.radio(_("Contract"), options, index=options.index(wanted) if wanted in options else 0, key="appeal-case",
                      format_func=lambda i: case_words(cases[i]) if i else _("Without a contract"),
                      label_visibility="collapsed")  # fmt: skip
    beside(faults, "application")
    return {"case": chosen or 0}


def case_words(case: Application) -> str:
    number = {"number": case.contract_number or case.number or ""}
    name = _("Contract No. %(number)s") % number if case.contract_number else _("Application %(number)s") % number
    return f"{name} · {case.object_name}"


def _contact(
    who: session.Who, draft: Draft, cases: Mapping[int, Application], _kinds: list[AppealKind], faults: dict[str, str]
) -> Draft:
    """J-121, J-122, J-125."""
    user, bound = who.user, bool(draft.get("case"))
    if bound and st.button(_("Check the requisites"), type="tertiary", key="appeal-requisites"):
        draft["shown"] = not draft.get("shown")
    if bound and draft.get("shown"):
        _requisites(who)
    parts.show(parts.h2(_("Contact information")) if bound else "")
    known = {"name": user.name, "email": user.email, "phone": user.phone}
    typed: Draft = {}
    for name, label in (("name", N_("Your full name")), ("email", N_("E-mail")), ("phone", N_("Phone"))):
        typed[name] = st.text_input(
            _(label) + ("*" if name != "phone" else ""),
            draft.get(name, known[name]),
            max_chars=200,
            key=f"appeal-{name}",
        )
        beside(faults, name)
    if not bound:
        typed["contract"] = st.text_input(
            _("Number of the contract or the account, if there is one"),
            draft.get("contract", ""),
            max_chars=100,
            key="appeal-contract",
        )
    if draft.get("type") != rules.ERROR:
        typed["wants"] = st.checkbox(_("Order a callback"), value=bool(draft.get("wants")), key="appeal-wants")
        if typed["wants"]:
            typed["call_on"], typed["call_hours"] = call_fields(
                "appeal-call", draft.get("call_on"), draft.get("call_hours", "")
            )
            beside(faults, "call_on", "call_hours")
    return typed


def _requisites(who: session.Who) -> None:
    user = who.user
    rows = [(_("Name"), user.name), (_("SNILS"), show_snils(user.snils)), (_("INN"), user.inn), (_("KPP"), user.kpp),
            (_("OGRN"), user.ogrn), (_("Address"), user.address), (_("Head"), user.head)]  # fmt: skip
    parts.show(parts.listing(parts.Field(label, value) for label, value in rows if value))
    menu.link("profile", _("Change in the profile"))


def _text(
    _who: session.Who, draft: Draft, _cases: Mapping[int, Application], _kinds: list[AppealKind], faults: dict[str, str]
) -> Draft:
    """J-123."""
    text = st.text_area(
        _("Text of the message") + "*", draft.get("text", ""), max_chars=rules.LONGEST, height=180, key="appeal-text"
    )
    beside(faults, "text")
    told = (
        _("Attach a file to the message")
        + ": "
        + _("PDF, JPG, PNG or DOCX, up to 10 MB each, %(most)s at most") % {"most": rules.FILES}
    )
    chosen = st.file_uploader(told, accept_multiple_files=True, key="appeal-files")
    kept = [] if chosen else draft.get("files") or []
    if kept:  # chosen before a step back
        names = ", ".join(f.name for f in kept)
        parts.show(parts.p(_("Attached: %(names)s") % {"names": names}, sub=True))
    beside(faults, "file")
    return {"text": text or "", "files": chosen or kept}


Body = Callable[[session.Who, Draft, Mapping[int, Application], list[AppealKind], dict[str, str]], Draft]
_BODIES: dict[str, Body] = {"type": _type, "contract": _contract, "contact": _contact, "text": _text}
_FIELDS = {  # where a fault that is found at the end is mended
    "kind": "type", "application": "contract", "name": "contact", "email": "contact", "phone": "contact", "call_on": "contact",
    "call_hours": "contact", "text": "text", "file": "text",
}  # fmt: skip


# ------------------------------------------------------------------------------------------------ on and back
def _buttons(
    who: session.Who, draft: Draft, steps: list[str], step: str, typed: Draft, cases: Mapping[int, Application]
) -> None:
    at = steps.index(step)
    with st.container(horizontal=True, key="appeal-buttons"):
        on = st.button(_("Send") if step == "text" else _("Continue"), type="primary", key="appeal-go")
        back = at > 0 and st.button(_("Back"), key="appeal-back")
    if not (on or back):
        return
    draft |= typed
    if back:
        _go(draft, steps[at - 1], {})
    if step == "text":
        _send(who, draft, cases)
    faults = _faults(who, draft, step)
    _go(draft, step if faults else steps[at + 1], faults)


def _go(draft: Draft, step: str, faults: dict[str, str]) -> None:
    draft["step"] = step
    st.session_state[_FAULTS] = faults
    st.rerun()


def _faults(who: session.Who, draft: Draft, step: str) -> dict[str, str]:
    """What keeps this step from being passed."""
    with session.acting() as (db, _actor, now):  # limits of the day and office hours stand behind the wall of customers
        _person, found = actions.check(db, _sent(draft), now)
    return _said([f for f in found if _FIELDS.get(f.field, step) == step])


def _said(found: list[Invalid]) -> dict[str, str]:
    return {f.field: sentence_of(f) for f in reversed(found)}


def _sent(draft: Draft) -> Sent:
    wants = bool(draft.get("wants")) and draft.get("type") != rules.ERROR
    typed = {name: str(draft.get(name, "")) for name in ("name", "email", "phone", "contract", "text")}
    call = (draft.get("call_on"), str(draft.get("call_hours", ""))) if wants else None
    return Sent(draft.get("kind", ""), Channel.CABINET, typed, draft.get("case") or None, call)


def _send(who: session.Who, draft: Draft, _cases: Mapping[int, Application]) -> None:
    """Files are looked at, then kept, then the appeal is registered: J-124."""
    pairs = appeal_files.described(draft.get("files") or ())
    sent = replace(_sent(draft), files=[file for file, _bytes in pairs])
    with session.acting() as (db, _actor, now):
        _person, found = actions.check(db, sent, now)
    if found:
        step = _FIELDS.get(found[0].field, "text")
        _go(draft, step, _said([f for f in found if _FIELDS.get(f.field, "text") == step]))
    kept = replace(sent, files=appeal_files.stored(pairs))
    try:
        with session.acting() as (db, actor, now):
            made = actions.register(db, actor, kept, now)
            number, appeal_id = made.number, made.id
    except ManyInvalid as many:
        _go(draft, "text", _said(many.errors))
    st.session_state.pop(_DRAFT), st.session_state.pop(_FAULTS, None)
    parts.said(_(SAID) % {"number": number})
    menu.go("appeal", id=appeal_id)
