"""What screens show of a case, computed once for all of them: whose turn, the timeline, the eight fields, the clocks.

Texts are English source with facts; a Decimal fact is money, a date fact is a day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.connection import queries, rules
from models.connection.tables import CLOSED_STAGES, FINAL_STAGES, Application, Stage
from models.payment import queries as payments
from models.payment.tables import Instalment
from models.process.tables import Term
from models.process.terms import calendar
from models.process.words import N_
from models.process.workdays import Calendar


@dataclass(frozen=True)
class Phrase:
    """`_(template) % facts`, with money and days written the Russian way."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Clock:
    """One term as a screen shows it. `left`: working days to the end, negative when late. `share`: 0…1 of it used."""

    rule: str
    title: str
    whose: str  # grid | applicant | supplier
    starts_on: date
    due_on: date
    left: int
    share: float
    state: str  # done | done_late | running | soon | late | paused | cancelled | expired
    done_on: date | None
    basis: str
    on_lapse: str
    is_right: bool
    ref: str = ""


@dataclass(frozen=True)
class Turn:
    """Whose move it is, what to do, until when, what happens then and what if not."""

    whose: str  # applicant | grid | supplier | nobody
    title: Phrase
    due_on: date | None = None
    left: int | None = None
    then: Phrase = field(default_factory=lambda: Phrase(""))
    otherwise: Phrase = field(default_factory=lambda: Phrase(""))
    action: str = ""  # pay | supply_info | continue_draft | report_own_works, or nothing


@dataclass(frozen=True)
class Step:
    """A knot of the timeline. A step ahead says what it hangs on, never an invented date."""

    state: str  # done | now | next | out
    on: date | None
    when: Phrase
    what: Phrase
    detail: Phrase


@dataclass(frozen=True)
class Milestone:
    """One of the eight fields of the card (rows G-32…G-38). `there`: it has happened; otherwise `value` says when."""

    label: str
    value: Phrase
    there: bool


@dataclass(frozen=True)
class Card:
    """Everything the card of one case shows."""

    case: Application
    turn: Turn
    clocks: Sequence[Clock]
    timeline: Sequence[Step]
    milestones: Sequence[Milestone]
    payments: Sequence[Instalment]
    today: date
    zone: ZoneInfo


def card(session: Session, case: Application, now: datetime) -> Card:
    zone = queries.zone_of(session, case)
    today = now.astimezone(zone).date()
    days = calendar(session)
    clocks = [clock(t, days, now, zone) for t in queries.terms_of(session, case.id or 0)]
    invoice = payments.invoice_of(session, case.id or 0)
    parts = payments.instalments(session, invoice.id) if invoice and invoice.id else []
    found = turn(case, clocks, parts, today, days)
    return Card(case, found, clocks, timeline(case, found, zone), milestones(case, parts, zone), parts, today, zone)


def clock(term: Term, days: Calendar, now: datetime, zone: ZoneInfo) -> Clock:
    today = now.astimezone(zone).date()
    start = term.starts_at.astimezone(zone).date()
    end = term.done_at or term.paused_at or now
    left = days.working_days_left(today, term.due_on)
    whole = max((term.due_at - term.starts_at).total_seconds(), 1)
    share = min(max((end - term.starts_at).total_seconds() / whole, 0), 1)
    return Clock(
        rule=term.rule,
        title=term.title,
        whose=term.whose,
        starts_on=start,
        due_on=term.due_on,
        left=left,
        share=share,
        state=_clock_state(term, now, left, share),
        done_on=term.done_at.astimezone(zone).date() if term.done_at else None,
        basis=term.basis,
        on_lapse=term.on_lapse,
        is_right=term.is_right,
        ref=term.ref,
    )


def _clock_state(term: Term, now: datetime, left: int, share: float) -> str:
    if term.cancelled_at:
        return "cancelled"
    if term.done_at:
        return "done" if term.done_at <= term.due_at else "done_late"
    if term.paused_at:
        return "paused"
    if now >= term.due_at:
        return "expired" if term.is_right else "late"
    return "soon" if left <= 2 or share >= 0.8 else "running"


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
    return Turn(
        whose,
        Phrase(title, facts),
        due.due_on if due else None,
        due.left if due else None,
        Phrase(then),
        Phrase(otherwise),
        action,
    )


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
    return Phrase(done if case.stage in FINAL_STAGES else going, {"paid": paid, "whole": whole}), True


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


