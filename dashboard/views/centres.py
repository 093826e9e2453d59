"""Feeding centres: what is installed, connected, reserved and free; who holds the power; edited with a history."""

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from dashboard import menu, parts, session
from dashboard.parts import charts
from dashboard.views.desk_parts import dialog, moment
from dashboard.views.desk_words import DESK
from dashboard.views.wall_filters import choose
from dashboard.views.wall_parts import stage_name, take_away
from documents.sheets.statistics import Sheet
from documents.wording import NBSP, figure
from infra.wording import N_, _
from models.network import actions, queries
from models.network.queries import CentreSight
from models.network.rules import EDITORS, Values
from models.people import queries as people
from models.process.tables import History

ENTRY = menu.Entry("centres", N_("Feeding centres"), order=45, roles=DESK)
SHORTAGE = 0.9  # of the installed power taken: it is told
FIELDS = {
    "name": N_("Name of the centre"), "voltage": N_("Voltage"), "installed_kw": N_("Installed, kW"), "connected_kw": N_("Connected, kW"),
    "branch_id": N_("Branch"), "location": N_("Where it stands"), "closed": N_("Takes no new connections"),
}  # fmt: skip


def page() -> None:
    who = session.current()
    with session.reading(who) as db:
        branches = {b.id or 0: b.name for b in people.branches(db)}
    parts.show(
        parts.head(
            _("Feeding centres"),
            _("Free power is what is installed without what is connected and reserved by open applications."),
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        branch = choose(
            "centres", "branch", _("Branch"), [0, *branches], lambda b: branches.get(b) or _("all branches")
        )
        may = who.user.role in EDITORS
        if may and st.button(_("Add a feeding centre"), key="centre-add"):
            dialog(_("Add a feeding centre"), _form, None, branches)
    with session.reading(who) as db:
        found = queries.centres(db, branch or None)
    if not found:
        told = _("Engineers and managers add them. Until then no power can be reserved here.")
        return parts.show(parts.empty(_("There are no feeding centres"), told))
    _table(found, branches)
    take_away("centres", lambda: _sheet(found, branches))
    chosen = _chosen(found)
    if chosen:
        _one(who, chosen, branches, may)
    return None


def kw(value: Decimal) -> str:
    return f"{figure(value)}{NBSP}кВт"


def _table(found: Sequence[CentreSight], branches: dict[int, str]) -> None:
    columns = [parts.Column(_("Name of the centre")), parts.Column(_("Free"), "nw key"), parts.Column(_("Taken"), "wide"), parts.Column(_("Installed"), "n"),
               parts.Column(_("Connected"), "n"), parts.Column(_("Reserved"), "n"), parts.Column(_("Branch"))]  # fmt: skip
    rows = []
    for c in found:
        where = f"<small>{parts.esc(', '.join(filter(None, [c.voltage, c.location])))}</small>"
        reserved = kw(c.reserved_kw) + (f" · {c.cases}" if c.cases else "")
        cells = [parts.opener(c.name) + where, _free(c), parts.bar(c.share, "copper" if c.share >= SHORTAGE else "blue"),
                 kw(c.installed_kw), kw(c.connected_kw), reserved, branches.get(c.branch_id, "")]  # fmt: skip
        rows.append((str(c.id), [*cells[:3], *map(parts.esc, cells[3:])]))
    opened = parts.rows(parts.table(columns, rows, _("Feeding centres")), key="centres")
    if opened:
        st.query_params["centre"] = opened


def _free(c: CentreSight) -> str:
    if c.closed:
        return parts.chip("paused", _("closed"))
    status = "late" if c.free_kw <= 0 else "soon" if c.share >= SHORTAGE else "done"
    return parts.chip(status, kw(c.free_kw))


def _chosen(found: Sequence[CentreSight]) -> CentreSight | None:
    asked = st.query_params.get("centre", "")
    return next((c for c in found if str(c.id) == asked), None)


# ------------------------------------------------------------------------------------------------ one centre
def _one(who: session.Who, c: CentreSight, branches: dict[int, str], may: bool) -> None:
    with session.reading(who) as db:
        held, changes = queries.held_in(db, c.id), queries.changes(db, c.id)
    whole = float(c.installed_kw) or 1.0
    pieces = [charts.Piece(float(c.connected_kw) / whole), charts.Piece(float(c.reserved_kw) / whole, charts.LIGHT),
              charts.Piece(float(max(c.free_kw, Decimal(0))) / whole, charts.PALE)]  # fmt: skip
    told = _("connected %(connected)s, reserved %(reserved)s, free %(free)s")
    note = told % {"connected": kw(c.connected_kw), "reserved": kw(c.reserved_kw), "free": kw(c.free_kw)}
    body = charts.bars([charts.Bar(kw(c.installed_kw), "", pieces)], c.name) + parts.p(note)
    with st.container(key="card-centre"):
        parts.show(parts.h2(c.name), body)
        if may and st.button(_("Edit"), key="centre-edit"):
            dialog(_("Edit the feeding centre"), _form, c, branches)
    if held:
        columns = [parts.Column(_("Application"), "nw"), parts.Column(_("Reserved"), "n key"), parts.Column(_("Stage")),
                   parts.Column(_("Since"), "nw")]  # fmt: skip
        rows = [
            (str(h.application_id), [parts.opener(h.number), parts.esc(kw(h.kw)), parts.esc(stage_name(h.stage)), moment(h.made_at)])
            for h in held
        ]  # fmt: skip
        parts.show(f"<h2>{parts.esc(_('Open reservations'))}</h2>")
        if opened := parts.rows(parts.table(columns, rows, _("Open reservations")), key="held"):
            menu.go("case", id=opened)
    _changes(changes)


def _changes(rows: Sequence[History]) -> None:
    if not rows:
        return
    columns = [parts.Column(_("When"), "nw"), parts.Column(_("Who")), parts.Column(_("What was changed"))]
    cells = [(str(h.seq), [moment(h.at), parts.esc(h.actor_name), parts.esc(_what(h))]) for h in rows]
    with st.expander(_("Changes: %(count)s") % {"count": len(rows)}):
        parts.show(parts.still(parts.table(columns, cells, _("Changes of the feeding centre"))))


def _what(row: History) -> str:
    told = []
    for field, value in row.changes.items():
        if isinstance(value, list):
            told.append(f"{_(FIELDS.get(field, field))}: {value[0]} → {value[1]}")
    return "; ".join(told) or _("added")


def _form(c: CentreSight | None, branches: dict[int, str]) -> None:
    key = f"centre-{c.id if c else 'new'}"
    name = st.text_input(_(FIELDS["name"]), c.name if c else "", key=f"{key}-name", max_chars=200)
    voltage = st.text_input(
        _(FIELDS["voltage"]), c.voltage if c else "", key=f"{key}-voltage", max_chars=40, placeholder="110/10 кВ"
    )
    installed = st.number_input(
        _(FIELDS["installed_kw"]), 0.0, None, float(c.installed_kw) if c else 0.0, key=f"{key}-installed"
    )
    connected = st.number_input(
        _(FIELDS["connected_kw"]), 0.0, None, float(c.connected_kw) if c else 0.0, key=f"{key}-connected"
    )
    places = list(branches)
    branch = st.selectbox(
        _(FIELDS["branch_id"]),
        places,
        places.index(c.branch_id) if c else 0,
        format_func=lambda b: branches[b],
        key=f"{key}-branch",
    )
    location = st.text_input(_(FIELDS["location"]), c.location if c else "", key=f"{key}-location", max_chars=300)
    closed = st.checkbox(_(FIELDS["closed"]), c.closed if c else False, key=f"{key}-closed")
    if st.button(_("Save"), type="primary", key=f"{key}-save"):
        told = Values(
            name, voltage, Decimal(str(installed)), Decimal(str(connected)), int(branch or 0), location, closed
        )
        _keep(c, told)


def _keep(c: CentreSight | None, told: Values) -> None:
    """Raises ManyInvalid, Invalid, Stale."""
    with session.acting() as (db, actor, now):
        if c:
            actions.edit(db, c.id, c.version, told, actor, now)
        else:
            actions.add(db, told, actor, now)
    parts.done(_("The feeding centre is kept"))


def _sheet(found: Sequence[CentreSight], branches: dict[int, str]) -> list[Sheet]:
    columns = [_("Name of the centre"), _("Voltage"), _("Branch"), _("Where it stands"), _("Installed, kW"), _("Connected, kW"), _("Reserved, kW"),
               _("Free, kW"), _("Open reservations")]  # fmt: skip
    rows = [
        (c.name, c.voltage, branches.get(c.branch_id, ""), c.location, c.installed_kw, c.connected_kw, c.reserved_kw, c.free_kw, c.cases)
        for c in found
    ]  # fmt: skip
    return [Sheet(_("Feeding centres"), "", columns, rows)]
