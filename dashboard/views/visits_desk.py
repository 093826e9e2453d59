"""«Приём»: the receptionist's day of one office: who comes, who may come in now, search, and the way to book for somebody."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import menu, parts, session
from dashboard.public import booking_links
from dashboard.views import booking_make, booking_visit
from dashboard.views.desk_parts import dialog
from dashboard.views.wall_filters import choose, typed
from documents.wording import person_short
from infra import clock
from infra.wording import N_, _
from models.booking import queries, rules, waiting
from models.booking.register import Office
from models.booking.tables import STAGE_NAMES, TELL_NAMES, WAY_NAMES, Booking, Stage, Tell, Way
from models.process.actor import Role

ROLES = frozenset({Role.OPERATOR, Role.MANAGER, Role.ADMIN})
ENTRY = menu.Entry("reception", N_("Reception of visitors"), order=28, roles=ROLES)
SHAPES = {
    Stage.BOOKED: "next", Stage.CHECKED_IN: "work", Stage.SERVED: "done", Stage.REFUSED_DOCS: "closed",
    Stage.CANCELLED: "closed", Stage.NO_SHOW: "late",
}  # fmt: skip


def page() -> None:
    who = session.current()
    parts.show(
        parts.head(
            _("Reception of visitors"), _("A visitor is received from 15 minutes before to 5 minutes after his time.")
        )
    )
    with session.reading(who) as db:
        offices = {o.id or 0: o for o in queries.offices(db, all_of_them=True)}
    if not offices:
        return parts.show(parts.empty(_("There are no offices"), _("A manager adds them on the page of offices.")))
    words = ""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        mine = sorted(
            offices, key=lambda o: (offices[o].branch_id != who.user.branch_id, not offices[o].switched_on, o)
        )
        chosen = offices[choose("reception", "office", _("Office"), mine, lambda o: offices[o].address, width=420)]
        zone, now = ZoneInfo(chosen.time_zone), clock.now()
        day = st.date_input(
            _("Day"), _asked(now.astimezone(zone).date()), key="reception-day", format="DD.MM.YYYY", width=150
        )
        words = typed("reception", "q", _("Find a visit"), _("Name, phone, e-mail or number"), width=260)
        if who.user.role in rules.DESK and st.button(_("Book for a visitor"), type="primary", key="reception-book"):
            dialog(_("Book for a visitor"), booking_make.form, chosen, wide=True)
    if words:
        return _found(who, words, offices)
    _calls(who, chosen)
    with session.reading(who) as db:
        rows = queries.day_list(db, chosen, day)
    _day(who, rows, chosen, now)
    booking_visit.chosen(who)
    _waiting(who, chosen)
    st.link_button(_("Call board"), booking_links.board(chosen.id or 0))
    return None


def _asked(today: date) -> date:
    try:
        return date.fromisoformat(st.query_params.get("day", ""))
    except ValueError:
        return today


def left(booking: Booking, now: datetime) -> str:
    """What the receptionist wants to know of a time: may the visitor come in, and how long."""
    if booking.stage != Stage.BOOKED:
        return ""
    if booking.displaced_at:
        return parts.chip("yours", _("desk closed: call the visitor"))
    if now < booking.starts_at - rules.EARLY:
        return parts.chip("next", _("not yet"))
    minutes = int((booking.starts_at + rules.LATE - now).total_seconds() // 60)
    if minutes >= 0:
        return parts.chip("soon", _("may come in, %(count)s min left") % {"count": minutes})
    return parts.chip("late", _("the time is over"))


def table(
    rows: Sequence[tuple[Booking, str, str]], offices: dict[int, Office], now: datetime, *, anywhere: bool = False
) -> str:
    """Times are those of the office of each visit; `anywhere`: of several offices and days, so both are told."""
    columns = [parts.Column(_("Time"), "nw"), parts.Column(_("Visitor"), "key"), parts.Column(_("Service")),
               parts.Column(_("Desk")), parts.Column(_("State"), "nw"), parts.Column(_("Reception"), "nw")]  # fmt: skip
    cells = []
    for b, desk, service in rows:
        office = offices[b.office_id]
        at = b.starts_at.astimezone(ZoneInfo(office.time_zone))
        clock_face = f"{at:%d.%m.%Y, %H:%M}" if anywhere else f"{at:%H:%M}"
        where = parts.esc(desk) + (f"<small>{parts.esc(office.address)}</small>" if anywhere else "")
        who = f"{parts.esc(person_short(b.name))}<small>№ {b.id:06}</small>"
        stage = parts.chip(SHAPES[Stage(b.stage)], _(STAGE_NAMES[Stage(b.stage)]))
        cells.append((str(b.id), [parts.opener(clock_face), who, parts.esc(service), where, stage, left(b, now)]))
    return parts.table(columns, cells, _("Visits"))


def _day(who: session.Who, rows: Sequence[tuple[Booking, str, str]], office: Office, now: datetime) -> None:
    if not rows:
        return parts.show(
            parts.empty(_("Nobody is booked for this day"), _("Bookings of visitors and yours appear here at once."))
        )
    done = sum(b.stage == Stage.SERVED for b, _d, _s in rows)
    missed = sum(b.stage == Stage.NO_SHOW for b, _d, _s in rows)
    inside = sum(b.stage == Stage.CHECKED_IN for b, _d, _s in rows)
    parts.show(parts.tiles([
        (_("Booked"), str(len(rows)), ""), (_("In the office now"), str(inside), ""), (_("Served"), str(done), ""),
        (_("Did not come"), str(missed), ""),
    ]))  # fmt: skip
    if opened := parts.rows(table(rows, {office.id or 0: office}, now), key="reception"):
        st.query_params["visit"] = opened
    return None


def _calls(who: session.Who, office: Office) -> None:
    """Whose desk closed and for whom no other place was found."""
    with session.reading(who) as db:
        rows = queries.displaced(db, office.id or 0)
    if rows:
        zone = ZoneInfo(office.time_zone)
        lines = [f"{b.starts_at.astimezone(zone):%d.%m.%Y, %H:%M} · {b.name} · {b.phone}" for b in rows]
        parts.error_box(_("Call these visitors: their desk is closed and no other time was found"), lines)


def _waiting(who: session.Who, office: Office) -> None:
    """The waiting list in the order in which freed places are offered; nothing while nobody waits."""
    with session.reading(who) as db:
        rows = waiting.listed(db, office.id or 0)
    if not rows:
        return
    columns = [parts.Column(_("Visitor"), "key"), parts.Column(_("Service")), parts.Column(_("Days"), "nw"),
               parts.Column(_("Phone"), "nw"), parts.Column(_("Is told"), "nw"), parts.Column(_("State"), "nw")]  # fmt: skip
    cells = [
        (str(w.id), [parts.esc(person_short(w.name)), f"{parts.esc(service)}<small>{parts.esc(_(WAY_NAMES[Way(w.way)]))}</small>",
                     f"{w.first_day:%d.%m} – {w.last_day:%d.%m.%Y}", parts.esc(w.phone or "—"), parts.esc(_(TELL_NAMES[Tell(w.tell_by)])),
                     _("a place is offered") if w.state == "OFFERED" else _("waits for a place")])
        for w, service in rows
    ]  # fmt: skip
    with st.expander(_("Waiting list: %(count)s") % {"count": len(rows)}):
        parts.show(parts.still(parts.table(columns, cells, _("Waiting list"))))


def _found(who: session.Who, words: str, offices: dict[int, Office]) -> None:
    with session.reading(who) as db:
        found = queries.named(db, queries.find(db, words))
    if not found:
        return parts.show(
            parts.empty(_("No visit was found"), _("Check what is typed: all offices and days were searched."))
        )
    if opened := parts.rows(table(found, offices, clock.now(), anywhere=True), key="reception-found"):
        st.query_params["visit"] = opened
    return booking_visit.chosen(who)
