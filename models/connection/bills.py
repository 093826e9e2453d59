"""Money of a case: what the fee depends on, the invoice, the clocks of its parts. The arithmetic is models.payment's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from models.connection import papers, queries, rules
from models.connection.contract import ChangeKind
from models.connection.form import PURPOSES
from models.connection.request import MOST_QUARTERS
from models.connection.tables import PROCESS, Application, Category
from models.payment import actions as payment
from models.payment import queries as payments
from models.payment.rules import Fee, Floor, Method, Site, fee
from models.payment.tables import Instalment
from models.people.tables import PersonKind
from models.process import terms
from models.process.typed import number, whole

INSTALMENTS = "instalments"  # «Вариант оплаты»: in quarters (п. 104)
CHOICES = {str(m): m for m in (Method.STANDARD, Method.BY_POWER)}  # between them the applicant may choose


def site_of(session: Session, case: Application) -> Site:
    """What the fee depends on, from the case and the engineer's decision.

    Engineer's values: meter_rate, meter_replaced, voltage_changed, cheap_refused, grid_works, generation_works (rows
    {rate, quantity}), possible, project_net, project_basis. Of the draft: fee_choice (standard | by_power)."""
    conditions = queries.conditions(session, case.id or 0)
    values: dict[str, Any] = conditions.values if conditions else {}
    high = rules.above_low_voltage(case)
    project = _project(session, case, values)
    return Site(
        individual=case.person.get("kind") == PersonKind.INDIVIDUAL,
        kw=case.power_kw,
        prior_kw=case.prior_kw,
        voltage="1-20" if high else "0.4",
        distance_m=case.distance_m or 0,
        town=case.town,
        household=case.purpose == PURPOSES[0],
        social=case.social,
        increase=case.reason == "increase",
        meter_replaced=bool(values.get("meter_replaced", True)),
        checked=rules.inspected(case),
        cheap_refused=bool(values.get("cheap_refused")),
        meters=case.points,  # each point of connection has its meter
        meter_rate=values.get("meter_rate") or ("C8.3.3" if high else "C8.3.1" if case.phases == 3 else "C8.1"),
        works=_rated(values.get("grid_works")),
        generation_kw=case.generation_kw,
        reliability=case.reliability,
        generation_works=_rated(values.get("generation_works")),
        generation_micro=case.category != Category.GEN,
        temporary=case.category == Category.TEMP,
        voltage_changed=bool(values.get("voltage_changed")),
        reissue=case.category == Category.REISSUE,
        possible=not project,
        project_net=project.get("net"),
        project_basis=project.get("basis", ""),
        choice=CHOICES.get(str(case.draft.get("fee_choice") or "")),
    )


def _rated(works: Sequence[Mapping[str, Any]] | None) -> tuple[tuple[str, Decimal], ...]:
    """(rate, quantity) of the works that have a rate."""
    return tuple(
        (str(w["rate"]), quantity) for w in works or () if w.get("rate") and (quantity := number(w.get("quantity")))
    )


def _project(session: Session, case: Application, values: Mapping[str, Any]) -> dict[str, Any]:
    """The individual project: as a supplement has set it, else as the engineer wrote it; empty when the fee goes by
    rates (п. 28, 30(1), 30(5))."""
    agreed = [c for c in queries.changes(session, case.id or 0) if c.kind == ChangeKind.FEE and c.done_at]
    if agreed:
        return {"net": Decimal(agreed[-1].values["project_net"]), "basis": agreed[-1].values["project_basis"]}
    if values.get("possible", True):
        return {}
    return {"net": number(values.get("project_net"), 2) or None, "basis": str(values.get("project_basis") or "")}


def fee_today(session: Session, case: Application, now: datetime) -> Fee:
    return fee_for(session, case, site_of(session, case), now)


def fee_for(session: Session, case: Application, site: Site, now: datetime) -> Fee:
    """The fee of this site by the rates of today."""
    day = now.astimezone(queries.zone_of(session, case)).date()
    settings = queries.org(session).get("connection", {})
    return fee(site, payments.rates_on(session, day, Floor(settings.get("pref_floor", "strict"))))


def template(session: Session, case: Application, found: Fee) -> str:
    """Which schedule of payments. Source: п. 16(2), 16(4), 67–74, 103, 104; law 14–16."""
    if case.category == Category.REISSUE:
        return "PAY-RE"
    if case.category == Category.REDISTRIBUTE:
        return "PAY-RED"
    if rules.ordinary(case):
        return "PAY-IND" if found.method == Method.INDIVIDUAL else "PAY-O"
    quarters = case.category in (Category.LE_150, Category.IND_150_MICRO) and found.method != Method.NO_LAST_MILE
    if quarters and case.draft.get("payment_variant") == INSTALMENTS:
        return "PAY-XI"
    return str(queries.org(session).get("connection", {}).get("pay_template", "PAY-X25"))


def quarters(case: Application) -> int | None:
    """In how many quarters the applicant pays by instalments; as many as the law allows when he does not say."""
    typed = whole(case.draft.get("quarters"))
    return max(1, min(typed, MOST_QUARTERS)) if typed is not None else None


def issue(session: Session, case: Application, now: datetime) -> None:
    """The invoice by the rates of today; an earlier one loses its force, its money goes to this one."""
    day = now.astimezone(queries.zone_of(session, case)).date()
    found = fee_today(session, case, now)
    term = queries.rules_today(session, day)["TP-06X"]
    days = int(term.alternative["length"]) if case.procurement_law and term.alternative else int(term.length or 0)
    payment.issue_invoice(
        session,
        case.id or 0,
        papers.number_of("invoice", case),
        found,
        day,
        now,
        template=template(session, case, found),
        first_days=days if not rules.ordinary(case) else None,
        count=quarters(case),
    )


# ------------------------------------------------------------------------------------------------ clocks of payments
def happened(session: Session, case: Application, event: str, now: datetime) -> None:
    """Parts that waited for this event get their last day and their clock."""
    payment.fix_due(session, case.id or 0, event, now)
    start_clocks(session, case, now)


def owes(case: Application) -> bool:
    """Parts of the invoice run: the contract is concluded, or documents were issued again."""
    return case.concluded_at is not None or (case.category == Category.REISSUE and case.papers_placed_at is not None)


def start_clocks(session: Session, case: Application, now: datetime) -> None:
    """A clock for every unpaid part with a last day that has none yet; the first part of path X has its own (TP-06X).
    A last day that has come nearer moves its clock (п. 16(2): not later than the connection)."""
    invoice = payments.invoice_of(session, case.id or 0)
    if invoice is None or invoice.id is None or not owes(case):
        return
    rule = queries.rules_today(session, now.date())[invoice.template]
    rows = payments.instalments(session, invoice.id)
    zone = queries.zone_of(session, case)
    mine = [t for t in queries.terms_of(session, case.id or 0) if t.rule == rule.rule and t.cancelled_at is None]
    have = {t.ref: t for t in mine if t.starts_at.astimezone(zone).date() >= invoice.issued_on}
    for part in rows:
        first_of_x = part.seq == 1 and not rules.ordinary(case)
        if part.due_on is None or part.credited_at is not None or first_of_x:
            continue
        clock = have.get(str(part.seq))
        if clock is None:
            title = _title(part, len(rows))
            terms.begin(
                session, PROCESS, case.id or 0, rule, part.due_on, now, zone=zone, ref=str(part.seq), title=title
            )
        elif clock.done_at is None and clock.lapsed_at is None and part.due_on < clock.due_on:
            terms.move_to(session, clock, part.due_on, zone)


def restart_clocks(session: Session, case: Application, now: datetime) -> None:
    """Another invoice took the place of the old one: its clocks lose their object, its days count from now."""
    running = {t.rule for t in terms.running(session, PROCESS, case.id or 0) if t.rule.startswith("PAY-")}
    terms.drop(session, PROCESS, case.id or 0, running, now)
    events = {"contract.concluded": case.concluded_at, "connection.made": case.energised_at}
    for event in (name for name, at in events.items() if at is not None):
        payment.fix_due(session, case.id or 0, event, now)
    start_clocks(session, case, now)


def _title(part: Instalment, count: int) -> str:
    amount = f"{part.amount:,.2f}".replace(",", "\u00a0").replace(".", ",")
    return f"Платёж {part.seq} из {count}: {amount}\u00a0₽"
