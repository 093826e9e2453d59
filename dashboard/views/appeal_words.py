"""Words and small pieces that the pages of appeals share: chips, time left, the talk, files, the time of a call."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import parts, session
from dashboard.parts import day_long
from dashboard.views.cabinet_words import file_note
from dashboard.views.desk_parts import moment
from dashboard.views.filing_fields import faulty
from documents.wording import day
from infra.wording import N_, _
from models.appeal import calls, clocks, rules
from models.appeal.queries import Whole
from models.appeal.tables import STAGE_NAMES, AppealCall, AppealFile, AppealLine, CallState, LineKind, Stage
from models.process.tables import Term
from models.process.terms import calendar

CHIPS = {
    Stage.REGISTERED: "work", Stage.REVIEWED: "work", Stage.IN_WORK: "work", Stage.ASKED: "paused", Stage.ANSWERED: "done",
    Stage.CLOSED: "closed", Stage.WITHDRAWN: "closed", Stage.REDIRECTED: "closed",
}  # fmt: skip
CALL_CHIPS = {
    CallState.PROMISED: "next", CallState.DONE: "done", CallState.NOT_REACHED: "late", CallState.CANCELLED: "closed",
}  # fmt: skip
LINES = {
    LineKind.QUESTION: N_("Our question"),
    LineKind.REPLY: N_("Reply of the author"),
    LineKind.ANSWER: N_("Answer"),
    LineKind.REOPENING: N_("Reopened"),
    LineKind.NOTICE: N_("Notice"),
}
_SOON = 3  # working days
_HOUR = 3600


def chip(stage: str, *, author: bool = False) -> str:
    """Where it stands; an author who was asked has the turn."""
    if author and stage == Stage.ASKED:
        return parts.chip("yours")
    return parts.chip(CHIPS[Stage(stage)], _(STAGE_NAMES[Stage(stage)]))


def left(term: Term | None, now: datetime, zone: ZoneInfo, working_days: int) -> str:
    """The chip of a clock that runs: hours of the first look, days of the answer. Nothing for nothing."""
    if term is None:
        return ""
    if term.paused_at is not None:
        return parts.chip("paused")
    if term.due_at <= now:
        return parts.chip("late")
    if term.unit == "h":
        local = term.due_at.astimezone(zone)
        words = f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"{local:%d.%m, %H:%M}"
        return parts.chip("soon", _("look at it by %(at)s") % {"at": words})
    status = "next" if term.whose == "applicant" else "soon" if working_days <= _SOON else "work"
    return parts.chip(status, parts.time_left(working_days))


def days_left(who: session.Who, terms: Sequence[Term | None], today: date) -> dict[int, int]:
    """Working days to the last day of each of these clocks."""
    with session.reading(who) as db:
        days = calendar(db)
    return {t.id or 0: days.working_days_left(today, t.due_on) for t in terms if t is not None}


def zone(who: session.Who) -> ZoneInfo:
    with session.reading(who) as db:
        return clocks.zone_of(db)


# ------------------------------------------------------------------------------------------------ the talk
def talk(whole: Whole, where: ZoneInfo, me: str = "") -> str:
    """The appeal itself and every line after it, with its files. `me`: how the author's lines are headed."""
    first = "".join(
        parts.messages([(me or whole.appeal.name, moment(whole.appeal.registered_at, where), whole.appeal.text)])
    )
    return first + _files(whole.files, None) + "".join(_line(whole, line, where, me) for line in whole.lines)


def _line(whole: Whole, line: AppealLine, where: ZoneInfo, me: str) -> str:
    said = me if me and not line.from_staff else line.author
    head = f"{_(LINES[LineKind(line.kind)])} · {said}"
    return parts.messages([(head, moment(line.at, where), line.text)]) + _files(whole.files, line.id)


def _files(files: Sequence[AppealFile], line_id: int | None) -> str:
    mine = [f for f in files if f.line_id == line_id]
    links = ((f.name, f"/appeal-files/{f.id}", file_note(f.media_type, f.size)) for f in mine)
    return parts.documents(links) if mine else ""


# ------------------------------------------------------------------------------------------------ calls
def span_words(hours: str) -> str:
    """'с 9 до 12'"""
    begins, ends = rules.span(hours)
    return _("from %(start)s to %(end)s") % {"start": begins, "end": ends}


def call_words(row: AppealCall) -> str:
    """'среда, 25.11.2026, с 9 до 12'"""
    return f"{parts.day_long(row.on)}, {span_words(row.hours)}"


def call_fields(key: str, on: date | None = None, hours: str = "") -> tuple[date | None, str]:
    """A day and a part of it that are still ahead, as chosen."""
    with session.acting() as (db, _actor, now):  # office hours stand behind the wall of customers
        local, office = now.astimezone(clocks.zone_of(db)), clocks.hours(db)
        days = rules.call_days(calendar(db), office, local)
    first, second = st.columns(2, gap="medium")
    with first:
        chosen = st.selectbox(
            _("Day of the call"), days, index=days.index(on) if on in days else 0, format_func=day_long, key=f"{key}-on"
        )
    spans = rules.call_parts(office, chosen, local) if chosen else []
    with second:
        part = st.selectbox(
            _("Convenient time"), spans, index=spans.index(hours) if hours in spans else 0, format_func=span_words,
            key=f"{key}-hours",
        )  # fmt: skip
    return chosen, part or ""


def call_faults(on: date | None, hours: str) -> list[str]:
    """Fields that are wrong in a wish to be called."""
    with session.acting() as (db, _actor, now):
        return [f.field for f in calls.faults(db, on, hours, now)]


# ------------------------------------------------------------------------------------------------ fields
def beside(faults: Mapping[str, str], *names: str) -> None:
    """The faults of these fields, under the widget that was just drawn."""
    for name in names:
        if name in faults:
            parts.show(faulty(faults[name]))


def facts(whole: Whole, where: ZoneInfo) -> Iterator[tuple[str, str]]:
    appeal = whole.appeal
    yield _("Registered"), moment(appeal.registered_at, where)
    yield _("What about"), whole.kind.title
    if appeal.contract:
        yield _("Contract or application"), appeal.contract
    term = whole.answer_by
    if term is not None:
        done = term.done_at.astimezone(where).date() if term.done_at else None
        yield (_("Answered"), day(done)) if done else (_("Answer until"), day(term.due_on))
