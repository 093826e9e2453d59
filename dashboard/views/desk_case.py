"""Everything the desk shows of one case, read in one short transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard import menu, session
from infra import clock
from models.connection import cards, queries
from models.connection.rules import Known
from models.connection.tables import Application, Conditions, Message, Stage
from models.delivery import queries as delivery
from models.delivery.tables import Letter
from models.document import queries as documents
from models.document.tables import Attachment, Document
from models.payment import queries as payments
from models.payment.tables import Invoice, PaymentOrder
from models.people import queries as people
from models.people.tables import Audit
from models.process.errors import NotFound
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

    @property
    def case(self) -> Application:
        return self.card.case

    @property
    def id(self) -> int:
        return self.card.case.id or 0


def sight(who: session.Who) -> Sight:
    """The case named in the address. Raises NotFound; a draft belongs to its applicant alone."""
    case_id = menu.number("id")
    now = clock.now()
    with session.reading(who) as db:
        case = db.get(Application, case_id)
        if case is None or case.stage == Stage.DRAFT:
            raise NotFound
        return Sight(
            card=cards.card(db, case, now),
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
        )
