"""The story of a case for screens: whose turn it is, the timeline, the eight fields of its card (rows G-32…G-38)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from models.connection import rules
from models.connection.sight import Clock, Milestone, Phrase, Step, Turn
from models.connection.tables import CLOSED_STAGES, FINAL_STAGES, Application, Stage
from models.payment.tables import Instalment
from models.process.words import N_
from models.process.workdays import Calendar


def _open(clocks: Sequence[Clock], *names: str) -> Clock | None:
    """The nearest clock of these rules that is still to be kept."""
    mine = [c for c in clocks if c.rule in names and c.state in ("running", "soon", "late", "paused")]
    return min(mine, key=lambda c: c.due_on, default=None)


def turn(case: Application, clocks: Sequence[Clock], parts: Sequence[Instalment], today: date, days: Calendar) -> Turn:
    """Whose move it is. Exactly one answer for every stage."""
    if case.suspended_at and case.stage not in FINAL_STAGES:
        return Turn(
            "grid", Phrase(N_("The terms are suspended")), then=Phrase(N_("When the terms go on, we write to you"))
        )
    made = _TURNS[Stage(case.stage)]
    title, whose, names, then, otherwise, action = made
    due = _open(clocks, *names)
    facts: dict[str, Any] = {}
    unpaid = next((p for p in parts if p.credited_at is None), None)
    if action == "pay" and parts and parts[0].credited_at:
        return Turn("grid", Phrase(N_("The payment has come, we conclude the contract")), then=Phrase(then))
    if action == "pay" and not unpaid:
        title = N_("Pay the first part of the invoice")  # a list knows no sums
    elif action == "pay" and unpaid:
        facts["sum"] = unpaid.amount
        if due is None and unpaid.due_on:
            left = days.working_days_left(today, unpaid.due_on)
            return Turn(whose, Phrase(title, facts), unpaid.due_on, left, Phrase(then), Phrase(otherwise), action)
    if case.stage in (Stage.EXECUTION, Stage.METERING, Stage.ENERGISED, Stage.COMPLETED) and unpaid and unpaid.due_on:
        near = days.working_days_left(today, unpaid.due_on)
        if near <= 10:
            title = N_("Pay the next part of the invoice: %(sum)s")
            return Turn(
                "applicant",
                Phrase(title, {"sum": unpaid.amount}),
                unpaid.due_on,
                near,
                Phrase(N_("The works go on as planned")),
                Phrase(N_("A delay of payment counts as your delay")),
                "pay",
            )
    if _own_works_awaited(case):
        return Turn(
            "applicant",
            Phrase(N_("Finish your works and report them")),
            then=Phrase(N_("We come to inspect your installation")),
            action="report_own_works",
        )
    return Turn(
        whose,
        Phrase(title, facts),
        due.due_on if due else None,
        due.left if due else None,
        Phrase(then),
        Phrase(otherwise),
        action,
    )


def _own_works_awaited(case: Application) -> bool:
    """Above 0.4 kV nothing goes on without the applicant's report; after remarks too (п. 85, 89)."""
    done = case.grid_works_done_at is not None and case.own_works_done_at is None
    return case.stage == Stage.EXECUTION and done and rules.above_low_voltage(case)


_WORKS = ("TP-10", "TP-11", "TP-11I", "TP-12")
_TURNS: dict[Stage, tuple[str, str, tuple[str, ...], str, str, str]] = {
    Stage.DRAFT: (N_("Finish the application and send it"), "applicant", (),
                  N_("We register it and check the papers in three working days"), "", "continue_draft"),
    Stage.SUBMITTED: (N_("We register the application"), "grid", (), N_("It gets a number within a minute"), "", ""),
    Stage.CHECKING: (N_("We check the papers"), "grid", ("TP-01",),
                     N_("Then we prepare the technical conditions"), "", ""),
    Stage.AWAITING_INFO: (N_("Send what is missing"), "applicant", ("TP-02",),
                          N_("We go on with the check the next working day"),
                          N_("The application will be annulled"), "supply_info"),
    Stage.ENGINEERING: (N_("We prepare the technical conditions"), "grid", ("TP-08", "TP-04X"),
                        N_("Then the contract, the conditions and the invoice appear here"), "", ""),
    Stage.APPROVAL: (N_("We approve the technical conditions"), "grid", ("TP-08", "TP-04X"),
                     N_("Then the contract, the conditions and the invoice appear here"), "", ""),
    Stage.OFFER_PLACED: (N_("Pay the first part of the invoice: %(sum)s"), "applicant", ("TP-06X",),
                         N_("The contract is concluded, we begin the works"),
                         N_("The application will be annulled"), "pay"),
    Stage.DISAGREEMENT: (N_("We correct the conditions by your demands"), "grid", ("TP-08",),
                         N_("Then the corrected papers appear here"), "", ""),
    Stage.CONCLUDED: (N_("We begin the works"), "grid", _WORKS, "", "", ""),
    Stage.EXECUTION: (N_("We build up to your plot, you prepare the input into the house"), "grid", _WORKS,
                      N_("Then we admit the meter and supply voltage"), "", "report_own_works"),
    Stage.INSPECTION: (N_("We inspect your installation"), "grid", ("TP-13", "TP-13R"),
                       N_("Then we admit the meter and supply voltage"), "", ""),
    Stage.METERING: (N_("We admit the meter and supply voltage"), "grid", _WORKS,
                     N_("Then the closing papers appear here"), "", ""),
    Stage.ENERGISED: (N_("We place the closing papers"), "grid", ("TP-16X",), N_("Then the connection is complete"), "", ""),
    Stage.COMPLETED: (N_("The connection is complete"), "nobody", (), "", "", ""),
    Stage.RETURNED: (N_("The application was returned"), "nobody", (), N_("You can apply again any day"), "", ""),
    Stage.REDIRECTED: (N_("The application was redirected to another grid company"), "nobody", (), "", "", ""),
    Stage.WITHDRAWN: (N_("You have withdrawn the application"), "nobody", (), N_("You can apply again any day"), "", ""),
    Stage.ANNULLED_NO_INFO: (N_("The application was annulled: the information did not come in time"), "nobody", (),
                             N_("You can apply again any day"), "", ""),
    Stage.ANNULLED_NO_PAYMENT: (N_("The application was annulled: the invoice was not paid in time"), "nobody", (),
                                N_("You can apply again any day"), "", ""),
    Stage.TERMINATED: (N_("The contract was terminated"), "nobody", (), "", "", ""),
}  # fmt: skip


