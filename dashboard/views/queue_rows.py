"""Lines of the queue: how a case is shown in a list, its escalation mark, and the same lines as a sheet."""

from collections.abc import Sequence

from sqlmodel import Session

from dashboard import menu, parts, session
from dashboard.views.desk_parts import clock_bar, short_left
from dashboard.views.desk_words import todo
from dashboard.views.wall_parts import stage_name
from documents.sheets.statistics import Sheet
from documents.wording import NBSP, day, figure, person_short
from infra import clock
from infra.wording import _
from models.connection import cards, queries, waiting
from models.connection.cards import QueueRow
from models.connection.tables import FINAL_STAGES, Application
from models.connection.waiting import Wish
from models.people.tables import PersonKind
from models.process.terms import pressure

Marks = dict[int, int]


def is_late(row: QueueRow) -> bool:
    """Somebody's term has passed: ours, or the applicant's with its days of grace still running."""
    return row.late or bool(row.clock and row.clock.state == "late")


def marks_of(db: Session, rows: Sequence[QueueRow]) -> Marks:
    """Case → the highest escalation mark that a clock of ours has passed: 0, 50, 80 or 100 per cent of its term."""
    found = queries.open_terms(db, [r.case.id for r in rows if r.case.id])
    now = clock.now()
    return {
        case_id: max((pressure(t, now) for t in terms if t.whose == "grid" and t.rule != "TU-EXP"), default=0)
        for case_id, terms in found.items()
    }


def short_name(case: Application) -> str:
    """Lists show the family name with initials, never more of a person."""
    name = str(case.person.get("name", ""))
    return name if case.person.get("kind") == PersonKind.LEGAL_ENTITY else person_short(name)


def table(rows: Sequence[QueueRow], marks: Marks) -> None:
    columns = [
        parts.Column(_("Application"), "nw"),
        parts.Column(_("Left"), "nw key"),
        parts.Column(_("Term"), "nw"),
        parts.Column(_("What to do")),
        parts.Column(_("Applicant")),
        parts.Column(_("kW"), "n wide"),
        parts.Column(_("Stage")),
    ]
    lines = [_row(r, marks.get(r.case.id or 0, 0)) for r in rows]
    opened = parts.rows(parts.table(columns, lines, _("Applications, the least time left first")), key="queue")
    if opened:
        menu.go("case", id=opened)


def _row(row: QueueRow, mark: int) -> tuple[str, list[str]]:
    case = row.case
    left = short_left(row.clock) if row.clock else parts.chip("next", _("no term"))
    if case.suspended_at:
        left = parts.chip("paused", _("suspended"))
    term = parts.esc(day(row.clock.due_on)) + clock_bar(row.clock) if row.clock else ""
    return str(case.id), [
        parts.opener(case.number or _("being registered")),
        left,
        term + _mark(mark),
        parts.esc(_(todo(case))),
        parts.esc(short_name(case)),
        parts.esc(figure(case.power_kw)),
        parts.esc(stage_name(case.stage)),
    ]


def _mark(mark: int) -> str:
    """What has gone of the term, in words: the bar beside it is for the eye only. That it has passed is said by the chip."""
    if mark not in (50, 80):
        return ""
    return f"<small>{parts.esc(_('%(mark)s gone') % {'mark': f'{mark}{NBSP}%'})}</small>"


# ------------------------------------------------------------------------------------------------ beyond the queue
def elsewhere(who: session.Who, found: Sequence[Application]) -> None:
    """Not in this queue: perhaps in another branch, at another stage, or closed."""
    if not found:
        told = _("Check the number or clear the field «Find». All branches and closed applications were searched.")
        return parts.show(parts.empty(_("Nothing was found"), told))
    parts.show(parts.p(_("Not in this queue. Found among all applications:"), sub=True))
    columns = [parts.Column(_("Application"), "nw"), parts.Column(_("State"), "nw key"), parts.Column(_("Applicant")),
               parts.Column(_("Object")), parts.Column(_("Stage"))]  # fmt: skip
    rows = [
        (
            str(c.id),
            [
                parts.opener(c.number or _("being registered")),
                parts.chip("closed" if c.stage in FINAL_STAGES else "work"),
                parts.esc(short_name(c)),
                parts.esc(c.object_name),
                parts.esc(stage_name(c.stage)),
            ],
        )
        for c in found
    ]
    if opened := parts.rows(parts.table(columns, rows, _("Applications found")), key="queue-elsewhere"):
        menu.go("case", id=opened)
    return None


# ------------------------------------------------------------------------------------------------ as a file
def sheet(who: session.Who, wish: Wish, listed: Sequence[Application] | None = None) -> list[Sheet]:
    """Everything that is wished for, all pages; `listed`: a list that is no queue."""
    now = clock.now()
    with session.reading(who, wide=True) as db:
        wanted = waiting.everything(db, wish, now, clock.zone()) if listed is None else listed
        rows = cards.lines(db, wanted, now)
        marks = marks_of(db, rows)
    columns = [_("Application"), _("Stage"), _("Applicant"), _("Object"), _("kW"), _("Last day"), _("Working days left"),
               _("Of the term gone, %"), _("What to do")]  # fmt: skip
    lines = [
        (r.case.number, stage_name(r.case.stage), short_name(r.case), r.case.object_address, r.case.power_kw,
         r.clock.due_on if r.clock else None, r.clock.left if r.clock else None, marks.get(r.case.id or 0, 0) or None,
         _(todo(r.case)))
        for r in rows
    ]  # fmt: skip
    return [Sheet(_("My queue"), day(clock.today()), columns, lines)]
