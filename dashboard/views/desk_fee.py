"""What a case costs and how long the works take, by the rates and rules of today: for the editor and the approver."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from dashboard import parts
from dashboard.faults import sentence_of
from dashboard.parts import term
from documents.wording import NBSP, figure, money
from infra.wording import N_, _
from models.connection import bills, papers, queries
from models.connection.tables import Application, Category
from models.payment import queries as payments
from models.payment.rules import Fee, Floor, Method, Part, fee
from models.payment.rules import parts as split
from models.process.errors import FeederError
from models.process.tables import TermRule

METHODS: dict[str, str] = {
    Method.STANDARD: N_("standardised rates"),
    Method.PREFERENTIAL: N_("preferential rate for a kW: it is below the standardised rates"),
    Method.FLOOR: N_("preferential rate raised to the floor of п. 17(4)"),
    Method.SOCIAL: N_("social rate for a kW"),
    Method.NO_LAST_MILE: N_("near the grid: the line is not paid for"),
    Method.INCREASE: N_("increase of power, п. 17(4)"),
    Method.BY_POWER: N_("rate for a kW of maximum power"),
    Method.MICRO: N_("near the grid; micro-generation by the cheaper way"),
    Method.INDIVIDUAL: N_("individual project set by the regulator"),
    Method.REISSUE: N_("papers made anew"),
}


@dataclass(frozen=True)
class Outcome:
    """`fee_fault` and `works_fault` say in plain words why a figure is not there."""

    fee: Fee | None
    payments: tuple[Part, ...]
    works: tuple[TermRule, int, str] | None
    fee_fault: str = ""
    works_fault: str = ""


def outcome(db: Session, case: Application, day: date) -> Outcome:
    told = queries.org(db).get("connection", {})
    found, fee_fault = None, ""
    works, works_fault = None, ""
    try:
        found = fee(bills.site_of(db, case), payments.rates_on(db, day, Floor(told.get("pref_floor", "strict"))))
    except LookupError as error:
        fee_fault = _("No fee: %(why)s") % {"why": _why(error)}
    try:
        works = papers.works_rule(case, queries.rules_today(db, day)) if case.category != Category.REISSUE else None
    except LookupError as error:
        works_fault = _("No term: %(why)s") % {"why": _why(error)}
    schedule = payments.schedule_on(db, bills.template(db, case, found), day) if found else ()
    return Outcome(found, split(found.total, found.vat, schedule) if found else (), works, fee_fault, works_fault)


def _why(error: LookupError) -> str:
    return sentence_of(error) if isinstance(error, FeederError) else str(error.args[0] if error.args else error)


def works_words(found: Outcome) -> str:
    """'6 месяцев · TP-11'"""
    if found.works is None:
        return found.works_fault or _("no works: papers only")
    rule, n, unit = found.works
    return f"{term(n, unit)} · {rule.rule}"


def fee_card(found: Outcome) -> str:
    """Total, why this way, the lines of the calculation, the parts."""
    if found.fee is None:
        return parts.card(_("Fee"), parts.chip("late", found.fee_fault))
    f = found.fee
    top = [
        parts.Field(_("Fee with VAT"), money(f.total)),
        parts.Field(_("VAT %(percent)s %%") % {"percent": figure(f.vat_percent)}, money(f.vat)),
        parts.Field(_("How it was found"), _(METHODS[f.method])),
    ]
    if f.ground:
        top.append(parts.Field(_("Ground"), f.ground))
    if f.preferential_total is not None:
        top.append(parts.Field(_("By the rate for a kW"), money(f.preferential_total)))
    if f.by_power_total is not None:
        top.append(parts.Field(_("By the rate of maximum power"), money(f.by_power_total)))
    if f.standard_total != f.total:
        top.append(parts.Field(_("By the standardised rates"), money(f.standard_total)))
    lines = [
        parts.Field(
            f"{ln.code} · {ln.title}, {figure(ln.quantity)}{NBSP}{papers.UNITS.get(ln.unit, ln.unit)} × {money(ln.price)}",
            money(ln.amount),
        )
        for ln in f.lines
    ]
    shares = " · ".join(f"{figure(p.percent)}{NBSP}% — {money(p.amount)}" for p in found.payments)
    return parts.card(_("Fee"), parts.listing([*top, *lines]) + parts.p(shares, sub=True))
