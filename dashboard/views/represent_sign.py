"""As whose party of an envelope somebody looks at it: his own, or that of the principal who lets him sign."""

from sqlmodel import Session

from dashboard import session
from models.connection.tables import Application
from models.people import represent_queries as powers
from models.people.represent_tables import Act
from models.signing import queries
from models.signing.queries import Sight
from models.signing.tables import Envelope


def signs_as(db: Session, who: session.Who, envelope: Envelope) -> int:
    case = None if who.is_staff else db.get(Application, envelope.application_id)
    return powers.signs_as(db, who.id, case.applicant_id, case.id or 0) if case is not None else who.id


def waiting(db: Session, who: session.Who) -> list[Sight]:
    """Open envelopes of those for whom he may sign; the wall leaves only the cases that a power covers."""
    return [s for principal in powers.principals(db, who.id, Act.SIGN) for s in queries.waiting_for(db, principal)]
