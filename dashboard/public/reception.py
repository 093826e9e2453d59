"""«Интернет-приёмная»: an appeal without a sign-in (B-03, R-07, D-23). One page, no script; the number is given at once."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from dashboard import appeal_files, session
from dashboard.faults import sentence_of
from dashboard.public import captcha, card_form, forms
from dashboard.public.limits import count
from dashboard.public.pages import render
from infra import clock, profiles
from infra.database import database
from infra.wording import N_, _
from models.appeal import actions, clocks, queries, rules
from models.appeal.actions import Sent
from models.appeal.tables import Channel
from models.people import actions as people
from models.people.consents import Wording
from models.process.actor import Actor, Role
from models.process.errors import FeederError, Invalid, ManyInvalid, TooMany
from models.process.terms import calendar

router = APIRouter(prefix="/web-reception")
NAMES = ("kind", "name", "email", "phone", "contract", "text", "wants", "call_on", "call_hours", "consent")
_MOST_FIELDS = 40


def form_of(request: Request) -> AbstractAsyncContextManager[FormData]:
    """Fields and files of a form, no more of either than the page has; what was held of the files is let go at the end."""
    return request.form(max_files=rules.FILES + 1, max_fields=_MOST_FIELDS)


@router.get("")
def form(request: Request) -> Response:
    return _page(request, {"kind": request.query_params.get("kind", "")[:20]}, [])


@router.post("")
async def send(request: Request) -> Response:
    """Registered, and on to the page of its link; or the form with what was typed and every fault beside its field."""
    async with form_of(request) as form:
        return await run_in_threadpool(_send, request, form)


def _send(request: Request, form: FormData) -> Response:
    typed = {name: str(form.get(name, ""))[: rules.LONGEST + 1] for name in (*NAMES, "csrf", "captcha", "riddle")}
    pairs = uploads(form)
    try:
        forms.check(request, typed["csrf"])
        count(request, "appeal")
    except FeederError as error:
        return _page(request, typed, [], error)
    sent = _sent(typed, pairs)
    with database().transaction() as db:
        _contact, faults = actions.check(db, sent, clock.now())
    faults += [] if typed["consent"] else [Invalid("consent", N_("Without your consent we cannot keep your data"))]
    if not faults:
        faults = _riddle(typed)
    if faults:
        return _page(request, typed, faults)
    try:
        token = _register(request, replace(sent, files=appeal_files.stored(pairs)))
    except (ManyInvalid, TooMany) as error:
        return _page(request, typed, error.errors if isinstance(error, ManyInvalid) else [], error)
    return RedirectResponse(f"/web-reception/a/{token}?new=yes", 303)


def _register(request: Request, sent: Sent) -> str:
    """The code of its link."""
    visitor = Actor(Role.APPLICANT, address=session.address_of(request))
    with database().transaction() as db:
        people.count_attempt(db, "appeal-contact", sent.typed["email"].strip().lower(), clock.now())
        return actions.register(db, visitor, sent, clock.now()).status_token


def uploads(form: FormData) -> list[appeal_files.Pair]:
    """Files that were really chosen: an empty field comes as a file without a name."""
    found = [f for f in form.getlist("files") if isinstance(f, UploadFile) and f.filename]
    return [appeal_files.one(f.filename or "", f.file.read()) for f in found]


def _sent(typed: Mapping[str, str], pairs: Sequence[appeal_files.Pair]) -> Sent:
    call = (_day(typed["call_on"]), typed["call_hours"]) if typed["wants"] else None
    plain = {name: typed[name] for name in ("name", "email", "phone", "contract", "text")}
    files, agreed = [file for file, _bytes in pairs], consent()
    return Sent(typed["kind"], Channel.SITE, plain, None, call, files, agreed.sha256 if agreed else "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def consent() -> Wording | None:
    """The wording about personal data, where the profile has one."""
    return next((w for w in profiles.consents() if w.kind == "personal_data"), None)


def _kind_of_riddle() -> str:
    """As the registration asks; nobody writes to strangers from here without any."""
    kind = profiles.cabinet().registration.captcha
    return kind if kind in ("picture", "sum") else "sum"


def _riddle(typed: Mapping[str, str]) -> list[Invalid]:
    try:
        with database().transaction() as db:
            captcha.check(db, _kind_of_riddle(), typed["riddle"], typed["captcha"])
    except Invalid as wrong:
        captcha.spend(typed["riddle"])
        return [wrong]
    return []


def _page(
    request: Request, typed: Mapping[str, str], faults: Sequence[Invalid], error: FeederError | None = None
) -> Response:
    now = clock.now()
    with database().transaction() as db:
        kinds = queries.kinds(db, site=True)
        office = clocks.hours(db)
        days = rules.call_days(calendar(db), office, now.astimezone(clocks.zone_of(db)))
    values: dict[str, Any] = dict.fromkeys(NAMES, "") | dict(typed)
    used = any(f.field == "captcha" for f in faults)
    kind = _kind_of_riddle()
    riddle = captcha.fresh(kind) if used or not typed.get("riddle") else captcha.again(kind, typed["riddle"])
    status = (
        403 if isinstance(error, forms.StaleForm) else 429 if isinstance(error, TooMany) else 422 if faults else 200
    )
    return render(
        request, "reception.html", status, typed=values, errors=card_form.errors(faults), said=sentence_of(error) if error else "",
        kinds=kinds, days=days, spans=[(s, span_words(s)) for s in office.calls], riddle=riddle, wording=consent(), most=rules.FILES,
        answer="" if used else typed.get("captcha", ""),
    )  # fmt: skip


def span_words(hours: str) -> str:
    """'с 9 до 12'"""
    begins, ends = rules.span(hours)
    return _("from %(start)s to %(end)s") % {"start": begins, "end": ends}
