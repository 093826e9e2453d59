"""My queue: what has the least time left stands first. Every role sees the stages where it acts, in its own branch.

What is chosen stands in the address; pages are cut by the last line, so that the ten-thousandth costs what the first does."""

from collections.abc import Sequence

import streamlit as st
from sqlmodel import Session

from dashboard import menu, parts, session
from dashboard.views.desk_parts import today_words
from dashboard.views.desk_words import DESK, MINE
from dashboard.views.queue_rows import elsewhere, is_late, marks_of, sheet, short_name, table
from dashboard.views.wall_filters import choose, remember, turn, typed
from dashboard.views.wall_parts import stage_name, take_away
from documents.wording import person_short
from infra import clock
from infra.wording import N_, _
from models.connection import cards, search, statistics, waiting
from models.connection.cards import QueueRow
from models.connection.tables import OPEN_STAGES, Stage
from models.connection.waiting import GROUPS, Wish
from models.people import queries as people
from models.people.tables import Branch
from models.process.keyset import After
from models.process.terms import calendar

__all__ = ["ENTRY", "is_late", "page", "short_name"]

ENTRY = menu.Entry("queue", N_("My queue"), order=10, roles=DESK)
SHOWN = 50  # lines of one page
GROUP_WORDS = {
    "all": N_("All"),
    "late": N_("Overdue"),
    "soon": N_("Today and tomorrow"),
    "client": N_("Wait for the client"),
}
MY_STAGES = N_("my stages")
LISTS = {"TP-20": N_("remarks on the papers"), "TP-05": N_("the supplier's contract is awaited")}  # beside the stages
ALL_BRANCHES = 0


def page() -> None:
    who = session.current()
    heading = st.container()
    with session.reading(who, wide=True) as db:
        branches = {b.id or 0: b for b in people.branches(db)}
        working = calendar(db).is_working(clock.today())
    stage, wish = _wishes(who, branches)
    with session.reading(who, wide=True) as db:
        late = _counts(db, stage, wish)["late"]
    place = branches[wish.branch_id].name if wish.branch_id else _("all branches")
    sub = [person_short(who.user.name), who.user.post, place, today_words(clock.today(), working)]
    chip = parts.chip("late", _("%(count)s overdue") % {"count": late}) if late else ""
    with heading:
        parts.show(parts.head(_("My queue"), " · ".join(filter(None, sub)), chip))
    _list(who, stage, wish)


# ------------------------------------------------------------------------------------------------ what is asked for
def _wishes(who: session.Who, branches: dict[int, Branch]) -> tuple[str, Wish]:
    """(stage or list as chosen, the wish without group and words). The process page opens a stage by ?stage=."""
    options = [MY_STAGES, *(s.value for s in Stage if s in OPEN_STAGES), *LISTS]
    asked = st.query_params.get("stage", "")
    own = who.user.branch_id or ALL_BRANCHES
    followed = (
        asked in options and "branch" not in st.query_params and asked != st.session_state.get("queue-stage-told")
    )
    places = (
        [own, *(b for b in [ALL_BRANCHES, *branches] if b != own)] if own in branches else [ALL_BRANCHES, *branches]
    )
    if followed and places[0] != ALL_BRANCHES:
        remember("branch", str(ALL_BRANCHES))  # a stage of the picture is a stage of every branch
    with st.container(horizontal=True, key="queue-where"):
        stage = choose("queue", "stage", _("Stage"), options, _stage_name, width=300)
        branch = choose("queue", "branch", _("Branch"), places, lambda b: branches[b].name if b else _("all branches"))
        engineer = _engineer(who, branch or None)
    role = str(who.user.role)
    stages: Sequence[str] = MINE.get(role, ()) if stage == MY_STAGES else (stage,)
    return stage, Wish(tuple(map(str, stages)), branch or None, engineer or None)


def _engineer(who: session.Who, branch_id: int | None) -> int:
    with session.reading(who, wide=True) as db:
        names = waiting.engineers(db, branch_id)
    said = lambda e: person_short(names[e]) if e else _("everybody's")  # noqa: E731
    return choose("queue", "engineer", _("Engineer of the conditions"), [0, *names], said)


def _stage_name(option: str) -> str:
    return _(LISTS[option]) if option in LISTS else _(option) if option == MY_STAGES else stage_name(option)


# ------------------------------------------------------------------------------------------------ lists
def _counts(db: Session, stage: str, wish: Wish) -> dict[str, int]:
    if stage in LISTS:
        rows = _list_rows(db, stage, wish)
        late = sum(map(is_late, rows))
        return {"all": len(rows), "late": late, "soon": 0, "client": 0}
    return waiting.counts(db, wish, clock.now(), clock.zone())


def _list_rows(db: Session, stage: str, wish: Wish) -> list[QueueRow]:
    return cards.lines(db, statistics.with_open_term(db, stage, wish.branch_id), clock.now())


def _list(who: session.Who, stage: str, wish: Wish) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key="queue-filter"):
        with session.reading(who, wide=True) as db:
            counts = _counts(db, stage, wish)
        group = choose(
            "queue", "group", _("Show"), GROUPS, lambda g: f"{_(GROUP_WORDS[g])} {counts[g]}", buttons=True
        )  # fmt: skip
        words = typed("queue", "find", _("Find"), _("Number, name, address, phone"))
    wish = Wish(wish.stages, wish.branch_id, wish.engineer_id, group, words)
    with session.reading(who, wide=True) as db:
        rows, after = _page(db, stage, wish)
        marks = marks_of(db, rows)
    if rows:
        table(rows, marks)
        turn(after, SHOWN, "queue")
        take_away("queue", lambda: sheet(who, wish, [r.case for r in rows] if stage in LISTS else None))
    elif words:
        with session.keys_only() as db:
            keys = search.matching(db, words)
        with session.reading(who, wide=True) as db:
            found = search.load(db, keys)
        elsewhere(who, found)
    else:
        _nothing(counts["all"])


def _page(db: Session, stage: str, wish: Wish) -> tuple[list[QueueRow], After | None]:
    now = clock.now()
    if stage in LISTS:
        rows = _list_rows(db, stage, wish)
        return [r for r in rows if wish.group != "late" or is_late(r)], None
    after = After.read(st.query_params.get("after", ""))
    found = waiting.page(db, wish, now, clock.zone(), after, SHOWN)
    return cards.lines(db, found.cases, now), found.after


def _nothing(there: int) -> None:
    if st.query_params.get("after"):
        remember("after", "")
        st.rerun()
    if there:
        told = _("There are %(count)s applications in the queue: press «All» to see them.") % {"count": there}
        return parts.show(parts.empty(_("Nothing here"), told))
    told = _("No application stands at these stages. Choose another stage or all branches.")
    return parts.show(parts.empty(_("Nothing waits for you"), told))
