"""Verbs on a customer's own document: register, send to be signed, delete, order the company's signature, settle.

Signing itself is the envelope's. Flushes, never commits; the sealing is made by the flow."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from models.connection import queries as cases
from models.connection.tables import Application, Stage
from models.delivery import actions as delivery
from models.document.actions import new_token
from models.document.tables import Document, DocumentState
from models.edoc import queries, rules
from models.edoc.tables import PROCESS, PURPOSE, Edoc, EdocKind, EdocState
from models.people import actions as people
from models.people import branches
from models.people import represent_queries as powers
from models.people.represent_rules import OnlyInPerson
from models.people.represent_tables import Act
from models.people.tables import PersonKind, User
from models.process.actor import SYSTEM, Actor, Role
from models.process.errors import Invalid, NotAllowed, NotFound, NotReady
from models.process.tables import Work, WorkState
from models.process.words import N_
from models.process.work import retry, wake
from models.signing import actions as signing
from models.signing import queries as envelopes
from models.signing import sign
from models.signing.moving import lock as lock_envelope
from models.signing.moving import settle as settle_envelope
from models.signing.tables import Envelope, EnvelopeState, Method, Party, Side

DESK = frozenset({Role.OPERATOR, Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True)
class Kept:
    """Bytes in the store: key, sha256 in hex, size."""

    key: str
    sha256: str
    size: int


def register(
    session: Session, actor: Actor, application_id: int, kind: EdocKind, title: str, kept: Kept, now: datetime
) -> Edoc:
    """A PDF of the customer beside one of his cases; nobody sees it as a paper of the company."""
    case = session.exec(
        select(Application).where(Application.id == application_id).with_for_update(key_share=True)
    ).first()
    if case is None or case.applicant_id != actor.user_id or case.stage == Stage.DRAFT:
        raise NotFound
    if not title.strip():
        raise Invalid("title", "Write what the document is called")
    if not 0 < kept.size <= rules.LARGEST:
        raise Invalid("file", "The file must not be empty or larger than 10 MB")
    version = queries.next_version(session, application_id)
    paper = Document(
        application_id=application_id, kind=rules.DOCUMENT_KIND, number=f"{case.number or case.id}-В{version}", version=version,
        title=title.strip()[:200], state=DocumentState.STORED, issued_on=now.date(), ordered_at=now, stored_at=now, placed_at=now,
        pdf_key=kept.key, pdf_sha256=kept.sha256, pdf_size=kept.size, check_token=new_token(),
    )  # fmt: skip
    session.add(paper)
    session.flush()
    row = Edoc(
        owner_id=actor.person, application_id=application_id, document_id=paper.id or 0, kind=kind, registered_at=now
    )
    session.add(row)
    session.flush()
    _note(session, actor, row, "register", now, sha256=kept.sha256, title=paper.title)
    return row


def send(session: Session, actor: Actor, edoc_id: int, now: datetime) -> Envelope:
    """Open its envelope: the customer signs first, then the company. Asked again, gives the same envelope.

    By his representative too, who was given the right to sign: as the party stands the principal. Raises OnlyInPerson for a
    document that only a certificate signs."""
    row = _own(session, actor, edoc_id, Act.SIGN)
    if row.state == EdocState.SIGNING and (found := queries.envelope_of(session, edoc_id)) is not None:
        return found
    user = session.get_one(User, row.owner_id)
    code = (Method.CODE,) if user.kind == PersonKind.INDIVIDUAL else ()
    if not code and actor.user_id != user.id:
        raise OnlyInPerson(principal=user.name)
    row.state, row.sent_at = rules.allow("send", row.state) or row.state, now
    session.add(row)
    utility = cases.org(session)["utility"]["full_short"]
    _note(session, powers.voice(session, user.id or 0, row.application_id, actor), row, "send", now)
    return signing.open(
        session, process=PROCESS, subject_id=edoc_id, purpose=PURPOSE, documents=[row.document_id], now=now, announce=False,
        parties=[
            Party(user.head or user.name, user.id, Side.APPLICANT, (*code, Method.CERTIFICATE)),
            Party(utility, None, Side.UTILITY, (Method.SEAL,)),
        ],
    )  # fmt: skip


def delete(session: Session, actor: Actor, edoc_id: int, now: datetime) -> None:
    """Marked and not shown any more; only while nobody has signed it."""
    row = _own(session, actor, edoc_id)
    row.state, row.deleted_at = rules.allow("delete", row.state) or row.state, now
    session.add(row)
    _note(session, actor, row, "delete", now)


def order_counter(session: Session, actor: Actor, edoc_id: int, now: datetime) -> Edoc:
    """An employee wants the company to sign; the flow makes the signature. Twice is once."""
    row = _at_desk(session, actor, edoc_id)
    rules.allow("counter", row.state)
    if not queries.company_turn(session, row):
        raise NotReady(why=N_("The customer has not signed yet"))
    if row.counter_at is None or row.error:
        row.counter_by, row.counter_at, row.error = actor.person, now, ""
        session.add(row)
        _note(session, actor, row, "counter", now)
    wake(session, PROCESS, edoc_id)
    _take_up(session, edoc_id)
    return row


def _take_up(session: Session, edoc_id: int) -> None:
    """A row that was set aside after many faults is not moved by a wake-up: this click takes it up again."""
    query = select(Work.id).where(Work.process == PROCESS, Work.subject_id == edoc_id, Work.state == WorkState.ASIDE)
    if (row := session.exec(query).first()) is not None:
        retry(session, row)


def send_back(session: Session, actor: Actor, edoc_id: int, reason: str, now: datetime) -> None:
    """The company does not sign, and says why."""
    row = _at_desk(session, actor, edoc_id)
    rules.allow("return", row.state)
    signing.cancel(session, PROCESS, edoc_id, PURPOSE, now, reason, actor)
    _note(session, actor, row, "return", now, reason=reason)


def countersigned(session: Session, row: Edoc, key: str, by: str, now: datetime) -> None:
    """The company's signature was made, verified and stored: the envelope counts it. The row is locked."""
    found = queries.envelope_of(session, row.id or 0)
    if found is None or found.state != EnvelopeState.OPEN or not queries.company_turn(session, row):
        return
    envelope = lock_envelope(session, found.id or 0)
    paper = session.get_one(Document, row.document_id)
    paper.seal_key, paper.sealed_by = key, by
    for each in envelopes.papers(session, envelope.id or 0):
        each.seal_key, each.sealed_by = key, by
        session.add(each)
    session.add(paper)
    session.flush()
    sign.by_seal(session, envelope, now)
    settle_envelope(session, envelope, now)


