"""A forgotten password: who asks gets the same answer whether he is known or not; the way goes through his own contact."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from dashboard import session
from dashboard.faults import sentence_of
from dashboard.public import another_code, card_form, forms, hashing
from dashboard.public.entry import sender
from dashboard.public.limits import count
from dashboard.public.pages import render
from dashboard.public.registration import KINDS
from dashboard.public.registration_end import masked
from infra import clock, profiles
from infra.database import database
from infra.wording import N_, _
from models.people import proofs, recovery, rules
from models.people.passwords import check_new
from models.people.proof_tables import Channel, Proof, Purpose
from models.people.tables import User
from models.process.errors import FeederError, Invalid, NotFound, TooMany

router = APIRouter()
Text = Annotated[str, Form(max_length=300)]
Asked = tuple[list[User], Channel, str]  # who, by what, where to


@router.get("/recovery")
def form(request: Request) -> Response:
    return _page(request, {})


@router.post("/recovery")
def ask(request: Request, who: Text = "", channel: Text = "email", kind: Text = "", csrf: Text = "") -> Response:
    typed = {"who": who, "channel": channel, "kind": kind}
    told = profiles.cabinet().recovery
    by_code = told.ask == "channel" and channel == "phone" and told.phone == "code"
    try:
        forms.check(request, csrf)
        if not who.strip():
            raise Invalid("who", N_("Fill in this field"))
        count(request, "recover")
        with database().transaction() as db:
            users, way, contact = _asked(db, told.ask, typed)
            made = recovery.ask(db, users, way, contact, clock.now(), sender(), with_code=by_code)
    except FeederError as error:
        return _page(request, typed, error)
    if by_code:
        return RedirectResponse(f"/recovery/code?h={made.handle}", 303)
    return RedirectResponse("/recovery/sent", 303)


def _asked(db: Session, ask: str, typed: dict[str, str]) -> Asked:
    """Raises Invalid for a contact that cannot exist: that says nothing about anybody."""
    who = typed["who"].strip()
    if ask == "status_login":
        return _by_login(db, who, typed["kind"])
    if ask == "email" or (ask == "channel" and typed["channel"] != "phone") or (ask == "any" and "@" in who):
        address = rules.email(who, "who").lower()
        return list(recovery.by_contact(db, Channel.EMAIL, address)), Channel.EMAIL, address
    if ask == "any" and (found := _by_login(db, who, ""))[0]:
        return found
    if ask == "any":
        number = _number(who)
        return (list(recovery.by_contact(db, Channel.PHONE, number)) if number else []), Channel.PHONE, number
    number = rules.phone(who, "who")
    return list(recovery.by_contact(db, Channel.PHONE, number)), Channel.PHONE, number


def _number(who: str) -> str:
    """A login that nobody has is not a mistake to be told about."""
    try:
        return rules.phone(who)
    except Invalid:
        return ""


def _by_login(db: Session, login: str, kind: str) -> Asked:
    users = list(recovery.by_login(db, login, kind))
    channel, contact = recovery.contact_of(users[0]) if users else (Channel.EMAIL, "")
    return users, channel, contact


@router.get("/recovery/sent")
def sent(request: Request) -> Response:
    return render(request, "sent.html", contact="", phone=False, what="recovery", hours=profiles.cabinet().links.hours)


@router.get("/recovery/code")
def code_form(request: Request, h: Annotated[str, Query(max_length=100)]) -> Response:
    return _code_page(request, h)


@router.post("/recovery/again")
def again(request: Request, h: Text = "", csrf: Text = "") -> Response:
    try:
        made = another_code.send(request, h, Purpose.RECOVER, csrf)
    except FeederError as error:
        return _code_page(request, h, error)
    return RedirectResponse(f"/recovery/code?h={made}&again=1", 303) if made else _code_page(request, h)


@router.post("/recovery/code")
def code(request: Request, h: Text = "", code: Text = "", csrf: Text = "") -> Response:
    try:
        forms.check(request, csrf)
        count(request, "proof")
        with database().transaction() as db:
            row = proofs.by_handle(db, h, clock.now())
            right = (
                row is not None and row.purpose == Purpose.RECOVER and proofs.try_code(db, row, h, code, clock.now())
            )
        if row is None or not right:
            raise Invalid("code", N_("The code is wrong or no longer valid. Check it, or begin again"))
    except FeederError as error:
        return _code_page(request, h, error)
    return password_page(request, row, f"h:{h}")


@router.post("/recovery/password")
def password(
    request: Request, key: Text = "", user: Text = "", password: Text = "", repeat: Text = "", csrf: Text = ""
) -> Response:
    forms.check(request, csrf)
    count(request, "proof")
    row, users = _proved(key)
    if row is None:
        return render(request, "link-old.html", 410, again="/recovery", what=Purpose.RECOVER)
    chosen = int(user) if user.isdecimal() and len(user) < 19 else users[0].id if len(users) == 1 else 0
    try:
        if chosen not in [u.id for u in users]:
            raise Invalid("user", N_("Choose the login whose password you change"))
        login = next(u.login for u in users if u.id == chosen)
        check_new(password, repeat, profiles.password_rules(), login=login)
    except Invalid as error:
        return password_page(request, row, key, error, chosen or 0)
    with hashing.place():
        hashed = hashing.hash_password(password)
    with database().transaction() as db:
        found = _find(db, key)
        if found is None:
            raise NotFound
        recovery.finish(db, found, chosen or 0, hashed, clock.now(), sender(), session.address_of(request))
    return RedirectResponse("/sign-in?changed=1", 303)


def password_page(request: Request, row: Proof, key: str, error: Invalid | None = None, chosen: int = 0) -> Response:
    """The window «Изменение пароля»: the login, or a list of them (rows R-92, R-93)."""
    with database().transaction() as db:
        users = recovery.logins(db, row)
    if not users:
        return render(request, "link-old.html", 410, again="/recovery", what=Purpose.RECOVER)
    return render(
        request,
        "new-password.html",
        422 if error else 200,
        action="/recovery/password",
        key=key,
        users=[(u.id, u.login) for u in users],
        chosen=chosen,
        hints=card_form.password_hints(),
        errors=card_form.errors([error] if error else []),
    )


def _proved(key: str) -> tuple[Proof | None, list[User]]:
    with database().transaction() as db:
        row = _find(db, key)
        return (row, recovery.logins(db, row)) if row is not None else (None, [])


def _find(db: Session, key: str) -> Proof | None:
    """By the link's token or by the handle of a page where the code was right."""
    way, _, secret = key.partition(":")
    row = proofs.by_token(db, secret, clock.now()) if way == "t" else proofs.by_handle(db, secret, clock.now())
    return row if row is not None and row.purpose == Purpose.RECOVER and row.proved_at is not None else None


def _page(request: Request, typed: dict[str, str], error: FeederError | None = None) -> Response:
    stale = isinstance(error, forms.StaleForm)
    status = 200 if error is None else 429 if isinstance(error, TooMany) else 403 if stale else 422
    kinds = [(k.value, _(KINDS[k])) for k in profiles.cabinet().registration.kinds]
    return render(
        request,
        "recovery.html",
        status,
        told=profiles.cabinet().recovery,
        typed=typed,
        kinds=kinds,
        errors=card_form.errors([error] if isinstance(error, Invalid) and not stale else []),
        said=sentence_of(error) if error else "",
    )


def _code_page(request: Request, handle: str, error: FeederError | None = None) -> Response:
    with database().transaction() as db:
        row = proofs.by_handle(db, handle, clock.now())
    if row is None:
        return render(request, "link-old.html", 410, again="/recovery", what=Purpose.RECOVER, page=True)
    return render(
        request,
        "code.html",
        422 if error else 200,
        sent_again="again" in request.query_params,
        action="/recovery/code",
        handle=handle,
        contact=masked(row.contact),
        phone=True,
        said=sentence_of(error) if error else "",
        again="/recovery",
        resend="/recovery/again",
        title=_("Recovery of access"),
    )
