"""The legal moves of a connection: one table for both paths and every category. Pure data; needs are in needs.py.

ПП РФ № 861, Sections I, II, IX and X. `where` says to which kind of case an arrow belongs."""

from models.connection import needs
from models.connection import signed_needs as signed
from models.connection.tables import BEFORE_CONTRACT, OPEN_STAGES, UNDER_CONTRACT, Stage
from models.process.actor import Role
from models.process.moves import Move
from models.process.words import N_


def _by(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


def _at(*stages: Stage) -> frozenset[str]:
    return frozenset(stages)


_SYSTEM = _by(Role.SYSTEM)
_APPLICANT = _by(Role.APPLICANT)
_DESK = _by(Role.OPERATOR)
_FIELD = _by(Role.INSPECTOR, Role.METERING)
_HEAD = _by(Role.MANAGER)
_OFFICE = _by(Role.OPERATOR, Role.ENGINEER, Role.MANAGER)
_REPLY = _OFFICE | {Role.LAWYER}  # who answers a protocol of disagreements
WORKS = ("TP-10", "TP-11", "TP-11I", "TP-12", "TP-12T")
OFFER = ("TP-04X", "TP-04O", "TP-04T")  # they stand still while the applicant or the System Operator has the turn
_BEFORE_OFFER = ("TP-01", *OFFER, "TP-08")
_REISSUE = ("TP-23D", "TP-23A", "TP-23C", "TP-23N")
_SIGNING = ("TP-06O", "TP-06RO", "TP-07")

TABLE: tuple[Move, ...] = (
    # -- application (п. 8, 105)
    Move("submit", N_("Send the application"), _at(Stage.DRAFT), Stage.SUBMITTED, _APPLICANT, needs=(needs.filled,),
         carries=True),
    Move("register", N_("Register"), _at(Stage.SUBMITTED), Stage.CHECKING, _SYSTEM,
         starts=("application.registered",), effects=("paper:application", "letter:registered")),
    # -- completeness (п. 15)
    Move("request_info", N_("Request missing information"), _at(Stage.CHECKING), Stage.AWAITING_INFO, _DESK,
         needs=(needs.missing_named,), effects=("paper:missing_info",), carries=True),
    Move("deliver_notice", N_("Place the notice of missing information"), _at(Stage.AWAITING_INFO), None, _SYSTEM,
         needs=(needs.notice_stored,), starts=("missing_notice.delivered", "document.placed"), ends=("TP-01",),
         effects=("place:missing_info", "letter:missing_info")),
    Move("supply_info", N_("Send what was missing"), _at(Stage.AWAITING_INFO), Stage.CHECKING, _APPLICANT,
         starts=("info.supplied",), ends=("TP-02",), effects=("letter:info_received",), carries=True),
    Move("annul_no_info", N_("Annul: no information"), _at(Stage.AWAITING_INFO), Stage.ANNULLED_NO_INFO, _SYSTEM,
         needs=(needs.info_overdue,), starts=("annulment.decided",), effects=("paper:annulment",)),
    Move("accept", N_("Accept as complete"), _at(Stage.CHECKING), Stage.ENGINEERING, _DESK, ends=("TP-01",)),
    Move("return", N_("Return without consideration"), _at(Stage.CHECKING), Stage.RETURNED, _DESK | _HEAD,
         ends=("TP-01",), effects=("paper:refusal",), reason=True),
    Move("redirect", N_("Redirect to another grid company"), _at(Stage.CHECKING), Stage.REDIRECTED, _DESK,
         ends=("TP-01",), effects=("paper:refusal",), reason=True),
    Move("place_refusal", N_("Place the notice of return or redirection"), _at(Stage.RETURNED, Stage.REDIRECTED), None,
         _SYSTEM, needs=(needs.refusal_stored,), starts=("document.placed",),
         effects=("place:refusal", "letter:refusal")),
    # -- technical decision (п. 15, 24, 25(1))
    Move("submit_conditions", N_("Send the conditions for approval"), _at(Stage.ENGINEERING), Stage.APPROVAL,
         _by(Role.ENGINEER), needs=(needs.conditions_ready,), effects=("ask:parties",)),
    Move("record_answer", N_("Write down the answer of an approving party"), _at(Stage.APPROVAL), None, _OFFICE,
         needs=(signed.parties_asked,), carries=True, where=needs.signed),
    Move("return_conditions", N_("Return the conditions to the engineer"), _at(Stage.APPROVAL), Stage.ENGINEERING,
         _HEAD, needs=(needs.awaits_approval,), reason=True),
    Move("approve", N_("Approve the technical conditions"), _at(Stage.APPROVAL), None, _HEAD,
         needs=(needs.second_person, signed.parties_agreed), effects=("power:reserve", "paper:offer")),
    # -- offer (п. 103, 105, 106)
    Move("place_offer", N_("Place contract, conditions, invoice and guide"), _at(Stage.APPROVAL),
         Stage.OFFER_PLACED, _SYSTEM, needs=(needs.offer_stored,), ends=_BEFORE_OFFER,
         starts=("offer.placed", "invoice.issued", "document.placed"),
         effects=("place:offer", "letter:offer_placed"), where=needs.cabinet),
    # -- draft contract to sign (п. 15)
    Move("send_contract", N_("Send the draft contract and the conditions"), _at(Stage.APPROVAL),
         Stage.CONTRACT_SENT, _SYSTEM, needs=(needs.offer_stored,), ends=_BEFORE_OFFER,
         starts=("contract.delivered", "document.placed"),
         effects=("place:offer", "envelope:contract", "letter:contract_sent"), where=needs.signed),
    Move("raise_remarks", N_("Send a protocol of disagreements"), _at(Stage.CONTRACT_SENT), Stage.DISAGREEMENT,
         _APPLICANT, needs=(signed.remarks_right,), ends=("TP-06RO",), drops=("TP-06O", "TP-07"),
         starts=("refusal.received",),
         effects=("unsign:contract", "annul:offer", "letter:disagreement_received"), carries=True, where=needs.signed),
    Move("answer_remark", N_("Answer a remark of the protocol"), _at(Stage.DISAGREEMENT), None, _REPLY,
         needs=(signed.remarks_to_answer,), carries=True, where=needs.signed),
    Move("conclude_signed", N_("Conclude the contract by signatures"), _at(Stage.CONTRACT_SENT), Stage.CONCLUDED,
         _SYSTEM, needs=(signed.contract_signed,), ends=("TP-06O",), drops=("TP-06RO", "TP-07"),
         starts=("contract.concluded", "contract.signed"),
         effects=("schedule:contract.concluded", "paper:invoice", "letter:contract_concluded", "letter:supplier_copies"),
         where=needs.signed),
    Move("annul_not_signed", N_("Annul: not signed"), _at(Stage.CONTRACT_SENT), Stage.ANNULLED_NOT_SIGNED, _SYSTEM,
         needs=(signed.not_signed_in_time,), starts=("annulment.decided",),
         effects=("annul:offer", "paper:annulment"), where=needs.signed),
    Move("send_again", N_("Send to sign once more"), _at(Stage.CONTRACT_SENT, Stage.METERING, Stage.ENERGISED), None,
         _DESK | _HEAD, needs=(signed.signing_failed,), effects=("envelope:again",), where=needs.signed),
    # -- documents issued again (п. 67–74)
    Move("complete_reissue", N_("Place the documents issued again"), _at(Stage.APPROVAL), Stage.COMPLETED, _SYSTEM,
         needs=(signed.reissue_stored,), ends=("TP-01", *_REISSUE), starts=("document.placed",),
         effects=("place:offer", "schedule:documents.reissued", "letter:documents_reissued"), where=needs.reissue),
    Move("refuse_offer", N_("Refuse with demands"), _at(Stage.OFFER_PLACED), Stage.DISAGREEMENT, _APPLICANT,
         needs=(needs.unpaid, needs.refusal_in_time), ends=("TP-06R",), drops=("TP-06X",), starts=("refusal.received",),
         effects=("annul:offer", "letter:disagreement_received"), reason=True, where=needs.cabinet),
    Move("revise_offer", N_("Prepare corrected conditions"), _at(Stage.DISAGREEMENT), Stage.ENGINEERING,
         _REPLY, needs=(signed.remarks_answered,),
         effects=("protocol:answered",)),
    Move("conclude", N_("Conclude the contract by payment"), _at(Stage.OFFER_PLACED), Stage.CONCLUDED, _SYSTEM,
         needs=(needs.first_payment,), ends=("TP-06X",), drops=("TP-06R",),
         starts=("contract.concluded", "first_payment.credited"),
         effects=("letter:contract_concluded", "letter:supplier_copies"), where=needs.cabinet),
    Move("annul_no_payment", N_("Annul: not paid"), _at(Stage.OFFER_PLACED), Stage.ANNULLED_NO_PAYMENT, _SYSTEM,
         needs=(needs.payment_overdue,), starts=("annulment.decided",), effects=("annul:offer", "paper:annulment"),
         where=needs.cabinet),
    # -- works of both sides (п. 16, 18, 82–90, 108)
    Move("begin_works", N_("Begin the works"), _at(Stage.CONCLUDED), Stage.EXECUTION, _SYSTEM),
    Move("report_grid_works", N_("Report the works of the grid as done"),
         _at(Stage.EXECUTION, Stage.INSPECTION, Stage.METERING), None,
         _by(Role.ENGINEER, Role.INSPECTOR), needs=(needs.grid_works_open,), effects=("letter:works_done",)),
    Move("report_own_works", N_("Report my works as done"), _at(Stage.EXECUTION), None, _APPLICANT,
         needs=(needs.own_works_open,)),
    Move("begin_inspection", N_("Begin the inspection"), _at(Stage.EXECUTION), Stage.INSPECTION, _SYSTEM,
         needs=(needs.to_inspection,)),
    Move("pass_inspection", N_("Inspection passed"), _at(Stage.INSPECTION), Stage.METERING, _by(Role.INSPECTOR),
         ends=("TP-13", "TP-13R"), starts=("inspection.passed",), effects=("paper:visit",), carries=True),
    Move("fail_inspection", N_("Inspection with remarks"), _at(Stage.INSPECTION), Stage.EXECUTION,
         _by(Role.INSPECTOR), ends=("TP-13", "TP-13R"), effects=("paper:inspection_act",), carries=True),
    # -- act on the fulfilment of the conditions, Rostekhnadzor (п. 18, 85–90)
    Move("place_tu_act", N_("Place the act on the conditions"), _at(Stage.METERING), None, _SYSTEM,
         needs=(signed.tu_act_stored,), ends=("TP-14G",), starts=("tu_act.delivered", "document.placed"),
         effects=("place:tu_act", "envelope:tu_act", "letter:act_to_sign"), where=needs.signed),
    Move("note_tu_act", N_("Note the signed act on the conditions"), _at(Stage.METERING), None, _SYSTEM,
         needs=(signed.tu_act_signed,), ends=("TP-14A",), starts=("tu_act.signed",), where=needs.signed),
    Move("record_rtn", N_("Write down the notice to Rostekhnadzor or its permission"), _at(Stage.METERING), None,
         _APPLICANT | _DESK | _by(Role.INSPECTOR), needs=(signed.rtn_awaited,), ends=("TP-15",), carries=True,
         where=needs.supervised),
    Move("begin_metering", N_("Pass to metering"), _at(Stage.EXECUTION), Stage.METERING, _SYSTEM,
         needs=(needs.to_metering,), where=needs.cabinet),
    Move("admit_meter", N_("Admit the meter"), _at(Stage.METERING), None, _FIELD, needs=(needs.no_meter,),
         starts=("meter.admitted",), effects=("paper:meter_act",), carries=True),
    Move("place_meter_act", N_("Place the meter admission act"), _at(Stage.METERING, Stage.ENERGISED), None, _SYSTEM,
         needs=(needs.meter_act_stored,), ends=("TP-16M",), effects=("place:meter_act", "letter:meter_admitted")),
    Move("energise", N_("Supply voltage"), _at(Stage.METERING), Stage.ENERGISED, _FIELD,
         needs=(needs.meter_admitted, signed.ready_for_voltage), ends=WORKS, drops=("CTR-12",),
         starts=("works.done", "connection.made"), effects=("power:settle", "schedule:connection.made", "paper:closing", "letter:energised")),
    # -- closing papers (п. 109–112)
    Move("complete", N_("Place the closing papers"), _at(Stage.ENERGISED), Stage.COMPLETED, _SYSTEM,
         needs=(needs.closing_stored,), ends=("TP-16X",), drops=("TU-EXP",),
         starts=("act_or_notice.placed", "act_or_notice.notified", "document.placed"),
         effects=("place:closing", "schedule:act_or_notice.placed", "letter:completed", "letter:supplier_acts"),
         where=needs.cabinet),
    Move("place_act", N_("Place the act of connection to sign"), _at(Stage.ENERGISED), None, _SYSTEM,
         needs=(signed.act_stored,), ends=("TP-16O",), starts=("document.placed",),
         effects=("place:closing", "envelope:connection_act", "letter:act_to_sign"), where=needs.signed),
    Move("complete_signed", N_("Complete: the act is signed by both"), _at(Stage.ENERGISED), Stage.COMPLETED, _SYSTEM,
         needs=(signed.act_signed,), drops=("TU-EXP",), starts=("act.signed",),
         effects=("schedule:act.signed", "schedule:act_or_notice.placed", "letter:completed", "letter:supplier_acts"),
         where=needs.signed),
    Move("remark", N_("Send remarks on the papers"), _at(Stage.COMPLETED), None, _APPLICANT,
         needs=(needs.remarks_in_time,), ends=("TP-19",), starts=("remarks.received",), reason=True, where=needs.cabinet),
    Move("remove_remarks", N_("Remarks removed"), _at(Stage.COMPLETED), None, _DESK, needs=(needs.remarks_open,),
         ends=("TP-20",), starts=("act_or_notice.replaced",), effects=("letter:message",), reason=True,
         where=needs.cabinet),
    Move("report_fault", N_("Tell of a hidden fault"), _at(Stage.COMPLETED), None, _APPLICANT,
         needs=(signed.fault_in_time,), starts=("fault.reported",), reason=True, where=needs.contracted),
    Move("remove_fault", N_("The fault is removed"), _at(Stage.COMPLETED), None, _DESK, needs=(signed.fault_open,),
         ends=("TP-21", "TP-21O"), effects=("letter:message",), reason=True, where=needs.contracted),
    # -- the supplier (ПП 442 п. 39(3))
    Move("note_supply_contract", N_("The supplier has placed its papers"),
         frozenset(UNDER_CONTRACT) | {Stage.COMPLETED}, None, _DESK, needs=(needs.supplier_awaited,),
         ends=("TP-05", "TP-05A"), carries=True, where=needs.cabinet),
    # -- notice after an annulment (п. 15)
    Move("place_annulment", N_("Place the notice of annulment"),
         _at(Stage.ANNULLED_NO_INFO, Stage.ANNULLED_NO_PAYMENT, Stage.ANNULLED_NOT_SIGNED), None, _SYSTEM, needs=(needs.annulment_stored,),
         ends=("TP-03",), starts=("document.placed",), effects=("place:annulment", "letter:annulled")),
    # -- changes of a running contract (п. 15, 27; domain b.9, 14)
    Move("ask_change", N_("Ask to change the contract"), frozenset(UNDER_CONTRACT), None,
         _APPLICANT | _DESK | _HEAD, needs=(signed.no_change,), carries=True, where=needs.contracted),
    Move("accept_change", N_("Agree to the change"), frozenset(UNDER_CONTRACT), None, _HEAD,
         needs=(signed.change_asked,), effects=("change:order",), where=needs.contracted),
    Move("decline_change", N_("Decline the change"), frozenset(UNDER_CONTRACT), None, _HEAD,
         needs=(signed.change_asked,), effects=("change:decline", "letter:message"), reason=True, where=needs.contracted),
    Move("cancel_change", N_("Give the change up"), frozenset(UNDER_CONTRACT), None, _APPLICANT | _HEAD,
         needs=(signed.change_open,), effects=("change:cancel",), where=needs.contracted),
    Move("remake_change", N_("Make the agreement anew"), frozenset(UNDER_CONTRACT), None, _HEAD,
         needs=(signed.change_agreed,), effects=("change:remake",), carries=True, reason=True, where=needs.contracted),
    Move("offer_change", N_("Place the agreement to sign"), frozenset(UNDER_CONTRACT), None, _SYSTEM,
         needs=(signed.change_paper,), starts=("document.placed", "change.offered"),
         effects=("change:offer", "letter:act_to_sign"), where=needs.contracted),
    Move("effect_change", N_("Bring the agreement into force"), frozenset(UNDER_CONTRACT), None, _SYSTEM,
         needs=(signed.change_signed,), ends=("TP-24",), effects=("change:apply", "letter:contract_changed"),
         where=needs.contracted),
    Move("terminate_agreed", N_("End the contract by agreement"), frozenset(UNDER_CONTRACT), Stage.TERMINATED, _SYSTEM,
         needs=(signed.termination_signed,), ends=("TP-24",), effects=("change:apply", "letter:contract_changed"),
         where=needs.contracted),
    # -- terms moved or explained by people
    Move("propose_override", N_("Propose another due date"), frozenset(OPEN_STAGES), None, _HEAD,
         needs=(signed.no_override,), carries=True, reason=True),
    Move("confirm_override", N_("Confirm the other due date"), frozenset(OPEN_STAGES), None, _HEAD,
         needs=(signed.override_by_another,), effects=("override:apply",)),
    Move("decline_override", N_("Decline the other due date"), frozenset(OPEN_STAGES), None, _HEAD,
         needs=(signed.override_open,), effects=("override:decline",), reason=True),
    Move("explain_delay", N_("Write down why a term is late"), frozenset(OPEN_STAGES) | {Stage.COMPLETED}, None,
         _OFFICE, needs=(signed.something_late,), carries=True, works_while_suspended=True),
    # -- ways out and pauses
    Move("withdraw", N_("Withdraw the application"), frozenset(BEFORE_CONTRACT) | {Stage.DRAFT}, Stage.WITHDRAWN,
         _APPLICANT, needs=(needs.unpaid,), effects=("annul:offer", "letter:withdrawn"), works_while_suspended=True),
    Move("terminate", N_("Terminate the contract"), frozenset(UNDER_CONTRACT), Stage.TERMINATED, _HEAD,
         effects=("letter:message",), reason=True, works_while_suspended=True),
    Move("suspend", N_("Suspend the terms"), frozenset(OPEN_STAGES), None, _HEAD, needs=(needs.running,),
         effects=("letter:suspended",), reason=True),
    Move("resume", N_("Resume the terms"), frozenset(OPEN_STAGES), None, _HEAD, needs=(needs.suspended,),
         effects=("letter:resumed",), works_while_suspended=True),
)  # fmt: skip
