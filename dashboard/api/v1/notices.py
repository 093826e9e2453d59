"""Notices: the lines of the cabinet's «Уведомления», read and marked as read."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlmodel import Session

from dashboard.api.v1.applications import After, Limit
from dashboard.api.v1.door import Caller, Holding
from dashboard.api.v1.replies import Reply, carry, shown
from dashboard.api.v1.shapes import Id
from infra.wording import N_
from models.delivery import actions
from models.delivery import queries as delivery
from models.delivery.tables import Notice
from models.integration import queries
from models.integration.rules import Scope
from models.process.actor import Actor
from models.process.errors import NotFound

router = APIRouter(tags=["notices"])
NoticeReader = Annotated[Caller, Depends(Holding(Scope.NOTICES_READ))]
NoticeWriter = Annotated[Caller, Depends(Holding(Scope.NOTICES_WRITE))]


class Line(BaseModel):
    id: int
    kind: str
    title: str
    text: str
    application_id: int | None
    at: datetime
    read_at: datetime | None


class Lines(BaseModel):
    items: list[Line]
    next: int | None
    unread: int


@router.get("/notices", summary=N_("My notices, the newest first"), response_model=Lines)
def notices(
    request: Request, caller: NoticeReader, after: After = None, limit: Limit = 50, unread: bool = False
) -> Response:
    with caller.reading() as db:
        found = queries.notices(db, caller.id, after, limit + 1, unread_only=unread)
        count = delivery.unread(db, caller.id)
    items = [Line.model_validate(n.model_dump()) for n in found[:limit]]
    return shown(request, Lines(items=items, next=items[-1].id if len(found) > limit else None, unread=count))


@router.post("/notices/{notice_id}/read", summary=N_("Mark a notice as read"), status_code=204)
def read(request: Request, caller: NoticeWriter, notice_id: Id) -> Response:
    with caller.reading() as db:
        if db.get(Notice, notice_id) is None:
            raise NotFound
    return _read(request, caller, notice_id)


@router.post("/notices/read", summary=N_("Mark all notices as read"), status_code=204)
def read_all(request: Request, caller: NoticeWriter) -> Response:
    return _read(request, caller, None)


def _read(request: Request, caller: Caller, notice_id: int | None) -> Response:
    def work(db: Session, _actor: Actor, now: datetime) -> Reply:
        actions.read(db, caller.id, now, notice_id)
        return Reply(204)

    return carry(request, caller, work)
