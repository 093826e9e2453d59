"""Automatic steps of a connection: each is one move that the system may make when its needs are met. No rule stands here."""

from datetime import datetime

from sqlmodel import Session

from models.connection import actions, bills, effects, lapses, queries, rules
from models.connection.moving import move
from models.connection.tables import ANNULLED, FINAL_STAGES, OPEN_STAGES, PROCESS, UNDER_CONTRACT, Application, Stage
from models.document import queries as documents
from models.payment import queries as invoices
from models.process import terms
from models.process.actor import SYSTEM
from tasks.steps import on_case

ALIVE = (*OPEN_STAGES, *FINAL_STAGES)
BILLED = (Stage.CONTRACT_SENT, *UNDER_CONTRACT, *FINAL_STAGES)  # ordinary path: the invoice is a paper of its own
WATCHED = tuple(s for s in ALIVE if s != Stage.SUBMITTED)  # before it is registered no clock runs
PAYING = (*UNDER_CONTRACT, *FINAL_STAGES)  # a case that has been concluded may owe further instalments


def _go(session: Session, case: Application, name: str, now: datetime) -> bool:
    """Make the move where it belongs to a case of this kind; NotReady, when it is not open yet, goes up as ever."""
    if not rules.MOVES[name].where(rules.Known(case=case)):
        return False
    move(session, case, name, SYSTEM, now)
    return True


@on_case(Stage.SUBMITTED)
def register(session: Session, case: Application, now: datetime) -> None:
    """Number and date (G-31); the terms of checking and of the offer start."""
    day = now.astimezone(queries.zone_of(session, case)).date()
    prefix = queries.org(session).get("connection", {}).get("number_prefix", "ТП")
    number = terms.next_number(session, PROCESS, day.year)
    case.number = f"{prefix}-{number:06d}/{day:%y}"
    case.registered_at = now
    move(session, case, "register", SYSTEM, now, changes={"number": case.number})


@on_case(*WATCHED)
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
    """Contract, conditions, invoice and guide are made: place them (path X). Papers of yesterday are made anew: the days they
    promise count from the day they are placed."""
    if case.approved_at is None:
        return
    day = now.astimezone(queries.zone_of(session, case)).date()
    invoice = invoices.invoice_of(session, case.id or 0)
    if invoice is not None and invoice.issued_on < day:
        effects.order_offer(session, case, now)
        return
    if not rules.ordinary(case):
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
    bills.start_clocks(session, case, now)


@on_case(Stage.CONTRACT_SENT)
def conclude_signed(session: Session, case: Application, now: datetime) -> None:
    """The contract is signed by both: concluded from the day the signed copy has come (п. 15)."""
    actions.conclude_signed(session, case, now)


@on_case(Stage.APPROVAL, papers=True)
def send_contract(session: Session, case: Application, now: datetime) -> None:
    """Draft contract and conditions are made: they go to the applicant to be signed."""
    _go(session, case, "send_contract", now)


@on_case(Stage.APPROVAL, papers=True)
def complete_reissue(session: Session, case: Application, now: datetime) -> None:
    """The paper that was asked for anew is made (п. 67–74)."""
    _go(session, case, "complete_reissue", now)


@on_case(*PAYING)
def note_payments(session: Session, case: Application, now: datetime) -> None:
    """Instalments that have come fulfil their clocks."""
    invoice = invoices.invoice_of(session, case.id or 0)
    if invoice is None or invoice.id is None or not bills.owes(case):
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
    """After the applicant's notice on the ordinary path; above 0.4 kV the installation is inspected when both sides have done their works (п. 108)."""
    _go(session, case, "begin_inspection", now)


@on_case(Stage.EXECUTION)
def begin_metering(session: Session, case: Application, now: datetime) -> None:
    """Up to 0.4 kV the meter follows the works of the grid company."""
    _go(session, case, "begin_metering", now)


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
    _go(session, case, "complete", now)


@on_case(Stage.METERING, papers=True)
def place_tu_act(session: Session, case: Application, now: datetime) -> None:
    """The act on the fulfilment of the conditions goes to the applicant to be signed (п. 88)."""
    _go(session, case, "place_tu_act", now)


@on_case(Stage.METERING)
def note_tu_act(session: Session, case: Application, now: datetime) -> None:
    """Both have signed it."""
    _go(session, case, "note_tu_act", now)


@on_case(Stage.ENERGISED, papers=True)
def place_act(session: Session, case: Application, now: datetime) -> None:
    """The act of connection goes to the applicant to be signed (п. 19)."""
    _go(session, case, "place_act", now)


@on_case(Stage.ENERGISED)
def complete_signed(session: Session, case: Application, now: datetime) -> None:
    """Both have signed the act of connection."""
    _go(session, case, "complete_signed", now)


@on_case(*UNDER_CONTRACT, papers=True)
def offer_change(session: Session, case: Application, now: datetime) -> None:
    """The agreement on a change is made: both sides sign it."""
    _go(session, case, "offer_change", now)


@on_case(*UNDER_CONTRACT)
def effect_change(session: Session, case: Application, now: datetime) -> None:
    """Both have signed: the change is in force."""
    _go(session, case, "effect_change", now)


@on_case(*UNDER_CONTRACT)
def end_by_agreement(session: Session, case: Application, now: datetime) -> None:
    """Both have signed the end of the contract: the rest of the money goes back."""
    _go(session, case, "terminate_agreed", now)


@on_case(*ALIVE, papers=True)
def place_alone(session: Session, case: Application, now: datetime) -> None:
    """Papers that nobody has to answer: the invoice of a signed contract, the protocol with our answers, the applicant's
    own request about his money."""
    for kind in ("invoice", "disagreements", "refund_request"):
        paper = documents.current(session, case.id or 0, kind)
        offered = kind == "invoice" and not (rules.ordinary(case) and case.stage in BILLED)  # goes with the offer
        if paper is not None and paper.stored_at is not None and paper.placed_at is None and not offered:
            effects.carry(session, case, f"place:{kind}", now)


@on_case(*ANNULLED)
def place_annulment(session: Session, case: Application, now: datetime) -> None:
    """The notice of annulment is made: place it and tell the applicant (three working days, п. 15)."""
    paper = documents.current(session, case.id or 0, "annulment")
    if paper is not None and paper.placed_at is None:
        move(session, case, "place_annulment", SYSTEM, now)


@on_case(Stage.RETURNED, Stage.REDIRECTED, papers=True)
def place_refusal(session: Session, case: Application, now: datetime) -> None:
    """The notice of return or redirection is made: the letter goes with it."""
    move(session, case, "place_refusal", SYSTEM, now)


@on_case(*ALIVE)
def arm(session: Session, case: Application, now: datetime) -> None:
    """The nearest reminder or end wakes the case again."""
    if case.stage not in rules.STAGE_NAMES:
        return
    terms.arm(session, PROCESS, case.id or 0, now)
