"""Read side: documents of a customer with their signing, the queue of the company's signatures, agreements of a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from models.connection.represented import covered
from models.connection.tables import Application
from models.document.tables import Document
from models.edoc import rules
from models.edoc.tables import PROCESS, PURPOSE, Edoc, EdocKind, EdocState
from models.people.represent_tables import Act
from models.people.tables import PersonKind
from models.signing import queries as signing
from models.signing import rules as turns
from models.signing.tables import Envelope, Paper, Side


@dataclass(frozen=True)
class Line:
    """One document of the list: a paper of the company, or the customer's own (`edoc`). `principal`: whose it is, when the
    reader signs for another."""

    document: Document
    case_number: str
    edoc: Edoc | None
    envelope: Envelope | None
    principal: str = ""
    by_certificate: bool = False  # its owner is no individual: no code signs it


def of_person(
    session: Session, user_id: int, text: str = "", kind: str = "", limit: int = 200, *, represented: bool = False
) -> list[Line]:
    """His documents, newest first: placed papers of his cases and his own. `kind`: "" all, "ours", "own", "signing".
    `represented`: those of the people too who have given him the right to sign."""
    whose = col(Application.applicant_id) == user_id
    query = (
        select(Document, Application, Edoc)
        .join(Application, col(Application.id) == Document.application_id)
        .outerjoin(Edoc, (col(Edoc.document_id) == Document.id) & (col(Edoc.owner_id) == Application.applicant_id))
        .where(whose | covered(user_id, Act.SIGN) if represented else whose, col(Document.placed_at).is_not(None))
        .where(
            (col(Edoc.id).is_(None) & (Document.kind != rules.DOCUMENT_KIND)) | (col(Edoc.state) != EdocState.DELETED)
        )
    )
    for word in text.split():
        found = col(Document.title).icontains(word, autoescape=True) | col(Document.number).icontains(
            word, autoescape=True
        )
        query = query.where(found | col(Application.number).icontains(word, autoescape=True))
    if kind == "own":
        query = query.where(col(Edoc.id).is_not(None))
    if kind == "ours":
        query = query.where(col(Edoc.id).is_(None))
    rows = session.exec(query.order_by(col(Document.id).desc()).limit(limit)).all()
    envelopes = _envelopes(session, [d.id or 0 for d, _, _ in rows])
    lines = [
        Line(
            d,
            c.number or "",
            edoc,
            envelopes.get(d.id or 0),
            "" if c.applicant_id == user_id else _name(c),
            c.person.get("kind") != PersonKind.INDIVIDUAL,
        )
        for d, c, edoc in rows
    ]
    return [line for line in lines if kind != "signing" or (line.envelope and line.envelope.stage == "OPEN")]


def _name(case: Application) -> str:
    return str(case.person.get("name", ""))


def _envelopes(session: Session, ids: Sequence[int]) -> dict[int, Envelope]:
    """The newest envelope of each document."""
    query = (
        select(Paper.document_id, Envelope)
        .join(Envelope, col(Envelope.id) == Paper.envelope_id)
        .where(col(Paper.document_id).in_(ids), col(Paper.replaced_at).is_(None))
        .order_by(col(Envelope.id))
    )
    return dict(session.exec(query).all())


def envelope_of(session: Session, edoc_id: int) -> Envelope | None:
    return signing.newest(session, PROCESS, edoc_id, PURPOSE)


def company_turn(session: Session, row: Edoc) -> bool:
    """Has the customer signed, and does the company's signature alone remain?"""
    envelope = envelope_of(session, row.id or 0)
    if envelope is None or envelope.stage != "OPEN":
        return False
    turn = turns.whose_turn(signing.signers(session, envelope.id or 0))
    return bool(turn) and all(s.side == Side.UTILITY for s in turn)


@dataclass(frozen=True)
class Waiting:
    """A line of the desk's queue."""

    edoc: Edoc
    document: Document
    owner: str
    case_number: str
    ours: bool  # it is the company's turn


def queue(session: Session, limit: int = 200) -> list[Waiting]:
    """Own documents that are being signed, the oldest first."""
    query = (
        select(Edoc, Document, Application)
        .join(Document, col(Document.id) == Edoc.document_id)
        .join(Application, col(Application.id) == Edoc.application_id)
        .where(Edoc.state == EdocState.SIGNING)
    )
    rows = session.exec(query.order_by(col(Edoc.id)).limit(limit)).all()
    return [Waiting(e, d, _name(c), c.number or "", company_turn(session, e)) for e, d, c in rows]


def progress(session: Session, ids: Sequence[int] = ()) -> tuple[int, int, int]:
    """Of company signatures that were ordered: (being made, failed, made). `ids`: of these documents alone; without them
    of every document whose signature is still open, where none is made."""
    query = select(Edoc).where(col(Edoc.counter_at).is_not(None))
    query = query.where(col(Edoc.id).in_(ids)) if ids else query.where(Edoc.state == EdocState.SIGNING)
    rows = session.exec(query).all()
    failed = sum(r.state == EdocState.SIGNING and bool(r.error) for r in rows)
    made = sum(r.state == EdocState.SIGNED for r in rows)
    waiting = sum(r.state == EdocState.SIGNING for r in rows) - failed
    return waiting, failed, made


def agreement_of(session: Session, application_id: int) -> Edoc | None:
    """The agreement on documents with an electronic signature that both sides have signed; row J-117."""
    query = select(Edoc).where(
        Edoc.application_id == application_id, Edoc.kind == EdocKind.AGREEMENT, Edoc.state == EdocState.SIGNED
    )
    return session.exec(query.order_by(col(Edoc.id).desc())).first()


def agreements(session: Session, application_ids: Sequence[int]) -> set[int]:
    query = select(Edoc.application_id).where(
        col(Edoc.application_id).in_(application_ids), Edoc.kind == EdocKind.AGREEMENT, Edoc.state == EdocState.SIGNED
    )
    return set(session.exec(query).all())


def next_version(session: Session, application_id: int) -> int:
    query = select(func.coalesce(func.max(Document.version), 0)).where(
        Document.application_id == application_id, Document.kind == rules.DOCUMENT_KIND
    )
    return 1 + session.exec(query).one()
