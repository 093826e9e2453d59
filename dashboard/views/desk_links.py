"""What stands beside a case: power held for it, who works it, the evidence pack and the register of its papers."""

from urllib.parse import urlencode

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_case import Sight
from documents.wording import NBSP, figure
from infra.wording import N_, _
from models.appeal import queries as appeals
from models.appeal import rules
from models.appeal.tables import STAGE_NAMES, Stage
from models.desk import actions as desk
from models.desk import queries as tools
from models.desk.rules import ASSIGNERS, WORKERS
from models.network import queries as network
from models.network.tables import Held
from models.people import queries as people
from models.process.actor import ROLE_NAMES, Role

HELD = {Held.HELD: N_("reserved"), Held.SETTLED: N_("connected"), Held.RELEASED: N_("given back")}


def block(who: session.Who, seen: Sight) -> None:
    with session.reading(who) as db:
        held = network.standing(db, seen.id)
        centre = network.centre(db, seen.case.centre_id) if seen.case.centre_id else None
        worker = tools.assignee(db, seen.id)
        staff = [u for u in people.staff(db) if u.role in WORKERS]
    fields = [parts.Field(_("Works it"), worker.name if worker else _("nobody yet"), there=worker is not None)]
    if centre:
        told = _("chosen, reserved with the approval")
        if held:
            told = f"{_(HELD[Held(held.state)])} {figure(held.kw)}{NBSP}кВт"
        fields.append(parts.Field(_("Feeding centre"), centre.name))
        fields.append(parts.Field(_("Power"), told))
        fields.append(parts.Field(_("Free there"), f"{figure(centre.free_kw)}{NBSP}кВт"))
    with st.container(key="card-links"):
        parts.show(parts.h2(_("Beside the case")), parts.listing(fields))
        if who.actor.role in ASSIGNERS and seen.known.case.ended_at is None:
            _assign(seen, {u.id or 0: f"{u.name} · {_(ROLE_NAMES[Role(u.role)])}" for u in staff}, worker.id if worker else None)  # fmt: skip
        parts.show(parts.documents(_links(seen)))
        menu.link("register", _("Register of issued documents"))
    _appeals(who, seen.id)


def _appeals(who: session.Who, case_id: int) -> None:
    """What was written about the application, each with the way to it. Nothing where nobody wrote."""
    if who.user.role not in rules.READERS:
        return
    with session.reading(who) as db:
        found = appeals.of_case(db, case_id)
    if found:
        with st.container(key="card-appeals"):
            parts.show(parts.h2(_("Appeals")))
            for appeal in found:
                menu.link("appeals", f"{appeal.number}: {_(STAGE_NAMES[Stage(appeal.stage)])}", id=appeal.id or 0)


def _links(seen: Sight) -> list[tuple[str, str, str]]:
    number = seen.case.number
    if number is None:
        return []
    found = [(_("Evidence pack of the case"), f"/files/evidence/{seen.id}", "ZIP")]
    query = urlencode({"number": number.removeprefix("ТП-")})
    return [*found, (_("Papers of the case in the register"), f"/files/register.xlsx?{query}", ".xlsx")]


def _assign(seen: Sight, names: dict[int, str], now_id: int | None) -> None:
    with st.popover(_("Give to somebody"), width="stretch"):
        ids = list(names)
        chosen = st.selectbox(_("Who works it"), ids, ids.index(now_id) if now_id in names else None, format_func=lambda i: names[i], key="assign-who", placeholder=_("Choose"))  # fmt: skip
        if st.button(_("Give the application"), key="assign", disabled=chosen is None):
            with session.acting() as (db, actor, now):
                desk.assign(db, seen.id, int(chosen or 0), actor, now)
            parts.done(_("The application is given: %(name)s") % {"name": names[int(chosen or 0)]})
