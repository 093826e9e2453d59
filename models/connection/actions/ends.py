"""Verbs that end a contract or ask for money back. Each checks the right, changes rows, flushes, never commits."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from models.connection import effects, queries
from models.connection.moving import lock, move, ready
from models.connection.sheet import Sheet
from models.connection.tables import PROCESS, Application, Stage
from models.payment import actions as payment
from models.payment import queries as payments
from models.payment import returns
from models.payment.ledger_tables import Refund
from models.people import represent_queries as powers
from models.people import rules as people
from models.process import history
from models.process.actor import Actor, Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotReady
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
    return returns.typed_sum(typed, "costs", least=Decimal(0))


def _propose(session: Session, case: Application, spent: Decimal, ground: str, actor: Actor, now: datetime) -> None:
    money = payments.balance(session, case.id or 0)
    back = min(money.returnable, max(money.paid - money.returned - spent, Decimal(0)))
    if back > 0:
        payment.refund(session, case.id or 0, back, BACK[ground], now, actor=actor)


# ------------------------------------------------------------------------------------------------ money back
def ask_refund(session: Session, case_id: int, actor: Actor, values: Mapping[str, Any], now: datetime) -> list[Refund]:
    """The applicant asks for money that is his. values: {sum, ground, bank_bic, bank_account, bank_name}; the account is
    that of the application when not said. His paper is made, a manager agrees to the return.

    Raises ManyInvalid("sum"|"ground"|"bank_bic"|"bank_account"), NotReady when there is nothing to return."""
    case = lock(session, case_id, actor)
    if actor.role != Role.APPLICANT:
        raise NotAllowed(move=N_("Ask for money back"))
    powers.need_move(session, case.applicant_id, case_id, actor, "ask_refund", now)
    ready_sum = payments.balance(session, case_id).returnable
    if case.stage == Stage.DRAFT or ready_sum <= 0:
        raise NotReady("There is no money to return: everything that came is counted in the schedule")
    if returns.open_of(session, case_id):
        raise NotReady("A return is being decided on already")
    sheet = Sheet(dict(values))
    ground = sheet.ask("ground", "Say on what ground the money is returned")
    account = _account(sheet, case, by_transfer=goes_by_transfer(session, case_id))
    wanted = _sum(sheet, values, ready_sum)
    if sheet.faults:
        raise ManyInvalid(sheet.faults)
    told = {"sum": f"{wanted:.2f}", "ground": ground}
    history.record(session, PROCESS, case, "cabinet:connection:ask_refund", actor, now, changes=told)
    case.changed_at = now
    session.add(case)
    session.flush()
    found = payment.refund(session, case_id, wanted, ground, now, actor=actor)
    for row in (r for r in found if r.order_id is None):
        row.account = account
        session.add(row)
    effects.order_paper(session, case, "refund_request", now, _request(session, case, wanted, ground, account))
    return found


def goes_by_transfer(session: Session, case_id: int) -> bool:
    """Some of the money came by a transfer: it cannot go back to a card, an account is needed."""
    return any(r.order_id is None for r in payments.receipts(session, case_id))


def _sum(sheet: Sheet, values: Mapping[str, Any], most: Decimal) -> Decimal:
    typed = str(values.get("sum") or "").strip()
    try:
        wanted = returns.typed_sum(typed) if typed else most
    except Invalid as error:
        sheet.faults.append(Invalid("sum", error.template, **error.facts))
        return most
    if wanted > most:
        sheet.faults.append(Invalid("sum", "At most %(sum)s can be returned", sum=f"{most:.2f}"))
    return wanted


def _account(sheet: Sheet, case: Application, *, by_transfer: bool) -> dict[str, str]:
    """As typed, else that of the application; wanted only where the money came by a transfer."""
    told = case.person if "bank_account" not in sheet.typed and "bank_bic" not in sheet.typed else sheet.typed
    sheet.typed |= {name: told.get(name, "") for name in ("bank_bic", "bank_account", "bank_name")}
    if not by_transfer and not (sheet.text("bank_bic") or sheet.text("bank_account")):
        return {}
    bank = sheet.checked("bank_bic", people.bic)
    account = sheet.checked("bank_account", lambda v: people.account(v, bank))
    return {"name": sheet.text("bank_name"), "bic": bank, "account": account}


def _request(
    session: Session, case: Application, wanted: Decimal, ground: str, account: Mapping[str, str]
) -> dict[str, Any]:
    """What only the request says: the sum, the payment it came by, the account."""
    paid = payments.receipts(session, case.id or 0)
    zone = queries.zone_of(session, case)
    day = paid[-1].paid_at.astimezone(zone).date().isoformat() if paid else ""
    told = {**account, "corr": str(case.person.get("bank_corr", ""))} if account else None
    return {"kind": "refund", "sum": f"{wanted:.2f}", "paid_on": day, "ground": ground, "account": told}
