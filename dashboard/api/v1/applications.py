"""My applications: list, card, short status, history, messages, and the answers of the applicant that carry no form."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from dashboard.api.v1 import shapes
from dashboard.api.v1.door import Caller, Reader, Writer
from dashboard.api.v1.replies import MaybeOnce, Reply, carry, shown
from dashboard.api.v1.shapes import BIGGEST, MOST, Id, Sent, Text
from dashboard.views.cabinet_words import event_words
from infra import clock
from infra.wording import N_
from models.connection import actions, cards
from models.connection import queries as connection
from models.connection.tables import Application, Stage
from models.integration import queries
from models.process.actor import Role
from models.process.errors import NotFound

router = APIRouter(tags=["applications"])
After = Annotated[int | None, Query(ge=1, le=BIGGEST, description=N_("The last id of the page before"))]
Limit = Annotated[int, Query(ge=1, le=MOST)]


@router.get("/applications", summary=N_("My applications, the newest first"), response_model=shapes.Lines)
def applications(
    request: Request, caller: Reader, after: After = None, limit: Limit = 50,
    stage: Annotated[list[Stage] | None, Query(max_length=len(Stage))] = None,
) -> Response:  # fmt: skip
    with caller.reading() as db:
        found = queries.applications(db, caller.id, after, limit + 1, stage or ())
        rows = {r.case.id: r for r in cards.lines(db, found[:limit], clock.now())}
        items = [shapes.line(c, rows[c.id].turn) for c in found[:limit]]
    return shown(request, shapes.Lines(items=items, next=items[-1].id if len(found) > limit else None))


def card_of(db: Session, case_id: int) -> cards.Card:
    """Raises NotFound for what the wall of the database hides."""
    case = db.get(Application, case_id)
    if case is None:
        raise NotFound
    return cards.card(db, case, clock.now())


@router.get("/applications/{application_id}", summary=N_("One application with its terms"), response_model=shapes.Card)
def application(request: Request, caller: Reader, application_id: Id) -> Response:
    with caller.reading() as db:
        return shown(request, shapes.card(card_of(db, application_id)))


@router.get("/applications/{application_id}/status", summary=N_("Whose turn it is, until when, what comes then"),
            response_model=shapes.Status)  # fmt: skip
def status(request: Request, caller: Reader, application_id: Id) -> Response:
    with caller.reading() as db:
        return shown(request, shapes.status(card_of(db, application_id)))


class Happened(BaseModel):
    """`by`: applicant or grid. What the grid company does inside itself is not told."""

    at: datetime
    event: str
    title: str
    by: str
    stage: str
    reason: str


class History(BaseModel):
    items: list[Happened]


@router.get("/applications/{application_id}/history", summary=N_("What has happened"), response_model=History)
def history(request: Request, caller: Reader, application_id: Id) -> Response:
    with caller.reading() as db:
        card_of(db, application_id)
        rows = [(r, event_words(r.tag)) for r in connection.history(db, application_id)]
    told = [
        Happened(at=r.at, event=r.tag.rpartition(":")[2], title=words, stage=r.stage_after, reason=r.reason,
                 by="applicant" if r.actor_role == Role.APPLICANT else "grid")
        for r, words in rows if words
    ]  # fmt: skip
    return shown(request, History(items=told))


# ------------------------------------------------------------------------------------------------ messages
class Message(BaseModel):
    id: int
    at: datetime
    by: str
    author: str
    text: str


class Messages(BaseModel):
    items: list[Message]


class Words(Sent):
    text: Annotated[Text, Field(min_length=1, max_length=4000)]


@router.get("/applications/{application_id}/messages", summary=N_("Messages of an application"),
            response_model=Messages)  # fmt: skip
def messages(request: Request, caller: Reader, application_id: Id) -> Response:
    with caller.reading() as db:
        card_of(db, application_id)
        rows = connection.messages(db, application_id)
    said = [
        Message(id=m.id or 0, at=m.at, by="grid" if m.from_staff else "applicant", author=m.author, text=m.text)
        for m in rows
    ]
    return shown(request, Messages(items=said))


@router.post("/applications/{application_id}/messages", summary=N_("Write a message"), status_code=201,
             response_model=Message)  # fmt: skip
def say(request: Request, caller: Writer, application_id: Id, sent: Words, key: MaybeOnce = None) -> Response:
    caller.sees(application_id)

    def work(db: Session, actor: object, now: datetime) -> Reply:
        row = actions.say(db, application_id, caller.actor, sent.text, now)
        told = Message(id=row.id or 0, at=row.at, by="applicant", author=row.author, text=row.text)
        return Reply(201, told)

    return carry(request, caller, work, sent, key)


# ------------------------------------------------------------------------------------------------ moves of the applicant
class Answer(Sent):
    """Words beside the files of the kind «reply»; either is enough."""

    text: Annotated[Text, Field(max_length=4000)] = ""


class Reason(Sent):
    reason: Annotated[Text, Field(max_length=1000)] = ""


def moved(db: Session, case_id: int) -> Reply:
    return Reply(200, shapes.status(card_of(db, case_id)))


@router.post("/applications/{application_id}/answer", summary=N_("Send what was missing"),
             response_model=shapes.Status)  # fmt: skip
def answer(request: Request, caller: Writer, application_id: Id, sent: Answer, key: MaybeOnce = None) -> Response:
    caller.sees(application_id)

    def work(db: Session, _actor: object, now: datetime) -> Reply:
        actions.supply_info(db, application_id, caller.actor, sent.text, now)
        return moved(db, application_id)

    return carry(request, caller, work, sent, key)


@router.post("/applications/{application_id}/own-works", summary=N_("Report my works as done"),
             response_model=shapes.Status)  # fmt: skip
def own_works(request: Request, caller: Writer, application_id: Id, key: MaybeOnce = None) -> Response:
    return _simple(request, caller, application_id, "report_own_works", None, "", key)


@router.post("/applications/{application_id}/withdrawal", summary=N_("Withdraw an application, throw a draft away"),
             response_model=shapes.Status)  # fmt: skip
def withdrawal(request: Request, caller: Writer, application_id: Id, sent: Reason, key: MaybeOnce = None) -> Response:
    return _simple(request, caller, application_id, "withdraw", sent, sent.reason, key)


def _simple(
    request: Request, caller: Caller, case_id: int, name: str, sent: Sent | None, reason: str, key: str | None
) -> Response:
    caller.sees(case_id)

    def work(db: Session, _actor: object, now: datetime) -> Reply:
        actions.simple_move(db, case_id, name, caller.actor, now, reason)
        return moved(db, case_id)

    return carry(request, caller, work, sent, key)
