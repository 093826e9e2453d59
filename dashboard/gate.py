"""What stands between the network and the pages, as plain ASGI: the gate, security headers, size limits, language.

No session, no Streamlit: no page, no websocket, no upload, no media."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import assets, menu, session
from infra import wording
from models.process.errors import Outage

Refuse = Callable[[Scope, int], Awaitable[Response]]
_SIGNED_OUT = 4401  # close code of a websocket without a session
_FOREIGN = 4403
_CORE = ("/_stcore/", "/media/", "/component/")
_CLOSED = ("/_stcore/agent", "/_stcore/metrics")  # Streamlit's doors for programs: ours are /api and /metrics


class Gate:
    """In front of Streamlit. `refuse(scope, status)` makes an error page in our look."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            response = await self._answer(scope)
            await (response or self.app)(scope, receive, send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        code = 0 if same_origin(connection) else _FOREIGN
        if not code and await run_in_threadpool(session.from_connection, connection) is None:
            code = _SIGNED_OUT
        if not code:
            return await self.app(scope, receive, send)
        await receive()
        return await send({"type": "websocket.close", "code": code})

    async def _answer(self, scope: Scope) -> Response | None:
        """A response of our own, or None: Streamlit may answer."""
        path: str = scope["path"]
        if path.startswith(_CLOSED):
            return Response(status_code=404)
        core = path.startswith(_CORE) or "/_stcore/" in path
        name = path.strip("/")
        if not core and name not in menu.addresses() | {""}:
            return await self.refuse(scope, 404)
        who = await run_in_threadpool(session.from_connection, HTTPConnection(scope))
        if who is None:
            return Response(status_code=401) if core else RedirectResponse(session.sign_in_address(_here(scope)), 303)
        if core:
            return None
        if scope["method"] not in ("GET", "HEAD"):
            return await self.refuse(scope, 405)
        return await self._page(scope, name, [v.entry.name for v in menu.views_of(who.user.role, who.user.kind or "")])

    async def _page(self, scope: Scope, name: str, mine: list[str]) -> Response:
        """Streamlit's start page, when the page is one of this role. Its home page lives at `/` only."""
        if mine and name == mine[0]:
            return RedirectResponse(_here({**scope, "path": "/"}), 303)
        if name and name not in mine:
            return await self.refuse(scope, 403)
        return Response(assets.index(wording.language()), media_type="text/html", headers={"Cache-Control": "no-store"})


def _here(scope: Mapping[str, Any]) -> str:
    """Path and query of a request."""
    query = scope["query_string"].decode("latin-1")
    return str(scope["path"]) + (f"?{query}" if query else "")


class Head:
    """HEAD is GET without the body, for every page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)
        scope["method"] = "GET"

        async def bodiless(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = message | {"body": b""}  # type: ignore[operator]
            await send(message)

        return await self.app(scope, receive, bodiless)


class Home:
    """`/` is the start page for visitors and the home of their role for signed-in people."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        home = scope["type"] == "http" and scope["path"] == "/" and scope["method"] in ("GET", "HEAD")
        if home and await run_in_threadpool(self._visitor, HTTPConnection(scope)):
            scope["path"], scope["raw_path"] = "/start", b"/start"
        await self.app(scope, receive, send)

    def _visitor(self, connection: HTTPConnection) -> bool:
        """The start page opens even while the database is away."""
        try:
            return session.from_connection(connection) is None
        except Outage:
            return True


def same_origin(connection: HTTPConnection) -> bool:
    """Browsers always say from which page a websocket or a form comes; programs without a browser say nothing."""
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host", "")


# Streamlit: styles inline (emotion), components as blob modules; Vega compiles its expressions (unsafe-eval)
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' blob: 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
PUBLIC_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """On every answer, also on errors. A door that sets its own policy keeps it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _COMMON.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", POLICY)
                if session.secure():
                    headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            await send(message)

        await self.app(scope, receive, dressed)


class Language:
    """The reader's language by his cookie, for everything inside."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            wording.use(HTTPConnection(scope).cookies.get(session.LANGUAGE_COOKIE, "ru"))
        await self.app(scope, receive, send)


SMALL = 64 << 10  # bytes of a form or a call-back
UPLOAD = 12 << 20  # one file of 10 MB and its envelope
_UPLOADS = re.compile(
    r"^/(web-reception(/a/[^/]+/reply)?$|_stcore/upload_file/|check/file$|api/v1/applications/\d+/attachments$)"
)


class SizeLimit:
    """413 before a body is read whole; counts what comes, whatever the sender claims. `refuse`: as of the gate."""

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        most = UPLOAD if _UPLOADS.match(scope["path"]) else SMALL
        claimed = HTTPConnection(scope).headers.get("content-length", "0")
        if not claimed.isdecimal() or int(claimed) > most:
            return await (await self._too_large(scope))(scope, receive, send)
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise TooLarge
            return message

        try:
            return await self.app(scope, counted, send)
        except TooLarge:
            return await (await self._too_large(scope))(scope, receive, send)

    async def _too_large(self, scope: Scope) -> Response:
        """People are told by a page of ours, programs in their own form."""
        if not scope["path"].startswith("/api/"):
            return await self.refuse(scope, 413)
        told = b'{"type":"about:blank","title":"Too much was sent at once","status":413,"detail":"","errors":[]}'
        return Response(told, 413, media_type="application/problem+json")


class TooLarge(HTTPException):
    """More came than was claimed. An HTTPException, because FastAPI calls everything else a bad request."""

    def __init__(self) -> None:
        super().__init__(413)
