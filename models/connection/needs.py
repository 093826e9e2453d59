"""What a move needs besides its stage and role: each says what will open it, or nothing. Pure: no session here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from models.connection.kinds import (
    OFFER_PAPERS,
    ORDINARY_PAPERS,
    above_low_voltage,
    closing_paper,
    closing_papers,
    inspected,
    offer_papers,
    ordinary,
    rtn_kind,
    system_operator,
)
from models.connection.tables import Application
from models.document.tables import DocumentState
from models.process.errors import NotReady

__all__ = ["OFFER_PAPERS", "ORDINARY_PAPERS", "Known", "above_low_voltage", "closing_paper", "closing_papers", "inspected",
           "offer_papers", "ordinary", "rtn_kind", "system_operator"]  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What a move may look at: the case and a few facts about what hangs on it. Built by queries.known()."""

    case: Application
    conditions_state: str | None = None
    conditions_author: int | None = None
    conditions_complete: bool = False
    papers: dict[str, str] = field(default_factory=dict)  # kind → state of the newest version in force
    first_credited: bool = False
    first_amount: Decimal | None = None
    actor_id: int | None = None
    running: frozenset[str] = frozenset()  # rules with a running clock
    lapsed: frozenset[str] = frozenset()  # rules whose consequence has come
    late: bool = False  # some term of ours has passed unfulfilled, with no reason written down
    by_payment: bool = False  # the utility concludes contracts of 150–670 kW by payment (law 37)
    approvals: Mapping[str, str] = field(default_factory=dict)  # party → its answer on this version
    remarks_open: int = 0  # lines of the newest protocol without our answer
    envelopes: Mapping[str, str] = field(default_factory=dict)  # purpose → state of the newest envelope
    change_kind: str = ""  # the open change of the contract
    change_state: str = ""
    override_by: int | None = None  # who proposed another due date
    days: Mapping[str, int] = field(default_factory=dict)  # rule → working days of the applicant's right, as it began


def filled(known: Known, _: datetime) -> NotReady | None:
    return None if known.case.draft.get("checked") else NotReady("Fill in the application to the end first")


def missing_named(known: Known, _: datetime) -> NotReady | None:
    return None if known.case.missing else NotReady("Name what is missing first")


def conditions_ready(known: Known, _: datetime) -> NotReady | None:
    if known.conditions_complete:
        return None
    return NotReady("It opens when the technical conditions are filled in and saved")


def awaits_approval(known: Known, _: datetime) -> NotReady | None:
    if known.case.approved_at is not None:
        return NotReady("Approved already: the papers are being made")
    return None


def second_person(known: Known, now: datetime) -> NotReady | None:
    if known.actor_id is not None and known.actor_id == known.conditions_author:
        return NotReady("Somebody else has to approve: you prepared these conditions yourself")
    return awaits_approval(known, now)


def offer_stored(known: Known, _: datetime) -> NotReady | None:
    if known.case.approved_at is None:
        return NotReady("It opens when a second person has approved the technical conditions")
    return stored(known, offer_papers(known.case))


def stored(known: Known, kinds: tuple[str, ...]) -> NotReady | None:
    ready = (DocumentState.STORED, DocumentState.PLACED)
    if all(known.papers.get(kind) in ready for kind in kinds):
        return None
    return NotReady("It opens when the papers are made and sealed")


def to_place(known: Known, kind: str) -> NotReady | None:
    """For moves that keep the stage: once placed, they are closed again."""
    placed = known.papers.get(kind) == DocumentState.PLACED
    return NotReady("The paper is placed already") if placed else stored(known, (kind,))


def notice_stored(known: Known, _: datetime) -> NotReady | None:
    return to_place(known, "missing_info")


def annulment_stored(known: Known, _: datetime) -> NotReady | None:
    return to_place(known, "annulment")


def meter_act_stored(known: Known, _: datetime) -> NotReady | None:
    return to_place(known, "meter_act")


def first_payment(known: Known, _: datetime) -> NotReady | None:
    return None if known.first_credited else NotReady("It opens when the bank confirms the first payment")


