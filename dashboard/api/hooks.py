"""Call-backs of the bank. Believed only in one thing: that it is time to ask the bank. Quick, and twice is once."""

import logging
from functools import cache

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from infra import clock
from infra.bank.client import Bank, Callback, ForgedCallback
from infra.database import database
from infra.settings import settings
from models.payment import actions

router = APIRouter(prefix="/hooks")
log = logging.getLogger("feeder.hooks")


@cache
def _bank() -> Bank:
    return Bank(settings())


@router.get("/bank")
@router.post("/bank")
async def bank(request: Request) -> PlainTextResponse:
    """200 when noted (also when noted before), 403 without our checksum, 404 for an order that is not ours."""
    sent = {**request.query_params, **{k: str(v) for k, v in (await request.form()).items()}}
    try:
        said = _bank().read_callback({k: str(v) for k, v in sent.items()})
    except ForgedCallback:
        log.warning("a call-back of the bank with a wrong checksum was refused")
        return PlainTextResponse("forged", 403)
    ours = await run_in_threadpool(_note, said, str(sent.get("status", "")))
    return PlainTextResponse("ok") if ours else PlainTextResponse("unknown order", 404)


def _note(said: Callback, status: str) -> bool:
    with database().transaction() as session:
        return actions.note_bank_event(session, said.order_id, said.number, said.operation, status, clock.now())
