"""The last step: everything typed once more, what is still wrong with a way there, then a code by e-mail signs and sends.

The code is bound to the fingerprint of the data: whatever changes after it was sent makes it void (63-ФЗ, ст. 9)."""

from typing import Any

import streamlit as st

from dashboard import filing_code, menu, parts, session
from dashboard.faults import sentence_of
from dashboard.promises import within
from dashboard.views.cabinet_words import file_note, kind_words
from dashboard.views.filing_draft import Sheet
from dashboard.views.filing_fields import faulty
from dashboard.views.filing_words import STEP_NAMES, STEPS, Ask, Kind, asks_of, shown
from infra.wording import _
from models.connection import actions
from models.people import actions as people
from models.process.errors import Invalid


def body(sheet: Sheet, faults: dict[str, list[str]]) -> str | None:
    """Gives the step to go to when somebody wants to repair something."""
    chosen = _faults(faults)
    _twice(sheet)
    for step in STEPS[:-1]:
        chosen = _review(sheet, step) or chosen
    if not faults:
        _signing(sheet)
    return chosen


def _twice(sheet: Sheet) -> None:
    """Two applications for one object: the desk returns the second."""
    other = sheet.alike
    if other is not None:
        text = _(
            "You have the application %(number)s for this object already. A second one for the same power is returned."
        )
        parts.show(
            parts.card(_("Have a look first"), parts.p(text % {"number": other.number or _("being registered")}))
        )


def _faults(faults: dict[str, list[str]]) -> str | None:
    """What still stands in the way, by step."""
    chosen = None
    if not faults:
        return chosen
    count = sum(map(len, faults.values()))
    lines = [line for found in faults.values() for line in found]
    parts.error_box(_("Not ready to be sent: %(count)s to repair") % {"count": count}, lines,
                    _("Nothing is lost: repair these and come back to this step."))  # fmt: skip
    with st.container(horizontal=True):
        for number, step in enumerate(faults):
            kind = "primary" if number == 0 else "secondary"
            if st.button(_("Repair: %(step)s") % {"step": _(STEP_NAMES[step])}, key=f"repair-{step}", type=kind):  # type: ignore[arg-type]
                chosen = step
    return chosen


# ------------------------------------------------------------------------------------------------ what was typed
def _review(sheet: Sheet, step: str) -> str | None:
    with st.container(key=f"card-review-{step}"):
        parts.show(parts.h2(_(STEP_NAMES[step])), _body_of(sheet, step))
        if st.button(_("Change: %(step)s") % {"step": _(STEP_NAMES[step])}, key=f"change-{step}", type="tertiary"):
            return step
    return None


def _body_of(sheet: Sheet, step: str) -> str:
    if step == "papers":
        items = [
            (f"{kind_words(f.kind)}: {f.name}", f"/attachments/{f.id}", file_note(f.media_type, f.size))
            for f in sheet.files
        ]
        return parts.documents(items) if items else parts.p(_("Nothing is attached yet"), sub=True)
    if step == "consent":
        kept = sheet.case.draft.get("consents") or []
        said = (
            _("Given %(at)s. It is kept with the application.") % {"at": kept[0]["at"]}
            if kept
            else _("The consent is not given yet")
        )
        return parts.p(said)
    return parts.listing(
        parts.Field(_(ask.label), *_said(sheet, ask))
        for ask in asks_of(step, sheet.kind, sheet.today, sheet.case.draft)
        if _worth(sheet, ask)
    )


def _worth(sheet: Sheet, ask: Ask) -> bool:
    return ask.required or bool(sheet.value(ask))


def _said(sheet: Sheet, ask: Ask) -> tuple[str, bool]:
    """(words, whether they are there)"""
    value: Any = sheet.value(ask)
    if ask.kind is Kind.TICK:
        return _("yes"), True
    if not value:
        return _("not filled in"), False
    if ask.name in ("passport_series", "passport_number"):
        return "•" * len(str(value)), True
    text = shown(ask, value)
    return (_(ask.options[text]) if text in ask.options else text), True


