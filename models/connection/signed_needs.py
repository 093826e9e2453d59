"""What moves of the ordinary path, of a running contract and of terms need besides stage and role. Pure: no session here."""

from datetime import datetime

from models.connection.kinds import closing_paper, offer_papers, ordinary, rtn_kind
from models.connection.needs import Known, closing_stored, grid_works_done, right_in_time, stored, to_place
from models.document.tables import DocumentState
from models.process.errors import NotReady
from models.process.words import N_


# ------------------------------------------------------------------------------------------------ the ordinary path
def parties_asked(known: Known, _: datetime) -> NotReady | None:
    return None if "asked" in known.approvals.values() else NotReady("Nobody else is asked to approve now")


def parties_agreed(known: Known, _: datetime) -> NotReady | None:
    if "refused" in known.approvals.values():
        return NotReady("An approving party has refused: return the conditions to the engineer")
    return NotReady("It opens when every approving party has agreed") if "asked" in known.approvals.values() else None


def reissue_stored(known: Known, _: datetime) -> NotReady | None:
    if known.case.approved_at is None:
        return NotReady("It opens when a second person has approved the technical conditions")
    return stored(known, offer_papers(known.case))


def contract_signed(known: Known, _: datetime) -> NotReady | None:
    if known.envelopes.get("contract") == "COMPLETED" or (known.by_payment and known.first_credited):
        return None
    return NotReady("It opens when the applicant has signed the contract")


def unsigned(known: Known, now: datetime) -> NotReady | None:
    if contract_signed(known, now) is None:
        return NotReady("The contract is signed already")
    return None


def not_signed_in_time(known: Known, now: datetime) -> NotReady | None:
    if "TP-07" not in known.lapsed:
        return NotReady("The term of the applicant is still running")
    return unsigned(known, now)


def remarks_right(known: Known, now: datetime) -> NotReady | None:
    late = right_in_time(known, "TP-06RO", "The term for remarks on the contract has passed: %(days)s working days")
    return late or unsigned(known, now)


def remarks_to_answer(known: Known, _: datetime) -> NotReady | None:
    return None if known.remarks_open else NotReady("Every remark has its answer")


def remarks_answered(known: Known, _: datetime) -> NotReady | None:
    return NotReady("It opens when every remark has its answer") if known.remarks_open else None


def tu_act_stored(known: Known, _: datetime) -> NotReady | None:
    return to_place(known, "tu_act")


def tu_act_signed(known: Known, _: datetime) -> NotReady | None:
    if known.case.tu_act_signed_at is not None:
        return NotReady("The act is signed already")
    if known.envelopes.get("tu_act") == "COMPLETED":
        return None
    return NotReady("It opens when both sides have signed the act on the conditions")


def rtn_awaited(known: Known, _: datetime) -> NotReady | None:
    if known.case.rtn:
        return NotReady("It is recorded already")
    return (
        None
        if known.case.tu_act_signed_at
        else NotReady("It opens when both sides have signed the act on the conditions")
    )


def ready_for_voltage(known: Known, now: datetime) -> NotReady | None:
    """On the ordinary path: act on the conditions signed, Rostekhnadzor heard, works of the grid done (п. 18, 19)."""
    if not ordinary(known.case):
        return None
    if known.case.tu_act_signed_at is None:
        return NotReady("It opens when both sides have signed the act on the conditions")
    if rtn_kind(known.case) and not known.case.rtn:
        return NotReady("It opens when the notice to Rostekhnadzor or its permission is recorded")
    return grid_works_done(known, now)


def act_stored(known: Known, now: datetime) -> NotReady | None:
    """Once placed the closing papers are not placed again."""
    if known.papers.get(closing_paper(known.case)) == DocumentState.PLACED:
        return NotReady("The paper is placed already")
    return closing_stored(known, now)


