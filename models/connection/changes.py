"""Changes of a running contract: what each asks, what its agreement says, what it does when both have signed. Rows only;
the moves that carry them are in moves.py. Domain b.9 (14), b.10 TU-EXP, CTR-12."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlmodel import Session

from models.connection import bills, envelopes, form, kinds, queries, rules
from models.connection.contract import Answer, Change, ChangeKind, ChangeState, Disagreement
from models.connection.papers.common import figure
from models.connection.tables import PROCESS, Application
from models.network import actions as network
from models.payment import actions as payment
from models.payment import queries as payments
from models.payment.calculation import Fee
from models.people.tables import User
from models.process import terms
from models.process.actor import Actor

_ANSWERS = {Answer.ACCEPTED: "Принято", Answer.DECLINED: "Отклонено", Answer.EDITED: "Принято в иной редакции"}


def protocol_rows(rows: Sequence[Disagreement]) -> list[dict[str, str]]:
    """The protocol of disagreements as its paper shows it."""
    return [
        {
            "clause": r.clause,
            "draft": "",
            "applicant": r.proposed,
            "utility": ". ".join(x for x in (_ANSWERS.get(Answer(r.answer), "") if r.answer else "", r.reason) if x),
            "agreed": r.proposed if r.answer == Answer.ACCEPTED else r.text,
        }
        for r in rows
    ]


# ------------------------------------------------------------------------------------------------ decided
def _open(session: Session, case: Application) -> Change:
    row = queries.change(session, case.id or 0)
    assert row is not None, "the needs of the move see to it"
    return row


def purpose(row: Change) -> str:
    """The kind of its paper and the purpose of its envelope."""
    return "termination" if row.kind == ChangeKind.TERMINATION else "supplement"


def accept(session: Session, case: Application, actor: Actor, now: datetime) -> tuple[str, Mapping[str, Any]]:
    """The manager agrees: the kind of the paper and what only it says. More power is held at once."""
    row = _open(session, case)
    row.state, row.decided_by, row.decided_at = ChangeState.ACCEPTED, actor.user_id, now
    session.add(row)
    if row.kind == ChangeKind.POWER and case.centre_id is not None and kinds.takes_power(case):
        network.reserve(session, case.centre_id, case.id or 0, Decimal(row.values["power_kw"]), now)
    return purpose(row), _DETAILS[ChangeKind(row.kind)](session, case, row, now)


def offer(session: Session, case: Application) -> str:
    row = _open(session, case)
    row.state = ChangeState.OFFERED
    session.add(row)
    return purpose(row)


def end(session: Session, case: Application, what: str, actor: Actor, reason: str, now: datetime) -> None:
    """Declined or given up: its signing stops, the power that was held for it goes back."""
    row = queries.change(session, case.id or 0)
    if row is None:
        return
    held = row.kind == ChangeKind.POWER and row.state in (ChangeState.ACCEPTED, ChangeState.OFFERED)
    if row.state == ChangeState.OFFERED:
        envelopes.cancel(session, case, purpose(row), now, reason or "Изменение отменено")
    row.state = ChangeState.DECLINED if what == "decline" else ChangeState.CANCELLED
    row.remark, row.decided_by, row.decided_at = reason, actor.user_id, now
    session.add(row)
    session.flush()
    held = held and kinds.takes_power(case)
    if held and case.centre_id is not None and case.ended_at is None and network.standing(session, case.id or 0):
        network.reserve(session, case.centre_id, case.id or 0, case.power_kw, now)


# ------------------------------------------------------------------------------------------------ what the paper says
def _validity(session: Session, case: Application, row: Change, _: datetime) -> Mapping[str, Any]:
    was, years = years_of(session, case), int(row.values["years"])
    clause = {"clause": "Срок действия технических условий, лет со дня договора", "was": str(was), "now": str(years)}
    return {"subject": "validity", "ground": row.reason, "changes": [clause], "years": years}


def _power(session: Session, case: Application, row: Change, now: datetime) -> Mapping[str, Any]:
    new = Decimal(row.values["power_kw"])
    clause = {"clause": "Максимальная мощность, кВт", "was": _comma(figure(case.power_kw)), "now": _comma(figure(new))}
    money = _fees(session, case, new_fee(session, case, new, now))
    return {"subject": "power", "ground": row.reason, "changes": [clause], "fee": money}


def _project(session: Session, case: Application, row: Change, now: datetime) -> Mapping[str, Any]:
    money = _fees(session, case, project_fee(session, case, row.values, now))
    clause = {"clause": "Размер платы, руб.", "was": _comma(money["was"]), "now": _comma(money["now"])}
    ground = f"{row.reason}; {row.values['project_basis']}"
    return {"subject": "other", "ground": ground, "changes": [clause], "fee": money}


def _comma(number: str) -> str:
    """Papers are Russian."""
    return number.replace(".", ",")


def _fees(session: Session, case: Application, found: Fee) -> dict[str, str]:
    """The fee of the contract and the new one, as text; `vat` is that of the new one."""
    invoice = payments.invoice_of(session, case.id or 0)
    was = invoice.total if invoice else Decimal(0)
    return {"was": str(was), "now": str(found.total), "difference": str(found.total - was), "vat": str(found.vat)}


def _owner(session: Session, case: Application, row: Change, _: datetime) -> Mapping[str, Any]:
    user = session.get(User, int(row.values["user_id"]))
    name = user.name if user else ""
    clause = {"clause": "Заявитель", "was": str(case.person.get("name", "")), "now": name}
    return {"subject": "transfer", "ground": row.reason, "changes": [clause], "successor": name}


def _termination(session: Session, case: Application, row: Change, now: datetime) -> Mapping[str, Any]:
    zone = queries.zone_of(session, case)
    money = payments.balance(session, case.id or 0)
    costs = Decimal(str(row.values.get("costs", "0")))
    back = max(money.paid - money.returned - costs, Decimal(0))
    told = {"billed": f"{money.billed:.2f}", "paid": f"{money.paid:.2f}", "returned": f"{money.returned:.2f}",
            "costs": f"{costs:.2f}", "overpaid": f"{back:.2f}",
            "due": f"{max(costs - money.paid + money.returned, Decimal(0)):.2f}"}  # fmt: skip
    return {"ground": row.reason, "ends": now.astimezone(zone).date().isoformat(), "settlement": told}


_DETAILS = {
    ChangeKind.EXTENSION: _validity,
    ChangeKind.POWER: _power,
    ChangeKind.FEE: _project,
    ChangeKind.OWNER: _owner,
    ChangeKind.TERMINATION: _termination,
}


def project_fee(session: Session, case: Application, values: Mapping[str, Any], now: datetime) -> Fee:
    """The fee that the regulator has set for this connection, with VAT on top."""
    net, basis = Decimal(values["project_net"]), str(values["project_basis"])
    site = replace(bills.site_of(session, case), possible=False, project_net=net, project_basis=basis)
    return bills.fee_for(session, case, site, now)


def new_fee(session: Session, case: Application, kw: Decimal, now: datetime) -> Fee:
    """The fee by today's rates if the contract were for `kw`."""
    return bills.fee_for(session, case, replace(bills.site_of(session, case), kw=kw), now)


