"""Words of the desk: short names of stages, what is to be done, who does it. No Streamlit, no session here."""

from models.connection.rules import above_low_voltage
from models.connection.tables import OPEN_STAGES, UNDER_CONTRACT, Application, Stage
from models.delivery.tables import LetterState
from models.document.tables import DocumentState
from models.process import actor
from models.process.actor import Role
from models.process.words import N_

DESK = actor.DESK  # who has a desk at all
READERS = frozenset({Role.AUDITOR})  # looks everywhere, changes nothing

SHORT: dict[str, str] = {
    Stage.SUBMITTED: N_("received"),
    Stage.CHECKING: N_("being checked"),
    Stage.AWAITING_INFO: N_("awaiting corrections"),
    Stage.ENGINEERING: N_("conditions in preparation"),
    Stage.APPROVAL: N_("in approval"),
    Stage.OFFER_PLACED: N_("awaiting payment"),
    Stage.CONTRACT_SENT: N_("awaiting signature"),
    Stage.DISAGREEMENT: N_("disagreement"),
    Stage.CONCLUDED: N_("contract concluded"),
    Stage.EXECUTION: N_("contract in execution"),
    Stage.INSPECTION: N_("inspection"),
    Stage.METERING: N_("admission of the meter"),
    Stage.ENERGISED: N_("voltage supplied"),
    Stage.COMPLETED: N_("completed"),
    Stage.RETURNED: N_("returned"),
    Stage.REDIRECTED: N_("redirected"),
    Stage.WITHDRAWN: N_("withdrawn"),
    Stage.ANNULLED_NO_INFO: N_("no information"),
    Stage.ANNULLED_NO_PAYMENT: N_("not paid"),
    Stage.ANNULLED_NOT_SIGNED: N_("not signed"),
    Stage.TERMINATED: N_("terminated"),
}

_ALL = tuple(s for s in Stage if s in OPEN_STAGES)
MINE: dict[str, tuple[Stage, ...]] = {  # where a role acts: what its queue shows
    Role.OPERATOR: (
        Stage.SUBMITTED,
        Stage.CHECKING,
        Stage.AWAITING_INFO,
        Stage.OFFER_PLACED,
        Stage.CONTRACT_SENT,
        Stage.DISAGREEMENT,
    ),
    Role.ENGINEER: (Stage.ENGINEERING, Stage.DISAGREEMENT, Stage.EXECUTION),
    Role.INSPECTOR: (Stage.EXECUTION, Stage.INSPECTION, Stage.METERING),
    Role.METERING: (Stage.METERING,),
    Role.BILLING: (Stage.OFFER_PLACED, *(s for s in Stage if s in UNDER_CONTRACT)),
    Role.LAWYER: (Stage.DISAGREEMENT,),
    Role.MANAGER: _ALL,
    Role.ADMIN: _ALL,
    Role.AUDITOR: _ALL,
}

_TODO: dict[str, str] = {
    Stage.SUBMITTED: N_("the system registers it"),
    Stage.CHECKING: N_("check the set of papers"),
    Stage.AWAITING_INFO: N_("we wait for the applicant's papers"),
    Stage.ENGINEERING: N_("prepare the technical conditions"),
    Stage.APPROVAL: N_("approve the technical conditions"),
    Stage.OFFER_PLACED: N_("we wait for the applicant's payment"),
    Stage.CONTRACT_SENT: N_("we wait for the applicant's signature"),
    Stage.DISAGREEMENT: N_("correct the conditions by the demands"),
    Stage.CONCLUDED: N_("the system passes it to execution"),
    Stage.EXECUTION: N_("do the works and report them"),
    Stage.INSPECTION: N_("inspect the installation"),
    Stage.METERING: N_("admit the meter"),
    Stage.ENERGISED: N_("the system makes the closing papers"),
    Stage.COMPLETED: N_("nothing: it is completed"),
}


def todo(case: Application) -> str:
    """What the next step of a case is, in English source words."""
    if case.suspended_at:
        return N_("nothing: the terms are suspended")
    if case.stage == Stage.APPROVAL and case.approved_at:
        return N_("the system makes the papers of the offer")
    if case.stage == Stage.METERING and case.meter_admitted_at:
        return N_("supply voltage")
    if case.stage == Stage.EXECUTION and case.grid_works_done_at and above_low_voltage(case):
        return N_("we wait for the applicant's works")
    return _TODO.get(case.stage, N_("nothing: it is closed"))


