"""Read side of content. Readers' queries run behind the wall of the database, which knows who each item is for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, tuple_
from sqlmodel import Session, col, select

from models.content import rules
from models.content.tables import ContentEdition, ContentItem, Kind, State, SurveyAnswer
from models.process.errors import NotFound

A_PAGE = 20
_MOST_WORDS = 6


def shown(session: Session, kind: Kind, now: datetime, limit: int = A_PAGE, before: int = 0) -> Sequence[ContentItem]:
    """Newest first; the next page begins before the item `before`."""
    query = select(ContentItem).where(ContentItem.kind == kind, *_open(now))
    last = session.get(ContentItem, before) if before else None
    if last is not None and last.shown_from is not None:
        query = query.where(tuple_(col(ContentItem.shown_from), col(ContentItem.id)) < (last.shown_from, last.id))
    order = (col(ContentItem.shown_from).desc(), col(ContentItem.id).desc())
    return session.exec(query.order_by(*order).limit(limit)).all()


def one(session: Session, item_id: int, now: datetime, kind: Kind | None = None) -> ContentItem:
    """As its reader may see it. Raises NotFound."""
    found = session.get(ContentItem, item_id)
    if found is None or not rules.shown(found, now) or (kind is not None and found.kind != kind):
        raise NotFound
    return found


def answers_to(session: Session, now: datetime, typed: str = "") -> dict[str, list[ContentItem]]:
    """Questions and answers by section; `typed`: every word of it stands in the question or the answer."""
    query = select(ContentItem).where(ContentItem.kind == Kind.FAQ, *_open(now), *_said(typed))
    found: dict[str, list[ContentItem]] = {}
    for item in session.exec(query.order_by(col(ContentItem.section), col(ContentItem.id)).limit(500)):
        found.setdefault(item.section, []).append(item)
    return found


def outages(
    session: Session, now: datetime, branch_id: int | None = None, typed: str = "", limit: int = 200
) -> Sequence[ContentItem]:
    """Running and coming ones, the nearest first."""
    query = select(ContentItem).where(
        ContentItem.kind == Kind.OUTAGE, *_open(now), col(ContentItem.ends_at) > now, *_said(typed)
    )
    if branch_id is not None:
        query = query.where(col(ContentItem.branches).contains([branch_id]))
    return session.exec(query.order_by(col(ContentItem.begins_at), col(ContentItem.id)).limit(limit)).all()


def forms(session: Session, now: datetime) -> Sequence[ContentItem]:
    query = select(ContentItem).where(ContentItem.kind == Kind.FORM, *_open(now))
    return session.exec(query.order_by(col(ContentItem.section), col(ContentItem.title)).limit(100)).all()


def surveys(session: Session, user_id: int, now: datetime) -> list[tuple[ContentItem, bool]]:
    """(survey, whether this person has answered it), those that wait first."""
    found = shown(session, Kind.SURVEY, now, 50)
    query = select(SurveyAnswer.item_id).where(SurveyAnswer.user_id == user_id)
    done = set(session.exec(query.where(col(SurveyAnswer.item_id).in_([s.id for s in found]))))
    return sorted(((s, s.id in done) for s in found), key=lambda pair: pair[1])


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    until = col(ContentItem.shown_until)
    begun = col(ContentItem.shown_from) <= now
    return col(ContentItem.state) == State.PUBLISHED, begun, until.is_(None) | (until > now)


def _said(typed: str) -> list[ColumnElement[bool]]:
    whole = func.replace(
        func.lower(func.concat_ws(" ", ContentItem.title, ContentItem.lead, ContentItem.text, ContentItem.places)),
        "ё",
        "е",
    )
    words = typed.lower().replace("ё", "е").split()[:_MOST_WORDS]
    return [whole.contains(word, autoescape=True) for word in words]


# ------------------------------------------------------------------------------------------------ the editor's desk
def desk(session: Session, kind: str = "", state: str = "", limit: int = 200) -> Sequence[ContentItem]:
    """Everything there is, what was changed last first."""
    query = select(ContentItem)
    if kind:
        query = query.where(ContentItem.kind == kind)
    if state:
        query = query.where(ContentItem.state == state)
    return session.exec(
        query.order_by(col(ContentItem.changed_at).desc(), col(ContentItem.id).desc()).limit(limit)
    ).all()


def item(session: Session, item_id: int) -> ContentItem:
    """For the editor, whatever its state. Raises NotFound."""
    found = session.get(ContentItem, item_id)
    if found is None:
        raise NotFound
    return found


def editions(session: Session, item_id: int) -> Sequence[ContentEdition]:
    """Newest first."""
    query = select(ContentEdition).where(ContentEdition.item_id == item_id)
    return session.exec(query.order_by(col(ContentEdition.version).desc()).limit(100)).all()


def sections(session: Session, kind: Kind) -> Sequence[str]:
    query = select(ContentItem.section).where(ContentItem.kind == kind, ContentItem.section != "").distinct()
    return sorted(session.exec(query))


@dataclass(frozen=True)
class Given:
    """One person's answers without the person."""

    number: int  # in the order of coming
    given_at: datetime
    given: Sequence[Any]


def given(session: Session, item_id: int) -> list[Given]:
    """Named columns only: staff have no right to the person's."""
    query = select(SurveyAnswer.given_at, SurveyAnswer.given).where(SurveyAnswer.item_id == item_id)
    rows = session.exec(query.order_by(col(SurveyAnswer.given_at), col(SurveyAnswer.id)))
    return [Given(number, row[0], row[1]) for number, row in enumerate(rows, 1)]


def counted(session: Session, ids: Collection[int]) -> dict[int, int]:
    """How many people have answered each survey."""
    query = select(SurveyAnswer.item_id, func.count(col(SurveyAnswer.id))).where(col(SurveyAnswer.item_id).in_(ids))
    return dict(session.exec(query.group_by(col(SurveyAnswer.item_id))).all())