# ------------------------------------------------------------------------------------------------ timeline
_LINE: tuple[tuple[str, str, str, str], ...] = (
    ("submitted_at", N_("Application sent"), N_("Through the cabinet"), N_("when you send it")),
    ("registered_at", N_("Application registered"), N_("Number %(number)s"), N_("at once after sending")),
    ("checked_at", N_("Papers checked"), N_("The set is complete"), N_("3 working days after registration")),
    ("offer_placed_at", N_("Contract, technical conditions and invoice placed"), N_("Look at them among the papers"),
     N_("10 working days after registration")),
    ("concluded_at", N_("Contract concluded"), N_("No signature is needed: the payment confirms the contract"),
     N_("on the day of payment")),
    ("grid_works_done_at", N_("Works of the grid company done"), N_("The line is built up to your plot"),
     N_("in the term of the contract")),
    ("meter_admitted_at", N_("Meter admitted"), N_("The act is among the papers"), N_("after the works")),
    ("energised_at", N_("Voltage supplied"), N_("Switch on by the guide"), N_("after the meter")),
    ("papers_placed_at", N_("Papers of the connection signed"), N_("The connection is complete"),
     N_("the next working day after voltage")),
)  # fmt: skip


def timeline(case: Application, found: Turn, zone: ZoneInfo) -> list[Step]:
    """The story in one line: what has happened with its date, what is now, what lies ahead and on what it hangs."""
    facts = {"number": case.number or ""}
    steps, now_shown = [], False
    for name, what, detail, ahead in _LINE:
        at = getattr(case, name)
        if at is not None:
            steps.append(Step("done", at.astimezone(zone).date(), Phrase(""), Phrase(what), Phrase(detail, facts)))
        elif case.stage in CLOSED_STAGES:
            break
        elif not now_shown:
            now_shown = True
            steps.append(Step("now", found.due_on, Phrase(ahead), Phrase(what), found.title))
        else:
            steps.append(Step("next", None, Phrase(ahead), Phrase(what), Phrase("")))
    if case.stage in CLOSED_STAGES and case.ended_at:
        on = case.ended_at.astimezone(zone).date()
        reason = Phrase(case.end_reason.replace("%", "%%")) if case.end_reason else found.then
        steps.append(Step("out", on, Phrase(""), Phrase(rules.STAGE_NAMES[Stage(case.stage)]), reason))
    return steps


# ------------------------------------------------------------------------------------------------ the eight fields
def milestones(case: Application, parts: Sequence[Instalment], zone: ZoneInfo) -> list[Milestone]:
    """Fields of the card as the manual names them; the labels are verbatim Russian through the catalogue."""

    def day(at: datetime | None, ahead: str) -> tuple[Phrase, bool]:
        if at is None:
            return Phrase(ahead if case.stage not in CLOSED_STAGES else N_("did not take place")), False
        return Phrase("%(day)s", {"day": at.astimezone(zone).date()}), True

    return [
        Milestone(N_("Application status"), Phrase(rules.STAGE_NAMES[Stage(case.stage)]), True),
        Milestone(N_("Date of sending the draft contract and conditions"), *day(case.offer_placed_at, N_("up to 10 working days after registration"))),
        Milestone(N_("Date of the contract"), *day(case.concluded_at, N_("on the day of payment"))),
        Milestone(N_("Progress of the contract"), *_contract_progress(case, parts)),
        Milestone(N_("Progress of the technical conditions"), *_works_progress(case)),
        Milestone(N_("Date of the actual supply of voltage"), *day(case.energised_at, N_("after the works of both sides"))),
        Milestone(N_("Date of signing the papers of the connection"), *day(case.papers_placed_at, N_("the next working day after voltage"))),
    ]  # fmt: skip


def _contract_progress(case: Application, parts: Sequence[Instalment]) -> tuple[Phrase, bool]:
    if case.concluded_at is None:
        return Phrase(N_("after payment")), False
    paid = sum((p.amount for p in parts if p.credited_at), Decimal(0))
    whole = sum((p.amount for p in parts), Decimal(0))
    if case.stage == Stage.TERMINATED:
        return Phrase(N_("terminated; paid %(paid)s of %(whole)s"), {"paid": paid, "whole": whole}), True
    done = N_("fulfilled; paid %(paid)s of %(whole)s")
    going = N_("in execution; paid %(paid)s of %(whole)s")
    return Phrase(done if case.stage in FINAL_STAGES and paid == whole else going, {"paid": paid, "whole": whole}), True


def _works_progress(case: Application) -> tuple[Phrase, bool]:
    if case.concluded_at is None:
        return Phrase(N_("after payment")), False
    grid, own = case.grid_works_done_at, case.own_works_done_at
    if case.energised_at or (grid and own):
        return Phrase(N_("fulfilled by both sides")), True
    if grid:
        return Phrase(N_("the grid company has done its works, yours are awaited")), True
    if own:
        return Phrase(N_("your works are done, the grid company goes on")), True
    return Phrase(N_("the works go on")), True
