"""«Сроки»: every running clock of the desk, the least time left first; what waits for a reason or for a second person.

What is chosen stands in the address; pages are cut by the last line."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import board
from dashboard.views.desk_parts import clock_bar, moment, short_left, today_words
from dashboard.views.desk_words import DESK, WHOSE
from dashboard.views.queue_rows import short_name
from dashboard.views.wall_filters import choose, remember, turn
from dashboard.views.wall_parts import stage_name, take_away
from documents.sheets.statistics import Sheet
from documents.wording import day
from infra import clock
from infra.wording import N_, _
from models.connection import deadlines, waiting
from models.connection.deadlines import Asked, Row
from models.connection.escalation import KIND
from models.delivery import actions as delivery
from models.delivery import queries as notices
from models.delivery.tables import Notice
from models.people import queries as people
from models.process.keyset import After
from models.process.terms import calendar

ENTRY = menu.Entry("deadlines", N_("Deadlines"), order=12, roles=DESK)
SHOWN = 50
GROUPS = {
    "all": N_("All"), "50": N_("over 50 %"), "80": N_("over 80 %"), "100": N_("over 100 %"), "late": N_("Overdue"),
}  # fmt: skip
SIDES = {"": N_("both sides"), "grid": N_("ours"), "applicant": N_("the applicant's"), "supplier": N_("the supplier's")}
TOLD = 20  # notices shown


def page() -> None:
    who = session.current()
    heading = st.container()
    asked = _asked(who)
    with session.reading(who) as db:
        counts = deadlines.counts(db, asked, clock.now())
        working = calendar(db).is_working(clock.today())
    chip = parts.chip("late", _("%(count)s overdue") % {"count": counts["late"]}) if counts["late"] else ""
    with heading:
        parts.show(parts.head(_("Deadlines"), today_words(clock.today(), working), chip))
    _second_person(who, asked)
    _reasons(who, asked)
    _told(who)
    group = choose(
        "deadlines", "group", _("Show"), list(GROUPS), lambda g: f"{_(GROUPS[g])}: {counts[g]}", buttons=True
    )  # fmt: skip
    _list(who, Asked(asked.whose, asked.rule, asked.branch_id, asked.engineer_id, group), counts)


def _asked(who: session.Who) -> Asked:
    with session.reading(who) as db:
        branches = {b.id or 0: b.name for b in people.branches(db)}
        rules = deadlines.rules(db)
        names = waiting.engineers(db, None)
    own = who.user.branch_id or 0
    places = [own, 0, *(b for b in branches if b != own)] if own in branches else [0, *branches]
    with st.container(horizontal=True, key="deadlines-where"):
        whose = choose("deadlines", "whose", _("Whose term"), list(SIDES), lambda s: _(SIDES[s]), width=180)
        rule = choose(
            "deadlines", "rule", _("Rule"), ["", *rules], lambda r: f"{r} · {rules[r]}" if r else _("all rules"), width=300
        )  # fmt: skip
        branch = choose(
            "deadlines", "branch", _("Branch"), places, lambda b: branches.get(b) or _("all branches"), width=200
        )
        engineer = choose(
            "deadlines", "engineer", _("Engineer of the conditions"), [0, *names], lambda e: names.get(e) or _("everybody's"), width=240
        )  # fmt: skip
    return Asked(whose, rule, branch or None, engineer or None)


# ------------------------------------------------------------------------------------------------ what waits for a word
def _second_person(who: session.Who, asked: Asked) -> None:
    with session.reading(who) as db:
        found = deadlines.proposed(db, asked.branch_id, clock.now())
    if found:
        parts.show(parts.h2(_("Other last days wait for a second person: %(count)s") % {"count": len(found)}))
        board.decide(who, found)


def _reasons(who: session.Who, asked: Asked) -> None:
    if not board.may(who, "explain_delay"):
        return
    with session.reading(who) as db:
        rows = deadlines.unexplained(db, asked.branch_id, clock.now())
    if rows:
        with st.expander(_("Overdue without a reason: %(count)s") % {"count": len(rows)}):
            parts.show(
                parts.p(_("The regulator asks for the reason of every late term of the grid company."), sub=True)
            )
            board.explain(board.late_ones(rows), "late")


def _told(who: session.Who) -> None:
    """What this person was told by the escalation."""
    with session.reading(who) as db:
        found = [n for n in notices.notices(db, who.id, 200) if n.kind == KIND and n.read_at is None]
    if not found:
        return
    with st.expander(_("You were told: %(count)s new") % {"count": len(found)}):
        _notices(found[:TOLD])
        if st.button(_("Mark all as read"), key="told-read"):
            with session.acting() as (db, _actor, now):
                for row in found:
                    delivery.read(db, who.id, now, row.id)
            parts.done(_("All notices are read"))


def _notices(found: Sequence[Notice]) -> None:
    columns = [parts.Column(_("Notice")), parts.Column(_("When"), "nw")]
    rows = [
        (str(n.application_id), [f"{parts.opener(n.title)}<small>{parts.esc(n.text)}</small>", parts.esc(moment(n.at))])
        for n in found
    ]
    if opened := parts.rows(parts.table(columns, rows, _("Notices about terms")), key="told"):
        menu.go("case", id=opened)


# ------------------------------------------------------------------------------------------------ the list
def _list(who: session.Who, asked: Asked, counts: Mapping[str, int]) -> None:
    after = After.read(st.query_params.get("after", ""))
    with session.reading(who) as db:
        found = deadlines.page(db, asked, clock.now(), after, SHOWN)
    if not found.rows:
        return _nothing(counts["all"])
    table(found.rows)
    turn(found.after, SHOWN, "deadlines")
    return take_away("deadlines", lambda: sheet(who, asked))


def table(rows: Sequence[Row]) -> None:
    columns = [parts.Column(_("Application"), "nw"), parts.Column(_("Left"), "nw key"), parts.Column(_("Term")),
               parts.Column(_("Last day"), "nw"), parts.Column(_("If it lapses"), "wide"), parts.Column(_("Applicant")),
               parts.Column(_("Stage"), "wide")]  # fmt: skip
    opened = parts.rows(parts.table(columns, map(_line, rows), _("Terms, the least time left first")), key="deadlines")
    if opened:
        menu.go("case", id=opened)


def _line(r: Row) -> tuple[str, list[str]]:
    mark = board.mark_words(r.mark, r.term.whose == "grid")
    whose = f"{r.term.rule} · {_(WHOSE[r.term.whose])}"
    return str(r.case.id), [
        parts.opener(r.case.number or _("being registered")),
        short_left(r.clock) + (f"<small>{parts.esc(mark)}</small>" if mark else ""),
        f"<b>{parts.esc(r.clock.title)}</b><small>{parts.esc(whose)}</small>",
        parts.esc(day(r.clock.due_on)) + clock_bar(r.clock),
        parts.esc("" if r.clock.is_right else _(r.then)),
        parts.esc(short_name(r.case)),
        parts.esc(stage_name(r.case.stage)),
    ]


def _nothing(there: int) -> None:
    if st.query_params.get("after"):
        remember("after", "")
        st.rerun()
    told = _("There are %(count)s terms here: press «All» to see them.") % {"count": there}
    none = _("No term runs under these filters. Choose both sides, all rules and all branches.")
    parts.show(parts.empty(_("Nothing here"), told if there else none))


def sheet(who: session.Who, asked: Asked) -> list[Sheet]:
    """Everything that is asked for, all pages."""
    with session.reading(who) as db:
        rows = deadlines.everything(db, asked, clock.now())
    columns = [_("Application"), _("Rule"), _("Term"), _("Whose term"), _("Last day"), _("Working days left"), _("Of the term gone, %"),
               _("If it lapses"), _("Applicant"), _("Stage"), _("Basis")]  # fmt: skip
    lines = [
        (r.case.number, r.term.rule, r.clock.title, _(WHOSE[r.term.whose]), r.clock.due_on, r.clock.left, r.mark or None,
         "" if r.clock.is_right else _(r.then), short_name(r.case), stage_name(r.case.stage), r.clock.basis)
        for r in rows
    ]  # fmt: skip
    return [Sheet(_("Deadlines"), day(clock.today()), columns, lines)]
