"""What screens show of a case, computed once for all of them: whose turn, the timeline, the eight fields, the clocks.

Texts are English source with facts; a Decimal fact is money, a date fact is a day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.connection import queries, rules
from models.connection.sight import Clock, Milestone, Phrase, Step, Turn
from models.connection.story import milestones, timeline, turn
from models.connection.tables import Application, Stage
from models.payment import queries as payments
from models.payment.tables import Instalment
from models.process.tables import Term
from models.process.terms import calendar
from models.process.workdays import Calendar

__all__ = ["Card", "Clock", "Milestone", "Phrase", "QueueRow", "StatusCard", "Step", "Turn", "card", "clock", "milestones",
           "queue", "status_card", "timeline", "turn"]  # fmt: skip


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
    norms = {r.rule: r.length for r in queries.rules_today(session, today).values() if r.length is not None}
    line, fields = timeline(case, found, zone, norms), milestones(case, parts, zone, norms)
    return Card(case, found, clocks, line, fields, parts, today, zone)


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
