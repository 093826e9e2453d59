"""Working hours of an office and its desks: days of the week with breaks. Holidays and short days follow the production calendar."""

from datetime import date

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_parts import dialog
from documents.wording import day
from infra import clock
from infra.wording import N_, _
from models.booking import hours, office, queries
from models.booking.register import Office, Plan

DAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))


def page(row: Office) -> None:
    with session.reading(session.current()) as db:
        plans = list(hours.plans(db, row.id or 0))
        desks = {d.id: d.name for d in queries.desks(db, row.id or 0)}
        homeless = queries.homeless(db, row.id or 0, clock.now())
    parts.show(
        parts.p(
            _("Holidays are days off, the day before one is an hour shorter: the production calendar decides."),
            sub=True,
        )
    )
    columns = [parts.Column(_("Day")), parts.Column(_("Desk"), "key"), parts.Column(_("Hours"), "nw"), parts.Column(_("Breaks"), "nw"),
               parts.Column(_("In force"), "nw")]  # fmt: skip
    cells = [(str(p.id), [parts.opener(_(DAYS[p.weekday])), parts.esc(desks.get(p.desk_id) or _("whole office")),
                          f"{p.opens}–{p.closes}", parts.esc(_breaks(p)), parts.esc(_force(p))]) for p in plans]  # fmt: skip
    if plans:
        if opened := parts.rows(parts.table(columns, cells, _("Working hours")), key="plans"):
            dialog(_("Take the hours away"), _remove, next(p for p in plans if str(p.id) == opened))
    else:
        parts.show(parts.empty(_("There are no working hours"), _("Set them: without hours there are no places.")))
    with st.container(horizontal=True):
        if st.button(_("Set working hours"), key="plan-set"):
            dialog(_("Set working hours"), _form, row, {None: _("whole office"), **desks})
        if homeless and st.button(
            _("Move %(count)s visits outside the hours") % {"count": len(homeless)}, key="plan-rehouse"
        ):
            dialog(_("Move visits outside the hours"), _rehouse, row)


def _breaks(plan: Plan) -> str:
    return ", ".join("–".join(pair) for pair in plan.breaks) or "—"


def _force(plan: Plan) -> str:
    first = day(plan.valid_from) if plan.valid_from.year > 2020 else _("always")  # noqa: PLR2004
    return f"{first} – {day(plan.valid_to)}" if plan.valid_to else first


def _form(row: Office, desks: dict[int | None, str]) -> None:
    """The newest plan of a day wins; the desk's own before the office's."""
    days = st.multiselect(
        _("Days of the week"), list(range(7)), [0, 1, 2, 3, 4], format_func=lambda d: _(DAYS[d]), key="plan-days"
    )
    desk = st.selectbox(_("Desk"), list(desks), format_func=lambda d: desks[d], key="plan-desk")
    opens = st.text_input(_("Opens"), "09:00", key="plan-opens", max_chars=5)
    closes = st.text_input(_("Closes"), "18:00", key="plan-closes", max_chars=5)
    breaks = st.text_input(_("Breaks, for example 13:00-13:30, 16:00-16:15"), "", key="plan-breaks", max_chars=200)
    first = st.date_input(_("In force from"), clock.now().date(), key="plan-first", format="DD.MM.YYYY")
    last = st.date_input(_("up to, if it ends"), None, key="plan-last", format="DD.MM.YYYY")
    if st.button(_("Save"), type="primary", key="plan-save"):
        pairs = [part.strip().split("-") for part in breaks.replace("–", "-").split(",") if part.strip()]
        _keep(row, days, desk, (opens, closes), [[t.strip() for t in pair] for pair in pairs], first, last)


def _keep(row: Office, days: list[int], desk: int | None, told: tuple[str, str], breaks: list[list[str]], first: date,
          last: date | None) -> None:  # fmt: skip
    with session.acting() as (db, actor, now):
        found = db.get_one(Office, row.id or 0)
        for weekday in days:
            office.set_plan(db, found, weekday, *told, breaks, actor, now, desk_id=desk, first=first, last=last)
    parts.done(_("The hours are kept; the places are laid out anew"))


def _remove(plan: Plan) -> None:
    parts.show(
        parts.p(f"{_(DAYS[plan.weekday])}, {plan.opens}–{plan.closes}"),
        parts.p(
            _("No places are laid out from these hours any more. Visits booked in them stay until you move them."),
            sub=True,
        ),
    )
    if st.button(_("Take the hours away"), type="primary", key="plan-remove"):
        with session.acting() as (db, actor, now):
            office.remove_plan(db, db.get_one(Plan, plan.id or 0), actor, now)
        parts.done(_("The hours are taken away; the places are laid out anew"))


def _rehouse(row: Office) -> None:
    reason = st.text_input(_("Reason: the visitor will read it"), key="plan-reason", max_chars=300)
    if st.button(_("Move"), type="primary", key="plan-rehouse-yes"):
        with session.acting() as (db, actor, now):
            moved, left = office.rehouse(db, db.get_one(Office, row.id or 0), actor, reason, now)
        parts.done(_("Visits moved: %(moved)s, to be called: %(left)s") % {"moved": len(moved), "left": len(left)})
