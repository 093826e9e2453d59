"""What a program needs to know beforehand: its own key, branches, stages, papers, events, the text of the consent."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel

from dashboard.api.v1.door import Known
from dashboard.api.v1.replies import shown
from dashboard.views import filing_consent
from dashboard.views.cabinet_words import KINDS
from infra.wording import N_, _
from models.connection import queries, rules
from models.integration.rules import EVENTS
from models.people import queries as people

router = APIRouter(tags=["reference"])


class Me(BaseModel):
    """The key that was sent, and as whom it acts."""

    name: str
    kind: str | None
    registration_number: str | None
    key: str
    prefix: str
    scopes: list[str]
    expires_at: datetime


class Named(BaseModel):
    code: str
    name: str


class Branch(BaseModel):
    id: int
    name: str
    address: str
    time_zone: str


class Consent(BaseModel):
    """To be shown to the person before `consent: true` is sent."""

    title: str
    version: str
    text: str


class Reference(BaseModel):
    branches: list[Branch]
    stages: list[Named]
    papers: list[Named]
    events: list[Named]
    consent: Consent


@router.get("/me", summary=N_("The key that was sent and its owner"), response_model=Me)
def me(request: Request, caller: Known) -> Response:
    user, key = caller.user, caller.key
    told = Me(name=user.name, kind=user.kind, registration_number=user.registration_number, key=key.name,
              prefix=key.prefix, scopes=key.scopes, expires_at=key.expires_at)  # fmt: skip
    return shown(request, told)


@router.get("/reference", summary=N_("Branches, stages, papers, events, the text of the consent"),
            response_model=Reference)  # fmt: skip
def reference(request: Request, caller: Known) -> Response:
    with caller.reading() as db:
        branches = people.branches(db)
        utility = queries.org(db).get("utility", {})
    text = filing_consent.text_for(caller.user.head or caller.user.name, utility)
    told = Reference(
        branches=[Branch(id=b.id or 0, name=b.name, address=b.address, time_zone=b.time_zone) for b in branches],
        stages=[Named(code=code, name=_(name)) for code, name in rules.STAGE_NAMES.items()],
        papers=[Named(code=code, name=_(name)) for code, name in KINDS.items()],
        events=[Named(code=code, name=_(name)) for code, name in EVENTS.items()],
        consent=Consent(title=filing_consent.TITLE, version=filing_consent.VERSION, text=text),
    )
    return shown(request, told)
