"""The story of a case for screens: the timeline and the eight fields of its card (rows G-32…G-38). Pure; whose turn it is
stands in turns.py."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from models.connection import rules
from models.connection.sight import Milestone, Phrase, Step, Turn
from models.connection.tables import CLOSED_STAGES, FINAL_STAGES, Application, Category, Stage
from models.connection.turns import turn
from models.payment.tables import Instalment
from models.process.words import N_

__all__ = ["Norms", "milestones", "timeline", "turn"]

# ------------------------------------------------------------------------------------------------ timeline
_LINE: tuple[tuple[str, str, str, str], ...] = (
    ("submitted_at", N_("Application sent"), N_("Through the cabinet"), N_("when you send it")),
    ("registered_at", N_("Application registered"), N_("Number %(number)s"), N_("at once after sending")),
    ("checked_at", N_("Papers checked"), N_("The set is complete"), "TP-01"),
    ("offer_placed_at", N_("Contract, technical conditions and invoice placed"), N_("Look at them among the papers"),
     "offer"),
    ("concluded_at", N_("Contract concluded"), N_("No signature is needed: the payment confirms the contract"),
     N_("on the day of payment")),
    ("grid_works_done_at", N_("Works of the grid company done"), N_("The line is built up to your plot"),
     N_("in the term of the contract")),
    ("meter_admitted_at", N_("Meter admitted"), N_("The act is among the papers"), N_("after the works")),
    ("energised_at", N_("Voltage supplied"), N_("Switch on by the guide"), N_("after the meter")),
    ("papers_placed_at", N_("Papers of the connection signed"), N_("The connection is complete"),
     N_("the next working day after voltage")),
)  # fmt: skip
_SIGNED_LINE: dict[str, tuple[str, str, str]] = {  # the same knots on the ordinary path
    "offer_placed_at": (
        N_("Draft contract and technical conditions sent"),
        N_("Look at them among the papers"),
        "offer",
    ),
    "concluded_at": (N_("Contract concluded"), N_("Signed by both sides"), N_("when you sign it")),
    "energised_at": (N_("Voltage supplied"), N_("The act of connection follows"), N_("after the acts are signed")),
    "papers_placed_at": (
        N_("Papers of the connection signed"),
        N_("The connection is complete"),
        N_("when you sign the act"),
    ),
}
_REISSUE_LINE = ("submitted_at", "registered_at", "checked_at", "papers_placed_at")
Norms = Mapping[str, int]  # rule → its length, of today's edition


def _days(case: Application, rule: str, norms: Norms) -> Phrase:
    """'not later than the 10th working day after registration': the number comes from the dated rule, never from here."""
    name = rule if rule != "offer" else ("TP-04T" if case.category == Category.TEMP else "TP-04O" if rules.ordinary(case) else "TP-04X")  # fmt: skip
    if name not in norms:
        return Phrase(N_("in the term of the rules"))
    words = N_("not later than day %(days)s after registration") if name == "TP-04T" else N_("not later than working day %(days)s after registration")  # fmt: skip
    return Phrase(words, {"days": norms[name]})


def _knots(case: Application) -> Iterator[tuple[str, str, str, str]]:
    for name, *told in _LINE:
        if case.category == Category.REISSUE and name not in _REISSUE_LINE:
            continue
        yield (name, *(_SIGNED_LINE.get(name, told) if rules.ordinary(case) else told))


def timeline(case: Application, found: Turn, zone: ZoneInfo, norms: Norms | None = None) -> list[Step]:
    """The story in one line: what has happened with its date, what is now, what lies ahead and on what it hangs."""
    facts = {"number": case.number or ""}
    steps, now_shown = [], False
    for name, what, detail, ahead in _knots(case):
        at = getattr(case, name)
        when = _days(case, ahead, norms or {}) if ahead in ("TP-01", "offer") else Phrase(ahead)
        if at is not None:
            steps.append(Step("done", at.astimezone(zone).date(), Phrase(""), Phrase(what), Phrase(detail, facts)))
        elif case.stage in CLOSED_STAGES:
            break
        elif not now_shown:
            now_shown = True
            steps.append(Step("now", found.due_on, when, Phrase(what), found.title))
        else:
            steps.append(Step("next", None, when, Phrase(what), Phrase("")))
    if case.stage in CLOSED_STAGES and case.ended_at:
        on = case.ended_at.astimezone(zone).date()
        reason = Phrase(case.end_reason.replace("%", "%%")) if case.end_reason else found.then
        steps.append(Step("out", on, Phrase(""), Phrase(rules.STAGE_NAMES[Stage(case.stage)]), reason))
    return steps


# ------------------------------------------------------------------------------------------------ the eight fields
def milestones(
    case: Application, parts: Sequence[Instalment], zone: ZoneInfo, norms: Norms | None = None
) -> list[Milestone]:
    """Fields of the card as the manual names them; the labels are verbatim Russian through the catalogue."""

    def day(at: datetime | None, ahead: str | Phrase) -> tuple[Phrase, bool]:
        if at is None:
            told = ahead if isinstance(ahead, Phrase) else Phrase(ahead)
            return told if case.stage not in CLOSED_STAGES else Phrase(N_("did not take place")), False
        return Phrase("%(day)s", {"day": at.astimezone(zone).date()}), True

    return [
        Milestone(N_("Application status"), Phrase(rules.STAGE_NAMES[Stage(case.stage)]), True),
        Milestone(N_("Date of sending the draft contract and conditions"), *day(case.offer_placed_at, _days(case, "offer", norms or {}))),
        Milestone(N_("Date of the contract"), *day(case.concluded_at, N_("when you sign it") if rules.ordinary(case) else N_("on the day of payment"))),
        Milestone(N_("Progress of the contract"), *_contract_progress(case, parts)),
        Milestone(N_("Progress of the technical conditions"), *_works_progress(case)),
        Milestone(N_("Date of the actual supply of voltage"), *day(case.energised_at, N_("after the works of both sides"))),
        Milestone(N_("Date of signing the papers of the connection"), *day(case.papers_placed_at, N_("when you sign the act") if rules.ordinary(case) else N_("the next working day after voltage"))),
    ]  # fmt: skip


def _contract_progress(case: Application, parts: Sequence[Instalment]) -> tuple[Phrase, bool]:
    if case.concluded_at is None:
        return Phrase(N_("after the contract is signed") if rules.ordinary(case) else N_("after payment")), False
    paid = sum((p.amount for p in parts if p.credited_at), Decimal(0))
    whole = sum((p.amount for p in parts), Decimal(0))
    if case.stage == Stage.TERMINATED:
        return Phrase(N_("terminated; paid %(paid)s of %(whole)s"), {"paid": paid, "whole": whole}), True
    done = N_("fulfilled; paid %(paid)s of %(whole)s")
    going = N_("in execution; paid %(paid)s of %(whole)s")
    return Phrase(done if case.stage in FINAL_STAGES and paid == whole else going, {"paid": paid, "whole": whole}), True


def _works_progress(case: Application) -> tuple[Phrase, bool]:
    if case.concluded_at is None:
        return Phrase(N_("after the contract is signed") if rules.ordinary(case) else N_("after payment")), False
    grid, own = case.grid_works_done_at, case.own_works_done_at
    if case.energised_at or (grid and own):
        return Phrase(N_("fulfilled by both sides")), True
    if grid:
        return Phrase(N_("the grid company has done its works, yours are awaited")), True
    if own:
        return Phrase(N_("your works are done, the grid company goes on")), True
    return Phrase(N_("the works go on")), True
