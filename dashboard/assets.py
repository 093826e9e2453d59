"""Files of the pages: our own under a name with a content hash, Streamlit's compressed, both cached for good.

Also the page in which Streamlit starts: our language, icon and stylesheet are put into it here, its own font preload and
inline script are taken out (the content security policy allows no inline script)."""

import gzip
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.parts import stylesheet, tokens
from dashboard.parts.screen import HERE

FOREVER = "public, max-age=31536000, immutable"
STATIC = Path(streamlit.__file__).resolve().parent / "static"  # the environment may be reached by a link
PUBLIC = Path(__file__).parent / "public"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".map": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
}
_PACKED = frozenset({".css", ".js", ".json", ".svg", ".wasm"})


class Asset(NamedTuple):
    name: str  # with the hash
    media_type: str
    plain: bytes
    packed: bytes  # gzip, or nothing where it does not help


@cache
def own() -> dict[str, Asset]:
    """Our files by their plain names."""
    public = tokens.css(dark=False) + (PUBLIC / "feeder.css").read_text("utf-8")
    texts = {
        "feeder.css": public,
        "desk.css": stylesheet(),
        "mark.svg": (HERE / "mark.svg").read_text("utf-8"),
        "passkey.js": (PUBLIC / "passkey.js").read_text("utf-8"),
    }
    return {name: _asset(name, text.encode()) for name, text in texts.items()}


def address(name: str) -> str:
    """The address of one of our files: it changes when the content does."""
    return "/assets/" + own()[name].name


def serve(name: str) -> Asset | None:
    """By the name with the hash."""
    return next((a for a in own().values() if a.name == name), None)


def _asset(name: str, content: bytes) -> Asset:
    stem, _, ending = name.rpartition(".")
    mark = hashlib.sha256(content).hexdigest()[:12]
    return Asset(f"{stem}.{mark}.{ending}", _TYPES["." + ending], content, gzip.compress(content, 9))


def respond(asset: Asset, accept_encoding: str) -> Response:
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    if asset.packed and "gzip" in accept_encoding:
        headers["Content-Encoding"] = "gzip"
        return Response(asset.packed, media_type=asset.media_type, headers=headers)
    return Response(asset.plain, media_type=asset.media_type, headers=headers)


@cache
def _streamlit_file(path: str) -> Asset | None:
    """One of Streamlit's own files, packed once. The names carry hashes already."""
    file = (STATIC / path).resolve()
    if not file.is_relative_to(STATIC / "static") or not file.is_file():
        return None
    content = file.read_bytes()
    packed = gzip.compress(content, 9) if file.suffix in _PACKED else b""
    return Asset(path, _TYPES.get(file.suffix, "application/octet-stream"), content, packed)


class StreamlitFiles:
    """Answers /static/… in front of Streamlit, which sends them uncompressed. Open to everybody: they are public code."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith("/static/") and scope["method"] in ("GET", "HEAD"):
            asset = await run_in_threadpool(_known, path.lstrip("/"))
            wanted = Request(scope).headers.get("accept-encoding", "")
            response = respond(asset, wanted) if asset else Response(status_code=404)
            await response(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _known(path: str) -> Asset | None:
    """Unknown names are not remembered: anybody can ask for any. Source Sans is never shown, so it is not sent."""
    wanted = (STATIC / path).is_file() and not path.startswith("static/media/SourceSans")
    return _streamlit_file(path) if wanted else None


@cache
def index(language: str) -> bytes:
    """The page in which Streamlit starts, dressed."""
    text = (STATIC / "index.html").read_text("utf-8")
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"<script>.*?</script>", "", text, flags=re.S)
    text = re.sub(r'<link\s+rel="preload"[^>]*as="font"[^>]*/>', "", text)
    text = re.sub(r'<link rel="service-desc"[^>]*/>', "", text)
    text = re.sub(r"<noscript>.*?</noscript>", _NOSCRIPT[language], text, flags=re.S)
    text = text.replace('<html lang="en">', f'<html lang="{language}">')
    text = re.sub(r'<link rel="shortcut icon"[^>]*/>', f'<link rel="icon" href="{address("mark.svg")}" />', text)
    text = text.replace("<title>Streamlit</title>", f"<title>{_TITLE[language]}</title>")
    text = text.replace("</head>", f'<link rel="stylesheet" href="{address("desk.css")}">\n</head>')
    text = text.replace("./static/", "/static/")
    return re.sub(r"\n\s*\n+", "\n", text).strip().encode()


_TITLE = {"ru": "Фидер", "en": "Feeder"}
_NOSCRIPT = {
    "ru": "<noscript><p>Личный кабинет работает с JavaScript: включите его в настройках браузера. Ссылки из наших писем открываются и без него.</p></noscript>",
    "en": "<noscript><p>The cabinet works with JavaScript: switch it on in the settings of the browser. Links in our letters open without it.</p></noscript>",
}
