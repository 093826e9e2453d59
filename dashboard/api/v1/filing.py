"""Filing: a draft, its check with every fault beside its field, a code by e-mail as the signature, and sending. The same
actions as the form of the cabinet; nobody files without the code that came to the owner's address."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlmodel import Session

from dashboard import filing_code
from dashboard.api.v1 import problems, shapes
from dashboard.api.v1.applications import moved
from dashboard.api.v1.door import Caller, Reader, Writer
from dashboard.api.v1.fields import Fields, of_draft, told
from dashboard.api.v1.replies import Once, Reply, carry, mark_of, shown, unchanged
from dashboard.api.v1.shapes import Id, Sent, Text
from dashboard.views import filing_consent
from dashboard.views.filing_draft import check as faults_of
from dashboard.views.filing_draft import wanted
from infra import clock
from infra.database import database
from infra.keys import vault_keys
from infra.wording import N_, _
from models.connection import actions, queries
from models.connection.moving import lock
from models.connection.rules import Switches
from models.connection.tables import Application, Stage
from models.document import queries as documents
from models.people import actions as people
from models.people import queries as persons
from models.process.actor import Actor
from models.process.errors import Invalid, NotFound, NotReady
from signatures.secrets import Vault

router = APIRouter(tags=["filing"])
_CODE = "code"


class New(Sent):
    """`branch_id`: of /reference. `fields`: as many as are known; the rest comes later."""

    branch_id: Id
    fields: Fields = Field(default_factory=Fields)


class Wanted(BaseModel):
    """A paper of the closed list: the law does not let us ask for more."""

    kind: str
    title: str
    required: bool
    attached: bool


class Draft(BaseModel):
    """`faults`: what still stands in the way of sending."""

    id: int
    stage: str
    fields: dict[str, Any]
    passport: bool
    category: str | None
    path: str
    papers: list[Wanted]
    faults: list[problems.FieldFault]


class SentCode(BaseModel):
    sent_to: str
    expires_at: datetime


class Code(Sent):
    code: Annotated[Text, Field(min_length=1, max_length=20)]


@router.post("/applications", summary=N_("Begin an application"), status_code=201, response_model=Draft)
def begin(request: Request, caller: Writer, sent: New, key: Once) -> Response:
    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        user = filing_code.owner(db, actor)
        if not any(b.id == sent.branch_id for b in persons.branches(db)):
            raise Invalid("branch_id", "Choose where the object stands")
        case = actions.begin(db, user, sent.branch_id, now)
        supplier = {"supplier": queries.org(db).get("supplier", {}).get("name", "")}
        _save(db, case.id or 0, actor, sent.fields, now, supplier)
        return Reply(201, _draft(db, case), f"/api/v1/applications/{case.id}/draft")

    return carry(request, caller, work, sent, key)


@router.get("/applications/{application_id}/draft", summary=N_("A draft: what is typed, what is missing"),
            response_model=Draft)  # fmt: skip
def draft(request: Request, caller: Reader, application_id: Id) -> Response:
    with caller.reading() as db:
        return shown(request, _draft(db, _of(db, application_id)))


@router.patch("/applications/{application_id}/draft", summary=N_("Change fields of a draft"), response_model=Draft)
def change(request: Request, caller: Writer, application_id: Id, sent: Fields) -> Response:
    """With If-Match the change is refused when somebody else has changed the draft meanwhile."""
    caller.sees(application_id)

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        case = lock(db, application_id, actor)
        if "if-match" in request.headers:
            unchanged(request, mark_of(_draft(db, case)))
        _save(db, application_id, actor, sent, now)
        return Reply(200, _draft(db, case))

    return carry(request, caller, work, sent)


@router.post("/applications/{application_id}/check", summary=N_("Check a draft whole"), status_code=204)
def check(caller: Reader, application_id: Id) -> Response:
    """204: complete. 422: every fault with a pointer to its field; a paper that is missing is /attachments/{kind}."""
    with caller.reading() as db:
        _trial, faults = _checked(db, _of(db, application_id))
    return problems.of_fields(faults) if faults else Response(status_code=204)


@router.post("/applications/{application_id}/signing-code", summary=N_("Send the code that signs the application"),
             status_code=202, response_model=SentCode)  # fmt: skip
def signing_code(request: Request, caller: Writer, application_id: Id) -> Response:
    """The code goes to the e-mail of the owner's profile and is bound to what is typed: a change makes it void."""
    caller.sees(application_id)
    _count(f"send:{caller.id}")

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        passport = _passport(lock(db, application_id, actor))
        row = filing_code.order(db, application_id, actor, passport, now)
        return Reply(202, SentCode(sent_to=row.channel, expires_at=row.expires_at))

    return carry(request, caller, work)


