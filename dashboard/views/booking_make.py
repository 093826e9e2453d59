"""Booking on behalf of a visitor, at the desk or by phone: service, one of the free times, who comes. The verb is book_for."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import parts, session
from dashboard.views import booking_week
from infra import clock
from infra.keys import vault_keys
from infra.settings import settings
from infra.wording import N_, _
from models.booking import actions, queries, rules
from models.booking.register import Office
from models.booking.tables import REMIND_NAMES, WAY_NAMES, Channel, Remind, Way
from models.booking.taking import Wish
from models.process.errors import Invalid
from signatures.secrets import Vault

CHANNELS = {Channel.PHONE: N_("the visitor is on the phone"), Channel.DESK: N_("the visitor is at the desk")}


def form(office: Office) -> None:
    key, zone = f"make-{office.id}", ZoneInfo(office.time_zone)
    with session.reading(session.current()) as db:
        services = {s.id or 0: s for s in queries.services(db, office.id or 0)}
    if not services:
        return parts.show(parts.empty(_("No desk serves anything here"), _("A manager gives services to the desks.")))
    service = st.selectbox(_("Service"), list(services), format_func=lambda s: services[s].name, key=f"{key}-service")
    at = booking_week.pick(f"{key}-at-{service}", _looks(office, service), zone)
    channel = st.segmented_control(_("How the visitor asked"), list(CHANNELS), format_func=lambda c: _(CHANNELS[c]),
                                   default=Channel.PHONE, key=f"{key}-channel", required=True)  # fmt: skip
    way = st.selectbox(_("How the visit is held"), sorted(WAY_NAMES, key=lambda w: w not in services[service].ways),
                       format_func=lambda w: _(WAY_NAMES[w]), key=f"{key}-way-{service}")  # fmt: skip
    typed = {
        "name": st.text_input(_("Full name of the visitor"), key=f"{key}-name", max_chars=200),
        "phone": st.text_input(_("Mobile phone number"), key=f"{key}-phone", max_chars=40),
        "email": st.text_input(_("E-mail address: without it no letter is sent"), key=f"{key}-email", max_chars=200),
        "address": st.text_input(_("Address in respect of which you apply"), key=f"{key}-address", max_chars=300),
    }
    remind = st.selectbox(_("Remind of the visit a day and two hours before"), list(Remind),
                          format_func=lambda r: _(REMIND_NAMES[r]), key=f"{key}-remind")  # fmt: skip
    if st.button(_("Book"), type="primary", key=f"{key}-yes"):
        if at is None:
            raise Invalid("start", N_("Choose a free time in the grid"))
        _book(Wish(office.id or 0, service, at), typed, Channel(channel), Way(way), remind or Remind.EMAIL)
    return None


def _looks(office: Office, service: int) -> Callable[[date], queries.Grid]:
    """The weeks of this office and service, up to the last minute: staff may book what is too near for visitors."""

    def look(monday: date) -> queries.Grid:
        with session.reading(session.current()) as db:
            return queries.week(db, office, service, monday, clock.now(), staff=True)

    return look


def _book(wish: Wish, typed: dict[str, str], channel: Channel, way: Way, remind: Remind) -> None:
    """Raises PlaceLost, Invalid. The PIN is told to the visitor: on the phone there is no letter yet."""
    pin, code = rules.new_pin(), rules.link_code()
    visitor = actions.Visitor(
        typed["name"], typed["email"], typed["phone"], typed["address"],
        ticket=Vault(vault_keys()).lock({"pin": pin, "code": code}),
        pin_hash=rules.pin_hash(settings().secret_key, typed["email"], pin), code=code, remind=remind,
    )  # fmt: skip
    with session.acting() as (db, actor, now):
        made = actions.book_for(db, wish, actor, visitor, now, channel=channel, way=way)
    parts.done(_("Booked: No. %(number)s, PIN %(pin)s") % {"number": f"{made.id:06}", "pin": pin})
