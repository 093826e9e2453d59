"""How a route answers: JSON with an ETag, and the same answer again for a request that was sent twice."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, NamedTuple

from fastapi import Header, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from dashboard.api.v1.door import Caller
from infra.keys import vault_keys
from infra.wording import N_, _
from models.integration import answers
from models.process.actor import Actor
from signatures.secrets import Vault

_KEY = r"^[\x21-\x7e]{8,100}$"
Once = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=_KEY,
        description=N_(
            "Any 8 to 100 signs that name this request: sent again with the same body, it is answered again and not done twice"
        ),
    ),
]
MaybeOnce = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=_KEY,
        description=N_("At will: names this request, so that it is not done twice"),
    ),
]


class Reply(NamedTuple):
    """What an action came to. Without a body: 204."""

    status: int
    body: BaseModel | None = None
    location: str = ""


Work = Callable[[Session, Actor, datetime], Reply]


def shown(request: Request, body: BaseModel) -> Response:
    """An answer that says nothing when the reader has it already (If-None-Match)."""
    text, mark = body.model_dump_json(), mark_of(body)
    headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
    if mark in [m.strip().removeprefix("W/") for m in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(text, 200, headers, "application/json")


def mark_of(body: BaseModel) -> str:
    """The ETag of an answer."""
    return f'"{hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:32]}"'


def carry(
    request: Request, caller: Caller, work: Work, sent: BaseModel | None = None, key: str | None = None
) -> Response:
    """Do it once, in one transaction with the memory of it. Raises what the work raises: then nothing is remembered."""
    with caller.acting() as (session, actor, now):
        if key is not None:
            kept = answers.claim(session, caller.id, key, fingerprint(request, sent), now)
            if kept is not None:
                return _plain(kept.status, _opened(kept.body), kept.location, again=True)
        made = work(session, actor, now)
        text = made.body.model_dump_json() if made.body is not None else ""
        if key is not None:
            answers.keep(session, caller.id, key, made.status, _box().lock({"text": text}), made.location)
    return _plain(made.status, text, made.location)


def _box() -> Vault:
    return Vault(vault_keys())


def _opened(sealed: bytes | None) -> str:
    return str(_box().open(sealed)["text"]) if sealed else ""


def fingerprint(request: Request, sent: BaseModel | None) -> str:
    """sha256 of what makes two requests one: method, address and content, whatever the order of its fields."""
    content: Any = sent.model_dump(mode="json", exclude_unset=True) if sent is not None else None
    told = [request.method, request.url.path, content]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def unchanged(request: Request, mark: str) -> None:
    """If-Match: raises 412 when the reader saw another state."""
    asked = request.headers.get("if-match")
    if asked is not None and asked.strip() not in ("*", mark):
        raise HTTPException(412, _("Read it again and repeat the change"))


def _plain(status: int, text: str, location: str, *, again: bool = False) -> Response:
    headers = {"Cache-Control": "no-store"}
    if location:
        headers["Location"] = location
    if again:
        headers["Idempotency-Replayed"] = "true"
    return Response(text or None, status, headers, "application/json" if text else None)