def settle(session: Session, row: Edoc, now: datetime) -> None:
    """Level-triggered: the envelope's outcome becomes the document's, with one notice."""
    found = queries.envelope_of(session, row.id or 0)
    if row.state != EdocState.SIGNING or found is None or found.state == EnvelopeState.OPEN:
        return
    whole = found.state == EnvelopeState.COMPLETED
    row.state = rules.allow("complete" if whole else "give_up", row.state) or row.state
    row.ended_at = now
    session.add(row)
    title = "Ваш документ подписан обеими сторонами" if whole else "Ваш документ не подписан"
    paper = session.get_one(Document, row.document_id)
    said = f"{paper.title} № {paper.number}" + (f". Причина: {found.reason}" if found.reason else "")
    delivery.notify(session, f"edoc:{row.id}:{row.state}", row.owner_id, None, "edoc", title, said, now)
    _note(session, SYSTEM, row, row.state, now)


def failed(session: Session, row: Edoc, error: str) -> None:
    row.error = error[:500]
    session.add(row)


def lock(session: Session, edoc_id: int) -> Edoc:
    row = session.exec(
        select(Edoc).where(Edoc.id == edoc_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound
    return row


def _own(session: Session, actor: Actor, edoc_id: int, act: Act | None = None) -> Edoc:
    """`act`: what lets a representative of the owner do it too, while the case is still the owner's. Raises NotFound,
    BeyondPower."""
    row = lock(session, edoc_id)
    if row.state == EdocState.DELETED:
        raise NotFound
    if row.owner_id != actor.user_id:
        case = session.get_one(Application, row.application_id)
        if act is None or actor.role != Role.APPLICANT or case.applicant_id != row.owner_id:
            raise NotFound
        powers.need(session, row.owner_id, row.application_id, actor, act)
    return row


def _at_desk(session: Session, actor: Actor, edoc_id: int) -> Edoc:
    if actor.role not in DESK:
        raise NotAllowed(move=N_("Counter-sign"))
    row = lock(session, edoc_id)
    case = session.get(Application, row.application_id)
    branches.need(session, actor, case.branch_id if case else None)
    return row


def _note(session: Session, actor: Actor, row: Edoc, verb: str, now: datetime, **facts: object) -> None:
    people.note(session, actor, f"edoc:document:{verb}", now, process=PROCESS, subject_id=row.id, **facts)
