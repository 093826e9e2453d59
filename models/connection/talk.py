"""The talk on a case: when somebody of the other side has read a message, and the clock of our first look.

The clock is a promise of this utility, not a term of the Rules: nothing lapses by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from models.connection.tables import Application, Message
from models.people import represent_queries as powers
from models.people.represent_tables import Act
from models.process.actor import Actor, Role
from models.process.errors import NotFound
from models.rulebook.limits import limit


@dataclass(frozen=True)
class Look:
    """The applicant's first message without an answer: we look at it until `due_at`. `seen_at`: somebody of ours has."""

    asked_at: datetime
    due_at: datetime
    seen_at: datetime | None
    late: bool


def promised(session: Session, day: date) -> int:
    """Hours in which we look at a message of this day: dated, set by the company."""
    return int(limit(session, "first_look_hours", day))


def first_look(session: Session, messages: Sequence[Message], now: datetime, zone: ZoneInfo) -> Look | None:
    """Of the messages in their order; nothing when the last word is ours. What was promised on the day of asking holds."""
    open_ones: list[Message] = []
    for row in messages:
        open_ones = [] if row.from_staff else [*open_ones, row]
    if not open_ones:
        return None
    asked = open_ones[0]
    due = asked.at + timedelta(hours=promised(session, asked.at.astimezone(zone).date()))
    return Look(asked.at, due, asked.read_at, late=(asked.read_at or now) > due)


def read(session: Session, case_id: int, actor: Actor, now: datetime) -> int:
    """Note that this side has the other side's messages before its eyes; how many were new. Raises NotFound for an
    applicant who is not on the case; whoever only watches (auditor) notes nothing."""
    case = session.get(Application, case_id)
    if case is None:
        raise NotFound
    powers.need(session, case.applicant_id, case_id, actor, Act.CORRESPOND)
    if actor.role in (Role.AUDITOR, Role.SYSTEM):
        return 0
    query = select(Message).where(
        Message.application_id == case_id,
        col(Message.read_at).is_(None),
        col(Message.from_staff).is_(not actor.is_staff),
    )
    found = session.exec(query.with_for_update(skip_locked=True)).all()
    for row in found:
        row.read_at = now
        session.add(row)
    session.flush()
    return len(found)
