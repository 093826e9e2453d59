"""The wall, now: open cases by stage, work against capacity, who is late."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.parts import charts, drawing, working_days
from dashboard.views.desk_line import loops, on_line
from dashboard.views.wall_parts import Sight, stage_name, take_away
from documents.sheets.statistics import Sheet
from documents.wording import NBSP
from infra import clock
from infra.wording import _
from models.connection import statistics
from models.connection.statistics import Load, StageCount
from models.connection.tables import Application, Stage
from models.process.actor import ROLE_NAMES, Role
from models.process.tables import Term
from models.process.terms import calendar

NONE = StageCount(0, 0, 0)


def page(seen: Sight) -> None:
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        _stages(seen)
        _load(seen)
    with right:
        if seen.of.branch_id is None:
            _branches(seen)
        _longest(seen)
    take_away("wall-now", lambda: _sheets(seen))


def _by_stage(seen: Sight) -> dict[str, StageCount]:
    with session.reading(seen.who) as db:
        return statistics.by_stage(db, seen.now, seen.zone, seen.of.branch_id, seen.of.category)


def _stages(seen: Sight) -> None:
    counts = _by_stage(seen)
    known = [s for s in Stage if (s in on_line() or s in loops()) and s != Stage.COMPLETED]
    bars = [(stage_name(s), counts.get(s, NONE).open, counts.get(s, NONE).late) for s in known]
    soon = sum(c.soon for c in counts.values())
    told = _("Hatched: overdue. In the next two working days terms end at %(soon)s more.") % {"soon": soon}
    drawn = drawing.funnel(bars, _("Applications by stage")) + f'<p class="f-small f-sub">{parts.esc(told)}</p>'
    parts.show(parts.card(_("Applications by stage"), drawn))


# ------------------------------------------------------------------------------------------------ capacity
def _loads(seen: Sight) -> list[Load]:
    with session.reading(seen.who) as db:
        return statistics.load(db, seen.of.branch_id, seen.of.category)


def _load(seen: Sight) -> None:
    loads = _loads(seen)
    top = max((max(x.open, x.capacity) for x in loads), default=0) or 1
    lines = [_load_bar(x, top) for x in loads]
    told = _("Cases that wait for a desk, against people × norm. Hatched: more than they can hold.")
    body = charts.bars(lines, _("Work against capacity")) + f'<p class="f-small f-sub">{parts.esc(told)}</p>'
    parts.show(parts.card(_("Work against capacity"), body))
    if seen.who.user.role == Role.MANAGER:
        _norms(loads)


def _load_bar(x: Load, top: int) -> charts.Bar:
    inside = min(x.open, x.capacity)
    pieces = [charts.Piece(inside / top), charts.Piece(max(x.open - x.capacity, 0) / top, charts.LATE)]
    pieces.append(charts.Piece(max(x.capacity - x.open, 0) / top, charts.PALE))
    note = f"{x.people} × {x.norm} = {x.capacity}".replace(" ", NBSP)
    return charts.Bar(_(ROLE_NAMES[x.role]), str(x.open), pieces, note, warn=x.open > x.capacity)


def _norms(loads: list[Load]) -> None:
    with st.expander(_("Norms: how many cases one person may hold")), st.container(horizontal=True):
        for x in loads:
            norm = st.number_input(_(ROLE_NAMES[x.role]), 1, 1000, x.norm, key=f"norm-{x.role}", width=150)
            if int(norm) != x.norm:
                with session.acting() as (db, actor, now):
                    statistics.set_norm(db, x.role, int(norm), actor, now)
                parts.done(_("The norm is kept: %(norm)s") % {"norm": int(norm)})


# ------------------------------------------------------------------------------------------------ who is late
def _branches(seen: Sight) -> None:
    with session.reading(seen.who) as db:
        counts = statistics.by_branch(db, seen.now, seen.zone, seen.of.category)
    columns = [parts.Column(_("Branch")), parts.Column(_("Open"), "n"), parts.Column(_("Overdue"), "nw"),
               parts.Column(_("In two days"), "nw")]  # fmt: skip
    rows = []
    for branch_id, name in seen.branches.items():
        c = counts.get(branch_id, NONE)
        late = parts.chip("late", str(c.late)) + f" {seen.share(c.late, c.open)}" if c.late else ""
        soon = parts.chip("soon", str(c.soon)) if c.soon else "0"
        rows.append((str(branch_id), [parts.esc(name), str(c.open), late or parts.chip("done", _("none")), soon]))
    parts.show(
        f'<h2 style="margin-bottom:10px">{parts.esc(_("Overdue by branch"))}</h2>',
        parts.still(parts.table(columns, rows, _("Overdue by branch"))),
    )


def _longest(seen: Sight) -> None:
    with session.reading(seen.who) as db:
        found = statistics.longest_late(db, seen.now, branch_id=seen.of.branch_id)
        days = calendar(db)
    if not found:
        return parts.show(parts.empty(_("Nothing is overdue"), _("No term of the grid company has passed.")))

    def row(case: Application, term: Term) -> tuple[str, list[str]]:
        late = -days.working_days_left(clock.today(), term.due_on)
        word = _("by %(days)s") % {"days": working_days(late)} if late else _("overdue")
        where = f"{stage_name(case.stage)}, {seen.branches.get(case.branch_id, '')}"
        told = f"{parts.esc(term.title)}<small>{parts.esc(where)}</small>"
        return str(case.id), [parts.opener(case.number or ""), parts.chip("late", word), told]

    columns = [parts.Column(_("Application"), "nw"), parts.Column(_("Overdue"), "nw key"), parts.Column(_("Term"))]
    parts.show(f'<h2 style="margin-bottom:2px">{parts.esc(_("Overdue the longest"))}</h2>')
    opened = parts.rows(parts.table(columns, [row(c, t) for c, t in found], _("Overdue the longest")), key="wall-late")
    if opened:
        menu.go("case", id=opened)
    return None


def _sheets(seen: Sight) -> list[Sheet]:
    with session.reading(seen.who) as db:
        counts = statistics.by_stage(db, seen.now, seen.zone, seen.of.branch_id, seen.of.category)
        loads = statistics.load(db, seen.of.branch_id, seen.of.category)
    stages = [(stage_name(s), c.open, c.late, c.soon) for s, c in counts.items()]
    desks = [(_(ROLE_NAMES[x.role]), x.open, x.people, x.norm, x.capacity) for x in loads]
    return [
        Sheet(_("Applications by stage"), seen.place, [_("Stage"), _("Open"), _("Overdue"), _("In two days")], stages),
        Sheet(_("Work against capacity"), seen.place,
              [_("Desk"), _("Open"), _("People"), _("Norm"), _("Capacity")], desks),
    ]  # fmt: skip