def unpaid(known: Known, _: datetime) -> NotReady | None:
    if known.first_credited and (not ordinary(known.case) or known.by_payment):
        return NotReady("The first payment has come: it concludes the contract")
    return None


def info_overdue(known: Known, _: datetime) -> NotReady | None:
    return None if "TP-02" in known.lapsed else NotReady("The term of the applicant is still running")


def payment_overdue(known: Known, _: datetime) -> NotReady | None:
    if known.first_credited:
        return NotReady("The first payment has come")
    return None if "TP-06X" in known.lapsed else NotReady("The term of payment is still running")


def right_in_time(known: Known, rule: str, template: str) -> NotReady | None:
    """A right of the applicant lasts as long as its clock runs; the number of days is that of the clock."""
    return None if rule in known.running else NotReady(template, days=known.days.get(rule, "—"))


def refusal_in_time(known: Known, _: datetime) -> NotReady | None:
    return right_in_time(known, "TP-06R", "The term for a refusal has passed: %(days)s working days")


def grid_works_done(known: Known, _: datetime) -> NotReady | None:
    return None if known.case.grid_works_done_at else NotReady("It opens when the works of the grid company are done")


def grid_works_open(known: Known, _: datetime) -> NotReady | None:
    return NotReady("Reported already") if known.case.grid_works_done_at else None


def own_works_open(known: Known, _: datetime) -> NotReady | None:
    return NotReady("Reported already") if known.case.own_works_done_at else None


def to_metering(known: Known, now: datetime) -> NotReady | None:
    if above_low_voltage(known.case):
        return NotReady("Above 0.4 kV the installation is inspected first")
    return grid_works_done(known, now)


def to_inspection(known: Known, now: datetime) -> NotReady | None:
    if not inspected(known.case):
        return NotReady("Up to 0.4 kV there is no inspection")
    if known.case.own_works_done_at is None:
        return NotReady("It opens when the applicant reports his works")
    return None if ordinary(known.case) else grid_works_done(known, now)


def no_meter(known: Known, _: datetime) -> NotReady | None:
    return NotReady("The meter is admitted already") if known.case.meter_admitted_at else None


def meter_admitted(known: Known, _: datetime) -> NotReady | None:
    return None if known.case.meter_admitted_at else NotReady("It opens when the meter is admitted")


def closing_stored(known: Known, _: datetime) -> NotReady | None:
    """The meter's act is placed first: in every case the steps come in one order."""
    if known.papers.get("meter_act") != DocumentState.PLACED:
        return NotReady("It opens when the act of the meter is placed")
    return stored(known, closing_papers(known.case))


def remarks_in_time(known: Known, _: datetime) -> NotReady | None:
    return right_in_time(known, "TP-19", "The term for remarks has passed: %(days)s working days")


def remarks_open(known: Known, _: datetime) -> NotReady | None:
    return None if {"TP-20"} & (known.running | known.lapsed) else NotReady("There are no remarks to remove")


def refusal_stored(known: Known, _: datetime) -> NotReady | None:
    return to_place(known, "refusal")


def suspended(known: Known, _: datetime) -> NotReady | None:
    return None if known.case.suspended_at else NotReady("The terms are running")


def running(known: Known, _: datetime) -> NotReady | None:
    return NotReady("The terms are suspended already") if known.case.suspended_at else None


def supplier_awaited(known: Known, _: datetime) -> NotReady | None:
    open_terms = {"TP-05", "TP-05A"} & (known.running | known.lapsed)
    return None if open_terms else NotReady("It opens when copies have been sent to the supplier")


# ------------------------------------------------------------------------------------------------ the kinds of case
def cabinet(known: Known) -> bool:
    """Section X: the contract is concluded by payment."""
    return not ordinary(known.case)


def signed(known: Known) -> bool:
    """The ordinary path: the contract is signed by both sides."""
    return ordinary(known.case) and not reissue(known)


def contracted(known: Known) -> bool:
    return not reissue(known)


def reissue(known: Known) -> bool:
    return known.case.category == "REISSUE"


def supervised(known: Known) -> bool:
    """Rostekhnadzor has a say (п. 18)."""
    return signed(known) and rtn_kind(known.case) != ""
