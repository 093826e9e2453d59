"""«Офисы»: the registers that booking lives on. Offices with their regions here; desks, hours and closures of the chosen one below."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.public import booking_links
from dashboard.views import booking_closures, booking_hours, booking_registers
from dashboard.views.desk_parts import dialog
from infra.wording import N_, _
from models.booking import hours, office, queries
from models.booking.register import Office
from models.process.actor import Role

ENTRY = menu.Entry("offices", N_("Offices"), order=46, roles=frozenset({Role.MANAGER, Role.ADMIN}))


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Offices"), _("Where visitors are received, by which desks, when. Every change is noted.")))
    with session.reading(who) as db:
        offices = list(queries.offices(db, all_of_them=True))
        regions = {r.id or 0: r.name for r in hours.regions(db)}
        desks = {o.id or 0: len([d for d in queries.desks(db, o.id or 0) if d.active]) for o in offices}
    with st.container(horizontal=True):
        if regions and st.button(_("Add an office"), key="office-add"):
            dialog(_("Add an office"), _form, None, regions)
        if st.button(_("Add a region"), key="region-add"):
            dialog(_("Add a region"), _region)
        if st.button(_("Services"), key="services-open"):
            dialog(_("Services"), booking_registers.services)
    if not offices:
        return parts.show(parts.empty(_("There are no offices"), _("Add a region, then its first office.")))
    columns = [parts.Column(_("Address")), parts.Column(_("State"), "nw key"), parts.Column(_("Region")),
               parts.Column(_("Desks"), "n"), parts.Column(_("Time zone"), "wide")]  # fmt: skip
    cells = [
        (str(o.id), [parts.opener(o.address), _state(o), parts.esc(regions.get(o.region_id, "")), str(desks[o.id or 0]),
                     parts.esc(o.time_zone)])
        for o in offices
    ]  # fmt: skip
    if opened := parts.rows(parts.table(columns, cells, _("Offices")), key="offices"):
        st.query_params["office"] = opened
    asked = st.query_params.get("office", "")
    found = next((o for o in offices if str(o.id) == asked), None)
    if found is not None:
        _one(found, regions)
    return None


def _state(row: Office) -> str:
    return parts.chip("done", _("receives")) if row.switched_on else parts.chip("paused", _("switched off"))


def _one(row: Office, regions: dict[int, str]) -> None:
    parts.show(f"<h2>{parts.esc(row.address)}</h2>")
    with st.container(horizontal=True):
        if st.button(_("Switch off") if row.switched_on else _("Switch on"), key="office-switch"):
            with session.acting() as (db, actor, now):
                office.switch(db, db.get_one(Office, row.id or 0), not row.switched_on, actor, now)
            parts.done(_("Visitors cannot book here any more") if row.switched_on else _("Visitors can book here"))
        if st.button(_("Edit"), key="office-edit"):
            dialog(_("Edit the office"), _form, row, regions)
    desks, plans, closures, feeds = st.tabs([_("Desks"), _("Working hours"), _("Closures"), _("Calendars and board")])
    with desks:
        booking_registers.desks(row)
    with plans:
        booking_hours.page(row)
    with closures:
        booking_closures.page(row)
    with feeds:
        _addresses(row)


def _addresses(row: Office) -> None:
    """Secret addresses: whoever has one sees the visits, so they are shown to the keepers only."""
    with session.reading(session.current()) as db:
        desks = list(queries.desks(db, row.id or 0))
    parts.show(parts.p(_("Secret addresses: give them only to people who receive visitors."), sub=True))
    for label, address in [
        (_("Calendar of the office"), booking_links.feed("office", row.id or 0)),
        *[(d.name, booking_links.feed("desk", d.id or 0)) for d in desks],
        (_("Call board"), booking_links.board(row.id or 0)),
    ]:
        parts.show(parts.p(label))
        st.code(address, language=None)


def _region() -> None:
    name = st.text_input(_("Name of the region"), key="region-name", max_chars=200)
    if st.button(_("Save"), type="primary", key="region-save"):
        with session.acting() as (db, actor, now):
            office.add_region(db, name, actor, now)
        parts.done(_("The region is kept"))


def _form(row: Office | None, regions: dict[int, str]) -> None:
    key, places = f"office-{row.id if row else 'new'}", list(regions)
    region = st.selectbox(_("Region"), places, places.index(row.region_id) if row else 0,
                          format_func=lambda r: regions[r], key=f"{key}-region")  # fmt: skip
    address = st.text_input(_("Address"), row.address if row else "", key=f"{key}-address", max_chars=300)
    phone = st.text_input(_("Phone"), row.phone if row else "", key=f"{key}-phone", max_chars=40)
    video = st.text_input(
        _("Address of the room for visits by video"), row.video_link if row else "", key=f"{key}-video", max_chars=300
    )
    zone = st.text_input(_("Time zone"), row.time_zone if row else "Europe/Moscow", key=f"{key}-zone", max_chars=60)
    step = st.number_input(_("One reception, minutes"), 5, 240, row.step_minutes if row else 30, 5, key=f"{key}-step")
    lead = st.number_input(
        _("Booked at least, minutes ahead"), 0, 10080, row.lead_minutes if row else 60, 15, key=f"{key}-lead"
    )
    days = st.number_input(_("Booked at most, days ahead"), 1, 365, row.horizon_days if row else 30, key=f"{key}-days")
    if st.button(_("Save"), type="primary", key=f"{key}-save"):
        with session.acting() as (db, actor, now):
            made = db.get_one(Office, row.id or 0) if row else Office(region_id=region, address="", time_zone=zone)
            made.region_id, made.address, made.phone, made.time_zone = (
                region,
                address.strip(),
                phone.strip(),
                zone.strip(),
            )
            made.video_link = video.strip()
            made.step_minutes, made.lead_minutes, made.horizon_days = int(step), int(lead), int(days)
            office.save_office(db, made, actor, now)
        parts.done(_("The office is kept; its places are laid out anew"))
