"""«Запись на приём» in the cabinet: the customer's own visits, another time by the week grid, cancelling, the way to the papers."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import streamlit as st
from sqlmodel import Session

from dashboard import menu, parts, session
from dashboard.faults import sentence_of
from dashboard.views import booking_week
from dashboard.views.desk_parts import dialog, moment
from infra import clock
from infra.database import database
from infra.keys import vault_keys
from infra.wording import N_, _
from models.booking import actions, queries, rules, waiting
from models.booking.queries import Grid
from models.booking.register import Office, Service
from models.booking.tables import STAGE_NAMES, TELL_NAMES, WAY_NAMES, Booking, Stage, Tell, Waiting, Way
from models.booking.taking import Wish
from signatures.secrets import Vault

ENTRY = menu.Entry("my_visits", N_("Visits to the office"), order=29, roles=menu.APPLICANT, hidden=True)
Row = tuple[Booking, Office, Service]


def page() -> None:
    who = session.current()
    with session.reading(who) as db:
        rows = [_joined(db, b) for b in queries.of_customer(db, who.id)]
        waits = [(w, b, db.get_one(Office, w.office_id), db.get_one(Service, w.service_id))
                 for w, b in waiting.of_customer(db, who.id)]  # fmt: skip
        db.expunge_all()
    parts.show(
        parts.head(_("Visits to the office"), _("By appointment you are received without waiting in the queue."))
    )
    st.link_button(_("Book a visit"), "/booking", type="primary")
    ahead = [r for r in rows if r[0].stage in (Stage.BOOKED, Stage.CHECKED_IN)]
    if not ahead:
        parts.show(
            parts.empty(_("You are booked for no visit"), _("Choose an office, a day and a time: it takes a minute."))
        )
    for wait in waits:
        _wait(*wait)
    for row in ahead:
        _visit(who, *row)
    _past([r for r in rows if r not in ahead])


def _joined(db: Session, booking: Booking) -> Row:
    return booking, db.get_one(Office, booking.office_id), db.get_one(Service, booking.service_id)


def _wait(row: Waiting, kept: Booking | None, office: Office, service: Service) -> None:
    """A wish of the waiting list; with a place that is kept for him, until when."""
    zone = ZoneInfo(office.time_zone)
    with st.container(key=f"card-wait-{row.id}"):
        parts.show(parts.h2(_("Waiting list")), parts.listing([
            parts.Field(_("Service"), service.name), parts.Field(_("Office"), office.address),
            parts.Field(_("Days"), f"{row.first_day:%d.%m.%Y} – {row.last_day:%d.%m.%Y}"),
            parts.Field(_("Held"), _(WAY_NAMES[Way(row.way)])), parts.Field(_("Is told"), _(TELL_NAMES[Tell(row.tell_by)])),
            parts.Field(_("State"), _offered(kept, zone) or _("waits for a place")),
        ]))  # fmt: skip
        if row.ticket:
            code = Vault(vault_keys()).open(row.ticket)["code"]
            label = _("Take or leave the place") if kept else _("Page of the waiting list")
            st.link_button(label, f"/booking/offer/{code}", type="primary" if kept else "secondary")


def _offered(kept: Booking | None, zone: ZoneInfo) -> str:
    if kept is None or kept.hold_until is None:
        return ""
    facts = {"when": moment(kept.starts_at, zone), "until": moment(kept.hold_until, zone)}
    return _("a place is offered: %(when)s, held until %(until)s") % facts


def _visit(who: session.Who, booking: Booking, office: Office, service: Service) -> None:
    number, zone = booking.id or 0, ZoneInfo(office.time_zone)
    with st.container(key=f"card-visit-{number}"):
        parts.show(parts.h2(moment(booking.starts_at, zone)), parts.listing([
            parts.Field(_("Service"), service.name), parts.Field(_("Office"), office.address),
            parts.Field(_("Held"), _held(booking, office)), parts.Field(_("State"), _(STAGE_NAMES[Stage(booking.stage)])),
            parts.Field(_("Take with you"), "; ".join(service.papers) or "—"),
        ]))  # fmt: skip
        if booking.displaced_at:
            parts.error_box(_("The desk is closed at this time. Choose another time or wait for our call"), [])
        _buttons(who, booking, office)


def _held(booking: Booking, office: Office) -> str:
    """In the office, by phone, or by video with the address of the room."""
    room = office.video_link if booking.way == Way.VIDEO else ""
    return ", ".join(filter(None, (_(WAY_NAMES[Way(booking.way)]), room)))


def _buttons(who: session.Who, booking: Booking, office: Office) -> None:
    number = booking.id or 0
    may = {m.name: why for m, why in rules.MOVES.open_to(booking.stage, who.actor, booking, clock.now())}
    with st.container(horizontal=True):
        if booking.ticket:
            code = Vault(vault_keys()).open(booking.ticket)["code"]
            st.link_button(_("Ticket and files"), f"/booking/v/{code}")
        for name, title, body in (
            ("reschedule", _("Choose another time"), _another), ("cancel", _("Cancel the booking"), _cancel)
        ):  # fmt: skip
            if name in may and may[name] is None and st.button(title, key=f"my-{name}-{number}"):
                dialog(title, body, booking, office, wide=body is _another)
    if said := [sentence_of(why) for why in may.values() if why is not None][:1]:
        parts.show(parts.p(said[0], sub=True))


def _another(booking: Booking, office: Office) -> None:
    at = booking_week.pick(
        f"my-another-{booking.id}", looks(booking, office), ZoneInfo(office.time_zone), booking.starts_at
    )
    if at and st.button(_("Move the visit"), type="primary", key="my-another-yes"):
        with session.acting() as (db, actor, now):
            actions.own(db, booking.id or 0, actor)
            actions.reschedule(db, booking.id or 0, actor, Wish(booking.office_id, booking.service_id, at), now)
        parts.done(_("The visit was moved, a letter follows"))


def looks(booking: Booking, office: Office) -> Callable[[date], Grid]:
    """The week of a Monday as the rules show it to everybody: free or taken, no names."""

    def look(monday: date) -> Grid:
        with database().transaction() as db:
            return queries.week(db, office, booking.service_id, monday, clock.now())

    return look


def _cancel(booking: Booking, _office: Office) -> None:
    parts.show(parts.p(_("The time becomes free for others at once.")))
    if st.button(_("Cancel the booking"), type="primary", key="my-cancel-yes"):
        with session.acting() as (db, actor, now):
            actions.own(db, booking.id or 0, actor)
            actions.cancel(db, booking.id or 0, actor, now)
        parts.done(_("The booking is cancelled"))


def _past(rows: list[Row]) -> None:
    if not rows:
        return
    columns = [parts.Column(_("When"), "key"), parts.Column(_("Service")), parts.Column(_("State"))]
    cells = [
        (str(b.id), [parts.esc(moment(b.starts_at, ZoneInfo(o.time_zone))), parts.esc(s.name),
                     parts.esc(_(STAGE_NAMES[Stage(b.stage)])) + (f"<small>{parts.esc(b.reason)}</small>" if b.reason else "")])
        for b, o, s in rows[:20]
    ]  # fmt: skip
    parts.show(parts.card(_("Past visits"), parts.still(parts.table(columns, cells, _("Past visits")))))