# ------------------------------------------------------------------------------------------------ the signature
def _sent_key(sheet: Sheet) -> str:
    return f"code-sent-{sheet.id}"


def _signing(sheet: Sheet) -> None:
    sent = st.session_state.get(_sent_key(sheet))
    with st.container(key="turn"):
        parts.show(parts.h2(_("Sign and send")))
        if sent is None:
            _ask_for_code(sheet)
        else:
            _enter_code(sheet, sent)


def _ask_for_code(sheet: Sheet) -> None:
    parts.show(
        parts.p(
            _(
                "We send a code of six digits to the e-mail of your profile. The code is your simple electronic signature: it is bound to what stands above."
            )
        ),
        parts.p(
            _("What happens then: the application gets a number, we check the papers within %(term)s.")
            % {"term": within("TP-01")}
        ),
    )
    if st.button(_("Send me the code"), type="primary", key="send-code"):
        _send_code(sheet)


def _send_code(sheet: Sheet) -> None:
    _count(f"send:{sheet.case.applicant_id}")
    with session.acting() as (db, actor, now):
        row = filing_code.order(db, sheet.id, actor, sheet.passport, now)
        st.session_state[_sent_key(sheet)] = {"bound": row.bound_to, "channel": row.channel}
    st.rerun()


def _enter_code(sheet: Sheet, sent: dict[str, str]) -> None:
    parts.show(parts.p(_("The code was sent to %(channel)s. It works for ten minutes.") % {"channel": sent["channel"]}))
    code = st.text_input(
        _("Code from the letter"), max_chars=12, key=f"code-{sheet.id}", autocomplete="one-time-code", width=220
    )
    fault = st.session_state.pop(f"code-fault-{sheet.id}", "")
    if fault:
        parts.show(faulty(fault))
    with st.container(horizontal=True):
        if st.button(_("Sign and send the application"), type="primary", key="sign"):
            _sign(sheet, sent["bound"], code or "")
        if st.button(_("Send a new code"), key="send-again"):
            del st.session_state[_sent_key(sheet)]
            _send_code(sheet)


def _sign(sheet: Sheet, bound: str, code: str) -> None:
    if not code.strip():
        _refuse(sheet, _("Write the code from the letter"))
    _count(f"use:{sheet.case.applicant_id}")
    counted = _count_try(sheet, bound)
    fault: Invalid | None = None
    with session.acting() as (db, actor, now):
        try:
            used = people.use_code(
                db, filing_code.owner(db, actor), filing_code.PURPOSE, bound, code, now, counted=counted
            )
        except Invalid as wrong:
            fault = wrong
        else:
            actions.submit(db, sheet.id, actor, used, sheet.passport, now)
    if fault is not None:
        _refuse(sheet, sentence_of(fault))
    st.session_state.pop(_sent_key(sheet), None)
    parts.said(_("The application is sent"))
    menu.go("application", id=sheet.id)


def _count_try(sheet: Sheet, bound: str) -> int:
    """In a transaction of its own: a wrong code stays counted whatever becomes of the application."""
    fault: Invalid | None = None
    counted = 0
    with session.acting() as (db, actor, now):
        try:
            counted = people.begin_try(db, filing_code.owner(db, actor), filing_code.PURPOSE, bound, now)
        except Invalid as wrong:
            fault = wrong
    if fault is not None:
        _refuse(sheet, sentence_of(fault))
    return counted


def _refuse(sheet: Sheet, why: str) -> None:
    """Beside the field, in the next run."""
    st.session_state[f"code-fault-{sheet.id}"] = why
    st.rerun()


def _count(key: str) -> None:
    """In a transaction of its own: the count stays when what follows fails."""
    with session.acting() as (db, _actor, now):
        people.count_attempt(db, "code", key, now)