WAITING = frozenset({N_("we wait for the applicant's papers"), N_("we wait for the applicant's payment"),
                     N_("we wait for the applicant's works")})  # fmt: skip


def waits(case: Application) -> bool:
    """The applicant's move."""
    return todo(case) in WAITING


WHOSE = {"grid": N_("grid company"), "applicant": N_("applicant"), "supplier": N_("supplier"), "nobody": N_("nobody")}

CLOCK_STATES: dict[str, tuple[str, str, str]] = {  # state: (chip, word when it says nothing of days, family of the bar)
    "done": ("done", N_("in time"), "green"),
    "done_late": ("closed", N_("done late"), "grey"),
    "running": ("work", "", "blue"),
    "soon": ("soon", "", "copper"),
    "late": ("late", "", "red"),
    "paused": ("paused", N_("suspended"), "grey"),
    "cancelled": ("closed", N_("no longer needed"), "grey"),
    "expired": ("closed", N_("the right has expired"), "grey"),
}

PAPER_STATES: dict[str, str] = {
    DocumentState.ORDERED: N_("being made"),
    DocumentState.STORED: N_("made and sealed"),
    DocumentState.PLACED: N_("in the cabinet"),
    DocumentState.ANNULLED: N_("annulled"),
    DocumentState.REPLACED: N_("replaced by a newer one"),
}

LETTER_STATES: dict[str, tuple[str, str]] = {
    LetterState.ORDERED: ("next", N_("in the queue")),
    LetterState.RENDERED: ("next", N_("in the queue")),
    LetterState.SENDING: ("work", N_("being sent")),
    LetterState.RETRYING: ("soon", N_("tried again")),
    LetterState.SENT: ("done", N_("sent")),
    LetterState.UNDELIVERABLE: ("late", N_("not delivered")),
}

LETTERS: dict[str, str] = {
    "registered": N_("Application registered"),
    "missing_info": N_("Missing information"),
    "info_received": N_("Information received"),
    "offer_placed": N_("Contract, conditions and invoice placed"),
    "disagreement_received": N_("Refusal received"),
    "contract_concluded": N_("Contract concluded"),
    "payment_received": N_("Payment received"),
    "payment_due": N_("Reminder of a payment"),
    "info_due": N_("Reminder of the information"),
    "works_done": N_("Works of the grid company done"),
    "inspection_passed": N_("Inspection passed"),
    "inspection_remarks": N_("Inspection: remarks"),
    "meter_admitted": N_("Meter admitted"),
    "energised": N_("Voltage supplied"),
    "completed": N_("Connection completed"),
    "annulled": N_("Application annulled"),
    "withdrawn": N_("Application withdrawn"),
    "redirected": N_("Application redirected"),
    "returned": N_("Application returned"),
    "suspended": N_("Terms suspended"),
    "resumed": N_("Terms resumed"),
    "message": N_("Message"),
    "contract_sent": N_("Draft contract and conditions to sign"),
    "contract_due": N_("Reminder of the signature"),
    "act_to_sign": N_("A paper to sign"),
    "contract_changed": N_("Change of the contract in force"),
    "documents_reissued": N_("Papers of the connection issued again"),
    "conditions_due": N_("The conditions end soon"),
    "supplier_copies": N_("Copies for the supplier"),
    "supplier_acts": N_("Acts for the supplier"),
}

OUTCOMES: dict[str, str] = {
    "sent": N_("sent"),
    "duplicate": N_("the other side had it already"),
    "retry": N_("the other side is busy or away"),
    "throttled": N_("asked to come later"),
    "refused": N_("refused: there is no such address"),
    "lost": N_("the worker stopped, the outcome is unknown"),
    "": N_("no outcome yet"),
}

PROCESSES: dict[str, str] = {
    "connection": N_("application"),
    "issuing": N_("paper"),
    "delivery": N_("letter"),
    "payment": N_("payment"),
    "booking": N_("visit to the office"),
}
