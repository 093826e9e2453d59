"""Substitution: who is away, who does his work meanwhile. The substitute puts the other's hat on here and takes it off."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import streamlit as st

from dashboard import menu, parts, session, stand_in
from dashboard.views.desk_form import Form
from dashboard.views.desk_parts import dialog
from documents.wording import day
from infra import clock
from infra.wording import N_, _
from models.desk import actions, queries
from models.desk.rules import APPOINTERS, WORKERS
from models.desk.tables import StandIn
from models.people import queries as people
from models.people.tables import User
from models.process.actor import DESK, ROLE_NAMES, Role

ENTRY = menu.Entry("away", N_("Substitution"), order=60, roles=DESK)


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Substitution"), _("Who does whose work while somebody is away. Four eyes stay by person: nobody approves what he wrote himself.")))  # fmt: skip
    today = clock.today()
    with session.reading(who) as db:
        rows, past = queries.stand_ins(db, today), queries.past_stand_ins(db, today)
        staff = {u.id or 0: u for u in people.staff(db)}
        mine = queries.absent_for(db, who.id, today)
    _hats(who, mine)
    if who.actor.role in APPOINTERS | WORKERS and st.button(_("Appoint a substitute"), key="away-add"):
        dialog(_("Appoint a substitute"), _form, who, {i: _name(u) for i, u in staff.items() if u.role in WORKERS})
    names = {i: _name(u) for i, u in staff.items()}
    if rows:
        parts.show(f"<h2>{parts.esc(_('Now and ahead'))}</h2>", _table(rows, names))
        _take_back(who, rows, names)
    else:
        parts.show(parts.empty(_("Nobody is substituted"), _("Appoint a substitute before somebody goes away.")))
    if past:
        with st.expander(_("Substitutions that are over: %(count)s") % {"count": len(past)}):
            parts.show(_table(past, names))


def _name(u: User) -> str:
    return f"{u.name} · {_(ROLE_NAMES[Role(u.role)])}"


def _hats(who: session.Who, mine: Sequence[User]) -> None:
    """Whose work this person may do today, and whose he is doing in this window."""
    worn = stand_in.standing_for()
    if worn is not None:
        with st.container(key="turn-worn"):
            parts.show(parts.p(_("You are doing the work of %(name)s. The history names both of you.") % {"name": who.user.name}))  # fmt: skip
            if st.button(_("Back to my own work"), type="primary", key="away-off"):
                stand_in.stand_for(None)
                st.rerun()
        return
    for absent in mine:
        with st.container(key=f"card-absent-{absent.id}"):
            parts.show(parts.p(_("You stand in for %(name)s.") % {"name": _name(absent)}))
            if st.button(_("Do this work"), key=f"away-on-{absent.id}", type="primary"):
                stand_in.stand_for(absent.id)
                parts.said(_("You are doing the work of %(name)s") % {"name": absent.name})
                st.rerun()


def _table(rows: Sequence[StandIn], names: Mapping[int, str]) -> str:
    columns = [parts.Column(_("Who is away")), parts.Column(_("State"), "nw key"), parts.Column(_("Who does his work")),
               parts.Column(_("From – to"), "nw"), parts.Column(_("Why")), parts.Column(_("Appointed by"))]  # fmt: skip
    lines = [
        (str(r.id), [
            parts.esc(names.get(r.absent_id, "")), _state(r), parts.esc(names.get(r.substitute_id, "")),
            parts.esc(f"{day(r.starts_on)} – {day(r.ends_on)}"), parts.esc(r.reason), parts.esc(names.get(r.made_by, "")),
        ])
        for r in rows
    ]  # fmt: skip
    return parts.still(parts.table(columns, lines, _("Substitution")))


def _state(r: StandIn) -> str:
    today = clock.today()
    if r.ended_at:
        return parts.chip("closed", _("taken back"))
    if r.ends_on < today:
        return parts.chip("closed", _("over"))
    return parts.chip("work", _("in force")) if r.starts_on <= today else parts.chip("next", _("ahead"))


def _take_back(who: session.Who, rows: Sequence[StandIn], names: Mapping[int, str]) -> None:
    mine = [r for r in rows if who.actor.role in APPOINTERS or r.absent_id == who.id]
    if not mine:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        options = {r.id or 0: f"{names.get(r.absent_id, '')} → {names.get(r.substitute_id, '')}" for r in mine}
        chosen = st.selectbox(_("Substitution"), list(options), format_func=lambda i: options[i], key="away-which", width=520)  # fmt: skip
        if st.button(_("Take it back"), key="away-end"):
            with session.acting() as (db, actor, now):
                actions.take_back(db, int(chosen or 0), actor, now)
            parts.done(_("The substitution is taken back"))


def _form(who: session.Who, names: Mapping[int, str]) -> None:
    form, today = Form("away"), clock.today()
    absent_ids = list(names) if who.actor.role in APPOINTERS else [i for i in names if i == who.id]
    absent = st.selectbox(_("Who is away"), absent_ids, index=0 if len(absent_ids) == 1 else None, format_func=lambda i: names[i], placeholder=_("Choose"), key=form.field("absent"))  # fmt: skip
    form.beside("absent")
    substitute = st.selectbox(_("Who does his work"), list(names), index=None, format_func=lambda i: names[i], placeholder=_("Choose"), key=form.field("substitute"))  # fmt: skip
    form.beside("substitute")
    left, right = st.columns(2)
    starts = left.date_input(_("First day"), today, format="DD.MM.YYYY", key=form.field("starts_on"))
    ends = right.date_input(_("Last day"), today + timedelta(days=13), format="DD.MM.YYYY", key=form.field("ends_on"))
    form.beside("ends_on")
    reason = st.text_input(_("Why"), key=form.field("reason"), max_chars=300, placeholder=_("for example: leave"))
    if st.button(_("Appoint"), type="primary", key="do-away"):
        with form.sending():
            with session.acting() as (db, actor, now):
                actions.appoint(db, absent or 0, substitute or 0, starts, ends, reason or "", actor, now, clock.zone())
            parts.done(_("The substitute is appointed"))
