"""Keys of devices: sign in with one, alone or after the password; add, name and revoke one's own. Light pages with one small
script of ours; without it they say what else opens the cabinet."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from dashboard import session
from dashboard.faults import sentence_of
from dashboard.gate import PUBLIC_POLICY
from dashboard.public import forms, hashing
from dashboard.public.entry import end_former, same_form
from dashboard.public.pages import render
from documents.wording import day
from infra import clock, profiles
from infra.database import database
from infra.settings import settings
from infra.wording import N_, _
from models.people import actions as people
from models.people import factors, passkeys, sessions
from models.people.proof_tables import Passkey, Wanted
from models.people.tables import User, Wait
from models.process.actor import Actor, Role
from models.process.errors import FeederError, Invalid
from signatures import passkeys as keys

router = APIRouter()
Text = Annotated[str, Form(max_length=300)]
Answer = Annotated[str, Form(max_length=20_000)]
Where = Annotated[str, Query(max_length=1000)]
SCRIPTED = PUBLIC_POLICY + "; script-src 'self'"


def place(request: Request) -> keys.Place:
    """Keys belong to the domain of the site; on a developer's machine to the name that was typed."""
    told = settings()
    here = told.site if told.public_url else f"{request.url.scheme}://{request.headers.get('host', '')}"
    return keys.Place(urlsplit(here).hostname or "", here, profiles.profile().utility.name)


# ------------------------------------------------------------------------------------------------ sign in
@router.get("/sign-in/passkey")
def alone(request: Request, next: Where = "/") -> Response:  # noqa: A002 - its name in the address
    if session.from_connection(request):
        return RedirectResponse(session.local_path(next), 303)
    return _alone(request, next)


@router.post("/sign-in/passkey")
def sign_in(
    request: Request,
    handle: Text = "",
    credential: Answer = "",
    csrf: Text = "",
    next: Text = "/",  # noqa: A002
) -> Response:
    now, address = clock.now(), session.address_of(request)
    try:
        forms.check(request, csrf)
        with database().transaction() as db:
            people.count_attempt(db, "sign-in-address", session.origin_of(request), now)
        user = _prove(request, handle, credential, Wanted.ALONE, None, now)
    except FeederError as error:
        return _alone(request, next, error)
    token, waits = session.new_token(), Wait.PASSWORD if user.temporary_until is not None else ""
    with database().transaction() as db:
        life = sessions.WAITING if waits else profiles.session_life()[0]
        end_former(request, db, now)
        sessions.begin(db, user, token, now, life, address, request.headers.get("user-agent", ""), waits)
        actor = Actor(Role(user.role), user.id, user.name, address=address)
        people.note(db, actor, "people:user:signed_in", now, way="passkey")
    then = session.local_path(next)
    response = RedirectResponse(session.with_next("/sign-in/step", then) if waits else then, 303)
    session.give(response, token)
    return response


def _alone(request: Request, then: str, error: FeederError | None = None) -> Response:
    options, handle = _asked(request, Wanted.ALONE, None)
    then = session.local_path(then)
    said = sentence_of(error) if error else ""
    values = {"options": options, "handle": handle, "said": said, "next": then}
    return scripted(
        render(request, "passkey-alone.html", 422 if error else 200, sign_in=session.sign_in_address(then), **values)
    )


def second(request: Request, user: User) -> dict[str, str]:
    """For the page of the second step: what this person's keys are asked; nothing without keys."""
    with database().transaction() as db:
        known = [key.credential for key in passkeys.of_user(db, user.id or 0)]
    if not known:
        return {"options": "", "handle": ""}
    options, handle = _asked(request, Wanted.SECOND, user.id, known)
    return {"options": options, "handle": handle}


def prove_second(request: Request, user: User, handle: str, credential: str) -> None:
    """Raises NoSuchKey, TooMany."""
    with database().transaction() as db:
        people.count_attempt(db, "factor", str(user.id), clock.now())
    _prove(request, handle, credential, Wanted.SECOND, user.id, clock.now())


def _asked(request: Request, wanted: Wanted, user_id: int | None, known: list[str] | None = None) -> tuple[str, str]:
    options, challenge = keys.to_prove(place(request), known or [])
    with database().transaction() as db:
        return options, passkeys.ask(db, wanted, challenge, user_id, clock.now())


def _prove(request: Request, handle: str, answer: str, wanted: Wanted, user_id: int | None, now: datetime) -> User:
    """The owner of the key. The challenge is spent in a transaction of its own, whatever the answer is."""
    with database().transaction() as db:
        challenge = passkeys.answered(db, handle, wanted, user_id, now)
    with database().transaction() as db:
        try:
            row, user = passkeys.holder(db, keys.credential_of(answer), user_id)
            count = keys.proved(place(request), answer, challenge, _key(row))
        except ValueError:
            raise passkeys.NoSuchKey from None
        passkeys.used(db, row, count, now)
        return user


