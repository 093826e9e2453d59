"""What is legal and what it is called: labels, the legal moves, categories, facts, the closed list of papers.

ПП РФ № 861, Section X; domain b. Pure: no session here."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from models.connection import needs
from models.connection import tables as t
from models.connection.needs import OFFER_PAPERS, Known, above_low_voltage, closing_paper
from models.connection.tables import BEFORE_CONTRACT, OPEN_STAGES, UNDER_CONTRACT, Application, Category, Stage
from models.people.tables import PersonKind
from models.process.actor import Role
from models.process.errors import Invalid
from models.process.moves import Move, Moves
from models.process.words import N_

__all__ = ["MOVES", "OFFER_PAPERS", "STAGE_NAMES", "Known", "above_low_voltage", "category", "closing_paper", "facts"]

STAGE_NAMES = {
    Stage.DRAFT: N_("draft"),
    Stage.SUBMITTED: N_("received"),
    Stage.CHECKING: N_("being checked"),
    Stage.AWAITING_INFO: N_("awaiting corrections"),
    Stage.ENGINEERING: N_("technical conditions in preparation"),
    Stage.APPROVAL: N_("in approval"),
    Stage.OFFER_PLACED: N_("contract, conditions and invoice placed; awaiting payment"),
    Stage.DISAGREEMENT: N_("disagreement"),
    Stage.CONCLUDED: N_("contract concluded"),
    Stage.EXECUTION: N_("contract in execution"),
    Stage.INSPECTION: N_("technical conditions being inspected"),
    Stage.METERING: N_("admission of the meter"),
    Stage.ENERGISED: N_("voltage supplied"),
    Stage.COMPLETED: N_("completed"),
    Stage.RETURNED: N_("returned without consideration"),
    Stage.REDIRECTED: N_("redirected to another grid company"),
    Stage.WITHDRAWN: N_("withdrawn by the applicant"),
    Stage.ANNULLED_NO_INFO: N_("annulled: information was not supplied"),
    Stage.ANNULLED_NO_PAYMENT: N_("annulled: the invoice was not paid"),
    Stage.TERMINATED: N_("contract terminated"),
}


# ------------------------------------------------------------------------------------------------ the legal moves
def _by(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


def _at(*stages: Stage) -> frozenset[str]:
    return frozenset(stages)


_SYSTEM = _by(Role.SYSTEM)
_APPLICANT = _by(Role.APPLICANT)
_DESK = _by(Role.OPERATOR)
_FIELD = _by(Role.INSPECTOR, Role.METERING)
_HEAD = _by(Role.MANAGER)
_WORKS = ("TP-10", "TP-11", "TP-11I", "TP-12")
_BEFORE_OFFER = ("TP-01", "TP-04X", "TP-08")

MOVES = Moves(
    t.PROCESS,
    (
        # -- application (п. 8, 105)
        Move("submit", N_("Send the application"), _at(Stage.DRAFT), Stage.SUBMITTED, _APPLICANT, needs=(needs.filled,)),
        Move("register", N_("Register"), _at(Stage.SUBMITTED), Stage.CHECKING, _SYSTEM,
             starts=("application.registered",), effects=("paper:application", "letter:registered")),
        # -- completeness (п. 15)
        Move("request_info", N_("Request missing information"), _at(Stage.CHECKING), Stage.AWAITING_INFO, _DESK,
             needs=(needs.missing_named,), drops=("TP-04X",), effects=("paper:missing_info",)),
        Move("deliver_notice", N_("Place the notice of missing information"), _at(Stage.AWAITING_INFO), None, _SYSTEM,
             needs=(needs.notice_stored,), starts=("missing_notice.delivered", "document.placed"), ends=("TP-01",),
             effects=("place:missing_info", "letter:missing_info")),
        Move("supply_info", N_("Send what was missing"), _at(Stage.AWAITING_INFO), Stage.CHECKING, _APPLICANT,
             starts=("info.supplied",), ends=("TP-02",), effects=("letter:info_received",)),
        Move("annul_no_info", N_("Annul: no information"), _at(Stage.AWAITING_INFO), Stage.ANNULLED_NO_INFO, _SYSTEM,
             needs=(needs.info_overdue,), starts=("annulment.decided",), effects=("paper:annulment",)),
        Move("accept", N_("Accept as complete"), _at(Stage.CHECKING), Stage.ENGINEERING, _DESK, ends=("TP-01",)),
        Move("return", N_("Return without consideration"), _at(Stage.CHECKING), Stage.RETURNED, _DESK | _HEAD,
             ends=("TP-01",), effects=("letter:returned",), reason=True),
        Move("redirect", N_("Redirect to another grid company"), _at(Stage.CHECKING), Stage.REDIRECTED, _DESK,
             ends=("TP-01",), effects=("letter:redirected",), reason=True),
        # -- technical decision (п. 15, 24, 25(1))
        Move("submit_conditions", N_("Send the conditions for approval"), _at(Stage.ENGINEERING), Stage.APPROVAL,
             _by(Role.ENGINEER), needs=(needs.conditions_ready,)),
        Move("return_conditions", N_("Return the conditions to the engineer"), _at(Stage.APPROVAL), Stage.ENGINEERING,
             _HEAD, needs=(needs.awaits_approval,), reason=True),
        Move("approve", N_("Approve the technical conditions"), _at(Stage.APPROVAL), None, _HEAD,
             needs=(needs.second_person,), effects=("paper:offer",)),
        # -- offer (п. 103, 105, 106)
        Move("place_offer", N_("Place contract, conditions, invoice and guide"), _at(Stage.APPROVAL),
             Stage.OFFER_PLACED, _SYSTEM, needs=(needs.offer_stored,), ends=_BEFORE_OFFER,
             starts=("offer.placed", "invoice.issued", "document.placed"),
             effects=("place:offer", "letter:offer_placed")),
        Move("refuse_offer", N_("Refuse with demands"), _at(Stage.OFFER_PLACED), Stage.DISAGREEMENT, _APPLICANT,
             needs=(needs.unpaid, needs.refusal_in_time), ends=("TP-06R",), drops=("TP-06X",), starts=("refusal.received",),
             effects=("annul:offer", "letter:disagreement_received"), reason=True),
        Move("revise_offer", N_("Prepare corrected conditions"), _at(Stage.DISAGREEMENT), Stage.ENGINEERING,
             _by(Role.ENGINEER, Role.OPERATOR, Role.MANAGER)),
        Move("conclude", N_("Conclude the contract by payment"), _at(Stage.OFFER_PLACED), Stage.CONCLUDED, _SYSTEM,
             needs=(needs.first_payment,), ends=("TP-06X",), drops=("TP-06R",),
             starts=("contract.concluded", "first_payment.credited"),
             effects=("letter:contract_concluded", "letter:supplier_copies")),
        Move("annul_no_payment", N_("Annul: not paid"), _at(Stage.OFFER_PLACED), Stage.ANNULLED_NO_PAYMENT, _SYSTEM,
             needs=(needs.payment_overdue,), starts=("annulment.decided",), effects=("annul:offer", "paper:annulment")),
        # -- works of both sides (п. 16, 18, 82–90, 108)
        Move("begin_works", N_("Begin the works"), _at(Stage.CONCLUDED), Stage.EXECUTION, _SYSTEM),
        Move("report_grid_works", N_("Report the works of the grid as done"), _at(Stage.EXECUTION), None,
             _by(Role.ENGINEER, Role.INSPECTOR), needs=(needs.grid_works_open,), effects=("letter:works_done",)),
        Move("report_own_works", N_("Report my works as done"), _at(Stage.EXECUTION), None, _APPLICANT,
             needs=(needs.own_works_open,)),
        Move("begin_inspection", N_("Begin the inspection"), _at(Stage.EXECUTION), Stage.INSPECTION, _SYSTEM,
             needs=(needs.to_inspection,)),
        Move("pass_inspection", N_("Inspection passed"), _at(Stage.INSPECTION), Stage.METERING, _by(Role.INSPECTOR),
             ends=("TP-13", "TP-13R"), effects=("paper:inspection_act",)),
        Move("fail_inspection", N_("Inspection with remarks"), _at(Stage.INSPECTION), Stage.EXECUTION,
             _by(Role.INSPECTOR), ends=("TP-13", "TP-13R"),
             effects=("paper:inspection_act",)),
        Move("begin_metering", N_("Pass to metering"), _at(Stage.EXECUTION), Stage.METERING, _SYSTEM,
             needs=(needs.to_metering,)),
        Move("admit_meter", N_("Admit the meter"), _at(Stage.METERING), None, _FIELD, needs=(needs.no_meter,),
             starts=("meter.admitted",), effects=("paper:meter_act",)),
        Move("place_meter_act", N_("Place the meter admission act"), _at(Stage.METERING, Stage.ENERGISED), None, _SYSTEM,
             needs=(needs.meter_act_stored,), ends=("TP-16M",), effects=("place:meter_act", "letter:meter_admitted")),
        Move("energise", N_("Supply voltage"), _at(Stage.METERING), Stage.ENERGISED, _FIELD, needs=(needs.meter_admitted,),
             ends=_WORKS, starts=("works.done",), effects=("paper:closing", "letter:energised")),
        # -- closing papers (п. 109–112)
        Move("complete", N_("Place the closing papers"), _at(Stage.ENERGISED), Stage.COMPLETED, _SYSTEM,
             needs=(needs.closing_stored,), ends=("TP-16X", "TP-16M"), drops=("TU-EXP",),
             starts=("act_or_notice.placed", "act_or_notice.notified", "document.placed"),
             effects=("place:closing", "letter:completed", "letter:supplier_acts")),
        Move("remark", N_("Send remarks on the papers"), _at(Stage.COMPLETED), None, _APPLICANT,
             needs=(needs.remarks_in_time,), ends=("TP-19",), starts=("remarks.received",), reason=True),
        Move("remove_remarks", N_("Remarks removed"), _at(Stage.COMPLETED), None, _DESK, needs=(needs.remarks_open,),
             ends=("TP-20",), starts=("act_or_notice.replaced",), effects=("letter:message",), reason=True),
        # -- the supplier (ПП 442 п. 39(3))
        Move("note_supply_contract", N_("The supplier has placed its papers"),
             frozenset(UNDER_CONTRACT) | {Stage.COMPLETED}, None, _DESK, needs=(needs.supplier_awaited,),
             ends=("TP-05", "TP-05A")),
        # -- notice after an annulment (п. 15)
        Move("place_annulment", N_("Place the notice of annulment"),
             _at(Stage.ANNULLED_NO_INFO, Stage.ANNULLED_NO_PAYMENT), None, _SYSTEM, needs=(needs.annulment_stored,),
             ends=("TP-03",), starts=("document.placed",), effects=("place:annulment", "letter:annulled")),
        # -- ways out and pauses
        Move("withdraw", N_("Withdraw the application"), frozenset(BEFORE_CONTRACT) | {Stage.DRAFT}, Stage.WITHDRAWN,
             _APPLICANT, needs=(needs.unpaid,), effects=("annul:offer", "letter:withdrawn"), works_while_suspended=True),
        Move("terminate", N_("Terminate the contract"), frozenset(UNDER_CONTRACT), Stage.TERMINATED, _HEAD,
             effects=("letter:message",), reason=True, works_while_suspended=True),
        Move("suspend", N_("Suspend the terms"), frozenset(OPEN_STAGES), None, _HEAD, needs=(needs.running,),
             effects=("letter:suspended",), reason=True),
        Move("resume", N_("Resume the terms"), frozenset(OPEN_STAGES), None, _HEAD, needs=(needs.suspended,),
             effects=("letter:resumed",), works_while_suspended=True),
    ),
    {str(stage): name for stage, name in STAGE_NAMES.items()},
)  # fmt: skip


# ------------------------------------------------------------------------------------------------ categories and facts
def category(kind: str, total_kw: Decimal, generation_kw: Decimal, reliability: str, household: bool) -> Category:
    """The category of Section X, or Invalid naming what goes beyond this path. Domain b.2; bounds 15 and 150 inclusive.

    Total power counts what was connected before."""
    if reliability == "I":
        raise Invalid("reliability", "The first reliability category is connected by the ordinary path: ask the office")
    if generation_kw > 15:
        raise Invalid("generation_kw", "Micro-generation is up to 15 kW: more is connected by the ordinary path")
    if kind == PersonKind.INDIVIDUAL and generation_kw > 0 and total_kw <= 150:
        return Category.MICRO
    if kind == PersonKind.INDIVIDUAL:
        if total_kw > 15:
            raise Invalid("power_kw", "Above 15 kW an individual is connected by the ordinary path: ask the office")
        if not household:
            raise Invalid("purpose", "For business apply as an entrepreneur or an organisation")
        if reliability == "II":
            raise Invalid("reliability", "Up to 15 kW the third reliability category is connected, by one source")
        return Category.IND_15
    if total_kw > 150:
        raise Invalid("power_kw", "Above 150 kW together with earlier power the ordinary path applies: ask the office")
    return Category.LE_150


CATEGORY_NAMES = {
    Category.IND_15: N_("individual, up to 15 kW, household needs (п. 14)"),
    Category.LE_150: N_("organisation or entrepreneur, up to 150 kW (п. 12(1))"),
    Category.MICRO: N_("micro-generation (п. 13(2)–13(5))"),
}


def facts(case: Application) -> dict[str, bool]:
    """Facts that conditions of term rules name. `near`: ≤20 kV and ≤300 m in towns or ≤500 m elsewhere (п. 16 б)."""
    distance = case.distance_m if case.distance_m is not None else 0
    near = case.voltage_kv <= 20 and distance <= (300 if case.town else 500)
    low = not above_low_voltage(case)
    return {
        "near": near,
        "above_04": not low,
        "investment_works": case.investment_works,
        "land_relations": case.land_relations,
        "fast_works": low
        and distance <= 15
        and not case.land_relations
        and not case.investment_works
        and case.category in (Category.IND_15, Category.LE_150),
        "procurement_law": case.procurement_law,
    }


# ------------------------------------------------------------------------------------------------ papers an applicant gives
@dataclass(frozen=True)
class Paper:
    """One paper of the closed list (п. 10): asking for more is not allowed."""

    kind: str
    title: str
    hint: str
    required: bool


def papers_wanted(kind: str, *, represented: bool, social: bool, generation: bool) -> tuple[Paper, ...]:
    """The closed list for this applicant. Source: ПП 861, п. 10; domain b.8 and law 40 (the plan is at will)."""
    org = kind == PersonKind.LEGAL_ENTITY
    identity = (
        N_("Extract from the register of legal entities")
        if org
        else N_("Copy of the passport: photo and address pages")
    )
    found = [
        Paper("identity", identity, N_("PDF or photos, every word readable"), True),
        Paper("title", N_("Right to the land or the building"),
              N_("Extract from ЕГРН, lease or another paper"), True),
        Paper("plan", N_("Plan of the devices on the plot"),
              N_("At will: a sketch or a map with the point of input marked"), False),
    ]  # fmt: skip
    if represented:
        found.append(Paper("authority", N_("Power of attorney"), N_("If a representative files the application"), True))
    if social:
        found.append(Paper("social", N_("Paper of the social ground"), N_("It gives the social rate"), True))
    if generation:
        found.append(Paper("generation", N_("Scheme of the generating device"), N_("Type, power and connection"), True))
    return tuple(found)


# ------------------------------------------------------------------------------------------------ conditions
CONDITIONS_REQUIRED = ("source", "feeder", "substation", "point", "distance_m", "grid_works", "own_works", "years")


def _positive(value: object) -> bool:
    """A quantity above nothing, as typed: '0.2'."""
    try:
        return Decimal(str(value).replace(",", ".")) > 0
    except InvalidOperation:
        return False


def conditions_faults(values: dict[str, Any]) -> list[Invalid]:
    """What is still missing in technical conditions, by field."""
    faults = [Invalid(name, "Fill in this field") for name in CONDITIONS_REQUIRED if values.get(name) in (None, "", [])]
    if any(w.get("rate") and not _positive(w.get("quantity")) for w in values.get("grid_works") or []):
        faults.append(Invalid("grid_works", "Write how much of each work is done: its cost is counted from it"))
    years = str(values.get("years") or "").strip()
    if years and years not in ("2", "3", "4", "5", "6"):
        faults.append(Invalid("years", "Technical conditions are valid from 2 to 6 years (п. 24)"))
    return faults
