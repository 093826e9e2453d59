"""Papers of a case: what they are made from, and how they are ordered, as rows. The issuing process makes them; nothing
is rendered here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from models.connection import bills, papers, queries, rules
from models.connection.tables import Application, Category, Conditions, Meter
from models.document import actions as document
from models.document import queries as documents
from models.document.tables import Document, DocumentState
from models.payment import queries as payments
from models.people.tables import User
from models.process.terms import calendar

FIRST = "application"  # the one paper that is made before anything else hangs on the case


def bundle(session: Session, case: Application, now: datetime, kind: str = "") -> papers.Bundle:
    """Everything papers of this case may need; `token` is filled in for each paper. Of what `kind` cannot need, nothing
    is read."""
    if kind == FIRST:
        return _start(session, case, now)
    case_id = case.id or 0
    conditions = queries.conditions(session, case_id)
    invoice = payments.invoice_of(session, case_id)
    inspections = queries.inspections(session, case_id)
    meter = queries.meter(session, case_id) or _meter_of_old(case, conditions)
    numbers = {}
    for row in documents.papers(session, case_id):
        if row.state not in (DocumentState.REPLACED,):
            numbers[row.kind] = (row.number, row.issued_on)
    inspector = meter.inspector_id if meter else inspections[-1].inspector_id if inspections else None
    return replace(
        _start(session, case, now),
        conditions=conditions,
        invoice=invoice,
        payments=payments.instalments(session, invoice.id) if invoice and invoice.id else (),
        inspection=inspections[-1] if inspections else None,
        meter=meter,
        terms=queries.terms_of(session, case_id),
        engineer=_person(session, conditions.author_id if conditions else None),
        inspector=_person(session, inspector),
        numbers=numbers,
    )


def _start(session: Session, case: Application, now: datetime) -> papers.Bundle:
    """What is known from the first day."""
    zone = queries.zone_of(session, case)
    return papers.Bundle(
        case=case,
        org=queries.org(session),
        branch=queries.branch_name(session, case),
        zone=zone,
        calendar=calendar(session),
        rules=queries.rules_today(session, now.astimezone(zone).date()),
        now=now,
        attachments=documents.attachments(session, case.id or 0),
    )


def _meter_of_old(case: Application, conditions: Conditions | None) -> Meter | None:
    """A reissue speaks of a meter that stands already: the engineer wrote it down. Never saved."""
    told = dict(conditions.values.get("meter") or {}) if conditions and case.category == Category.REISSUE else {}
    if not told:
        return None
    serial, author = str(told.pop("serial", "")), (conditions.author_id if conditions else None) or 0
    return Meter(
        application_id=case.id or 0, serial=serial, admitted_on=case.created_at.date(), inspector_id=author, values=told
    )


def _person(session: Session, user_id: int | None) -> dict[str, str]:
    user = session.get(User, user_id) if user_id else None
    return {"name": user.name, "post": user.post, "phone": user.phone} if user else {}


def order_paper(
    session: Session,
    case: Application,
    kind: str,
    now: datetime,
    details: Mapping[str, Any] | None = None,
    instead: Document | None = None,
) -> Document:
    """Freeze the data of one paper; the issuing process makes it. `details`: what only this paper says; `instead`: the
    paper that it takes the place of, with its number."""
    found = bundle(session, case, now, kind)
    if details:
        found = replace(found, details=details)
    token = document.new_token()
    data = papers.data(kind, papers.with_token(found, token))
    title = papers.title_of(kind, ordinary=rules.ordinary(case))
    number = found.invoice.number if kind == "invoice" and found.invoice else papers.number_of(kind, case)
    return document.order(
        session, case.id or 0, kind, number, title, data, found.today, now, token=token, instead=instead
    )


def order_offer(session: Session, case: Application, now: datetime) -> None:
    """The fee by the rates of today, the invoice with its schedule, and the papers that go to the applicant."""
    bills.issue(session, case, now)
    for kind in rules.offer_papers(case):
        order_paper(session, case, kind, now)
    if queries.by_payment(session, case):  # then the invoice is not only made when both have signed
        order_paper(session, case, "invoice", now)


def kinds_in(case: Application) -> dict[str, tuple[str, ...]]:
    visit = ("inspection_act", "tu_act") if rules.ordinary(case) else ("inspection_act",)
    return {"offer": rules.offer_papers(case), "closing": rules.closing_papers(case), "visit": visit}


def details_of(session: Session, case: Application, kind: str) -> Mapping[str, Any] | None:
    """What only this paper says and the case alone does not know: the notice of annulment tells of money that goes back."""
    back = payments.balance(session, case.id or 0).returnable if kind == "annulment" else Decimal(0)
    if back <= 0:
        return None
    days = int(queries.org(session).get("norms", {}).get("refund_days", 10))
    how = "по заявлению в личном кабинете на счёт или карту, с которых пришли деньги"
    return {"refund": {"sum": f"{back:.2f}", "days": days, "how": how}}
