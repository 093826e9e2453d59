"""The page of one appeal, opened by the link of its letter: where it stands, our question, the answer; reply, mark, reopen, withdraw.

Whoever has the link is the author: it stands in letters to him alone. Names and contacts are not shown here."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from dashboard import appeal_files, session
from dashboard.faults import sentence_of
from dashboard.public import card_form, forms
from dashboard.public.limits import count
from dashboard.public.pages import render
from dashboard.public.reception import form_of, span_words, uploads
from infra import clock
from infra.database import database
from infra.wording import N_, _
from models.appeal import actions, clocks, queries, rules
from models.appeal.moving import known, lock_by_token
from models.appeal.queries import Whole
from models.appeal.tables import OPEN_STAGES, STAGE_NAMES, Appeal, CallState, LineKind, Stage
from models.process.actor import Actor, Role
from models.process.errors import FeederError, Invalid, ManyInvalid, NotFound
from models.process.terms import calendar

router = APIRouter(prefix="/web-reception/a")
Text = Annotated[str, Form(max_length=rules.LONGEST)]
LOST = N_("This link leads to no appeal. Take the whole link from the letter")
LINES = {
    LineKind.QUESTION: N_("Our question"), LineKind.REPLY: N_("Your reply"), LineKind.ANSWER: N_("Our answer"),
    LineKind.REOPENING: N_("You reopened the appeal"), LineKind.NOTICE: N_("Notice"),
}  # fmt: skip
Verb = Callable[[Session, Appeal, Actor, datetime], object]


@router.get("/{token}")
def status(request: Request, token: str, new: Annotated[str, "after the form"] = "") -> Response:
    count(request, "status")
    return _page(request, token, new=bool(new))


@router.post("/{token}/reply")
async def reply(request: Request, token: str) -> Response:
    async with form_of(request) as form:
        return await run_in_threadpool(_reply, request, token, form)


def _reply(request: Request, token: str, form: FormData) -> Response:
    """Files are looked at first and kept with no transaction open."""
    text, csrf, pairs = str(form.get("text", ""))[: rules.LONGEST + 1], str(form.get("csrf", "")), uploads(form)
    try:
        forms.check(request, csrf)
        with database().transaction() as db:
            lock_by_token(db, token[:200])
            actions.whole(db, text, [file for file, _bytes in pairs], clock.now())
    except NotFound:
        raise NotFound(LOST) from None
    except FeederError as error:
        return _page(request, token, {"text": text}, error)
    files = appeal_files.stored(pairs)
    return _do(
        request, token, csrf, lambda db, a, who, now: actions.reply(db, a, who, text, files, now), {"text": text}
    )


@router.post("/{token}/mark")
def mark(request: Request, token: str, mark: Text = "", comment: Text = "", csrf: Text = "") -> Response:
    number = int(mark) if mark.isascii() and mark.isdecimal() and len(mark) == 1 else 0
    return _do(request, token, csrf, lambda db, a, who, now: actions.mark(db, a, who, number, comment, now), {})


@router.post("/{token}/reopen")
def reopen(request: Request, token: str, reason: Text = "", csrf: Text = "") -> Response:
    return _do(
        request, token, csrf, lambda db, a, who, now: actions.reopen(db, a, who, reason, now), {"reason": reason}
    )


@router.post("/{token}/withdraw")
def withdraw(request: Request, token: str, why: Text = "", csrf: Text = "") -> Response:
    def verb(db: Session, appeal: Appeal, actor: Actor, now: datetime) -> None:
        if not why.strip():
            raise Invalid("why", N_("Write the reason first"))
        actions.simple(db, appeal, "withdraw", actor, now, why)

    return _do(request, token, csrf, verb, {"why": why})


def _do(request: Request, token: str, csrf: str, verb: Verb, typed: dict[str, str]) -> Response:
    """One click of whoever has the link; a refusal shows the page as it stands now."""
    count(request, "status")
    try:
        forms.check(request, csrf)
        with database().transaction() as db:
            appeal = lock_by_token(db, token[:200])
            verb(db, appeal, _author(appeal, request), clock.now())
    except NotFound:
        raise NotFound(LOST) from None
    except FeederError as error:
        return _page(request, token, typed, error)
    return RedirectResponse(f"/web-reception/a/{token}", 303)


def _author(appeal: Appeal, request: Request) -> Actor:
    return Actor(Role.APPLICANT, appeal.author_id, "", address=session.address_of(request))


def _page(
    request: Request,
    token: str,
    typed: dict[str, str] | None = None,
    error: FeederError | None = None,
    *,
    new: bool = False,
) -> Response:
    now = clock.now()
    with database().transaction() as db:
        found = queries.by_token(db, token[:200])
        if found is None:
            raise NotFound(LOST)
        whole = queries.whole(db, found.id or 0)
        who = Actor(Role.APPLICANT, found.author_id)
        open_ones = {m.name for m, why in rules.MOVES.open_to(found.stage, who, known(db, found), now) if why is None}
        zone, days = clocks.zone_of(db, found), calendar(db)
    today = now.astimezone(zone).date()
    term = whole.turn if found.stage == Stage.ASKED else whole.answer_by if found.stage in OPEN_STAGES else None
    faults = error.errors if isinstance(error, ManyInvalid) else [error] if isinstance(error, Invalid) else []
    return render(
        request, "reception-status.html", 422 if error else 200, appeal=found, kind=whole.kind.title, new=new,
        state=_(STAGE_NAMES[Stage(found.stage)]), mine=found.stage == Stage.ASKED, open=found.stage in OPEN_STAGES,
        since=found.registered_at.astimezone(zone).date(), due=term.due_on if term else None,
        left=days.working_days_left(today, term.due_on) if term else 0, lines=_lines(whole, zone), moves=open_ones, call=_call(whole),
        errors=card_form.errors(faults), said=sentence_of(error) if error and not faults else "", token=token,
        typed={"text": "", "reason": "", "why": ""} | (typed or {}), until=_until(found, zone),
    )  # fmt: skip


def _until(appeal: Appeal, zone: ZoneInfo) -> date | None:
    """The last day on which it may be marked and reopened."""
    return appeal.reopen_until.astimezone(zone).date() if appeal.reopen_until else None


def _lines(whole: Whole, zone: ZoneInfo) -> list[tuple[str, str, date, list[str]]]:
    """Who said, what, when, names of files; the appeal first."""
    files: dict[int | None, list[str]] = {}
    for file in whole.files:
        files.setdefault(file.line_id, []).append(file.name)
    since = whole.appeal.registered_at.astimezone(zone).date()
    first = (_("Your appeal"), whole.appeal.text, since, files.get(None, []))
    rest = [
        (_(LINES[LineKind(r.kind)]), r.text, r.at.astimezone(zone).date(), files.get(r.id, [])) for r in whole.lines
    ]
    return [first, *rest]


def _call(whole: Whole) -> tuple[date, str] | None:
    row = next((c for c in whole.calls if c.state == CallState.PROMISED), None)
    return (row.on, span_words(row.hours)) if row else None
