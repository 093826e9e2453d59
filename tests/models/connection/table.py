"""The table of legal moves written down a second time, by hand, from domain b.3.1 and ПП 861: the tests' own yardstick."""

from models.connection.tables import Stage as S  # noqa: N817
from models.process.actor import Role as R  # noqa: N817

BEFORE = {S.SUBMITTED, S.CHECKING, S.AWAITING_INFO, S.ENGINEERING, S.APPROVAL, S.OFFER_PLACED, S.DISAGREEMENT}
UNDER = {S.CONCLUDED, S.EXECUTION, S.INSPECTION, S.METERING, S.ENERGISED}
FINAL = {S.COMPLETED, S.RETURNED, S.REDIRECTED, S.WITHDRAWN, S.ANNULLED_NO_INFO, S.ANNULLED_NO_PAYMENT, S.TERMINATED}
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
    "submit_conditions": ({S.ENGINEERING}, S.APPROVAL, {R.ENGINEER}),
    "return_conditions": ({S.APPROVAL}, S.ENGINEERING, {R.MANAGER}),
    "approve": ({S.APPROVAL}, KEEPS, {R.MANAGER}),
    "place_offer": ({S.APPROVAL}, S.OFFER_PLACED, {R.SYSTEM}),
    "refuse_offer": ({S.OFFER_PLACED}, S.DISAGREEMENT, {R.APPLICANT}),
    "revise_offer": ({S.DISAGREEMENT}, S.ENGINEERING, {R.ENGINEER, R.OPERATOR, R.MANAGER}),
    "conclude": ({S.OFFER_PLACED}, S.CONCLUDED, {R.SYSTEM}),
    "annul_no_payment": ({S.OFFER_PLACED}, S.ANNULLED_NO_PAYMENT, {R.SYSTEM}),
    "begin_works": ({S.CONCLUDED}, S.EXECUTION, {R.SYSTEM}),
    "report_grid_works": ({S.EXECUTION}, KEEPS, {R.ENGINEER, R.INSPECTOR}),
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
    "note_supply_contract": (UNDER | {S.COMPLETED}, KEEPS, {R.OPERATOR}),
    "place_annulment": ({S.ANNULLED_NO_INFO, S.ANNULLED_NO_PAYMENT}, KEEPS, {R.SYSTEM}),
    "withdraw": (BEFORE | {S.DRAFT}, S.WITHDRAWN, {R.APPLICANT}),
    "terminate": (UNDER, S.TERMINATED, {R.MANAGER}),
    "suspend": (BEFORE | UNDER, KEEPS, {R.MANAGER}),
    "resume": (BEFORE | UNDER, KEEPS, {R.MANAGER}),
}
WORKS_WHILE_SUSPENDED = {"withdraw", "terminate", "resume"}
WITH_A_REASON = {
    "return",
    "redirect",
    "return_conditions",
    "refuse_offer",
    "remark",
    "remove_remarks",
    "terminate",
    "suspend",
}
