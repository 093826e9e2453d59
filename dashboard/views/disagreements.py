"""Disagreements: protocols and refusals that wait for our answer, the least time left first; whoever opens one answers it on
its tab. What may be answered is told by the table of legal moves."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from dashboard import menu, parts, session
from dashboard.views.desk_parts import short_left
from dashboard.views.queue_rows import short_name
from documents.wording import NBSP, day
from infra import clock
from infra.wording import N_, _
from models.connection import cards, queries
from models.connection.rules import MOVES
from models.connection.sight import Clock
from models.connection.tables import Application, Disagreement, Stage
from models.process.actor import Role
from models.process.terms import calendar

ANSWER = "TP-08"  # corrected papers after a refusal or a protocol (п. 15, 105)
Row = tuple[Application, Clock | None, Sequence[Disagreement]]
ROLES = MOVES["answer_remark"].by | {Role.AUDITOR}
ENTRY = menu.Entry("disagreements", N_("Disagreements"), order=13, roles=ROLES)


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Disagreements"), _("Protocols and refusals that wait for our answer, the least time left first.")))  # fmt: skip
    with session.reading(who) as db:
        found = queries.open_cases(db, who.user.branch_id, [Stage.DISAGREEMENT])
        rows = [(case, *_told(db, case)) for case in found]
    if not rows:
        return parts.show(parts.empty(_("No disagreements"), _("When an applicant sends a protocol or a refusal, it stands here.")))  # fmt: skip
    columns = [
        parts.Column(_("Application"), "nw"),
        parts.Column(_("Answer until"), "nw key"),
        parts.Column(_("Protocol")),
        parts.Column(_("Without an answer"), "n"),
        parts.Column(_("Applicant")),
    ]
    lines = [_line(*row) for row in sorted(rows, key=_urgent)]
    if opened := parts.rows(parts.table(columns, lines, _("Disagreements")), key="disagreements"):
        menu.go("case", id=opened)
    return None


def _told(db: Session, case: Application) -> tuple[Clock | None, Sequence[Disagreement]]:
    """The clock of our answer alone: other terms of the case are somebody else's."""
    case_id = case.id or 0
    terms = [t for t in queries.open_terms(db, [case_id])[case_id] if t.rule == ANSWER]
    zone = queries.zone_of(db, case)
    clocks = [cards.clock(t, calendar(db), clock.now(), zone) for t in terms]
    return clocks[-1] if clocks else None, queries.disagreements(db, case_id)


def _urgent(row: Row) -> tuple[bool, date]:
    _case, term, _remarks = row
    return term is None, term.due_on if term else date.max


def _line(case: Application, term: Clock | None, remarks: Sequence[Disagreement]) -> tuple[str, list[str]]:
    left = (
        f"{short_left(term)}<small>{parts.esc(day(term.due_on))}</small>" if term else parts.chip("next", _("no term"))
    )
    open_ = sum(not r.answer for r in remarks)
    waits = parts.chip("yours", str(open_)) if open_ else parts.chip("done", _("all answered")) if remarks else "—"
    return str(case.id), [
        f"{parts.opener(case.number or '')}<small>{parts.esc(case.object_name)}</small>",
        left,
        _protocol(remarks),
        waits,
        parts.esc(short_name(case)),
    ]


def _protocol(remarks: Sequence[Disagreement]) -> str:
    if not remarks:
        return parts.esc(_("a refusal with demands"))
    clauses = ", ".join(r.clause for r in remarks)
    return f"№{NBSP}{remarks[0].round}<small>{parts.esc(clauses)}</small>"
