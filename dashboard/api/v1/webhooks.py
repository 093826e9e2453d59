"""Webhooks by program: the addresses that we call, with their secret told once, a trial call, and what came of calls."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from dashboard.api.v1.door import Caller, Holding
from dashboard.api.v1.replies import MaybeOnce, Reply, carry, shown
from dashboard.api.v1.shapes import Id, Sent, Short, Text
from dashboard.hook_address import judged
from infra.keys import vault_keys
from infra.settings import settings
from infra.wording import N_, _
from models.integration import actions, queries
from models.integration.rules import EVENTS, MOST_ADDRESS, Scope, new_secret
from models.integration.tables import Call, Webhook
from models.process.actor import Actor
from models.process.errors import NotFound
from signatures.secrets import Vault

router = APIRouter(tags=["webhooks"])
HookReader = Annotated[Caller, Depends(Holding(Scope.WEBHOOKS_READ))]
HookWriter = Annotated[Caller, Depends(Holding(Scope.WEBHOOKS_WRITE))]


class NewHook(Sent):
    address: Text = Field(max_length=MOST_ADDRESS)
    events: list[Short] = Field(max_length=len(EVENTS))


class Hook(BaseModel):
    """`active` false: nothing is called; `off_reason` says why we have switched it off."""

    id: int
    address: str
    events: list[str]
    active: bool
    off_reason: str
    created_at: datetime
    last_ok_at: datetime | None
    failing_since: datetime | None


class MadeHook(Hook):
    """With the secret by which calls are signed: told in this answer alone."""

    secret: str


class Hooks(BaseModel):
    items: list[Hook]


class CallLine(BaseModel):
    id: int
    event: str
    state: str
    tries: int
    ordered_at: datetime
    next_at: datetime | None
    ended_at: datetime | None
    error: str


class Calls(BaseModel):
    items: list[CallLine]


def _told(row: Webhook) -> dict[str, object]:
    return row.model_dump(exclude={"secret", "off_reason"}) | {
        "off_reason": _(row.off_reason) if row.off_reason else ""
    }


@router.get("/webhooks", summary=N_("Addresses that are called"), response_model=Hooks)
def hooks(request: Request, caller: HookReader) -> Response:
    with caller.reading() as db:
        found = [Hook.model_validate(_told(row)) for row in queries.webhooks_of(db, caller.id)]
    return shown(request, Hooks(items=found))


@router.post(
    "/webhooks", summary=N_("Add an address; its secret stands in the answer"), status_code=201, response_model=MadeHook
)
def add(request: Request, caller: HookWriter, sent: NewHook, once: MaybeOnce = None) -> Response:
    plain = settings().development
    address, secret = judged(sent.address, plain_allowed=plain), new_secret()
    sealed = Vault(vault_keys()).lock({"secret": secret})

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        row = actions.add_webhook(db, actor, address, sealed, sent.events, now, plain_allowed=plain)
        made = MadeHook.model_validate(_told(row) | {"secret": secret})
        return Reply(201, made, f"/api/v1/webhooks/{row.id}/calls")

    return carry(request, caller, work, sent, once)


@router.get("/webhooks/{webhook_id}/calls", summary=N_("What came of the last calls"), response_model=Calls)
def calls(request: Request, caller: HookReader, webhook_id: Id) -> Response:
    with caller.reading() as db:
        _seen(db, webhook_id)
        found = queries.calls_of(db, webhook_id)
    return shown(request, Calls(items=[_line(row) for row in found]))


def _line(row: Call) -> CallLine:
    return CallLine.model_validate(row.model_dump())


@router.post("/webhooks/{webhook_id}/test", summary=N_("Call the address once with the event «test»"), status_code=204)
def test_call(request: Request, caller: HookWriter, webhook_id: Id) -> Response:
    _known(caller, webhook_id)

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        actions.try_out(db, webhook_id, actor, now)
        return Reply(204)

    return carry(request, caller, work)


@router.delete("/webhooks/{webhook_id}", summary=N_("Remove an address: it is called no more"), status_code=204)
def remove(request: Request, caller: HookWriter, webhook_id: Id) -> Response:
    _known(caller, webhook_id)

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        actions.remove_webhook(db, webhook_id, actor, now)
        return Reply(204)

    return carry(request, caller, work)


def _known(caller: Caller, webhook_id: int) -> None:
    """The wall of the database first. Raises NotFound."""
    with caller.reading() as db:
        _seen(db, webhook_id)


def _seen(db: Session, webhook_id: int) -> None:
    row = db.get(Webhook, webhook_id)
    if row is None or row.removed_at is not None:
        raise NotFound
