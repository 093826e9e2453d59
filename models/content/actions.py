"""Verbs on content: write, attach a file, publish, withdraw, copy; answer a survey. Every change leaves an edition."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.connection.stages import CLOSED_STAGES, Stage
from models.connection.tables import Application
from models.content import rules
from models.content.tables import ContentEdition, ContentItem, Kind, State, SurveyAnswer
from models.delivery import actions as delivery
from models.people import access
from models.people import actions as people
from models.people.access import Right, Subject
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound, Stale
from models.process.words import N_

WRITTEN = ("section", "title", "lead", "text", "audience", "branches", "shown_from", "shown_until", "begins_at", "ends_at",
           "outage", "places", "questions", "fill")  # fmt: skip
_FILE = ("file_key", "file_name", "file_type", "file_size")
_AWAY = CLOSED_STAGES | {Stage.DRAFT}  # who has nothing with us is not told of an outage


def begin(session: Session, kind: Kind, values: Mapping[str, Any], actor: Actor, now: datetime) -> ContentItem:
    """A draft. Raises NotAllowed, ManyInvalid."""
    access.need(actor, Subject.CONTENT, Right.CREATE)
    row = ContentItem(kind=Kind(kind), title="", author_id=actor.person, created_at=now, changed_at=now)
    return _written(session, row, values, actor, now, "begin")


def change(
    session: Session, item_id: int, version: int, values: Mapping[str, Any], actor: Actor, now: datetime
) -> ContentItem:
    """`version`: the one that was read. Raises Stale when somebody wrote meanwhile; NotAllowed, NotFound, ManyInvalid."""
    access.need(actor, Subject.CONTENT, Right.CHANGE)
    row = _locked(session, item_id)
    if row.version != version:
        raise Stale
    return _written(session, row, values, actor, now, "change")


def attach(
    session: Session, item_id: int, actor: Actor, now: datetime, *, key: str, name: str, media_type: str, size: int
) -> ContentItem:
    """The file of a form; the bytes are in the store already."""
    access.need(actor, Subject.CONTENT, Right.CHANGE)
    row = _locked(session, item_id)
    if row.kind != Kind.FORM:
        raise Invalid("file", N_("Only a form has a file"))
    row.file_key, row.file_name, row.file_type, row.file_size = key, name, media_type, size
    return _kept(session, row, actor, now, "attach", name)


def publish(session: Session, item_id: int, actor: Actor, now: datetime) -> ContentItem:
    """From its first day on, or from now. Whoever an outage touches gets a notice. Raises NotAllowed, ManyInvalid, Stale."""
    access.need(actor, Subject.CONTENT, Right.APPROVE)
    row = _locked(session, item_id)
    if row.state == State.PUBLISHED:
        raise Stale
    if found := rules.faults(row):
        raise ManyInvalid(found)
    if row.shown_until is not None and row.shown_until <= now:
        raise Invalid("shown_until", N_("The last day has passed: nobody would see it"))
    row.state, row.withdrawn_at = State.PUBLISHED, None
    row.shown_from, row.published_at = row.shown_from or now, row.published_at or now
    _kept(session, row, actor, now, "publish")
    if row.kind == Kind.OUTAGE:
        tell(session, row, now)
    return row


def withdraw(session: Session, item_id: int, remark: str, actor: Actor, now: datetime) -> ContentItem:
    """Out of sight at once, or a draft put away; it can be published again. Raises NotAllowed, Invalid("remark"), Stale."""
    access.need(actor, Subject.CONTENT, Right.APPROVE)
    row = _locked(session, item_id)
    if row.state == State.WITHDRAWN:
        raise Stale
    if row.state == State.PUBLISHED and not remark.strip():
        raise Invalid("remark", N_("Write why it is withdrawn"))
    row.state, row.withdrawn_at = State.WITHDRAWN, now
    return _kept(session, row, actor, now, "withdraw", remark.strip()[:300])


def copy(session: Session, item_id: int, actor: Actor, now: datetime) -> ContentItem:
    """A draft that says the same, without its days: the next wave of a survey, the next works in the same street."""
    access.need(actor, Subject.CONTENT, Right.CREATE)
    old = session.get(ContentItem, item_id)
    if old is None:
        raise NotFound
    row = ContentItem(
        **old.model_dump(include={"kind", *WRITTEN, *_FILE} - {"shown_from", "shown_until", "begins_at", "ends_at"}),
        author_id=actor.person, created_at=now, changed_at=now,
    )  # fmt: skip
    return _kept(session, row, actor, now, "begin", f"№ {old.id}")


def tell(session: Session, row: ContentItem, now: datetime) -> int:
    """A notice to everybody with an object in its places; once a person, however often it is published. How many."""
    query = select(Application.applicant_id, Application.object_address).where(
        col(Application.branch_id).in_(row.branches),
        col(Application.stage).not_in(_AWAY),
        Application.object_address != "",
    )
    touched = {who for who, address in session.exec(query.distinct()) if rules.touches(row.places, address)}
    for user_id in touched:
        delivery.notify(session, f"outage:{row.id}:{user_id}", user_id, None, "outage", row.title, row.lead, now)
    return len(touched)


# ------------------------------------------------------------------------------------------------ surveys
def answer(session: Session, item_id: int, given: Sequence[Any], actor: Actor, now: datetime) -> None:
    """One answer a person: the constraint has the last word. Raises NotAllowed, NotFound, ManyInvalid, Invalid("survey")."""
    if actor.role != Role.APPLICANT:
        raise NotAllowed(move=N_("Answer a survey"))
    row = session.get(ContentItem, item_id)
    if row is None or row.kind != Kind.SURVEY or not rules.shown(row, now):
        raise NotFound
    kept, found = rules.answer(row.questions, given)
    if found:
        raise ManyInvalid(found)
    if all(value is None for value in kept):
        raise Invalid("survey", N_("Answer at least one question"))
    put = insert(SurveyAnswer).values(item_id=item_id, user_id=actor.person, given_at=now, given=kept)
    made = session.execute(put.on_conflict_do_nothing(constraint="survey_answer_once").returning(col(SurveyAnswer.id)))
    if made.first() is None:
        raise Invalid("survey", N_("You have answered this survey already: one answer a person counts"))


# ------------------------------------------------------------------------------------------------ inside
def _locked(session: Session, item_id: int) -> ContentItem:
    row = session.get(ContentItem, item_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    return row


def _written(
    session: Session, row: ContentItem, values: Mapping[str, Any], actor: Actor, now: datetime, verb: str
) -> ContentItem:
    if row.published_at and "questions" in values and list(values["questions"]) != row.questions:
        raise Invalid("questions", N_("The questions are fixed since the survey was published: copy it for a new one"))
    before = row.model_dump(include=set(WRITTEN))
    for name in WRITTEN:
        if name in values:
            setattr(row, name, values[name])
    found = rules.faults(row) if row.state == State.PUBLISHED else rules.draft_faults(row)
    if row.state == State.PUBLISHED and row.shown_from is None:
        found.append(Invalid("shown_from", N_("A published item has its first day")))
    if found:
        for name, value in before.items():
            setattr(row, name, value)
        raise ManyInvalid(found)
    return _kept(session, row, actor, now, verb)


def _kept(session: Session, row: ContentItem, actor: Actor, now: datetime, verb: str, remark: str = "") -> ContentItem:
    row.version, row.changed_at = row.version + 1, now
    session.add(row)
    session.flush()
    said = row.model_dump(mode="json", include={*WRITTEN, *_FILE})
    session.add(
        ContentEdition(item_id=row.id or 0, version=row.version, verb=verb, state=row.state, at=now, author_id=actor.person,
                       author=actor.name, remark=remark, said=said)
    )  # fmt: skip
    people.note(session, actor, f"content:{row.kind}:{verb}", now, process="content", subject_id=row.id)
    session.flush()
    return row
