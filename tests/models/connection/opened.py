"""What opens every move, and each single thing that closes it, with the words that say so: shared by the tests of rules."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from models.connection.needs import Known
from models.connection.tables import CABINET, Application, Category, Path

T = datetime(2026, 11, 2)


def case(**more: Any) -> Application:
    return Application(applicant_id=1, branch_id=1, created_at=T, changed_at=T, status_token="t", **more)


def known(row: Application | None = None, **more: Any) -> Known:
    return Known(case=row or case(), **more)


def signed(**more: Any) -> Application:
    """An organisation of 400 kW at 10 kV: the ordinary path."""
    more = {
        "category": Category.LE_150_670,
        "path": Path.ORDINARY,
        "power_kw": Decimal(400),
        "voltage_kv": Decimal(10),
    } | more
    return case(**more)


def reissue(**more: Any) -> Application:
    return case(category=Category.REISSUE, path=Path.ORDINARY, previous={"kind": "duplicate"}, **more)


def papers(state: str, *kinds: str) -> dict[str, str]:
    return dict.fromkeys(kinds, state)


OFFER = ("contract", "conditions", "invoice", "guide")
# move: what opens it, and each single thing that closes it with the words that say so
NEEDS: dict[str, tuple[Known, list[tuple[Known, str]]]] = {
    "submit": (
        known(case(draft={"checked": True})),
        [(known(case(draft={"checked": False})), "Fill in"), (known(), "Fill in")],
    ),
    "request_info": (known(case(missing=[{"what": "x"}])), [(known(), "Name what is missing")]),
    "deliver_notice": (
        known(papers=papers("stored", "missing_info")),
        [
            (known(), "made and sealed"),
            (known(papers=papers("ordered", "missing_info")), "made and sealed"),
            (known(papers=papers("placed", "missing_info")), "placed already"),
        ],
    ),
    "annul_no_info": (
        known(lapsed=frozenset({"TP-02"})),
        [(known(), "still running"), (known(running=frozenset({"TP-02"})), "still running")],
    ),
    "submit_conditions": (known(conditions_complete=True), [(known(), "filled in and saved")]),
    "return_conditions": (known(), [(known(case(approved_at=T)), "Approved already")]),
    "approve": (
        known(conditions_author=7, actor_id=8),
        [
            (known(signed(), approvals={"system_operator": "asked"}), "every approving party"),
            (known(signed(), approvals={"system_operator": "refused"}), "has refused"),
            (known(conditions_author=7, actor_id=7), "prepared these conditions yourself"),
            (known(case(approved_at=T), conditions_author=7, actor_id=8), "Approved already"),
        ],
    ),
    "place_offer": (
        known(case(approved_at=T), papers=papers("stored", *OFFER)),
        [
            (known(papers=papers("stored", *OFFER)), "a second person has approved"),
            *[
                (known(case(approved_at=T), papers=papers("stored", *OFFER) | {k: "ordered"}), "made and sealed")
                for k in OFFER
            ],
            *[
                (known(case(approved_at=T), papers=papers("stored", *(set(OFFER) - {k}))), "made and sealed")
                for k in OFFER
            ],
        ],
    ),
    "refuse_offer": (
        known(running=frozenset({"TP-06R"})),
        [
            (known(days={"TP-06R": 5}), "for a refusal has passed: 5 working days"),
            (known(lapsed=frozenset({"TP-06R"})), "for a refusal has passed: —"),
            (known(running=frozenset({"TP-06R"}), first_credited=True), "concludes the contract"),
        ],
    ),
    "conclude": (known(first_credited=True), [(known(), "bank confirms")]),
    "annul_no_payment": (
        known(lapsed=frozenset({"TP-06X"})),
        [
            (known(running=frozenset({"TP-06X"})), "still running"),
            (known(lapsed=frozenset({"TP-06X"}), first_credited=True), "The first payment has come"),
        ],
    ),
    "report_grid_works": (known(), [(known(case(grid_works_done_at=T)), "Reported already")]),
    "report_own_works": (known(), [(known(case(own_works_done_at=T)), "Reported already")]),
    "begin_inspection": (
        known(case(voltage_kv=Decimal(10), own_works_done_at=T, grid_works_done_at=T)),
        [
            (known(case(own_works_done_at=T, grid_works_done_at=T)), "there is no inspection"),
            (known(case(voltage_kv=Decimal(10), grid_works_done_at=T)), "the applicant reports"),
            (known(case(voltage_kv=Decimal(10), own_works_done_at=T)), "works of the grid company"),
        ],
    ),
    "begin_metering": (
        known(case(grid_works_done_at=T)),
        [
            (known(case(voltage_kv=Decimal(10), grid_works_done_at=T)), "inspected first"),
            (known(), "works of the grid company"),
        ],
    ),
    "admit_meter": (known(), [(known(case(meter_admitted_at=T)), "admitted already")]),
    "place_meter_act": (
        known(papers=papers("stored", "meter_act")),
        [
            (known(), "made and sealed"),
            (known(papers=papers("ordered", "meter_act")), "made and sealed"),
            (known(papers=papers("placed", "meter_act")), "placed already"),
        ],
    ),
    "energise": (
        known(case(meter_admitted_at=T, grid_works_done_at=T, tu_act_signed_at=T, rtn={"kind": "notice"})),
        [
            (known(), "when the meter is admitted"),
            (known(signed(meter_admitted_at=T)), "have signed the act on the conditions"),
            (known(signed(meter_admitted_at=T, tu_act_signed_at=T)), "Rostekhnadzor"),
            (
                known(signed(meter_admitted_at=T, tu_act_signed_at=T, rtn={"kind": "notice"})),
                "works of the grid company",
            ),
        ],
    ),
    "complete": (
        known(papers=papers("stored", "readiness_notice") | papers("placed", "meter_act")),
        [
            (known(papers=papers("stored", "meter_act", "readiness_notice")), "act of the meter is placed"),
            (known(papers=papers("stored", "readiness_notice")), "act of the meter is placed"),
            (known(papers=papers("placed", "meter_act")), "made and sealed"),
            (
                known(
                    case(voltage_kv=Decimal(10)),
                    papers=papers("placed", "meter_act") | papers("stored", "readiness_notice"),
                ),
                "made and sealed",
            ),
        ],
    ),
    "remark": (
        known(running=frozenset({"TP-19"})),
        [
            (known(lapsed=frozenset({"TP-19"}), days={"TP-19": 20}), "20 working days"),
            (known(), "for remarks has passed"),
        ],
    ),
    "report_fault": (
        known(running=frozenset({"TP-21R"})),
        [
            (known(lapsed=frozenset({"TP-21R"})), "hidden faults has passed"),
            (known(running=frozenset({"TP-21R", "TP-21"})), "being removed already"),
            (known(signed()), "name no term for hidden faults"),
            (known(signed(), lapsed=frozenset({"TP-21RO"})), "hidden faults has passed"),
            (known(signed(), running=frozenset({"TP-21RO", "TP-21O"})), "being removed already"),
        ],
    ),
    "remove_fault": (known(lapsed=frozenset({"TP-21"})), [(known(), "no fault")]),
    "place_refusal": (
        known(papers=papers("stored", "refusal")),
        [(known(), "made and sealed"), (known(papers=papers("placed", "refusal")), "placed already")],
    ),
    "remove_remarks": (known(lapsed=frozenset({"TP-20"})), [(known(), "no remarks")]),
    "note_supply_contract": (known(running=frozenset({"TP-05"})), [(known(), "copies have been sent")]),
    "place_annulment": (
        known(papers=papers("stored", "annulment")),
        [(known(), "made and sealed"), (known(papers=papers("placed", "annulment")), "placed already")],
    ),
    # -- the ordinary path
    "record_answer": (
        known(signed(), approvals={"system_operator": "asked"}),
        [(known(signed()), "Nobody else is asked")],
    ),
    "send_contract": (
        known(signed(approved_at=T), papers=papers("stored", "contract", "conditions")),
        [
            (known(signed(), papers=papers("stored", "contract", "conditions")), "a second person has approved"),
            (known(signed(approved_at=T), papers=papers("stored", "contract")), "made and sealed"),
        ],
    ),
    "raise_remarks": (
        known(signed(), running=frozenset({"TP-06RO"})),
        [
            (known(signed(), days={"TP-06RO": 10}), "10 working days"),
            (known(signed(), running=frozenset({"TP-06RO"}), envelopes={"contract": "COMPLETED"}), "signed already"),
        ],
    ),
    "answer_remark": (known(signed(), remarks_open=1), [(known(signed()), "has its answer")]),
    "revise_offer": (known(), [(known(signed(), remarks_open=1), "every remark has its answer")]),
    "conclude_signed": (
        known(signed(), envelopes={"contract": "COMPLETED"}),
        [
            (known(signed(), envelopes={"contract": "OPEN"}), "has signed the contract"),
            (known(signed(), first_credited=True), "has signed the contract"),
        ],
    ),
    "annul_not_signed": (
        known(signed(), lapsed=frozenset({"TP-07"})),
        [
            (known(signed(), running=frozenset({"TP-07"})), "still running"),
            (known(signed(), lapsed=frozenset({"TP-07"}), envelopes={"contract": "COMPLETED"}), "signed already"),
        ],
    ),
    "send_again": (
        known(signed(), envelopes={"contract": "DECLINED"}),
        [
            (known(signed(), envelopes={"contract": "OPEN"}), "was declined"),
            (known(signed(), envelopes={"contract": "OPEN", "supplement": "DECLINED"}), "was declined"),
        ],
    ),
    "complete_reissue": (
        known(reissue(approved_at=T), papers=papers("stored", "connection_act", "invoice")),
        [
            (known(reissue(), papers=papers("stored", "connection_act", "invoice")), "a second person has approved"),
            (known(reissue(approved_at=T), papers=papers("stored", "connection_act")), "made and sealed"),
            (known(reissue(approved_at=T)), "made and sealed"),
        ],
    ),
    "place_tu_act": (
        known(signed(), papers=papers("stored", "tu_act")),
        [(known(signed()), "made and sealed"), (known(signed(), papers=papers("placed", "tu_act")), "placed already")],
    ),
    "note_tu_act": (
        known(signed(), envelopes={"tu_act": "COMPLETED"}),
        [
            (known(signed(), envelopes={"tu_act": "OPEN"}), "have signed the act"),
            (known(signed(tu_act_signed_at=T), envelopes={"tu_act": "COMPLETED"}), "signed already"),
        ],
    ),
    "record_rtn": (
        known(signed(tu_act_signed_at=T)),
        [
            (known(signed()), "have signed the act"),
            (known(signed(tu_act_signed_at=T, rtn={"kind": "notice"})), "recorded already"),
        ],
    ),
    "place_act": (
        known(signed(), papers=papers("placed", "meter_act") | papers("stored", "connection_act")),
        [
            (known(signed(), papers=papers("stored", "meter_act", "connection_act")), "act of the meter is placed"),
            (known(signed(), papers=papers("placed", "meter_act")), "made and sealed"),
            (known(signed(), papers=papers("placed", "meter_act", "connection_act")), "placed already"),
        ],
    ),
    "complete_signed": (
        known(signed(), envelopes={"connection_act": "COMPLETED"}),
        [(known(signed(), envelopes={"connection_act": "DECLINED"}), "have signed the act of connection")],
    ),
    # -- a running contract
    "ask_change": (known(), [(known(change_state="asked"), "is being made")]),
    "accept_change": (
        known(change_state="asked"),
        [(known(), "waits for a decision"), (known(change_state="offered"), "waits for a decision")],
    ),
    "decline_change": (known(change_state="asked"), [(known(), "waits for a decision")]),
    "cancel_change": (known(change_state="offered"), [(known(), "is being made")]),
    "remake_change": (
        known(change_state="offered", change_kind="power", envelopes={"supplement": "DECLINED"}),
        [
            (known(), "is being made"),
            (known(change_state="asked", change_kind="power"), "is being made"),
            (
                known(change_state="offered", change_kind="power", envelopes={"supplement": "COMPLETED"}),
                "have signed the agreement already",
            ),
        ],
    ),
    "offer_change": (
        known(change_state="accepted", change_kind="power", papers=papers("stored", "supplement")),
        [
            (known(change_state="asked", change_kind="power"), "is being made"),
            (
                known(change_state="accepted", change_kind="termination", papers=papers("stored", "supplement")),
                "made and sealed",
            ),
        ],
    ),
    "effect_change": (
        known(change_state="offered", change_kind="power", envelopes={"supplement": "COMPLETED"}),
        [
            (
                known(change_state="offered", change_kind="power", envelopes={"supplement": "OPEN"}),
                "have signed the agreement",
            ),
            (
                known(change_state="accepted", change_kind="power", envelopes={"supplement": "COMPLETED"}),
                "have signed the agreement",
            ),
            (
                known(change_state="offered", change_kind="termination", envelopes={"termination": "COMPLETED"}),
                "another step",
            ),
        ],
    ),
    "terminate_agreed": (
        known(change_state="offered", change_kind="termination", envelopes={"termination": "COMPLETED"}),
        [
            (known(change_state="offered", change_kind="termination"), "have signed the agreement"),
            (known(change_state="offered", change_kind="power", envelopes={"supplement": "COMPLETED"}), "asked to end"),
        ],
    ),
    # -- terms
    "propose_override": (known(), [(known(override_by=7), "proposed already")]),
    "confirm_override": (
        known(override_by=7, actor_id=8),
        [(known(), "Nobody has proposed"), (known(override_by=8, actor_id=8), "Somebody else has to confirm")],
    ),
    "decline_override": (known(override_by=7), [(known(), "Nobody has proposed")]),
    "explain_delay": (known(late=True), [(known(), "late without a reason")]),
    "withdraw": (known(), [(known(first_credited=True), "concludes the contract")]),
    "suspend": (known(), [(known(case(suspended_at=T)), "suspended already")]),
    "resume": (known(case(suspended_at=T)), [(known(), "terms are running")]),
}


POWER = {Category.LE_150_670: 400, Category.GE_670: 900, Category.GEN: 900, Category.GRID: 900, Category.IND_GT_15: 40}


def kinds_of(category: Category) -> str:
    """X, reissue, or signed; those that Rostekhnadzor sees besides: "rtn"."""
    if category in CABINET:
        return "X"
    if category == Category.REISSUE:
        return "reissue"
    return "rtn" if category in (Category.LE_150_670, Category.GE_670, Category.GEN, Category.GRID) else "signed"


def opened(name: str, category: Category) -> tuple[Known, str]:
    """What opens the move in a case of this category, and the kind of the case."""
    given, kind = (NEEDS[name][0] if name in NEEDS else known()), kinds_of(category)
    row = given.case.model_copy(update={
        "category": category, "path": Path.X if kind == "X" else Path.ORDINARY,
        "power_kw": Decimal(POWER.get(category, 12)), "previous": {"kind": "duplicate"} if kind == "reissue" else {},
    })  # fmt: skip
    ready = given.papers | _besides(name)
    return replace(given, case=row, papers=ready), kind


def _besides(name: str) -> dict[str, str]:
    """Papers that other kinds of case need for the same move."""
    both = papers("stored", "connection_act", "readiness_notice", "conditions")
    return {"complete": both, "place_offer": both}.get(name, {})
