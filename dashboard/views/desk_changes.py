"""Changes of a running contract: what was asked and what became of it, what more power would cost, the form that asks."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_case import Sight
from dashboard.views.desk_form import Form
from dashboard.views.desk_parts import local_day
from documents.wording import NBSP, figure, money
from infra import clock
from infra.wording import N_, _
from models.connection import actions, agreements, changes, queries
from models.connection.agreements import Point
from models.connection.envelopes import LOST
from models.connection.rules import LEAST_YEARS
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
STOPPED = ("late", N_("the signing has stopped: make the agreement anew or give the change up"))


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
    chip, word = STOPPED if stopped(row, seen) else STATES[row.state]
    decided = seen.name(row.decided_by) if row.decided_by else ""
    remark = f"<small>{parts.esc(row.remark)}</small>" if row.remark else ""
    return str(row.id), [
        f"<b>{parts.esc(what(row))}</b><small>{parts.esc(row.reason)}</small>{_papers(row, seen)}",
        parts.chip(chip, _(word)),
        f"{local_day(row.asked_at, seen.card.zone)}<small>{parts.esc(seen.name(row.asked_by))}</small>",
        parts.esc(decided) + remark,
    ]


def stopped(row: Change, seen: Sight) -> bool:
    """Nobody can sign it any more: declined, expired or cancelled."""
    return row.state == ChangeState.OFFERED and seen.known.envelopes.get(changes.purpose(row)) in LOST


def _papers(row: Change, seen: Sight) -> str:
    """Its agreement: the number and which version it is now."""
    paper = next((p for p in seen.papers if p.id == row.document_id), None)
    if paper is None:
        return ""
    told = _("agreement № %(number)s, version %(version)s") % {"number": paper.number, "version": paper.version}
    return f"<small>{parts.esc(told)}</small>"


def what(row: Change) -> str:
    """'another power: 30 кВт'"""
    return f"{_(KINDS[row.kind])}: {_detail(row)}"


def _detail(row: Change) -> str:
    v = row.values
    if row.kind == ChangeKind.EXTENSION:
        return _("%(years)s years") % {"years": v.get("years")}
    if row.kind == ChangeKind.POWER:
        points = f" ({', '.join(figure(Decimal(kw)) for kw in v['points'])})" if v.get("points") else ""
        return f"{figure(Decimal(v.get('power_kw', '0')))}{NBSP}кВт{points}"
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
            fresh = agreements.new_fee(db, case, kw, seen.now).total
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
    values = _values(sheet, kind or ChangeKind.EXTENSION, seen)
    reason = st.text_area(_("Reason"), key=sheet.field("reason"), height=80, max_chars=2000)
    sheet.beside("reason")
    parts.show(parts.p(_("Then a manager agrees or declines; the agreement is made, sealed and signed by both sides."), sub=True))  # fmt: skip
    if st.button(_("Ask for the change"), type="primary", key="do-ask_change"):
        with sheet.sending():
            with session.acting() as (db, actor, now):
                actions.ask_change(db, seen.id, actor, kind or "", values, reason or "", now)
            parts.done(_("The change is asked for: a manager decides"))


def anew(seen: Sight) -> None:
    """The manager corrects the text, or leaves it as it is: the next version of the agreement goes to both sides."""
    row = seen.change
    if row is None:
        return
    sheet = Form("anew")
    if stopped(row, seen):
        parts.show(parts.p(_("The signing has stopped: declined, out of time or cancelled. Its history stays.")))
    parts.show(
        parts.facts([(_("Asked"), what(row)), (_("By whom"), seen.name(row.asked_by))]),
        parts.p(_("The paper gets its next version under the same number, the older one is replaced and its signing stops."), sub=True),
    )  # fmt: skip
    values = _values(sheet, row.kind, seen, row.values)
    ground = st.text_area(_("What the agreement says of why"), row.reason, key=sheet.field("ground"), height=80, max_chars=2000)  # fmt: skip
    sheet.beside("ground")
    reason = st.text_area(_("Why the agreement is made anew"), key=sheet.field("reason"), height=80, max_chars=2000, help=_("The applicant will read it"))  # fmt: skip
    sheet.beside("reason")
    if st.button(_("Make the agreement anew"), type="primary", key="do-remake_change"):
        with sheet.sending():
            with session.acting() as (db, actor, now):
                actions.remake_change(db, seen.id, actor, values, ground or "", reason or "", now)
            parts.done(_("The agreement is made anew: then both sides sign it"))


def _values(sheet: Form, kind: str, seen: Sight, kept: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Fields of this kind of change. `kept`: what stands already, when the agreement is made anew."""
    was = kept or {}
    if kind == ChangeKind.EXTENSION:
        return {"years": _years(sheet, was.get("years"))}
    if kind == ChangeKind.POWER:
        return power(sheet, seen.points, was)
    if kind == ChangeKind.FEE:
        net = _text(sheet, "project_net", _("Fee without VAT, roubles"), "1 100 000,00", _comma(was.get("project_net")))
        basis = _text(sheet, "project_basis", _("Decision of the regulator"), "Приказ от 02.11.2026 № 81", was.get("project_basis"))  # fmt: skip
        return {"project_net": net, "project_basis": basis}
    if kind == ChangeKind.OWNER and kept:
        typed = _text(sheet, "login", _("Login of another new owner's cabinet, if it is another"))
        return {"login": typed} if typed.strip() else {}
    if kind == ChangeKind.OWNER:
        return {"login": _text(sheet, "login", _("Login of the new owner's cabinet"))}
    return {"costs": _text(sheet, "costs", _("What the grid company has spent, roubles"), "12 400,00", _comma(was.get("costs")))}  # fmt: skip


def _years(sheet: Form, kept: int | None) -> int | None:
    with session.reading(session.current()) as db:
        choices = list(range(LEAST_YEARS + 1, queries.most_years(db, clock.today()) + 1))
    place = choices.index(kept) if kept in choices else 0
    found = st.selectbox(_("Valid, years"), choices, place, key=sheet.field("years"), width=180)
    sheet.beside("years")
    return found


def _text(sheet: Form, name: str, label: str, example: str = "", kept: str | None = None) -> str:
    found = st.text_input(label, kept or "", key=sheet.field(name), placeholder=example, width=320)
    sheet.beside(name)
    return found or ""


def _comma(number: object) -> str:
    return str(number or "").replace(".", ",")


def power(sheet: Form, points: Sequence[Point], was: Mapping[str, Any]) -> dict[str, Any]:
    """{power_kw}, or {points} where the application has several: the power of each is written."""
    if len(points) < 2:
        return {"power_kw": _text(sheet, "power_kw", _("New power, kW"), "22,5", _comma(was.get("power_kw")))}
    parts.show(parts.p(_("The application has several points of connection: write the power of each, their sum is the whole."), sub=True))  # fmt: skip
    kept = was.get("points") or [figure(p.kw) for p in points]
    found = [
        st.text_input(
            _("%(place)s: now %(kw)s kW") % {"place": p.place, "kw": figure(p.kw)},
            _comma(kept[n]),
            key=sheet.field(f"point-{n}"),
            width=320,
        )  # fmt: skip
        for n, p in enumerate(points)
    ]
    sheet.beside("points", "power_kw")
    return {"points": found}
