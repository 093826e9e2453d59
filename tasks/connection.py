"""Automatic steps of a connection: each is one move that the system may make when its needs are met. No rule stands here."""

from datetime import datetime

from sqlmodel import Session

from models.connection import effects, lapses, queries, rules
from models.connection.moving import move
from models.connection.tables import ANNULLED, FINAL_STAGES, OPEN_STAGES, PROCESS, UNDER_CONTRACT, Application, Stage
from models.document import queries as documents
from models.payment import actions as payments
from models.payment import queries as invoices
from models.process import terms
from models.process.actor import SYSTEM
from models.process.tables import TermRule
from tasks.steps import on_case

ALIVE = (*OPEN_STAGES, *FINAL_STAGES)
PAYING = (*UNDER_CONTRACT, *FINAL_STAGES)  # a case that has been concluded may owe further instalments


@on_case(Stage.SUBMITTED)
def register(session: Session, case: Application, now: datetime) -> None:
    """Number and date (G-31); the terms of checking and of the offer start."""
    day = now.astimezone(queries.zone_of(session, case)).date()
    prefix = queries.org(session).get("connection", {}).get("number_prefix", "ТП")
    number = terms.next_number(session, PROCESS, day.year)
    case.number = f"{prefix}-{number:06d}/{day:%y}"
    case.registered_at = now
    move(session, case, "register", SYSTEM, now, changes={"number": case.number})


@on_case(*ALIVE)
def watch_terms(session: Session, case: Application, now: datetime) -> None:
    """Reminders and lapses: whatever has fallen due, each once."""
    lapses.note_deliveries(session, case, now)
    lapses.look(session, case, now)


@on_case(Stage.AWAITING_INFO)
def deliver_notice(session: Session, case: Application, now: datetime) -> None:
    """The notice of missing information is made: place it, tell the applicant, start his twenty days."""
    paper = documents.current(session, case.id or 0, "missing_info")
    if paper is not None and paper.placed_at is None:
        move(session, case, "deliver_notice", SYSTEM, now)


@on_case(Stage.APPROVAL)
def place_offer(session: Session, case: Application, now: datetime) -> None:
    """Contract, conditions, invoice and guide are made: place them. Papers of yesterday are made anew: the days they
    promise count from the day they are placed."""
    if case.approved_at is None:
        return
    day = now.astimezone(queries.zone_of(session, case)).date()
    invoice = invoices.invoice_of(session, case.id or 0)
    if invoice is not None and invoice.issued_on < day:
        effects.order_offer(session, case, now)
        return
    move(session, case, "place_offer", SYSTEM, now)


@on_case(Stage.OFFER_PLACED)
def conclude(session: Session, case: Application, now: datetime) -> None:
    """The first payment is credited: the contract is concluded from the day of payment (п. 103, standard contract 21)."""
    invoice = invoices.invoice_of(session, case.id or 0)
    parts = invoices.instalments(session, invoice.id) if invoice and invoice.id else []
    case.concluded_at = parts[0].paid_at if parts else None
    case.contract_number = next(
        (d.number for d in documents.papers(session, case.id or 0) if d.kind == "contract"), None
    )
    move(session, case, "conclude", SYSTEM, now)
    table = queries.rules_today(session, now.date())
    for part in parts[1:]:
        if part.due_on is not None and part.credited_at is None and invoice is not None:
            _payment_term(session, case, table[invoice.template], part.seq, len(parts), now)


def _payment_term(session: Session, case: Application, rule: TermRule, seq: int, count: int, now: datetime) -> None:
    part = next(p for p in invoices.unpaid(session, case.id or 0) if p.seq == seq)
    assert part.due_on is not None, "a clock needs its last day"
    amount = f"{part.amount:,.2f}".replace(",", "\u00a0").replace(".", ",")
    zone = queries.zone_of(session, case)
    title = f"Платёж {seq} из {count}: {amount}\u00a0₽"
    terms.begin(session, PROCESS, case.id or 0, rule, part.due_on, now, zone=zone, ref=str(seq), title=title)


