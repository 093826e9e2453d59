"""One visit on the receptionist's page: who comes, what he has to bring, and the buttons that the table of moves opens."""

from datetime import date
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import parts, session
from dashboard.faults import sentence_of
from dashboard.views import booking_week
from dashboard.views.desk_parts import dialog, moment
from infra import clock
from infra.wording import N_, _
from models.booking import actions, queries, rules
from models.booking.register import Desk, Office, Service
from models.booking.tables import STAGE_NAMES, WAY_NAMES, Booking, Stage, Way
from models.booking.taking import Wish

PLAIN = ("check_in", "serve")
PRESSED = {  # at once, without a window: the verb and what is said
    "check_in": (actions.check_in, N_("The visitor is received")),
    "serve": (actions.serve, N_("The visit is marked as served")),
    "uncheck": (actions.uncheck, N_("The mark is taken back")),
}


def chosen(who: session.Who) -> None:
    """The visit that the address names, if any."""
    asked = st.query_params.get("visit", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 15):  # noqa: PLR2004
        return
    with session.reading(who) as db:
        booking = db.get(Booking, int(asked))
        if booking is None or booking.stage == Stage.HELD:
            return
        office, service = db.get_one(Office, booking.office_id), db.get_one(Service, booking.service_id)
        desk, lines = db.get_one(Desk, booking.desk_id), queries.history(db, booking.id or 0)
        db.expunge_all()
    zone = ZoneInfo(office.time_zone)
    with st.container(key="card-visit"):
        parts.show(parts.h2(f"№ {booking.id:06} · {booking.name}"), parts.listing([
            parts.Field(_("Time"), moment(booking.starts_at, zone)), parts.Field(_("Desk"), desk.name),
            parts.Field(_("Service"), service.name), parts.Field(_("State"), _(STAGE_NAMES[Stage(booking.stage)])),
            parts.Field(_("Held"), _(WAY_NAMES[Way(booking.way)])), parts.Field(_("Phone"), booking.phone or "—"),
            parts.Field(_("E-mail"), booking.email or "—"), parts.Field(_("Address"), booking.address or "—"),
            parts.Field(_("Has to bring"), "; ".join(service.papers) or "—"),
        ]))  # fmt: skip
        _buttons(who, booking, office)
    told = [
        parts.Step("done", moment(h.at, zone), _(rules.MOVES[h.tag.rpartition(":")[2]].title), h.reason) for h in lines
    ]
    with st.expander(_("History")):
        parts.show(parts.timeline(told))


def _buttons(who: session.Who, booking: Booking, office: Office) -> None:
    closed = []
    with st.container(horizontal=True):
        moves = rules.MOVES.open_to(booking.stage, who.actor, booking, clock.now())
        for move, why in sorted(moves, key=lambda m: m[0].name not in PLAIN):  # what is pressed all day stands first
            if move.name in ("displace", "book"):
                continue
            if why is not None:
                closed.append((_(move.title), sentence_of(why)))
            elif st.button(
                _(move.title), type="primary" if move.name in PLAIN else "secondary", key=f"visit-{move.name}"
            ):
                _press(move.name, booking, office)
    if closed:
        parts.show(parts.closed_moves(closed))


def _press(name: str, booking: Booking, office: Office) -> None:
    if name in PRESSED:
        verb, said = PRESSED[name]
        with session.acting() as (db, actor, now):
            verb(db, booking.id or 0, actor, now)
        parts.done(_(said))
    titles = {
        "refuse": _("Refuse the papers"),
        "cancel": _("Cancel the booking"),
        "reschedule": _("Choose another time"),
    }
    if name == "reschedule":
        dialog(titles[name], _another, booking, office, wide=True)
    else:
        dialog(titles[name], _with_reason, booking, name)


def _with_reason(booking: Booking, name: str) -> None:
    """Refusal for papers (row B-13) or cancellation: both are told to the visitor with the reason."""
    reason = st.text_area(_("Reason: the visitor will read it"), key=f"visit-{name}-reason", max_chars=500)
    if st.button(
        _("Refuse the papers") if name == "refuse" else _("Cancel the booking"), type="primary", key=f"visit-{name}-yes"
    ):
        with session.acting() as (db, actor, now):
            if name == "refuse":
                actions.refuse(db, booking.id or 0, actor, reason, now)
            else:
                actions.cancel(db, booking.id or 0, actor, now, reason)
        parts.done(_("Written down"))


def _another(booking: Booking, office: Office) -> None:
    """The week grid; what is free is asked as staff, so that a time in the next hour is free too."""

    def look(monday: date) -> queries.Grid:
        with session.reading(session.current()) as db:
            return queries.week(db, office, booking.service_id, monday, clock.now(), staff=True)

    at = booking_week.pick("visit-another", look, ZoneInfo(office.time_zone), booking.starts_at)
    if at and st.button(_("Move the visit"), type="primary", key="visit-another-yes"):
        with session.acting() as (db, actor, now):
            actions.reschedule(db, booking.id or 0, actor, Wish(booking.office_id, booking.service_id, at), now)
        parts.done(_("The visit was moved, a letter follows"))
