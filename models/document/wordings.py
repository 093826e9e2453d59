"""Verbs on templates that staff write: draft, submit, publish by a second person, retire. Renders nothing: `review` is given.

The file shipped with the programme is the wording in force as long as no published row is effective."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Protocol

from sqlmodel import Session, col, func, select

from models.document.tables import PaperTemplate, TemplateState
from models.people import actions as people
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed, NotFound, Stale
from models.process.words import N_

EDITORS = frozenset({Role.MANAGER, Role.ADMIN})
TEXT_LIMIT = 100_000  # characters
_VERSION = re.compile(r"^version:.*$", re.MULTILINE)


class Fault(Protocol):
    """One thing that is wrong with a text: English template, its facts, line (0: the whole text)."""

    @property
    def line(self) -> int: ...
    @property
    def template(self) -> str: ...
    @property
    def facts(self) -> dict[str, object]: ...


Review = Callable[[str, str], Sequence[Fault]]  # kind, text → what is wrong


def effective(session: Session, kind: str, day: date) -> PaperTemplate | None:
    """The published wording in force on `day`; None is the shipped one."""
    query = select(PaperTemplate).where(
        PaperTemplate.kind == kind,
        PaperTemplate.state == TemplateState.PUBLISHED,
        col(PaperTemplate.effective_from) <= day,
    )
    newest = (col(PaperTemplate.effective_from).desc(), col(PaperTemplate.version).desc())
    return session.exec(query.order_by(*newest)).first()


def versions(session: Session, kind: str) -> Sequence[PaperTemplate]:
    """The newest first."""
    query = select(PaperTemplate).where(PaperTemplate.kind == kind)
    return session.exec(query.order_by(col(PaperTemplate.version).desc())).all()


def unfinished(session: Session) -> dict[str, PaperTemplate]:
    """Drafts and submitted wordings by kind: there is one at most."""
    query = select(PaperTemplate).where(col(PaperTemplate.state).in_([TemplateState.DRAFT, TemplateState.SUBMITTED]))
    return {row.kind: row for row in session.exec(query)}


def save(
    session: Session, kind: str, text: str, shipped: int, actor: Actor, now: datetime, note: str = ""
) -> PaperTemplate:
    """Keep a draft; the first one gets the next version after `shipped`. Its head bears that version.

    Raises NotAllowed, Invalid (too long), Stale (it waits for approval)."""
    _may(actor)
    if len(text) > TEXT_LIMIT:
        raise Invalid("text", N_("A template takes %(limit)s characters at most"), limit=TEXT_LIMIT)
    row = _open(session, kind)
    if row and row.state != TemplateState.DRAFT:
        raise Stale
    if row is None:
        newest = session.exec(select(func.max(PaperTemplate.version)).where(PaperTemplate.kind == kind)).one()
        version = max(shipped, newest or 0) + 1
        row = PaperTemplate(kind=kind, version=version, text="", author_id=actor.person, saved_at=now)
    row.text = numbered(text.replace("\r\n", "\n"), row.version)
    row.note, row.author_id, row.saved_at = note.strip()[:500], actor.person, now
    session.add(row)
    session.flush()
    return row


def numbered(text: str, version: int) -> str:
    """The same text with this version in its head."""
    return _VERSION.sub(f"version: {version}", text, count=1)


def submit(
    session: Session, row_id: int, effective_from: date, today: date, actor: Actor, now: datetime, review: Review
) -> PaperTemplate:
    """Ask a second person. Raises Invalid when the text is not sound or the day has passed."""
    _may(actor)
    row = _locked(session, row_id, TemplateState.DRAFT)
    _sound(row, review)
    _coming(effective_from, today)
    row.state, row.effective_from, row.submitted_at, row.remark = TemplateState.SUBMITTED, effective_from, now, ""
    return _kept(session, row, actor, now, "submit")


def send_back(session: Session, row_id: int, remark: str, actor: Actor, now: datetime) -> PaperTemplate:
    """The second person does not agree, or the author takes it back to go on writing."""
    _may(actor)
    row = _locked(session, row_id, TemplateState.SUBMITTED)
    if actor.user_id != row.author_id and not remark.strip():
        raise Invalid("remark", N_("Say what has to be changed"))
    row.state, row.remark = TemplateState.DRAFT, remark.strip()[:500]
    return _kept(session, row, actor, now, "send_back")


def publish(session: Session, row_id: int, today: date, actor: Actor, now: datetime, review: Review) -> PaperTemplate:
    """In force from its day. Never by its author; the text is looked at once more."""
    _may(actor)
    row = _locked(session, row_id, TemplateState.SUBMITTED)
    if actor.user_id == row.author_id:
        raise Invalid("approver", N_("A second person publishes it: you wrote this text yourself"))
    _sound(row, review)
    assert row.effective_from is not None, "a submitted wording has its day"
    _coming(row.effective_from, today)
    row.state, row.approver_id, row.published_at = TemplateState.PUBLISHED, actor.person, now
    return _kept(session, row, actor, now, "publish")


def retire(session: Session, row_id: int, actor: Actor, now: datetime) -> PaperTemplate:
    """Papers made from now on take the wording before it. What was issued stays as it is. Not by its author alone."""
    _may(actor)
    row = _locked(session, row_id, TemplateState.PUBLISHED)
    if actor.user_id == row.author_id:
        raise Invalid("approver", N_("A second person retires it: you wrote this text yourself"))
    row.state, row.retired_at = TemplateState.RETIRED, now
    return _kept(session, row, actor, now, "retire")


def drop(session: Session, row_id: int, actor: Actor, now: datetime) -> None:
    """Throw a draft away."""
    _may(actor)
    row = _locked(session, row_id, TemplateState.DRAFT)
    people.note(session, actor, "desk:template:drop", now, kind=row.kind, version=row.version)
    session.delete(row)
    session.flush()


def _may(actor: Actor) -> None:
    if actor.role not in EDITORS:
        raise NotAllowed(move=N_("templates of papers"))


def _open(session: Session, kind: str) -> PaperTemplate | None:
    query = select(PaperTemplate).where(
        PaperTemplate.kind == kind, col(PaperTemplate.state).in_([TemplateState.DRAFT, TemplateState.SUBMITTED])
    )
    return session.exec(query.with_for_update()).first()


def _locked(session: Session, row_id: int, state: TemplateState) -> PaperTemplate:
    row = session.get(PaperTemplate, row_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    if row.state != state:
        raise Stale
    return row


def _sound(row: PaperTemplate, review: Review) -> None:
    if found := review(row.kind, row.text):
        first = found[0]
        raise Invalid("text", first.template, **first.facts)


def _coming(day: date, today: date) -> None:
    if day < today:
        raise Invalid("effective_from", N_("The day has passed: choose today or a later one"))


def _kept(session: Session, row: PaperTemplate, actor: Actor, now: datetime, verb: str) -> PaperTemplate:
    people.note(session, actor, f"desk:template:{verb}", now, kind=row.kind, version=row.version)
    session.add(row)
    session.flush()
    return row