@on_case(*PAYING)
def note_payments(session: Session, case: Application, now: datetime) -> None:
    """Instalments that have come fulfil their clocks."""
    invoice = invoices.invoice_of(session, case.id or 0)
    if invoice is None or invoice.id is None or case.concluded_at is None:
        return
    for part in invoices.instalments(session, invoice.id):
        if part.credited_at and terms.unfulfilled(session, PROCESS, case.id or 0, [invoice.template]):
            before = terms.unfulfilled(session, PROCESS, case.id or 0, [invoice.template])
            terms.fulfil(session, PROCESS, case.id or 0, [invoice.template], part.credited_at, ref=str(part.seq))
            if any(t.ref == str(part.seq) for t in before):
                effects.letter(session, case, "payment_received", now, text=_sum(part.amount), ref=f":{part.id}")


def _sum(value: object) -> str:
    return f"{value:,.2f}".replace(",", "\u00a0").replace(".", ",") + "\u00a0₽"


@on_case(Stage.CONCLUDED)
def begin_works(session: Session, case: Application, now: datetime) -> None:
    """Execution: the works of both sides and the further payments run side by side."""
    move(session, case, "begin_works", SYSTEM, now)


@on_case(Stage.EXECUTION)
def begin_inspection(session: Session, case: Application, now: datetime) -> None:
    """Above 0.4 kV the installation is inspected when both sides have done their works (п. 108)."""
    move(session, case, "begin_inspection", SYSTEM, now)


@on_case(Stage.EXECUTION)
def begin_metering(session: Session, case: Application, now: datetime) -> None:
    """Up to 0.4 kV the meter follows the works of the grid company."""
    move(session, case, "begin_metering", SYSTEM, now)


@on_case(Stage.METERING, Stage.ENERGISED, papers=True)
def place_meter_act(session: Session, case: Application, now: datetime) -> None:
    """The act of admission is placed the day it is made (п. 109)."""
    paper = documents.current(session, case.id or 0, "meter_act")
    if paper is not None and paper.stored_at is not None and paper.placed_at is None:
        move(session, case, "place_meter_act", SYSTEM, now)


@on_case(*ALIVE, papers=True)
def place_inspection_act(session: Session, case: Application, now: datetime) -> None:
    """The act of the visit is placed as soon as it is made, passed or not, and goes to the applicant with the letter."""
    paper = documents.current(session, case.id or 0, "inspection_act")
    if paper is not None and paper.stored_at is not None and paper.placed_at is None:
        effects.carry(session, case, "place:inspection_act", now)
        passed = queries.inspections(session, case.id or 0)[-1].passed
        kind = "inspection_passed" if passed else "inspection_remarks"
        effects.letter(session, case, kind, now, ref=f":{paper.id}")


@on_case(*ALIVE, papers=True)
def place_application(session: Session, case: Application, now: datetime) -> None:
    """The applicant keeps a copy of what he signed."""
    paper = documents.current(session, case.id or 0, "application")
    if paper is not None and paper.stored_at is not None and paper.placed_at is None:
        effects.carry(session, case, "place:application", now)


@on_case(Stage.ENERGISED)
def complete(session: Session, case: Application, now: datetime) -> None:
    """Notice or act and the meter's act are placed (п. 110); the last payment gets its last day."""
    move(session, case, "complete", SYSTEM, now)
    day = now.astimezone(queries.zone_of(session, case)).date()
    rows = payments.set_last_due(session, case.id or 0, day)
    invoice = invoices.invoice_of(session, case.id or 0)
    if invoice is None or invoice.id is None:
        return
    table = queries.rules_today(session, day)
    count = len(invoices.instalments(session, invoice.id))
    for part in rows:
        if part.credited_at is None:
            _payment_term(session, case, table[invoice.template], part.seq, count, now)


@on_case(*ANNULLED)
def place_annulment(session: Session, case: Application, now: datetime) -> None:
    """The notice of annulment is made: place it and tell the applicant (three working days, п. 15)."""
    paper = documents.current(session, case.id or 0, "annulment")
    if paper is not None and paper.placed_at is None:
        move(session, case, "place_annulment", SYSTEM, now)


@on_case(*ALIVE)
def arm(session: Session, case: Application, now: datetime) -> None:
    """The nearest reminder or end wakes the case again."""
    if case.stage not in rules.STAGE_NAMES:
        return
    terms.arm(session, PROCESS, case.id or 0, now)
