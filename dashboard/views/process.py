"""The process with the counts on it, drawn from the same table of moves that the buttons use."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.parts import drawing
from dashboard.parts.drawing import Station
from dashboard.views.desk_line import stations
from dashboard.views.wall_filters import choose
from documents.wording import day, figure
from infra import clock
from infra.wording import N_, _
from models.connection import statistics
from models.connection.statistics import Passage, StageCount
from models.connection.tables import Stage
from models.people import queries as people
from models.process.actor import Role

ENTRY = menu.Entry(
    "process",
    N_("Process"),
    order=60,
    roles=frozenset({Role.MANAGER, Role.ADMIN, Role.AUDITOR, Role.OPERATOR, Role.ENGINEER}),
)


def page() -> None:
    who = session.current()
    now, zone = clock.now(), clock.zone()
    with session.reading(who) as db:
        branches = {b.id or 0: b.name for b in people.branches(db)}
    heading = st.container()
    branch = choose("process", "branch", _("Branch"), [0, *branches], lambda b: branches.get(b) or _("all branches"))
    with session.reading(who) as db:
        counts = statistics.by_stage(db, now, zone, branch or None)
        passed = statistics.passages(db, now, branch or None)
        left = statistics.exits(db, now, branch or None)
        flow = statistics.flow(db, now, zone, branch or None)
    line = stations(counts, passed, left, flow.completed)
    facts = {"place": branches.get(branch) or _("all branches"), "day": day(clock.today())}
    with heading:
        parts.show(parts.head(_("Process of connection"), _("ПП РФ № 861 · %(place)s · on %(day)s") % facts))
    with st.container(key="card-picture"):
        stage = parts.picture(
            drawing.process(line, _("The stages in their order; the table below says the same")), key="process"
        )
        parts.show(
            f'<p class="f-small f-sub">{parts.esc(_("Triangle: overdue. Dotted above: the application is with the applicant. Taps below: left the process in 30 days. The last one: completed in 30 days. Press a stage to open its applications."))}</p>'
        )
    parts.show(drawing.process_down(line))
    opened = _table(line, counts, passed)
    chosen = stage or opened
    if chosen and chosen != Stage.COMPLETED:  # what is completed has left every queue
        menu.go("queue", stage=chosen, branch=branch)


def _table(line: list[Station], counts: dict[str, StageCount], passed: dict[str, Passage]) -> str | None:
    columns = [parts.Column(_("Stage")), parts.Column(_("Now"), "n"), parts.Column(_("Overdue"), "nw"), parts.Column(_("Usually here, days"), "n"),
               parts.Column(_("Passed in 30 days"), "n")]  # fmt: skip
    rows = []
    for s in line:
        gone = passed.get(s.id)
        late = parts.chip("late", str(s.late)) if s.late else parts.chip("done", _("none"))
        usual = figure(round(gone.median_days, 1)) if gone and not s.final else "—"
        rows.append(
            (
                s.id,
                [
                    parts.esc(s.label) if s.final else parts.opener(s.label),
                    str(s.now),
                    late,
                    usual,
                    str(s.now if s.final else gone.moved if gone else 0),
                ],
            )
        )
    with st.container(key="wide-stages"):
        parts.show(f'<h2 class="f-wide">{parts.esc(_("Stages"))}</h2>')
        return parts.rows(parts.table(columns, rows, _("Stages")), key="stages")
