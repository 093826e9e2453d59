"""Remembers in a browser that somebody has signed in from it: what strangers try against his login does not shut him out.

The cookie names nobody: it is a seal over the login, worth nothing without the password."""

import hashlib
import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

from dashboard import session
from infra.settings import settings

_YEAR = 365 * 24 * 3600  # seconds


def cookie_name() -> str:
    return "__Host-feeder-device" if session.secure() else "feeder-device"


def mark(request: Request, login: str) -> str:
    """The nonce of this browser if it has signed in under this login before, or ""."""
    nonce, _, seal = request.cookies.get(cookie_name(), "").partition(".")
    right = bool(nonce) and hmac.compare_digest(_seal(nonce, login).encode(), seal.encode())
    return nonce if right else ""


def give(response: Response, login: str) -> None:
    nonce = secrets.token_urlsafe(12)
    response.set_cookie(
        cookie_name(),
        f"{nonce}.{_seal(nonce, login)}",
        max_age=_YEAR,
        httponly=True,
        samesite="lax",
        secure=session.secure(),
        path="/",
    )


def _seal(nonce: str, login: str) -> str:
    return hmac.new(settings().secret_key.encode(), f"device:{nonce}:{login}".encode(), hashlib.sha256).hexdigest()
