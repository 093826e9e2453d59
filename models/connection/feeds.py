"""Calendar feeds: a secret link per person and case (or for all his cases) that a calendar program reads without a sign-in.

A link can be taken back; a taken-back one never works again. Nothing personal goes into a feed."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, Session, SQLModel, col, select

from models.connection import cards, queries
from models.connection.sight import Phrase
from models.connection.tables import FINAL_STAGES, Application, Stage
from models.people import represent_queries as powers
from models.process import columns
from models.process.actor import Actor, Role
from models.process.errors import NotFound
from models.process.words import N_

OPEN_STATES = ("running", "soon", "late")


class CalendarFeed(SQLModel, table=True):
    """One secret link. Without a case it carries all cases of its owner."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        Index(
            "calendar_feed_live",
            "user_id",
            text("coalesce(application_id, 0)"),
            unique=True,
            postgresql_where=text("revoked_at is null"),
        ),
    )

    id: int | None = columns.identity()
    user_id: int = columns.link("app_user.id", index=False)
    application_id: int | None = columns.link("connection.id", nullable=True)
    token: str = Field(unique=True)
    made_at: datetime = columns.moment(...)
    read_at: datetime | None = columns.moment()
    revoked_at: datetime | None = columns.moment()


def live(session: Session, user_id: int, case_id: int | None = None) -> CalendarFeed | None:
    query = select(CalendarFeed).where(
        CalendarFeed.user_id == user_id,
        col(CalendarFeed.revoked_at).is_(None),
        CalendarFeed.application_id == case_id,
    )
    return session.exec(query).first()


def issue(session: Session, actor: Actor, now: datetime, case_id: int | None = None) -> CalendarFeed:
    """The live link, or a new one. Raises NotFound for somebody else's case."""
    case = session.get(Application, case_id) if case_id is not None else None
    mine = case_id is None or (
        case is not None and case.number is not None and powers.reaches(session, case.applicant_id, case_id, actor)
    )
    if actor.role != Role.APPLICANT or not mine:
        raise NotFound
    if found := live(session, actor.person, case_id):
        return found
    row = CalendarFeed(user_id=actor.person, application_id=case_id, token=secrets.token_urlsafe(24), made_at=now)
    session.add(row)
    session.flush()
    return row


def revoke(session: Session, actor: Actor, now: datetime, case_id: int | None = None) -> None:
    """The link works no more. Nothing to take back is no fault."""
    if found := live(session, actor.person, case_id):
        found.revoked_at = now
        session.add(found)
        session.flush()


# ------------------------------------------------------------------------------------------------ what it carries
@dataclass(frozen=True)
class Entry:
    """One day of the calendar. `uid` stays the same while the day moves; `mine`: the applicant has to act by it."""

    uid: str
    on: date
    number: str
    what: Phrase
    mine: bool
    done: bool = False


@dataclass(frozen=True)
class Feed:
    number: str  # of the case, or nothing for all
    entries: Sequence[Entry]


def read(session: Session, token: str, now: datetime) -> Feed | None:
    """What the feed of this link carries today; nothing for a link that is unknown or taken back."""
    row = session.exec(select(CalendarFeed).where(CalendarFeed.token == token)).first()
    if row is None or row.revoked_at is not None:
        return None
    row.read_at = now
    session.add(row)
    owner = Actor(Role.APPLICANT, row.user_id)
    cases = [c for c in _cases(session, row) if c.number and powers.reaches(session, c.applicant_id, c.id, owner)]
    entries = [e for case in cases for e in _entries(session, case, now)]
    number = (cases[0].number or "") if row.application_id and cases else ""
    return Feed(number, entries)


def _cases(session: Session, row: CalendarFeed) -> Sequence[Application]:
    if row.application_id is None:
        return queries.of_applicant(session, row.user_id)
    case = session.get(Application, row.application_id)
    return [case] if case else []


def _entries(session: Session, case: Application, now: datetime) -> list[Entry]:
    """Clocks that run, payments that are due, and the days that have come."""
    card = cards.card(session, case, now)
    number, found = case.number or "", list[Entry]()
    if case.stage not in FINAL_STAGES or case.stage == Stage.COMPLETED:
        for clock in card.clocks:
            if clock.state in OPEN_STATES:
                what = Phrase(clock.title.replace("%", "%%"))
                uid = f"{case.id}-{clock.rule}-{clock.ref or clock.starts_on.isoformat()}"
                found.append(Entry(uid, clock.due_on, number, what, clock.whose == "applicant"))
        for part in card.payments:
            if part.credited_at is None and part.due_on:
                what = Phrase(N_("Pay part %(seq)s of the invoice"), {"seq": part.seq})
                found.append(Entry(f"{case.id}-part-{part.id}", part.due_on, number, what, mine=True))
    for step in card.timeline:
        if step.on and step.state in ("done", "out"):
            found.append(Entry(f"{case.id}-{step.what.template}", step.on, number, step.what, mine=False, done=True))
    return found
