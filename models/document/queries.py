"""Read side of papers and files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from models.connection.tables import Application
from models.document.tables import Attachment, Document, DocumentState
from models.people.represent_queries import reads
from models.people.represent_tables import Act
from models.people.tables import User
from models.process.actor import DESK

OWN = "own"  # a document the customer brought himself: never a paper of ours
VISIBLE = (DocumentState.PLACED, DocumentState.ANNULLED, DocumentState.REPLACED)  # if it was ever placed


def _seen() -> ColumnElement[bool]:
    """What an applicant may see: placed, or annulled or replaced after it was placed."""
    return and_(col(Document.state).in_(VISIBLE), col(Document.placed_at).is_not(None))


def papers(session: Session, application_id: int, *, placed_only: bool = False) -> Sequence[Document]:
    """The case's papers, newest version of each kind last."""
    query = select(Document).where(Document.application_id == application_id)
    if placed_only:
        query = query.where(_seen())
    return session.exec(query.order_by(col(Document.id))).all()


def current(session: Session, application_id: int, kind: str) -> Document | None:
    """The newest version of one kind that is neither replaced nor annulled."""
    query = select(Document).where(
        Document.application_id == application_id,
        Document.kind == kind,
        col(Document.state).not_in([DocumentState.REPLACED, DocumentState.ANNULLED]),
    )
    return session.exec(query.order_by(col(Document.version).desc())).first()


def readable_by(session: Session, user: User, document_id: int) -> Document | None:
    """A paper this person may open: his own placed one, or any for staff."""
    found = session.get(Document, document_id)
    if found is None:
        return None
    if user.role in DESK:
        return found
    case = session.get(Application, found.application_id)
    seen = found.placed_at is not None and (found.state in VISIBLE or found.kind == OWN)
    acts = (Act.RECEIVE, Act.SIGN, Act.PAY) if found.kind == "invoice" else (Act.RECEIVE, Act.SIGN)
    mine = case is not None and reads(session, case.applicant_id, case.id or 0, user.id or 0, acts)
    return found if mine and seen else None


def attachments(session: Session, application_id: int) -> Sequence[Attachment]:
    query = select(Attachment).where(Attachment.application_id == application_id, col(Attachment.removed_at).is_(None))
    return session.exec(query.order_by(col(Attachment.id))).all()


def attachment_readable_by(session: Session, user: User, attachment_id: int) -> Attachment | None:
    found = session.get(Attachment, attachment_id)
    if found is None or found.removed_at is not None:
        return None
    case = session.get(Application, found.application_id)
    if user.role in DESK:  # what was never sent to us is its owner's alone, also when he has thrown the draft away
        return found if case is not None and case.submitted_at is not None else None
    acts = (Act.FILE, Act.CORRESPOND, Act.RECEIVE)
    mine = case is not None and reads(session, case.applicant_id, case.id or 0, user.id or 0, acts)
    return found if mine else None


@dataclass(frozen=True)
class CheckCard:
    """What the public check page tells of a paper: nothing personal."""

    kind: str
    title: str
    number: str
    issued_on: date
    state: str  # placed | annulled | replaced
    sha256: str
    ended_on: date | None
    replaced_by: str  # number and version of the newer paper


def check_card(session: Session, token: str) -> CheckCard | None:
    found = session.exec(select(Document).where(Document.check_token == token, _seen())).first()
    return _card(session, found) if found else None


def check_by_number(session: Session, number: str) -> CheckCard | None:
    found = session.exec(
        select(Document).where(Document.number == number.strip(), _seen()).order_by(col(Document.version).desc())
    ).first()
    return _card(session, found) if found else None


def ours_by_sum(session: Session, sha256: str) -> CheckCard | None:
    """A placed paper of ours with these very bytes; the newest of several."""
    query = select(Document).where(Document.pdf_sha256 == sha256, _seen()).order_by(col(Document.id).desc())
    found = session.exec(query).first()
    return _card(session, found) if found else None


def _card(session: Session, row: Document) -> CheckCard:
    newer = session.exec(
        select(Document)
        .where(Document.application_id == row.application_id, Document.kind == row.kind)
        .where(Document.version > row.version, _seen())
        .order_by(col(Document.version).desc())
    ).first()
    return CheckCard(
        kind=row.kind,
        title=row.title,
        number=row.number,
        issued_on=row.issued_on,
        state=row.state,
        sha256=row.pdf_sha256 or "",
        ended_on=row.ended_at.date() if row.ended_at else None,
        replaced_by=newer.number if newer else "",
    )
