"""What leaves a move: papers, letters, signings, power, money, ordered as rows in the transaction of the move. Nothing is
sent here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.connection import agreements, bills, changes, envelopes, kinds, overrides, queries, rules
from models.connection.bills import site_of
from models.connection.letters import ATTACHED, NOTICES, due_of, last_day, letter, letter_data, staff_of
from models.connection.ordering import bundle, details_of, kinds_in, order_offer, order_paper
from models.connection.tables import Application, Approval, Change, Party, Stage
from models.document import actions as document
from models.document import queries as documents
from models.network import actions as network
from models.payment import actions as payment
from models.process.actor import SYSTEM, Actor

__all__ = ["ATTACHED", "NOTICES", "bundle", "carry", "close", "letter", "letter_data", "order_offer", "order_paper",
           "site_of", "staff_of"]  # fmt: skip


@dataclass(frozen=True)
class Made:
    """The move that an effect leaves: its moment, its reason, who made it."""

    now: datetime
    reason: str = ""
    actor: Actor = SYSTEM


def carry(
    session: Session, case: Application, effect: str, now: datetime, reason: str = "", actor: Actor = SYSTEM
) -> None:
    """'paper:offer' → the verb and its object."""
    verb, _, what = effect.partition(":")
    if verb == "letter":
        _letter(session, case, what, now, reason)
    else:
        _VERBS[verb](session, case, what, Made(now, reason, actor))


_TURNED_AWAY = {Stage.RETURNED: "returned", Stage.REDIRECTED: "redirected"}


def _letter(session: Session, case: Application, kind: str, now: datetime, reason: str) -> None:
    """The letter of a refusal says where the application stands now; a letter that asks for a signature says until when."""
    if kind == "refusal":
        letter(session, case, _TURNED_AWAY[Stage(case.stage)], now, text=case.end_reason)
    else:
        letter(session, case, kind, now, text=reason, due=due_of(session, case, kind))


# ------------------------------------------------------------------------------------------------ papers
def _paper(session: Session, case: Application, what: str, made: Made) -> None:
    if what == "offer":
        order_offer(session, case, made.now)
        return
    for kind in kinds_in(case).get(what, (what,)):
        order_paper(session, case, kind, made.now, details_of(session, case, kind))


def _place(session: Session, case: Application, what: str, made: Made) -> None:
    found = [documents.current(session, case.id or 0, kind) for kind in kinds_in(case).get(what, (what,))]
    document.place(session, [d for d in found if d is not None], made.now)


def _annul(session: Session, case: Application, what: str, made: Made) -> None:
    if what == "offer":
        document.annul(session, case.id or 0, {*rules.offer_papers(case), "invoice"}, made.now)
        payment.annul_invoice(session, case.id or 0, made.now)


# ------------------------------------------------------------------------------------------------ others who have a say
def _ask(session: Session, case: Application, _: str, made: Made) -> None:
    """System Operator and adjacent grid are asked about this version of the conditions; the offer's clock stands still."""
    row = queries.conditions(session, case.id or 0)
    so, adjacent = rules.system_operator(case), case.adjacent
    parties = [p for p, due in ((Party.SYSTEM_OPERATOR, so), (Party.ADJACENT_GRID, adjacent)) if due]
    if row is None or not parties:
        return
    asked = {a.party for a in queries.approvals(session, case.id or 0, row.version)}
    for party in parties:
        if party not in asked:
            session.add(
                Approval(application_id=case.id or 0, conditions_version=row.version, party=party, asked_at=made.now)
            )
    session.flush()


def _power(session: Session, case: Application, what: str, made: Made) -> None:
    """Power of the feeding centre that the engineer named: held, then connected."""
    if what == "reserve" and case.centre_id is not None and kinds.takes_power(case):
        network.reserve(session, case.centre_id, case.id or 0, case.power_kw, made.now)
    if what == "settle":
        if changes.before_voltage(session, case, made.now):
            letter(session, case, "message", made.now, text=f"{changes.UNSIGNED}.", ref=":change")
        network.settle(session, case.id or 0, made.now)


def _envelope(session: Session, case: Application, what: str, made: Made) -> None:
    if what == "again":
        envelopes.again(session, case, made.now)
    else:
        envelopes.open_for(session, case, what, made.now, announce=False)  # the move's own letter asks to sign


def _unsign(session: Session, case: Application, what: str, made: Made) -> None:
    envelopes.cancel(session, case, what, made.now, made.reason or "Направлен протокол разногласий")


def _protocol(session: Session, case: Application, _: str, made: Made) -> None:
    """Every remark has its answer: the protocol is made."""
    rows = queries.disagreements(session, case.id or 0)
    if rows:
        zone, due = queries.zone_of(session, case), last_day(session, case, "TP-08")
        details = {
            "rows": agreements.protocol_rows(rows),
            "received": rows[0].raised_at.astimezone(zone).date().isoformat(),
            "reply_due": due,
            "answered": True,
        }
        order_paper(session, case, "disagreements", made.now, details)


def _schedule(session: Session, case: Application, event: str, made: Made) -> None:
    """Parts of the fee that wait for this event get their last day."""
    bills.happened(session, case, event, made.now)


def _change(session: Session, case: Application, what: str, made: Made) -> None:
    if what == "order":
        _agreement(session, case, changes.accept(session, case, made.actor, made.now), made.now)
    elif what == "remake":
        _agreement(session, case, changes.remake(session, case, made.reason, made.now), made.now)
    elif what == "offer":
        kind = changes.offer(session, case)
        _place(session, case, kind, made)
        envelopes.open_for(session, case, kind, made.now, announce=False)
        changes.keep_time(session, case, made.now)
    elif what == "apply":
        changes.apply(session, case, made.now)
    else:
        changes.end(session, case, what, made.actor, made.reason, made.now)


def _agreement(session: Session, case: Application, row: Change, now: datetime) -> None:
    """Its paper, or the next version of it; the older one is replaced and says so."""
    told, older = agreements.details(session, case, row, now), changes.paper_of(session, row)
    changes.made(session, row, order_paper(session, case, changes.purpose(row), now, told, instead=older))


def _override(session: Session, case: Application, what: str, made: Made) -> None:
    overrides.decide(session, case, what == "apply", made.actor, made.now)


def close(session: Session, case: Application, now: datetime) -> None:
    """A case that ends gives its power back, stops every signing and drops the change that was being made."""
    network.release(session, case.id or 0, now)
    if rules.ordinary(case) or queries.change(session, case.id or 0):
        envelopes.cancel_all(session, case, now, "Заявка закрыта")
    changes.end(session, case, "cancel", SYSTEM, "Заявка закрыта", now)


def finish(session: Session, case: Application, now: datetime) -> None:
    """A connection that is complete has no contract to change any more: what was being changed is given up, and told."""
    if queries.change(session, case.id or 0) is not None:
        changes.end(session, case, "cancel", SYSTEM, changes.FINISHED, now)
        letter(session, case, "message", now, text=f"{changes.FINISHED}.", ref=":change")


_VERBS: dict[str, Callable[[Session, Application, str, Made], None]] = {
    "paper": _paper,
    "place": _place,
    "annul": _annul,
    "ask": _ask,
    "power": _power,
    "envelope": _envelope,
    "unsign": _unsign,
    "protocol": _protocol,
    "schedule": _schedule,
    "change": _change,
    "override": _override,
}