def _key(row: Passkey) -> keys.Key:
    return keys.Key(row.credential, row.public_key, row.used_count)


# ------------------------------------------------------------------------------------------------ one's own keys
@router.get("/passkeys")
def mine(request: Request) -> Response:
    who = session.from_connection(request)
    return _list(request, who) if who else RedirectResponse(session.sign_in_address("/passkeys"), 303)


@router.post("/passkeys/new")
def new(request: Request, name: Text = "", password: Text = "", csrf: Text = "") -> Response:
    """Whoever adds a door proves that he has the old one."""
    who = session.from_connection(request)
    if who is None:
        return RedirectResponse(session.sign_in_address("/passkeys"), 303)
    same_form(who.sign_in, csrf)
    try:
        with database().transaction() as db:
            people.count_attempt(db, "password", str(who.id), clock.now())
        with database().transaction() as db:
            clean = passkeys.check_new(db, who.id, name)
            known = [key.credential for key in passkeys.of_user(db, who.id)]
        with hashing.place(known=True):
            if not hashing.verify_password(who.user.password_hash, password):
                raise Invalid("password", N_("The password is not right"))
    except FeederError as error:
        return _list(request, who, error, name)
    told = who.user.email or who.user.name
    options, challenge = keys.to_add(place(request), who.id, told, who.user.name, known)
    with database().transaction() as db:
        handle = passkeys.ask(db, Wanted.ADD, challenge, who.id, clock.now())
    page = render(request, "passkey-add.html", options=options, handle=handle, name=clean, row=who.sign_in)
    return scripted(page)


@router.post("/passkeys/add")
def add(request: Request, name: Text = "", handle: Text = "", credential: Answer = "", csrf: Text = "") -> Response:
    who = session.from_connection(request)
    if who is None:
        return RedirectResponse(session.sign_in_address("/passkeys"), 303)
    same_form(who.sign_in, csrf)
    try:
        spare = _add(request, who, name, handle, credential)
    except FeederError as error:
        return _list(request, who, error)
    if spare:
        return render(request, "spare-codes.html", codes=spare, next="/passkeys?added=1")
    return RedirectResponse("/passkeys?added=1", 303)


def _add(request: Request, who: session.Who, name: str, handle: str, answer: str) -> list[str]:
    """Spare codes with the first key: without them a lost device would lock its owner out."""
    now = clock.now()
    with database().transaction() as db:
        challenge = passkeys.answered(db, handle, Wanted.ADD, who.id, now)
    try:
        key = keys.added(place(request), answer, challenge)
    except ValueError:
        raise passkeys.NoSuchKey from None
    with database().transaction() as db:
        passkeys.add(db, name, key.credential, key.public_key, key.count, who.actor, now)
        return [] if factors.has_spare(db, who.id) else factors.renew_spare(db, who.id)


@router.post("/passkeys/{number}/revoke")
def revoke(request: Request, number: int, csrf: Text = "") -> Response:
    who = session.from_connection(request)
    if who is None:
        return RedirectResponse(session.sign_in_address("/passkeys"), 303)
    same_form(who.sign_in, csrf)
    with database().transaction() as db:
        passkeys.revoke(db, number, who.actor, clock.now())
    return RedirectResponse("/passkeys?revoked=1", 303)


_NOTES = {
    "added": N_("The key is added: the next sign-in can use it."),
    "revoked": N_("The key opens nothing any more."),
}


def _list(request: Request, who: session.Who, error: FeederError | None = None, name: str = "") -> Response:
    with database().transaction() as db:
        rows = _told(db, who.id)
    note = next((_(text) for word, text in _NOTES.items() if word in request.query_params), "")
    field = error.field if isinstance(error, Invalid) and error.field in ("name", "password") else ""
    said = sentence_of(error) if error else ""
    status = 422 if error else 200
    return render(
        request, "passkeys.html", status, keys=rows, row=who.sign_in, note=note, said=said, field=field, name=name
    )


def _told(db: Session, user_id: int) -> list[dict[str, object]]:
    return [
        {
            "id": k.id,
            "name": k.name,
            "added": day(k.added_at.date()),
            "used": day(k.used_at.date()) if k.used_at else "",
        }
        for k in passkeys.of_user(db, user_id)
    ]


def scripted(response: Response) -> Response:
    """A page with our one script: no other page of this kind runs any."""
    response.headers["Content-Security-Policy"] = SCRIPTED
    return response
