"""My queue: what has the least time left stands first. Every role sees the stages where it acts, in its own branch."""

from collections.abc import Callable, Sequence

import streamlit as st
from sqlmodel import Session

from dashboard import menu, parts, session
from dashboard.views.desk_parts import clock_bar, short_left, today_words
from dashboard.views.desk_words import DESK, MINE, SHORT, todo, waits
from documents.wording import day, figure, person_short
from infra import clock
from infra.wording import N_, _
from models.connection import cards, statistics
from models.connection.cards import QueueRow
from models.connection.tables import FINAL_STAGES, OPEN_STAGES, Application, Stage
from models.people import queries as people
from models.people.tables import Branch, PersonKind
from models.process.terms import calendar

ENTRY = menu.Entry("queue", N_("My queue"), order=10, roles=DESK)
SHOWN = 200  # rows on the screen: nobody works through more
OVERDUE, TOMORROW, CLIENT = N_("Overdue"), N_("Today and tomorrow"), N_("Wait for the client")
GROUPS: dict[str, Callable[[QueueRow], bool]] = {
    N_("All"): lambda row: True,
    OVERDUE: lambda row: is_late(row),
    TOMORROW: lambda row: bool(row.clock and not is_late(row) and 0 <= row.clock.left <= 1),
    CLIENT: lambda row: waits(row.case),
}
MY_STAGES = N_("my stages")
LISTS = {"TP-20": N_("remarks on the papers"), "TP-05": N_("the supplier's contract is awaited")}  # beside the stages
ALL_BRANCHES = 0


def page() -> None:
    who = session.current()
    role = str(who.user.role)
    heading = st.container()
    with session.reading(who) as db:
        branches = {b.id or 0: b for b in people.branches(db)}
        working = calendar(db).is_working(clock.today())
    chosen, branch_id = _wishes(role, branches, who.user.branch_id or ALL_BRANCHES)
    with session.reading(who) as db:
        rows = _rows(db, chosen, role, branch_id or None)
    place = branches[branch_id].name if branch_id else _("all branches")
    sub = [person_short(who.user.name), who.user.post, place, today_words(clock.today(), working)]
    late = sum(map(is_late, rows))
    chip = parts.chip("late", _("%(count)s overdue") % {"count": late}) if late else ""
    with heading:
        parts.show(parts.head(_("My queue"), " · ".join(filter(None, sub)), chip))
    _list(who, rows)


def is_late(row: QueueRow) -> bool:
    """Somebody's term has passed: ours, or the applicant's with its days of grace still running."""
    return row.late or bool(row.clock and row.clock.state == "late")


def _wishes(role: str, branches: dict[int, Branch], own: int) -> tuple[str, int]:
    """Which list and which branch; kept while the session lasts. The process page opens a stage by ?stage=."""
    options = [MY_STAGES, *(s.value for s in Stage if s in OPEN_STAGES), *LISTS]
    asked = st.query_params.pop("stage", "")
    if asked in options:
        st.session_state["queue-stage"], st.session_state["queue-branch"] = asked, ALL_BRANCHES
    places = (
        [own, *(b for b in [ALL_BRANCHES, *branches] if b != own)] if own in branches else [ALL_BRANCHES, *branches]
    )
    with st.container(horizontal=True, key="queue-where"):
        chosen = st.selectbox(
            _("Stage"), options, format_func=_stage_name, key="queue-stage", persist_state="session", width=300
        )
        branch = st.selectbox(
            _("Branch"),
            places,
            format_func=lambda b: branches[b].name if b else _("all branches"),
            key="queue-branch",
            persist_state="session",
            width=240,
        )
    return str(chosen), int(branch or 0)


def _stage_name(option: str) -> str:
    return _(LISTS.get(option) or SHORT.get(option) or option)