def act_signed(known: Known, _: datetime) -> NotReady | None:
    if known.envelopes.get("connection_act") == "COMPLETED":
        return None
    return NotReady("It opens when both sides have signed the act of connection")


def signing_failed(known: Known, _: datetime) -> NotReady | None:
    mine = {state for purpose, state in known.envelopes.items() if purpose not in ("supplement", "termination")}
    lost = {"DECLINED", "EXPIRED", "CANCELLED"} & mine
    return None if lost else NotReady("It opens when a signing was declined, has expired or was cancelled")


# ------------------------------------------------------------------------------------------------ a running contract
def no_change(known: Known, _: datetime) -> NotReady | None:
    return NotReady("Another change of the contract is being made") if known.change_state else None


def change_asked(known: Known, _: datetime) -> NotReady | None:
    return None if known.change_state == "asked" else NotReady("No change of the contract waits for a decision")


def change_open(known: Known, _: datetime) -> NotReady | None:
    return None if known.change_state else NotReady("No change of the contract is being made")


def change_agreed(known: Known, _: datetime) -> NotReady | None:
    """Its agreement may be made anew until both have signed it."""
    if known.change_state not in ("accepted", "offered"):
        return NotReady("No change of the contract is being made")
    if _both_signed(known) is None:
        return NotReady("Both sides have signed the agreement already")
    return None


def change_paper(known: Known, _: datetime) -> NotReady | None:
    if known.change_state != "accepted":
        return NotReady("No change of the contract is being made")
    return to_place(known, change_purpose(known))


def change_purpose(known: Known) -> str:
    return "termination" if known.change_kind == "termination" else "supplement"


def _both_signed(known: Known) -> NotReady | None:
    if known.change_state == "offered" and known.envelopes.get(change_purpose(known)) == "COMPLETED":
        return None
    return NotReady("It opens when both sides have signed the agreement")


def change_signed(known: Known, _: datetime) -> NotReady | None:
    if known.change_kind == "termination":
        return NotReady("The contract ends by another step")
    return _both_signed(known)


def termination_signed(known: Known, _: datetime) -> NotReady | None:
    return (
        _both_signed(known) if known.change_kind == "termination" else NotReady("Nobody has asked to end the contract")
    )


# ------------------------------------------------------------------------------------------------ terms
def no_override(known: Known, _: datetime) -> NotReady | None:
    return NotReady("Another due date is proposed already: decide on it first") if known.override_by else None


def override_open(known: Known, _: datetime) -> NotReady | None:
    return None if known.override_by else NotReady("Nobody has proposed another due date")


def override_by_another(known: Known, now: datetime) -> NotReady | None:
    if known.override_by and known.override_by == known.actor_id:
        return NotReady("Somebody else has to confirm: you proposed this due date yourself")
    return override_open(known, now)


def something_late(known: Known, _: datetime) -> NotReady | None:
    return None if known.late else NotReady("No term of ours is late without a reason")


# ------------------------------------------------------------------------------------------------ hidden faults
FAULTS, FAULT_RIGHTS = {"TP-21", "TP-21O"}, {"TP-21R", "TP-21RO"}


def fault_in_time(known: Known, _: datetime) -> NotReady | None:
    """Hidden faults are told within the months of TP-21R (п. 110). By a signed contract the Rules name no such right: it is
    there only where the company has promised it (TP-21RO)."""
    if FAULTS & (known.running | known.lapsed):
        return NotReady("A fault is being removed already")
    if FAULT_RIGHTS & known.running:
        return None
    if ordinary(known.case) and not FAULT_RIGHTS & known.lapsed:
        return NotReady(NO_PROMISE)
    return NotReady("The term for hidden faults has passed")


NO_PROMISE = N_(
    "The Rules name no term for hidden faults where the contract is signed: write an appeal about the quality"
)


def fault_open(known: Known, _: datetime) -> NotReady | None:
    open_ones = FAULTS & (known.running | known.lapsed)
    return None if open_ones else NotReady("There is no fault to remove")
