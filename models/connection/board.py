"""The deadline board: every clock of a case for both sides, what a lapse does, how hard it presses; and the penalties."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.connection import cards, penalty, queries
from models.connection.contract import Override
from models.connection.overrides import LATE_REASONS, LateReason
from models.connection.sight import Clock
from models.connection.tables import Application
from models.payment import queries as payments
from models.process.errors import NotFound
from models.process.terms import calendar, pressure
from models.process.words import N_

LAPSE_WORDS = {
    "escalate": N_("the head is told, the reason goes into the report"),
    "annul_no_info": N_("the application is annulled"),
    "annul_no_payment": N_("the application is annulled after the days of grace"),
    "annul_not_signed": N_("the application is annulled"),
    "remind": N_("a reminder leaves"),
    "penalty": N_("a penalty is counted for every day"),
    "court_termination_ground": N_("the contract may be ended in court"),
    "deem_remarks_fixed": N_("the remarks count as removed"),
    "expire": N_("the right is gone"),
    "log": N_("it is written down"),
}


@dataclass(frozen=True)
class BoardRow:
    """One clock. `then`: what a lapse does; `mark`: 0, 50, 80 or 100 per cent of the term has gone; `late_reason` is the
    English word of the code, `proposed` another due date that waits for a second person."""

    term_id: int
    clock: Clock
    then: str
    mark: int
    acts_on: date  # the day on which the consequence comes
    late_code: str
    late_reason: str
    late_note: str
    proposed: Override | None


def board(session: Session, case_id: int, now: datetime) -> list[BoardRow]:
    """Every clock of the case, running ones first, the nearest first. Raises NotFound."""
    case = session.get(Application, case_id)
    if case is None:
        raise NotFound
    zone, days, waiting = queries.zone_of(session, case), calendar(session), queries.override(session, case_id)
    rows = []
    for term in queries.terms_of(session, case_id):
        word = LATE_REASONS[LateReason(term.late_code)] if term.late_code else ""
        rows.append(
            BoardRow(
                term_id=term.id or 0,
                clock=cards.clock(term, days, now, zone),
                then=LAPSE_WORDS.get(term.on_lapse, term.on_lapse),
                mark=pressure(term, now),
                acts_on=term.acts_at.astimezone(zone).date(),
                late_code=term.late_code,
                late_reason=word,
                late_note=term.late_note,
                proposed=waiting if waiting and waiting.term_id == term.id else None,
            )
        )
    closed = ("done", "done_late", "cancelled", "expired")
    return sorted(rows, key=lambda r: (r.clock.state in closed, r.clock.due_on, r.term_id))


def penalties(session: Session, case: Application, today: date) -> Sequence[penalty.Owed]:
    """Who owes how much for late works today: nobody, one side or both. Source: ПП 861, п. 16 в); row TU-PEN."""
    invoice = payments.invoice_of(session, case.id or 0)
    rule = queries.rules_today(session, today).get("TU-PEN")
    if invoice is None or rule is None:
        return []
    zone = queries.zone_of(session, case)
    return penalty.count(case, queries.terms_of(session, case.id or 0), invoice.total, rule.alternative, today, zone)
