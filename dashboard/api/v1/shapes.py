"""What applications look like to programs. Sums and powers are texts with a point, days ISO 8601, moments with their zone."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from dashboard import parts
from infra.wording import _
from models.connection import cards, rules
from models.connection.tables import Application, Stage

MOST = 100  # lines of a page
BIGGEST = 2**63 - 1


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("the sign U+0000 cannot be kept")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Short = Annotated[str, StringConstraints(max_length=300), AfterValidator(_storable)]
Id = Annotated[int, Field(ge=1, le=BIGGEST)]


class Sent(BaseModel):
    """What a program sends: unknown fields are mistakes, not silence."""

    model_config = ConfigDict(extra="forbid")


class Turn(BaseModel):
    """Whose move it is, what to do, until when, what comes then and what happens otherwise."""

    whose: str
    title: str
    until: date | None
    working_days_left: int | None
    then: str
    otherwise: str
    action: str


class Term(BaseModel):
    """One legal term with its paragraph."""

    rule: str
    title: str
    whose: str
    starts_on: date
    until: date
    working_days_left: int
    state: str
    done_on: date | None
    basis: str


class Step(BaseModel):
    state: str
    on: date | None
    title: str
    detail: str


class Line(BaseModel):
    """An application in a list."""

    id: int
    number: str | None
    stage: str
    stage_name: str
    object_name: str
    object_address: str
    power_kw: Decimal
    created_at: datetime
    changed_at: datetime
    turn: Turn


class Lines(BaseModel):
    """`next`: the `after` of the next page; empty on the last one."""

    items: list[Line]
    next: int | None


class Missing(BaseModel):
    what: str
    ground: str
    how: str


class Status(BaseModel):
    """The short form of a card: cheap to ask for often, with an ETag."""

    id: int
    number: str | None
    stage: str
    stage_name: str
    turn: Turn


class Card(Line):
    """An application with its terms, its past and what lies ahead."""

    category: str | None
    path: str
    cadastre: str
    contract_number: str | None
    submitted_at: datetime | None
    registered_at: datetime | None
    offer_placed_at: datetime | None
    concluded_at: datetime | None
    energised_at: datetime | None
    ended_at: datetime | None
    suspended: bool
    end_reason: str
    missing: list[Missing]
    terms: list[Term]
    timeline: list[Step]


def turn(found: cards.Turn) -> Turn:
    return Turn(
        whose=found.whose, title=parts.say(found.title), until=found.due_on, working_days_left=found.left,
        then=parts.say(found.then), otherwise=parts.say(found.otherwise), action=found.action,
    )  # fmt: skip


def _line(case: Application, whose: cards.Turn) -> dict[str, object]:
    draft = case.draft if case.stage == Stage.DRAFT else {}
    return {
        "id": case.id, "number": case.number, "stage": case.stage, "stage_name": _(rules.STAGE_NAMES[Stage(case.stage)]),
        "object_name": case.object_name or str(draft.get("object_name") or ""),
        "object_address": case.object_address or str(draft.get("object_address") or ""),
        "power_kw": case.power_kw, "created_at": case.created_at, "changed_at": case.changed_at, "turn": turn(whose),
    }  # fmt: skip


def line(case: Application, whose: cards.Turn) -> Line:
    return Line.model_validate(_line(case, whose))


def status(found: cards.Card) -> Status:
    return Status.model_validate(_line(found.case, found.turn))


def card(found: cards.Card) -> Card:
    case = found.case
    more = {name: getattr(case, name) for name in Card.model_fields if hasattr(case, name) and name not in ("missing",)}
    told = {
        "suspended": case.suspended_at is not None,
        "missing": [Missing(what=m["what"], ground=m.get("ground", ""), how=m.get("how", "")) for m in case.missing],
        "terms": [_term(c) for c in found.clocks if c.state != "cancelled"],
        "timeline": _steps(found.timeline),
    }
    return Card.model_validate(more | _line(case, found.turn) | told)


def _term(c: cards.Clock) -> Term:
    return Term(rule=c.rule, title=_(c.title), whose=c.whose, starts_on=c.starts_on, until=c.due_on,
                working_days_left=c.left, state=c.state, done_on=c.done_on, basis=c.basis)  # fmt: skip


def _steps(line: Sequence[cards.Step]) -> list[Step]:
    said = parts.say
    return [Step(state=s.state, on=s.on, title=said(s.what), detail=said(s.detail) or said(s.when)) for s in line]
