"""A paper made anew before anybody but the company has signed: ordered by an employee, put in its place when it is made.

Meanwhile nobody signs. Whoever had a code for the old paper asks for a new one."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models.connection.ordering import details_of, order_paper
from models.connection.tables import PROCESS as CONNECTION
from models.connection.tables import Application
from models.document import actions as document
from models.document.tables import Document, DocumentState
from models.process.actor import Actor
from models.process.errors import NotFound, NotReady
from models.process.work import wake
from models.signing import queries
from models.signing.actions import replace
from models.signing.moving import allow, lock, move
from models.signing.tables import PROCESS, Envelope, EnvelopeState, Paper

# papers that follow from the case as it stands; a change of a contract is withdrawn and proposed again instead
RENEWED = frozenset({"contract", "conditions", "tu_act", "connection_act", "reserve_act"})
SOON = timedelta(seconds=2)  # a paper is made within a second: the first look


def renewable(session: Session, envelope: Envelope) -> list[tuple[Paper, Document]]:
    """Papers of an open envelope that can be made anew."""
    if envelope.process != CONNECTION or envelope.state != EnvelopeState.OPEN:
        return []
    found = [(p, session.get_one(Document, p.document_id)) for p in queries.papers(session, envelope.id or 0)]
    return [(paper, row) for paper, row in found if row.kind in RENEWED]


def renew(session: Session, envelope_id: int, document_id: int, actor: Actor, now: datetime, reason: str) -> Document:
    """Order the paper from the case as it stands now. Raises NotReady after the first signature, or while one is made."""
    envelope = lock(session, envelope_id)
    allow(session, envelope, "renew", actor, now)
    found = next(((p, d) for p, d in renewable(session, envelope) if d.id == document_id), None)
    if found is None:
        raise NotReady("This paper is not made anew: cancel the signing and open another one")
    paper, old = found
    case = session.get(Application, envelope.application_id)
    if case is None:
        raise NotFound
    move(session, envelope, "renew", actor, now, reason=reason, changes={"document": old.id})
    made = order_paper(session, case, old.kind, now, details_of(session, case, old.kind))
    paper.successor_id = made.id
    session.add(paper)
    session.flush()
    wake(session, PROCESS, envelope_id, after=SOON)
    return made


def put_in_place(session: Session, envelope: Envelope, now: datetime) -> None:
    """Level-triggered: every paper whose successor is made gives way to it; the parties are asked anew."""
    if envelope.state != EnvelopeState.OPEN:
        return
    for paper in queries.papers(session, envelope.id or 0):
        made = session.get(Document, paper.successor_id) if paper.successor_id else None
        if made is not None and made.state in (DocumentState.STORED, DocumentState.PLACED):
            document.place(session, [made], now)
            replace(session, envelope.id or 0, paper.document_id, made.id or 0, now)


def waits(session: Session, envelope: Envelope) -> bool:
    """Is a paper of it being made?"""
    return any(p.successor_id for p in queries.papers(session, envelope.id or 0))
