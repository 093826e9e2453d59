"""Desks of an office with what they serve, and the services with their papers and durations."""

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_parts import dialog
from infra.wording import _
from models.booking import hours, office, queries
from models.booking.register import Desk, Office, Service
from models.booking.tables import WAY_NAMES, Way


def desks(row: Office) -> None:
    with session.reading(session.current()) as db:
        found = list(queries.desks(db, row.id or 0))
        served, names = hours.served(db, row.id or 0), {s.id or 0: s.name for s in hours.services(db)}
    columns = [parts.Column(_("Desk")), parts.Column(_("State"), "nw key"), parts.Column(_("Services"))]
    cells = [
        (str(d.id), [parts.opener(d.name), parts.chip("done", _("works")) if d.active else parts.chip("paused", _("does not work")),
                     parts.esc("; ".join(names[s] for s in served.get(d.id or 0, []) if s in names) or "—")])
        for d in found
    ]  # fmt: skip
    if not found:
        parts.show(parts.empty(_("There are no desks"), _("Add the first one: without desks nothing can be booked.")))
    elif opened := parts.rows(parts.table(columns, cells, _("Desks")), key="desks"):
        chosen = next(d for d in found if str(d.id) == opened)
        dialog(_("Edit the desk"), _desk, row, chosen, served.get(chosen.id or 0, []), names)
    if st.button(_("Add a desk"), key="desk-add"):
        dialog(_("Add a desk"), _desk, row, None, list(names), names)


def _desk(row: Office, desk: Desk | None, served: list[int], names: dict[int, str]) -> None:
    key = f"desk-{desk.id if desk else 'new'}"
    name = st.text_input(_("Name of the desk"), desk.name if desk else "", key=f"{key}-name", max_chars=100)
    active = st.checkbox(_("works"), desk.active if desk else True, key=f"{key}-active")
    chosen = st.multiselect(_("Services"), list(names), [s for s in served if s in names],
                            format_func=lambda s: names[s], key=f"{key}-services")  # fmt: skip
    if st.button(_("Save"), type="primary", key=f"{key}-save"):
        with session.acting() as (db, actor, now):
            made = db.get_one(Desk, desk.id or 0) if desk else Desk(office_id=row.id or 0, name="")
            made.name, made.active = name.strip(), active
            office.save_desk(db, made, chosen, actor, now)
        parts.done(_("The desk is kept; its places are laid out anew"))


def services() -> None:
    """In a window: one service at a time, the first line of the list makes a new one."""
    with session.reading(session.current()) as db:
        found = {s.id or 0: s for s in hours.services(db)}
    picked = st.selectbox(
        _("Service"),
        [0, *found],
        format_func=lambda s: found[s].name if s else _("a new service"),
        key="service-picked",
    )
    row, key = found.get(picked), f"service-{picked}"
    code = st.text_input(_("Code"), row.code if row else "", key=f"{key}-code", max_chars=40, disabled=row is not None)
    name = st.text_input(_("Name of the service"), row.name if row else "", key=f"{key}-name", max_chars=300)
    minutes = st.number_input(_("Duration, minutes"), 5, 480, row.minutes if row else 30, 5, key=f"{key}-minutes")
    buffer = st.number_input(
        _("Rest of the desk afterwards, minutes"), 0, 240, row.buffer_minutes if row else 0, 5, key=f"{key}-buffer"
    )
    papers = st.text_area(_("Papers to bring, one a line"), "\n".join(row.papers) if row else "", key=f"{key}-papers")
    ways = st.multiselect(_("How visitors may choose to be received"), list(WAY_NAMES), row.ways if row else [Way.OFFICE],
                          format_func=lambda w: _(WAY_NAMES[w]), key=f"{key}-ways")  # fmt: skip
    active = st.checkbox(_("Can be booked"), row.active if row else True, key=f"{key}-active")
    if st.button(_("Save"), type="primary", key=f"{key}-save"):
        with session.acting() as (db, actor, now):
            made = db.get_one(Service, picked) if picked else Service(code=code.strip(), name="")
            made.name, made.minutes, made.buffer_minutes, made.active = name.strip(), int(minutes), int(buffer), active
            made.ways = [str(w) for w in ways] or [str(Way.OFFICE)]
            made.papers = [line.strip() for line in papers.splitlines() if line.strip()]
            office.save_service(db, made, actor, now)
        parts.done(_("The service is kept"))
