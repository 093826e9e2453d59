"""Tokens of forms for people who are not signed in: a signed value that comes back both by cookie and by form."""

import hashlib
import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

from dashboard import session
from dashboard.gate import same_origin
from infra.settings import settings
from models.process.errors import Invalid


class StaleForm(Invalid):
    """The form was not given by us to this browser, or too long ago."""

    def __init__(self) -> None:
        super().__init__("csrf", "The page has become out of date. Send it once more")


def cookie_name() -> str:
    return "__Host-feeder-form" if session.secure() else "feeder-form"


def token_of(request: Request) -> str:
    """The token this browser has, or a new one."""
    found = request.cookies.get(cookie_name(), "")
    return found if _ours(found) else _new()


def give(response: Response, token: str) -> None:
    response.set_cookie(cookie_name(), token, httponly=True, samesite="lax", secure=session.secure(), path="/")


def check(request: Request, sent: str) -> None:
    """Raises StaleForm."""
    kept = request.cookies.get(cookie_name(), "")
    if not (_ours(kept) and hmac.compare_digest(kept.encode(), sent.encode()) and same_origin(request)):
        raise StaleForm


def _new() -> str:
    nonce = secrets.token_urlsafe(18)
    return f"{nonce}.{_seal(nonce)}"


def _ours(token: str) -> bool:
    nonce, _, seal = token.partition(".")
    return bool(seal) and hmac.compare_digest(_seal(nonce).encode(), seal.encode())


def _seal(nonce: str) -> str:
    return hmac.new(settings().secret_key.encode(), b"form:" + nonce.encode(), hashlib.sha256).hexdigest()[:32]
