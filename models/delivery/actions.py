"""Verbs on letters: order, render, claim, record the outcome, send again. Nothing here talks to the outside."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.delivery import queries, rules, spread
from models.delivery.tables import SECRET_LETTERS, Letter, LetterState, LetterTry, Notice
from models.integration import events
from models.people import access
from models.process.actor import Actor
from models.process.errors import Stale
from models.process.work import TIMER, wake

PROCESS = "delivery"
TRY_LIFE = timedelta(minutes=2)  # a try without an outcome after this was lost with its worker
# letters whose leaving fulfils a term of the case (TP-22, TP-09X, TP-17): the case looks at them itself
FULFILLING = frozenset({"missing_info", "offer_placed", "completed", "annulled", "supplier_copies", "supplier_acts"})


def order(
    session: Session,
    key: str,
    kind: str,
    recipient: str,
    data: dict[str, Any],
    now: datetime,
    *,
    application_id: int | None = None,
    documents: list[int] | None = None,
    host: str = "feeder",
    not_before: datetime | None = None,
) -> int | None:
    """One letter; ordering it again under the same key changes nothing. Returns the id of a new one."""
    found = session.execute(
        text("""insert into letter (key, application_id, kind, recipient, data, documents, subject, body, message_id,
                state, tries, ordered_at, next_at, error_class, error)
            values (:key, :application, :kind, :recipient, cast(:data as jsonb), cast(:documents as jsonb), '', '',
                :message_id, 'ordered', 0, :now, :not_before, '', '')
            on conflict (key) do nothing returning id"""),
        {
            "key": key,
            "application": application_id,
            "kind": kind,
            "recipient": recipient,
            "data": json.dumps(data, ensure_ascii=False, default=str),
            "documents": json.dumps(documents or []),
            "message_id": f"<{key.replace(':', '.')}@{host}>",
            "now": now,
            "not_before": not_before,
        },
    ).scalar_one_or_none()
    if found is not None and not_before is not None and not_before > now:
        wake(session, PROCESS, found, after=not_before - now, lane=TIMER)
    elif found is not None:
        wake(session, PROCESS, found)
    return found


def notify(
    session: Session,
    key: str,
    user_id: int,
    application_id: int | None,
    kind: str,
    title: str,
    body: str,
    now: datetime,
) -> None:
    """A line in the cabinet's notices, once per key; and what the person wants besides it."""
    made = session.execute(
        text("""insert into notice (key, user_id, application_id, kind, title, text, at)
            values (:key, :user, :application, :kind, :title, :body, :now) on conflict (key) do nothing
            returning id, exists (select 1 from notice_wish w where w.user_id = :user)
                       or exists (select 1 from notice_hours h where h.user_id = :user) as wished"""),
        {
            "key": key,
            "user": user_id,
            "application": application_id,
            "kind": kind,
            "title": title,
            "body": body,
            "now": now,
        },
    ).first()
    if made is not None and made.wished:
        spread.spread(session, made.id, now)
    if made is not None:
        facts = {"notice_id": made.id, "kind": kind, "application_id": application_id}
        events.tell(session, user_id, events.Event.NOTICE_CREATED, facts, now)


def rendered(session: Session, letter: Letter, subject: str, body: str, now: datetime) -> None:
    letter.subject, letter.body, letter.rendered_at, letter.state = subject, body, now, LetterState.RENDERED
    session.add(letter)


def begin_try(session: Session, letter: Letter, now: datetime) -> int | None:
    """Claim the letter for one try; None when it is not to be sent (sent already, given up, not due)."""
    if letter.state == LetterState.SENDING:
        _close_lost(session, letter, now)
    ready = letter.state in (LetterState.RENDERED, LetterState.RETRYING)
    due = ready and (letter.next_at is None or letter.next_at <= now)
    if not due:
        return None
    letter.tries += 1
    letter.state, letter.first_try_at = LetterState.SENDING, letter.first_try_at or now
    session.add(letter)
    session.add(LetterTry(letter_id=letter.id or 0, number=letter.tries, started_at=now))
    return letter.tries


