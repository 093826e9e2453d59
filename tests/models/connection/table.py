"""The table of legal moves written down a second time, by hand, from domain b.3.1 and ПП 861: the tests' own yardstick."""

from models.connection.tables import Stage as S  # noqa: N817
from models.process.actor import Role as R  # noqa: N817

BEFORE = {
    S.SUBMITTED,
    S.CHECKING,
    S.AWAITING_INFO,
    S.ENGINEERING,
    S.APPROVAL,
    S.OFFER_PLACED,
    S.CONTRACT_SENT,
    S.DISAGREEMENT,
}
UNDER = {S.CONCLUDED, S.EXECUTION, S.INSPECTION, S.METERING, S.ENERGISED}
FINAL = {
    S.COMPLETED,
    S.RETURNED,
    S.REDIRECTED,
    S.WITHDRAWN,
    S.ANNULLED_NO_INFO,
    S.ANNULLED_NO_PAYMENT,
    S.ANNULLED_NOT_SIGNED,
    S.TERMINATED,
}
KEEPS = None

# move: (from, to, by)
TABLE: dict[str, tuple[set[S], S | None, set[R]]] = {
    "submit": ({S.DRAFT}, S.SUBMITTED, {R.APPLICANT}),
    "register": ({S.SUBMITTED}, S.CHECKING, {R.SYSTEM}),
    "request_info": ({S.CHECKING}, S.AWAITING_INFO, {R.OPERATOR}),
    "deliver_notice": ({S.AWAITING_INFO}, KEEPS, {R.SYSTEM}),
    "supply_info": ({S.AWAITING_INFO}, S.CHECKING, {R.APPLICANT}),
    "annul_no_info": ({S.AWAITING_INFO}, S.ANNULLED_NO_INFO, {R.SYSTEM}),
    "accept": ({S.CHECKING}, S.ENGINEERING, {R.OPERATOR}),
    "return": ({S.CHECKING}, S.RETURNED, {R.OPERATOR, R.MANAGER}),
    "redirect": ({S.CHECKING}, S.REDIRECTED, {R.OPERATOR}),
    "place_refusal": ({S.RETURNED, S.REDIRECTED}, KEEPS, {R.SYSTEM}),
    "submit_conditions": ({S.ENGINEERING}, S.APPROVAL, {R.ENGINEER}),
    "return_conditions": ({S.APPROVAL}, S.ENGINEERING, {R.MANAGER}),
    "approve": ({S.APPROVAL}, KEEPS, {R.MANAGER}),
    "place_offer": ({S.APPROVAL}, S.OFFER_PLACED, {R.SYSTEM}),
    "refuse_offer": ({S.OFFER_PLACED}, S.DISAGREEMENT, {R.APPLICANT}),
    "revise_offer": ({S.DISAGREEMENT}, S.ENGINEERING, {R.ENGINEER, R.OPERATOR, R.MANAGER, R.LAWYER}),
    "conclude": ({S.OFFER_PLACED}, S.CONCLUDED, {R.SYSTEM}),
    "annul_no_payment": ({S.OFFER_PLACED}, S.ANNULLED_NO_PAYMENT, {R.SYSTEM}),
    "begin_works": ({S.CONCLUDED}, S.EXECUTION, {R.SYSTEM}),
    "report_grid_works": ({S.EXECUTION, S.INSPECTION, S.METERING}, KEEPS, {R.ENGINEER, R.INSPECTOR}),
    "report_own_works": ({S.EXECUTION}, KEEPS, {R.APPLICANT}),
    "begin_inspection": ({S.EXECUTION}, S.INSPECTION, {R.SYSTEM}),
    "pass_inspection": ({S.INSPECTION}, S.METERING, {R.INSPECTOR}),
    "fail_inspection": ({S.INSPECTION}, S.EXECUTION, {R.INSPECTOR}),
    "begin_metering": ({S.EXECUTION}, S.METERING, {R.SYSTEM}),
    "admit_meter": ({S.METERING}, KEEPS, {R.INSPECTOR, R.METERING}),
    "place_meter_act": ({S.METERING, S.ENERGISED}, KEEPS, {R.SYSTEM}),
    "energise": ({S.METERING}, S.ENERGISED, {R.INSPECTOR, R.METERING}),
    "complete": ({S.ENERGISED}, S.COMPLETED, {R.SYSTEM}),
    "remark": ({S.COMPLETED}, KEEPS, {R.APPLICANT}),
    "remove_remarks": ({S.COMPLETED}, KEEPS, {R.OPERATOR}),
    "report_fault": ({S.COMPLETED}, KEEPS, {R.APPLICANT}),
    "remove_fault": ({S.COMPLETED}, KEEPS, {R.OPERATOR}),
    "note_supply_contract": (UNDER | {S.COMPLETED}, KEEPS, {R.OPERATOR}),
    "place_annulment": ({S.ANNULLED_NO_INFO, S.ANNULLED_NO_PAYMENT, S.ANNULLED_NOT_SIGNED}, KEEPS, {R.SYSTEM}),
    # the ordinary path
    "record_answer": ({S.APPROVAL}, KEEPS, {R.OPERATOR, R.ENGINEER, R.MANAGER}),
    "send_contract": ({S.APPROVAL}, S.CONTRACT_SENT, {R.SYSTEM}),
    "raise_remarks": ({S.CONTRACT_SENT}, S.DISAGREEMENT, {R.APPLICANT}),
    "answer_remark": ({S.DISAGREEMENT}, KEEPS, {R.OPERATOR, R.ENGINEER, R.MANAGER, R.LAWYER}),
    "conclude_signed": ({S.CONTRACT_SENT}, S.CONCLUDED, {R.SYSTEM}),
    "annul_not_signed": ({S.CONTRACT_SENT}, S.ANNULLED_NOT_SIGNED, {R.SYSTEM}),
    "send_again": ({S.CONTRACT_SENT, S.METERING, S.ENERGISED}, KEEPS, {R.OPERATOR, R.MANAGER}),
    "complete_reissue": ({S.APPROVAL}, S.COMPLETED, {R.SYSTEM}),
    "place_tu_act": ({S.METERING}, KEEPS, {R.SYSTEM}),
    "note_tu_act": ({S.METERING}, KEEPS, {R.SYSTEM}),
    "record_rtn": ({S.METERING}, KEEPS, {R.APPLICANT, R.OPERATOR, R.INSPECTOR}),
    "place_act": ({S.ENERGISED}, KEEPS, {R.SYSTEM}),
    "complete_signed": ({S.ENERGISED}, S.COMPLETED, {R.SYSTEM}),
    # a running contract
    "ask_change": (UNDER, KEEPS, {R.APPLICANT, R.OPERATOR, R.MANAGER}),
    "accept_change": (UNDER, KEEPS, {R.MANAGER}),
    "decline_change": (UNDER, KEEPS, {R.MANAGER}),
    "cancel_change": (UNDER, KEEPS, {R.APPLICANT, R.MANAGER}),
    "remake_change": (UNDER, KEEPS, {R.MANAGER}),
    "offer_change": (UNDER, KEEPS, {R.SYSTEM}),
    "effect_change": (UNDER, KEEPS, {R.SYSTEM}),
    "terminate_agreed": (UNDER, S.TERMINATED, {R.SYSTEM}),
    # terms
    "propose_override": (BEFORE | UNDER, KEEPS, {R.MANAGER}),
    "confirm_override": (BEFORE | UNDER, KEEPS, {R.MANAGER}),
    "decline_override": (BEFORE | UNDER, KEEPS, {R.MANAGER}),
    "explain_delay": (BEFORE | UNDER | {S.COMPLETED}, KEEPS, {R.OPERATOR, R.ENGINEER, R.MANAGER}),
    "withdraw": (BEFORE | {S.DRAFT}, S.WITHDRAWN, {R.APPLICANT}),
    "terminate": (UNDER, S.TERMINATED, {R.MANAGER}),
    "suspend": (BEFORE | UNDER, KEEPS, {R.MANAGER}),
    "resume": (BEFORE | UNDER, KEEPS, {R.MANAGER}),
}
WORKS_WHILE_SUSPENDED = {"withdraw", "terminate", "resume", "explain_delay"}
WITH_A_REASON = {
    "return",
    "redirect",
    "return_conditions",
    "refuse_offer",
    "remark",
    "remove_remarks",
    "report_fault",
    "remove_fault",
    "terminate",
    "suspend",
    "decline_change",
    "remake_change",
    "propose_override",
    "decline_override",
}
# the kind of case a move belongs to, where not every one: X, signed, reissue; "rtn": a signed one that Rostekhnadzor sees
WHERE: dict[str, set[str]] = {
    **dict.fromkeys(
        ("place_offer", "refuse_offer", "conclude", "annul_no_payment", "begin_metering", "complete", "remark", "remove_remarks",
         "note_supply_contract"), {"X"}),
    **dict.fromkeys(
        ("record_answer", "send_contract", "raise_remarks", "answer_remark", "conclude_signed", "annul_not_signed",
         "send_again", "place_tu_act", "note_tu_act", "place_act", "complete_signed"), {"signed", "rtn"}),
    "record_rtn": {"rtn"},
    "complete_reissue": {"reissue"},
    **dict.fromkeys(
        ("report_fault", "remove_fault", "ask_change", "accept_change", "decline_change", "cancel_change", "remake_change", "offer_change", "effect_change",
         "terminate_agreed"), {"X", "signed", "rtn"}),
}  # fmt: skip
CARRY_DATA = {
    "submit", "request_info", "supply_info", "pass_inspection", "fail_inspection", "admit_meter", "record_answer",
    "raise_remarks", "answer_remark", "record_rtn", "note_supply_contract", "ask_change", "remake_change",
    "propose_override", "explain_delay",
}  # fmt: skip
