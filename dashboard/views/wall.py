"""The manager's wall: where cases stand, what is late, what comes, whether letters and the engine are well."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.parts import drawing
from dashboard.views.desk_line import loops, on_line
from dashboard.views.desk_parts import age, moment
from dashboard.views.desk_words import SHORT
from documents.wording import NBSP, day, figure, number, plural, working_days
from infra import clock
from infra.settings import settings
from infra.wording import N_, _, language
from models.connection import queries as cases
from models.connection import statistics
from models.connection.statistics import Flow, StageCount, Week
from models.connection.tables import Application, Stage
from models.people import queries as people
from models.process import queries as engine
from models.process.actor import Role
from models.process.tables import Term
from models.process.terms import calendar

ENTRY = menu.Entry("wall", N_("Wall"), order=50, roles=frozenset({Role.MANAGER, Role.ADMIN, Role.AUDITOR}))
ALL = 0


def page() -> None:
    who = session.current()
    with session.reading(who) as db:
        branches = {b.id or 0: b.name for b in people.branches(db)}
    heading = st.container()
    branch = st.selectbox(
        _("Branch"),
        [ALL, *branches],
        format_func=lambda b: branches.get(b) or _("all branches"),
        key="wall-branch",
        persist_state="session",
        width=240,
    )
    branch_id = int(branch or 0) or None
    place = branches.get(branch_id or ALL) or _("all branches")
    with heading:
        parts.show(
            parts.head(
                _("Wall"),
                _("%(place)s · on %(time)s") % {"place": place[:1].upper() + place[1:], "time": moment(clock.now())},
            )
        )
    _tiles(who, branch_id)
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        _stages(who, branch_id)
        _weeks(who, branch_id)
    with right:
        if branch_id is None:
            _branches(who, branches)
        _longest(who, branch_id, branches)
        _delivery(who)
        _engine(who)


# ------------------------------------------------------------------------------------------------ the five numbers
def _tiles(who: session.Who, branch_id: int | None) -> None:
    now, zone = clock.now(), clock.zone()
    with session.reading(who) as db:
        counts = statistics.by_stage(db, now, zone, branch_id).values()
        flow = statistics.flow(db, now, zone, branch_id)
        week = statistics.forecast(db, clock.today(), 1, branch_id)[0]
        norm = cases.rules_today(db, clock.today()).get("TP-04X")
    total, late = sum(c.open for c in counts), sum(c.late for c in counts)
    change = flow.opened_week - flow.closed_week
    parts.show(
        parts.tiles(
            [
                (
                    _("Open applications"),
                    str(total),
                    _("%(change)s in a week") % {"change": number(change) if change <= 0 else f"+{change}"},
                ),
                (_("Overdue"), str(late), _("%(share)s of the open ones") % {"share": share(late, total)}),
                (_("Terms of this week"), str(week.due), _("of the grid company, from today on")),
                (
                    _("From application to offer"),
                    figure(flow.offer_days) if flow.offer_days is not None else "—",
                    _norm(flow, norm.length if norm else None),
                ),
                (
                    _("Completed in 30 days"),
                    str(flow.completed),
                    _("without a late term: %(kept)s") % {"kept": flow.kept},
                ),
            ]
        )
    )


def share(part: int, whole: int) -> str:
    return f"{number(part * 100 / whole, 1)}{NBSP}%" if whole else f"0{NBSP}%"


def _norm(flow: Flow, norm: int | None) -> str:
    if flow.offer_days is None:
        return _("no offers in 30 days")
    return _("working days by median, the norm is %(norm)s") % {"norm": norm}


# ------------------------------------------------------------------------------------------------ stages and weeks
def _stages(who: session.Who, branch_id: int | None) -> None:
    with session.reading(who) as db:
        counts = statistics.by_stage(db, clock.now(), clock.zone(), branch_id)
    known = [s for s in Stage if (s in on_line() or s in loops()) and s != Stage.COMPLETED]
    none = StageCount(0, 0, 0)
    bars = [(_(SHORT[s]), counts.get(s, none).open, counts.get(s, none).late) for s in known]
    soon = sum(c.soon for c in counts.values())
    told = _("Hatched: overdue. In the next two working days terms end at %(soon)s more.") % {"soon": soon}
    parts.show(
        parts.card(
            _("Applications by stage"),
            drawing.funnel(bars, _("Applications by stage")) + f'<p class="f-small f-sub">{parts.esc(told)}</p>',
        )
    )


def _weeks(who: session.Who, branch_id: int | None) -> None:
    with session.reading(who) as db:
        weeks = statistics.forecast(db, clock.today(), 6, branch_id)
        usual = statistics.kept_weekly(db, clock.now())
    bars = [(_("from %(day)s") % {"day": day(w.monday)}, w.due, 0) for w in weeks]
    told = _("Terms of the grid company that run now, by the week in which they end. New applications add to them.")
    body = (
        f'<p class="f-small f-sub">{parts.esc(told)}</p>'
        + drawing.funnel(bars, _("Terms by week"))
        + _comparison(weeks, usual)
    )
    parts.show(parts.card(_("Terms by week"), body))


def _comparison(weeks: list[Week], usual: float | None) -> str:
    if usual is None:
        return ""
    heavy = max(weeks, key=lambda w: w.due)
    line = _("In a usual week %(usual)s are fulfilled.") % {"usual": figure(usual)}
    if heavy.due > usual:
        line += " " + _("The week from %(day)s needs %(due)s.") % {"day": day(heavy.monday), "due": heavy.due}
    return f'<p class="f-small">{parts.esc(line)}</p>'


# ------------------------------------------------------------------------------------------------ who is late
def _branches(who: session.Who, names: dict[int, str]) -> None:
    with session.reading(who) as db:
        counts = statistics.by_branch(db, clock.now(), clock.zone())
    columns = [
        parts.Column(_("Branch")),
        parts.Column(_("Open"), "n"),
        parts.Column(_("Overdue"), "nw"),
        parts.Column(_("In two days"), "nw"),
    ]
    rows = []
    for branch_id, name in names.items():
        c = counts.get(branch_id, StageCount(0, 0, 0))
        late = f"{parts.chip('late', str(c.late))} {share(c.late, c.open)}" if c.late else parts.chip("done", _("none"))
        soon = parts.chip("soon", str(c.soon)) if c.soon else "0"
        rows.append((str(branch_id), [f"<b>{parts.esc(name)}</b>", str(c.open), late, soon]))
    parts.show(
        f'<h2 style="margin-bottom:10px">{parts.esc(_("Overdue by branch"))}</h2>',
        parts.still(parts.table(columns, rows, _("Overdue by branch"))),
    )


def _longest(who: session.Who, branch_id: int | None, names: dict[int, str]) -> None:
    with session.reading(who) as db:
        found = statistics.longest_late(db, clock.now(), branch_id=branch_id)
        days = calendar(db)
    if not found:
        return parts.show(parts.empty(_("Nothing is overdue"), _("No term of the grid company has passed.")))

    def row(case: Application, term: Term) -> tuple[str, list[str]]:
        late = -days.working_days_left(clock.today(), term.due_on)
        word = _("by %(days)s") % {"days": working_days(late)} if late else _("overdue")
        where = f"{_(SHORT[case.stage])}, {names.get(case.branch_id, '')}"
        return str(case.id), [
            parts.opener(case.number or ""),
            parts.chip("late", word),
            f"{parts.esc(term.title)}<small>{parts.esc(where)}</small>",
        ]

    columns = [parts.Column(_("Application"), "nw"), parts.Column(_("Overdue"), "nw key"), parts.Column(_("Term"))]
    parts.show(f'<h2 style="margin-bottom:2px">{parts.esc(_("Overdue the longest"))}</h2>')
    opened = parts.rows(parts.table(columns, [row(c, t) for c, t in found], _("Overdue the longest")), key="wall-late")
    if opened:
        menu.go("case", id=opened)
    return None


# ------------------------------------------------------------------------------------------------ health
def _delivery(who: session.Who) -> None:
    with session.reading(who) as db:
        found = statistics.letters(db, clock.now())
    bad = parts.chip("late", str(found.undeliverable)) if found.undeliverable else parts.chip("done", _("none"))
    fields = [
        parts.Field(_("Letters gone in a day"), number(found.day_sent)),
        parts.Field(_("Not delivered"), value_html=bad),
        parts.Field(_("Tried again"), str(found.retrying)),
        parts.Field(_("Waiting to go"), f"{found.open}, {_('the oldest')} {age(found.oldest)}" if found.open else "0"),
    ]
    with st.container(key="card-delivery"):
        parts.show(parts.h2(_("Delivery")), parts.listing(fields))
        menu.link("letters", _("Undelivered letters"))


def _engine(who: session.Who) -> None:
    with session.reading(who) as db:
        e = engine.engine(db)
    heard = parts.chip(
        "done" if e.workers else "late", _("%(heard)s of %(known)s") % {"heard": e.workers, "known": e.known_workers}
    )
    aside = parts.chip("late", _things(e.aside)) if e.aside else parts.chip("done", _("none"))
    fields = [
        parts.Field(_("Workers heard"), value_html=heard),
        parts.Field(
            _("Queue of work"), f"{number(e.due)}, {_('the oldest')} {age(e.oldest_due)}" if e.due else _("empty")
        ),
        parts.Field(_("In work now"), str(e.running)),
        parts.Field(_("Timers ahead"), number(e.waiting)),
        parts.Field(_("Carried since the start"), number(e.legs)),
        parts.Field(_("Set aside with an error"), value_html=aside),
    ]
    if e.without_prefect:
        fields.append(parts.Field(_("Prefect"), value_html=parts.chip("soon", _("away, the work goes on without it"))))
    with st.container(key="card-engine"):
        parts.show(parts.h2(_("Engine")), parts.listing(fields))
        with st.container(horizontal=True):
            menu.link("failed", _("Failed work"))
            st.link_button(_("Runs in Prefect"), settings().prefect_api.removesuffix("/api"))


def _things(n: int) -> str:
    return f"{n} {plural(n, 'дело', 'дела', 'дел')}" if language() == "ru" else str(n)