def _rows(db: Session, chosen: str, role: str, branch_id: int | None) -> list[QueueRow]:
    now = clock.now()
    if chosen in LISTS:
        return cards.lines(db, statistics.with_open_term(db, chosen, branch_id), now)
    stages: Sequence[str] = MINE[role] if chosen == MY_STAGES else (chosen,)
    return cards.queue(db, now, branch_id=branch_id, stages=stages)


def _list(who: session.Who, rows: list[QueueRow]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="queue-filter"):
        labels = {g: f"{_(g)} {sum(map(fits, rows))}" for g, fits in GROUPS.items()}
        group = st.segmented_control(
            _("Show"),
            list(GROUPS),
            default="All",
            required=True,
            format_func=lambda g: labels[g],
            key="queue-group",
            persist_state="session",
            wrap=True,
        )
        words = st.text_input(_("Find"), placeholder=_("Number, name, address"), key="queue-find", width=280)
    found = [r for r in rows if GROUPS[str(group)](r) and matches(r.case, words)]
    if found:
        _table(found)
    elif words.strip():
        _elsewhere(who, words)
    elif not rows:
        parts.show(
            parts.empty(
                _("Nothing waits for you"),
                _("No application stands at these stages. Choose another stage or all branches."),
            )
        )
    else:
        parts.show(
            parts.empty(
                _("Nothing here"),
                _("There are %(count)s applications in the queue: press «All» to see them.") % {"count": len(rows)},
            )
        )


def matches(case: Application, words: str) -> bool:
    """Every word stands in number, name or address."""
    where = f"{case.number} {case.person.get('name', '')} {case.object_address}".casefold()
    return all(word in where for word in words.casefold().split())


def _table(found: list[QueueRow]) -> None:
    columns = [
        parts.Column(_("Application"), "nw"),
        parts.Column(_("Left"), "nw key"),
        parts.Column(_("Term"), "nw"),
        parts.Column(_("What to do")),
        parts.Column(_("Applicant")),
        parts.Column(_("kW"), "n wide"),
        parts.Column(_("Stage")),
    ]
    table = parts.table(columns, map(_row, found[:SHOWN]), _("Applications, the least time left first"))
    opened = parts.rows(table, key="queue")
    if len(found) > SHOWN:
        told = _("The first %(shown)s of %(count)s are shown. Narrow the list by stage, branch or words.")
        parts.show(parts.p(told % {"shown": SHOWN, "count": len(found)}, sub=True))
    if opened:
        menu.go("case", id=opened)


def short_name(case: Application) -> str:
    """Lists show the family name with initials, never more of a person."""
    name = str(case.person.get("name", ""))
    return name if case.person.get("kind") == PersonKind.LEGAL_ENTITY else person_short(name)


def _row(row: QueueRow) -> tuple[str, list[str]]:
    case = row.case
    left = short_left(row.clock) if row.clock else parts.chip("next", _("no term"))
    if case.suspended_at:
        left = parts.chip("paused", _("suspended"))
    return str(case.id), [
        parts.opener(case.number or _("being registered")),
        left,
        (parts.esc(day(row.clock.due_on)) + clock_bar(row.clock)) if row.clock else "",
        parts.esc(_(todo(case))),
        parts.esc(short_name(case)),
        parts.esc(figure(case.power_kw)),
        parts.esc(_(SHORT[case.stage])),
    ]


def _elsewhere(who: session.Who, words: str) -> None:
    """Not in this queue: perhaps in another branch, at another stage, or closed."""
    with session.reading(who) as db:
        found = statistics.find(db, words)
    if not found:
        return parts.show(
            parts.empty(
                _("Nothing was found"),
                _("Check the number or clear the field «Find». All branches and closed applications were searched."),
            )
        )
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
                parts.esc(_(SHORT[c.stage])),
            ],
        )
        for c in found
    ]
    if opened := parts.rows(parts.table(columns, rows, _("Applications found")), key="queue-elsewhere"):
        menu.go("case", id=opened)
    return None
