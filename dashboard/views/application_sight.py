"""Everything the applicant's card shows, read in one short transaction under row-level security."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from dashboard import menu, session
from infra import clock
from infra.database import database
from models.connection import agreements, cards, queries
from models.connection.agreements import Point
from models.connection.rules import MOVES
from models.connection.signed_needs import NO_PROMISE
from models.connection.statistics import expected
from models.connection.tables import UNDER_CONTRACT, Application, Change, Disagreement, Message
from models.document import queries as documents
from models.document.tables import Attachment, Document
from models.payment import queries as payments
from models.payment.tables import Invoice, PaymentOrder
from models.people import represent_queries as powers
from models.people.represent_rules import move_given
from models.people.represent_tables import Act
from models.process.errors import NotFound
from models.process.tables import History
from models.signing import queries as envelopes


@dataclass(frozen=True)
class Sight:
    """A case and what hangs on it; rows are detached. `moves`: names of moves that are open to the applicant now."""

    card: cards.Card
    papers: Sequence[Document]
    files: Sequence[Attachment]
    messages: Sequence[Message]
    invoice: Invoice | None
    orders: Sequence[PaymentOrder]
    protocols: Mapping[int, Sequence[Disagreement]]
    changes: Sequence[Change]
    corrections: Sequence[History]
    history: Sequence[History]
    to_sign: int | None  # the envelope that waits for this person
    moves: frozenset[str]
    expected: expected.Expected | None
    now: datetime
    envelopes: Mapping[str, str] = field(default_factory=dict)  # purpose → state of the newest signing
    closed: Mapping[str, str] = field(default_factory=dict)  # moves of the applicant that are not open: why
    points: Sequence[Point] = ()  # of connection, as the conditions name them
    acts: frozenset[str] | None = None  # what a representative may do; nothing: the case is his own

    @property
    def case(self) -> Application:
        return self.card.case

    @property
    def id(self) -> int:
        return self.card.case.id or 0

    def may(self, act: Act) -> bool:
        return self.acts is None or act in self.acts

    def paper(self, kind: str) -> Document | None:
        """The newest one of a kind that he can see."""
        return next((d for d in reversed(self.papers) if d.kind == kind), None)

    @property
    def unpromised(self) -> bool:
        """Nobody has promised to remove hidden faults of this connection within a term: an appeal is the way."""
        return self.closed.get("report_fault") == NO_PROMISE

    @property
    def mark(self) -> tuple[int, int, str]:
        """Changes when the case, its orders or the bank's page do: what a waiting screen looks at."""
        last = self.orders[0] if self.orders else None
        return self.case.version, len(self.papers), f"{last.id}:{last.state}:{bool(last.form_url)}" if last else ""


def sight(who: session.Who, case_id: int | None = None) -> Sight:
    """The case named in the address. Raises NotFound for anything that is not his."""
    wanted = menu.number("id") if case_id is None else case_id
    now = clock.now()
    with session.reading(who) as db:
        case = db.get(Application, wanted)
        if case is None:
            raise NotFound
        found = Sight(
            card=cards.card(db, case, now),
            papers=documents.papers(db, wanted, placed_only=True),
            files=documents.attachments(db, wanted),
            messages=queries.messages(db, wanted),
            invoice=payments.invoice_of(db, wanted),
            orders=payments.orders_of(db, wanted),
            protocols=queries.protocols(db, wanted),
            changes=queries.changes(db, wanted),
            corrections=queries.corrections(db, wanted),
            history=queries.history(db, wanted),
            to_sign=_waiting(db, who, case, now),
            moves=frozenset(),
            expected=None,
            now=now,
            acts=powers.acts(db, who.id, case.applicant_id, wanted),
        )
    beyond = _beyond(who, case, now)
    beyond["moves"] = frozenset(name for name in beyond["moves"] if move_given(name, found.acts))
    return Sight(**{**found.__dict__, **beyond})


def _waiting(db: Session, who: session.Who, case: Application, now: datetime) -> int | None:
    case_id = case.id or 0
    me = powers.signs_as(db, who.id, case.applicant_id, case_id)
    mine = (s for s in envelopes.open_of_case(db, case_id) if s.my_turn(me, now))
    return next((s.envelope.id for s in mine), None)


def _beyond(who: session.Who, case: Application, now: datetime) -> dict[str, Any]:
    """Fields of the sight. The rules and the statistics look at rows a customer may not read himself; that the case is his was proved by the
    reading before."""
    with database().transaction() as db:
        known = queries.known(db, case, who.actor)
        ends = expected.of_case(db, case, now)
        points = agreements.points_of(db, case) if case.stage in UNDER_CONTRACT else ()
    mine = list(MOVES.open_to(case.stage, who.actor, known, now, suspended=case.suspended_at is not None))
    moves = frozenset(move.name for move, why in mine if why is None)
    closed = {move.name: why.template for move, why in mine if why is not None}
    return {"moves": moves, "closed": closed, "expected": ends, "envelopes": known.envelopes, "points": points}
