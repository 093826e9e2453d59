"""Whose move it is in a case, what to do, until when, what comes then: exactly one answer for every stage. Pure; it never
decides which moves are open (moves.py does)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.connection import rules
from models.connection.moves import WORKS
from models.connection.sight import Clock, Phrase, Turn
from models.connection.tables import FINAL_STAGES, Application, Category, Stage
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
    made = _special(case, clocks) or _TURNS[Stage(case.stage)]
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
    """Where there is an inspection nothing goes on without the applicant's report; after remarks too (п. 85, 89)."""
    done = case.grid_works_done_at is not None and case.own_works_done_at is None
    return case.stage == Stage.EXECUTION and done and rules.inspected(case)


_Told = tuple[str, str, tuple[str, ...], str, str, str]  # what to do, whose turn, clocks, then, otherwise, action


def _special(case: Application, clocks: Sequence[Clock]) -> _Told | None:
    """Where the ordinary path tells its stage otherwise."""
    if not rules.ordinary(case):
        return None
    if case.stage in (Stage.ENGINEERING, Stage.APPROVAL):
        if case.category == Category.REISSUE:
            return (N_("We prepare your documents"), "grid", _REISSUE, N_("Then they appear here"), "", "")
        title = N_("We prepare the technical conditions") if case.stage == Stage.ENGINEERING else N_("We approve the technical conditions")  # fmt: skip
        return (
            title,
            "grid",
            _DRAFT,
            N_("Then the draft contract and the conditions appear here to be signed"),
            "",
            "",
        )
    if case.stage == Stage.METERING:
        return _before_voltage(case, clocks)
    if case.stage == Stage.ENERGISED and any(c.rule == "TP-16O" and c.done_on for c in clocks):
        return (N_("Sign the act of connection"), "applicant", (), N_("Then the connection is complete"), "", "sign")
    if case.stage == Stage.ENERGISED:
        return (
            N_("We place the closing papers"),
            "grid",
            ("TP-16O",),
            N_("Then you sign the act of connection"),
            "",
            "",
        )
    return None


def _before_voltage(case: Application, clocks: Sequence[Clock]) -> _Told | None:
    if case.tu_act_signed_at is None:
        if any(c.rule == "TP-14A" and c.state != "cancelled" for c in clocks):
            return (N_("Sign the act on the technical conditions"), "applicant", ("TP-14A",),
                    N_("Then we admit the meter and supply voltage"), "", "sign")  # fmt: skip
        return (N_("We make the act on the technical conditions"), "grid", ("TP-14G",), N_("Then you sign it"), "", "")
    if rules.rtn_kind(case) and not case.rtn:
        title = N_("Tell Rostekhnadzor that your installation is ready") if rules.rtn_kind(case) == "notice" else N_("Get the permission of Rostekhnadzor")  # fmt: skip
        return (title, "applicant", ("TP-15",), N_("Then we supply voltage"), "", "record_rtn")
    return None


_WORKS = WORKS
_DRAFT = ("TP-08", "TP-04O", "TP-04T")
_REISSUE = ("TP-23D", "TP-23A", "TP-23C", "TP-23N")
_TURNS: dict[Stage, _Told] = {
    Stage.DRAFT: (N_("Finish the application and send it"), "applicant", (),
                  N_("We register it and check the papers"), "", "continue_draft"),
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
    Stage.CONTRACT_SENT: (N_("Sign the contract or send a protocol of disagreements"), "applicant", ("TP-06O", "TP-07"),
                          N_("The contract is concluded, we begin the works"),
                          N_("The application will be annulled"), "sign"),
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
    Stage.ANNULLED_NOT_SIGNED: (N_("The application was annulled: the contract was not signed in time"), "nobody", (),
                                N_("You can apply again any day"), "", ""),
    Stage.TERMINATED: (N_("The contract was terminated"), "nobody", (), "", "", ""),
}  # fmt: skip
