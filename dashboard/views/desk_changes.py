"""Changes of a running contract: what was asked and what became of it, what more power would cost, the form that asks."""

from decimal import Decimal
from typing import Any

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_case import Sight
from dashboard.views.desk_form import Form
from dashboard.views.desk_parts import local_day
from documents.wording import NBSP, figure, money
from infra.wording import N_, _
from models.connection import actions, changes
from models.connection.tables import Application, Change, ChangeKind, ChangeState
from models.payment import queries as payments
from models.process.errors import NotFound

KINDS: dict[str, str] = {
    ChangeKind.EXTENSION: N_("longer validity of the conditions"),
    ChangeKind.POWER: N_("another power"),
    ChangeKind.FEE: N_("the fee by an individual project"),
    ChangeKind.OWNER: N_("a new owner"),
    ChangeKind.TERMINATION: N_("end of the contract by agreement"),
}
STATES: dict[str, tuple[str, str]] = {
    ChangeState.ASKED: ("yours", N_("waits for a decision")),
    ChangeState.ACCEPTED: ("work", N_("agreed, the paper is being made")),
    ChangeState.OFFERED: ("work", N_("placed, both sides sign")),
    ChangeState.DONE: ("done", N_("in force")),
    ChangeState.DECLINED: ("closed", N_("declined")),
    ChangeState.CANCELLED: ("closed", N_("given up")),
}


def tab(seen: Sight) -> None:
    columns = [
        parts.Column(_("Change")),
        parts.Column(_("State"), "nw key"),
        parts.Column(_("Asked"), "nw"),
        parts.Column(_("Decided")),
    ]
    rows = [_line(c, seen) for c in reversed(seen.changes)]
    parts.show(parts.still(parts.table(columns, rows, _("Changes of the contract"))))


def _line(row: Change, seen: Sight) -> tuple[str, list[str]]:
    chip, word = STATES[row.state]
    decided = seen.name(row.decided_by) if row.decided_by else ""
    remark = f"<small>{parts.esc(row.remark)}</small>" if row.remark else ""
    return str(row.id), [
        f"<b>{parts.esc(what(row))}</b><small>{parts.esc(row.reason)}</small>",
        parts.chip(chip, _(word)),
        f"{local_day(row.asked_at, seen.card.zone)}<small>{parts.esc(seen.name(row.asked_by))}</small>",
        parts.esc(decided) + remark,
    ]


def what(row: Change) -> str:
    """'another power: 30 кВт'"""
    return f"{_(KINDS[row.kind])}: {_detail(row)}"


def _detail(row: Change) -> str:
    v = row.values
    if row.kind == ChangeKind.EXTENSION:
        return _("%(years)s years") % {"years": v.get("years")}
    if row.kind == ChangeKind.POWER:
        return f"{figure(Decimal(v.get('power_kw', '0')))}{NBSP}кВт"
    if row.kind == ChangeKind.FEE:
        return f"{money(Decimal(v.get('project_net', '0')))}, {v.get('project_basis', '')}"
    if row.kind == ChangeKind.OWNER:
        return str(v.get("name", ""))
    return _("costs of the grid company: %(sum)s") % {"sum": money(Decimal(v.get("costs", "0")))}


def told(who: session.Who, seen: Sight) -> str:
    """For the window of a decision, as HTML: what is asked, why, and what it does to the money."""
    row = seen.change
    if row is None:
        return ""
    pairs: list[tuple[str, object]] = [(_("Asked"), what(row)), (_("Reason"), row.reason), (_("By whom"), seen.name(row.asked_by))]  # fmt: skip
    if row.kind == ChangeKind.POWER:
        pairs += _costs(who, seen, Decimal(row.values["power_kw"]))
    return parts.facts(pairs)


def _costs(who: session.Who, seen: Sight, kw: Decimal) -> list[tuple[str, object]]:
    with session.reading(who) as db:
        case = db.get(Application, seen.id)
        if case is None:
            raise NotFound
        try:
            fresh = changes.new_fee(db, case, kw, seen.now).total
        except LookupError as error:
            return [(_("Fee with VAT"), _("No fee: %(why)s") % {"why": str(error)})]
        invoice = payments.invoice_of(db, seen.id)
    before = invoice.total if invoice else Decimal(0)
    return [(_("Fee now"), money(before)), (_("Fee with this power"), money(fresh)), (_("Difference"), money(fresh - before))]  # fmt: skip


def form(seen: Sight) -> None:
    """Staff ask on behalf of the applicant or the grid company; a manager decides, both sides sign."""
    sheet = Form("change")
    kind = st.radio(_("What is to be changed"), list(KINDS), format_func=lambda k: _(KINDS[k]), key=sheet.field("kind"))
    sheet.beside("kind")
    values = _values(sheet, kind or ChangeKind.EXTENSION)
    reason = st.text_area(_("Reason"), key=sheet.field("reason"), height=80, max_chars=2000)
    sheet.beside("reason")
    parts.show(parts.p(_("Then a manager agrees or declines; the agreement is made, sealed and signed by both sides."), sub=True))  # fmt: skip
    if st.button(_("Ask for the change"), type="primary", key="do-ask_change"):
        with sheet.sending():
            with session.acting() as (db, actor, now):
                actions.ask_change(db, seen.id, actor, kind or "", values, reason or "", now)
            parts.done(_("The change is asked for: a manager decides"))


def _values(sheet: Form, kind: str) -> dict[str, Any]:
    if kind == ChangeKind.EXTENSION:
        years = st.selectbox(_("Valid, years"), [3, 4, 5, 6], key=sheet.field("years"), width=180)
        sheet.beside("years")
        return {"years": years}
    if kind == ChangeKind.POWER:
        typed = st.text_input(_("New power, kW"), key=sheet.field("power_kw"), placeholder="22,5", width=220)
        sheet.beside("power_kw")
        return {"power_kw": typed}
    if kind == ChangeKind.FEE:
        net = st.text_input(_("Fee without VAT, roubles"), key=sheet.field("project_net"), placeholder="1 100 000,00", width=320)  # fmt: skip
        sheet.beside("project_net")
        basis = st.text_input(_("Decision of the regulator"), key=sheet.field("project_basis"), placeholder="Приказ от 02.11.2026 № 81")  # fmt: skip
        sheet.beside("project_basis")
        return {"project_net": net, "project_basis": basis}
    if kind == ChangeKind.OWNER:
        typed = st.text_input(_("Login of the new owner's cabinet"), key=sheet.field("login"), width=320)
        sheet.beside("login")
        return {"login": typed}
    typed = st.text_input(_("What the grid company has spent, roubles"), key=sheet.field("costs"), placeholder="12 400,00", width=320)  # fmt: skip
    sheet.beside("costs")
    return {"costs": typed}
