"""The agreement on simple signatures: accepted once with its version, may be given up. 63-ФЗ, ст. 9."""

from datetime import datetime

from sqlmodel import Session

from models.process.actor import Actor
from models.process.errors import NotFound, NotReady
from models.signing import queries
from models.signing.sign import Visit
from models.signing.tables import Acceptance, Agreement


def accept(session: Session, actor: Actor, agreement_id: int, now: datetime, visit: Visit) -> Acceptance:
    """Join the version that is in force. Twice is once; a version that is out of force raises NotFound."""
    found = in_force(session, now)
    if found.id != agreement_id:
        raise NotFound
    if same := queries.accepted(session, actor.person, found):
        return same
    row = Acceptance(
        user_id=actor.person,
        agreement_id=found.id or 0,
        accepted_at=now,
        address=visit.address or actor.address,
        agent=visit.agent[:300],
        sign_in_id=visit.sign_in_id,
    )
    session.add(row)
    session.flush()
    return row


def needed(session: Session, actor: Actor, now: datetime) -> Agreement:
    """The version this person has joined. Raises NotReady when he has not."""
    found = in_force(session, now)
    if queries.accepted(session, actor.person, found) is None:
        raise NotReady("Accept the agreement on simple signatures first")
    return found


def in_force(session: Session, now: datetime) -> Agreement:
    found = queries.agreement_on(session, now.date())
    if found is None:
        raise NotFound
    return found


def revoke(session: Session, actor: Actor, now: datetime) -> None:
    """From now on no code signs; what was signed keeps its force."""
    row = queries.accepted(session, actor.person, in_force(session, now))
    if row is None:
        raise NotFound
    row.revoked_at = now
    session.add(row)