@router.post("/applications/{application_id}/submission", summary=N_("Sign with the code and send"),
             response_model=shapes.Status)  # fmt: skip
def submit(request: Request, caller: Writer, application_id: Id, sent: Code, key: Once) -> Response:
    caller.sees(application_id)

    def work(db: Session, actor: Actor, now: datetime) -> Reply:
        passport = _passport(lock(db, application_id, actor))
        bound = actions.check_draft(db, application_id, actor, passport, now)
        _count(f"use:{caller.id}")
        user = filing_code.owner(db, actor)
        tried = _try(caller, bound)
        used = people.use_code(db, user, filing_code.PURPOSE, bound, sent.code, now, counted=tried)
        actions.submit(db, application_id, actor, used, passport, now)
        return moved(db, application_id)

    return carry(request, caller, work, sent, key)


# ------------------------------------------------------------------------------------------------ the draft
def _of(db: Session, case_id: int) -> Application:
    case = db.get(Application, case_id)
    if case is None:
        raise NotFound
    if case.stage != Stage.DRAFT:
        raise NotReady("The application has been sent: its data are changed on request only")
    return case


def _passport(case: Application) -> dict[str, str]:
    return Vault(vault_keys()).open(case.passport) if case.passport else {}


def _save(
    db: Session, case_id: int, actor: Actor, sent: BaseModel, now: datetime, more: Mapping[str, Any] | None = None
) -> None:
    """Keep what was sent; passport fields go through the vault together with those kept before."""
    values, secret = told(sent)
    values = {**(more or {}), **values}
    case = lock(db, case_id, actor)
    if (given := values.pop("consent", None)) is not None:
        values |= _consent(db, case, given, now)
    passport = Vault(vault_keys()).lock(_passport(case) | secret) if secret else None
    actions.save_draft(db, case_id, actor, values, now, passport)


def _consent(db: Session, case: Application, given: bool, now: datetime) -> dict[str, Any]:
    """The consent is a record of its own: text, version, moment (152-ФЗ, ст. 9)."""
    name = str(case.draft.get("head") or case.draft.get("name") or "")
    text = filing_consent.text_for(name, queries.org(db).get("utility", {}))
    kept = [filing_consent.record(text, now, queries.zone_of(db, case))] if given else []
    return {"consent": "yes" if given else "", "consents": kept}


def _checked(db: Session, case: Application) -> tuple[Application, dict[str, str]]:
    today = clock.now().astimezone(queries.zone_of(db, case)).date()
    files = documents.attachments(db, case.id or 0)
    return faults_of(case, today, files, _passport(case), Switches.of(queries.org(db)))


def _draft(db: Session, case: Application) -> Draft:
    trial, faults = _checked(db, case)
    kinds = {a.kind for a in documents.attachments(db, case.id or 0)}
    return Draft(
        id=case.id or 0,
        stage=case.stage,
        fields=of_draft(case.draft),
        passport=case.passport is not None,
        category=trial.category,
        path=trial.path,
        papers=[
            Wanted(kind=p.kind, title=_(p.title), required=p.required, attached=p.kind in kinds)
            for p in wanted(case, trial)
        ],
        faults=[problems.FieldFault(pointer=problems.pointer_of(n), detail=said) for n, said in faults.items()],
    )


# ------------------------------------------------------------------------------------------------ tries are counted
def _count(key: str) -> None:
    """In a transaction of its own: the count stays when what follows fails. Raises TooMany."""
    with database().transaction() as db:
        people.count_attempt(db, _CODE, key, clock.now())


def _try(caller: Caller, bound: str) -> int:
    """In a transaction of its own: a wrong code stays counted whatever becomes of the application."""
    with database().transaction() as db:
        return people.begin_try(db, filing_code.owner(db, caller.actor), filing_code.PURPOSE, bound, clock.now())
