"""Who is here: the session behind the cookie, for web requests and for Streamlit runs. Never trusts anything but the cookie."""

import functools
import ipaddress
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import streamlit as st
from sqlmodel import Session
from starlette.requests import HTTPConnection
from starlette.responses import Response

from dashboard import parts, stand_in
from infra import clock, profiles, wording
from infra.database import database
from infra.settings import settings
from infra.wording import _
from models.people import actions as people
from models.people import branches, sessions
from models.people.rules import actor_of
from models.people.tables import SignIn, User
from models.process.actor import STAFF, Actor

LANGUAGE_COOKIE = "lang"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Who:
    """A signed-in person and his session row (both detached from the database)."""

    user: User
    sign_in: SignIn
    actor: Actor

    @property
    def id(self) -> int:
        return self.user.id or 0

    @property
    def is_staff(self) -> bool:
        return self.user.role in STAFF


def secure() -> bool:
    return settings().site.startswith("https://")


def cookie_name() -> str:
    """`__Host-` binds the cookie to this very host; browsers accept it over https only."""
    return "__Host-feeder" if secure() else "feeder"


def new_token() -> str:
    return secrets.token_urlsafe(32)


def give(response: Response, token: str) -> None:
    """The cookie outlives the session by design: the row says when it ends, also after a renewal."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(sessions.ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=secure(),
        path="/",
    )


def waiting(connection: HTTPConnection) -> tuple[User, SignIn] | None:
    """Who has given his password and still owes a second factor or a new password."""
    token = connection.cookies.get(cookie_name())
    if not token:
        return None
    with database().transaction() as session:
        return sessions.waiting(session, token, clock.now())


def find(token: str | None, address: str = "") -> Who | None:
    """The holder of a token now. One short transaction."""
    if not token:
        return None
    with database().transaction() as session:
        found = people.signed_in(session, token, clock.now(), profiles.session_life()[1])
    if found is None:
        return None
    user, row = found
    return Who(user, row, actor_of(user, address))


def from_connection(connection: HTTPConnection) -> Who | None:
    """For web requests and websockets. Blocking: call it from a thread."""
    return find(connection.cookies.get(cookie_name()), address_of(connection))


def address_of(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


def origin_of(connection: HTTPConnection) -> str:
    """By what tries are counted: one customer of a network holds a whole /64 of IPv6, so its addresses are one."""
    address = address_of(connection)
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address


def current() -> Who:
    """For Streamlit: the signed-in person. Ends the run with a way to sign in when the session is over."""
    wording.use(str(st.context.cookies.get(LANGUAGE_COOKIE, "ru")))
    who = find(st.context.cookies.get(cookie_name()), st.context.ip_address or "")
    if who is None:
        _say_goodbye()
    assert who is not None
    return stand_in.worn(who)


def guard() -> Who:
    """To be called first inside a fragment: fragments do not run the page's own check again."""
    return current()


def fragment(function: F) -> F:
    """st.fragment that checks the session and the language first."""

    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        guard()
        return function(*args, **kwargs)

    return st.fragment(guarded)  # type: ignore[return-value]


@contextmanager
def reading(who: Who, *, wide: bool = False) -> Iterator[Session]:
    """A short reading transaction: a customer sees only his own rows, staff those of their branch, whatever the query
    says. `wide`: lists of all branches, on which strangers' names are masked."""
    if who.is_staff:
        transaction = database().reading_as(who.user.role, who.id, None if wide else who.user.branch_id)
    else:
        transaction = database().reading(who.id)
    with transaction as session:
        yield session


@contextmanager
def keys_only() -> Iterator[Session]:
    """A short transaction before every wall, for staff's search: it gives keys of rows and never what is shown. The rows
    themselves are loaded by `reading`."""
    with database().transaction() as session:
        yield session


@contextmanager
def acting() -> Iterator[tuple[Session, Actor, datetime]]:
    """One transaction of one click, for Streamlit; commits at its end. The session is checked again first. What staff of
    one branch write stays in their branch: the verbs say so, and the database has the last word."""
    who = current()
    bound = who.is_staff and who.actor.role not in branches.WIDE
    mine = written()
    with database().writing(who.actor.branch_id if bound else None) as session:
        now = clock.now()
        mine.add(now)
        yield session, who.actor, now


def written() -> set[datetime]:
    """Moments at which this window has written: by them its own rows are told from those of other people and windows."""
    found: set[datetime] = st.session_state.setdefault("feeder-written", set())
    return found


def local_path(text: str) -> str:
    """Where to go after a sign-in: a path of this site, or the start."""
    parsed = urlsplit(text)
    plain = text.isprintable() and "\\" not in text and text.startswith("/") and not text.startswith("//")
    return text if plain and not parsed.scheme and not parsed.netloc else "/"


def sign_in_address(path: str) -> str:
    return with_next("/sign-in", path)


def with_next(address: str, then: str) -> str:
    return f"{address}?next=" + quote(local_path(then), safe="")


def _say_goodbye() -> None:
    there = urlsplit(st.context.url or "/")
    link = sign_in_address(there.path + (f"?{there.query}" if there.query else ""))
    parts.show(
        parts.card(_("The session has ended"), parts.p(_("Sign in again: what you sent before is kept."))),
        f'<p><a href="{parts.esc(link)}" target="_self">{parts.esc(_("Sign in"))}</a></p>',
    )
    parts.ready()
    st.stop()
