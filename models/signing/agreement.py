"""The agreement on simple signatures: accepted once with its version, may be given up. 63-ФЗ, ст. 9."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.people import actions as people
from models.people.tables import SimpleCode
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


def revoke(session: Session, actor: Actor, now: datetime, visit: Visit) -> None:
    """From now on no code signs, and codes that were sent are void; what was signed keeps its force. Raises NotFound when
    nothing was accepted."""
    query = select(Acceptance).where(Acceptance.user_id == actor.person, col(Acceptance.revoked_at).is_(None))
    rows = session.exec(query.with_for_update()).all()
    if not rows:
        raise NotFound
    for row in rows:
        row.revoked_at, row.revoked_address, row.revoked_agent = now, visit.address or actor.address, visit.agent[:300]
        session.add(row)
    codes = delete(SimpleCode).where(col(SimpleCode.user_id) == actor.person, col(SimpleCode.used_at).is_(None))
    session.execute(
        codes.where(col(SimpleCode.purpose).startswith("signing:") | (col(SimpleCode.purpose) == "identity"))
    )
    people.note(session, actor, "cabinet:agreement:revoke", now, process="agreement", subject_id=rows[0].agreement_id)
