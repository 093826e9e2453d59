"""«Представители»: who acts for me and whom I act for; naming, agreeing, refusing, revoking at any time."""

from collections.abc import Sequence

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import represent_offer
from dashboard.views import represent_words as words
from dashboard.views.desk_parts import dialog
from infra import clock
from infra.wording import N_, _
from models.connection import queries as connection
from models.connection import represented
from models.people import represent as actions
from models.people import represent_queries as queries
from models.people.represent_tables import OPEN_STATES, Representative, State

ENTRY = menu.Entry("representatives", N_("Representatives"), order=42, roles=menu.APPLICANT, hidden=True)


def page() -> None:
    who = session.current()
    if "new" in st.query_params:
        return represent_offer.page(who)
    with session.reading(who) as db:
        mine, others = queries.of_principal(db, who.id), queries.of_agent(db, who.user)
        cases = [*connection.of_applicant(db, who.id), *represented.of_agent(db, who.id)]
    numbers = {c.id or 0: c.number or "" for c in cases}
    lead = _("Somebody may act for you here by a power of attorney: as far and as long as you say.")
    parts.show(parts.head(_("Representatives"), lead))
    if offers := [r for r in others if r.state == State.OFFERED and r.accepted_at is None]:
        parts.show(parts.h2(_("You are named as a representative")))
        for row in offers:
            _offered(row, numbers, "turn" if row is offers[0] else f"card-power-{row.id}")
    _mine(mine, numbers)
    _others([r for r in others if r not in offers], numbers)
    return None


# ------------------------------------------------------------------------------------------------ who acts for me
def _mine(found: Sequence[Representative], numbers: dict[int, str]) -> None:
    parts.show(parts.h2(_("Who acts for me")))
    alive = [r for r in found if r.state in OPEN_STATES]
    if not alive:
        parts.show(parts.p(_("Nobody: you do everything yourself."), sub=True))
    for row in alive:
        with st.container(key=f"card-power-{row.id}"):
            title = parts.esc(row.agent_name)
            parts.show(
                f'<div class="f-head"><h3>{title}</h3>{words.chip(row)}</div>', parts.p(row.contact, sub=True),
                parts.listing(words.fields(row, numbers)),
            )  # fmt: skip
            label = _("Revoke the power: %(name)s") % {"name": row.agent_name}
            if st.button(_("Revoke the power"), key=f"power-revoke-{row.id}", help=label):
                dialog(_("Revoke the power"), _revoke, row, True)
    if st.button(_("Name a representative"), key="power-new", type="primary"):
        menu.go("representatives", new=1)
    _ended([r for r in found if r not in alive], _("Powers I gave that have ended"), principal=False)


def _revoke(row: Representative, mine: bool) -> None:
    told = (
        _("From this moment %(name)s sees and does nothing for you here. What was done before keeps its force.")
        if mine
        else _("From this moment you see and do nothing for %(name)s here. They are told at once.")
    )
    parts.show(parts.p(told % {"name": row.agent_name if mine else row.principal_name}))
    if st.button(_("Revoke") if mine else _("Give up"), type="primary", key="power-revoke-sure"):
        with session.acting() as (db, actor, now):
            actions.revoke(db, row.id or 0, actor, now)
        parts.done(_("The power is revoked") if mine else _("You do not act for them any more"))


def _ended(rows: list[Representative], title: str, *, principal: bool) -> None:
    if rows:
        with st.expander(f"{title}: {len(rows)}"):
            parts.show(parts.still(words.lines(rows, title, principal=principal)))


# ------------------------------------------------------------------------------------------------ whom I act for
def _offered(row: Representative, numbers: dict[int, str], key: str) -> None:
    with st.container(key=key):
        chip = parts.chip("yours", _("waits for your answer"))
        parts.show(
            f'<div class="f-head"><h3>{parts.esc(row.principal_name)}</h3>{chip}</div>',
            parts.p(_("Read the rights and the term. Nothing happens until you agree.")),
            parts.listing(words.fields(row, numbers)),
        )
        with st.container(horizontal=True):
            if st.button(_("Agree"), type="primary", key=f"power-agree-{row.id}"):
                _agree(row)
            if st.button(_("Decline the offer"), key=f"power-refuse-{row.id}"):
                dialog(_("Decline the offer"), _refuse, row)


def _agree(row: Representative) -> None:
    with session.acting() as (db, actor, now):
        state = actions.accept(db, row.id or 0, actor, now).state
    parts.done(
        _("You act for %(name)s from now on") % {"name": row.principal_name}
        if state == State.ACTIVE
        else _("You have agreed. When an employee has checked the scan, you are told.")
    )


def _refuse(row: Representative) -> None:
    parts.show(parts.p(_("%(name)s is told that you do not act for them.") % {"name": row.principal_name}))
    reason = st.text_area(_("Why, if you want to say it"), key="power-refuse-why", max_chars=500, height=80)
    if st.button(_("Decline the offer"), type="primary", key="power-refuse-sure"):
        with session.acting() as (db, actor, now):
            actions.decline(db, row.id or 0, actor, reason or "", now)
        parts.done(_("You have refused"))


def _others(rows: list[Representative], numbers: dict[int, str]) -> None:
    alive = [r for r in rows if r.state in OPEN_STATES]
    ended = [r for r in rows if r not in alive]
    if not rows:
        return
    parts.show(parts.h2(_("Whom I act for")))
    for row in alive:
        with st.container(key=f"card-power-{row.id}"):
            parts.show(
                f'<div class="f-head"><h3>{parts.esc(row.principal_name)}</h3>{words.chip(row)}</div>',
                parts.listing(words.fields(row, numbers)),
            )
            with st.container(horizontal=True):
                if in_force(row) and st.button(_("Their applications"), key=f"power-cases-{row.id}", type="primary"):
                    menu.go("applications", of=row.principal_id)
                if st.button(_("Give up"), key=f"power-revoke-{row.id}"):
                    dialog(_("Give up"), _revoke, row, False)
    _ended(ended, _("Powers I held that have ended"), principal=True)


def in_force(row: Representative) -> bool:
    return row.state == State.ACTIVE and row.starts_at <= clock.now() < row.until
