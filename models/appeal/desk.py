"""Verbs of the desk: look, give, take, ask, answer, redirect, call. Flushes, never commits; every stage goes through
models.appeal.moving."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.appeal import actions, calls, clocks, rules
from models.appeal.actions import File
from models.appeal.moving import lock, move, ready
from models.appeal.tables import Appeal, AppealCall, AppealKind, AppealLine, LineKind
from models.people import branches
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Actor
from models.process.errors import Invalid
from models.process.words import N_


def review(session: Session, appeal_id: int, actor: Actor, kind: str, assignee_id: int | None, now: datetime) -> Appeal:
    """The first look: what it really is about and who answers."""
    appeal = lock(session, appeal_id, actor)
    ready(session, appeal, "review", actor, now)
    row = session.get(AppealKind, kind)
    if row is None or not row.enabled:
        raise Invalid("kind", N_("Choose what it is about"))
    changes = {"kind": [appeal.kind, kind]} | _assigned(session, appeal, assignee_id)
    if appeal.kind != kind:
        appeal.kind = kind
        clocks.again(session, appeal, now)
    return move(session, appeal, "review", actor, now, changes=changes)


def assign(session: Session, appeal_id: int, actor: Actor, assignee_id: int, now: datetime) -> Appeal:
    appeal = lock(session, appeal_id, actor)
    ready(session, appeal, "assign", actor, now)
    return move(session, appeal, "assign", actor, now, changes=_assigned(session, appeal, assignee_id))


def _assigned(session: Session, appeal: Appeal, assignee_id: int | None) -> dict[str, list[int | None]]:
    if assignee_id is None:
        return {}
    person = session.get(User, assignee_id)
    if person is None or not person.active or person.role not in rules.WORKERS:
        raise Invalid("assignee", N_("Choose somebody who answers appeals"))
    branches.need(session, actor_of(person), appeal.branch_id)
    before, appeal.assignee_id = appeal.assignee_id, assignee_id
    return {"assignee": [before, assignee_id]}


def take(session: Session, appeal_id: int, actor: Actor, now: datetime) -> Appeal:
    """Whoever takes it answers it."""
    appeal = lock(session, appeal_id, actor)
    ready(session, appeal, "take", actor, now)
    return move(session, appeal, "take", actor, now, changes=_assigned(session, appeal, actor.person))


def ask(session: Session, appeal_id: int, actor: Actor, text: str, now: datetime) -> AppealLine:
    """The author is asked; our term stands still until he replies or his own has passed."""
    appeal = lock(session, appeal_id, actor)
    actions.whole(session, text, (), now)
    ready(session, appeal, "ask", actor, now)
    row = actions.line(session, appeal, LineKind.QUESTION, actor, text, now)
    move(session, appeal, "ask", actor, now, letter={"what": text.strip()})
    return row


def answer(
    session: Session, appeal_id: int, actor: Actor, text: str, files: Sequence[File], now: datetime
) -> AppealLine:
    """The answer with its papers, to the e-mail and into the cabinet. Raises ManyInvalid, NotReady."""
    appeal = lock(session, appeal_id, actor)
    actions.whole(session, text, files, now)
    ready(session, appeal, "answer", actor, now)
    row = actions.line(session, appeal, LineKind.ANSWER, actor, text, now, files)
    papers = [(f.name, f.key, f.media_type) for f in files]
    told = {"what": text.strip(), "files": papers}
    move(session, appeal, "answer", actor, now, changes={"files": len(files)}, letter=told)
    return row


def redirect(session: Session, appeal_id: int, actor: Actor, where: str, reason: str, now: datetime) -> Appeal:
    """Not ours: it goes to whoever decides it, and the author is told whom. Source: Минэнерго 186, five working days."""
    appeal = lock(session, appeal_id, actor)
    ready(session, appeal, "redirect", actor, now)
    if not where.strip():
        raise Invalid("where", N_("Write to whom the appeal goes"))
    appeal.redirected_to = where.strip()[:300]
    told = f"Куда: {appeal.redirected_to}. Причина: {reason.strip()}"
    move(
        session, appeal, "redirect", actor, now, reason=reason, changes={"where": where.strip()}, letter={"what": told}
    )
    actions.line(session, appeal, LineKind.NOTICE, actor, told, now)
    return appeal


def call_ended(session: Session, appeal_id: int, actor: Actor, reached: bool, note: str, now: datetime) -> AppealCall:
    return calls.end(session, lock(session, appeal_id, actor), reached, note, actor, now)
