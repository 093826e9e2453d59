"""One appeal before its author: where it stands, our question, the answer, his mark, reopening, another time for the call."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import appeal_files, menu, parts, session
from dashboard.faults import sentence_of
from dashboard.files import Upload
from dashboard.views.appeal_words import beside, call_faults, call_fields, call_words, chip, facts, talk, zone
from dashboard.views.desk_parts import dialog, local_day
from dashboard.views.filing_fields import dress, faulty
from documents.wording import day
from infra import clock
from infra.wording import N_, _
from models.appeal import actions, queries, rules
from models.appeal.moving import known, lock
from models.appeal.queries import Whole
from models.appeal.tables import DONE_STAGES, FINAL_STAGES, OPEN_STAGES, STAGE_NAMES, Appeal, CallState, Stage
from models.process.errors import FeederError, ManyInvalid


def page(who: session.Who, appeal_id: int) -> None:
    dress()
    menu.link("appeal", _("History of appeals"))
    with session.reading(who) as db:
        whole = queries.whole(db, appeal_id)
    where, appeal = zone(who), whole.appeal
    parts.show(parts.head(appeal.number, whole.kind.title, chip(appeal.stage, author=True)))
    left, right = st.columns([2, 1], gap="large")
    with left:
        if appeal.stage == Stage.ASKED:
            _reply(whole)
        if appeal.stage in DONE_STAGES and appeal.answered_at:
            _mark(appeal)
        parts.show(parts.card(_("Course of the appeal"), talk(whole, where, _("You"))))
    with right:
        parts.show(
            parts.card(_("About the appeal"), parts.timeline(_steps(whole, where))),
            parts.card("", parts.listing(parts.Field(k, v) for k, v in facts(whole, where))),
        )
        if appeal.application_id:
            menu.link(
                "application",
                _("Open the application"),
                id=appeal.application_id,
            )
        _call(who, whole)
        _ways(appeal)


def _steps(whole: Whole, where: ZoneInfo) -> Iterator[parts.Step]:
    """What has happened, and what comes by which day."""
    appeal = whole.appeal
    yield parts.Step("done", local_day(appeal.registered_at, where), _("appeal registered"))
    if appeal.reviewed_at:
        yield parts.Step("done", local_day(appeal.reviewed_at, where), _("looked at"))
    if appeal.stage == Stage.ASKED:
        term = whole.turn
        yield parts.Step("now", _("until %(day)s") % {"day": day(term.due_on)} if term else "", _("your reply"))
    if appeal.stage in (Stage.WITHDRAWN, Stage.REDIRECTED):
        yield parts.Step(
            "out", local_day(appeal.ended_at, where), _(STAGE_NAMES[Stage(appeal.stage)]), appeal.redirected_to
        )
    elif appeal.answered_at:
        yield parts.Step("done", local_day(appeal.answered_at, where), _("answered"))
    elif appeal.stage in OPEN_STAGES and whole.answer_by:
        state = "next" if appeal.stage == Stage.ASKED else "wait"
        yield parts.Step(state, _("until %(day)s") % {"day": day(whole.answer_by.due_on)}, _("our answer"))
    if appeal.stage == Stage.CLOSED:
        yield parts.Step("done", local_day(appeal.ended_at, where), _("appeal closed"))


# ------------------------------------------------------------------------------------------------ his turn
def _reply(whole: Whole) -> None:
    appeal, term = whole.appeal, whole.turn
    question = next((row.text for row in reversed(whole.lines) if row.from_staff), "")
    with st.container(key="turn"):
        parts.show(parts.chip("yours"), parts.h2(_("Answer our question")), parts.p(question))
        if term is not None:
            told = _("Until %(day)s. Our term stands still till then; without your reply we go on with what there is.")
            parts.show(parts.p(told % {"day": parts.day_long(term.due_on)}, sub=True))
        text = st.text_area(_("Your reply"), key="reply-text", max_chars=rules.LONGEST, height=120)
        files = st.file_uploader(_("Attach a file to the message"), accept_multiple_files=True, key="reply-files")
        faults: dict[str, str] = st.session_state.pop("reply-faults", {})
        beside(faults, "text", "file")
        if st.button(_("Send the reply"), type="primary", key="reply-send"):
            _send_reply(appeal.id or 0, text or "", files)


def _send_reply(appeal_id: int, text: str, uploads: Sequence[Upload]) -> None:
    pairs = appeal_files.described(uploads)
    try:
        with session.acting() as (db, _actor, now):
            actions.whole(db, text, [file for file, _bytes in pairs], now)
        files = appeal_files.stored(pairs)
        with session.acting() as (db, actor, now):
            actions.reply(db, lock(db, appeal_id, actor), actor, text, files, now)
    except ManyInvalid as many:
        st.session_state["reply-faults"] = {f.field: sentence_of(f) for f in many.errors}
        st.rerun()
    parts.done(_("The reply is sent"))


# ------------------------------------------------------------------------------------------------ after the answer
def _mark(appeal: Appeal) -> None:
    if appeal.mark is not None:
        told = _("Your mark: %(mark)s of 5") % {"mark": appeal.mark}
        parts.show(
            parts.card(_("Your mark"), parts.p(told) + (parts.p(appeal.mark_comment) if appeal.mark_comment else ""))
        )
        return
    if appeal.reopen_until is None or clock.now() >= appeal.reopen_until:
        return
    with st.container(key="card-mark"):
        parts.show(parts.h2(_("Did the answer help?")))
        words = {5: _("5, fully"), 4: "4", 3: _("3, partly"), 2: "2", 1: _("1, not at all")}
        mark = st.radio(
            _("Mark of the answer"),
            list(words),
            index=None,
            format_func=lambda m: words[m],
            horizontal=True,
            key="mark",
        )
        comment = st.text_input(_("Comment, if you like"), max_chars=1000, key="mark-comment")
        if st.button(_("Mark the answer"), key="mark-send"):
            if mark is None:
                parts.show(faulty(_("Choose a mark from 1 to 5")))
                return
            with session.acting() as (db, actor, now):
                actions.mark(db, lock(db, appeal.id or 0, actor), actor, mark, comment or "", now)
            parts.done(_("Thank you: the mark is written down"))


# ------------------------------------------------------------------------------------------------ call and ways out
def _call(who: session.Who, whole: Whole) -> None:
    row = next((c for c in whole.calls if c.state == CallState.PROMISED), None)
    if row is not None:
        parts.show(parts.card(_("We call you"), parts.p(f"{call_words(row)}, {whole.appeal.phone}")))
    if whole.appeal.stage in FINAL_STAGES or not whole.appeal.phone:
        return
    label = _("Choose another time of the call") if row else _("Order a callback")
    if st.button(label, key="call-open"):
        dialog(label, _promise, who, whole.appeal.id or 0)


def _promise(who: session.Who, appeal_id: int) -> None:
    on, hours = call_fields("call")
    if st.button(_("Order the call"), type="primary", key="call-sure"):
        if call_faults(on, hours):
            parts.show(faulty(_("Choose a time that is still ahead on this day")))
            return
        with session.acting() as (db, actor, now):
            actions.promise_call(db, lock(db, appeal_id, actor), actor, on, hours, now)
        parts.done(_("The call is ordered"))


def _ways(appeal: Appeal) -> None:
    """Moves that only an author makes, each with its reason."""
    with session.acting() as (db, actor, now):
        open_ones = {
            m.name for m, why in rules.MOVES.open_to(appeal.stage, actor, known(db, appeal), now) if why is None
        }
    with st.container(horizontal=True, key="appeal-ways"):
        if "reopen" in open_ones and st.button(_("Reopen the appeal"), key="reopen"):
            dialog(_("Reopen the appeal"), _reason, appeal.id or 0, "reopen", _("What is missing in the answer"))
        if "close" in open_ones and st.button(_("Close the appeal"), key="close", type="tertiary"):
            _make(appeal.id or 0, "close", "")
        if "withdraw" in open_ones and st.button(_("Withdraw the appeal"), key="withdraw", type="tertiary"):
            dialog(_("Withdraw the appeal"), _reason, appeal.id or 0, "withdraw", _("Why"))


def _reason(appeal_id: int, name: str, label: str) -> None:
    reason = st.text_area(label, key=f"{name}-reason", max_chars=1000, height=100)
    if st.button(_(rules.MOVES[name].title), type="primary", key=f"{name}-sure"):
        if not (reason or "").strip():
            parts.show(faulty(_("Write the reason first")))
            return
        _make(appeal_id, name, reason or "")


DONE = {
    "reopen": N_("The appeal is reopened"), "close": N_("The appeal is closed"), "withdraw": N_("The appeal is withdrawn"),
}  # fmt: skip


def _make(appeal_id: int, name: str, reason: str) -> None:
    try:
        with session.acting() as (db, actor, now):
            appeal = lock(db, appeal_id, actor)
            if name == "reopen":
                actions.reopen(db, appeal, actor, reason, now)
            else:
                actions.simple(db, appeal, name, actor, now, reason)
    except FeederError as error:
        parts.show(faulty(sentence_of(error)))
        return
    parts.done(_(DONE[name]))