def years_of(session: Session, case: Application) -> int:
    """For how many years the conditions are valid (п. 24): the engineer's word, later that of a supplement."""
    done = [c for c in queries.changes(session, case.id or 0) if c.kind == ChangeKind.EXTENSION and c.done_at]
    row = queries.conditions(session, case.id or 0)
    return int(done[-1].values["years"]) if done else int((row.values if row else {}).get("years") or 2)


# ------------------------------------------------------------------------------------------------ in force
def apply(session: Session, case: Application, now: datetime) -> None:
    """Both have signed."""
    row = _open(session, case)
    row.state, row.done_at = ChangeState.DONE, now
    session.add(row)
    session.flush()
    _EFFECTS[ChangeKind(row.kind)](session, case, row, now)


def _extend(session: Session, case: Application, row: Change, now: datetime) -> None:
    set_validity(session, case, int(row.values["years"]))


def lengthen(session: Session, case: Application, now: datetime) -> None:
    """Works take longer when the applicant himself has asked so, as far as the rule allows (п. 16 б)."""
    zone = queries.zone_of(session, case)
    today = now.astimezone(zone).date()
    table = queries.rules_today(session, today)
    for term in terms.unfulfilled(session, PROCESS, case.id or 0, ["TP-12"]):
        if years := rules.asked_longer(case, table[term.rule]).rstrip("y"):
            terms.move_to(session, term, terms.calendar(session).end_of_term(today, int(years), "y"), zone)


def set_validity(session: Session, case: Application, years: int) -> None:
    """The clock of the conditions ends so many years after the contract."""
    zone = queries.zone_of(session, case)
    for term in terms.unfulfilled(session, PROCESS, case.id or 0, ["TU-EXP"]):
        last = term.starts_at.astimezone(zone).date() + relativedelta(years=years)
        terms.move_to(session, term, terms.calendar(session).working_on_or_after(last), zone)
        term.lapsed_at = None


def _more_power(session: Session, case: Application, row: Change, now: datetime) -> None:
    case.power_kw = Decimal(row.values["power_kw"])
    session.add(case)
    session.flush()
    _new_invoice(session, case, row, now)


def _new_invoice(session: Session, case: Application, row: Change, now: datetime) -> None:
    """The fee is another one from now on; what is paid above it goes back. Parts that wait for a supplement begin
    (п. 15)."""
    bills.issue(session, case, now)
    bills.restart_clocks(session, case, now)
    bills.happened(session, case, "suppl_agreement.signed", now)
    over = payments.balance(session, case.id or 0)
    back = min(over.overpaid, over.returnable)
    if back > 0:
        payment.refund(session, case.id or 0, back, "Плата уменьшена дополнительным соглашением", now)


def _hand_over(session: Session, case: Application, row: Change, now: datetime) -> None:
    user = session.get(User, int(row.values["user_id"]))
    assert user is not None, "a user is never deleted"
    told = form.prefilled(user, None)
    case.applicant_id, case.passport = user.id or 0, None
    case.person = {name: str(told.get(name) or "") for name in form.PERSON_FIELDS} | {"kind": told["kind"]}
    session.add(case)


def _end_contract(session: Session, case: Application, row: Change, now: datetime) -> None:
    case.end_reason = row.reason
    costs = Decimal(str(row.values.get("costs", "0")))
    back = min(payments.balance(session, case.id or 0).returnable, max(_kept(session, case) - costs, Decimal(0)))
    if back > 0:
        payment.refund(session, case.id or 0, back, "Договор расторгнут по соглашению сторон", now)


def _kept(session: Session, case: Application) -> Decimal:
    money = payments.balance(session, case.id or 0)
    return money.paid - money.returned


_EFFECTS = {
    ChangeKind.EXTENSION: _extend,
    ChangeKind.POWER: _more_power,
    ChangeKind.FEE: _new_invoice,
    ChangeKind.OWNER: _hand_over,
    ChangeKind.TERMINATION: _end_contract,
}