# ------------------------------------------------------------------------------------------------ lists
@dataclass(frozen=True)
class QueueRow:
    """One line of a desk's queue: what to do, by when, how much of the term is used."""

    case: Application
    turn: Turn
    clock: Clock | None  # the nearest one of the grid company (or of the applicant, when his move is awaited)
    late: bool
    soon: bool


def queue(
    session: Session, now: datetime, *, branch_id: int | None = None, stages: Sequence[str] = ()
) -> list[QueueRow]:
    """Open cases of these stages, the one with the least time left first. Three selects however many cases."""
    return lines(session, queries.open_cases(session, branch_id, stages), now)


def lines(session: Session, cases: Sequence[Application], now: datetime) -> list[QueueRow]:
    """These cases as lines of a queue, the one with the least time left first."""
    clocks = queries.open_terms(session, [c.id for c in cases if c.id])
    days = calendar(session)
    rows = []
    for case in cases:
        zone = queries.zone_of(session, case)
        shown = [clock(t, days, now, zone) for t in clocks[case.id or 0]]
        found = turn(case, shown, (), now.astimezone(zone).date(), days)
        mine = [
            c for c in shown if not c.is_right and c.rule not in ("TU-EXP", "TP-05", "TP-05A") and c.state != "expired"
        ]
        near = min(mine, key=lambda c: c.due_on, default=None)
        late = any(c.state == "late" and c.whose == "grid" for c in mine)
        rows.append(QueueRow(case, found, near, late, bool(near and near.state == "soon")))
    far = date.max
    return sorted(rows, key=lambda r: (r.clock.due_on if r.clock else far, r.case.id or 0))


@dataclass(frozen=True)
class StatusCard:
    """What the public page by a secret link shows: the name is masked, the address ends at the settlement."""

    number: str
    filed_on: date
    object_name: str
    power_kw: Decimal
    place: str
    applicant: str
    stage: str
    turn: Turn
    timeline: Sequence[Step]


def status_card(session: Session, token: str, now: datetime) -> StatusCard | None:
    case = queries.by_token(session, token)
    if case is None or case.number is None:
        return None
    found = card(session, case, now)
    filed = (case.registered_at or case.created_at).astimezone(found.zone).date()
    return StatusCard(
        number=case.number,
        filed_on=filed,
        object_name=case.object_name,
        power_kw=case.power_kw,
        place=settlement(case.object_address),
        applicant=masked_name(str(case.person.get("name", ""))),
        stage=rules.STAGE_NAMES[Stage(case.stage)],
        turn=found.turn,
        timeline=found.timeline,
    )


def _hide(word: str) -> str:
    return f"{word[:1]}***{word[-2:] if len(word) > 3 else ''}"


_FORMS = frozenset((
    "ООО", "АО", "ПАО", "НАО", "ЗАО", "ИП", "КФХ", "СНТ", "ДНТ", "ТСН", "ТСЖ", "ГСК", "МУП", "ГУП", "МБУ", "МКУ", "АНО",
))  # fmt: skip


def masked_name(name: str) -> str:
    """'Смирнова Анна Викторовна' → 'С***ва А. В.'; an organisation keeps its form only: 'ООО «Л***ой»'."""
    words = name.replace("«", "").replace("»", "").split()
    if not words:
        return ""
    if words[0].upper() in _FORMS:
        return f"{words[0]} «{_hide(words[1])}»" if len(words) > 1 else words[0]
    return " ".join([_hide(words[0]), *(f"{w[0]}." for w in words[1:3])])


_BELOW = re.compile(  # words that begin a street, a house, a plot; «д. 5» is a house, «д. Берёзовка» a village
    r"(?:^|[\s,])(?:(?:ул|улица|пер|переулок|пр|просп|проспект|проезд|наб|набережная|ш|шоссе|пл|площадь|б-р|бульвар|мкр|"
    r"микрорайон|кв-л|квартал|снт|днт|тсн|дом|корп|стр|уч|участок|зу|кв|квартира)\b|д\.?\s*\d)|,\s*\d",
    re.IGNORECASE,
)


def settlement(address: str) -> str:
    """The address up to the town or village: without street, garden society, house, plot."""
    kept = [part.strip() for part in _BELOW.split(address)[0].split(",") if part.strip()]
    return ", ".join(kept[:3])
