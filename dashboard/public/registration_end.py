"""The end of a registration: the code or the link has shown that the contact is his; the account is opened, once.

That a login is taken is told here, to the owner of a proved contact, and nowhere else."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from dashboard import session
from dashboard.faults import sentence_of
from dashboard.public import another_code, forms
from dashboard.public.entry import enter
from dashboard.public.limits import count
from dashboard.public.pages import render
from infra import clock, profiles
from infra.database import database
from infra.wording import N_, _
from models.people import actions as people
from models.people import card, proofs, registration
from models.people.proof_tables import Channel, Proof, Purpose
from models.process.errors import FeederError, Invalid

router = APIRouter()  # before that of registration: its fixed words would be kinds of persons there
Handle = Annotated[str, Query(max_length=100)]
Text = Annotated[str, Form(max_length=300)]


@router.get("/registration/sent")
def sent(request: Request, h: Handle) -> Response:
    """A letter is on its way, or it is not: the page is the same."""
    found = _contact(h)
    if found is None:
        return _too_old(request, page=True)
    contact, channel = found
    return render(
        request, "sent.html", contact=contact, phone=channel == Channel.PHONE, what="registration", hours=_hours()
    )


@router.get("/registration/code")
def code_form(request: Request, h: Handle) -> Response:
    found = _contact(h)
    return _code_page(request, h, *found) if found else _too_old(request, page=True)


@router.post("/registration/again")
def again(request: Request, h: Text = "", csrf: Text = "") -> Response:
    """The code did not come: another one, and what was typed in the card stays."""
    found = _contact(h)
    if found is None:
        return _too_old(request, page=True)
    try:
        made = another_code.send(request, h, Purpose.REGISTER, csrf)
    except FeederError as error:
        return _code_page(request, h, *found, error)
    return RedirectResponse(f"/registration/code?h={made}&again=1", 303) if made else _too_old(request, page=True)


@router.post("/registration/code")
async def code(request: Request) -> Response:
    form = await form_of(request)
    return await run_in_threadpool(_code, request, form)


def _code(request: Request, form: FormData) -> Response:
    handle, typed = str(form.get("h", ""))[:100], str(form.get("code", ""))[:50]
    found = _contact(handle)
    if found is None:
        return _too_old(request, page=True)
    try:
        forms.check(request, str(form.get("csrf", "")))
        count(request, "proof")
        with database().transaction() as db:
            row = proofs.by_handle(db, handle, clock.now())
            right = row is not None and proofs.try_code(db, row, handle, typed, clock.now())
        if not right:
            raise Invalid("code", N_("The code is wrong or no longer valid. Check it, or begin again"))
    except FeederError as error:
        return _code_page(request, handle, *found, error)
    return complete(request, handle=handle)


def complete(request: Request, *, handle: str = "", token: str = "", login: str = "") -> Response:
    """The account of a proved registration, and where the profile leads afterwards (rows G-12, D-09)."""
    now = clock.now()
    agent = request.headers.get("user-agent", "")
    address = session.address_of(request)
    try:
        with database().transaction() as db:
            row = proofs.by_handle(db, handle, now) if handle else proofs.by_token(db, token, now)
            if row is None or row.purpose != Purpose.REGISTER or row.proved_at is None:
                return _too_old(request)
            user = registration.complete(
                db, row, now, profiles.consents(), address=address, agent=agent, login=login.strip().lower()
            )
    except registration.LoginTaken as error:
        return _taken(request, handle, token, error)
    if profiles.cabinet().registration.lands == "sign_in":
        return RedirectResponse("/sign-in?registered=1", 303)
    return enter(request, user, "/")


@router.post("/registration-login")
async def another_login(request: Request) -> Response:
    """The chosen login was somebody's: another one, without typing everything again."""
    form = await form_of(request)
    handle, token = str(form.get("h", ""))[:100], str(form.get("t", ""))[:200]
    login = str(form.get("login", ""))[:64]
    forms.check(request, str(form.get("csrf", "")))

    def work() -> Response:
        count(request, "proof")
        if not card.is_login(login):
            wrong = Invalid("login", N_("A login has 4 to 64 letters, digits, dots or hyphens"))
            return _taken(request, handle, token, wrong)
        return complete(request, handle=handle, token=token, login=login)

    return await run_in_threadpool(work)


def _taken(request: Request, handle: str, token: str, error: Invalid) -> Response:
    chosen = set(profiles.cabinet().registration.login.values()) == {"login"}
    said = sentence_of(error)
    return render(request, "login-taken.html", 422, handle=handle, token=token, said=said, chosen=chosen)


def _too_old(request: Request, *, page: bool = False) -> Response:
    """A link, or the page that waited for one: whoever goes back to it after the end is led on."""
    return render(request, "link-old.html", 410, again="/registration", what=Purpose.REGISTER, page=page)


def _code_page(request: Request, handle: str, contact: str, channel: str, error: FeederError | None = None) -> Response:
    return render(
        request,
        "code.html",
        422 if error else 200,
        sent_again="again" in request.query_params,
        action="/registration/code",
        handle=handle,
        contact=contact,
        phone=channel == Channel.PHONE,
        said=sentence_of(error) if error else "",
        again="/registration",
        resend="/registration/again",
        title=_("Confirm the registration"),
    )


def _contact(handle: str) -> tuple[str, str] | None:
    """Where the code or the letter went, masked; None for a promise that is over."""
    with database().transaction() as db:
        row: Proof | None = proofs.by_handle(db, handle, clock.now())
        return (masked(row.contact), row.channel) if row is not None else None


def masked(contact: str) -> str:
    return people.masked(contact) if "@" in contact else f"{contact[:2]} *** ***-{contact[-4:-2]}-{contact[-2:]}"


def _hours() -> int:
    return profiles.cabinet().links.hours


async def form_of(request: Request) -> FormData:
    return await request.form(max_fields=60, max_files=0)
