"""Read side of signing: envelopes of a case, what waits for a person, the evidence of an envelope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, not_
from sqlmodel import Session, col, select

from models.process.tables import History
from models.signing import rules
from models.signing.tables import (
    PROCESS,
    Acceptance,
    Agreement,
    Envelope,
    EnvelopeState,
    Paper,
    PartyState,
    Signature,
    Signer,
    SigningTry,
)


def newest(session: Session, process: str, subject_id: int, purpose: str) -> Envelope | None:
    """The last envelope of this purpose, whatever its state."""
    query = select(Envelope).where(
        Envelope.process == process, Envelope.subject_id == subject_id, Envelope.purpose == purpose
    )
    return session.exec(query.order_by(col(Envelope.id).desc())).first()


def of_case(session: Session, application_id: int) -> Sequence[Envelope]:
    """All envelopes of a case, the newest first."""
    query = select(Envelope).where(Envelope.application_id == application_id)
    return session.exec(query.order_by(col(Envelope.id).desc())).all()


def signers(session: Session, envelope_id: int) -> list[Signer]:
    query = select(Signer).where(Signer.envelope_id == envelope_id).order_by(col(Signer.seq))
    return list(session.exec(query.execution_options(populate_existing=True)).all())


def papers(session: Session, envelope_id: int) -> list[Paper]:
    """The papers to be signed, without those that were replaced."""
    query = select(Paper).where(Paper.envelope_id == envelope_id, col(Paper.replaced_at).is_(None))
    return list(session.exec(query.order_by(col(Paper.seq))).all())


def signatures(session: Session, envelope_id: int) -> list[Signature]:
    query = select(Signature).where(Signature.envelope_id == envelope_id)
    return list(session.exec(query.order_by(col(Signature.at), col(Signature.id))).all())


def tries(session: Session, envelope_id: int) -> list[SigningTry]:
    query = select(SigningTry).where(SigningTry.envelope_id == envelope_id)
    return list(session.exec(query.order_by(col(SigningTry.at), col(SigningTry.id))).all())


def journal(session: Session, envelope_id: int) -> Sequence[History]:
    query = select(History).where(History.process == PROCESS, History.subject_id == envelope_id)
    return session.exec(query.order_by(col(History.seq))).all()


@dataclass(frozen=True)
class Sight:
    """An envelope with everything a screen shows of it."""

    envelope: Envelope
    signers: tuple[Signer, ...]
    papers: tuple[Paper, ...]

    @property
    def turn(self) -> tuple[Signer, ...]:
        """Who has to sign now; nobody when it is closed."""
        return tuple(rules.whose_turn(self.signers)) if self.envelope.state == EnvelopeState.OPEN else ()

    @property
    def replacing(self) -> bool:
        """A paper is being made anew: nobody signs until it is there."""
        return any(p.successor_id for p in self.papers)

    def mine(self, user_id: int) -> Signer | None:
        """The row of this person: one that waits wins over one that has acted."""
        rows = [s for s in self.signers if s.user_id == user_id]
        return next((s for s in rows if s.state == PartyState.WAITING), rows[-1] if rows else None)

    def my_turn(self, user_id: int, now: datetime) -> bool:
        ends = self.envelope.expires_at
        in_time = (ends is None or now < ends) and not self.replacing
        return in_time and any(s.user_id == user_id for s in self.turn)


def sight(session: Session, envelope: Envelope) -> Sight:
    envelope_id = envelope.id or 0
    return Sight(envelope, tuple(signers(session, envelope_id)), tuple(papers(session, envelope_id)))


def _party_of(user_id: int, *states: str) -> ColumnElement[bool]:
    found = exists().where(col(Signer.envelope_id) == Envelope.id, col(Signer.user_id) == user_id)
    return found.where(col(Signer.state).in_(states)) if states else found


def waiting_for(session: Session, user_id: int) -> list[Sight]:
    """Open envelopes in which this person has still to sign, the most urgent first."""
    query = select(Envelope).where(Envelope.stage == EnvelopeState.OPEN, _party_of(user_id, PartyState.WAITING))
    order = (col(Envelope.expires_at).asc().nulls_last(), col(Envelope.id))
    return [sight(session, e) for e in session.exec(query.order_by(*order)).all()]


def done_by(session: Session, user_id: int, limit: int = 50) -> list[Sight]:
    """Envelopes of this person that ask nothing of him any more, the newest first."""
    waits = and_(col(Envelope.stage) == EnvelopeState.OPEN, _party_of(user_id, PartyState.WAITING))
    query = select(Envelope).where(_party_of(user_id), not_(waits)).order_by(col(Envelope.id).desc()).limit(limit)
    return [sight(session, e) for e in session.exec(query).all()]


def open_of_case(session: Session, application_id: int) -> list[Sight]:
    return [sight(session, e) for e in of_case(session, application_id) if e.state == EnvelopeState.OPEN]


def at_desk(
    session: Session, state: str = EnvelopeState.OPEN, before_id: int | None = None, limit: int = 50
) -> list[Sight]:
    """Envelopes in one state for staff, the newest first, keyset by id."""
    query = select(Envelope).where(Envelope.stage == state)
    if before_id is not None:
        query = query.where(col(Envelope.id) < before_id)
    return [sight(session, e) for e in session.exec(query.order_by(col(Envelope.id).desc()).limit(limit)).all()]


def unconfirmed(session: Session) -> Sequence[Signature]:
    """Paper signatures that wait for the look of a second employee, of envelopes that this reader sees."""
    query = select(Signature).join(Signer, col(Signer.id) == Signature.party_id)
    query = query.join(Envelope, col(Envelope.id) == Signer.envelope_id)
    query = query.where(Signature.method == "paper", col(Signature.confirmed_at).is_(None))
    return session.exec(query.order_by(col(Signature.id))).all()


# ------------------------------------------------------------------------------------------------ the agreement
def agreement_on(session: Session, day: date) -> Agreement | None:
    """The version in force on `day`."""
    query = select(Agreement).where(Agreement.valid_from <= day)
    return session.exec(query.order_by(col(Agreement.valid_from).desc(), col(Agreement.id).desc())).first()


def accepted(session: Session, user_id: int, agreement: Agreement) -> Acceptance | None:
    query = select(Acceptance).where(
        Acceptance.user_id == user_id, Acceptance.agreement_id == agreement.id, col(Acceptance.revoked_at).is_(None)
    )
    return session.exec(query).first()