def _close_lost(session: Session, letter: Letter, now: datetime) -> None:
    """A worker died while sending: nobody knows what came of it, so it is tried again under the same Message-ID."""
    last = session.exec(
        select(LetterTry).where(LetterTry.letter_id == letter.id, LetterTry.number == letter.tries)
    ).first()
    if last and last.ended_at is None:
        last.ended_at, last.outcome, last.error = now, "lost", "the worker stopped before the outcome was known"
        session.add(last)
    letter.state, letter.next_at = LetterState.RETRYING, now


def record_try(
    session: Session, letter: Letter, number: int, outcome: str, error: str, now: datetime, wait: float | None = None
) -> None:
    """Write what came of the try and decide: sent, tried again at `next_at`, or undeliverable."""
    if letter.tries != number or letter.state != LetterState.SENDING:
        raise Stale
    row = session.exec(select(LetterTry).where(LetterTry.letter_id == letter.id, LetterTry.number == number)).one()
    row.ended_at, row.outcome, row.error = now, outcome, error[:1000]
    letter.error_class, letter.error = outcome, error[:1000]
    session.add(row)
    if outcome in rules.SUCCESS:
        letter.state, letter.sent_at, letter.next_at, letter.error = LetterState.SENT, now, None, ""
        if letter.kind in SECRET_LETTERS:
            letter.body, letter.data = "", {}
        if letter.application_id and letter.kind in FULFILLING:
            wake(session, "connection", letter.application_id, lane=TIMER, after=timedelta(milliseconds=1))
    elif outcome == rules.ErrorClass.REFUSED:
        letter.state, letter.next_at = LetterState.UNDELIVERABLE, None
    else:
        _again(session, letter, now, wait)
    session.add(letter)


def _again(session: Session, letter: Letter, now: datetime, wait: float | None) -> None:
    steps = queries.policy(session, rules.ErrorClass.RETRY)
    first = letter.first_try_at or now
    tries = queries.tries_since(session, letter.id or 0, first)  # sent again by hand, the policy begins anew
    at = rules.next_try(steps, tries, first, now)
    if at and wait:
        at = now + timedelta(seconds=wait)
    letter.next_at = at
    letter.state = LetterState.RETRYING if at else LetterState.UNDELIVERABLE


def arm(session: Session, letter: Letter, now: datetime) -> None:
    """The alarm of the next try: retries live by the database's clock, in seconds from now."""
    waits = letter.state == LetterState.RETRYING or (
        letter.state == LetterState.RENDERED and letter.next_at is not None
    )
    if waits and letter.id:
        after = max((letter.next_at or now) - now, timedelta(milliseconds=1))
        wake(session, PROCESS, letter.id, after=after, lane=TIMER)


def send_again(session: Session, letter: Letter, actor: Actor, now: datetime, recipient: str = "") -> None:
    """The one button of staff: a given-up letter starts anew, to a corrected address if one is given."""
    access.need(actor, access.Subject.LETTER, access.Right.CHANGE)
    if letter.state not in (LetterState.UNDELIVERABLE, LetterState.RETRYING):
        raise Stale
    letter.state, letter.next_at, letter.first_try_at = LetterState.RETRYING, now, None
    letter.recipient = recipient.strip() or letter.recipient
    session.add(letter)
    wake(session, PROCESS, letter.id or 0)


def read(session: Session, user_id: int, now: datetime, notice_id: int | None = None) -> None:
    """Mark one notice, or all of them, as read."""
    query = select(Notice).where(Notice.user_id == user_id, col(Notice.read_at).is_(None))
    if notice_id is not None:
        query = query.where(Notice.id == notice_id)
    for row in session.exec(query):
        row.read_at = now
        session.add(row)


def delete_notices(session: Session, user_id: int, now: datetime, ids: Sequence[int]) -> int:
    """Out of his list (row J-040); the rule of retention sweeps them later. How many of his there were."""
    query = select(Notice).where(
        Notice.user_id == user_id, col(Notice.id).in_(list(ids)), col(Notice.deleted_at).is_(None)
    )
    rows = session.exec(query).all()
    for row in rows:
        row.deleted_at, row.read_at = now, row.read_at or now
        session.add(row)
    return len(rows)
