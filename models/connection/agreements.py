"""What the agreement on a change of a running contract says: its clauses as they were and as they become, the fee anew, the
powers of its points of connection. Reads rows, changes none. Domain b.9 (14); ПП 861, п. 15, 24, 27, 30(5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from models.connection import bills, queries
from models.connection.contract import Answer, Change, ChangeKind, Disagreement
from models.connection.papers.common import figure, kilowatts
from models.connection.tables import Application
from models.payment import queries as payments
from models.payment.calculation import Fee
from models.people.tables import User

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


@dataclass(frozen=True)
class Point:
    """One point of connection: where, and its part of the whole power in kW."""

    place: str
    kw: Decimal


def points_of(session: Session, case: Application) -> list[Point]:
    """As the newest conditions name them; the first has what the further ones leave of the power."""
    row = queries.conditions(session, case.id or 0)
    values: Mapping[str, Any] = row.values if row else {}
    further = [Point(str(p.get("point") or ""), kilowatts(p.get("kw"))) for p in values.get("more_points") or []]
    first = case.power_kw + case.prior_kw - sum((p.kw for p in further), Decimal(0))
    return [Point(str(values.get("point") or ""), first), *further]


def details(session: Session, case: Application, row: Change, now: datetime) -> Mapping[str, Any]:
    """What only the paper of this change says."""
    return _DETAILS[ChangeKind(row.kind)](session, case, row, now)


def _validity(session: Session, case: Application, row: Change, _: datetime) -> Mapping[str, Any]:
    was, years = years_of(session, case), int(row.values["years"])
    clause = {"clause": "Срок действия технических условий, лет со дня договора", "was": str(was), "now": str(years)}
    return {"subject": "validity", "ground": row.reason, "changes": [clause], "years": years}


def _power(session: Session, case: Application, row: Change, now: datetime) -> Mapping[str, Any]:
    new = Decimal(row.values["power_kw"])
    clause = {"clause": "Максимальная мощность, кВт", "was": _comma(figure(case.power_kw)), "now": _comma(figure(new))}
    clauses = [] if new == case.power_kw else [clause]
    for number, (point, kw) in enumerate(
        zip(points_of(session, case), row.values.get("points") or (), strict=False), 1
    ):
        told = f"Точка присоединения {number} ({point.place}), кВт"
        clauses.append({"clause": told, "was": _comma(figure(point.kw)), "now": _comma(figure(Decimal(kw)))})
    money = _fees(session, case, new_fee(session, case, new, now)) if new != case.power_kw else None
    return {"subject": "power", "ground": row.reason, "changes": clauses, "fee": money}


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
