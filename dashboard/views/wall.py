"""The manager's wall: where cases stand, how work went, what comes and what it costs, whether letters and the engine are well.

What is chosen stands in the address; every part can be taken away as .xlsx."""

from collections.abc import Callable

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import wall_ahead, wall_health, wall_now, wall_went
from dashboard.views.desk_parts import moment
from dashboard.views.wall_filters import choose
from dashboard.views.wall_parts import Sight
from documents.wording import figure, number
from infra import clock
from infra.wording import N_, _
from models.connection import queries as cases
from models.connection import statistics
from models.connection.rules import CATEGORY_NAMES
from models.connection.statistics import Flow, Slice
from models.connection.tables import Category
from models.people import queries as people
from models.process.actor import Role

ENTRY = menu.Entry("wall", N_("Wall"), order=50, roles=frozenset({Role.MANAGER, Role.ADMIN, Role.AUDITOR}))
PERIODS = (90, 30, 180, 365)
VIEWS: dict[str, tuple[str, Callable[[Sight], None]]] = {
    "now": (N_("Now"), wall_now.page),
    "went": (N_("How it went"), wall_went.page),
    "ahead": (N_("What comes"), wall_ahead.page),
    "health": (N_("Letters and engine"), wall_health.page),
}


def page() -> None:
    who = session.current()
    with session.reading(who) as db:
        branches = {b.id or 0: b.name for b in people.branches(db)}
    heading = st.container()
    seen = _chosen(who, branches)
    told = _("%(place)s · on %(time)s") % {"place": seen.place[:1].upper() + seen.place[1:], "time": moment(seen.now)}
    with heading:
        parts.show(parts.head(_("Wall"), told))
    _tiles(seen)
    view = choose("wall", "view", _("Show"), list(VIEWS), lambda v: _(VIEWS[v][0]), buttons=True)
    VIEWS[view][1](seen)


def _chosen(who: session.Who, branches: dict[int, str]) -> Sight:
    with st.container(horizontal=True, key="wall-where"):
        branch = choose("wall", "branch", _("Branch"), [0, *branches], lambda b: branches.get(b) or _("all branches"))
        category = choose("wall", "category", _("Category"), ["", *map(str, Category)], _category, width=300)
        period = choose("wall", "period", _("Period"), PERIODS, days, width=160)
    now = clock.now()
    return Sight(who, now, clock.zone(), Slice.last(period, now, branch or None, category), branches, days(period))


def _category(code: str) -> str:
    return _(CATEGORY_NAMES[Category(code)]) if code else _("all categories")


def days(count: int) -> str:
    return parts.term(count, "d")


# ------------------------------------------------------------------------------------------------ the five numbers
def _tiles(seen: Sight) -> None:
    of, today = seen.of, clock.today()
    with session.reading(seen.who) as db:
        counts = statistics.by_stage(db, seen.now, seen.zone, of.branch_id, of.category).values()
        flow = statistics.flow(db, seen.now, seen.zone, of.branch_id, of.category)
        week = statistics.forecast(db, today, 1, of.branch_id)[0]
        norm = cases.rules_today(db, today).get("TP-04X")
    total, late = sum(c.open for c in counts), sum(c.late for c in counts)
    change = flow.opened_week - flow.closed_week
    signed = number(change) if change <= 0 else f"+{change}"
    parts.show(
        parts.tiles(
            [
                (_("Open applications"), number(total), _("%(change)s in a week") % {"change": signed}),
                (_("Overdue"), number(late), _("%(share)s of the open ones") % {"share": seen.share(late, total)}),
                (_("Terms of this week"), number(week.due), _("of the grid company, from today on")),
                (
                    _("From application to offer"),
                    figure(flow.offer_days) if flow.offer_days is not None else "—",
                    _norm(flow, norm.length if norm else None),
                ),
                (
                    _("Completed in 30 days"),
                    number(flow.completed),
                    _("without a late term: %(kept)s") % {"kept": flow.kept},
                ),
            ]
        )
    )


def _norm(flow: Flow, norm: int | None) -> str:
    if flow.offer_days is None:
        return _("no offers in 30 days")
    return _("working days by median, the norm is %(norm)s") % {"norm": norm}
