"""Verbs that end a contract or ask for money back. Each checks the right, changes rows, flushes, never commits."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from models.connection import effects, form, queries
from models.connection.moving import lock, move, ready
from models.connection.tables import PROCESS, Application, Stage
from models.payment import actions as payment
from models.payment import queries as payments
from models.payment import returns
from models.payment.ledger_tables import Refund
from models.process import history
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed, NotReady
from models.process.words import N_

AGREED, DELAY = "agreed", "delay"  # the parties agree; twelve months of the applicant's delay (п. 16(5), CTR-12)
BACK = {
    AGREED: "Договор расторгнут: возврат неиспользованной части платы",
    DELAY: "Договор расторгнут за просрочку заявителя (п. 16(5)): возврат за вычетом расходов сетевой организации",
}


def terminate(
    session: Session,
    case_id: int,
    actor: Actor,
    reason: str,
    now: datetime,
    *,
    ground: str = "",
    costs: str = "",
) -> Application:
    """A manager ends the contract. `ground`: agreed | delay; when not said, delay once CTR-12 has passed. `costs`: what the
    grid company has spent, as typed.

    The rest of the money is proposed for return; a second person agrees to it. Nothing is proposed by itself when the
    works of the grid are done or the applicant is late: then the costs have to be named. Raises Invalid("ground"|"costs")."""
    case = lock(session, case_id, actor)
    ready(session, case, "terminate", actor, now)
    late = _late(session, case_id)
    ground = ground or (DELAY if late else AGREED)
    if ground not in BACK or (ground == DELAY and not late):
        raise Invalid("ground", "Twelve months of the applicant's delay have not passed: choose the agreement of both")
    spent = _spent(case, ground, costs)
    case.end_reason = reason.strip()
    told = {"ground": ground, "costs": None if spent is None else f"{spent:.2f}"}
    move(session, case, "terminate", actor, now, reason=reason, changes=told)
    if spent is not None:
        _propose(session, case, spent, ground, actor, now)
    return case


def _late(session: Session, case_id: int) -> bool:
    return any(t.rule == "CTR-12" and t.lapsed_at for t in queries.terms_of(session, case_id))


def _spent(case: Application, ground: str, typed: str) -> Decimal | None:
    """The costs that stay with the grid company; nothing when they have to be counted first."""
    if not typed.strip():
        return None if ground == DELAY or case.grid_works_done_at else Decimal(0)
    found = form.kilowatts(typed)
    if found is None or found < 0:
        raise Invalid("costs", "Write the sum as roubles and kopecks, for example 14850,00")
    return found


def _propose(session: Session, case: Application, spent: Decimal, ground: str, actor: Actor, now: datetime) -> None:
    money = payments.balance(session, case.id or 0)
    back = min(money.returnable, max(money.paid - money.returned - spent, Decimal(0)))
    if back > 0:
        payment.refund(session, case.id or 0, back, BACK[ground], now, actor=actor)


# ------------------------------------------------------------------------------------------------ money back
def ask_refund(session: Session, case_id: int, actor: Actor, values: Mapping[str, Any], now: datetime) -> list[Refund]:
    """The applicant asks for money that is his. values: {sum, ground}. His paper is made, a manager agrees to the return.

    Raises Invalid("sum"|"ground"), NotReady when there is nothing to return."""
    case = lock(session, case_id, actor)
    if actor.role != Role.APPLICANT:
        raise NotAllowed(move=N_("Ask for money back"))
    ready_sum = payments.balance(session, case_id).returnable
    if case.stage == Stage.DRAFT or ready_sum <= 0:
        raise NotReady("There is no money to return: everything that came is counted in the schedule")
    if returns.open_of(session, case_id):
        raise NotReady("A return is being decided on already")
    ground = str(values.get("ground") or "").strip()
    if not ground:
        raise Invalid("ground", "Say on what ground the money is returned")
    wanted = _sum(values, ready_sum)
    told = {"sum": f"{wanted:.2f}", "ground": ground}
    history.record(session, PROCESS, case, "cabinet:connection:ask_refund", actor, now, changes=told)
    case.changed_at = now
    session.add(case)
    session.flush()
    found = payment.refund(session, case_id, wanted, ground, now, actor=actor)
    effects.order_paper(session, case, "refund_request", now, _request(session, case, wanted, ground))
    return found


def _sum(values: Mapping[str, Any], most: Decimal) -> Decimal:
    typed = str(values.get("sum") or "").strip()
    try:
        wanted = returns.typed_sum(typed) if typed else most
    except Invalid as error:
        raise Invalid("sum", error.template, **error.facts) from error
    if wanted > most:
        raise Invalid("sum", "At most %(sum)s can be returned", sum=f"{most:.2f}")
    return wanted


def _request(session: Session, case: Application, wanted: Decimal, ground: str) -> dict[str, Any]:
    """What only the request says: the sum, the payment it came by, the account."""
    paid = payments.receipts(session, case.id or 0)
    zone = queries.zone_of(session, case)
    person = case.person
    account = None
    if person.get("bank_account") and person.get("bank_bic"):
        account = {"name": person.get("bank_name", ""), "bic": person["bank_bic"], "account": person["bank_account"],
                   "corr": person.get("bank_corr", "")}  # fmt: skip
    day = paid[-1].paid_at.astimezone(zone).date().isoformat() if paid else ""
    return {"kind": "refund", "sum": f"{wanted:.2f}", "paid_on": day, "ground": ground, "account": account}
