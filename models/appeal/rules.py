"""Legal moves of an appeal, what has to be given with it, and when somebody may be called. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.appeal.tables import DONE_STAGES, OPEN_STAGES, OURS, STAGE_NAMES, Appeal, AppealKind, Channel, Stage
from models.people import rules as identifiers
from models.people.access import Right, Subject, roles
from models.process.actor import Role
from models.process.errors import FeederError, Invalid, NotReady
from models.process.moves import Move, Moves
from models.process.words import N_
from models.process.workdays import ONE_DAY, Calendar

DESK = roles(Subject.APPEAL, Right.CREATE) - {Role.APPLICANT}  # who registers for others and distributes
WORKERS = DESK | roles(Subject.APPEAL, Right.CHANGE)  # who answers
READERS = roles(Subject.APPEAL, Right.READ) - {Role.APPLICANT} | WORKERS
AUTHOR = frozenset({Role.APPLICANT})
ENGINE = frozenset({Role.SYSTEM})
ERROR, ABOUT_CASE = "error", "case"  # kinds that pages know by name
LONGEST = 4000  # characters of a text
FILES = 5  # at one sending
AHEAD = 10  # working days from which a call is chosen
MARKS = range(1, 6)


@dataclass(frozen=True)
class Known:
    """What the moves look at."""

    appeal: Appeal
    kind: AppealKind


def _not_answered(known: Known, _: datetime) -> FeederError | None:
    return None if known.appeal.answered_at else NotReady(N_("Opens when the appeal is answered"))


def _in_days(known: Known, now: datetime) -> FeederError | None:
    """Reopening and marking end with the same day. Source: a promise of this utility, row AP-CLOSE."""
    if known.appeal.reopen_until is not None and now >= known.appeal.reopen_until:
        return NotReady(N_("The days after the answer have passed: write a new appeal"))
    return None


def _not_marked(known: Known, _: datetime) -> FeederError | None:
    return NotReady(N_("The answer has its mark already")) if known.appeal.mark is not None else None


def _assigned(known: Known, _: datetime) -> FeederError | None:
    return None if known.appeal.assignee_id else NotReady(N_("Take the appeal or give it to somebody first"))


def _reachable(known: Known, _: datetime) -> FeederError | None:
    if known.appeal.email or known.appeal.author_id:
        return None
    return NotReady(N_("The author left no e-mail and has no cabinet: call him"))


def _fresh(known: Known, _: datetime) -> FeederError | None:
    return None if known.appeal.version == 0 else NotReady(N_("The appeal is registered already"))


def _no_answer_owed(known: Known) -> bool:
    return not known.kind.answers


def _m(
    name: str, title: str, sources: frozenset[Stage], target: Stage | None, by: frozenset[Role], **more: object
) -> Move:
    return Move(name, title, frozenset(sources), target, by, **more)  # type: ignore[arg-type]


_WAITING = frozenset({Stage.REGISTERED, Stage.REVIEWED})
_HANDED = frozenset({Stage.REVIEWED, Stage.IN_WORK, Stage.ASKED})
_WORK = frozenset({Stage.IN_WORK})
_ASKED = frozenset({Stage.ASKED})
LOOKED = ("AP-REVIEW",)
OTHERS = ("AP-REDIRECT",)
ANSWER = ("AP-ANSWER",)
MOVES = Moves(
    "appeal",
    (
        _m("register", N_("Register"), frozenset({Stage.REGISTERED}), None, AUTHOR | DESK, needs=(_fresh,),
           starts=("appeal.registered",), effects=("letter:appeal_received",), carries=True),
        _m("review", N_("Note the first look"), frozenset({Stage.REGISTERED}), Stage.REVIEWED, DESK, ends=LOOKED, drops=OTHERS,
           carries=True),
        _m("assign", N_("Give to somebody"), _HANDED, None, DESK, carries=True),
        _m("take", N_("Take into work"), _WAITING, Stage.IN_WORK, WORKERS, ends=LOOKED, drops=OTHERS),
        _m("ask", N_("Ask the author"), _WORK, Stage.ASKED, WORKERS, needs=(_assigned, _reachable), starts=("appeal.asked",),
           effects=("letter:appeal_question",), carries=True),
        _m("reply", N_("Write the reply"), _ASKED, Stage.IN_WORK, AUTHOR | DESK, ends=("AP-REPLY",), carries=True),
        _m("go_on", N_("Go on without a reply"), _ASKED, Stage.IN_WORK, ENGINE | WORKERS, drops=("AP-REPLY",)),
        _m("answer", N_("Send the answer"), _WORK, Stage.ANSWERED, WORKERS, needs=(_assigned,), ends=ANSWER,
           starts=("appeal.answered",), effects=("letter:appeal_answered",), carries=True),
        _m("redirect", N_("Redirect"), OURS, Stage.REDIRECTED, DESK, ends=(*LOOKED, *OTHERS),
           effects=("letter:appeal_redirected",), reason=True, carries=True),
        _m("acknowledge", N_("Close without an answer"), OURS, Stage.CLOSED, DESK, ends=LOOKED, where=_no_answer_owed),
        _m("close", N_("Close the appeal"), frozenset({Stage.ANSWERED}), Stage.CLOSED, AUTHOR | DESK | ENGINE,
           drops=("AP-CLOSE",)),
        _m("mark", N_("Mark the answer"), DONE_STAGES, None, AUTHOR, needs=(_not_answered, _not_marked, _in_days), carries=True),
        _m("reopen", N_("Reopen the appeal"), DONE_STAGES, Stage.IN_WORK, AUTHOR | DESK, needs=(_not_answered, _in_days),
           drops=("AP-CLOSE",), starts=("appeal.reopened",), reason=True, carries=True),
        _m("withdraw", N_("Withdraw the appeal"), OPEN_STAGES, Stage.WITHDRAWN, AUTHOR | DESK, reason=True),
    ),
    {str(stage): name for stage, name in STAGE_NAMES.items()},
)  # fmt: skip


# ------------------------------------------------------------------------------------------------ what is given
@dataclass(frozen=True)
class Contact:
    name: str
    email: str = ""
    phone: str = ""
    address: str = ""


def contact(typed: Mapping[str, str], channel: str, *, call: bool = False) -> tuple[Contact, list[Invalid]]:
    """As it is kept, and every fault beside its field. A letter needs an e-mail, a call needs a phone; staff may register a
    caller by his phone alone."""
    faults: list[Invalid] = []
    by_mail = channel in (Channel.CABINET, Channel.SITE)
    name = " ".join(typed.get("name", "").split())
    if len(name) < 2 or not any(c.isalpha() for c in name):
        faults.append(Invalid("name", N_("Write how to address you")))
    email = _checked(identifiers.email, typed.get("email", ""), "email", faults)
    phone = _checked(identifiers.phone, typed.get("phone", ""), "phone", faults)
    wrong = {f.field for f in faults}
    if by_mail and not email and "email" not in wrong:
        faults.append(Invalid("email", N_("Write the e-mail: the answer is sent there")))
    if not phone and "phone" not in wrong and (call or (not by_mail and not email)):
        faults.append(Invalid("phone", N_("Write the phone number on which we call")))
    return Contact(name[:200], email, phone, " ".join(typed.get("address", "").split())[:300]), faults


def _checked(check: object, text: str, field: str, faults: list[Invalid]) -> str:
    if not text.strip():
        return ""
    try:
        return str(check(text, field))  # type: ignore[operator]
    except Invalid as fault:
        faults.append(fault)
        return ""


def text_faults(text: str, field: str = "text") -> list[Invalid]:
    """Row G-26: whoever sends files writes why, so the text is never empty."""
    if len(text.strip()) < 3:
        return [Invalid(field, N_("Write what it is about. If you send files, write why"))]
    if len(text) > LONGEST:
        return [Invalid(field, N_("The text is longer than %(most)s characters: make it shorter"), most=LONGEST)]
    return []


# ------------------------------------------------------------------------------------------------ hours
@dataclass(frozen=True)
class Hours:
    """Of the office and of calls: facts of the installation, row `appeals` of the settings. Whole local hours."""

    opens: int = 9
    closes: int = 18
    calls: tuple[str, ...] = ("09-12", "12-15", "15-18")


def after_office_hours(days: Calendar, hours: Hours, zone: ZoneInfo, now: datetime, count: int) -> datetime:
    """`count` hours of office work after `now`; nights and days off do not count. Row H-25: four hours."""
    local, left = now.astimezone(zone), timedelta(hours=count)
    while True:
        opens, closes = _office(local.date(), hours, zone)
        if not days.is_working(local.date()) or local >= closes:
            local = _office(local.date() + ONE_DAY, hours, zone)[0]
            continue
        local = max(local, opens)
        if local + left <= closes:
            return local + left
        left -= closes - local
        local = _office(local.date() + ONE_DAY, hours, zone)[0]


def _office(day: date, hours: Hours, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return datetime.combine(day, time(hours.opens), zone), datetime.combine(day, time(hours.closes), zone)


def span(hours: str) -> tuple[int, int]:
    """'09-12' → (9, 12)"""
    begins, _, ends = hours.partition("-")
    return int(begins), int(ends)


def call_days(days: Calendar, hours: Hours, local: datetime) -> list[date]:
    """Working days from which a call is chosen: today too, while a part of it is ahead."""
    today = local.date()
    found = [today] if days.is_working(today) and call_parts(hours, today, local) else []
    return found + [days.after_working_days(today, n) for n in range(1, AHEAD + 1)]


def call_parts(hours: Hours, on: date, local: datetime) -> list[str]:
    """Parts of that day which have not begun. `local`: now, there."""
    return [part for part in hours.calls if on > local.date() or (on == local.date() and span(part)[0] > local.hour)]


def call_faults(days: Calendar, hours: Hours, local: datetime, on: date | None, part: str) -> list[Invalid]:
    """Beside "call_on" and "call_hours"."""
    if on is None or on not in call_days(days, hours, local):
        return [Invalid("call_on", N_("Choose a working day for the call, not later than in two weeks"))]
    if part not in call_parts(hours, on, local):
        return [Invalid("call_hours", N_("Choose a time that is still ahead on this day"))]
    return []


# ------------------------------------------------------------------------------------------------ counts
def share(part: int, whole: int) -> int | None:
    """Whole per cent, nothing of nothing."""
    return round(100 * part / whole) if whole else None


def mean(marks: Sequence[int]) -> float | None:
    return round(sum(marks) / len(marks), 1) if marks else None
