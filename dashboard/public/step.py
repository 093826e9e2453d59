"""The second step of a sign-in: a key of a device or a code of the authenticator, its first set-up for staff, a new password after a temporary
one. A session that waits opens nothing but these pages."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from dashboard import session
from dashboard.faults import sentence_of
from dashboard.public import card_form, device, hashing, passkeys, qr
from dashboard.public.entry import same_form, sender
from dashboard.public.pages import render
from infra import clock, profiles
from infra.database import database
from infra.keys import vault_keys
from infra.wording import N_
from models.people import actions as people
from models.people import factors, recovery, sessions
from models.people.passwords import check_new
from models.people.tables import SignIn, User, Wait
from models.process.errors import FeederError, Invalid, NotFound
from signatures.secrets import Vault

router = APIRouter()
Text = Annotated[str, Form(max_length=300)]
Answer = Annotated[str, Form(max_length=20_000)]
Where = Annotated[str, Query(max_length=1000)]


@router.get("/sign-in/step")
def step(request: Request, next: Where = "/") -> Response:  # noqa: A002 - its name in the address
    found = session.waiting(request)
    if found is None:
        return RedirectResponse(session.sign_in_address(next), 303)
    return _page(request, *found, next)


@router.post("/sign-in/code")
def code(request: Request, code: Text = "", csrf: Text = "", next: Text = "/") -> Response:  # noqa: A002
    user, row = _waiting(request, csrf, Wait.FACTOR, Wait.ENROL)
    try:
        with database().transaction() as db:
            people.count_attempt(db, "factor", str(user.id), clock.now())
        with database().transaction() as db:
            right = _right(db, user, code)
        if not right:
            raise Invalid("code", N_("The code is wrong: type the one that is shown now"))
    except FeederError as error:
        return _page(request, user, row, next, error)
    spare = _confirmed(user) if row.waits_for == Wait.ENROL else []
    return _pass(request, user, row, next, spare)


@router.post("/sign-in/step/passkey")
def key(request: Request, handle: Text = "", credential: Answer = "", csrf: Text = "", next: Text = "/") -> Response:  # noqa: A002
    user, row = _waiting(request, csrf, Wait.FACTOR)
    try:
        passkeys.prove_second(request, user, handle, credential)
    except FeederError as error:
        return _page(request, user, row, next, error)
    return _pass(request, user, row, next, [])


@router.post("/sign-in/new-password")
def new_password(
    request: Request,
    password: Text = "",
    repeat: Text = "",
    csrf: Text = "",
    next: Text = "/",  # noqa: A002
) -> Response:
    user, row = _waiting(request, csrf, Wait.PASSWORD)
    try:
        check_new(password, repeat, profiles.password_rules(), login=user.login)
    except Invalid as error:
        return _page(request, user, row, next, error)
    with hashing.place():
        hashed = hashing.hash_password(password)
    with database().transaction() as db:
        found = db.get(User, user.id)
        if found is None:
            raise NotFound
        address = session.address_of(request)
        recovery.set_password(db, found, hashed, clock.now(), sender(), keep=row.id, address=address)
    return _pass(request, user, row, next, [])


def _waiting(request: Request, csrf: str, *wanted: str) -> tuple[User, SignIn]:
    """Raises NotFound when nothing of this kind is waited for."""
    found = session.waiting(request)
    if found is None or found[1].waits_for not in wanted:
        raise NotFound
    same_form(found[1], csrf)
    return found


def _right(db: Session, user: User, typed: str) -> bool:
    """A code of the authenticator lives by the real time: the business clock of a demonstration may run ahead."""
    row = factors.of_user(db, user.id or 0, lock=True)
    if row is None:  # keys of devices alone, and spare codes beside them
        return factors.use_spare(db, user.id or 0, typed, clock.now())
    secret = str(Vault(vault_keys()).open(row.secret)["totp"])
    confirmed = row.confirmed_at is not None
    return factors.check(db, row, secret, typed, datetime.now(UTC)) or (
        confirmed and factors.use_spare(db, user.id or 0, typed, clock.now())
    )


def _confirmed(user: User) -> list[str]:
    with database().transaction() as db:
        row = factors.of_user(db, user.id or 0, lock=True)
        return factors.confirm(db, row, clock.now()) if row is not None else []


def _pass(request: Request, user: User, row: SignIn, then: str, spare: list[str]) -> Response:
    """On to the next thing it waits for, or in. Spare codes are shown once, before that."""
    then = session.local_path(then)
    with database().transaction() as db:
        found, kept = db.get(User, user.id), db.get(SignIn, row.id)
        if found is None or kept is None:
            raise NotFound
        token = sessions.passed(db, found, kept, clock.now(), profiles.session_life()[0])
        where = session.with_next("/sign-in/step", then) if kept.waits_for else then
    if spare:
        response: Response = render(request, "spare-codes.html", codes=spare, next=where)
    else:
        response = RedirectResponse(where, 303)
    session.give(response, token)
    device.give(response, user.login)
    return response


def _page(request: Request, user: User, row: SignIn, then: str, error: FeederError | None = None) -> Response:
    status = 422 if error else 200
    said = sentence_of(error) if error else ""
    common = {"row": row, "next": session.local_path(then), "said": said}
    if row.waits_for == Wait.PASSWORD:
        found = card_form.errors([error]) if isinstance(error, Invalid) else {}
        hints = card_form.password_hints()
        return render(request, "own-password.html", status, hints=hints, errors=found, **common)
    if row.waits_for == Wait.ENROL:
        secret = enrol(user)
        return render(request, "enrol.html", status, secret=secret, qr=qr.path(_uri(user, secret)), **common)
    asked = passkeys.second(request, user)
    page = render(request, "factor.html", status, **common, **asked)
    return passkeys.scripted(page) if asked["options"] else page


def _uri(user: User, secret: str) -> str:
    return factors.address(secret, user.login, profiles.profile().utility.name)


def enrol(user: User) -> str:
    """The secret of a factor that is being set up: the same one until its first code is typed."""
    vault = Vault(vault_keys())
    with database().transaction() as db:
        row = factors.of_user(db, user.id or 0, lock=True)
        if row is not None and row.confirmed_at is None:
            return str(vault.open(row.secret)["totp"])
        secret = factors.fresh_secret()
        factors.begin(db, user, vault.lock({"totp": secret}), clock.now())
        return secret
