"""The board of one case, for its card: clocks of both sides, what a lapse does, penalties in roubles, another last day."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import parts, session
from dashboard.views import board
from dashboard.views.desk_parts import clock_bar, clock_chip
from dashboard.views.desk_words import WHOSE
from documents.wording import NBSP, day, figure, money
from infra import clock
from infra.wording import _
from models.connection import deadlines, queries
from models.connection.board import BoardRow, penalties
from models.connection.board import board as board_of
from models.connection.penalty import Owed
from models.connection.tables import Application
from models.process.errors import NotFound

GOING = ("running", "soon", "late", "paused")


def block(case_id: int) -> None:
    """Everything about the terms of one case, for staff. Raises NotFound."""
    who = session.current()
    with session.reading(who) as db:
        case = db.get(Application, case_id)
        if case is None:
            raise NotFound
        rows = board_of(db, case_id, clock.now())
        owed = penalties(db, case, clock.today())
        waiting = [
            p for p in deadlines.proposed(db, case.branch_id, clock.now()) if p.override.application_id == case_id
        ]
        late = [t for t in queries.late_terms(db, case_id) if not t.cancelled_at]
        known = {t.id or 0: (case_id, f"{t.title}, {day(t.due_on)}") for t in late}
        ended = case.ended_at is not None
    if not rows:
        return parts.show(parts.empty(_("No terms yet"), _("The first one begins when the application is registered.")))
    going = [r for r in rows if r.clock.state in GOING]
    if going:
        parts.show(table(going))
    if owed:
        parts.show(parts.h2(_("Penalty today")), parts.listing(map(_owed, owed)))
    board.decide(who, waiting)
    _forms(who, case_id, [] if waiting or ended else going, known)
    if over := [r for r in rows if r not in going]:
        with st.expander(_("Terms that are over: %(count)s") % {"count": len(over)}):
            parts.show(table(over))
    return None


def table(rows: Sequence[BoardRow]) -> str:
    columns = [parts.Column(_("Term")), parts.Column(_("Left"), "nw key"), parts.Column(_("Begin – end"), "nw"),
               parts.Column(_("If it lapses"))]  # fmt: skip
    return parts.still(parts.table(columns, map(_line, rows), _("Deadline board of the application")))


def _line(row: BoardRow) -> tuple[str, list[str]]:
    c = row.clock
    mark = board.mark_words(row.mark, c.on_lapse == "escalate") if c.state in GOING else ""
    then = "" if c.is_right else _(row.then)
    if row.acts_on > c.due_on and c.state in GOING and not c.is_right:
        then += _(", on %(day)s") % {"day": day(row.acts_on)}
    why = ": ".join(filter(None, [_(row.late_reason) if row.late_reason else "", row.late_note]))
    notes = [f"{_('Why late')}: {why}" if why else "", _proposed(row)]
    whose = " · ".join([c.rule, _(WHOSE[c.whose]), c.basis])
    return str(row.term_id), [
        f"<b>{parts.esc(c.title)}</b><small>{parts.esc(whose)}</small>",
        clock_chip(c) + (f"<small>{parts.esc(mark)}</small>" if mark else ""),
        parts.esc(f"{day(c.starts_on)} – {day(c.due_on)}") + clock_bar(c),
        parts.esc(then or _("a right: it ends silently"))
        + "".join(f"<small>{parts.esc(n)}</small>" for n in notes if n),
    ]


def _proposed(row: BoardRow) -> str:
    if row.proposed is None:
        return ""
    return _("proposed: %(day)s, waits for a second manager") % {"day": day(row.proposed.due_on)}


def _owed(o: Owed) -> parts.Field:
    """«Сетевая организация: 1 234,50 ₽, 12 дней по 0,25 % платы»."""
    said = _("%(sum)s for %(days)s days, %(rate)s of the fee a day, since %(since)s")
    told = said % {"sum": money(o.roubles), "days": o.days, "rate": f"{figure(o.rate)}{NBSP}%", "since": day(o.since)}
    return parts.Field(_("The grid company owes") if o.who == "grid" else _("The applicant owes"), told)


def _forms(who: session.Who, case_id: int, going: Sequence[BoardRow], late: Mapping[int, tuple[int, str]]) -> None:
    """Folded: why it is late, and another last day."""
    if late and board.may(who, "explain_delay"):
        with st.expander(_("Why late: %(count)s without a reason") % {"count": len(late)}):
            board.explain(late, f"late-{case_id}")
    movable = [r for r in going if r.clock.state in ("running", "soon")]
    if movable and board.may(who, "propose_override"):
        with st.expander(_("Propose another last day")):
            board.propose(case_id, movable)
