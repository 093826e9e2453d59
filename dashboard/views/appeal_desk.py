"""«Обращения»: the register of the desk, the least time left first; what is chosen stands in the address. One appeal by ?id=."""

from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import appeal_counts, appeal_desk_card, appeal_register
from dashboard.views.appeal_words import chip, days_left, left, zone
from dashboard.views.desk_parts import dialog, moment, today_words
from dashboard.views.wall_filters import choose, remember, typed
from documents.wording import day
from infra import clock
from infra.wording import N_, _
from models.appeal import queries, rules
from models.appeal.queries import PAGE, Asked, Row
from models.appeal.tables import CHANNEL_NAMES, Channel
from models.people import queries as people
from models.process.actor import Role
from models.process.terms import calendar

ENTRY = menu.Entry("appeals", N_("Appeals"), order=26, roles=rules.READERS)
GROUPS = {
    "open": N_("Open"), "mine": N_("Mine"), "free": N_("Nobody's"), "late": N_("Overdue"), "answered": N_("Answered"), "all": N_("All"),
}  # fmt: skip
COUNTED = frozenset({Role.MANAGER, Role.AUDITOR})  # who looks at the counts


def page() -> None:
    menu.opened(appeal_desk_card.page, _register)


def _register(who: session.Who) -> None:
    heading = st.container()
    asked = _asked(who)
    now = clock.now()
    with session.reading(who) as db:
        counts = queries.counts(db, asked, who.id, now)
        working = calendar(db).is_working(clock.today())
    late = parts.chip("late", _("%(count)s overdue") % {"count": counts["late"]}) if counts["late"] else ""
    with heading:
        parts.show(parts.head(_("Appeals"), today_words(clock.today(), working), late))
    with st.container(horizontal=True, key="appeals-tools"):
        menu.link("callbacks", _("Promised calls"))
        if who.user.role in rules.DESK and st.button(_("Register a call or a visit"), key="appeal-register"):
            dialog(_("Register a call or a visit"), appeal_register.form, who)
    if who.user.role in COUNTED:
        with st.expander(_("Counts of the last 90 days"), key="appeal-counts"):
            appeal_counts.show(who)
    group = choose("appeals", "group", _("Show"), list(GROUPS), lambda g: f"{_(GROUPS[g])}: {counts[g]}", buttons=True)
    _list(who, Asked(group, asked.kind, asked.channel, asked.branch_id, asked.assignee_id, asked.text))


def _asked(who: session.Who) -> Asked:
    with session.reading(who) as db:
        branches = {b.id or 0: b.name for b in people.branches(db)}
        kinds = {k.code: k.title for k in queries.kinds(db)}
        workers = queries.workers(db, who.user.branch_id)
    with st.container(horizontal=True, key="appeals-where"):
        text = typed("appeals", "text", _("Find"), _("number, name, phone"))
        kind = choose(
            "appeals", "kind", _("What about"), ["", *kinds], lambda k: kinds.get(k) or _("everything"), width=200
        )
        channel = choose(
            "appeals", "channel", _("Came"), ["", *(c.value for c in Channel)],
            lambda c: _(CHANNEL_NAMES[Channel(c)]) if c else _("by any door"), width=180,
        )  # fmt: skip
        branch = choose(
            "appeals", "branch", _("Branch"), [0, *branches], lambda b: branches.get(b) or _("all branches"), width=180
        )
        assignee = choose(
            "appeals", "assignee", _("Who answers"), [0, *workers], lambda w: workers.get(w) or _("anybody"), width=220
        )
    return Asked("all", kind, channel, branch or None, assignee or None, text)


def _list(who: session.Who, asked: Asked) -> None:
    told = st.query_params.get("skip", "0")
    skip = int(told) if told.isascii() and told.isdecimal() and len(told) < 7 else 0
    with session.reading(who) as db:
        rows = queries.page(db, asked, who.id, clock.now(), skip)
    if not rows:
        parts.show(
            parts.empty(
                _("Nothing here"), _("No appeal answers to what is chosen. Choose another group or clear the filters.")
            )
        )
        return
    columns = [parts.Column(_("No."), "nw"), parts.Column(_("Left"), "nw key"), parts.Column(_("What about")),
               parts.Column(_("Author")), parts.Column(_("Who answers")), parts.Column(_("State"), "nw")]  # fmt: skip
    where, rest = zone(who), days_left(who, [r.term for r in rows], clock.today())
    lines = [(str(r.appeal.id), _cells(r, where, rest)) for r in rows]
    if opened := parts.rows(parts.table(columns, lines, _("Appeals, the least time left first")), key="appeals"):
        menu.go("appeals", id=opened)
    with st.container(horizontal=True, key="appeals-pages"):
        if skip and st.button(_("To the start of the list"), key="appeals-first"):
            remember("skip", "")
            st.rerun()
        if len(rows) == PAGE and st.button(_("Next %(count)s") % {"count": PAGE}, key="appeals-next"):
            remember("skip", str(skip + PAGE))
            st.rerun()


def _cells(row: Row, where: ZoneInfo, rest: dict[int, int]) -> list[str]:
    appeal, term = row.appeal, row.term
    call = parts.chip("soon", _("call %(day)s") % {"day": day(row.call.on)}) if row.call else ""
    clockwise = left(term, clock.now(), where, rest.get(term.id or 0, 0) if term else 0)
    by = _(CHANNEL_NAMES[Channel(appeal.channel)])
    text = appeal.text if len(appeal.text) <= 80 else f"{appeal.text[:80].rstrip()}…"
    return [
        f"{parts.opener(appeal.number)}<small>{parts.esc(moment(appeal.registered_at, where))}</small>",
        clockwise or parts.chip("closed", _("no clock runs")),
        f"<b>{parts.esc(row.kind)}</b><small>{parts.esc(text)}</small>",
        f"{parts.esc(appeal.name)}<small>{parts.esc(by)}</small>",
        parts.esc(row.assignee or _("nobody yet")) + (f"<small>{call}</small>" if call else ""),
        chip(appeal.stage),
    ]
