"""Parts of the cabinet and the desk. For whoever writes a view: this is all you need.

A view is a module in dashboard/views/ with `ENTRY` and `page()`; it appears in the menu by itself:

    from dashboard import menu, parts, session
    from infra.wording import N_, _

    ENTRY = menu.Entry("queue", N_("My queue"), order=10, roles=STAFF)

    def page() -> None:
        who = session.current()                                   # who.user, who.actor; ends the run when signed out
        with session.reading(who) as db:                          # row-level security for customers, plain for staff
            found = queries.open_cases(db, who.user.branch_id)
        parts.show(parts.head(_("My queue"), "…", parts.chip("late", "3 …")))
        opened = parts.rows(parts.table([parts.Column(_("No.")), …], […], _("Applications")), key="queue")
        if opened:
            menu.go("case", id=opened)                            # url ?id=…: reload and links keep the case

    A button that changes something (business errors become a box by themselves, below the page's head):
        if st.button(_("Place the offer"), type="primary"):
            with session.acting() as (db, actor, now):            # one transaction, committed at the end
                actions.place_offer(db, case_id, actor, now)
            parts.done(_("The offer is placed"))                  # said after the rerun

Rules: everything in `show()` is HTML made here: text goes through the parts or `esc()`; arguments named `…_html` are
HTML already. One filled button a screen. Fragments: `@session.fragment`, never `st.fragment`: it checks the session and
the language again. Containers: `st.container(key="turn")` is the copper card, keys that begin with `card` are cards,
`key="flip"` around `st.columns` puts the right column first on a phone. `st.html` strips SVG: use `picture()`. No
`st.dataframe`, no Plotly, no Graphviz (weight). Phrases of the models: `parts.say(phrase)`; `parts.day_long`,
`parts.until`, `parts.term`, `parts.working_days`, `parts.time_left` know the language; other numbers, money, dates: `documents.wording` (day, money, figure). The id of a case is always read from `menu.number("id")`: it is what a person typed.
"""

from dashboard.parts.markup import (
    Column,
    Field,
    Step,
    bar,
    card,
    chip,
    closed_moves,
    documents,
    empty,
    esc,
    facts,
    h2,
    head,
    icon,
    listing,
    messages,
    opener,
    p,
    still,
    table,
    tiles,
    timeline,
)
from dashboard.parts.phrases import day_long, in_term, in_working_days, say, term, time_left, until, working_days
from dashboard.parts.screen import done, dress, error_box, good, picture, ready, rows, said, show, stylesheet

__all__ = [
    "Column",
    "Field",
    "Step",
    "bar",
    "card",
    "chip",
    "closed_moves",
    "documents",
    "done",
    "dress",
    "empty",
    "error_box",
    "esc",
    "facts",
    "good",
    "h2",
    "head",
    "icon",
    "listing",
    "messages",
    "opener",
    "p",
    "picture",
    "ready",
    "rows",
    "said",
    "say",
    "working_days",
    "time_left",
    "day_long",
    "until",
    "term",
    "in_term",
    "in_working_days",
    "show",
    "still",
    "stylesheet",
    "table",
    "tiles",
    "timeline",
]
