"""Everything the desk shows of one case, read in one short transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from dashboard import menu, session
from infra import clock
from models.connection import agreements, board, cards, form, queries, rules
from models.connection.agreements import Point
from models.connection.board import BoardRow
from models.connection.penalty import Owed
from models.connection.rules import Choice, Known
from models.connection.tables import (
    Application,
    Approval,
    Change,
    Conditions,
    Disagreement,
    Message,
    Override,
)
from models.delivery import queries as delivery
from models.delivery.tables import Letter
from models.document import queries as documents
from models.document.tables import Attachment, Document
from models.payment import queries as payments
from models.payment.tables import Invoice, PaymentOrder
from models.people import queries as people
from models.people.tables import Audit, User
from models.process.errors import Invalid, NotFound
from models.process.tables import History


@dataclass(frozen=True)
class Sight:
    """A case and what hangs on it; rows are detached from the database."""

    card: cards.Card
    known: Known
    branch: str
    now: datetime
    papers: Sequence[Document]
    files: Sequence[Attachment]
    history: Sequence[History]
    messages: Sequence[Message]
    letters: Sequence[Letter]
    invoice: Invoice | None
    orders: Sequence[PaymentOrder]
    looks: Sequence[Audit]
    conditions: Conditions | None
    versions: Sequence[Conditions] = ()  # of the conditions, the oldest first
    board: Sequence[BoardRow] = ()
    penalties: Sequence[Owed] = ()
    late_terms: Sequence[int] = ()  # ids of lapsed clocks of ours without a reason
    approvals: Sequence[Approval] = ()
    protocols: Mapping[int, Sequence[Disagreement]] = field(default_factory=dict)
    changes: Sequence[Change] = ()
    points: Sequence[Point] = ()  # of connection, as the newest conditions name them
    override: Override | None = None
    choice: Choice | None = None  # why the category is what it is
    corrections: Sequence[History] = ()
    names: Mapping[int, str] = field(default_factory=dict)  # user id → name

    def name(self, user_id: int | None) -> str:
        return self.names.get(user_id or 0, "")

    @property
    def change(self) -> Change | None:
        """The change of the contract that is open."""
        return next((c for c in self.changes if c.state in ("asked", "accepted", "offered")), None)

    @property
    def case(self) -> Application:
        return self.card.case

    @property
    def id(self) -> int:
        return self.card.case.id or 0


def sight(who: session.Who) -> Sight:
    """The case named in the address. Raises NotFound; a draft belongs to its applicant alone, a thrown-away
    one too."""
    case_id = menu.number("id")
    now = clock.now()
    with session.reading(who) as db:
        case = db.get(Application, case_id)
        if case is None or case.submitted_at is None:
            raise NotFound
        return _read(db, case, who, now)


def _read(db: Session, case: Application, who: session.Who, now: datetime) -> Sight:
    case_id = case.id or 0
    card = cards.card(db, case, now)
    return Sight(
        card=card,
        known=queries.known(db, case, who.actor),
        branch=next((b.name for b in people.branches(db) if b.id == case.branch_id), ""),
        now=now,
        papers=documents.papers(db, case_id),
        files=documents.attachments(db, case_id),
        history=queries.history(db, case_id),
        messages=queries.messages(db, case_id),
        letters=delivery.letters_of(db, case_id),
        invoice=payments.invoice_of(db, case_id),
        orders=payments.orders_of(db, case_id),
        looks=people.looks_at(db, "connection", case_id),
        conditions=queries.conditions(db, case_id),
        versions=_versions(db, case_id),
        board=board.board(db, case_id, now),
        penalties=board.penalties(db, case, card.today),
        late_terms=[t.id or 0 for t in queries.late_terms(db, case_id)],
        approvals=queries.approvals(db, case_id),
        protocols=queries.protocols(db, case_id),
        changes=queries.changes(db, case_id),
        points=agreements.points_of(db, case),
        override=queries.override(db, case_id),
        choice=_choice(db, case),
        corrections=queries.corrections(db, case_id),
        names=_names(db, case),
    )


def _versions(db: Session, case_id: int) -> Sequence[Conditions]:
    query = select(Conditions).where(Conditions.application_id == case_id)
    return db.exec(query.order_by(col(Conditions.version))).all()


def _choice(db: Session, case: Application) -> Choice | None:
    """Nothing for what fits no category any more: the rules may have changed since the case was filed."""
    try:
        found = rules.choose(form.told(case), rules.Switches.of(queries.org(db)))
    except Invalid:
        return None
    return found if found.category == case.category else None


def _names(db: Session, case: Application) -> dict[int, str]:
    names = {u.id or 0: u.name for u in people.staff(db)}
    applicant = db.get(User, case.applicant_id)
    return names | ({case.applicant_id: applicant.name} if applicant else {})
