"""Rights that a person gives to another person: to read all his cases, or one. The wall of the database keeps them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.people import access, actions
from models.people.access import Right, Subject
from models.people.access_tables import AccessGrant
from models.people.queries import by_any_number
from models.people.tables import User
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound, Stale

LONGEST = timedelta(days=3 * 365)  # ГК РФ, ст. 186: without a term a power lasts a year; we ask for one


def give(
    session: Session, agent: str, application_id: int | None, ground: str, until: datetime, actor: Actor, now: datetime
) -> AccessGrant:
    """`agent`: login or registration number of who may read. Raises NotAllowed, ManyInvalid, NotFound."""
    if actor.role != Role.APPLICANT:
        raise NotAllowed(move="Give access")
    faults = []
    found = by_any_number(session, agent)
    if found is None or found.role != Role.APPLICANT or found.id == actor.user_id:
        faults.append(Invalid("agent", "No such person has a cabinet here: ask for the login or registration number"))
    if not ground.strip():
        faults.append(Invalid("ground", "Write the power of attorney: number and day"))
    if not now < until <= now + LONGEST:
        faults.append(Invalid("until", "The last day lies ahead, within three years"))
    if faults:
        raise ManyInvalid(faults)
    if application_id is not None and not _mine(session, application_id, actor):
        raise NotFound
    assert found is not None
    row = AccessGrant(
        principal_id=actor.person, agent_id=found.id or 0, application_id=application_id,
        ground=ground.strip()[:300], given_at=now, until=until,
    )  # fmt: skip
    session.add(row)
    session.flush()
    actions.note(session, actor, "people:access:given", now, process="people", subject_id=found.id, grant=row.id)
    return row


def _mine(session: Session, application_id: int, actor: Actor) -> bool:
    query = text("select 1 from connection where id = :id and applicant_id = :me")
    return session.execute(query, {"id": application_id, "me": actor.person}).first() is not None


def end(session: Session, grant_id: int, actor: Actor, now: datetime) -> None:
    """By either side, at once."""
    row = session.get(AccessGrant, grant_id, with_for_update=True)
    if row is None or actor.user_id not in (row.principal_id, row.agent_id):
        raise NotFound
    if row.ended_at is None:
        row.ended_at = now
        session.add(row)
        actions.note(
            session, actor, "people:access:ended", now, process="people", subject_id=row.agent_id, grant=row.id
        )


def given_by(session: Session, user_id: int) -> Sequence[tuple[AccessGrant, str]]:
    """With the name of who may read, newest first."""
    query = select(AccessGrant, User.name).join(User, col(AccessGrant.agent_id) == User.id)
    return session.exec(
        query.where(AccessGrant.principal_id == user_id).order_by(col(AccessGrant.id).desc()).limit(50)
    ).all()


def living(session: Session, now: datetime) -> Sequence[tuple[AccessGrant, str, str]]:
    """Rights in force with the names of who gave and who has them, the soonest to end first. For the staff page."""
    giver, reader = aliased(User), aliased(User)
    query = select(AccessGrant, giver.name, reader.name).join(giver, col(AccessGrant.principal_id) == giver.id)
    query = query.join(reader, col(AccessGrant.agent_id) == reader.id)
    query = query.where(col(AccessGrant.ended_at).is_(None), AccessGrant.until > now)
    return session.exec(query.order_by(col(AccessGrant.until)).limit(200)).all()


def take_away(session: Session, grant_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """By the administrator: a paper was forged, a person has died. Both sides find it in the audit. Raises NotAllowed,
    Invalid("reason"), NotFound, Stale."""
    access.need(actor, Subject.STAFF, Right.CHANGE)
    row = session.get(AccessGrant, grant_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.ended_at is not None:
        raise Stale
    if not reason.strip():
        raise Invalid("reason", "Write the reason")
    row.ended_at = now
    session.add(row)
    told = {"grant": row.id, "reason": reason.strip()[:300]}
    for side in (row.principal_id, row.agent_id):
        actions.note(session, actor, "people:access:taken_away", now, process="people", subject_id=side, **told)
