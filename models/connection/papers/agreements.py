"""What changes or ends a contract: supplement, disagreements, termination, and the applicant's request about his money.

Each builder names the keys of `details` it takes; without them it says what the case itself knows."""

from decimal import Decimal
from typing import Any

from models.connection.papers.bundle import Bundle, number_of
from models.connection.papers.common import closing, contact, figure, values

_ZERO = Decimal(0)


def supplement(b: Bundle) -> dict[str, Any]:
    """`details`: subject (validity | power | transfer | other), ground, changes (clause, was, now), successor, fee
    (was, now, difference, vat) or None, effect."""
    known = closing(b)
    years = int(values(b).get("years", 2))
    told = {
        "number": number_of("supplement", b.case),
        **{name: known[name] for name in ("contract_number", "contract_date", "conditions_number")},
        "subject": b.details.get("subject", "other"),
        "ground": b.details.get("ground", "соглашение сторон"),
        "changes": list(b.details.get("changes") or _as_it_stands(b, years)),
        "years": int(b.details.get("years", years)),
        "successor": b.details.get("successor", ""),
        "fee": b.details.get("fee"),
        "effect": b.details.get("effect", "со дня, когда его подписали обе стороны"),
    }
    return {"supplement": told}


def _as_it_stands(b: Bundle, years: int) -> list[dict[str, str]]:
    """The two conditions a supplement usually changes, as the case knows them today."""
    before = "в прежней редакции договора"
    kw = figure(b.case.power_kw + b.case.prior_kw)
    return [
        {"clause": "Максимальная мощность, всего", "was": before, "now": f"{kw} кВт"},
        {"clause": "Срок действия технических условий, лет со дня договора", "was": before, "now": str(years)},
    ]


def disagreements(b: Bundle) -> dict[str, Any]:
    """`details`: rows (clause, draft, applicant, utility, agreed), received (day), answered, reason.

    Without rows the reason the applicant gave stands as the only row."""
    known = closing(b)
    days = b.length("TP-08")
    received = b.details.get("received") or b.today.isoformat()
    reason = b.details.get("reason") or b.case.end_reason or "замечания изложены в отказе заявителя"
    bare = {"clause": "Договор и условия", "draft": "", "applicant": reason, "utility": "", "agreed": ""}
    rows = [bare | dict(row) for row in b.details.get("rows") or [bare]]
    told = {
        "number": number_of("disagreements", b.case),
        **{name: known[name] for name in ("contract_number", "contract_date", "conditions_number")},
        "received": received,
        "rows": rows,
        "reply_days": days,
        "reply_due": b.details.get("reply_due") or b.calendar.after_working_days(b.today, days).isoformat(),
        "answered": bool(b.details.get("answered", all(row["utility"] for row in rows))),
    }
    return {"disagreements": told, "contact": contact(b)}


def termination(b: Bundle) -> dict[str, Any]:
    """`details`: ground, ends (day), done (rows name, value), settlement (sums as text), settle_days."""
    known = closing(b)
    told = {
        "number": number_of("termination", b.case),
        **{name: known[name] for name in ("contract_number", "contract_date", "conditions_number")},
        "ground": b.details.get("ground") or b.case.end_reason or "соглашение сторон",
        "ends": b.details.get("ends", ""),
        "done": list(b.details.get("done") or _done(b)),
        "settlement": settlement(b),
        "settle_days": int(b.details.get("settle_days", b.org.get("norms", {}).get("refund_days", 10))),
    }
    return {"termination": told}


def _done(b: Bundle) -> list[dict[str, str]]:
    c = b.case
    rows = {
        "Мероприятия сетевой организации": c.grid_works_done_at,
        "Мероприятия заявителя": c.own_works_done_at,
        "Допуск прибора учёта": c.meter_admitted_at,
    }
    return [{"name": n, "value": f"выполнены {b.stamp(at)}" if at else "не завершены"} for n, at in rows.items()]


def settlement(b: Bundle) -> dict[str, str]:
    """Sums as text. Billed and paid as the schedule knows them; returned and costs come with `details`."""
    told = b.details.get("settlement", {})
    billed = sum((p.amount for p in b.payments), _ZERO)
    paid = sum((p.amount for p in b.payments if p.paid_at), _ZERO)
    returned, costs = Decimal(str(told.get("returned", 0))), Decimal(str(told.get("costs", 0)))
    left = paid - returned - costs
    sums = {"billed": billed, "paid": paid, "returned": returned, "costs": costs}
    sums |= {"due": max(-left, _ZERO), "overpaid": max(left, _ZERO)}
    return {name: f"{value:.2f}" for name, value in sums.items()} | {name: str(value) for name, value in told.items()}


def refund_request(b: Bundle) -> dict[str, Any]:
    """`details`: kind (refund | clarify), sum, paid_on, payment_number, purpose, correct, ground, account, days."""
    paid = [p for p in b.payments if p.paid_at]
    told = {
        "number": number_of("refund_request", b.case),
        "kind": b.details.get("kind", "refund"),
        "contract_number": closing(b)["contract_number"],
        "sum": str(b.details.get("sum") or f"{sum((p.amount for p in paid), _ZERO):.2f}"),
        "paid_on": b.details.get("paid_on") or (b.day(paid[-1].paid_at) if paid else ""),
        "payment_number": b.details.get("payment_number", ""),
        "purpose": b.details.get("purpose") or f"плата за технологическое присоединение, заявка {b.case.number}",
        "correct": b.details.get("correct", ""),
        "ground": b.details.get("ground") or b.case.end_reason or "присоединение не состоялось",
        "account": b.details.get("account"),
        "days": int(b.details.get("days", b.org.get("norms", {}).get("refund_days", 10))),
    }
    return {"refund_request": told}
