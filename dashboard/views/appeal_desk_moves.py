"""The panel of the desk's moves on an appeal: the likely one first, closed ones with the fact that opens them. No rule here."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st
from sqlmodel import Session

from dashboard import appeal_files, parts, session
from dashboard.faults import sentence_of
from dashboard.views.appeal_words import beside, call_fields
from dashboard.views.desk_parts import dialog
from dashboard.views.filing_fields import faulty
from infra import clock
from infra.wording import N_, _
from models.appeal import actions, desk, queries, rules
from models.appeal.moving import known, lock
from models.appeal.queries import Whole
from models.appeal.tables import AppealCall, CallState, Stage
from models.process.actor import Actor
from models.process.errors import FeederError, ManyInvalid

FIRST = {Stage.REGISTERED: "review", Stage.REVIEWED: "take", Stage.IN_WORK: "answer", Stage.ASKED: "reply"}
HIDDEN = frozenset({"register", "mark"})
DONE = {
    "review": N_("The first look is noted"), "assign": N_("The appeal is given"), "take": N_("The appeal is yours"),
    "ask": N_("The question is sent"), "reply": N_("The reply is written down"), "go_on": N_("The term runs again"),
    "answer": N_("The answer is sent"), "redirect": N_("The appeal is redirected"), "close": N_("The appeal is closed"),
    "acknowledge": N_("The appeal is closed"), "reopen": N_("The appeal is reopened"), "withdraw": N_("The appeal is withdrawn"),
}  # fmt: skip
_FAULTS = "appeal-move-faults"


def panel(who: session.Who, whole: Whole) -> None:
    appeal = whole.appeal
    with session.reading(who) as db:
        found = rules.MOVES.open_to(appeal.stage, who.actor, known(db, appeal), clock.now())
    found = [(move, why) for move, why in found if move.name not in HIDDEN]
    if not found:
        return
    first = FIRST.get(Stage(appeal.stage), "")
    ready = sorted((move for move, why in found if why is None), key=lambda m: m.name != first)
    with st.container(key="card-moves"):
        parts.show(parts.h2(_("What can be done")))
        for number, move in enumerate(ready):
            kind = "primary" if number == 0 and move.name == first else "secondary"
            if st.button(_(move.title), type=kind, key=f"move-{move.name}", width="stretch"):  # type: ignore[arg-type]
                st.session_state.pop(_FAULTS, None)
                _begin(who, whole, move.name)
        closed = [(_(move.title), sentence_of(why)) for move, why in found if why is not None]
        if closed:
            parts.show(f"<h3>{parts.esc(_('Closed now'))}</h3>", parts.closed_moves(closed))


Verb = Callable[..., object]


def _begin(who: session.Who, whole: Whole, name: str) -> None:
    """At once where nothing is asked, else in a window."""
    if name in ("take", "go_on"):
        _do(name, lambda *a: _bare(whole.appeal.id or 0, name, "", *a))
    else:
        dialog(_(rules.MOVES[name].title), _FORMS.get(name, _reason), who, whole, name)


def _do(name: str, verb: Verb) -> None:
    """One click; a fault stands beside its field, or below the button."""
    try:
        with session.acting() as (db, actor, now):
            verb(db, actor, now)
    except ManyInvalid as many:
        _again({f.field: sentence_of(f) for f in reversed(many.errors)})
    except FeederError as error:
        _again({getattr(error, "field", ""): sentence_of(error)})
    st.session_state.pop(_FAULTS, None)
    parts.done(_(DONE[name]))


def _again(faults: dict[str, str]) -> None:
    """Said below the form, which stays open with what was typed."""
    st.session_state[_FAULTS] = faults
    for said in faults.values():
        parts.show(faulty(said))
    st.stop()


def _bare(appeal_id: int, name: str, reason: str, db: Session, actor: Actor, now: datetime) -> None:
    if name == "take":
        desk.take(db, appeal_id, actor, now)
    else:
        actions.simple(db, lock(db, appeal_id, actor), name, actor, now, reason)


# ------------------------------------------------------------------------------------------------ forms
def _reason(_who: session.Who, whole: Whole, name: str) -> None:
    """close, acknowledge: a button; withdraw, reopen: with a reason."""
    appeal_id, move = whole.appeal.id or 0, rules.MOVES[name]
    reason = st.text_area(_("Why"), key=f"{name}-reason", max_chars=1000, height=100) if move.reason else ""
    if st.button(_(move.title), type="primary", key=f"{name}-sure"):
        if name == "reopen":
            _do(name, lambda db, actor, now: actions.reopen(db, lock(db, appeal_id, actor), actor, reason or "", now))
        _do(name, lambda *a: _bare(appeal_id, name, reason or "", *a))


def _who_answers(who: session.Who, whole: Whole, label: str) -> int | None:
    with session.reading(who) as db:
        workers = queries.workers(db, whole.appeal.branch_id)
    ids = list(workers)
    kept = whole.appeal.assignee_id
    return st.selectbox(label, ids, index=ids.index(kept) if kept in ids else None, format_func=lambda i: workers[i],
                        placeholder=_("Choose"), key="assignee")  # fmt: skip


def _review(who: session.Who, whole: Whole, name: str) -> None:
    with session.reading(who) as db:
        kinds = {k.code: k.title for k in queries.kinds(db)}
    codes, appeal_id = list(kinds), whole.appeal.id or 0
    kept = whole.appeal.kind
    kind = st.selectbox(
        _("What about"),
        codes,
        index=codes.index(kept) if kept in codes else 0,
        format_func=lambda c: kinds[c],
        key="review-kind",
    )
    chosen = _who_answers(who, whole, _("Who answers"))
    if st.button(_("Note the first look"), type="primary", key="review-sure"):
        _do(name, lambda db, actor, now: desk.review(db, appeal_id, actor, kind or "", chosen, now))


def _assign(who: session.Who, whole: Whole, name: str) -> None:
    chosen = _who_answers(who, whole, _("Who answers"))
    if st.button(_("Give to somebody"), type="primary", key="assign-sure"):
        _do(name, lambda db, actor, now: desk.assign(db, whole.appeal.id or 0, actor, chosen or 0, now))


def _text(_who: session.Who, whole: Whole, name: str) -> None:
    """ask, reply, answer."""
    appeal_id, labels = whole.appeal.id or 0, {"ask": _("Question to the author"), "reply": _("What the author said")}
    text = (
        st.text_area(labels.get(name, _("Text of the answer")), key=f"{name}-text", max_chars=rules.LONGEST, height=200)
        or ""
    )
    pairs = []
    if name == "answer":
        chosen = st.file_uploader(_("Attach a file to the message"), accept_multiple_files=True, key="answer-files")
        pairs = appeal_files.described(chosen)
    if not st.button(_(rules.MOVES[name].title), type="primary", key=f"{name}-sure"):
        return
    if name == "ask":
        _do(name, lambda db, actor, now: desk.ask(db, appeal_id, actor, text, now))
    if name == "reply":
        _do(name, lambda db, actor, now: actions.reply(db, lock(db, appeal_id, actor), actor, text, [], now))
    _checked(text, pairs)
    files = appeal_files.stored(pairs)
    _do(name, lambda db, actor, now: desk.answer(db, appeal_id, actor, text, files, now))


def _checked(text: str, pairs: list[appeal_files.Pair]) -> None:
    """Before the bytes are kept."""
    try:
        with session.acting() as (db, _actor, now):
            actions.whole(db, text, [file for file, _bytes in pairs], now)
    except ManyInvalid as many:
        _again({f.field: sentence_of(f) for f in reversed(many.errors)})


def _redirect(_who: session.Who, whole: Whole, name: str) -> None:
    where = st.text_input(_("To whom"), max_chars=300, key="redirect-where") or ""
    reason = st.text_area(_("Why"), key="redirect-reason", max_chars=1000, height=100) or ""
    if st.button(_("Redirect"), type="primary", key="redirect-sure"):
        _do(name, lambda db, actor, now: desk.redirect(db, whole.appeal.id or 0, actor, where, reason, now))


_FORMS = {"review": _review, "assign": _assign, "ask": _text, "reply": _text, "answer": _text, "redirect": _redirect}


# ------------------------------------------------------------------------------------------------ calls
def call_buttons(who: session.Who, appeal_id: int, row: AppealCall) -> None:
    """Made, not reached, another time: for a promise that stands."""
    if who.user.role not in rules.WORKERS or row.state != CallState.PROMISED:
        return
    with st.container(horizontal=True, key=f"call-{row.id}"):
        for reached, label in ((True, _("Call made")), (False, _("Not reached"))):
            if st.button(label, key=f"call-{row.id}-{'done' if reached else 'missed'}"):
                dialog(label, _ended, who, appeal_id, reached)


def _ended(who: session.Who, appeal_id: int, reached: bool) -> None:
    note = (
        st.text_area(_("What was said") if reached else _("What happened"), key="call-note", max_chars=500, height=80)
        or ""
    )
    again = not reached and st.checkbox(_("Promise another time"), value=True, key="call-again")
    at = call_fields("call-next") if again else None
    if not st.button(_("Write down"), type="primary", key="call-sure"):
        return
    try:
        with session.acting() as (db, actor, now):
            desk.call_ended(db, appeal_id, actor, reached, note, now)
            if at is not None:
                actions.promise_call(db, lock(db, appeal_id, actor), actor, at[0], at[1], now)
    except FeederError as error:
        beside({"call": sentence_of(error)}, "call")
        return
    parts.done(_("The call is written down"))
