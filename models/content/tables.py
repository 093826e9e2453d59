"""News, outages, answers, surveys and forms as one kind of row with its editions; what people answered. Shapes only."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import SQLModel

from models.process import columns
from models.process.words import N_


class Kind(StrEnum):
    NEWS = "news"
    OUTAGE = "outage"  # a planned or sudden interruption, with dates and addresses («График ограничений»)
    FAQ = "faq"
    SURVEY = "survey"
    FORM = "form"  # a blank form or another file to be downloaded, filled in and sent


KINDS = {
    Kind.NEWS: N_("News item"),
    Kind.OUTAGE: N_("Outage"),
    Kind.FAQ: N_("Question and answer"),
    Kind.SURVEY: N_("Survey"),
    Kind.FORM: N_("Form"),
}


class State(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


STATES = {State.DRAFT: N_("draft"), State.PUBLISHED: N_("is published"), State.WITHDRAWN: N_("is taken off")}


class Reader(StrEnum):
    """Who an item is for; an item that names nobody is for everybody. A customer's value is his PersonKind."""

    VISITOR = "visitor"
    INDIVIDUAL = "individual"
    ENTREPRENEUR = "entrepreneur"
    LEGAL_ENTITY = "legal_entity"


READERS = {
    Reader.VISITOR: N_("visitors without a cabinet"),
    Reader.INDIVIDUAL: N_("individuals"),
    Reader.ENTREPRENEUR: N_("entrepreneurs"),
    Reader.LEGAL_ENTITY: N_("firms"),
}


class Outage(StrEnum):
    PLANNED = "planned"
    EMERGENCY = "emergency"
    RESTRICTION = "restriction"  # of consumption, by the rules of ПП РФ № 442


OUTAGES = {
    Outage.PLANNED: N_("planned works"),
    Outage.EMERGENCY: N_("emergency"),
    Outage.RESTRICTION: N_("restriction of consumption"),
}


class Ask(StrEnum):
    """Kinds of questions of a survey."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    TEXT = "text"


ASKS = {
    Ask.SINGLE: N_("one of the options"),
    Ask.MULTIPLE: N_("several of the options"),
    Ask.SCALE: N_("a scale"),
    Ask.TEXT: N_("a text"),
}


class ContentItem(SQLModel, table=True):
    """One item. `text` is Markdown without HTML; readers see it while it is published, from `shown_from` until `shown_until`."""

    __tablename__ = "content_item"
    __table_args__ = (
        CheckConstraint("shown_until is null or shown_until > shown_from", name="content_item_dates"),
        CheckConstraint("ends_at is null or ends_at > begins_at", name="content_item_outage"),
        CheckConstraint("state <> 'published' or shown_from is not null", name="content_item_published"),
        Index("content_item_shown", "kind", "state", "shown_from", "id"),
    )

    id: int | None = columns.identity()
    kind: str
    state: str = State.DRAFT
    version: int = 0  # editions so far
    section: str = ""  # of questions and answers, of forms
    title: str
    lead: str = ""  # what stands in lists
    text: str = ""
    audience: list[str] = columns.array()  # Reader; empty: everybody
    branches: list[int] = columns.array()  # branch.id; empty: all of them
    shown_from: datetime | None = columns.moment()
    shown_until: datetime | None = columns.moment()
    begins_at: datetime | None = columns.moment()  # of an outage
    ends_at: datetime | None = columns.moment()
    outage: str = ""  # Outage
    places: list[str] = columns.array()  # one settlement or street a line
    questions: list[dict[str, Any]] = columns.array()  # of a survey: see rules.question_faults
    fill: str = ""  # of a form: the page where it can be filled in
    file_key: str = ""  # of a form: the file in the store
    file_name: str = ""
    file_type: str = ""
    file_size: int = 0
    author_id: int = columns.link("app_user.id", index=False)
    created_at: datetime = columns.moment(...)
    changed_at: datetime = columns.moment(...)
    published_at: datetime | None = columns.moment()  # the first time: from then on a survey's questions are fixed
    withdrawn_at: datetime | None = columns.moment()


class ContentEdition(SQLModel, table=True):
    """What an item said after a change, who made it and why. Append-only: the database refuses anything else."""

    __tablename__ = "content_edition"
    __table_args__ = (UniqueConstraint("item_id", "version", name="content_edition_once"),)

    id: int | None = columns.identity()
    item_id: int = columns.link("content_item.id", index=False)
    version: int
    verb: str
    state: str
    at: datetime = columns.moment(...)
    author_id: int = columns.link("app_user.id", index=False)
    author: str
    remark: str = ""
    said: dict[str, Any] = columns.document()


class SurveyAnswer(SQLModel, table=True):
    """What a person answered: one row a person, whatever he presses. Staff read it without the person."""

    __tablename__ = "survey_answer"
    __table_args__ = (UniqueConstraint("item_id", "user_id", name="survey_answer_once"),)

    id: int | None = columns.identity()
    item_id: int = columns.link("content_item.id", index=False)
    user_id: int = columns.link("app_user.id")
    given_at: datetime = columns.moment(...)
    given: list[Any] = columns.array()  # one value a question: number, numbers, text, or nothing
